"""A Junos configuration: a tree of statements that can be set, deleted, deactivated, compared and shown. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.junos.schema import FLAG, ROOT, Kind, below_bare

Element = tuple[str, ...]  # a keyword, perhaps with its name or value: ("area", "0.0.0.0")
Path = tuple[Element, ...]

_INDENT: Final = 4


class Refused(Exception):
    """A line that Junos does not take. ``column``: where its caret stands, counted in the statement."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.column = message, column


@dataclass(slots=True)
class Node:
    """One statement and what stands in it."""

    kind: Kind
    children: dict[Element, Node] = field(default_factory=dict)
    inactive: bool = False

    def ordered(self) -> list[tuple[Element, Node]]:
        """The statements in it, in the order in which Junos shows them."""
        order = {word: place for place, word in enumerate(self.kind.children)}
        return sorted(self.children.items(), key=lambda item: order.get(item[0][0], -1))

    def copy(self) -> Node:
        return Node(self.kind, {element: child.copy() for element, child in self.children.items()}, self.inactive)


@dataclass(frozen=True, slots=True)
class Named:
    """A place in the hierarchy that words name, and the kinds on the way to it."""

    path: Path
    kinds: tuple[Kind, ...]


class Config:
    """A whole configuration."""

    def __init__(self, root: Node | None = None) -> None:
        self.root = root or Node(ROOT)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Config:
        """The configuration that these `set`, `delete`, `deactivate` and `activate` lines make. Raises Refused."""
        config = cls()
        for line in lines:
            config.apply(line)
        return config

    def copy(self) -> Config:
        """One that can be changed without changing this one."""
        return Config(self.root.copy())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.lines() == other.lines()

    def __hash__(self) -> int:
        return hash(tuple(self.lines()))

    # --- changing -------------------------------------------------------------------------------------------------

    def apply(self, line: str, edit: Path = ()) -> str:
        """Take one line at a place in the hierarchy; returns what Junos remarks. Raises Refused."""
        verb, *words = split(line)
        if verb == "set":
            for named in parse(words, edit):
                self._set(named)
            return ""
        if verb == "delete":
            return self._delete(named_by(words, edit))
        if verb in ("deactivate", "activate"):
            return self._switch(named_by(words, edit), verb == "deactivate")
        raise Refused("unknown command.", 0)

    def _set(self, named: Named) -> None:
        node = self.root
        for element, kind in zip(named.path, named.kinds, strict=True):
            if element not in node.children:
                _make_room(node, element, kind)
                node.children[element] = Node(kind)
            node = node.children[element]

    def _delete(self, place: Named) -> str:
        node = self.at(place.path[:-1]) if place.path else None
        if not place.path:
            self.root.children.clear()
            return ""
        found = [element for element in (node.children if node else ()) if _means(place.path[-1], element, node)]
        if node is None or not found:
            return "warning: statement not found"
        for element in found:
            del node.children[element]
        self._prune(place.path[:-1])
        return ""

    def _prune(self, path: Path) -> None:
        """Containers without a name disappear with their last statement."""
        while path:
            node = self.at(path)
            named = len(path[-1]) > 1 or (parent := self.at(path[:-1])) is None or parent.kind.takes(path[-1][0])
            if node is None or node.children or named:
                return
            above = self.at(path[:-1])
            if above is not None:
                del above.children[path[-1]]
            path = path[:-1]

    def _switch(self, place: Named, inactive: bool) -> str:
        node = self.at(place.path)
        if node is None or not place.path:
            return "warning: statement not found"
        node.inactive = inactive
        return ""

    # --- looking --------------------------------------------------------------------------------------------------

    def at(self, path: Path) -> Node | None:
        """The statement at a place, active or not."""
        node: Node | None = self.root
        for element in path:
            node = node.children.get(element) if node is not None else None
        return node

    def active(self, *words: str) -> Node | None:
        """The statement that plain words name (``"protocols", "ospf"``); None where it, or one above it, is not."""
        node = self.root
        for word in words:
            found = node.children.get(tuple(word.split(" ")))
            if found is None or found.inactive:
                return None
            node = found
        return node

    def value(self, *words: str) -> str | None:
        """The value of a leaf below a place: ``value("system", "host-name")``."""
        node = self.active(*words[:-1])
        return leaf(node, words[-1]) if node is not None else None

    def lines(self, path: Path = ()) -> list[str]:
        """The `set` lines of a place, and after them what is deactivated in it."""
        node = self.at(path)
        if node is None:
            return []
        found = list(_paths(node, path))
        off = [f"deactivate {spoken(each)}" for each in _inactive(node, path)]
        return [*(f"set {spoken(each)}" for each in found if each), *off]

    def shown(self, path: Path = ()) -> list[str]:
        """A place as `show` prints it, in braces."""
        node = self.at(path)
        if node is None:
            return []
        if not node.kind.container and path:
            return list(_shown(path[-1], node, 0))
        return [line for element, child in node.ordered() for line in _shown(element, child, 0)]


def leaf(node: Node | None, keyword: str) -> str | None:
    """The value of a statement in ``node``; None where there is none, or where it is deactivated."""
    for element, child in (node.children if node is not None else {}).items():
        if element[0] == keyword and len(element) == 2 and not child.inactive:
            return element[1].strip('"')
    return None


def named(node: Node | None, keyword: str) -> Iterator[tuple[str, Node]]:
    """The active statements with a name in ``node``: each ``area`` of OSPF."""
    for element, child in (node.children if node is not None else {}).items():
        if element[0] == keyword and len(element) == 2 and not child.inactive:
            yield element[1], child


def has(node: Node | None, keyword: str) -> bool:
    """Whether an active statement without a value is there."""
    child = node.children.get((keyword,)) if node is not None else None
    return child is not None and not child.inactive


# --- words --------------------------------------------------------------------------------------------------------


def split(line: str) -> list[str]:
    """The words of a line; a quoted text stays one word, with its quotes. Raises Refused."""
    try:
        words = shlex.split(line, posix=False)
    except ValueError:
        raise Refused("syntax error.", len(line)) from None
    if not words:
        raise Refused("missing argument.")
    return words


def spoken(path: Path) -> str:
    """A place in words."""
    return " ".join(" ".join(element) for element in path)


def parse(words: Sequence[str], edit: Path = ()) -> list[Named]:
    """The statements that the words of a `set` name; several leaves of one container may follow each other."""
    walk = _Walk(edit)
    for word in words:
        walk.take(word, needs_value=True)
    walk.end(needs_value=True)
    return walk.named()


def named_by(words: Sequence[str], edit: Path = ()) -> Named:
    """The one place that words name; a keyword without its value stands for whatever value it has."""
    walk = _Walk(edit)
    for word in words:
        walk.take(word, needs_value=False)
    walk.end(needs_value=False)
    places = walk.named()
    if len(places) != 1:
        raise Refused("syntax error.", walk.column)
    return places[0]


class _Walk:
    """Goes down the hierarchy, word by word."""

    def __init__(self, edit: Path) -> None:
        self._path, self._kinds = edit, kinds_of(edit)
        self._leaves: list[Named] = []
        self._open: tuple[str, Kind] | None = None  # a keyword that waits for its name or value
        self.column = 0
        self._moved = not edit

    def take(self, word: str, *, needs_value: bool) -> None:
        """One more word. Raises Refused where it cannot stand there."""
        if self._open is not None:
            keyword, kind = self._open
            if not re.fullmatch(kind.argument, word.strip('"')):
                raise Refused(f"invalid value '{word}'.", self.column)
            self._open = None
            self._enter((keyword, word), kind)
        else:
            self._keyword(word)
        self.column += len(word) + 1

    def _keyword(self, word: str) -> None:
        here = self._kinds[-1] if self._kinds else ROOT
        if word not in here.children and here.takes(word):
            self._enter((word,), below_bare(here))
            return
        full = word if word in here.children else _full(here, word)
        kind = here.children.get(full)
        if kind is None:
            raise Refused("syntax error.", self.column)
        if kind.argument:
            self._open = (full, kind)
        else:
            self._enter((full,), kind)

    def _enter(self, element: Element, kind: Kind) -> None:
        self._moved = True
        if kind.container:
            self._path, self._kinds = (*self._path, element), (*self._kinds, kind)
        else:
            self._leaves.append(Named((*self._path, element), (*self._kinds, kind)))

    def end(self, *, needs_value: bool) -> None:
        """No more words. Raises Refused where one is missing."""
        if self._open is None:
            return
        if needs_value:
            raise Refused("missing argument.", self.column)
        keyword, kind = self._open
        self._leaves.append(Named((*self._path, (keyword,)), (*self._kinds, kind)))

    def named(self) -> list[Named]:
        """What was named: the leaves, or the container where no leaf was."""
        return self._leaves or [Named(self._path, self._kinds)]


def _full(kind: Kind, word: str) -> str:
    """The keyword that a word begins, where only one does."""
    found = [keyword for keyword in kind.children if keyword.startswith(word)]
    return found[0] if len(found) == 1 else word


def kinds_of(path: Path) -> tuple[Kind, ...]:
    """The kinds on the way to a place."""
    kinds: list[Kind] = []
    here = ROOT
    for element in path:
        found = here.children.get(element[0])
        here = below_bare(here) if found is None else found
        kinds.append(here)
    return tuple(kinds)


def _make_room(node: Node, element: Element, kind: Kind) -> None:
    """A value replaces the one before; so does the name of a trace file."""
    if kind.value and not kind.several:
        gone: list[Element] = [other for other in node.children if other[0] == element[0] and len(other) == 2]
    elif kind is FLAG and node.kind.inline and element[0] not in node.kind.children:
        gone = [other for other in node.children if other[0] not in node.kind.children]
    else:
        gone = []
    for other in gone:
        del node.children[other]


def _means(wanted: Element, element: Element, node: Node | None) -> bool:
    return wanted == element or (len(wanted) == 1 and element[0] == wanted[0] and len(element) == 2)


# --- showing ------------------------------------------------------------------------------------------------------


def _paths(node: Node, path: Path) -> Iterator[Path]:
    if not node.children:
        yield path
    for element, child in node.ordered():
        yield from _paths(child, (*path, element))


def _inactive(node: Node, path: Path) -> Iterator[Path]:
    if node.inactive:
        yield path
    for element, child in node.ordered():
        yield from _inactive(child, (*path, element))


def _shown(element: Element, node: Node, depth: int) -> Iterator[str]:
    mark = "inactive: " if node.inactive else ""
    indent, head = " " * (_INDENT * depth), mark + " ".join(element)
    if not node.children:
        yield f"{indent}{head};"
    elif node.kind.inline:
        rest = " ".join(" ".join(each) for each, _ in node.ordered())
        yield f"{indent}{head} {rest};"
    else:
        yield f"{indent}{head} {{"
        for each, child in node.ordered():
            yield from _shown(each, child, depth + 1)
        yield f"{indent}}}"


def compare(new: Config, old: Config) -> list[str]:
    """What ``new`` has and ``old`` has not (``+``), and the other way round, as ``show | compare`` prints it."""
    return list(_compared(new.root, old.root, ()))


def _compared(new: Node, old: Node, path: Path) -> Iterator[str]:
    changes: list[str] = []
    below: list[str] = []
    for element in dict.fromkeys([*(e for e, _ in old.ordered()), *(e for e, _ in new.ordered())]):
        fresh, former = new.children.get(element), old.children.get(element)
        if fresh is None and former is not None:
            changes += [f"-{line}" for line in _shown(element, former, 1)]
        elif former is None and fresh is not None:
            changes += [f"+{line}" for line in _shown(element, fresh, 1)]
        elif fresh is not None and former is not None:
            changes += _switched(element, fresh, former)
            below += _compared(fresh, former, (*path, element))
    if changes:
        yield f"[edit{' ' if path else ''}{spoken(path)}]"
        yield from changes
    yield from below


def _switched(element: Element, fresh: Node, former: Node) -> list[str]:
    if fresh.inactive == former.inactive:
        return []
    head = " ".join(element)
    return [f"!    {'inactive' if fresh.inactive else 'active'}: {head} {{ ... }}"]
