"""`sc query`, `sc enumdepend`, and our scripts about VMM and the provider's time."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_host_texts import ABSENT, ABSENT_DE, DEPENDANTS, RUNNING, STOPPED
from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.failure import ParseFailure


def test_states_are_told_by_number() -> None:
    running = read("service", RUNNING.replace("RUNNING", "LÄUFT"))
    assert (running["installed"], running["name"], running["state"]) == (True, "vmmagent", "running")
    assert running["at"] == [[0, 2, 9]]
    stopped = read("service", STOPPED)
    assert (stopped["state"], stopped["exit_code"]) == ("stopped", 1067)
    assert read("service", STOPPED.replace(": 1  STOPPED", ": 3  STOP_PENDING"))["state"] == "stop_pending"


@pytest.mark.parametrize("text", [ABSENT, ABSENT_DE])
def test_no_such_service_is_an_answer(text: str) -> None:
    found = read("service", text)
    assert (found["installed"], found["state"], found["at"]) == (False, None, [[0, 1, 1]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        RUNNING[: RUNNING.index("        CHECKPOINT")],
        RUNNING.replace("        STATE              : 4  RUNNING\n", ""),
        RUNNING + STOPPED,
        "[SC] EnumQueryServicesStatus:OpenService FAILED 1722:\n\nThe RPC server is unavailable.",
        "[SC] OpenSCManager FAILED 5:\n\nAccess is denied.",
        "nonsense",
    ],
)
def test_everything_else_cannot_be_told(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("service", text)


def test_dependants_are_counted() -> None:
    found = read("service_dependants", DEPENDANTS)["services"]
    assert [(item["name"], item["display"], item["state"]) for item in found] == [
        ("VMMAgent", "Virtual Machine Manager Agent", "running"),
        ("Wecsvc", "Windows Event Collector", "stopped"),
    ]
    assert read("service_dependants", "Enum: entriesRead  = 0\n")["services"] == []


@pytest.mark.parametrize(
    "text", [DEPENDANTS.replace("= 2", "= 3"), DEPENDANTS[: DEPENDANTS.index("SERVICE_NAME: Wecsvc")], ABSENT, RUNNING]
)
def test_a_cut_list_of_dependants_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("service_dependants", text)


def test_what_vmm_thinks_of_a_host() -> None:
    text = '"Name","State","VersionState","AgentVersion"\r\n"hv01.corp.example","Responding","UpToDate","3.2.7510.0"\r\nend'
    (computer,) = read("vmm_computers", text)["computers"]
    assert (computer["state"], computer["version_state"]) == ("Responding", "UpToDate")
    assert read("vmm_computers", "end")["computers"] == []
    with pytest.raises(ParseFailure):
        read("vmm_computers", text.removesuffix("end"))


def test_the_time_of_the_provider() -> None:
    found = read("wmi_timing", "version=6.1.7601\nnamespace=root\\virtualization\nmilliseconds=95012\nend")
    assert (found["milliseconds"], found["at"]) == (95012, [[0, 3, 3]])
    for text in ("version=6.1.7601\nnamespace=x\nmilliseconds=\nend", "version=1\nend", "milliseconds=5"):
        with pytest.raises(ParseFailure):
            read("wmi_timing", text)


def test_a_service_cut_anywhere_is_refused() -> None:
    for text in (RUNNING, STOPPED, DEPENDANTS):
        name = "service_dependants" if text is DEPENDANTS else "service"
        lines = text.rstrip().splitlines()
        for count in range(len(lines)):
            with pytest.raises(ParseFailure):
                read(name, "\n".join(lines[:count]))
