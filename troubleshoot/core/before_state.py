"""What the device says before a change: shown, covered by the consent, and what a rollback has to restore.

With it goes what carries our own session there, so that a change which would cut it is known before consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from troubleshoot.core import lockout, observing
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.planning import consent_digest
from troubleshoot.core.state import FixPlan, Item, Observation, State, WayIn

BEFORE: Final = "before"
INTERFACES: Final = "session_interfaces"
ROUTE: Final = "session_route"
ARCHIVE: Final = "session_archive"
_TIMEOUT: Final = 30.0
_VOLATILE: Final = (
    "building configuration",
    "current configuration",
    "!",
    "## last changed",
    "last configuration change",
)
_INTERFACES: Final[Mapping[Platform, str]] = {
    Platform.IOS: "show ip interface brief",
    Platform.NXOS: "show ip interface brief vrf all",
    Platform.JUNOS: "show interfaces terse",
    Platform.FRR: "show interface brief json",
}
_ROUTE: Final[Mapping[Platform, str]] = {
    Platform.IOS: "show ip route {}",
    Platform.NXOS: "show ip route {}",
    Platform.JUNOS: "show route {} table inet.0",
    Platform.FRR: "show ip route {} json",
}


# --- reading ------------------------------------------------------------------------------------------------------


def read(state: State, *, way: bool = False) -> State:
    """Want the before-state of the active fix; with ``way`` also what carries our session there."""
    plan = state.fix.plan
    before = [Item(BEFORE, plan.host, plan.platform, plan.before, "", _TIMEOUT)] if plan.before else []
    return observing.expect(state, [*before, *(_way_items(state, plan) if way else ())])


def _way_items(state: State, plan: FixPlan) -> Iterator[Item]:
    way = state.ways.get(plan.host, WayIn())
    if plan.platform not in lockout.NETWORK or plan.mode != "configure" or way.apart:
        return
    yield Item(INTERFACES, plan.host, plan.platform, (_INTERFACES[plan.platform],), "interfaces", _TIMEOUT)
    if way.station:
        route = _ROUTE[plan.platform].format(way.station)
        yield Item(ROUTE, plan.host, plan.platform, (route,), "route", _TIMEOUT)
    if plan.platform is Platform.IOS:
        yield Item(ARCHIVE, plan.host, plan.platform, ("show archive",), "", _TIMEOUT)


def seen_now(state: State) -> tuple[int, ...]:
    """The observations of the before-state in this round."""
    return tuple(number for (name, _), number in state.seen.items() if name == BEFORE)


def text(state: State, numbers: tuple[int, ...]) -> str:
    """What the device said before the change, as shown and as covered by the consent."""
    parts = (part for number in numbers for part in state.observations[number].parts)
    return "\n".join(f"{part.command}\n{part.text.rstrip()}" for part in parts)


def same(state: State, numbers: tuple[int, ...]) -> bool:
    """Is it what it was, but for timestamps, sizes and blank lines?"""
    return _settled(text(state, numbers)) == _settled(text(state, state.fix.before))


def _settled(whole: str) -> list[str]:
    lines = (line.rstrip() for line in whole.splitlines())
    return [line for line in lines if line and not line.lower().lstrip().startswith(_VOLATILE)]


def digest(state: State, action: str) -> str:
    """What consent to ``action`` is bound to."""
    return consent_digest(state.fix.plan, action, text(state, state.fix.before))


# --- our own session ----------------------------------------------------------------------------------------------


def guarded(state: State) -> State:
    """Put the lock-out guard into the plan: does it touch our session, and what brings the device back then."""
    plan = state.fix.plan
    if plan.platform not in lockout.NETWORK or plan.mode != "configure":
        return state
    found = lockout.judge(plan.platform, (*plan.commands, *plan.rollback), _way(state, plan))
    archive = _archive(_seen(state, ARCHIVE))
    revert = lockout.revert_for(plan.platform, _name(state), plan.within, found.touch, archive)
    plan = replace(plan, lockout=found, revert=revert, risk=_risk(plan, found, revert))
    return state.with_fix(plan=plan)


def _way(state: State, plan: FixPlan) -> lockout.Way:
    known = state.ways.get(plan.host, WayIn())
    if known.apart:
        return lockout.Way(apart=True)
    return lockout.way_of(known.address, known.station, _record(state, INTERFACES), _record(state, ROUTE))


def _risk(plan: FixPlan, found: lockout.Lockout, revert: lockout.Revert | None) -> Risk:
    """A change that may cut us off and that nothing takes back needs more than an ordinary consent."""
    alone = found.touch is lockout.Touch.YES and (revert is None or not revert.minutes)
    return Risk.SESSION if alone and plan.risk.rank < Risk.SESSION.rank else plan.risk


def _seen(state: State, name: str) -> Observation | None:
    number = next((number for (seen, _), number in state.seen.items() if seen == name), None)
    return None if number is None else state.observations[number]


def _record(state: State, name: str) -> Mapping[str, Any] | None:
    seen = _seen(state, name)
    return seen.record if seen is not None and observing.usable(seen) else None


def _archive(seen: Observation | None) -> bool:
    """Whether IOS keeps archives of its configuration: its revert timer needs a place for one."""
    if seen is None or not observing.usable(seen):
        return False
    return "next archive file will be named" in "".join(part.text for part in seen.parts)


def _name(state: State) -> str:
    return f"ts-{digest(state, 'apply')[:8]}"
