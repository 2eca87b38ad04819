"""One fix from consent to result: exactly what would be sent, then what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from troubleshoot.core.effects import Propose
from troubleshoot.core.kinds import Risk
from troubleshoot.core.planning import sent_lines
from troubleshoot.core.remarks import remarks
from troubleshoot.core.state import FixPlan, FixRecord, Phase, State
from troubleshoot.session.front import ARM, Consent
from troubleshoot.tui import actions, safe, views
from troubleshoot.tui.front import Chunk
from troubleshoot.tui.theme import RISK_STYLES, RISK_WORDS, TROUBLE_STYLE, Glyphs, outcome_style
from troubleshoot.tui.widgets.calm import CalmLabel
from troubleshoot.tui.widgets.fields import SafeInput
from troubleshoot.tui.widgets.keys import Keys
from troubleshoot.tui.widgets.output import OutputView
from troubleshoot.tui.widgets.step import status_word

_RESULTS = {
    "verified": ("FIXED AND VERIFIED", "fixed"),
    "failed": ("FIX FAILED", "fix_failed"),
    "rolled_back": ("ROLLED BACK", "rolled_back"),
    "unknown": ("OUTCOME UNKNOWN", "unknown"),
    "declined": ("NOT APPLIED", "rolled_back"),
    "offered": ("NOT SENT", "rolled_back"),
}


class FixScreen(Screen[None]):
    """Shows a proposal and takes the consent; afterwards follows the state until the result stands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings(actions.FIX),
        Binding("k", "scroll(-1)", show=False),
        Binding("g", "scroll(-100000)", show=False),
        Binding("G", "scroll(100000)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, glyphs: Glyphs, decide: Callable[[Consent], object], stop: Callable[[], None]) -> None:
        super().__init__(id="fix-screen")
        self.glyphs = glyphs
        self._consent = decide
        self._stop = stop
        self._testing = False
        self.proposal: Propose | None = None
        self._closable = False

    def compose(self) -> ComposeResult:
        yield CalmLabel(id="fix-banner")
        with VerticalScroll(id="fix-plan", can_focus=False):
            yield Static(id="fix-text", markup=False)
        yield OutputView(self.glyphs.mark, id="fix-output")
        yield Static(id="fix-type-label", markup=False)
        yield SafeInput(id="fix-type")
        with Horizontal(classes="buttons", id="fix-buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button("Apply (A)", id="apply", compact=True, variant="warning")
        yield Keys(actions.FIX)

    # --- the proposal ---

    def propose(self, effect: Propose) -> None:
        """Show what would be sent and wait for a decision; Cancel is focused first."""
        self.proposal, self._closable = effect, False
        rollback = effect.action == "rollback"
        title = "ROLL BACK?" if rollback else "APPLY THIS FIX?"
        self._banner(f"{title}  {effect.plan.title}", "bold reverse $text-warning")
        self.query_one("#fix-text", Static).update(proposal(effect))
        self.query_one("#fix-output").display = False
        self.query_one("#fix-plan").display = True
        self.query_one("#fix-plan", VerticalScroll).scroll_home(animate=False)
        self._show_buttons(effect, rollback)
        self._keys()

    def _keys(self) -> None:
        self.query_one(Keys).show(self._situation())
        self.refresh_bindings()

    def _situation(self) -> actions.Situation:
        proposal = self.proposal
        last_resort = proposal is not None and proposal.last_resort
        return actions.Situation(proposal=proposal is not None, last_resort=last_resort, testing=self._testing)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return actions.enabled(actions.FIX, action, self._situation())

    def _show_buttons(self, effect: Propose, rollback: bool) -> None:
        apply, cancel = self.query_one("#apply", Button), self.query_one("#cancel", Button)
        apply.label = Content("Roll back (A)" if rollback else "Apply (A)")
        cancel.label = Content("Leave it as it is" if rollback else "Cancel")
        typing = needs_typing(effect.plan.risk)
        label = safe.content(f"Type the host name {effect.plan.host} to allow this:", "bold")
        self.query_one("#fix-type-label", Static).update(label)
        self.query_one("#fix-type", SafeInput).value = ""
        for name in ("#fix-type-label", "#fix-type"):
            self.query_one(name).display = typing
        self.query_one("#fix-buttons").display = True
        apply.disabled = typing
        cancel.focus()

    def _allowed(self) -> bool:
        if self.proposal is None:
            return False
        plan = self.proposal.plan
        return not needs_typing(plan.risk) or self.query_one("#fix-type", SafeInput).value.strip() == plan.host

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#apply", Button).disabled = not self._allowed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._allowed():
            self.query_one("#apply", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "apply":
            self.action_apply()
        else:
            self.action_cancel()

    def action_apply(self) -> None:
        if self._allowed():
            self._decide(True)

    def action_arm(self) -> None:
        self.proposal = None
        self._keys()
        self._consent(ARM)

    def action_stop_test(self) -> None:
        self._stop()

    def action_cancel(self) -> None:
        if self.proposal is not None:
            self._decide(False)
        elif self._closable:
            self.dismiss(None)
        else:
            safe.notify(self, "The fix is being worked on; this screen closes when its result stands.")

    def action_leave(self) -> None:
        if self.proposal is None and self._closable:
            self.dismiss(None)
        else:
            self.app.run_worker(self.app.run_action("quit"))

    def _decide(self, approved: bool) -> None:
        apply = self.proposal is not None and self.proposal.action == "apply"
        self.proposal = None
        for name in ("#fix-type-label", "#fix-type"):
            self.query_one(name).display = False
        self.query_one("#fix-buttons").display = False
        self._keys()
        self._consent(approved)
        if apply and not approved:
            self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#fix-plan", VerticalScroll).scroll_relative(y=lines, animate=False)

    # --- afterwards ---

    def follow(self, state: State, now: float, *, idle: bool) -> None:
        """Show how far it came; ``now`` is the time of the state's clock, ``idle`` means that nothing runs."""
        record = current_record(state)
        if record is None or self.proposal is not None:
            return
        # The clock of the screen below ticks before this one is composed, and after it was taken apart.
        if not (self.is_mounted and self.query("#fix-banner") and self.query("#apply")):
            return
        testing = record.fix.temporary and state.phase in views.TESTING and not idle
        if testing is not self._testing:
            self._testing = testing
            self._keys()
        if idle or finished(state):
            self._result(record)
        else:
            self._banner(progress(state, record, now), "bold reverse $text-accent")

    def _result(self, record: FixRecord) -> None:
        word, outcome = _RESULTS.get(record.status, (status_word(record), "unknown"))
        message = f"  {record.message}" if record.message else ""
        style = outcome_style(outcome) if outcome != "unknown" else TROUBLE_STYLE
        self._banner(f"{word}  {record.plan.title} @ {record.plan.host}{message}", style)
        if not self._closable:
            self._closable = True
            self._close_button()

    def _close_button(self) -> None:
        apply, cancel = self.query_one("#apply", Button), self.query_one("#cancel", Button)
        apply.display, cancel.label = False, Content("Close")
        self.query_one("#fix-buttons").display = True
        cancel.focus()

    def stream(self, chunk: Chunk) -> None:
        """Output of the fix and of its verify, as it arrives."""
        view = self.query_one("#fix-output", OutputView)
        view.display = True
        view.stream(chunk.host, chunk.command, chunk.text)

    def _banner(self, text: str, style: str) -> None:
        self.query_one("#fix-banner", CalmLabel).show_page(safe.content(f" {text} ", style))


# --- what is shown ------------------------------------------------------------------------------------------------


def needs_typing(risk: Risk) -> bool:
    """From here up the name of the host must be typed."""
    return risk.rank >= Risk.SESSION.rank


def current_record(state: State) -> FixRecord | None:
    """The fix that is, or was last, worked on."""
    if state.active is not None:
        return state.fix
    touched = [record for record in state.fixes if record.status != "offered" or record.message]
    return touched[-1] if touched else None


def finished(state: State) -> bool:
    return state.phase in (Phase.ENDED, Phase.OFFER)


def progress(state: State, record: FixRecord, now: float) -> str:
    """What happens now, and how much time is left for it."""
    if state.recheck is not None:
        left = max(0, int(state.recheck.until - now))
        return f"The verify held. Walking the whole tree again until it is healthy: {left} s left"
    if state.phase in (Phase.VERIFY, Phase.VERIFY_WAIT) and record.verify_started is not None:
        left = max(0, int(record.verify_started + record.plan.within - now))
        return f"VERIFYING: {left} s left, round {_rounds(state, record)}: {record.plan.title}"
    if state.phase in (Phase.WATCH, Phase.WATCH_WAIT) and record.watch_started is not None and record.fix.watch:
        left = max(0, int(record.watch_started + record.fix.watch.within - now))
        return f"THE TEST IS ON: taken back in {left} s, or with s: {record.plan.title}"
    if state.phase in views.SENDING:
        return f"SENDING to {record.plan.host} - please wait for the answer"
    return f"{views.PHASE_WORDS[state.phase]} ..."


def _rounds(state: State, record: FixRecord) -> int:
    return len({state.observations[number].round for number in record.checks}) + 1


def proposal(effect: Propose) -> Content:
    """Everything that consent covers."""
    plan = effect.plan
    rollback = effect.action == "rollback"
    mode, lines = plan.rollback_mode if rollback else plan.mode, sent_lines(plan, effect.action)
    reason = [safe.content(f"Reason: {effect.reason}", "bold $text-warning")] if effect.reason else []
    return safe.stack(
        [
            *reason,
            _field("Host", f"{plan.host} ({plan.platform})"),
            Content.styled("Risk:    ", "bold") + Content.styled(RISK_WORDS[plan.risk], RISK_STYLES[plan.risk]),
            _field("Touches", plan.blast_radius),
            *_remarks(effect),
            _block(f"Sends ({mode}), exactly:", lines, "bold $text-warning"),
            *([] if rollback else _safety(plan)),
            _block(
                "Before, the device says now:" if not rollback else "It must look like this again:", [effect.before]
            ),
        ]
    )


def _remarks(effect: Propose) -> list[Content]:
    """What a person must know besides: our own session, a restart, a test, the device's own way back."""
    said = [safe.content(text, "$text-warning") for text in remarks(effect.plan, effect.action)]
    if effect.last_resort:
        said.append(Content.styled("R: let it restart by itself should we be cut off.", "bold"))
    return said


def _safety(plan: FixPlan) -> list[Content]:
    """How it is verified and taken back."""
    verify = _block(f"Verified by, within {plan.within:.0f} s:", [f"when {plan.verify}", *plan.verify_commands])
    if plan.rollback:
        return [verify, _block(f"Rollback ({plan.rollback_mode}):", sent_lines(plan, "rollback"))]
    return [verify, safe.content(f"No rollback: {plan.no_rollback or 'none is given'}", "bold $text-error")]


def _field(name: str, text: str) -> Content:
    return Content.styled(f"{name + ':':<9}", "bold") + safe.content(text)


def _block(head: str, lines: tuple[str, ...] | list[str], style: str = "") -> Content:
    shown = [
        safe.content(f"  {part}", style) for text in lines for part in (text.split("\n") if text else ["(nothing)"])
    ]
    return safe.stack([Content.styled(head, "bold"), *shown])
