"""Reads the strict part of YAML that our files use, and remembers where every value stood.

Only maps, lists and text: every scalar stays what was written (``no``, ``010``, ``52:54:00:12:34:56``), so that a typed
schema decides what it means and YAML 1.1 does not. What makes a file mean something else than it shows is refused:
aliases, anchors, tags, merge keys, duplicate keys, several documents; so is what only serves to exhaust a reader.
Every error is an :class:`~troubleshoot.errors.AuthorError` that starts with ``file:line:column``.

The pure-Python parser of PyYAML is used on purpose: the C one crashes the interpreter on deep nesting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from troubleshoot.errors import AuthorError, OperatorError

if TYPE_CHECKING:
    from yaml.events import Event

MAX_BYTES = 1 << 20
MAX_DEPTH = 64

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: text, a list, a map, or None where nothing was written.

    ``line`` and ``column`` are 1-based. ``keys`` gives the place of each key of a map; ``quoted`` is True for a scalar
    that was written in quotes or as a block.
    """

    value: str | list[Node] | dict[str, Node] | None
    line: int
    column: int
    source: str = ""
    quoted: bool = False
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """``file:line:column`` of the value."""
        return f"{self.source}:{self.line}:{self.column}"

    def key_place(self, key: str) -> str:
        """``file:line:column`` of a key of this map; of the map itself when it has no such key."""
        line, column = self.keys.get(key, (self.line, self.column))
        return f"{self.source}:{line}:{column}"

    def error(self, message: str, *, hint: str = "") -> AuthorError:
        """An error at this value, to be raised by the caller."""
        return AuthorError(f"{self.place}: {message}", hint=hint)

    def key_error(self, key: str, message: str, *, hint: str = "") -> AuthorError:
        """An error at a key of this map, to be raised by the caller."""
        return AuthorError(f"{self.key_place(key)}: {message}", hint=hint)


def load_file(path: Path, *, max_bytes: int = MAX_BYTES) -> Node:
    """Read one YAML file. Raises AuthorError for its content, OperatorError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read: {error.strerror or error}") from error
    return load(data, source=str(path), max_bytes=max_bytes)


def load(data: bytes | str, *, source: str = "<text>", max_bytes: int = MAX_BYTES) -> Node:
    """Read one YAML document; ``source`` names it in errors. An empty document gives a node without a value."""
    text = _decode(data, source, max_bytes) if isinstance(data, bytes) else data
    if len(text) > max_bytes or (len(text) > max_bytes // 4 and len(text.encode("utf-8", "replace")) > max_bytes):
        raise AuthorError(f"{source}:1:1: the file is larger than {max_bytes} bytes")
    try:
        return _Reader(text, source, fast=True).document()
    except _NotRead:
        return _Reader(text, source, fast=False).document()


def to_plain(node: Node) -> Plain:
    """The same value as plain maps, lists, text and None, without places."""
    if isinstance(node.value, list):
        return [to_plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: to_plain(item) for key, item in node.value.items()}
    return node.value


def _decode(data: bytes, source: str, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise AuthorError(f"{source}:1:1: the file is larger than {max_bytes} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"{source}:{line}:{column}: not UTF-8 text (byte 0x{data[error.start]:02x})"
        raise AuthorError(message, hint="Save the file as UTF-8.") from error


class _NotRead(Exception):
    """The fast parser met something wrong; the other one says it in better words."""


class _Reader:
    """Turns the parser's event stream into nodes.

    The events come from libyaml where PyYAML has it: seven times as fast. Only its event parser is used, which keeps
    its own stack; the composer above it recurses in C and crashes on deep nesting. Depth is bounded here either way.
    """

    def __init__(self, text: str, source: str, *, fast: bool) -> None:
        self._text = text
        self._source = source
        self._events = self._fast_stream() if fast else self._stream()

    def document(self) -> Node:
        from yaml import events

        root = Node(None, 1, 1, self._source)
        documents = 0
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document", "One file holds one document: remove the `---`.")
                root = self._node(next(self._events), 0)
        return root

    def _fast_stream(self) -> Iterator[Event]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", None)
        if loader is None:
            raise _NotRead
        try:
            yield from yaml.parse(self._text, Loader=loader)
        except (yaml.YAMLError, UnicodeError, ValueError) as error:
            raise _NotRead from error

    def _stream(self) -> Iterator[Event]:
        """The parser's events, with its errors turned into ours."""
        import yaml

        try:
            yield from yaml.parse(self._text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            problem = " ".join(part for part in (error.context, error.problem) if part)
            raise AuthorError(f"{self._source}:{line}:{column}: not valid YAML: {problem}") from None
        except yaml.reader.ReaderError as error:
            raise self._unprintable(error) from None

    def _unprintable(self, error: Any) -> AuthorError:
        before = self._text[: error.position]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = (
            f"{self._source}:{line}:{column}: character U+{ord(self._text[error.position]):04X} is not allowed in YAML"
        )
        return AuthorError(message, hint='Write it as an escape in double quotes ("\\x1b") or remove it.')

    def _node(self, event: Event, depth: int) -> Node:
        from yaml import events

        self._check_properties(event)
        if depth > MAX_DEPTH:
            self._refuse(event, f"nesting deeper than {MAX_DEPTH} levels")
        if isinstance(event, events.SequenceStartEvent):
            return self._at(event, self._items(depth))
        if isinstance(event, events.MappingStartEvent):
            return self._map(event, depth)
        return self._scalar(event)

    def _check_properties(self, event: Event) -> None:
        from yaml import events

        if isinstance(event, events.AliasEvent):
            self._refuse(event, f"alias *{event.anchor}", "Write the value out at both places.")
        if getattr(event, "anchor", None):
            self._refuse(event, f"anchor &{getattr(event, 'anchor', '')}", "Write the value out where it is needed.")
        if getattr(event, "tag", None):
            self._refuse(event, f"tag {getattr(event, 'tag', '')}", "All values are text; the schema types them.")

    def _items(self, depth: int) -> list[Node]:
        from yaml import events

        items: list[Node] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _map(self, start: Event, depth: int) -> Node:
        from yaml import events

        values: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            key = self._key(event)
            if key in values:
                self._refuse(event, f"duplicate key {key!r} (first at line {keys[key][0]})")
            keys[key] = _position(event)
            values[key] = self._node(next(self._events), depth + 1)
        return self._at(start, values, keys=keys)

    def _key(self, event: Event) -> str:
        from yaml import events

        self._check_properties(event)
        if not isinstance(event, events.ScalarEvent):
            self._refuse(event, "a list or map as a key", "Keys are plain text. A `{` that is meant needs quotes.")
        key: str = event.value
        if event.implicit[0] and not key:
            self._refuse(event, "an empty key")
        if event.implicit[0] and key == "<<":
            self._refuse(event, "merge key <<", "Write the keys out.")
        return key

    def _scalar(self, event: Any) -> Node:
        plain = not event.style
        value = None if plain and not event.value else event.value
        return self._at(event, value, quoted=not plain)

    def _at(self, event: Event, value: Any, **more: Any) -> Node:
        return Node(value, *_position(event), self._source, **more)

    def _refuse(self, event: Event, what: str, hint: str = "") -> NoReturn:
        line, column = _position(event)
        raise AuthorError(f"{self._source}:{line}:{column}: {what} is not allowed", hint=hint)


def _position(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
