"""The WinRM service of a host: its open shells and their programs, quotas, and what was asked of it."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from troubleshoot.lab.windows.wire import refusals
from troubleshoot.lab.windows.wire.envelope import new_id
from troubleshoot.lab.windows.wire.limits import Limits, limits_of

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine
    from troubleshoot.lab.windows.process import Process
    from troubleshoot.lab.windows.topic import Logon
    from troubleshoot.lab.windows.wire.login import LoginAttempt

_LOG_SIZE: Final = 100_000


class Launch(Protocol):
    """How a program is started; see ``troubleshoot.lab.windows.programs.launch``."""

    def __call__(
        self,
        machine: Machine,
        logon: Logon,
        command_line: str,
        *,
        through_cmd: bool = True,
        codepage: int = 437,
        environment: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> Process: ...


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One request: what was asked in which shell, how long it took (ms), how it ended, over which connection.

    ``outcome`` is ``ok``, ``fault CODE``, ``http STATUS``, ``gone`` (the client left first) or the name of a
    disturbance. ``command`` is the command line of the command concerned.
    """

    time: float
    connection: int
    action: str
    shell: str
    command: str
    ms: float
    outcome: str
    user: str = ""


@dataclass(slots=True, eq=False)
class Command:
    """A program that runs in a shell."""

    id: str
    text: str
    process: Process
    delivered: bool = False  # its end was told to the client
    terminated: bool = False
    received: int = 0  # bytes of input


@dataclass(slots=True, eq=False)
class Shell:
    """An open shell. Times are epoch seconds of the host's clock, durations seconds."""

    id: str
    owner: str
    logon: Logon
    client: str
    codepage: int
    created: float
    last_used: float
    idle_timeout: float
    lifetime: float | None = None
    cwd: str | None = None
    name: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    input_streams: str = "stdin"
    output_streams: str = "stdout stderr"
    commands: dict[str, Command] = field(default_factory=dict)
    operations: int = 0
    closed: bool = False

    def expired(self, now: float) -> bool:
        """True when its lifetime is over, or nobody used it for its idle timeout."""
        idle = not self.operations and now - self.last_used > self.idle_timeout
        return idle or (self.lifetime is not None and now - self.created > self.lifetime)

    def end(self) -> None:
        """Kill what runs in it; operations that are pending on it end with fault 995."""
        self.closed = True
        for command in list(self.commands.values()):
            self.terminate(command)

    def terminate(self, command: Command) -> None:
        """Forget a command; a program that still runs is killed."""
        command.terminated = True
        self.commands.pop(command.id, None)
        command.process.kill()


class Service:
    """State that all listeners of one host share."""

    def __init__(
        self,
        machine: Machine,
        launch: Launch,
        codepages: frozenset[int],
        *,
        wmi_faults: bool = False,
        shown: Callable[[str], str] = str,
    ) -> None:
        self.machine, self.launch, self.codepages, self.wmi_faults = machine, launch, codepages, wmi_faults
        self.shown = shown  # a command line as the access log may show it
        self.shells: dict[str, Shell] = {}
        self.log: deque[AccessEntry] = deque(maxlen=_LOG_SIZE)
        self.logins: deque[LoginAttempt] = deque(maxlen=_LOG_SIZE)
        self.clock: Callable[[], float] = time.time
        self._operations: Counter[str] = Counter()

    @property
    def limits(self) -> Limits:
        return limits_of(self.machine)

    @property
    def _plugin_quotas(self) -> bool:
        return self.machine.personality.version >= (6, 2)

    @contextmanager
    def operation(self, user: str) -> Iterator[None]:
        """One operation of a user under way. Raises the quota fault."""
        limit = self.limits.max_operations
        if self._operations[user] >= limit:
            raise refusals.too_many_operations(limit, plugin=self._plugin_quotas, wmi=self.wmi_faults)
        self._operations[user] += 1
        try:
            yield
        finally:
            self._operations[user] -= 1

    def add(self, shell: Shell) -> None:
        """Open a shell. Raises the quota fault."""
        self.expire()
        limit = self.limits.max_shells
        if sum(other.owner == shell.owner for other in self.shells.values()) >= limit:
            raise refusals.too_many_shells(limit, plugin=self._plugin_quotas, wmi=self.wmi_faults)
        self.shells[shell.id] = shell

    def find(self, shell_id: str, owner: str) -> Shell:
        """A shell of a user. Raises the fault for what is gone, unknown or another user's."""
        self.expire()
        shell = self.shells.get(shell_id)
        if shell is None or shell.owner != owner:
            raise refusals.no_shell(shell_id)
        return shell

    def close(self, shell: Shell) -> None:
        """Close a shell and end what runs in it."""
        self.shells.pop(shell.id, None)
        shell.end()

    def expire(self) -> None:
        """Close shells whose time is over."""
        now = self.machine.now
        for shell in [s for s in self.shells.values() if s.expired(now)]:
            self.close(shell)

    def end_all(self) -> None:
        """The service stops: every shell goes."""
        for shell in list(self.shells.values()):
            self.close(shell)

    def start(self, shell: Shell, text: str, *, through_cmd: bool, wanted_id: str = "") -> Command:
        """Run a command line in a shell. Raises faults for the quota and for a missing program."""
        limit = self.limits.max_processes
        if sum(c.process.exit_code is None for c in shell.commands.values()) >= limit:
            raise refusals.too_many_commands(limit, wmi=self.wmi_faults)
        try:
            process = self.launch(
                self.machine,
                shell.logon,
                text,
                through_cmd=through_cmd,
                codepage=shell.codepage,
                environment=shell.environment,
                cwd=shell.cwd,
            )
        except FileNotFoundError as error:
            raise refusals.no_program() from error
        command = Command(wanted_id or new_id(), text, process)
        shell.commands[command.id] = command
        return command
