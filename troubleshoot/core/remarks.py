"""What a person must know about a fix besides its lines, in words: every front end shows the same sentences."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.core.detached import outlives
from troubleshoot.core.lockout import Touch
from troubleshoot.core.state import FixPlan

_RELOAD = (
    "This saves the whole running configuration and RESTARTS the device. Its questions are answered: save again: no; "
    "proceed: RETURN. Our session ends; we wait up to 25 minutes for it to come back and check that it did restart."
)
_TEST = "A test: whatever happens, it is taken back at the end without asking again, also when you leave."


def remarks(plan: FixPlan, action: str) -> Iterator[str]:
    """The sentences for consent to ``action``: apply or rollback."""
    mode = plan.rollback_mode if action == "rollback" else plan.mode
    if plan.temporary and action == "apply":
        yield _TEST
    if mode == "detached":
        yield outlives(plan.service)
    if mode == "reload":
        yield _RELOAD
    yield from _lockout(plan)


def _lockout(plan: FixPlan) -> Iterator[str]:
    found, revert = plan.lockout, plan.revert
    if found.touch is Touch.YES:
        yield f"THIS MAY CUT US OFF: {found.why}."
    elif found.touch is Touch.UNKNOWN:
        yield f"It cannot be told whether this cuts us off: {found.why}."
    if revert is not None:
        yield revert.says
    elif found.touch is not Touch.NO:
        yield "Nothing takes it back by itself here."
