"""Registered tasks and their running instances. What a task runs belongs to no shell and lives on without one."""

from __future__ import annotations

from dataclasses import dataclass, field

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Logon

SYSTEM = "NT AUTHORITY\\SYSTEM"
NOT_YET_RUN = 267011  # 0x41303
RUNNING_CODE = 267009  # 0x41301
TERMINATED = 267014  # 0x41306


@dataclass(slots=True)
class Task:
    """One task. ``start`` is the text of its trigger (``23:59``); ``last_run`` is in epoch seconds."""

    name: str
    command: str
    user: str
    author: str
    start: str
    schedule: str = "ONCE"
    last_run: float | None = None
    last_result: int = NOT_YET_RUN
    process: Process | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.exit_code is None


@dataclass(slots=True)
class Scheduler:
    """All tasks of a host by lower-case name."""

    machine: Machine
    tasks: dict[str, Task] = field(default_factory=dict)

    def find(self, name: str) -> Task | None:
        return self.tasks.get(name.strip("\\").casefold())

    def register(self, task: Task) -> None:
        """Add or replace; an instance of the replaced task runs on."""
        self.tasks[task.name.casefold()] = task

    def run(self, task: Task) -> None:
        """Start an instance unless one is running."""
        from troubleshoot.lab.windows.programs import launch

        if task.running:
            return
        system = task.user == SYSTEM
        task.last_run, task.last_result = self.machine.now, RUNNING_CODE
        logon = Logon(task.user, elevated=True, delegated=not system, system=system)
        codepage = self.machine.personality.oem
        task.process = launch(self.machine, logon, task.command, through_cmd=False, codepage=codepage)
        self.machine.spawn(self._watch(task, task.process))

    async def _watch(self, task: Task, process: Process) -> None:
        """Nobody reads the output of a task: it has no console."""
        while process.exit_code is None:
            process.take(1 << 20)
            await process.changed()
        if task.process is process and task.last_result == RUNNING_CODE:
            task.last_result = process.exit_code

    def end(self, task: Task) -> None:
        """Stop a running instance with all that it started."""
        if task.process is not None and task.running:
            task.last_result = TERMINATED
            task.process.kill(TERMINATED)


def scheduler(machine: Machine) -> Scheduler:
    """The task scheduler of a host."""
    return machine.state("tasks", Scheduler)
