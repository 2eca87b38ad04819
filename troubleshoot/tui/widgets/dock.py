"""What stands next: the exact commands before they run, a question, the fixes on offer, or the outcome."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from troubleshoot.core.effects import Ask, Collect, Offer
from troubleshoot.core.state import FixPlan, State
from troubleshoot.core.values import check_value, wanted
from troubleshoot.errors import ValueRefused
from troubleshoot.tui import safe, views
from troubleshoot.tui.theme import RISK_STYLES
from troubleshoot.tui.widgets.fields import SafeInput
from troubleshoot.tui.widgets.lists import KeyList
from troubleshoot.tui.widgets.step import banner

DONT_KNOW = "I don't know"
NO_FIX = "No fix now: end here"


class Dock(Vertical):
    class Answered(Message):
        """The answer to a question; None is *I don't know*."""

        def __init__(self, value: str | None) -> None:
            super().__init__()
            self.value = value

    class FixPicked(Message):
        """The fix to look at; None is *no fix*."""

        def __init__(self, fix: str | None) -> None:
            super().__init__()
            self.fix = fix

    def __init__(self, hosts: tuple[str, ...] = ()) -> None:
        super().__init__(id="dock")
        self._hosts = hosts
        self._choices: tuple[str | None, ...] = ()
        self._what = ""
        self._type = ""

    def compose(self) -> ComposeResult:
        yield Static(id="dock-text", markup=False)
        yield SafeInput(id="dock-input", suggestions=self._hosts)
        yield Static(id="dock-error", markup=False)
        yield KeyList(id="dock-list")

    def on_mount(self) -> None:
        self._text("next", Content("Opening the session ..."))

    # --- what can be shown ---

    def _text(self, what: str, content: Content) -> None:
        self._what = what
        self.query_one("#dock-text", Static).update(content)
        for name in ("#dock-input", "#dock-error", "#dock-list"):
            self.query_one(name).display = False

    def show_next(self, effect: Collect) -> None:
        """The exact commands, before they run."""
        head = Content.styled(" NEXT ", "bold reverse") + Content(" ") + safe.content(effect.title, "bold")
        risk = Content.styled("read only", RISK_STYLES[views.next_risk(effect)])
        shown = [safe.content(f"  {host}: {command}", "$text-accent") for host, command in views.commands(effect)]
        why = safe.content(views.first_sentence(effect.why), "$text-muted")
        self._text("next", safe.stack([head, *shown, risk + Content.styled(", Enter runs it", "$text-muted"), why]))

    def show_busy(self, text: str) -> None:
        self._text("busy", Content.styled(" RUNNING ", "bold reverse") + Content(" ") + safe.content(text))

    def show_ask(self, effect: Ask) -> None:
        head = Content.styled(" QUESTION ", "bold reverse") + Content(" ") + safe.content(effect.question, "bold")
        self._text("ask", safe.stack([head, safe.content(effect.why, "$text-muted")]))
        self._type = effect.type
        if effect.answers:
            self._choose([*(answer.value for answer in effect.answers), None], [*_labels(effect), DONT_KNOW])
        else:
            self._type_in(effect.type)

    def _type_in(self, kind: str) -> None:
        field = self.query_one("#dock-input", SafeInput)
        field.value, field.display = "", True
        field.placeholder = wanted(kind) if kind else ""
        self._error(Content(""))
        self._choose([None], [DONT_KNOW], numbered=False)
        field.focus()

    def _choose(self, values: list[str | None], labels: list[str], *, numbered: bool = True) -> None:
        self._choices = tuple(values)
        shown = [f"{place}  {label}" if numbered else label for place, label in enumerate(labels, 1)]
        self._fill([safe.content(label, "", 200) for label in shown])

    def _fill(self, prompts: list[Content]) -> None:
        options = self.query_one("#dock-list", KeyList)
        options.set_options([Option(prompt) for prompt in prompts])
        options.display, options.highlighted = True, 0
        options.focus()

    def show_offer(self, effect: Offer, refused: tuple[FixPlan, ...]) -> None:
        """The fixes that can be chosen, and those that cannot with the reason."""
        head = Content.styled(" FIXES ", "bold reverse") + Content(" Enter shows it; nothing is sent yet.")
        notes = [safe.content(f"not offered: {plan.title}: {plan.refused}", "$text-warning") for plan in refused]
        self._text("offer", safe.stack([head, *notes]))
        self._choices = (*(plan.id for plan in effect.plans), None)
        self._fill([*map(_offered, effect.plans), Content(NO_FIX)])

    def show_settle(self, plan: FixPlan) -> None:
        text = f"It is not known whether the change reached {plan.host}. Enter: how shall this be settled?"
        self._text("settle", Content.styled(" UNKNOWN ", "bold reverse $text-error") + safe.content(f" {text}"))

    def show_end(self, state: State, *, open_ended: bool) -> None:
        hint = "Enter settles the open fix" if open_ended else "e export, q quit"
        self._text("end", banner(state) + Content.styled(f"  {hint}", "$text-muted"))

    def focus_input(self) -> None:
        """Bring the keyboard to what has to be answered."""
        field = self.query_one("#dock-input")
        (field if field.display else self.query_one("#dock-list")).focus()

    # --- answers ---

    def highlighted_fix(self) -> str | None:
        index = self.query_one("#dock-list", KeyList).highlighted or 0
        return self._choices[index] if index < len(self._choices) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._picked(event.option_index)

    def _picked(self, index: int) -> None:
        kind = self.FixPicked if self._what == "offer" else self.Answered
        self.post_message(kind(self._choices[index]))

    def pick_number(self, number: int) -> bool:
        """Choose an answer by its number (from 1)."""
        if self._what != "ask" or self.query_one("#dock-input").display or number > len(self._choices):
            return False
        self._picked(number - 1)
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._checked(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        value = self._checked(event.value)
        if value:
            self.post_message(self.Answered(value))

    def _checked(self, raw: str) -> str | None:
        """The value if it fits; the reason stands below the field otherwise."""
        if not raw.strip():
            self._error(Content(""))
            return None
        try:
            check_value(self._type or "text", raw.strip())
        except ValueRefused as error:
            self._error(safe.content(error.message, "$text-error"))
            return None
        self._error(Content.styled("fits", "$text-success"))
        return raw.strip()

    def _error(self, content: Content) -> None:
        label = self.query_one("#dock-error", Static)
        label.display = bool(content)
        label.update(content)


def _labels(effect: Ask) -> list[str]:
    return [answer.label or answer.value for answer in effect.answers]


def _offered(plan: FixPlan) -> Content:
    risk = Content.styled(f" {plan.risk} ", RISK_STYLES[plan.risk])
    return risk + Content(" ") + safe.content(f"{plan.title} @ {plan.host}", "bold", 200)
