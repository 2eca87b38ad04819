"""What a tree is, once it has been read: frozen values without behaviour.

`troubleshoot.trees.load` makes them from YAML; the engine walks them. Text in angle brackets (``<router>``) is a
placeholder for a parameter, variable or observed value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troubleshoot.core.kinds import Platform, Risk

INCONCLUSIVE = "inconclusive"  # a route every tree has: the generic conclusion "cannot tell"
CALLED = "called"  # after a sub-tree: adopt its conclusion as our own


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the operator must say before the walk starts."""

    name: str
    type: str
    ask: str = ""
    help: str = ""
    required: bool = True
    default: str | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that the walk sets from what it observed; typed, because it may enter commands."""

    name: str
    type: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Collect:
    """One observation to make: commands per platform on one host (or on each of several), read by one parser.

    ``host`` names the parameter or variable that holds the host(s). All commands of a platform are handed to the
    parser together and make one record, bound to ``name``.
    """

    name: str
    host: str
    commands: Mapping[Platform, tuple[str, ...]]
    parse: str
    timeout: float = 30.0
    second_hop: bool = False  # the command needs our credentials on a further host


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a judging step. ``when`` is a condition; ``None`` marks the `otherwise` branch."""

    when: str | None
    because: str
    go: str
    sets: Mapping[str, str] = field(default_factory=dict)
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectStep:
    """Observe, then judge. Without ``collect`` it judges what is already known."""

    id: str
    why: str
    collect: tuple[Collect, ...]
    branches: tuple[Branch, ...]
    unknown: str
    title: str = ""
    samples: int = 1  # observe this often; the first sample is bound to `<name>_first`
    every: float = 0.0  # seconds between samples
    at_most: int | None = None  # how often this step may be entered on one host


@dataclass(frozen=True, slots=True)
class Answer:
    value: str
    label: str
    go: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class AskStep:
    """A question to a person: either a choice (``answers``) or a typed value stored in ``variable``."""

    id: str
    why: str
    question: str
    unknown: str  # nobody answers (headless), or the person does not know
    answers: tuple[Answer, ...] = ()
    variable: str | None = None
    go: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class HopStep:
    """Go to the next host: ``to`` is an expression for its address, ``host`` the variable that then names it.

    Observations of the previous host are left behind. ``visited`` is taken when the host was visited before.
    """

    id: str
    why: str
    host: str
    to: str
    go: str
    visited: str
    unknown: str
    title: str = ""
    max_hops: int = 32


@dataclass(frozen=True, slots=True)
class CallStep:
    """Walk another tree; its result is bound to ``name`` as ``{outcome, diagnosis, host}``."""

    id: str
    why: str
    tree: str
    arguments: Mapping[str, str]
    name: str
    branches: tuple[Branch, ...]
    unknown: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ConclusionStep:
    """The end of a walk: `diagnosis`, `healthy` or `inconclusive`."""

    id: str
    verdict: str
    title: str
    explanation: str = ""
    host: str | None = None  # the variable that names the host at fault
    claims: tuple[str, ...] = ()  # the observations that prove it
    cites: tuple[str, ...] = ()  # expressions whose records prove it, more precise than claims
    proven_by: tuple[str, ...] = ()  # earlier steps whose deciding lines belong to the proof, on whichever host
    fixes: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()  # what a person can do where no fix is offered


Step = CollectStep | AskStep | HopStep | CallStep | ConclusionStep


@dataclass(frozen=True, slots=True)
class Action:
    """What a fix sends on one platform: configuration lines, EXEC commands, or lines that outlive our session.

    ``restarts`` names the service that ``detached`` lines restart, and with it the session that started them.
    ``reload`` restarts the device after its ``configure`` lines (there may be none) were saved.
    """

    configure: tuple[str, ...] = ()
    execute: tuple[str, ...] = ()
    detached: tuple[str, ...] = ()
    restarts: str = ""
    reload: bool = False

    @property
    def mode(self) -> str:
        """How the lines are sent."""
        if self.reload:
            return "reload"
        return "execute" if self.execute else "detached" if self.detached else "configure"

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of whichever kind."""
        return self.configure or self.execute or self.detached


@dataclass(frozen=True, slots=True)
class Verify:
    """Proof that a fix worked: observe ``collect`` every ``every`` seconds until ``when`` holds, at most ``within``."""

    collect: tuple[Collect, ...]
    when: str
    within: float
    every: float = 5.0


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look at again and again while a test is on, at most ``within`` seconds."""

    collect: tuple[Collect, ...]
    within: float
    every: float = 5.0


@dataclass(frozen=True, slots=True)
class Fix:
    id: str
    title: str
    host: str
    risk: Risk
    blast_radius: str
    before: Mapping[Platform, tuple[str, ...]]
    apply: Mapping[Platform, Action]
    verify: Verify
    rollback: Mapping[Platform, Action]
    no_rollback: str = ""  # why none exists, where ``rollback`` is empty
    recheck: float = 0.0  # seconds: after verify, walk the tree again until it is healthy or this time is over
    recheck_every: float = 15.0
    temporary: bool = False  # a test: it is taken back after its verify and watch, whatever happens
    watch: Watch | None = None

    @property
    def collects(self) -> tuple[tuple[str, Collect], ...]:
        """What its verify and its watch look at, with the key under which it is written."""
        watched = self.watch.collect if self.watch else ()
        return (*(("verify", item) for item in self.verify.collect), *(("watch", item) for item in watched))


@dataclass(frozen=True, slots=True)
class Tree:
    id: str
    title: str
    version: int
    start: str
    steps: Mapping[str, Step]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)  # named conditions, evaluated when a condition asks
    fixes: Mapping[str, Fix] = field(default_factory=dict)
    signatures: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    summary: str = ""
    sha256: str = ""

    @property
    def lists(self) -> frozenset[str]:
        """The parameters and variables that hold lists."""
        parameters = {name for name, item in self.parameters.items() if item.many}
        return frozenset(parameters | {name for name, item in self.variables.items() if item.many})
