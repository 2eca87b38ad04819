"""Events of a certification authority: numbers and data in any language, whole lists only."""

from __future__ import annotations

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse
from troubleshoot.parsing.windows.event_xml import read_events

NONE = "<Events></Events>\r\n"


def event(number: int, record: int, time: str, data: str = "") -> str:
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-CertificationAuthority' Guid='{6A71D062-9AFE-4F35-AD08-52134F85DFB9}' "
        f"EventSourceName='CertSvc'/><EventID Qualifiers='33'>{number}</EventID><Version>0</Version><Level>3</Level>"
        "<Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>"
        f"<TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID><Correlation/>"
        "<Execution ProcessID='0' ThreadID='0'/><Channel>Application</Channel><Computer>CA01.corp.example</Computer>"
        f"<Security UserID='S-1-5-18'/></System>{data}</Event>"
    )


def missing(index: str) -> str:
    return (
        "<EventData Name='MSG_CA_CERT_NO_IN_AUTH'>"
        f"<Data Name='CACertIdentifier'>{index}</Data><Data Name='CACommonName'>Müller &amp; Söhne CA</Data></EventData>"
    )


def events(*inner: str) -> str:
    return f"<Events>{''.join(inner)}</Events>"


def read(*outputs: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = parse("ca_events", Platform.WINDOWS, outputs)["events"]
    return found


def test_several_queries_make_one_list_newest_first() -> None:
    warned = events(
        "\r\n",
        event(93, 4107, "2026-03-02T06:15:07.123456700Z", missing("2")),
        "\r\n",
        event(93, 4001, "2026-03-01T06:15:07Z", missing("#1")),
        "\r\n",
    )
    started = events(event(26, 4108, "2026-03-02T06:15:09.0Z"))
    found = read(warned, started)
    assert [(item["id"], item["number"], item["index"], item["ca"]) for item in found] == [
        (26, 4108, None, None),
        (93, 4107, 2, "Müller & Söhne CA"),
        (93, 4001, 1, "Müller & Söhne CA"),
    ]
    assert [item["at"] for item in found] == [[[1, 1, 1]], [[0, 2, 2]], [[0, 3, 3]]]
    assert found[0]["time"] == found[1]["time"] + 2  # type: ignore[operator]


def test_no_event_is_an_answer() -> None:
    assert read(NONE, "<Events>\r\n</Events>\r\n", "<Events/>") == []


def test_the_code_of_a_failed_start() -> None:
    data = (
        "<EventData><Data>CORP-CA</Data><Data>The system cannot find the file. 0x80070002 (WIN32: 2)</Data></EventData>"
    )
    assert read(events(event(100, 7, "2026-03-02T06:15:07Z", data)))[0]["error"] == "0x80070002"


def test_user_data_counts_like_event_data() -> None:
    data = "<UserData><CertEvent xmlns='x'><CACertIdentifier>3</CACertIdentifier></CertEvent></UserData>"
    assert read(events(event(93, 7, "2026-03-02T06:15:07Z", data)))[0]["index"] == 3


def test_data_without_names_go_by_their_place() -> None:
    (found,) = read_events(
        clean(events(event(1, 7, "2026-03-02T06:15:07Z", "<EventData><Data>a</Data><Data/><Data>b</Data></EventData>")))
    )
    assert dict(found.data) == {"Data1": "a", "Data2": "b"}


WHOLE = events(event(93, 4107, "2026-03-02T06:15:07Z", missing("2")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        WHOLE[:-9],  # the closing tag is cut off
        WHOLE[: len(WHOLE) // 2],
        WHOLE.removeprefix("<Events>"),
        f'<!DOCTYPE x [<!ENTITY a "aaaa">]>{WHOLE}',
        WHOLE.replace("<Data Name='CACommonName'>", "<!ENTITY a><Data Name='CACommonName'>"),
        events(event(93, 4107, "2026-03-02T06:15:07Z")),  # an event 93 that does not say which certificate
        events(event(93, 4107, "2026-03-02T06:15:07Z", missing("two"))),
        events(event(93, 4107, "02.03.2026 06:15", missing("2"))),
        WHOLE.replace("<EventRecordID>4107</EventRecordID>", ""),
        WHOLE.replace("Provider Name=", "Provider Title="),
        WHOLE.replace("&amp;", "&"),
        f"{WHOLE}Der angegebene Kanal wurde nicht gefunden.",
        "No events were found that match the specified selection criteria.",
    ],
)
def test_anything_else_cannot_be_told(text: str) -> None:
    with pytest.raises(ParseFailure):
        read(text)
