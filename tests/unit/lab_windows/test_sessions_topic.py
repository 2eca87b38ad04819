"""The simulated terminal sessions: what they print is what our parsers read, and a session that ends is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.programs import launch
from troubleshoot.lab.windows.topic import Logon
from troubleshoot.lab.windows.topics.sessions import Sessions
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

PEOPLE = [
    {"id": 2, "user": "alice", "idle": 65},
    {"id": 4, "user": "svc 7", "state": "disconnected", "idle": 3070, "logon": 52},
    {"id": 12, "user": "maximilian.mustermann", "state": "idle"},
]


@pytest.fixture(params=["2008r2", "2019", "2019-de"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Machine]:
    host = {"os": request.param, "role": "standalone", "sessions": {"people": PEOPLE}}
    estate = build_estate({"hosts": {"rds1": host}})
    yield estate.machines["rds1"]
    await estate.close()


async def run(machine: Machine, line: str, *, elevated: bool = True) -> tuple[str, int]:
    """Standard output and then errors, and the exit code."""
    process = launch(machine, Logon("RDS1\\operator", elevated), line, codepage=65001)
    streams: dict[str, bytes] = {"stdout": b"", "stderr": b""}
    while not process.finished:
        for stream, data in process.take(1 << 20):
            streams[stream] += data
        if not process.finished:
            await process.changed()
    return (streams["stdout"] + streams["stderr"]).decode(), process.exit_code or 0


async def listed(machine: Machine) -> list[dict[str, Any]]:
    text, _ = await run(machine, "query session")
    found: list[dict[str, Any]] = parse("terminal_sessions", Platform.WINDOWS, [text])["sessions"]
    return found


async def test_the_list_reads_the_same_in_every_language(server: Machine) -> None:
    rows = [(item["id"], item["name"], item["user"], item["state"]) for item in await listed(server)]
    assert rows == [
        (0, "services", None, "disconnected"),
        (1, "console", None, "connected"),
        (2, "rdp-tcp#12", "alice", "active"),
        (4, None, "svc 7", "disconnected"),
        (12, "rdp-tcp#22", "maximilian.musterman", "idle"),
        (65536, "rdp-tcp", None, "listening"),
    ]
    text, _ = await run(server, "qwinsta /counter")
    assert len(parse("terminal_sessions", Platform.WINDOWS, [text])["sessions"]) == len(rows)


async def test_users_and_their_idle_time(server: Machine) -> None:
    text, _ = await run(server, "quser")
    users = parse("terminal_users", Platform.WINDOWS, [text])["users"]
    assert [(item["user"], item["id"], item["idle"]) for item in users] == [
        ("alice", 2, 65),
        ("svc 7", 4, 3070),
        ("maximilian.musterman", 12, 0),
    ]


@pytest.mark.parametrize("line", ["logoff 4", "reset session 4"])
async def test_a_session_that_was_ended_is_gone(server: Machine, line: str) -> None:
    assert await run(server, line) == ("", 0)
    assert [item["user"] for item in await listed(server) if item["user"]] == ["alice", "maximilian.musterman"]
    text, code = await run(server, line)
    assert (code, "7022" in text) == (1, True)


async def test_nobody_is_said_and_not_shown(server: Machine) -> None:
    server.emit("reboot")
    text, code = await run(server, "query user")
    assert (code, parse("terminal_users", Platform.WINDOWS, [text])["nobody"]) == (1, True)


async def test_no_answer_is_never_an_empty_list(server: Machine) -> None:
    text, _ = await run(server, "query session", elevated=False)
    with pytest.raises(ParseFailure):
        parse("terminal_sessions", Platform.WINDOWS, [text])
    server.state("sessions", Sessions).unavailable = True
    text, _ = await run(server, "query session")
    assert "[1722]" in text
    with pytest.raises(ParseFailure):
        parse("terminal_sessions", Platform.WINDOWS, [text])
