"""The configuration database of one router: what is active, the shared candidate, who edits it, and what was before.

What Junos guarantees is modelled, because guided changes rely on it:

* The candidate is shared. Whoever commits it commits what everybody changed in it.
* ``configure exclusive`` is refused while the candidate holds changes or somebody else has locked it. What is changed
  under the lock and not committed is lost when the session ends, also when its connection breaks.
* ``commit confirmed`` is taken back at the end of its time, unless a further commit or a ``commit check`` confirms it.

Sources: Juniper, "Configure command", "Commit the configuration", CLI reference of ``commit`` and its confirmation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from troubleshoot.lab.junos.config import Config, Path, Refused, compare, named
from troubleshoot.lab.junos.times import stamp

KEPT: Final = 50  # configurations
_MINUTE: Final = 60.0


class Way(Enum):
    """How configuration mode was entered."""

    SHARED = ""
    EXCLUSIVE = "exclusive"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit and the configuration that it made active."""

    time: float
    user: str
    method: str
    config: Config
    comment: str = ""
    confirmed: int = 0  # minutes after which it is taken back, unless it is confirmed


@dataclass(slots=True)
class Editor:
    """A session in configuration mode."""

    user: str
    terminal: str
    pid: int
    since: float
    way: Way
    edit: Path = ()
    private: Config | None = None  # its own candidate
    active: float = 0.0  # when something was typed last


@dataclass(frozen=True, slots=True)
class Pending:
    """A commit that waits for its confirmation."""

    until: float
    before: Config


Log = Callable[[str, str], None]  # process, message


@dataclass(slots=True)
class Database:
    """``clock`` gives seconds since the epoch; ``log`` takes what the system log gets."""

    clock: Callable[[], float]
    log: Log
    commits: list[Commit]  # newest first
    candidate: Config = field(init=False)
    editors: list[Editor] = field(default_factory=list)
    pending: Pending | None = None
    before_change: Callable[[float], None] = lambda _: None  # called with the moment up to which nothing changes
    fails: str = ""  # what a commit is refused with (a disk that is full, a script)

    def __post_init__(self) -> None:
        self.candidate = self.active.copy()

    @property
    def active(self) -> Config:
        """The configuration in use."""
        return self.commits[0].config

    def at(self, number: int) -> Commit:
        """An earlier commit; 0 is the one in use. Raises Refused."""
        if number >= len(self.commits):
            raise Refused(f"error: rollback file {number} does not exist")
        return self.commits[number]

    @property
    def modified(self) -> bool:
        """Whether the shared candidate holds changes."""
        return self.candidate != self.active

    @property
    def locked_by(self) -> Editor | None:
        """Who holds the exclusive lock."""
        return next((editor for editor in self.editors if editor.way is Way.EXCLUSIVE), None)

    def tick(self) -> None:
        """Take back what nobody confirmed in time."""
        if self.pending is None or self.clock() < self.pending.until:
            return
        pending, self.pending = self.pending, None
        self.before_change(pending.until)
        clean = not self.modified
        self._add(Commit(pending.until, "root", "other", pending.before))
        if clean:
            self.candidate = pending.before.copy()
        self.log("mgd[4009]", "UI_COMMIT_NOT_CONFIRMED: Commit was not confirmed; automatic rollback complete.")

    # --- entering and leaving -------------------------------------------------------------------------------------

    def enter(self, editor: Editor) -> None:
        """Let a session into configuration mode. Raises Refused."""
        self.tick()
        holder = self.locked_by
        if holder is not None and editor.way is not Way.SHARED:
            raise Refused("error: configuration database locked by:\n" + status(holder, self.clock()))
        if editor.way is Way.EXCLUSIVE and any(other.way is Way.PRIVATE for other in self.editors):
            raise Refused("error: private edits in use. Try 'configure private' or 'configure'.")
        if editor.way is not Way.SHARED and self.modified:
            raise Refused("error: configuration database modified")
        if editor.way is Way.PRIVATE:
            editor.private = self.active.copy()
        self.editors.append(editor)
        self.log(f"mgd[{editor.pid}]", f"UI_DBASE_LOGIN_EVENT: User '{editor.user}' entering configuration mode")

    def leave(self, editor: Editor) -> None:
        """End a session in configuration mode; exclusive and private changes that were not committed are lost."""
        if editor not in self.editors:
            return
        if editor.way is Way.EXCLUSIVE:
            self.candidate = self.active.copy()
        self.editors.remove(editor)
        self.log(f"mgd[{editor.pid}]", f"UI_DBASE_LOGOUT_EVENT: User '{editor.user}' exiting configuration mode")

    def of(self, editor: Editor) -> Config:
        """The candidate that a session edits."""
        return editor.private if editor.private is not None else self.candidate

    def changed(self, editor: Editor) -> bool:
        """Whether the candidate of a session differs from what is active."""
        return self.of(editor) != self.active

    # --- changing -------------------------------------------------------------------------------------------------

    def apply(self, editor: Editor, line: str) -> str:
        """Change the candidate. Raises Refused."""
        self._may_change(editor)
        return self.of(editor).apply(line, editor.edit)

    def _may_change(self, editor: Editor) -> None:
        holder = self.locked_by
        if holder is not None and holder is not editor:
            raise Refused("error: configuration database locked by:\n" + status(holder, self.clock()))

    def rollback(self, editor: Editor, number: int) -> str:
        """Load an earlier configuration into the candidate."""
        self._may_change(editor)
        loaded = self.at(number).config.copy()
        if editor.private is not None:
            editor.private = loaded
        else:
            self.candidate = loaded
        return "load complete"

    def check(self, editor: Editor) -> str:
        """``commit check``: judge the candidate. It confirms a commit that waits."""
        self._judge(editor)
        self._confirmed()
        return "configuration check succeeds"

    def commit(self, editor: Editor, *, confirmed: int = 0, comment: str = "") -> str:
        """Make the candidate active. Raises Refused; nothing was changed then."""
        self.tick()
        self._judge(editor)
        if self.fails:
            raise Refused(self.fails)
        self.before_change(self.clock())
        before = self.active
        self._confirmed()
        self._add(Commit(self.clock(), editor.user, "cli", self.of(editor).copy(), comment, confirmed))
        if editor.private is not None:
            self.candidate = self.active.copy()
        self._logged(editor, confirmed, comment)
        if not confirmed:
            return "commit complete"
        self.pending = Pending(self.clock() + confirmed * _MINUTE, before)
        taken_back = f"commit confirmed will be automatically rolled back in {confirmed} minutes unless confirmed"
        return f"{taken_back}\ncommit complete"

    def _confirmed(self) -> None:
        self.pending = None

    def _logged(self, editor: Editor, confirmed: int, comment: str) -> None:
        asked = "commit confirmed" if confirmed else "commit"
        process = f"mgd[{editor.pid}]"
        self.log(
            process, f"UI_COMMIT: User '{editor.user}' requested '{asked}' operation (comment: {comment or 'none'})"
        )
        self.log(process, "UI_COMMIT_COMPLETED: commit complete")

    def _add(self, commit: Commit) -> None:
        self.commits.insert(0, commit)
        del self.commits[KEPT:]

    def _judge(self, editor: Editor) -> None:
        """The checks of the configuration as a whole."""
        holder = self.locked_by
        if holder is not None and holder is not editor:
            raise Refused("error: configuration database locked by:\n" + status(holder, self.clock()))
        if editor.private is not None and self.modified:
            raise Refused("error: shared configuration database modified")
        problem = check_out(self.of(editor))
        if problem:
            raise Refused(f"{problem}\nerror: configuration check-out failed")

    def compare(self, editor: Editor, number: int = 0) -> list[str]:
        """What the candidate changes against an earlier configuration."""
        return compare(self.of(editor), self.at(number).config)


def status(editor: Editor, now: float) -> str:
    """Who edits, as `status` prints it."""
    idle = int(now - max(editor.active, editor.since))
    waits = f", idle {idle // 3600:02d}:{idle % 3600 // 60:02d}:{idle % 60:02d}" if idle >= _MINUTE else ""
    way = f"{editor.way.value} " if editor.way.value else ""
    place = " ".join(" ".join(element) for element in editor.edit)
    return (
        f"  {editor.user} terminal {editor.terminal} (pid {editor.pid}) on since {stamp(editor.since)}{waits}\n"
        f"      {way}[edit{' ' if place else ''}{place}]"
    )


def check_out(config: Config) -> str:
    """What is wrong with a configuration as a whole; empty where nothing is."""
    bgp = config.active("protocols", "bgp")
    for group, node in named(bgp, "group"):
        external = ("type", "external") in node.children
        has_as = any(element[0] == "peer-as" for element in node.children)
        for peer, below in named(node, "neighbor"):
            if external and not has_as and not any(element[0] == "peer-as" for element in below.children):
                return (
                    f"[edit protocols]\n  'bgp'\n    Error in neighbor {peer} of group {group}:\n"
                    "peer AS number must be configured for an external peer"
                )
    return ""
