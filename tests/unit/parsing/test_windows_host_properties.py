"""Laws of the parsers for WinRM, services and sessions, on lines of true answers in any order and any state of damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.parsing.test_parsing_properties import conforms
from tests.unit.parsing.windows_host_texts import ABSENT, CONFIG, DEPENDANTS, IDENTIFY, RUNNING, STOPPED, UNREACHABLE
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse, record_type

NAMES = [
    "service",
    "service_dependants",
    "terminal_sessions",
    "terminal_users",
    "vmm_computers",
    "winrm_config",
    "winrm_helpmsg",
    "winrm_identify",
    "winrm_plugin_quotas",
    "wmi_timing",
]
SESSIONS = """ SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE
 services                                    0  Disc
>console           administrator             1  Active
                   bob                       4  Disc
 USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME
 bob                                       4  Disc      2+03:10  11/18/2026 4:40 PM
No User exists for *
Error [1722]:The RPC server is unavailable.
"Name","State","VersionState","AgentVersion"
"hv01","Responding","UpToDate","3.2"
"open cell
version=6.1.7601
namespace=root\\virtualization
milliseconds=17
end
C:\\>query session"""
TEXTS = (CONFIG, IDENTIFY, UNREACHABLE, RUNNING, STOPPED, ABSENT, DEPENDANTS, SESSIONS)
LINES = sorted({line for text in TEXTS for line in text.splitlines()})
MIXED = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)
CUT = st.tuples(st.sampled_from(TEXTS), st.integers(0, 400), st.integers(0, 400)).map(
    lambda t: t[0][t[1] : t[1] + t[2]]
)


@pytest.mark.parametrize("name", NAMES)
@given(text=st.one_of(MIXED, CUT))
@settings(max_examples=60, deadline=None)
def test_an_answer_is_whole_or_refused(name: str, text: str) -> None:
    try:
        record = parse(name, Platform.WINDOWS, [text])
    except ParseFailure:
        return
    assert conforms(record, record_type(name))
    last = text.count("\n") + 1
    assert all(part == 0 and 1 <= first <= end <= last for part, first, end in record["at"])
