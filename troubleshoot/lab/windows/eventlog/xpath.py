"""The part of XPath 1.0 that event queries use, evaluated on an event's XML."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element

Value: TypeAlias = "str | float | bool | list[str] | list[Element]"
Evaluate: TypeAlias = Callable[["Context"], Value]

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<string>'[^']*'|\"[^\"]*\")|(?P<number>0x[0-9A-Fa-f]+|\d+(?:\.\d+)?)|(?P<operator><=|>=|!=|[=<>])"
    r"|(?P<mark>[()\[\]/@*,.])|(?P<name>[A-Za-z_][\w.-]*))"
)
_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


class BadQuery(Exception):
    """Not a query that the event log understands."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a query stands, and the present in epoch seconds."""

    node: Element
    now: float


def compiled(query: str) -> Callable[[Element, float], bool]:
    """A test for the wrapper element around one event. Raises BadQuery."""
    reader = _Reader(_tokens(query))
    test = reader.either()
    if reader.tokens:
        raise BadQuery(query)
    return lambda node, now: _truth(test(Context(node, now)))


def _tokens(query: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, text = 0, query.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise BadQuery(query)
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _truth(value: Value) -> bool:
    return bool(value)


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def either(self) -> Evaluate:
        parts = [self.both()]
        while self._take("name", "or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda c: any(_truth(part(c)) for part in parts)

    def both(self) -> Evaluate:
        parts = [self.comparison()]
        while self._take("name", "and"):
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else lambda c: all(_truth(part(c)) for part in parts)

    def comparison(self) -> Evaluate:
        left = self.operand()
        if not self.tokens or self.tokens[0][0] != "operator":
            return left
        sign = self.tokens.pop(0)[1]
        right = self.operand()
        return lambda c: _compare(sign, left(c), right(c))

    def operand(self) -> Evaluate:
        if not self.tokens:
            raise BadQuery("the query ends too early")
        kind, text = self.tokens[0]
        if kind == "string":
            self.tokens.pop(0)
            return lambda c: text[1:-1]
        if kind == "number":
            self.tokens.pop(0)
            number = float(int(text, 16) if text.startswith("0x") else float(text))
            return lambda c: number
        if self._take("mark", "("):
            inside = self.either()
            self._need(")")
            return inside
        if text == "timediff":
            return self._age()
        if text == "band":
            return self._bits()
        return self._path()

    def _age(self) -> Evaluate:
        """Milliseconds between the event and now."""
        self.tokens.pop(0)
        self._need("(")
        moment = self.operand()
        self._need(")")

        def age(context: Context) -> Value:
            texts = moment(context)
            if not isinstance(texts, list) or not texts:
                return float("nan")
            return (context.now - _seconds(_text(texts[0]))) * 1000

        return age

    def _bits(self) -> Evaluate:
        self.tokens.pop(0)
        self._need("(")
        value = self.operand()
        self._need(",")
        mask = self.operand()
        self._need(")")
        return lambda c: bool(int(_number(value(c))) & int(_number(mask(c))))

    def _path(self) -> Evaluate:
        steps = [self._step()]
        while self._take("mark", "/"):
            steps.append(self._step())

        def walk(context: Context) -> Value:
            nodes: list[Element] = [context.node]
            for step in steps:
                found = [item for node in nodes for item in step(Context(node, context.now))]
                if found and isinstance(found[0], str):
                    return [item for item in found if isinstance(item, str)]
                nodes = [item for item in found if isinstance(item, Element)]
            return nodes

        return walk

    def _step(self) -> Callable[[Context], list[str] | list[Element]]:
        if self._take("mark", "@"):
            name = self._name()
            return lambda c: [c.node.attrib[name]] if name in c.node.attrib else []
        any_name = self._take("mark", "*")
        wanted = "" if any_name else self._name()
        tests: list[Evaluate] = []
        while self._take("mark", "["):
            tests.append(self.either())
            self._need("]")

        def children(context: Context) -> list[Element]:
            found = [child for child in context.node if any_name or child.tag == wanted]
            return [c for c in found if all(_truth(test(Context(c, context.now))) for test in tests)]

        return children

    def _name(self) -> str:
        if not self.tokens or self.tokens[0][0] != "name":
            raise BadQuery("a name is missing")
        return self.tokens.pop(0)[1]

    def _take(self, kind: str, text: str) -> bool:
        if self.tokens and self.tokens[0] == (kind, text):
            self.tokens.pop(0)
            return True
        return False

    def _need(self, mark: str) -> None:
        if not self._take("mark", mark):
            raise BadQuery(f"{mark} is missing")


def _text(item: str | Element) -> str:
    return item if isinstance(item, str) else (item.text or "")


def _number(value: Value) -> float:
    if isinstance(value, list):
        return _number(_text(value[0])) if value else float("nan")
    if isinstance(value, str):
        try:
            return float(int(value, 0))
        except ValueError:
            return float("nan")
    return float(value)


def _seconds(text: str) -> float:
    """Epoch seconds of an ISO time; the seventh decimal and missing decimals are fine."""
    base, _, fraction = text.rstrip("Z").partition(".")
    whole = datetime.fromisoformat(f"{base}+00:00").timestamp()
    return whole + (float(f"0.{fraction}") if fraction.isdecimal() else 0.0)


def _compare(sign: str, left: Value, right: Value) -> bool:
    """A list of nodes fulfils a comparison when one of them does."""
    if isinstance(left, list):
        return any(_compare_one(sign, _text(item), right) for item in left)
    return _compare_one(sign, left, right)


def _compare_one(sign: str, left: Value, right: Value) -> bool:
    if isinstance(right, list):
        return any(_compare_one(sign, left, _text(item)) for item in right)
    if isinstance(left, str) and isinstance(right, str):
        return _compare_texts(sign, left, right)
    return _OPERATORS[sign](_number(left), _number(right))


def _compare_texts(sign: str, left: str, right: str) -> bool:
    """Texts are equal or not, in any letter case; times also have an order."""
    if sign in ("=", "!="):
        return (left.casefold() == right.casefold()) == (sign == "=")
    try:
        return _OPERATORS[sign](_seconds(left), _seconds(right))
    except ValueError:
        return _OPERATORS[sign](_number(left), _number(right))
