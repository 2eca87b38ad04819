"""Event logs and the registry."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, OPERATOR, Bench, on
from troubleshoot.lab.windows.events import WARNING, write_event
from troubleshoot.lab.windows.lookup import find_drive
from troubleshoot.lab.windows.registry.store import registry
from troubleshoot.lab.windows.topic import PsError

CA = "Microsoft-Windows-CertificationAuthority"
NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"
EVENTS = {
    "started": {"provider": CA, "id": "26", "age": "7200"},
    "missing": {"provider": CA, "id": "93", "level": "warning", "age": "3600", "data": {"CACertIdentifier": "2"}},
    "ancient": {"provider": CA, "id": "93", "level": "warning", "age": "900000", "data": {"CACertIdentifier": "1"}},
    "foreign": {"provider": "VSS", "id": "93", "age": "60", "data": ["<plain> & 'quoted'"]},
    "logon": {"log": "Security", "provider": "Microsoft-Windows-Security-Auditing", "id": "4624"},
}


@pytest.fixture
def ca(make_bench: MakeBench) -> Bench:
    return make_bench({"hosts": {"dc1": {"eventlog": EVENTS}, "de03": {"eventlog": EVENTS}}})


async def query(bench: Bench, xpath: str, *more: str) -> list[tuple[int, dict[str | None, str | None]]]:
    answer = await bench.run("dc1", f'wevtutil qe Application /q:"{xpath}" /f:xml /e:Events {" ".join(more)}')
    assert answer.code == 0
    found = []
    for event in ElementTree.fromstring(answer.out):
        number = int(event.findtext(f"{NAMESPACE}System/{NAMESPACE}EventID") or 0)
        found.append((number, {data.get("Name"): data.text for data in event.iter(f"{NAMESPACE}Data")}))
    return found


@pytest.mark.parametrize(
    ("xpath", "numbers"),
    [
        ("*", [93, 26, 93, 93]),
        (f"*[System[Provider[@Name='{CA}'] and (EventID=93 or EventID=26)]]", [93, 26, 93]),
        (f"*[System[Provider[@Name='{CA}'] and EventID=93 and TimeCreated[timediff(@SystemTime) <= 86400000]]]", [93]),
        ("*[System[(Level=3) and EventID != 26]]", [93, 93]),
        ("*[System/EventID=26]", [26]),
        ("Event/System[EventID>90]", [93, 93, 93]),
        ("*[EventData[Data[@Name='CACertIdentifier']='2']]", [93]),
        ("*[System[EventID=93]] and *[EventData[Data='2']]", [93]),
        ("*[System[TimeCreated[@SystemTime>='2001-01-01T00:00:00.000Z' and @SystemTime<'2001-01-02T00:00:00Z']]]", []),
        ("*[System[Provider[@Name='NoSuch']]]", []),
    ],
)
async def test_queries(ca: Bench, xpath: str, numbers: list[int]) -> None:
    assert [number for number, _ in await query(ca, xpath)] == numbers


async def test_direction_count_and_data(ca: Bench) -> None:
    newest = await query(ca, f"*[System[Provider[@Name='{CA}']]]", "/rd:true", "/c:1")
    assert newest == [(93, {"CACertIdentifier": "2"})]
    assert await query(ca, "*[System[Provider[@Name='VSS']]]") == [(93, {None: "<plain> & 'quoted'"})]


async def test_what_is_written_later_is_read_later(ca: Bench) -> None:
    write_event(ca.host("dc1"), "Application", CA, 93, WARNING, {"CACertIdentifier": "3"})
    assert (await query(ca, "*[System[EventID=93]]", "/rd:true", "/c:1"))[0][1] == {"CACertIdentifier": "3"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("wevtutil qe NoSuchLog", 15007),
        ('wevtutil qe System /q:"*[System[EventID="', 15001),
        ('wevtutil qe System /q:"*[System[(EventID=1]]"', 15001),
        ("wevtutil gl NoSuchLog", 15007),
    ],
)
async def test_refused_queries(ca: Bench, line: str, code: int) -> None:
    answer = await ca.run("dc1", line)
    assert (answer.code, answer.out, bool(answer.err)) == (code, "", True)


async def test_the_security_log_and_a_stopped_service(ca: Bench) -> None:
    assert (await ca.run("dc1", "wevtutil qe Security", FILTERED)).code == 5
    assert "4624" in (await ca.run("dc1", "wevtutil qe Security")).out
    await ca.run("dc1", "net stop eventlog /y")
    assert (await ca.run("dc1", "wevtutil qe System")).code == 1722


async def test_text_and_configuration(ca: Bench) -> None:
    text = await ca.run("de03", "wevtutil qe Application /f:text /c:1 /rd:true /q:*[System[Level=3]]")
    assert "  Level: Warnung" in text.lines
    assert (await ca.run("dc1", "wevtutil gl Application")).lines[:2] == ["name: Application", "enabled: true"]
    assert "System" in (await ca.run("dc1", "wevtutil el")).lines


async def test_get_winevent(ca: Bench) -> None:
    async def numbers(**parameters: object) -> list[int]:
        return [item.prop("Id") for item in await ca.cmdlet("dc1", "get-winevent", OPERATOR, **parameters)]

    table = {"LogName": "Application", "ProviderName": CA, "Id": [93, 26]}
    assert await numbers(filterhashtable=table) == [93, 26, 93]
    assert await numbers(filterhashtable=table, maxevents=1) == [93]
    xml = '<QueryList><Query Id="0"><Select Path="Application">*[System[EventID=26]]</Select></Query></QueryList>'
    assert await numbers(filterxml=xml) == [26]
    with pytest.raises(PsError, match="No events were found") as none:
        await numbers(filterhashtable={"LogName": "System", "Id": 4711})
    assert none.value.error_id.startswith("NoMatchingEventsFound")
    with pytest.raises(PsError, match="not an event log"):
        await numbers(logname="NoSuch")


async def test_registry_query_in_true_format(make_bench: MakeBench) -> None:
    key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\DFSR\\Parameters\\SysVols\\Migrating Sysvols"
    values = {"Local State": "dword:3", "Names": "multi:a|b", "Raw": "binary:0aff", "@": "text"}
    bench = make_bench({"hosts": {name: {"registry": {key: values}} for name in ("dc1", "de03")}})
    answer = await bench.run("dc1", f'reg query "{key}" /v "local state"')
    assert answer.out == f"\n{key.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\n    Local State    REG_DWORD    0x3\n\n"
    everything = await bench.run("de03", f'reg query "{key}"')
    assert (
        "    Names    REG_MULTI_SZ    a\\0b\n    Raw    REG_BINARY    0AFF\n    (Standard)    REG_SZ    text\n"
        in everything.out
    )


async def test_registry_refusals(bench: Bench) -> None:
    key = "HKLM\\SOFTWARE\\Lab"
    missing = await bench.run("dc1", f"reg query {key}")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == "ERROR: The system was unable to find the specified registry key or value.\n"
    assert (await bench.run("de03", f"reg query {key}")).err.startswith("FEHLER: ")
    assert (await bench.run("dc1", f"reg add {key} /v x /d 1 /f", FILTERED)).err == "ERROR: Access is denied.\n"
    assert (await bench.run("dc1", "reg query \\\\web02\\HKLM\\SOFTWARE")).err == "ERROR: Access is denied.\n"
    assert (await bench.run("dc1", "reg query \\\\web02\\HKLM\\SOFTWARE\\Microsoft", DELEGATED)).code == 0
    assert (await bench.run("dc1", f"reg add {key} /v x /t REG_DWORD /d many /f")).err == "ERROR: Invalid syntax.\n"


async def test_registry_changes_are_seen_by_every_tool(bench: Bench) -> None:
    key = "HKLM\\SOFTWARE\\Lab\\Deep"
    added = await bench.run("dc1", f"reg add {key} /v Level /t REG_DWORD /d 0x10 /f")
    assert added.out == "The operation completed successfully.\n"
    assert registry(bench.host("dc1")).get(key, "level") == 16
    drive = find_drive(bench.host("dc1"), "hklm")
    assert drive is not None
    assert drive.change is not None
    assert drive.item(bench.host("dc1"), ("software", "lab", "deep")).prop("level") == 16
    drive.change(bench.host("dc1"), ("SOFTWARE", "Lab", "Deep", "Level"), "17")
    assert "    Level    REG_DWORD    0x11" in (await bench.run("dc1", f"reg query {key}")).lines
    assert "HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab\\Deep" in (await bench.run("dc1", "reg query HKLM\\SOFTWARE\\Lab")).lines
    found = await bench.run("dc1", "reg query HKLM\\SOFTWARE\\Lab /s /f level")
    assert found.lines[-1] == "End of search: 1 match(es) found."
    assert (await bench.run("dc1", f"reg delete {key} /f & reg query {key}")).code == 1
    with pytest.raises(PsError, match="Cannot find path"):
        drive.item(bench.host("dc1"), ("SOFTWARE", "Lab", "Deep"))


async def test_services_stand_in_the_registry(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"spooler": {"start": "disabled"}}))
    assert registry(bench.host("web02")).get("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler", "Start") == 4
