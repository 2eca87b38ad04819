"""The same evidence gives the same verdict, whether it comes live, from a YAML file, a terminal log, or is pasted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

import pytest

from tests.contract.rpf_trace_support import Clock, Rehearsal, rehearse, walk
from troubleshoot.core.effects import Collect
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.inventory.model import Host
from troubleshoot.session.front import Front, Go
from troubleshoot.session.sources import HubSource, captured
from troubleshoot.transports.hub import Hub

# Faults whose diagnosis needs no second sample: one recording can prove them.
FAULTS = [
    "pim_missing",
    "pim_neighbor_missing",
    "no_route",
    "wrong_rp",
    "no_rp",
    "no_multicast_routing",
    "no_receiver",
    "static_mroute",
    "static_route_interface",
    "ecmp_pim",
    "register_denied",
    "boundary",
]
Verdict = tuple[str, str | None, tuple[tuple[str, str, str], ...]]
Evidence = Mapping[tuple[str, str], str]


def verdict(state: State) -> Verdict:
    """Diagnosis, host, and the proof as people read it."""
    assert state.conclusion is not None
    proof = tuple((item.host, item.command, item.text) for item in state.conclusion.evidence)
    return state.conclusion.id, state.conclusion.host, proof


def answers(state: State) -> Evidence:
    """What the devices answered, by host and command."""
    return {(seen.host, part.command): part.text for seen in state.observations for part in seen.parts}


class Live:
    """One live session: its verdict, what was seen, and the hosts without the way to them."""

    def __init__(self, state: State, hosts: Iterable[Host], parameters: Mapping[str, str]) -> None:
        self.verdict, self.answers, self.parameters = verdict(state), answers(state), dict(parameters)
        self.hosts = list(hosts)
        self.path = [entry.step for entry in state.path]


@pytest.fixture(params=FAULTS)
async def live(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Live]:
    async with rehearse(request.param, tmp_path) as running:
        state = await walk(running.source, running.parameters, Rehearsal(clock=running.clock), clock=running.clock)
        yield Live(state, running.lab.hosts, running.parameters)


async def test_captured_logged_and_pasted_evidence_give_the_live_verdict(live: Live, tmp_path: Path) -> None:
    offline = tmp_path / "evidence.yaml"
    offline.write_text(as_yaml(live), encoding="utf-8")
    log = tmp_path / "terminal.log"
    log.write_text(as_log(live), encoding="utf-8", newline="")
    addresses = tmp_path / "hosts.yaml"
    addresses.write_text(as_inventory(live.hosts), encoding="utf-8")

    from_file = await walk(captured(offline), live.parameters, Rehearsal())
    from_log = await walk(captured(log, addresses), live.parameters, Rehearsal())
    from_paste = await walk(unreachable(live.hosts), live.parameters, Pasting(live.answers))

    assert live.verdict[2], "a verdict without proof"
    assert verdict(from_file) == live.verdict
    assert verdict(from_log) == live.verdict
    assert verdict(from_paste) == live.verdict
    assert [entry.step for entry in from_file.path] == live.path
    assert {seen.via for seen in from_paste.observations} == {"pasted"}
    assert {seen.via for seen in from_log.observations} == {"captured"}


def as_yaml(live: Live) -> str:
    """The public captures form; carriage returns are what a capture file does not keep."""
    lines = ["hosts:"]
    for host in live.hosts:
        lines += [
            f"  {host.name}:",
            "    platform: ios",
            f"    addresses: [{', '.join(host.addresses)}]",
            "    commands:",
        ]
        for command, text in _of(live, host):
            lines += [f"      - command: {command}", "        output: |2"]
            lines += [f"          {line}" if line else "" for line in text.replace("\r", "").split("\n")]
        if lines[-1] == "    commands:":
            lines.pop()
    return "\n".join(lines) + "\n"


def as_log(live: Live) -> str:
    """One PuTTY log of a person who logged in to one router after the other."""
    typed = ["=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.03.14 09:26:53 =~=~=~=~=~=~=~=~=~=~=~=\r\n"]
    for host in live.hosts:
        typed += [f"{host.name}#{command}\r\n{text}" for command, text in _of(live, host)]
        typed += [f"{host.name}#\r\n"]
    return "".join(typed)


def _of(live: Live, host: Host) -> list[tuple[str, str]]:
    return [(command, text) for (name, command), text in live.answers.items() if name == host.name]


def as_inventory(hosts: Iterable[Host]) -> str:
    """Addresses only: a log of show commands rarely holds all of them."""
    blocks = [
        f"{host.name}:\n  hostname: {host.name}\n  platform: ios\n  data:\n    addresses: [{', '.join(host.addresses)}]\n"
        for host in hosts
    ]
    return "".join(blocks)


def unreachable(hosts: Iterable[Host]) -> HubSource:
    """Hosts that are known and to which no way leads."""
    inventory = Inventory({host.name: host for host in hosts})
    return HubSource("live", Hub(inventory.get, {}), inventory, Credentials(environ={}))


class Pasting(Rehearsal):
    """A person who pastes what is asked for."""

    def __init__(self, texts: Evidence) -> None:
        super().__init__(clock=Clock())
        self._texts = texts

    async def before_collect(self, effect: Collect, state: State) -> Go:
        wanted = {(item.host, command) for item in effect.items for command in item.commands}
        return Go({key: text for key, text in self._texts.items() if key in wanted})


_: type[Front] = Pasting
