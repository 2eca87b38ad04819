"""The key ``junos`` of a ``lab.yaml``.

::

    junos:
      routers:
        mx1:
          config: |              # `set` lines
            set system host-name mx1
          idle: 94               # percent of CPU; also model, version, flash, free (MB of /var), frame ("{master}")
          managers: {192.0.2.60: {community: lab-ro, every: 20}}
          people: {jdoe: {mode: exclusive, since: 9600, changes: [set ...]}}    # in configuration mode; seconds ago
          commits: [{user: jdoe, age: 120, confirmed: 10, changes: [set ...]}]  # oldest first, before the lab began
          files: {guided-rip: 4000}      # bytes of old log files
          stopped: [rip]                 # protocols that take no notice of their traceoptions
          commit_fails: "error: ..."     # every commit is refused
      links: {office: [mx1 ge-0/0/1, mx2 ge-0/0/1]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from troubleshoot.errors import AuthorError
from troubleshoot.lab.junos.config import Config, Refused
from troubleshoot.lab.junos.daemons import Manager
from troubleshoot.lab.junos.database import Commit, Database, Editor, Pending, Way
from troubleshoot.lab.junos.plant import Hardware, Machine, Plant
from troubleshoot.lab.side import Clock, Lines

_DAY = 86_400.0
_TURNED = "logfile turned over due to size>1024K"
_OLD = "Sep  1 06:00:00.000000 task_timer_uset: timer OSPFv2_hello <Touched> set to offset 10 at 06:00:00"
_LEVELS = {"exclusive": Way.EXCLUSIVE, "private": Way.PRIVATE, "shared": Way.SHARED}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _lines(value: object) -> object:
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Statements = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class ManagerPart(_Part):
    community: str
    every: float = Field(default=20.0, gt=0)


class PersonPart(_Part):
    mode: Literal["exclusive", "private", "shared"] = "shared"
    since: float = Field(default=600.0, ge=0)
    changes: Statements = ()


class CommitPart(_Part):
    user: str
    age: float = Field(ge=0)
    confirmed: int = 0
    comment: str = ""
    changes: Statements = ()


class RouterPart(_Part):
    config: Statements
    model: str = "mx240"
    version: str = "18.4R3-S9.2"
    frame: str = ""
    idle: int = Field(default=94, ge=0, le=100)
    flash: int = Field(default=7168, gt=0)
    free: int = 6451
    managers: dict[str, ManagerPart] = {}
    churn: float = Field(default=0.0, ge=0)
    people: dict[str, PersonPart] = {}
    commits: tuple[CommitPart, ...] = ()
    files: dict[str, int] = {}
    stopped: tuple[str, ...] = ()
    commit_fails: str = ""


class JunosPart(_Part):
    routers: dict[str, RouterPart]
    links: dict[str, tuple[str, ...]] = {}


def plant_of(part: Mapping[str, Any], lines: Lines, clock: Clock) -> Plant:
    """The routers of a lab. ``lines``: what a fault types and commits on some of them. Raises AuthorError."""
    try:
        described = JunosPart.model_validate(part)
    except ValidationError as error:
        first = error.errors()[0]
        raise AuthorError(f"junos.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    plant = Plant(clock, [[_port(each) for each in ends] for ends in described.links.values()])
    for name, router in described.routers.items():
        plant.add(_machine(name, router, lines.get(name, ()), clock))
    plant.now()
    return plant


def _port(text: str) -> tuple[str, str]:
    router, _, interface = text.partition(" ")
    return router, interface.strip()


def _machine(name: str, part: RouterPart, lines: Sequence[str], clock: Clock) -> Machine:
    now = clock()
    config = _applied(name, Config(), part.config)
    history = [Commit(now - 18 * _DAY, "netops", "cli", config), Commit(now - 19 * _DAY, "root", "other", config)]
    if lines:
        history.insert(0, Commit(now - 2 * _DAY, "jdoe", "cli", _applied(name, history[0].config, lines)))
    for each in part.commits:
        config = _applied(name, history[0].config, each.changes)
        history.insert(0, Commit(now - each.age, each.user, "cli", config, each.comment, each.confirmed))
    hardware = Hardware(part.model, part.version, part.idle, part.flash, part.free, part.frame, now - 82 * _DAY)
    machine: Machine
    database = Database(clock, lambda process, message: machine.log(process, message), history, fails=part.commit_fails)
    managers = tuple(Manager(address, each.community, each.every) for address, each in part.managers.items())
    machine = Machine(name, database, hardware, managers, part.churn, frozenset(part.stopped))
    _before_us(machine, part, now)
    return machine


def _applied(name: str, config: Config, lines: Sequence[str]) -> Config:
    changed = config.copy()
    for line in lines:
        try:
            changed.apply(line.strip())
        except Refused as refused:
            raise AuthorError(f"lab: {name}: refused: {line.strip()}: {refused.message}") from refused
    return changed


def _before_us(machine: Machine, part: RouterPart, now: float) -> None:
    """Files and people that were there before the lab began."""
    for file, size in part.files.items():
        while (found := machine.files.by_name.get(file)) is None or found.size < size:
            machine.files.append(file, _OLD, now - _DAY)
    _at(now - _DAY, machine.database, lambda: machine.log("newsyslog[38855]", _TURNED))
    newest = machine.database.commits[0]
    if newest.confirmed and now - newest.time < newest.confirmed * 60:
        before = machine.database.commits[1].config
        machine.database.pending = Pending(newest.time + newest.confirmed * 60, before)
    for number, (user, person) in enumerate(part.people.items()):
        _person(machine, user, person, number, now)


def _person(machine: Machine, user: str, person: PersonPart, number: int, now: float) -> None:
    since = now - person.since
    editor = Editor(user, f"pts/{number + 1}", 4711 + number, since, _LEVELS[person.mode], active=since)
    try:
        _at(since, machine.database, lambda: _edits(machine.database, editor, person.changes))
    except Refused as refused:
        raise AuthorError(f"lab: {machine.name}: {user}: {refused.message}") from refused
    machine.people.append(editor)


def _edits(database: Database, editor: Editor, changes: Sequence[str]) -> None:
    database.enter(editor)
    for line in changes:
        database.apply(editor, line)


def _at(moment: float, database: Database, act: Callable[[], None]) -> None:
    """Let something have happened at a moment in the past."""
    clock = database.clock
    database.clock = lambda: moment
    try:
        act()
    finally:
        database.clock = clock
