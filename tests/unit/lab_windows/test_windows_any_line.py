"""Whatever somebody types: the program ends with an exit code, and nothing in the simulation breaks."""

from __future__ import annotations

import asyncio
import logging

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, bench, collect
from troubleshoot.lab.windows import programs

VOCABULARY = """echo " & && || | ( ) <NUL >x >> 2>&1 %PATH% % ^ if exist == errorlevel 1 sc query winrm reg /v HKLM\\X wevtutil qe
    System /q:* /q:*[System[ findstr /r [ * schtasks /create /tn t /tr /fo list type del dir /b md set x=1 cd .. net start
    stop /y whoami /groups ping -n ipconfig tasklist /fi shutdown /m winrm get @{a="b"} winrm/config find "x" copy \\\\srv
    C:\\ call more sort else not add /d delete /f gl helpmsg -5 e id -r:x wmi/root/a/B = config start="""
WORDS = st.sampled_from(VOCABULARY.split())
JOINED = st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "  "])), min_size=1, max_size=9)
LINES = JOINED.map(lambda pairs: "".join(word + blank for word, blank in pairs))


class Collector(logging.Handler):
    """Keeps what the simulation reports about itself."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


async def _run(lines: list[str]) -> None:
    hosts = bench(pace=0.0001)
    try:
        for host, logon in (("hv01", DELEGATED), ("de03", FILTERED)):
            for line in lines:
                process = programs.launch(hosts.host(host), logon, line, codepage=850)
                answer = await collect(process, 850, limit=20)
                assert 0 <= answer.code <= 0xFFFFFFFF
    finally:
        await hosts.estate.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=8))
def test_any_line_ends(lines: list[str]) -> None:
    logger, collector = logging.getLogger(programs.__name__), Collector()
    logger.addHandler(collector)
    try:
        asyncio.run(_run(lines))
    finally:
        logger.removeHandler(collector)
    assert collector.kept == []
