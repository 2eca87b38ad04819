"""A JSON reader that remembers lines: every value knows the raw lines it was printed on.

Only what a router prints is accepted (RFC 8259), depth and number length are bounded, and truncation is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import TypeAlias

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt

MAX_DEPTH = 32

Scalar: TypeAlias = "str | int | float | bool | None"

_TOKEN = re.compile(
    r"[ \t]*(?:([{}\[\],:])|(-?\d{1,19}(?:\.\d{1,19})?(?:[eE][+-]?\d{1,3})?)(?![\w.])|(true|false|null)\b)"
)
_STRING = re.compile(r'[ \t]*"')
_DECODER = JSONDecoder()
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value with the first and last raw line it covers."""

    value: dict[str, Node] | list[Node] | Scalar
    first: int
    last: int

    @property
    def members(self) -> dict[str, Node]:
        """The members of an object; empty for everything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of an array; empty for everything else."""
        return self.value if isinstance(self.value, list) else []

    def text(self, key: str) -> str | None:
        """Return a member that is text, else ``None``."""
        value = self._scalar(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """Return a member that is a whole number, else ``None``."""
        value = self._scalar(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def truth(self, key: str) -> bool | None:
        """Return a member that is a boolean (or 0/1, which FRRouting uses too), else ``None``."""
        value = self._scalar(key)
        return bool(value) if isinstance(value, bool) or value in (0, 1) else None

    def objects(self) -> Iterator[tuple[str, Node]]:
        """Yield the members that are objects."""
        return ((key, node) for key, node in self.members.items() if isinstance(node.value, dict))

    def _scalar(self, key: str) -> object:
        node = self.members.get(key)
        return None if node is None else node.value


def is_json(page: Clean) -> bool:
    """Tell whether an output is JSON: some line begins with a brace or bracket, the first or after a ``%`` remark."""
    for _, text in page.lines:
        if not text.lstrip().startswith("%"):
            return text.lstrip()[0] in "{["
    return False


def read_object(page: Clean) -> Node:
    """Read the one JSON object of an output; ``%`` remarks before it are passed over.

    Raises:
        ParseFailure: it is not one complete object.
    """
    tokens = _tokens(page)
    node = _value(next(tokens, None), tokens, page, 0)
    if not isinstance(node.value, dict):
        raise ParseFailure("the JSON is not an object", page.part, node.first)
    extra = next(tokens, None)
    if extra is not None:
        raise ParseFailure("text after the end of the JSON", page.part, extra[0])
    return node


_Token = tuple[int, str, object]


def _tokens(page: Clean) -> Iterator[_Token]:
    started = False
    for number, text in page.lines:
        if not started and text.lstrip().startswith("%"):
            continue
        started = True
        yield from _line_tokens(page, number, text)


def _line_tokens(page: Clean, number: int, text: str) -> Iterator[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        if quote := _STRING.match(text, position):
            try:
                value, position = _DECODER.raw_decode(text, quote.end() - 1)
            except JSONDecodeError:
                raise ParseFailure(f"JSON text not closed: {excerpt(text)!r}", page.part, number) from None
            yield number, "value", value
        elif token := _TOKEN.match(text, position):
            position = token.end()
            yield number, *_classify(token)
        else:
            raise ParseFailure(f"not JSON: {excerpt(text[position:])!r}", page.part, number)


def _classify(token: re.Match[str]) -> tuple[str, object]:
    sign, number, word = token.groups()
    if sign:
        return sign, None
    if word:
        return "value", _WORDS[word]
    return "value", (int(number) if number.lstrip("-").isdigit() else float(number))


def _value(token: _Token | None, tokens: Iterator[_Token], page: Clean, depth: int) -> Node:
    if token is None:
        raise ParseFailure("the JSON ends early" if page.lines else "the output is empty", page.part, page.last)
    number, kind, value = token
    if depth > MAX_DEPTH:
        raise ParseFailure("the JSON is nested too deep", page.part, number)
    if kind == "value":
        return Node(value, number, number)  # type: ignore[arg-type]  # _classify yields scalars only
    if kind == "{":
        return _object(number, tokens, page, depth)
    if kind == "[":
        return _array(number, tokens, page, depth)
    raise ParseFailure(f"unexpected {kind!r} in JSON", page.part, number)


def _object(first: int, tokens: Iterator[_Token], page: Clean, depth: int) -> Node:
    members: dict[str, Node] = {}
    token = next(tokens, None)
    while token is not None and token[1] != "}":
        key = token[2]
        colon = next(tokens, None)
        if token[1] != "value" or not isinstance(key, str) or colon is None or colon[1] != ":":
            raise ParseFailure("a JSON object needs a key and a value", page.part, token[0])
        node = _value(next(tokens, None), tokens, page, depth + 1)
        if key in members and isinstance(node.value, (dict, list)):
            raise ParseFailure(f"the JSON says {excerpt(key)!r} twice", page.part, token[0])
        members[key] = Node(node.value, token[0], node.last)
        token = _after_item(tokens, "}", page)
    return Node(members, first, _line(token, page))


def _array(first: int, tokens: Iterator[_Token], page: Clean, depth: int) -> Node:
    items: list[Node] = []
    token = next(tokens, None)
    while token is not None and token[1] != "]":
        items.append(_value(token, tokens, page, depth + 1))
        token = _after_item(tokens, "]", page)
    return Node(items, first, _line(token, page))


def _after_item(tokens: Iterator[_Token], closing: str, page: Clean) -> _Token | None:
    token = next(tokens, None)
    if token is None or token[1] == closing:
        return token
    if token[1] != ",":
        raise ParseFailure(f"expected ',' or {closing!r} in JSON", page.part, token[0])
    following = next(tokens, None)
    if following is not None and following[1] == closing:
        raise ParseFailure(f"',' before {closing!r} in JSON", page.part, following[0])
    return following


def _line(token: _Token | None, page: Clean) -> int:
    if token is None:
        raise ParseFailure("the JSON ends early", page.part, page.last)
    return token[0]
