"""What a command of the simulated Junos may know and change: the router, this session, its place in the hierarchy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from troubleshoot.lab.junos.database import Database, Editor
from troubleshoot.lab.junos.plant import Login, Machine, Plant


@dataclass(slots=True)
class Question:
    """Something that the router asks before it goes on; ``answer`` gets the reply (RETURN: empty)."""

    prompt: str
    answer: Callable[[str], str]


@dataclass(slots=True)
class Context:
    """One session on one router."""

    plant: Plant
    machine: Machine
    login: Login
    editor: Editor | None = None  # in configuration mode
    page_length: int = 24
    closed: bool = False
    question: Question | None = None
    said: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.machine.database

    @property
    def user(self) -> str:
        return self.login.user


Args = dict[str, str]
Handler = Callable[[Context, Args], list[str]]
