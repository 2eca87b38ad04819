"""Faults of the wire on purpose: the n-th request of an action is reset, cut, delayed, answered wrongly, or lost."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

EVERY: Final = 0
HTML: Final = b"<html><head><title>Gateway</title></head><body><h1>Service unavailable</h1></body></html>"


class Kind(enum.Enum):
    """What happens instead of, or before, the true answer."""

    RESET = "reset"  # TCP reset
    CLOSE = "close"  # orderly end of the connection
    HALF = "half"  # the request is carried out; half of the answer, then a reset
    SILENCE = "silence"  # no answer, the connection stays open
    STATUS = "status"  # a bare HTTP answer
    FAULT = "fault"  # a SOAP fault with a code of choice
    DELAY = "delay"  # the true answer, late
    VANISH = "vanish"  # the shell is gone before the request is looked at
    GARBLE = "garble"  # 200 with something that is no XML
    RESTART = "restart"  # the service restarts
    RELATES = "relates"  # the true answer, to another message


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One fault. ``after``: the request is carried out and only its answer is lost (reset, close, silence, status,
    restart). ``status``, ``body``, ``content_type`` serve STATUS; ``code`` FAULT; ``seconds`` DELAY and RESTART.
    """

    kind: Kind
    after: bool = False
    status: int = 503
    body: bytes = b""
    content_type: str = ""
    code: int = 995
    seconds: float = 0.0


def reset(*, after: bool = False) -> Disturbance:
    """TCP reset, before or after the request was carried out."""
    return Disturbance(Kind.RESET, after=after)


def close(*, after: bool = False) -> Disturbance:
    """The connection ends without an answer."""
    return Disturbance(Kind.CLOSE, after=after)


def half() -> Disturbance:
    """Half of the answer, then a reset."""
    return Disturbance(Kind.HALF, after=True)


def silence(*, after: bool = False) -> Disturbance:
    """No answer for as long as the client waits."""
    return Disturbance(Kind.SILENCE, after=after)


def status(code: int, body: bytes = b"", content_type: str = "", *, after: bool = False) -> Disturbance:
    """A bare HTTP answer: 400, 401, 500 and 503 are what Windows and proxies give."""
    return Disturbance(Kind.STATUS, status=code, body=body, content_type=content_type, after=after)


def html(code: int = 503) -> Disturbance:
    """What a proxy or load balancer in the path answers."""
    return status(code, HTML, "text/html")


def fault(code: int) -> Disturbance:
    """A SOAP fault with this code."""
    return Disturbance(Kind.FAULT, code=code)


def delay(seconds: float) -> Disturbance:
    """The true answer, late by real seconds."""
    return Disturbance(Kind.DELAY, seconds=seconds)


def vanish() -> Disturbance:
    """The shell that the request names is gone."""
    return Disturbance(Kind.VANISH)


def restart(down: float, *, after: bool = False) -> Disturbance:
    """The service stops and is down for real seconds; it returns as the listener's ``comeback`` says."""
    return Disturbance(Kind.RESTART, after=after, seconds=down)


def garble() -> Disturbance:
    """Status 200 and a body that is no XML."""
    return Disturbance(Kind.GARBLE)


def wrong_relation() -> Disturbance:
    """The true answer with another message's id."""
    return Disturbance(Kind.RELATES)


class FaultPlan:
    """Which disturbance hits which request.

    Keys are (action, n). The action is ``Connect`` (a new TCP connection), ``Login`` (the request that ends a login,
    well or badly; with Basic every request), ``Identify``, ``Create``, ``Command``, ``Send``, ``Receive``, ``Signal``,
    ``Delete``, ``Get`` or ``Any`` of the operations; n counts from 1, :data:`EVERY` means each. Counting starts with
    the plan.
    """

    def __init__(self, plan: Mapping[tuple[str, int], Disturbance] | None = None) -> None:
        self._plan = dict(plan or {})
        self._seen: Counter[str] = Counter()

    def add(self, action: str, nth: int, disturbance: Disturbance) -> None:
        """Plan one more; ``nth`` counts all requests of the action since the plan was made."""
        self._plan[action, nth] = disturbance

    def clear(self) -> None:
        """Forget what is planned; the count goes on."""
        self._plan.clear()

    def count(self, action: str) -> int:
        """How many requests of an action there were."""
        return self._seen[action]

    def take(self, action: str) -> Disturbance | None:
        """Count one request and say what hits it."""
        names = (action,) if action in ("Connect", "Login") else (action, "Any")
        for name in names:
            self._seen[name] += 1
        keys = [(name, n) for name in names for n in (self._seen[name], EVERY)]
        return next((self._plan[key] for key in keys if key in self._plan), None)
