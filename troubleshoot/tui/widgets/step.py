"""The card of one step: what it is for and what was decided, or the conclusion of the walk."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshoot.core.effects import Collect, Effect
from troubleshoot.core.engine import pending
from troubleshoot.core.state import Conclusion, FixRecord, PathStep, State
from troubleshoot.tui import safe, views
from troubleshoot.tui.theme import OUTCOME_WORDS, TROUBLE_STYLE, Glyphs, outcome_style

_VERDICTS = {"diagnosis": "FAULT", "healthy": "HEALTHY", "inconclusive": "CANNOT TELL", "error": "ERROR IN THE TREE"}
_OUTCOME_OF = {"diagnosis": "diagnosed", "healthy": "healthy", "inconclusive": "inconclusive"}
_KINDS = {
    "otherwise": "None of the other branches holds",
    "unknown": "CANNOT TELL",
    "answered": "You answered",
    "overridden": "You decided",
    "hop": "Next host",
    "called": "Another tree",
}


class StepView(VerticalScroll):
    """Scrolls when the text is longer than its share of the screen."""

    ALLOW_MAXIMIZE = True

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="step")
        self.glyphs = glyphs
        self._body = Static(markup=False)

    def compose(self):  # type: ignore[no-untyped-def]
        yield self._body

    def show(self, content: Content) -> None:
        self._body.update(content)
        self.scroll_home(animate=False)

    def show_entry(self, state: State, entry: PathStep) -> None:
        if entry.kind == "concluded" and state.conclusion is not None:
            self.show(conclusion(state, state.conclusion))
        else:
            self.show(decision(entry, self.glyphs))

    def show_running(self, state: State, effect: Effect | None) -> None:
        self.show(running(state, effect))


def beginning(state: State) -> Content:
    """Before the first decision: what is walked, and with which values."""
    tree = state.frames[0].tree
    values = [safe.content(f"  {name}: {_shown(value)}") for name, value in state.parameters.items() if value]
    return safe.stack([safe.content(tree.title, "bold"), safe.content(tree.summary, "$text-muted"), *values])


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def running(state: State, effect: Effect | None) -> Content:
    """The step that is being observed now."""
    if not isinstance(effect, Collect):
        return Content.styled(views.PHASE_WORDS[state.phase], "bold")
    head = _head(effect.title, views.current_host(state, effect))
    return safe.stack([head, safe.content(effect.why, "$text-muted")])


def decision(entry: PathStep, glyphs: Glyphs) -> Content:
    """A judged step: what it asked, what was decided, and how much proof is marked."""
    return safe.stack(
        [_head(entry.title, entry.host or ""), _decided(entry, glyphs), safe.content(entry.why, "$text-muted")]
    )


def _head(title: str, host: str) -> Content:
    where = safe.content(f"  @ {host}", "$text-accent", 80) if host else Content("")
    return safe.content(title, "bold") + where


def _decided(entry: PathStep, glyphs: Glyphs) -> Content:
    word = _KINDS.get(entry.kind, "Decided")
    style = "bold $text-warning" if entry.kind == "unknown" else "bold"
    text = Content.styled(f"{glyphs.arrow} {word}: ", style) + safe.content(entry.because or "-")
    lines = sum(len(numbers) for numbers in views.marked(entry.cites).values())
    marks = f"{lines} deciding line{'s' if lines != 1 else ''} marked {glyphs.mark}" if lines else ""
    rivals = "w: why not the others?" if len(entry.judged) > 1 else ""
    notes = "   ".join(text for text in (marks, rivals) if text)
    return safe.stack([text, Content.styled(notes, "$text-muted") if notes else Content("")])


# --- the end ------------------------------------------------------------------------------------------------------


def conclusion(state: State, end: Conclusion) -> Content:
    """Verdict, host, explanation, what became of the fixes, and advice; the proof is in the output pane."""
    head = Content.styled(f" {_VERDICTS.get(end.verdict, 'END')} ", _verdict_style(end))
    host = safe.content(f" {end.host}:", "bold $text-accent") if end.host else Content("")
    title = head + host + Content(" ") + safe.content(end.title, "bold")
    advice = [safe.content(f"Advice: {text}") for text in end.advice]
    fixes = [_fix(record, state.mode) for record in state.fixes]
    return safe.stack([title, safe.content(end.explanation), *fixes, *advice])


def _verdict_style(end: Conclusion) -> str:
    return outcome_style(_OUTCOME_OF.get(end.verdict, "error"))


def _fix(record: FixRecord, mode: str) -> Content:
    plan = record.plan
    head = safe.content(f"Fix: {plan.title} @ {plan.host} ({plan.risk}): ", "")
    if plan.refused:
        return head + safe.content(f"not offered: {plan.refused}", "$text-warning")
    if mode == "captures":
        return head + safe.content("shown only: captured evidence cannot be changed", "$text-warning")
    return head + safe.content(" - ".join(filter(None, [status_word(record), record.message])), "bold")


def status_word(record: FixRecord) -> str:
    """How far a fix came, as a word of its own."""
    return {"rolled_back": "ROLLED BACK", "unknown": "OUTCOME UNKNOWN"}.get(record.status, record.status.upper())


def banner(state: State) -> Content:
    """The outcome of the incident in one loud line."""
    outcome = getattr(pending(state), "outcome", "aborted")
    word = OUTCOME_WORDS.get(outcome, safe.line(outcome, 40).upper())
    return Content.styled(f" {word} ", outcome_style(outcome) if outcome in OUTCOME_WORDS else TROUBLE_STYLE)
