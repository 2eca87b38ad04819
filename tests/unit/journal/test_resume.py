"""A session folds what the journal will give back; so an incident that goes on later is the same incident."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Propose, Send
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.model import Action, Branch, Collect, CollectStep, ConclusionStep, Fix, Parameter, Tree, Verify
from troubleshoot.core.state import Phase, State
from troubleshoot.journal import Journal

LOOK = Collect("peer", "router", {Platform.IOS: ("show ip bgp summary",)}, "peer")
TREE = Tree(
    id="demo",
    title="Demo",
    version=1,
    start="look",
    parameters={"router": Parameter("router", "host")},
    steps={
        "look": CollectStep("look", "why", (LOOK,), (Branch("!peer.up", "down", "down"),), "inconclusive"),
        "down": ConclusionStep("down", "diagnosis", "The peer is down", host="router", fixes=("set",)),
    },
    fixes={
        "set": Fix(
            id="set",
            title="Set",
            host="router",
            risk=Risk.CHANGE,
            blast_radius="one session",
            before={Platform.IOS: ("show running-config | section bgp",)},
            apply={Platform.IOS: Action(configure=("router bgp 65077",))},
            verify=Verify((LOOK,), "peer.up", 10.0),
            rollback={Platform.IOS: Action(configure=("no router bgp 65077",))},
        )
    },
)
BEFORE = "router bgp 65077\n neighbor 10.77.0.1 password Hidden!Word\n"


def walk(journal: Journal, incident: str) -> State:
    """Until the fix is about to be sent: the consent covers a before-state with a secret in it."""
    engine = Engine({"demo": TREE})
    state = State()

    def add(event: ev.Event) -> None:
        nonlocal state
        prepared = journal.prepare(event)
        if isinstance(prepared, ev.Started):
            journal.create(incident, {"demo": "id: demo"}, prepared)
        else:
            journal.append(incident, prepared)
        state = engine.apply(state, prepared)

    add(ev.Started(1.0, incident, "demo", "00", {"router": "edge1"}, "live"))
    add(ev.HostResolved(2.0, "edge1", "edge1", Platform.IOS, ("10.77.0.9",)))
    record: dict[str, Any] = {"up": False, "at": [(0, 1, 1)]}
    add(ev.Observed(3.0, state.round, "peer", "edge1", (ev.Part("show ip bgp summary", "Idle"),), record))
    add(ev.WaySeen(3.5, "edge1", apart=True))
    add(ev.FixChosen(4.0, "set"))
    part = ev.Part("show running-config | section bgp", BEFORE)
    add(ev.Observed(5.0, state.round, "before", "edge1", (part,), {"text": BEFORE}))
    effect = pending(state)
    assert isinstance(effect, Propose)
    add(ev.Approved(6.0, "set", effect.digest))
    add(ev.Observed(7.0, state.round, "before", "edge1", (part,), {"text": BEFORE}))
    return state


def test_a_resumed_incident_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    with Journal.open(path) as journal:
        live = walk(journal, "inc")
        assert live.phase is Phase.APPROVED
    with Journal.open(path) as journal:
        again = Engine({"demo": TREE}).fold(journal.events("inc"))
    assert again == live
    assert isinstance(pending(again), Send)
    assert "Hidden!Word" not in repr(again)
