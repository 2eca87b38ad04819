"""The hosts of a walk in order, each with what is known about it: the map of an incident."""

from __future__ import annotations

from troubleshoot.core import fixing
from troubleshoot.core.state import Conclusion, State
from troubleshoot.report.lacking import blocked
from troubleshoot.report.model import Hop, Need


def hops(state: State, diagnosis: Conclusion | None, needs: tuple[Need, ...]) -> tuple[Hop, ...]:
    """Every host once, in the order of its first visit; then hosts that would have come next."""
    walked = list(dict.fromkeys(entry.host for entry in state.path if entry.host))
    missing = [host for host in dict.fromkeys(need.host for need in needs) if host not in walked]
    return (*(_hop(state, host, diagnosis) for host in walked), *(Hop(host, "unknown", "not seen") for host in missing))


def _hop(state: State, host: str, diagnosis: Conclusion | None) -> Hop:
    if diagnosis is not None and diagnosis.host == host:
        return Hop(host, "ok", "fixed") if fixing.outcome(state) == "fixed" else Hop(host, "broken", diagnosis.title)
    in_doubt = [seen for seen in blocked(state) if seen.host == host]
    if in_doubt:
        return Hop(host, "unknown", in_doubt[-1].message or in_doubt[-1].doubt)
    return Hop(host, "unknown", _doubt(state)) if _ends_in_doubt(state, host) else Hop(host, "ok")


def _ends_in_doubt(state: State, host: str) -> bool:
    """The walk stopped here without a verdict."""
    undecided = state.conclusion is None or state.conclusion.verdict in ("inconclusive", "error")
    return undecided and bool(state.path) and state.path[-1].host == host


def _doubt(state: State) -> str:
    return state.conclusion.title if state.conclusion else "the walk was not finished"
