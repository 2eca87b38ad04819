"""The lock-out guard on simulated routers whose management runs through the network that a fix changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.network_support import Clock, Rehearsal, door, shown
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Propose
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.state import State
from troubleshoot.journal import Journal
from troubleshoot.lab.description import build, inside, load
from troubleshoot.lab.server import Lab
from troubleshoot.session.front import ARM, Consent
from troubleshoot.session.headless import ApplyPolicy
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library
from troubleshoot.transports.base import OnChunk, Output

TREE = """\
id: interface-cost
title: An interface has the wrong state
version: 1
parameters:
  router: {type: host, ask: Which router?}
start: look
steps:
  look:
    why: The interface has to be there.
    collect:
      interfaces: {host: <router>, commands: {ios: show ip interface brief}}
    branches:
      - {when: "interfaces.interfaces.exists(i, i.interface == 'GigabitEthernet0/0' && i.up)", because: up, go: wrong}
      - {otherwise: true, because: down, go: fine}
    unknown: inconclusive
  wrong:
    diagnosis: {title: It is up, host: <router>, claims: [interfaces], fixes: [shut, shut_other]}
  fine: {healthy: {title: It is down, claims: [interfaces]}}
fixes:
  shut:
    title: Switch it off
    host: <router>
    risk: change
    blast_radius: One interface.
    before: {ios: show running-config interface GigabitEthernet0/0}
    apply: {ios: {configure: [interface GigabitEthernet0/0, shutdown]}}
    rollback: {ios: {configure: [interface GigabitEthernet0/0, no shutdown]}}
    verify:
      collect: {interfaces: {host: <router>, commands: {ios: show ip interface brief}}}
      when: "!interfaces.interfaces.exists(i, i.interface == 'GigabitEthernet0/0' && i.up)"
      within: 30s
  shut_other:
    title: Describe the other one
    host: <router>
    risk: change
    blast_radius: One interface.
    before: {ios: show running-config interface GigabitEthernet0/1}
    apply: {ios: {configure: [interface GigabitEthernet0/1, shutdown]}}
    rollback: {ios: {configure: [interface GigabitEthernet0/1, no shutdown]}}
    verify:
      collect: {interfaces: {host: <router>, commands: {ios: show ip interface brief}}}
      when: "interfaces.interfaces.exists(i, i.interface == 'GigabitEthernet0/1' && !i.up)"
      within: 30s
"""

LAB = """\
title: One router, managed through the network
parameters: {router: r1}
routers:
  r1:
    management: {address: 10.20.12.1, station: 10.20.12.9}
    config: |
      ARCHIVE
      interface GigabitEthernet0/0
      ip address 10.20.12.1 255.255.255.0
      no shutdown
      interface GigabitEthernet0/1
      ip address 10.20.13.1 255.255.255.0
      no shutdown
segments:
  office: [r1 GigabitEthernet0/0]
  plant: [r1 GigabitEthernet0/1]
faults:
  healthy: {title: Nothing is wrong}
"""
WITH = "archive\n      path flash:archive"


class Impatient(HubSource):
    """A change gets three seconds for its answer."""

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        return await super().configure(host, lines, deadline=3, on_chunk=on_chunk, how=how)


class Walk:
    """One incident on the lab, and what was shown for consent."""

    def __init__(self, lab: Lab, source: HubSource, clock: Clock, folder: Path) -> None:
        self.lab, self.source, self.clock, self.folder = lab, source, clock, folder
        self.proposals: list[Propose] = []

    async def run(self, *fixes: str, risk: Risk = Risk.CHANGE, arm: bool = False) -> State:
        walk = self

        class Front(Rehearsal):
            async def consent(self, effect: Propose, state: State) -> Consent:
                walk.proposals.append(effect)
                if arm and effect.last_resort:
                    return ARM
                return await Rehearsal.consent(self, effect, state)

        trees = dict(library([self.folder]).closure("interface-cost"))
        front = Front(ApplyPolicy(frozenset(fixes), risk), clock=self.clock)
        tree = trees["interface-cost"]
        started = ev.Started(self.clock(), "i1", tree.id, tree.sha256, {"router": "r1"}, self.source.mode)
        with Journal.open(self.folder / "journal.sqlite3") as store:
            store.create("i1", {tree.id: TREE}, started)
            session = Session(Engine(trees), self.source, store, front, clock=self.clock)
            session.begin(store.prepare(started))
            return await session.run()

    def typed(self) -> list[str]:
        return [entry.line.strip() for entry in self.lab.command_log("r1")]


@asynccontextmanager
async def booted(tmp_path: Path, archive: str = WITH, address: str = "") -> AsyncIterator[Walk]:
    """``address``: what the inventory wrongly says about the router's own address of our session."""
    folder = tmp_path / "trees" / "interface-cost"
    folder.mkdir(parents=True)
    (folder / "tree.yaml").write_text(TREE, encoding="utf-8")
    (folder / "lab.yaml").write_text(LAB.replace("ARCHIVE", archive), encoding="utf-8")
    about, clock = load(folder), Clock()
    async with Lab.serve(build(about), managed=inside(about), seed=7, convergence=0.0, clock=clock, pace=0.0001) as lab:
        source = door(lab, tmp_path, Impatient)
        if address:
            host = source.inventory.hosts["r1"]
            changed = replace(host, management=replace(host.management, address=address))
            source.inventory = replace(source.inventory, hosts={"r1": changed})
        try:
            yield Walk(lab, source, clock, tmp_path / "trees")
        finally:
            await source.close()


async def test_cut_off_by_our_own_change_the_router_takes_it_back(tmp_path: Path) -> None:
    async with booted(tmp_path) as walk:
        state = await walk.run("shut")
        up = walk.lab.world.reachable("r1")
        typed = walk.typed()
    assert up, "we are back"
    assert shown(state)[0][2] == "rolled_back", shown(state)
    assert outcome(state) == "rolled_back"
    assert typed.count("configure terminal revert timer 5") == 1 and typed.count("shutdown") == 1
    assert "our own session runs over GigabitEthernet0/0" in walk.proposals[0].plan.lockout.why


async def test_what_does_not_touch_our_session_is_sent_plainly(tmp_path: Path) -> None:
    async with booted(tmp_path) as walk:
        state = await walk.run("shut_other")
        typed = walk.typed()
    assert [record[2] for record in shown(state)][-1] == "verified", shown(state)
    assert "configure terminal" in typed and not [line for line in typed if "revert" in line]


async def test_without_an_archive_it_needs_a_higher_consent(tmp_path: Path) -> None:
    async with booted(tmp_path, archive="") as walk:
        state = await walk.run("shut")
        typed = walk.typed()
    assert walk.proposals[0].plan.risk is Risk.SESSION
    assert "shutdown" not in typed and outcome(state) == "diagnosed"


@pytest.mark.parametrize("archive", ["", WITH])
async def test_a_diagnosis_arms_nothing(archive: str, tmp_path: Path) -> None:
    async with booted(tmp_path, archive) as walk:
        await walk.run()
        typed = walk.typed()
    assert not [line for line in typed if line.startswith(("conf", "reload", "show archive"))]


async def test_a_scheduled_restart_is_the_last_resort_and_brings_us_back(tmp_path: Path) -> None:
    async with booted(tmp_path, archive="") as walk:
        state = await walk.run("shut", risk=Risk.OUTAGE, arm=True)
        up = walk.lab.world.reachable("r1")
        typed = walk.typed()
    assert [effect.plan.revert is not None for effect in walk.proposals] == [False, True]
    assert typed.count("reload in 5") == 1 and typed.count("shutdown") == 1
    assert up, "the router restarted with its saved configuration"
    assert shown(state)[0][2] == "rolled_back", shown(state)


async def test_a_scheduled_restart_is_cancelled_after_the_verify(tmp_path: Path) -> None:
    """The change does not cut us off: an address of ours that is not there any more cannot tell that beforehand."""
    async with booted(tmp_path, archive="", address="10.20.99.1") as walk:
        state = await walk.run("shut_other", risk=Risk.OUTAGE, arm=True)
        typed = walk.typed()
        left = walk.lab.world.planned("r1")
    assert shown(state)[-1][2] == "verified", shown(state)
    assert (typed.count("reload in 5"), typed.count("reload cancel"), left) == (1, 1, None)
