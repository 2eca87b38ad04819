"""A small estate to run command lines on, as a remote shell would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.lookup import find_cmdlet
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.programs import launch
from troubleshoot.lab.windows.topic import Call, CmdletCall, Logon

OPERATOR = Logon("CORP\\operator")
FILTERED = Logon("CORP\\helpdesk", elevated=False)
DELEGATED = Logon("CORP\\operator", delegated=True)

DOMAIN = {
    "name": "corp.example",
    "netbios": "CORP",
    "controllers": {"dc1": {"pdc": "true"}, "rodc7": {"read_only": "true"}},
}
AGENT = {"display": "Virtual Machine Manager Agent", "depends": ["winrm"]}
PLAIN: dict[str, Any] = {
    "domain": DOMAIN,
    "hosts": {
        "dc1": {"os": "2019", "addresses": ["10.41.0.5"]},
        "rodc7": {"os": "2012r2", "addresses": ["10.41.7.5"]},
        "hv01": {"os": "2008r2", "addresses": ["10.41.0.31"], "services": {"vmmagent": AGENT}},
        "web02": {"os": "2022", "addresses": ["10.41.0.52"]},
        "de03": {"os": "2019-de", "addresses": ["10.41.0.63"]},
        "kiosk": {"os": "2012r2", "role": "standalone"},
    },
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program wrote, with plain line ends, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


async def collect(process: Process, codepage: int, data: bytes | None = b"", limit: float = 10.0) -> Answer:
    """Give the program its input, read everything, wait for the end."""
    if data is not None:
        process.send(data, end=True)
    streams = {"stdout": bytearray(), "stderr": bytearray()}
    async with asyncio.timeout(limit):
        while True:
            for name, chunk in process.take(1 << 20):
                streams[name] += chunk
            if process.finished:
                break
            await process.changed()
    encoding = "utf-8" if codepage == 65001 else f"cp{codepage}"
    out, err = (bytes(streams[name]).decode(encoding).replace("\r\n", "\n") for name in ("stdout", "stderr"))
    assert process.exit_code is not None
    return Answer(process.exit_code, out, err)


@dataclass(frozen=True, slots=True)
class Bench:
    """An estate, and what its hosts answer."""

    estate: Estate

    def host(self, name: str) -> Machine:
        return self.estate.machines[name]

    async def run(
        self, name: str, line: str, logon: Logon = OPERATOR, *, data: bytes | None = b"", codepage: int = 65001
    ) -> Answer:
        return await collect(launch(self.host(name), logon, line, codepage=codepage), codepage, data)

    async def cmdlet(
        self, name: str, command: str, logon: Logon = OPERATOR, /, *arguments: Any, **parameters: Any
    ) -> Any:
        """What a cmdlet returns."""
        found = find_cmdlet(self.host(name), command)
        assert found is not None
        call = Call(self.host(name), Process(), logon)
        return await found(CmdletCall(self.host(name), logon, list(arguments), parameters, None, call))


def bench(changes: dict[str, Any] | None = None, pace: float = 0.002) -> Bench:
    """The estate above with changes laid over it."""
    from troubleshoot.lab.merge import merge

    return Bench(build_estate(merge(PLAIN, changes or {}), pace=pace))


def on(host: str, **sections: Any) -> dict[str, Any]:
    """Changes to one host."""
    return {"hosts": {host: sections}}
