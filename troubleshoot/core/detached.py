"""Work that outlives the session which starts it: what exactly is sent to restart a service that carries our own wire.

Programs of a remote shell end with it, so the lines run in a scheduled task as SYSTEM. The same task holds a dead man's
switch: whatever the lines do, the service is started again and again for two minutes. All of it is one command within
the 261 characters that a task may have, so consent shows everything that runs; nothing is left on the host afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from troubleshoot.errors import AuthorError

MAX_TASK: Final = 261  # characters of `schtasks /tr`
_SAFE_LINE: Final = re.compile(r"[A-Za-z0-9 _./:=@{}-]+")
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_COMMANDS: Final = 6
_TRIES: Final = 8
_PAUSE: Final = 16  # pings, one a second after the first


@dataclass(frozen=True, slots=True)
class Detached:
    """One such job, ready to be sent. ``service`` is the one that must have restarted afterwards.

    ``start`` is sent before the connection is expected to break; ``log`` reads what the lines printed and ``clean``
    removes every trace, both over a new connection.
    """

    name: str
    service: str
    start: tuple[str, ...]
    log: str
    clean: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """Everything that runs, in order."""
        return (*self.start, self.log, *self.clean)

    @classmethod
    def of(cls, commands: Sequence[str], service: str) -> Detached:
        """The job whose :attr:`commands` these are. Raises AuthorError."""
        found = re.match(r"schtasks /create /tn (\S+) ", commands[0]) if len(commands) == _COMMANDS else None
        if found is None:
            raise AuthorError("these commands are not those of a detached job")
        create, run, log, *clean = commands
        return cls(found.group(1), service, (create, run), log, tuple(clean))


def outlives(service: str) -> str:
    """What consent to such a job has to say besides the commands."""
    return (
        f"This ends our own session. A scheduled task does the work and for two minutes starts {service} again, "
        "whatever happens; then we connect anew, check that it did restart, and remove the task."
    )


def detached(name: str, lines: Sequence[str], service: str) -> Detached:
    """Wrap ``lines`` (commands of cmd.exe without quotes or operators) into a job.

    Raises:
        AuthorError: a line or name holds a character that is not certain to survive the wrapping, or all is too long.
    """
    if not _SAFE_NAME.fullmatch(name) or not _SAFE_NAME.fullmatch(service):
        raise AuthorError(f"{name!r} or {service!r} cannot name a detached job")
    bad = next((line for line in lines if not _SAFE_LINE.fullmatch(line)), None)
    if bad is not None:
        raise AuthorError(f"a detached line may hold words only: {bad!r}")
    log = f"C:\\Windows\\Temp\\{name}.log"
    task = _task(lines, service, log)
    if len(task) > MAX_TASK:
        raise AuthorError(f"the detached job takes {len(task)} of {MAX_TASK} characters")
    create = f'schtasks /create /tn {name} /sc once /st 23:59 /ru SYSTEM /rl highest /f /tr "{task}"'
    # Deleting a task does not end what it runs, and the log stays in use until the dead man is gone.
    clean = (f"schtasks /end /tn {name}", f"schtasks /delete /tn {name} /f", f"del {log}")
    return Detached(name, service, (create, f"schtasks /run /tn {name}"), f"type {log}", clean)


def _task(lines: Sequence[str], service: str, log: str) -> str:
    loop = f"for /l %i in (1,1,{_TRIES}) do (net start {service} & ping -n {_PAUSE} 127.0.0.1)"
    return f"cmd /c ({' & '.join((*lines, loop))})>{log} 2>&1"
