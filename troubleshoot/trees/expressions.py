"""Reads a condition into a small syntax tree, so that lint can follow names and fields through it.

Grammar: the Common Expression Language, https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax. Only lint
uses this reader; what a condition means is decided by the library behind `core.conditions` alone. Give it only what
:func:`~troubleshoot.core.conditions.check` let pass: that bounds the depth of brackets, and so the stack needed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_NESTING: Final = 120
QUANTIFIERS: Final = frozenset({"exists_one", "exists", "filter", "all", "map"})


class Unreadable(ValueError):
    """The text is not in the part of CEL that this reader knows."""


@dataclass(frozen=True, slots=True)
class Literal:
    kind: str  # str, int, float, bool, null, bytes


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Index:
    operand: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``, or ``operand.function(arguments)``."""

    function: str
    arguments: tuple[Node, ...]
    operand: Node | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list, or a map's keys and values (``keys`` is None for a list)."""

    values: tuple[Node, ...]
    keys: tuple[Node, ...] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """``!``, ``-`` with one operand; comparisons with two; ``?:`` with three; logic and arithmetic with two or more.

    A row of ``&&`` or of ``+`` is one operation, and of a row of signs each kind is kept once: what matters here is
    what the operands are, and a flat tree needs no stack.
    """

    sign: str
    operands: tuple[Node, ...]


Node = Literal | Name | Member | Index | Call | Items | Operation

_TOKEN: Final = re.compile(
    r"""(?:\s+|//[^\n]*)*(?:
        (?P<string>[rRbB]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
      | (?P<float>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
      | (?P<int>0[xX][0-9A-Fa-f]+[uU]?|[0-9]+[uU]?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS: Final = ("==", "!=", "<=", ">=", "<", ">", "in")
_LEVELS: Final = (
    ("||",),
    ("&&",),
    _COMPARISONS,
    ("+", "-"),
    ("*", "/", "%"),
)
_WORDS: Final = {"true": "bool", "false": "bool", "null": "null"}


def parse(source: str) -> Node:
    """Read a condition.

    Raises:
        Unreadable: it is not CEL, or a part of it that trees do not use.
    """
    reader = _Reader(_tokens(source))
    node = reader.expression()
    if reader.kind != "end":
        raise Unreadable(f"unexpected {reader.text!r}")
    if _depth(node) > MAX_NESTING:
        raise Unreadable(f"nested deeper than {MAX_NESTING}")
    return node


def _depth(root: Node) -> int:
    deepest = 0
    waiting: list[tuple[Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in _children(node))
    return deepest


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Member(operand):
            return (operand,)
        case Index(operand, index):
            return operand, index
        case Call(_, arguments, operand):
            return arguments if operand is None else (operand, *arguments)
        case Items(values, keys):
            return (*values, *(keys or ()))
        case Operation(_, operands):
            return operands
        case _:
            return ()


def _tokens(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while not found or found[-1][0] != "end":
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise Unreadable(f"unexpected {source[position : position + 10]!r}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found


class _Reader:
    """Recursive descent, one method a level of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def text(self) -> str:
        return self._tokens[self._at][1]

    def _take(self) -> str:
        text = self.text
        self._at += self.kind != "end"
        return text

    def _accept(self, *texts: str) -> str:
        return self._take() if self.kind in ("sign", "name") and self.text in texts else ""

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise Unreadable(f"expected {text!r} instead of {self.text!r}")

    def expression(self) -> Node:
        choices: list[tuple[Node, Node]] = []
        node = self._binary(0)
        while self._accept("?"):
            chosen = self._binary(0)
            self._expect(":")
            choices.append((node, chosen))
            node = self._binary(0)
        for condition, chosen in reversed(choices):
            node = Operation("?:", (condition, chosen, node))
        return node

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        row = [node]
        while sign := self._accept(*_LEVELS[level]):
            row.append(self._binary(level + 1))
            node = Operation(sign, tuple(row) if _LEVELS[level] != _COMPARISONS else (node, row[-1]))
        return node

    def _unary(self) -> Node:
        signs: list[str] = []
        while sign := self._accept("!", "-"):
            signs.append(sign)
        node = self._member()
        for sign in dict.fromkeys(reversed(signs)):
            node = Operation(sign, (node,))
        return node

    def _member(self) -> Node:
        node = self._primary()
        while sign := self._accept(".", "["):
            if sign == "[":
                node = Index(node, self.expression())
                self._expect("]")
            else:
                node = self._field(node)
        return node

    def _field(self, operand: Node) -> Node:
        if self.kind != "name":
            raise Unreadable(f"expected a field name instead of {self.text!r}")
        name = self._take()
        return Call(name, self._list(")"), operand) if self._accept("(") else Member(operand, name)

    def _primary(self) -> Node:
        if self.kind in ("string", "int", "float"):
            return self._literal()
        if self._accept("("):
            node = self.expression()
            self._expect(")")
            return node
        if self._accept("["):
            return Items(self._list("]"))
        if self._accept("{"):
            return self._map()
        return self._name()

    def _literal(self) -> Node:
        kind, text = self.kind, self._take()
        if kind == "string":
            return Literal("bytes" if "b" in text[:2].lower().split("'")[0].split('"')[0] else "str")
        return Literal(kind)

    def _name(self) -> Node:
        if self.kind != "name":
            raise Unreadable(f"unexpected {self.text or 'end'!r}")
        name = self._take()
        if name in _WORDS:
            return Literal(_WORDS[name])
        return Call(name, self._list(")")) if self._accept("(") else Name(name)

    def _list(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._accept(closing):
            found.append(self.expression())
            if not self._accept(","):
                self._expect(closing)
                break
        return tuple(found)

    def _map(self) -> Node:
        keys: list[Node] = []
        values: list[Node] = []
        while not self._accept("}"):
            keys.append(self.expression())
            self._expect(":")
            values.append(self.expression())
            if not self._accept(","):
                self._expect("}")
                break
        return Items(tuple(values), tuple(keys))
