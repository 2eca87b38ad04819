"""Putting a session together: the tree, where observations come from, the journal, and the front end.

This is the one place where the rooms meet; the command line and the screens both open their sessions here.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from troubleshoot import __version__
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Platform
from troubleshoot.core.model import Tree
from troubleshoot.core.state import Phase, State
from troubleshoot.core.values import Value, check_many, check_value
from troubleshoot.errors import JournalError, OperatorError, ValueRefused
from troubleshoot.journal import Journal, JournalLike, MemoryJournal, default_path, incident_id
from troubleshoot.session import sources
from troubleshoot.session.delegation import stuck
from troubleshoot.session.front import Front
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource, SecretSources
from troubleshoot.trees.files import read_tree
from troubleshoot.trees.library import TREE_FILE, Library, search_dirs


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a session needs to know before it starts.

    Without ``inventory``, ``captures`` or ``lab_fault`` the inventory in the configuration folder is used.
    """

    problem: str
    parameters: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    trees: tuple[Path, ...] = ()
    inventory: Path | None = None
    captures: Path | None = None
    lab_fault: str | None = None
    journal: Path | None = None
    known_hosts: Path | None = None
    accept_new_host_keys: bool = False
    ask_secret: Callable[[str], Awaitable[str | None]] | None = None
    password_command: str = ""  # a program and its arguments; {host} is replaced; run without a shell
    keyring: bool = False
    platform: str = ""  # for captured logs that do not show what kind of device wrote them


def library(trees: Sequence[Path] = ()) -> Library:
    """The trees to choose from: given folders first, then TROUBLESHOOT_TREES, then the bundled ones."""
    return Library(search_dirs(trees))


def config_dir() -> Path:
    """The user's configuration folder; TROUBLESHOOT_CONFIG_DIR names another. Nothing is created."""
    named = os.environ.get("TROUBLESHOOT_CONFIG_DIR")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("troubleshoot", appauthor=False)


def inventory_path(setup: Setup) -> Path | None:
    """The inventory to use: the given one, else the one in the configuration folder if there is one."""
    if setup.inventory is not None:
        return setup.inventory
    folder = config_dir()
    candidates = (folder / "inventory", folder / "inventory.yaml", folder / "hosts.yaml")
    return next((path for path in candidates if path.exists()), None)


# --- parameters ---------------------------------------------------------------------------------------------------


def typed_parameters(tree: Tree, given: Mapping[str, str | Sequence[str]]) -> dict[str, Value]:
    """Check what the operator gave against the tree's parameters.

    Raises:
        OperatorError: an unknown or missing parameter.
        ValueRefused: a value that does not fit its type.
    """
    unknown = sorted(set(given) - set(tree.parameters))
    if unknown:
        known = ", ".join(tree.parameters)
        raise OperatorError(f"{tree.id} has no parameter {unknown[0]!r}", hint=f"its parameters are: {known}")
    missing = missing_parameters(tree, given)
    if missing:
        hint = "\n       ".join(f"--set {name}=…   {tree.parameters[name].ask}" for name in missing)
        raise OperatorError(f"{tree.id} needs {', '.join(missing)}", hint=hint)
    return {name: _typed(tree, name, value) for name, value in given.items() if value not in ("", ())}


def missing_parameters(tree: Tree, given: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Required parameters without a value."""
    needed = (item for item in tree.parameters.values() if item.required and item.default is None)
    return [item.name for item in needed if not given.get(item.name)]


def _typed(tree: Tree, name: str, value: str | Sequence[str]) -> Value:
    parameter = tree.parameters[name]
    if parameter.many:
        return check_many(parameter.type, value, origin=f"parameter {name}")
    if not isinstance(value, str):
        raise ValueRefused("a single value is wanted", origin=f"parameter {name}")
    return check_value(parameter.type, value, origin=f"parameter {name}", choices=parameter.choices)


# --- sessions -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_session(setup: Setup, front: Front) -> AsyncIterator[Session]:
    """A new incident, started and ready to run. Leaving the context closes connections and the journal.

    Raises:
        OperatorError, AuthorError, ValueRefused: what was given cannot be used; nothing was started.
    """
    known = library(setup.trees)
    trees = known.closure(setup.problem)
    tree, texts = trees[setup.problem], _texts(known, trees)
    if setup.lab_fault is None:  # the lab brings its own values; anything else is checked before a host is touched
        typed_parameters(tree, setup.parameters)
    async with AsyncExitStack() as stack:
        source, defaults = await _source(setup, known, front, stack)
        parameters = typed_parameters(tree, {**defaults, **setup.parameters})
        store = stack.enter_context(_journal(setup.journal, front, source))
        now = time.time()
        incident = incident_id(now)
        started = ev.Started(now, incident, tree.id, tree.sha256, parameters, source.mode, __version__, _origin(setup))
        session = Session(Engine(trees), source, store, front)
        stack.enter_context(store.lock(incident))
        _create(store, incident, texts, started, session, front)
        for sentence in stuck(tree, parameters, source):
            front.warn(sentence)
        try:
            yield session
        finally:
            _close(session)


def _origin(setup: Setup) -> str:
    """Where the hosts come from, so that the incident can be resumed without saying it again."""
    if setup.lab_fault is not None:
        return setup.lab_fault
    path = setup.captures or inventory_path(setup)
    return str(path.absolute()) if path else ""


def _as_before(setup: Setup, first: ev.Started) -> Setup:
    """The setup of an earlier incident; what is given now wins. A lab is booted afresh, with the same fault."""
    setup = replace(setup, problem=first.tree)
    if first.mode == "lab":
        return replace(setup, lab_fault=setup.lab_fault or first.origin)
    path = Path(first.origin) if first.origin else None
    if first.mode == "captures":
        return replace(setup, captures=setup.captures or path)
    return replace(setup, captures=None, lab_fault=None, inventory=setup.inventory or path)


def _refuse_lost_lab(session: Session) -> None:
    """A lab ends with its session. What was changed on it is gone, so nothing could be verified any more."""
    sent = any(record.status in ("applied", "verified", "unknown", "failed") for record in session.state.fixes)
    if session.source.mode == "lab" and sent and session.state.phase is not Phase.ENDED:
        hint = "start again with `troubleshoot demo`; the transcript can still be shown and exported"
        raise OperatorError("the lab of this incident is gone, and with it the change that was made", hint=hint)


def _texts(known: Library, trees: Mapping[str, Tree]) -> dict[str, str]:
    """The files of trees just loaded: an incident goes on with these even if a file changes meanwhile."""
    texts = {name: _text_now(known, name) for name in trees}
    for name, text in texts.items():
        if hashlib.sha256(text.encode()).hexdigest() != trees[name].sha256:
            raise OperatorError(f"the tree {name} changed while it was read", hint="start again")
    return texts


def _text_now(known: Library, name: str) -> str:
    return read_tree(known.folder(name) / TREE_FILE).decode("utf-8")


def _tell_changed(stored: Mapping[str, str], known: Library, front: Front) -> None:
    """Someone edited a tree since the incident began: the operator is told that the stored copy counts."""
    for name, text in stored.items():
        try:
            changed = "" if _text_now(known, name) == text else "has changed"
        except OperatorError:
            changed = "is no longer there"
        except UnicodeDecodeError:
            changed = "can no longer be read"
        if changed:
            front.warn(f"the tree {name} {changed} since this incident began; it goes on with the copy in the journal")


def _create(
    store: JournalLike, incident: str, texts: Mapping[str, str], started: ev.Started, session: Session, front: Front
) -> None:
    try:
        store.create(incident, texts, started)
    except JournalError as error:
        session.lose_journal(error)
    session.begin(store.prepare(started))
    front.changed(session.state, started)


@asynccontextmanager
async def resume_session(incident: str, setup: Setup, front: Front) -> AsyncIterator[Session]:
    """An earlier incident at exactly the point where it stopped, with the trees it was started with.

    Raises:
        JournalError: there is no such incident, it is damaged, or another session works on it.
    """
    async with AsyncExitStack() as stack:
        store = stack.enter_context(Journal.open(setup.journal, create=False))
        stack.enter_context(store.lock(incident))
        events = list(store.events(incident))
        trees = stored_trees(store, incident)
        first = events[0]
        if not isinstance(first, ev.Started):
            raise JournalError(f"{incident} does not begin with its start")
        setup = _as_before(setup, first)
        known = library(setup.trees)
        source, _ = await _source(setup, known, front, stack)
        source.credentials.tell(lambda secret: store.redactor.learn([secret]))
        session = Session(Engine(trees), source, store, front)
        session.begin(*events)
        _refuse_lost_lab(session)
        _tell_changed(store.tree_sources(incident), known, front)
        session.record(ev.Resumed(session.now(), __version__))
        try:
            yield session
        finally:
            _close(session)


def stored_trees(store: JournalLike, incident: str) -> dict[str, Tree]:
    """The trees as they were when the incident was started."""
    from troubleshoot.trees.load import load_text  # with the schema it costs a tenth of a second

    texts = store.tree_sources(incident)
    return {name: load_text(text, f"the journal's copy of {name}") for name, text in texts.items()}


def recorded(store: JournalLike, incident: str) -> tuple[State, dict[str, Tree]]:
    """The state of a stored incident, and its trees."""
    trees = stored_trees(store, incident)
    return Engine(trees).fold(store.events(incident)), trees


def _close(session: Session) -> None:
    """An incident that has ended says so in the lists; one that has not stays resumable."""
    if session.state.phase is not Phase.ENDED:
        return
    conclusion = session.state.conclusion
    title = conclusion.title if conclusion else ""
    with suppress(JournalError):
        session.record(ev.Concluded(session.now(), outcome(session.state), {"title": title}))


async def _source(
    setup: Setup, known: Library, front: Front, stack: AsyncExitStack
) -> tuple[HubSource, Mapping[str, str]]:
    if setup.captures is not None:
        platform = Platform(setup.platform) if setup.platform else None
        return sources.captured(setup.captures, setup.inventory, platform=platform), {}
    if setup.lab_fault is not None:
        return await stack.enter_async_context(sources.lab(known.folder(setup.problem), setup.lab_fault))
    path = inventory_path(setup)
    if path is None:
        hint = "give --inventory PATH, --captures PATH, or try it on the lab: troubleshoot demo"
        raise OperatorError("there is no inventory to find hosts in", hint=hint)
    opened = sources.live(
        path,
        known_hosts=setup.known_hosts,
        own_known_hosts=config_dir() / "known_hosts",
        accept_new_host_keys=setup.accept_new_host_keys,
        secrets=SecretSources(setup.ask_secret, tuple(shlex.split(setup.password_command)), setup.keyring),
        warn=front.warn,
    )
    return await stack.enter_async_context(opened), {}


@contextmanager
def _journal(path: Path | None, front: Front, source: HubSource) -> Iterator[JournalLike]:
    """The user's journal; where it cannot be written diagnosis goes on in memory, and fixes are refused."""
    store: JournalLike
    try:
        store = Journal.open(path or default_path())
    except JournalError as error:
        front.warn(f"no journal, so fixes are refused: {error.message}")
        store = MemoryJournal()
    source.credentials.tell(lambda secret: store.redactor.learn([secret]))
    try:
        yield store
    finally:
        store.close()
