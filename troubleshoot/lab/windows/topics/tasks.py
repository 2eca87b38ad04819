"""Scheduled tasks."""

from __future__ import annotations

from pydantic import RootModel

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.tasks.scheduler import SYSTEM, Scheduler, Task
from troubleshoot.lab.windows.tasks.schtasks import schtasks
from troubleshoot.lab.windows.topic import Part, Topic


class TaskPart(Part):
    """A task that is there from the beginning."""

    command: str
    user: str = SYSTEM
    start: str = "03:00"
    schedule: str = "DAILY"


class TasksPart(RootModel[dict[str, TaskPart]]):
    """Tasks by name."""

    root: dict[str, TaskPart] = {}


def _build(machine: Machine, part: TasksPart) -> Scheduler:
    tasks = Scheduler(machine)
    for name, item in part.root.items():
        tasks.register(Task(name, item.command, item.user, item.user, item.start, item.schedule))
    return tasks


TOPIC = Topic(section="tasks", schema=TasksPart, build=_build, tools={"schtasks": schtasks}, standard=True)
