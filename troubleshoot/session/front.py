"""What a front end (TUI, plain lines, headless) decides for a session, and what it is told.

The session never prints and never asks by itself; the engine never waits. Everything a person does arrives through
these few questions, so every front end has the same abilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from troubleshoot.core.effects import Ask, Collect, Offer, Propose, Settle, Wait
from troubleshoot.core.events import Event
from troubleshoot.core.state import State


@dataclass(frozen=True, slots=True)
class Go:
    """Run the observations. ``pasted`` holds texts that a person brought instead, by (host, command)."""

    pasted: Mapping[tuple[str, str], str] = field(default_factory=dict)


ARM: Final = "arm"
Consent = bool | Literal["arm"]


class Front(Protocol):
    """Decisions are awaited; a front end may take as long as a person needs."""

    async def before_collect(self, effect: Collect, state: State) -> Go:
        """Called with the exact commands before they run."""
        ...

    async def ask(self, effect: Ask, state: State) -> str | None:
        """The answer to a question; None when nobody can answer it."""
        ...

    async def choose_fix(self, effect: Offer, state: State) -> str | None:
        """The id of the fix to prepare; None for none."""
        ...

    async def consent(self, effect: Propose, state: State) -> Consent:
        """Consent to exactly the commands shown; ``ARM``: show it again with a scheduled restart as the way back."""
        ...

    async def settle(self, effect: Settle, state: State) -> str | None:
        """How to end the doubt about a sent fix: verify, rollback, applied, not_applied; None leaves it open.

        ``await_revert`` where the device takes it back by itself (``effect.revert_left``): wait for that, then look.
        """
        ...

    async def wait(self, effect: Wait, state: State) -> None:
        """Wait the given time, showing it."""
        ...

    def changed(self, state: State, event: Event) -> None:
        """Something happened: ``state`` is the new state, the event is stored."""
        ...

    def output(self, host: str, command: str, chunk: str) -> None:
        """A piece of output as it arrives (untrusted text)."""
        ...

    def warn(self, message: str) -> None:
        """Something the person should know that does not stop the work."""
        ...
