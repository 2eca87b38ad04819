"""Small trees and a scripted world for tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Ask, Collect, Offer, Propose, Resolve, Send, Settle, Wait
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.kinds import Platform, Risk, Trouble
from troubleshoot.core.model import (
    Action,
    AskStep,
    Branch,
    CollectStep,
    ConclusionStep,
    Fix,
    HopStep,
    Parameter,
    Step,
    Tree,
    Variable,
    Verify,
)
from troubleshoot.core.model import (
    Collect as CollectItem,
)
from troubleshoot.core.state import Item, Phase, State, WayIn
from troubleshoot.core.values import Value

IOS = Platform.IOS


def item(name: str, command: str, host: str = "router") -> CollectItem:
    return CollectItem(name, host, {IOS: (command,)}, name)


def judge(
    step_id: str, collect: CollectItem | None, *branches: Branch, unknown: str = "inconclusive", **more: Any
) -> CollectStep:
    return CollectStep(step_id, f"why {step_id}", (collect,) if collect else (), branches, unknown, **more)


def when(condition: str, go: str, because: str = "so", **more: Any) -> Branch:
    return Branch(condition, because, go, **more)


def otherwise(go: str, because: str = "nothing else") -> Branch:
    return Branch(None, because, go)


def healthy(step_id: str = "ok") -> ConclusionStep:
    return ConclusionStep(step_id, "healthy", "All is well")


def diagnosis(step_id: str, *fixes: str, **more: Any) -> ConclusionStep:
    return ConclusionStep(step_id, "diagnosis", f"{step_id} on <router>", "because", "router", fixes=fixes, **more)


def tree(*steps: Step, fixes: tuple[Fix, ...] = (), tree_id: str = "t", **more: Any) -> Tree:
    parameters = {"router": Parameter("router", "host")} | more.pop("parameters", {})
    return Tree(
        tree_id,
        "A tree",
        1,
        steps[0].id,
        {step.id: step for step in steps},
        parameters,
        fixes={fix.id: fix for fix in fixes},
        **more,
    )


def pim_fix(**more: Any) -> Fix:
    settings: dict[str, Any] = {
        "id": "enable",
        "title": "Enable it on <router>",
        "host": "router",
        "risk": Risk.CHANGE,
        "blast_radius": "one interface",
        "before": {IOS: ("show running-config",)},
        "apply": {IOS: Action(configure=("feature on",))},
        "rollback": {IOS: Action(configure=("no feature",))},
        "verify": Verify((item("state", "show state"),), "state.on", within=10.0, every=2.0),
    }
    return Fix(**(settings | more))


def walk_tree() -> Tree:
    """state -> next host until the end; a fault has a fix; a question; a loop guard."""
    return tree(
        judge(
            "look",
            item("state", "show state"),
            when("state.on == false", "broken", "it is off"),
            when("state.next != ''", "go_on", "the way goes on", sets={"next_hop": "state.next"}),
            otherwise("ok", "the end"),
        ),
        HopStep("go_on", "next", "router", "next_hop", "look", "circle", "inconclusive"),
        AskStep("circle", "it goes in circles", "Is that meant?", "inconclusive", variable="word", go="ok"),
        diagnosis("broken", "enable", cites=("state",)),
        healthy(),
        fixes=(pim_fix(recheck=10.0, recheck_every=1.0),),
        variables={"next_hop": Variable("next_hop", "host"), "word": Variable("word", "word")},
    )


class World:
    """Answers effects the way a session would, from a table of records by host; keeps what was sent."""

    def __init__(self, engine: Engine, records: Mapping[str, Mapping[str, Any]], **decisions: Any) -> None:
        self.engine = engine
        self.records = {host: dict(record) for host, record in records.items()}
        self.decisions = decisions
        self.state = State()
        self.events: list[ev.Event] = []
        self.sent: list[tuple[str, str]] = []
        self.chosen: set[tuple[Any, Any]] = set()
        self.clock = 1000.0

    def do(self, event: ev.Event) -> None:
        self.state = self.engine.apply(self.state, event)
        self.events.append(event)

    def tick(self, seconds: float = 1.0) -> float:
        self.clock += seconds
        return self.clock

    def start(self, tree_id: str = "t", **parameters: Value) -> World:
        values = parameters or {"router": "r1"}
        self.do(ev.Started(self.tick(), "i1", tree_id, "sha", values, "live"))
        return self

    def run(self, steps: int = 200) -> State:
        for _ in range(steps):
            if self.state.phase is Phase.ENDED:
                break
            self.perform()
        return self.state

    def perform(self) -> None:
        effect = pending(self.state)
        handlers: dict[type, Callable[[Any], None]] = {
            Resolve: self._resolve,
            Collect: self._collect,
            Wait: lambda wait: self.do(ev.Waited(self.tick(wait.seconds), wait.round)),
            Ask: self._ask,
            Offer: self._offer,
            Propose: self._propose,
            Send: self._send,
            Settle: self._settle,
        }
        handlers[type(effect)](effect)

    def _resolve(self, effect: Resolve) -> None:
        for query in effect.queries:
            if query in self.records:
                self.do(ev.HostResolved(self.tick(), query, query, IOS, (query,)))
            else:
                self.do(ev.HostUnknown(self.tick(), query))

    def _collect(self, effect: Collect) -> None:
        for wanted in effect.items:
            self.do(self.observed(effect.round, wanted))

    def observed(self, round_: int, wanted: Item) -> ev.Observed:
        record = self.records[wanted.host]
        trouble = record.get("trouble")
        parts = tuple(ev.Part(command, str(record)) for command in wanted.commands)
        if trouble:
            return ev.Observed(self.tick(), round_, wanted.name, wanted.host, trouble=Trouble(trouble), message="no")
        seen = {"at": [[0, 1, 1]], **record}
        return ev.Observed(self.tick(), round_, wanted.name, wanted.host, parts, seen)

    def _ask(self, effect: Ask) -> None:
        answer = self.decisions.get("answers", {}).get(effect.step)
        self.do(
            ev.Answered(self.tick(), effect.step, answer) if answer else ev.NobodyAnswered(self.tick(), effect.step)
        )

    def _offer(self, effect: Offer) -> None:
        wanted = self.decisions.get("fix")
        known = wanted in {plan.id for plan in effect.plans} and (wanted, effect.conclusion.host) not in self.chosen
        self.chosen.add((wanted, effect.conclusion.host))
        if not known:
            self.do(ev.FixesClosed(self.tick()))
            return
        host = next(plan.host for plan in effect.plans if plan.id == wanted)
        way = self.decisions.get("way", WayIn(apart=True))
        self.do(ev.WaySeen(self.tick(), host, way.address, way.station, way.apart))
        self.do(ev.FixChosen(self.tick(), str(wanted)))

    def _propose(self, effect: Propose) -> None:
        if self.decisions.get(effect.action, True):
            self.do(ev.Approved(self.tick(), effect.plan.id, effect.digest, effect.action))
        else:
            self.do(ev.Declined(self.tick(), effect.plan.id, effect.action))

    def _send(self, effect: Send) -> None:
        commands = effect.plan.rollback if effect.action == "rollback" else effect.plan.commands
        self.do(ev.SendIntended(self.tick(), effect.plan.id, effect.action, effect.digest, commands))
        self.sent.append((effect.plan.host, effect.action))
        self.records[effect.plan.host].update(self.decisions.get(f"after_{effect.action}", {}))
        self.do(
            self.decisions.get("answer_to_send", lambda at, fix, action: ev.SendAnswered(at, fix, action))(
                self.tick(), effect.plan.id, effect.action
            )
        )

    def _settle(self, effect: Settle) -> None:
        self.do(ev.OutcomeStated(self.tick(), effect.plan.id, self.decisions["settle"]))
