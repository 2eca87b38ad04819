"""A small tree and incidents walked on it with the real engine, for the tests of reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Propose
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.kinds import Platform, Risk, Trouble
from troubleshoot.core.model import (
    Action,
    Branch,
    Collect,
    CollectStep,
    ConclusionStep,
    Fix,
    HopStep,
    Parameter,
    Tree,
    Variable,
    Verify,
)
from troubleshoot.core.state import Phase, State

ROUTE = Collect("route", "router", {Platform.IOS: ("show ip route <target>",)}, "route")

TREE = Tree(
    id="lost-route",
    title="Where a route gets lost",
    version=3,
    start="look",
    sha256="ab" * 32,
    parameters={
        "router": Parameter("router", "host"),
        "target": Parameter("target", "ipv4"),
        "vrf": Parameter("vrf", "vrf", required=False),
        "seen_by": Parameter("seen_by", "host", required=False, many=True),
    },
    variables={"next": Variable("next", "host")},
    steps={
        "look": CollectStep(
            id="look",
            title="Route on <router>",
            why="The route says where the packets go.",
            collect=(ROUTE,),
            branches=(
                Branch("route.entries.exists(e, e.state == 'blackhole')", "<target> falls into Null0.", "blackhole"),
                Branch("route.connected", "<target> is on a network of <router>.", "good"),
                Branch(None, "<router> passes it on.", "onward"),
            ),
            unknown="inconclusive",
        ),
        "onward": HopStep("onward", "The next router.", "router", "route.next_hop", "look", "circle", "inconclusive"),
        "circle": ConclusionStep("circle", "diagnosis", "A loop at <router>"),
        "good": ConclusionStep("good", "healthy", "The route is whole", "Every router passes it on."),
        "blackhole": ConclusionStep(
            id="blackhole",
            verdict="diagnosis",
            title="<router> throws <target> away",
            explanation="A static route to Null0 wins.",
            host="router",
            claims=("route.entries[0]",),
            fixes=("remove", "reload"),
            advice=("Ask who wrote it.",),
        ),
    },
    fixes={
        "remove": Fix(
            id="remove",
            title="Remove the static route",
            host="router",
            risk=Risk.CHANGE,
            blast_radius="one prefix",
            before={Platform.IOS: ("show running-config | include ip route",)},
            apply={Platform.IOS: Action(configure=("no ip route <target> 255.255.255.255 Null0",))},
            verify=Verify((ROUTE,), "!route.entries.exists(e, e.state == 'blackhole')", within=10.0),
            rollback={Platform.IOS: Action(configure=("ip route <target> 255.255.255.255 Null0",))},
        ),
        "reload": Fix(
            id="reload",
            title="Restart the routing daemon",
            host="router",
            risk=Risk.OUTAGE,
            blast_radius="the whole site",
            before={},
            apply={Platform.FRR: Action(execute=("clear ip route *",))},
            verify=Verify((ROUTE,), "route.connected", within=10.0),
            rollback={},
            no_rollback="A restart cannot be taken back.",
        ),
    },
)

GOOD_TEXT = "Routing entry for 172.18.4.9/32\n  Known via connected"
BAD_TEXT = "Routing entry for 172.18.4.9/32\n  Known via static\n  * directly connected, via Null0"
ONWARD_TEXT = "Routing entry for 172.18.4.0/24\n  * 172.30.0.2, from 172.30.0.2"


def record(state: str = "", *, connected: bool = False, next_hop: str = "") -> dict[str, Any]:
    """What a parser would have read."""
    entries = [{"state": state, "at": [[0, 3, 3]]}] if state else []
    return {"entries": entries, "connected": connected, "next_hop": next_hop, "at": [[0, 1, 2]], "unread": []}


class Incident:
    """Feeds events into the engine, a second apart."""

    def __init__(self, mode: str = "live", tree: Tree = TREE, **parameters: Any) -> None:
        self.engine = Engine({tree.id: tree})
        self.tree = tree
        self.state = State()
        self.events: list[ev.Event] = []
        values = {"router": "edge1", "target": "172.18.4.9", "vrf": None} | parameters
        self.add(ev.Started(self.at, "20261122-1803-7f3a", tree.id, tree.sha256, values, mode, "1.0"))

    @property
    def at(self) -> float:
        return 1_795_000_000.0 + len(self.events)

    def add(self, event: ev.Event) -> Incident:
        self.state = self.engine.apply(self.state, event)
        self.events.append(event)
        return self

    def known(self, query: str, name: str = "") -> Incident:
        return self.add(ev.HostResolved(self.at, query, name or query, Platform.IOS))

    def sees(self, text: str, found: dict[str, Any], name: str = "route", **more: Any) -> Incident:
        effect: Any = pending(self.state)
        item = effect.items[0]
        parts = tuple(ev.Part(command, text) for command in item.commands)
        return self.add(ev.Observed(self.at, self.state.round, name, item.host, parts, found, **more))

    def fails(self, trouble: Trouble, message: str) -> Incident:
        effect: Any = pending(self.state)
        item = effect.items[0]
        return self.add(ev.Observed(self.at, self.state.round, item.name, item.host, trouble=trouble, message=message))

    def applies(self, answer: Sequence[ev.Part] = (), refusal: str = "") -> Incident:
        self.prepares()
        self.consents("apply")
        return self.add(ev.SendAnswered(self.at, "remove", "apply", tuple(answer), refusal))

    def prepares(self) -> Incident:
        """The fix is chosen, and what it would change is read."""
        self.add(ev.WaySeen(self.at, self.state.fixes[-1].plan.host, apart=True))
        self.add(ev.FixChosen(self.at, "remove"))
        return self.sees("ip route 172.18.4.9 255.255.255.255 Null0", {"text": ""}, "before")

    def consents(self, action: str) -> Incident:
        effect = pending(self.state)
        assert isinstance(effect, Propose)
        self.add(ev.Approved(self.at, "remove", effect.digest, action, "ops"))
        if self.state.phase is Phase.UNCHANGED:
            self.sees(effect.before.partition("\n")[2], {"text": ""}, "before")
        return self.add(ev.SendIntended(self.at, "remove", action, effect.digest, effect.plan.commands))


def healthy() -> Incident:
    return Incident().known("edge1").sees(GOOD_TEXT, record(connected=True))


def diagnosed(text: str = BAD_TEXT) -> Incident:
    """Two hosts: edge1 passes the packets on, core1 throws them away; the fixes are on offer."""
    walk = Incident().known("edge1").sees(ONWARD_TEXT, record(next_hop="172.30.0.2"))
    return walk.known("172.30.0.2", "core1").sees(text, record("blackhole"))


def closed() -> Incident:
    walk = diagnosed()
    return walk.add(ev.FixesClosed(walk.at))


def fixed() -> Incident:
    return diagnosed().applies().sees(GOOD_TEXT, record(connected=True))


def rolled_back() -> Incident:
    walk = diagnosed().applies(refusal="% Invalid input").consents("rollback")
    walk.add(ev.SendAnswered(walk.at, "remove", "rollback"))
    return walk.sees("ip route 172.18.4.9 255.255.255.255 Null0", {"text": ""}, "before")


def not_seen() -> Incident:
    walk = Incident("captures").known("edge1")
    return walk.fails(Trouble.NOT_SEEN, "not among the captures")


def unknown_next_hop() -> Incident:
    walk = Incident("captures").known("edge1").sees(ONWARD_TEXT, record(next_hop="172.30.0.2"))
    walk.add(ev.HostUnknown(walk.at, "172.30.0.2"))
    return walk.add(ev.NobodyAnswered(walk.at, "onward"))


def unreachable() -> Incident:
    return Incident().known("edge1").fails(Trouble.UNREACHABLE, "no route to host")


def cut_off() -> Incident:
    walk = Incident().known("edge1")
    return walk.fails(Trouble.DOUBTFUL, "the output may be cut off")


def cancelled() -> Incident:
    walk = Incident().known("edge1")
    return walk.add(ev.Cancelled(walk.at, "enough"))
