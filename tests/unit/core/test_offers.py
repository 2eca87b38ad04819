"""What is on offer after a recheck: the fixes of the diagnosis that stands now, filled with what is known now."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.core.trees import IOS, World, diagnosis, healthy, item, judge, otherwise, pim_fix, tree, when
from troubleshoot.core.effects import Offer
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import Action, Variable, Verify
from troubleshoot.core.observing import _in_order
from troubleshoot.core.state import Item, Phase, State

MACHINES = tree(
    judge(
        "look",
        item("state", "show state"),
        when("state.bad != ''", "one_is_off", sets={"machine": "state.bad"}),
        when("state.hot", "too_hot"),
        otherwise("ok"),
    ),
    diagnosis("one_is_off", "start", "slow_way"),
    diagnosis("too_hot", "cool"),
    healthy(),
    fixes=tuple(
        pim_fix(
            id=name,
            before={},
            apply={IOS: Action(execute=(f"{name} <machine>" if name != "cool" else "cool",))},
            rollback={},
            no_rollback="none",
            verify=Verify((item("state", "show state"),), "state.bad != machine", 10.0, 2.0),
            recheck=3.0,
            recheck_every=1.0,
        )
        for name in ("start", "slow_way", "cool")
    ),
    variables={"machine": Variable("machine", "word")},
)


class Machines(World):
    """Each `start NAME` starts that machine; then the next one is seen to be off."""

    def _send(self, effect: object) -> None:
        off = self.decisions["off"]
        off.pop(0)
        self.records["r1"]["bad"] = off[0] if off else ""
        super()._send(effect)  # type: ignore[arg-type]


def machines(*off: str, hot: bool = False, fix: str = "start") -> Machines:
    world = Machines(Engine({"t": MACHINES}), {"r1": {"bad": off[0], "hot": hot}}, fix=fix, off=list(off))
    world.start()
    return world


def test_the_same_fix_is_offered_again_for_another_machine() -> None:
    world = machines("web1", "web2")
    world.chosen.clear()
    state = _run(world)
    assert [record.plan.commands for record in state.fixes if record.status == "verified"] == [
        ("start web1",),
        ("start web2",),
    ]
    assert outcome(state) == "fixed"


def test_what_an_earlier_diagnosis_offered_is_gone() -> None:
    world = machines("web1", hot=True)
    for _ in range(60):
        effect = pending(world.state)
        if isinstance(effect, Offer) and effect.conclusion.id == "too_hot":
            assert [plan.id for plan in effect.plans] == ["cool"]
            return
        world.perform()
    raise AssertionError("the second diagnosis was never offered")


def _run(world: Machines) -> State:
    for _ in range(100):
        if world.state.phase is Phase.ENDED:
            break
        if world.state.phase is Phase.OFFER:
            world.chosen.clear()  # a person may choose the same fix again
        world.perform()
    return world.state


def test_records_of_many_hosts_come_in_the_order_asked() -> None:
    items = tuple(Item("state", host, IOS, ("show state",), "state", 1.0) for host in ("r3", "r1", "r2"))
    arrived = {("state", "r1"): 0, ("state", "r2"): 1, ("state", "r3"): 2}
    assert _in_order(replace(State(), items=items, seen=arrived), "state") == [2, 0, 1]
