"""The front end without a person: answers come from a file, fixes from the command line, everything else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from troubleshoot.core.effects import Ask, Collect, Offer, Propose, Settle, Wait
from troubleshoot.core.events import Event
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import FixPlan, State
from troubleshoot.session.front import Consent, Go


def _nothing(*_: object) -> None:
    pass


@dataclass(slots=True)
class ApplyPolicy:
    """Which fixes may be applied without asking, and up to which risk."""

    fixes: frozenset[str] = frozenset()
    risk: Risk = Risk.CHANGE

    def allows(self, plan: FixPlan) -> bool:
        return plan.id in self.fixes and plan.risk.rank <= self.risk.rank


@dataclass(slots=True)
class Headless:
    """Runs everything that reads, applies only what ``policy`` names, and leaves no question open for ever."""

    policy: ApplyPolicy = field(default_factory=ApplyPolicy)
    answers: Mapping[str, str] = field(default_factory=dict)
    on_change: Callable[[State, Event], None] = _nothing
    on_output: Callable[[str, str, str], None] = _nothing
    on_warning: Callable[[str], None] = _nothing
    _tried: set[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=set)

    def _first_time(self, plan: FixPlan, what: str) -> bool:
        """Each thing is tried once: without a person to decide, a second try would be a loop."""
        key = (what, plan.id, plan.host, plan.commands)
        known = key in self._tried
        self._tried.add(key)
        return not known

    async def before_collect(self, effect: Collect, state: State) -> Go:
        return Go()

    async def ask(self, effect: Ask, state: State) -> str | None:
        return self.answers.get(effect.step)

    async def choose_fix(self, effect: Offer, state: State) -> str | None:
        for plan in effect.plans:
            if plan.id in self.policy.fixes and not self.policy.allows(plan):
                self.on_warning(f"{plan.id} is not applied: its risk '{plan.risk}' needs --allow-risk {plan.risk}")
        allowed = (plan for plan in effect.plans if self.policy.allows(plan))
        return next((plan.id for plan in allowed if self._first_time(plan, "choose")), None)

    async def consent(self, effect: Propose, state: State) -> Consent:
        """Naming a fix on the command line consents to it, and to taking it back when its verify fails."""
        plan = effect.plan
        if plan.id in self.policy.fixes and not self.policy.allows(plan):
            self.on_warning(f"{plan.id} is not applied: {plan.lockout.why}; that needs --allow-risk {plan.risk}")
        return self.policy.allows(plan) and self._first_time(plan, effect.action)

    async def settle(self, effect: Settle, state: State) -> str | None:
        """Waiting for the device's own revert and a verify only read, so they may be tried without a person, once."""
        if effect.revert_left is not None and self._first_time(effect.plan, f"revert {effect.action}"):
            self.on_warning(f"{effect.plan.host} takes the change back by itself; waiting {effect.revert_left:.0f} s")
            return "await_revert"
        return "verify" if self._first_time(effect.plan, f"settle {effect.action}") else None

    async def wait(self, effect: Wait, state: State) -> None:
        await asyncio.sleep(effect.seconds)

    def changed(self, state: State, event: Event) -> None:
        self.on_change(state, event)

    def output(self, host: str, command: str, chunk: str) -> None:
        self.on_output(host, command, chunk)

    def warn(self, message: str) -> None:
        self.on_warning(message)
