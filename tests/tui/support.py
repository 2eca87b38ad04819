"""A small network, two small trees and services over them, for driving the screens without wires or disks."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.segment import Segment
from textual import events
from textual.pilot import Pilot
from textual.strip import Strip

from troubleshoot.core import events as ev
from troubleshoot.core import model
from troubleshoot.core.detached import Detached
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Platform, Risk, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.state import State
from troubleshoot.errors import OperatorError
from troubleshoot.inventory.model import Host
from troubleshoot.journal.memory import MemoryJournal
from troubleshoot.session.front import Front
from troubleshoot.session.loop import Session
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.tui.app import TroubleshootApp
from troubleshoot.tui.screens.run import RunScreen
from troubleshoot.tui.services import AskPassword, Found, Incident

SMALL, LARGE = (80, 24), (160, 50)
IOS = Platform.IOS

RPF_R5 = """RPF information for ? (10.7.12.4)
  RPF interface: GigabitEthernet0/1
  RPF neighbor: ? (10.7.35.3)
  RPF route/mask: 10.7.12.0/24
  RPF type: unicast (ospf 1)
  Doing distance-preferred lookups across tables
"""
RPF_R3 = "RPF information for ? (10.7.12.4) failed, no route exists\n"
PIM_HEAD = """
Address          Interface                Ver/   Nbr    Query  DR     DR
                                          Mode   Count  Intvl  Prior
"""
PIM_ROW_1 = "10.7.35.3        GigabitEthernet0/1       v2/S   1      30     1      10.7.35.5\n"
PIM_ROW_2 = "10.7.23.3        GigabitEthernet0/2       v2/S   1      30     1      10.7.23.3\n"
RUNNING = "interface GigabitEthernet0/2\n ip address 10.7.23.3 255.255.255.0\nend\n"

RPF_COMMAND = "show ip rpf 10.7.12.4"
PIM_COMMAND = "show ip pim interface"
RUNNING_COMMAND = "show running-config interface GigabitEthernet0/2"


def tree(*, risk: Risk = Risk.CHANGE, within: float = 20.0, rollback: bool = True) -> model.Tree:
    """r5 -> r3; r3 has no RPF and no PIM on its second interface."""
    return model.Tree(
        id="small-trace",
        title="A small RPF trace",
        version=1,
        summary="Where does the stream stop?",
        start="state",
        signatures=("RPF failed",),
        parameters={
            "source": model.Parameter("source", "ipv4", ask="Which server sends it?", example="10.7.12.4"),
            "router": model.Parameter("router", "host", ask="Which router is nearest?", help="its inventory name"),
            "vrf": model.Parameter("vrf", "vrf", ask="In which VRF?", required=False),
        },
        steps={step.id: step for step in (_state(), _hop(), _pim(), _missing(), _healthy())},
        fixes={"enable_pim": _fix(risk, within, rollback)},
    )


def _collect(name: str, command: str, parse: str) -> model.Collect:
    return model.Collect(name, "router", {IOS: (command,)}, parse)


def _state() -> model.Step:
    return model.CollectStep(
        "state",
        "The RPF lookup names the neighbour towards the source.",
        (_collect("rpf", "show ip rpf <source>", "rpf"),),
        (
            model.Branch("!rpf.found", "There is no RPF route here.", "pim"),
            model.Branch("rpf.connected", "The source is connected here.", "fine"),
            model.Branch(None, "The next router is <rpf.neighbor>.", "hop"),
        ),
        "inconclusive",
        title="RPF of the source",
    )


def _hop() -> model.Step:
    return model.HopStep("hop", "Go there.", "router", "rpf.neighbor", "state", "inconclusive", "inconclusive")


def _pim() -> model.Step:
    return model.CollectStep(
        "pim",
        "PIM must run on the way to the source.",
        (_collect("pim", PIM_COMMAND, "pim_interfaces"),),
        (
            model.Branch(
                "!pim.interfaces.exists(i, i.interface == 'GigabitEthernet0/2')",
                "GigabitEthernet0/2 runs no PIM.",
                "pim_missing",
                cites=("pim.interfaces[0]",),
            ),
            model.Branch(None, "PIM runs.", "fine"),
        ),
        "inconclusive",
        title="PIM interfaces",
    )


def _missing() -> model.Step:
    return model.ConclusionStep(
        "pim_missing",
        "diagnosis",
        "PIM is not enabled on GigabitEthernet0/2 of <router>",
        "Without PIM the router accepts no stream there.",
        host="router",
        claims=("pim",),
        fixes=("enable_pim",),
        advice=("Ask why it was removed.",),
    )


def _healthy() -> model.Step:
    return model.ConclusionStep("fine", "healthy", "The stream is accepted here", host="router")


def _fix(risk: Risk, within: float, rollback: bool) -> model.Fix:
    line = ("interface GigabitEthernet0/2", "ip pim sparse-mode")
    back = ("interface GigabitEthernet0/2", "no ip pim sparse-mode")
    return model.Fix(
        "enable_pim",
        "Enable PIM on GigabitEthernet0/2",
        "router",
        risk,
        "Only GigabitEthernet0/2 of <router>",
        {IOS: (RUNNING_COMMAND,)},
        {IOS: model.Action(configure=line)},
        model.Verify(
            (_collect("pim", PIM_COMMAND, "pim_interfaces"),),
            "pim.interfaces.exists(i, i.interface == 'GigabitEthernet0/2')",
            within,
            every=0.05,
        ),
        {IOS: model.Action(configure=back)} if rollback else {},
        no_rollback="" if rollback else "the old state cannot be told",
    )


def asking_tree(*, typed: bool = False) -> model.Tree:
    """One question, then an end."""
    question = model.AskStep(
        "seen",
        "It tells the receiver from the network.",
        "Which router is it?" if typed else "Do others see the picture?",
        "inconclusive",
        answers=() if typed else (model.Answer("yes", "Yes, all others", "fine"), model.Answer("no", "No", "broken")),
        variable="router" if typed else None,
        go="fine" if typed else None,
    )
    broken = model.ConclusionStep("broken", "diagnosis", "The network is at fault")
    return model.Tree(
        "asking",
        "Who sees it?",
        1,
        "seen",
        {step.id: step for step in (question, broken, _healthy())},
        variables={"router": model.Variable("router", "host")},
    )


@dataclass
class Network:
    """Implements session.source.Source: two routers that answer from a table."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    mode: str = "lab"
    delay: float = 0.0
    fails: dict[str, TransportError] = field(default_factory=dict)
    works: bool = True  # the fix has its effect
    sent: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    reads: list[tuple[str, str]] = field(default_factory=list)
    pim: bool = False

    def find(self, query: str) -> Host | None:
        hosts = {"r5": "10.7.35.5", "r3": "10.7.35.3"}
        name = next((name for name, address in hosts.items() if query in (name, address)), None)
        return Host(name, hosts[name], IOS, addresses=(hosts[name],)) if name else None

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self.reads.append((host, command))
        await asyncio.sleep(self.delay)
        if host in self.fails:
            raise self.fails[host]
        text = self.answers.get((host, command)) or self._standard(host, command)
        if on_chunk:
            on_chunk(text)
        return Output(text)

    def _standard(self, host: str, command: str) -> str:
        if command == PIM_COMMAND:
            return PIM_HEAD + PIM_ROW_1 + (PIM_ROW_2 if self.pim else "")
        running = RUNNING.replace("end\n", " ip pim sparse-mode\nend\n") if self.pim else RUNNING
        return {RPF_COMMAND: RPF_R5 if host == "r5" else RPF_R3, RUNNING_COMMAND: running}.get(command, "")

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        self.sent.append((host, tuple(lines)))
        await asyncio.sleep(self.delay)
        if "configure" in self.fails:
            raise self.fails["configure"]
        self.pim = self.works and "no ip pim sparse-mode" not in lines
        return Output("")

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("no fix of these trees executes")

    async def detached(self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("nothing here is detached")

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("nothing here is restarted")

    async def close(self) -> None:
        pass


class DurableJournal(MemoryJournal):
    """Kept in memory, but fixes are allowed."""

    durable = True


@dataclass
class Bench:
    """Implements tui.services.Services over one network and one journal."""

    network: Network = field(default_factory=Network)
    trees: dict[str, model.Tree] = field(default_factory=lambda: {"small-trace": tree()})
    known: dict[str, str] = field(default_factory=dict)
    open_incidents: list[Incident] = field(default_factory=list)
    journal: MemoryJournal = field(default_factory=DurableJournal)
    password: str | None = None
    asks: str = ""

    mode = "lab"

    def __post_init__(self) -> None:
        self._ids = (f"20260101-0000-000{number}" for number in itertools.count(1))

    def find(self, text: str) -> Sequence[Found]:
        found = [item for item in self.trees.values() if text.lower() in f"{item.title} {item.signatures}".lower()]
        return [Found(item.id, item.title, item.summary) for item in found]

    def tree(self, problem: str) -> model.Tree:
        if problem not in self.trees:
            raise OperatorError(f"there is no tree {problem!r}", hint="look at the list")
        return self.trees[problem]

    def given(self) -> Mapping[str, str]:
        return self.known

    def unfinished(self) -> Sequence[Incident]:
        return self.open_incidents

    def notice(self) -> str:
        return ""

    def host_names(self) -> tuple[str, ...]:
        return ("r3", "r5")

    @asynccontextmanager
    async def start(
        self, problem: str, parameters: Mapping[str, str], front: Front, ask: AskPassword
    ) -> AsyncIterator[Session]:
        if self.asks:
            self.password = await ask(self.asks)
        incident = next(self._ids)
        session = self._session(front)
        started = ev.Started(time.time(), incident, problem, "0", parameters, self.mode)
        self.journal.create(incident, {}, started)
        session.begin(started)
        front.changed(session.state, started)
        yield session

    @asynccontextmanager
    async def resume(self, incident: str, front: Front, ask: AskPassword) -> AsyncIterator[Session]:
        session = self._session(front)
        session.begin(*self.journal.events(incident))
        session.record(ev.Resumed(session.now()))
        yield session

    def _session(self, front: Front) -> Session:
        return Session(Engine(self.trees), self.network, self.journal, front)

    def export(self, state: State, format_: str) -> str:
        return json.dumps({"format": format_, "incident": state.incident, "outcome": outcome(state)})

    def exit_code(self, state: State) -> int:
        return {"fixed": 0, "diagnosed": 1}.get(outcome(state), 130)


GIVEN = {"source": "10.7.12.4", "router": "r5"}


def app_for(bench: Bench, **options: Any) -> TroubleshootApp:
    return TroubleshootApp(bench, **options)


def running_app(bench: Bench, problem: str = "small-trace") -> TroubleshootApp:
    """The walk opened at once with all parameters."""
    bench.known = bench.known or dict(GIVEN)
    return TroubleshootApp(bench, start="run", problem=problem)


def walk_of(app: TroubleshootApp) -> RunScreen:
    found = [screen for screen in app.screen_stack if isinstance(screen, RunScreen)]
    return found[-1]


def state_of(app: TroubleshootApp) -> State:
    state = app.state
    assert state is not None
    return state


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Like ``pilot.press``, without its wait for an idle processor: each key is handled before the next."""
    for key in keys:
        pilot.app.simulate_key(key)
        await _handled(pilot)


async def put(pilot: Pilot[None], text: str) -> None:
    """Paste text from the terminal."""
    pilot.app.post_message(events.Paste(text))
    await _handled(pilot)


async def _handled(pilot: Pilot[None]) -> None:
    """A key passes the application, the screen and the widget, and what it starts passes them again."""
    for _ in range(4):
        await pilot.pause(0)


async def until(pilot: Pilot[None], condition: Any, seconds: float = 6.0) -> None:
    """Wait for a condition of the screen."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await pilot.pause(0.01)
    await pilot.pause(0)


async def waiting(pilot: Pilot[None], word: str, seconds: float = 6.0) -> None:
    """Wait until the walk asks a person for this, and shows it."""
    app = pilot.app
    assert isinstance(app, TroubleshootApp)
    await until(pilot, lambda: app.state is not None and walk_of(app).situation().waiting == word, seconds)


async def ended(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, TroubleshootApp)
    await until(pilot, lambda: walk_of(app).moment.idle)


def screen_text(app: TroubleshootApp) -> str:
    """Everything on the visible screen, as plain lines."""
    width, _ = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.ljust(width) for strip in strips)


def shown(app: TroubleshootApp, selector: str) -> str:
    """The visible text of one widget, blanks joined."""
    region = app.screen.query_one(selector).region
    rows = screen_text(app).split("\n")[region.y : region.bottom]
    return " ".join(" ".join(cell_crop(row, region.x, region.right) for row in rows).split())


def cell_crop(row: str, left: int, right: int) -> str:
    return Strip([Segment(row)]).crop(left, right).text


UNREACHED = TransportError(Trouble.UNREACHABLE, "r5 does not answer", hint="is it up?")
CUT_OFF = TransportError(Trouble.TIMEOUT, "the line was cut", sent=True)
