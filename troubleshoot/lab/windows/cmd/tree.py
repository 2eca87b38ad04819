"""What a cmd.exe command line consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Redirect:
    """``handle`` 0 to 2; ``kind`` is ``<``, ``>``, ``>>`` or ``&`` (``target`` is then the other handle)."""

    handle: int
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Simple:
    """One command: its text as written, blanks included, without its redirections."""

    text: str
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Commands in parentheses."""

    body: Node | None
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Two commands joined by ``&``, ``&&``, ``||`` or ``|``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class For:
    """`for`: ``switch`` is empty or ``/l``; ``items`` is the text between the parentheses."""

    variable: str
    switch: str
    items: str
    body: Node


@dataclass(frozen=True, slots=True)
class If:
    """`if`: ``condition`` without `not` and `/i`, as words."""

    negated: bool
    fold: bool
    condition: tuple[str, ...]
    then: Node
    otherwise: Node | None


Node: TypeAlias = Simple | Block | Joined | For | If
