"""Running scripts on simulated hosts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from troubleshoot.core.powershell import split_command, stdin, wrapped
from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.machine import Estate
from troubleshoot.lab.windows.programs import launch
from troubleshoot.lab.windows.topic import Logon

NOW = 1_790_000_000.0


@dataclass(frozen=True)
class Answer:
    out: list[str]
    err: str
    code: int


Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def estate() -> AsyncIterator[Estate]:
    hosts = {
        "hv01": {"os": "2012r2", "role": "member", "addresses": ["10.9.0.1"]},
        "old": {"os": "2008r2", "role": "member", "addresses": ["10.9.0.2"]},
        "neu": {"os": "2019-de", "role": "member", "addresses": ["10.9.0.3"]},
        "dc1": {"os": "2019", "addresses": ["10.9.0.4"]},
    }
    domain = {"name": "lab.example", "netbios": "LAB", "controllers": {"dc1": {"pdc": True}}}
    built = build_estate({"domain": domain, "hosts": hosts}, pace=0.001, clock=lambda: NOW)
    yield built
    await built.close()


@pytest.fixture
def run(estate: Estate) -> Callable[..., Awaitable[Answer]]:
    """Start a command line on a host and wait for its end."""

    async def start(line: str, data: bytes = b"", host: str = "hv01", codepage: int = 65001) -> Answer:
        process = launch(estate.machine(host), Logon("LAB\\op"), line, codepage=codepage)
        process.send(data, end=True)
        taken: dict[str, bytes] = {"stdout": b"", "stderr": b""}
        while not process.finished:
            chunks = process.take(65536)
            for stream, chunk in chunks:
                taken[stream] += chunk
            if not chunks:
                await process.changed()
        assert process.exit_code is not None
        return Answer(taken["stdout"].decode().splitlines(), taken["stderr"].decode(), process.exit_code)

    return start


@pytest.fixture
def ask(run: Ask) -> Ask:
    """Send a tree's command as the transport does."""

    async def send(text: str, host: str = "hv01") -> Answer:
        command = split_command(text)
        assert command is not None
        return await run(encoded(wrapped(command)), stdin(command), host)

    return send


def encoded(script: str) -> str:
    code = base64.b64encode(script.encode("utf-16-le")).decode()
    return f"powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand {code}"
