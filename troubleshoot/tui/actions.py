"""Every key of the application, once. Footer, help, palette and bindings are all made from this table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding

RUN: Final = "run"
LIST: Final = "list"
HOME: Final = "home"
PARAMETERS: Final = "parameters"
FIX: Final = "fix"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the keys of the run screen depend on."""

    waiting: str = ""  # collect, ask, offer, consent, settle: what a person is asked for now
    busy: bool = False  # something runs
    sending: bool = False  # a change is on its way
    fixing: bool = False  # a fix was sent and its result does not stand yet
    ended: bool = False
    proposal: bool = False  # a fix waits for consent
    last_resort: bool = False  # a scheduled restart could guard it
    testing: bool = False  # a test is on the device
    command: bool = False  # there is a command to copy
    back: bool = False  # there is a decision to go back to
    rivals: bool = False  # the entry shown was a choice between branches
    facts: bool = False
    state: bool = False  # the incident has begun
    below: bool = False  # there is a screen to go back to


Enabled = Callable[[Situation], bool]


def _always(_: Situation) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. ``id`` names the ``action_<id>`` method of the screen."""

    id: str
    keys: str
    label: str
    help: str
    screen: str = RUN
    enabled: Enabled = _always
    footer: bool = True
    shown_key: str = ""
    priority: bool = False  # works while typing in a field, too


def _calm(now: Situation) -> bool:
    return now.back and not now.sending


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "go",
        "enter",
        "Go on",
        "Run the commands shown, answer the question, open the fix: whatever stands next.",
        enabled=lambda now: bool(now.waiting),
    ),
    Action(
        "auto",
        "a",
        "Auto",
        "Run on without pausing before each step. Only commands that read are run so; a fix always asks.",
        enabled=lambda now: not now.ended,
    ),
    Action(
        "fix",
        "f",
        "Fix",
        "Look at an offered fix: everything it would send, before anything is sent.",
        enabled=lambda now: now.waiting in ("offer", "settle"),
    ),
    Action(
        "paste",
        "p",
        "Paste",
        "Bring the output yourself instead of running the commands.",
        enabled=lambda now: now.waiting == "collect",
    ),
    Action(
        "cancel",
        "c",
        "Stop",
        "Stop the step that is running. It can be run again or left.",
        enabled=lambda now: now.busy and not now.sending,
    ),
    Action(
        "back",
        "b",
        "Back",
        "Step back to the selected decision (or the last one) and wait there; what was seen stays in the record.",
        enabled=_calm,
    ),
    Action(
        "rerun",
        "r",
        "Re-run",
        "Run the selected decision (or the last one) again on fresh output, at once.",
        enabled=_calm,
        footer=False,
    ),
    Action(
        "why",
        "w",
        "Why",
        "Why not the others? The rival branches of this decision and what ruled them out.",
        enabled=lambda now: now.rivals,
    ),
    Action(
        "facts",
        "t",
        "Facts",
        "Switch between the raw output and the facts that were read from it.",
        enabled=lambda now: now.facts,
        footer=False,
    ),
    Action("zoom", "z", "Zoom", "Show the focused pane alone; once more brings the others back.", footer=False),
    Action(
        "copy",
        "y",
        "Copy",
        "Copy the commands to the clipboard of your terminal (OSC 52).",
        enabled=lambda now: now.command,
        footer=False,
    ),
    Action("note", "n", "Note", "Write a note into the record.", enabled=lambda now: now.state),
    Action(
        "export",
        "e",
        "Export",
        "Write the transcript to a file: Markdown, HTML or JSON.",
        enabled=lambda now: now.state,
    ),
    Action("follow", "escape", "Now", "Leave a selected earlier decision: show the present again.", footer=False),
    Action(
        "close",
        "x",
        "Close",
        "Close this walk, which is over, and go back to the parameters or the list.",
        enabled=lambda now: now.ended and now.below,
    ),
    Action("help", "question_mark", "Help", "All keys.", shown_key="?"),
    Action(
        "leave",
        "q,ctrl+c",
        "Quit",
        "Leave. The incident stays in the journal and can be resumed from the first screen.",
        shown_key="q",
    ),
    Action("cursor_up", "k,up", "Up", "One up.", screen=LIST, footer=False, shown_key="k"),
    Action("cursor_down", "j,down", "Down", "One down.", screen=LIST, footer=False, shown_key="j"),
    Action("first", "g,home", "Top", "To the first.", screen=LIST, footer=False, shown_key="g"),
    Action("last", "G,end", "Bottom", "To the last.", screen=LIST, footer=False, shown_key="G"),
    Action("left", "h,left", "Left", "Output: to the left.", screen=LIST, footer=False, shown_key="h"),
    Action("right", "l,right", "Right", "Output: to the right.", screen=LIST, footer=False, shown_key="l"),
    Action("next_mark", "m", "Mark", "Output: to the next marked line.", screen=LIST, footer=False),
    Action("open", "enter", "Open", "Open the tree, or resume the incident.", screen=HOME),
    Action("into_list", "down", "List", "From the symptom into the list.", screen=HOME, shown_key="Down"),
    Action("symptom", "escape,slash", "Symptom", "Back to the symptom.", screen=HOME, shown_key="Esc"),
    Action("help", "f1,question_mark", "Help", "All keys.", screen=HOME, shown_key="F1"),
    Action("leave", "ctrl+q,q,ctrl+c", "Quit", "Leave the program.", screen=HOME, shown_key="Ctrl+Q"),
    Action(
        "next_field",
        "enter,down",
        "Next field",
        "To the next field; on the button: start.",
        screen=PARAMETERS,
        priority=True,
    ),
    Action("previous_field", "up", "Previous field", "To the field before.", screen=PARAMETERS, footer=False),
    Action("start", "f5,ctrl+s", "Start", "Start the walk.", screen=PARAMETERS, shown_key="F5", priority=True),
    Action("back", "escape", "Back", "To the list of trees.", screen=PARAMETERS),
    Action("help", "f1", "Help", "All keys.", screen=PARAMETERS, shown_key="F1"),
    Action("leave", "ctrl+c", "Quit", "Leave the program.", screen=PARAMETERS, footer=False, shown_key="Ctrl+Q"),
    Action(
        "apply",
        "A",
        "Apply",
        "Consent to exactly what is shown. From risk `session` up the host name must be typed first.",
        screen=FIX,
        enabled=lambda now: now.proposal,
        shown_key="A",
    ),
    Action(
        "arm",
        "R",
        "Restart guard",
        "Show it again with a scheduled restart of the device as the way back, should we be cut off.",
        screen=FIX,
        enabled=lambda now: now.last_resort,
        shown_key="R",
    ),
    Action(
        "stop_test",
        "s",
        "Stop the test",
        "End a test now: it is taken back, and its removal is checked.",
        screen=FIX,
        enabled=lambda now: now.testing,
    ),
    Action("cancel", "escape", "Cancel, close", "Nothing is sent; or close the result.", screen=FIX),
    Action("scroll(1)", "j", "Scroll", "Scroll the text (also k, g, G, PageUp, PageDown).", screen=FIX),
    Action("leave", "q,ctrl+c", "Quit", "Leave; what is open stays resumable.", screen=FIX, shown_key="q"),
)

_BY_ID: Final = {(action.screen, action.id): action for action in ACTIONS}


def of(screen: str) -> Iterator[Action]:
    """The actions of a screen, in the order of footer and help."""
    return (action for action in ACTIONS if action.screen == screen)


def bindings(screen: str) -> list[Binding]:
    """Textual bindings for a screen."""
    return [
        Binding(action.keys, action.id, action.label, show=action.footer, priority=action.priority)
        for action in of(screen)
    ]


def key_name(action: Action) -> str:
    """The key as people read it."""
    first = action.keys.split(",")[0]
    return action.shown_key or {"escape": "Esc", "enter": "Enter", "up": "Up"}.get(first, first)


def enabled(screen: str, action_id: str, situation: Situation) -> bool:
    """True when the action makes sense now; unknown ids are not ours to forbid."""
    action = _BY_ID.get((screen, action_id))
    return action is None or action.enabled(situation)
