"""How IOS reads a command line: keywords may be abbreviated, the first unclear word decides the error.

A pattern is written as vendor manuals write it: ``show ip mroute [vrf <vrf:word>] [<group:address>] [count]``, with
``[...]`` optional, ``{a|b}`` a choice and ``<name:type>`` a typed argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Generic, TypeVar

H = TypeVar("H")
Tokens = Callable[[str], Iterator[tuple[int, str]]]

INTERFACE_KINDS = ("GigabitEthernet", "Ethernet", "FastEthernet", "Loopback", "Tunnel", "Vlan", "Null")
_INTERFACE = re.compile(r"([A-Za-z]+) ?(\d+(?:/\d+)*(?:\.\d+)?)$")
_SPLIT = re.compile(r"\s*([\[\]{}|]|<[^>]+>|[^\s\[\]{}|<>]+)")


@dataclass(frozen=True, slots=True)
class Word:
    """One element of a pattern: a keyword, or an argument when ``kind`` is set."""

    text: str
    kind: str = ""

    def accepts(self, token: str) -> bool:
        """Whether ``token`` may stand here."""
        if not self.kind:
            return self.text.startswith(token.lower())
        return VALUES[self.kind](token)

    @property
    def help(self) -> str:
        """What `?` prints for it."""
        return {"": self.text, "line": "LINE", "number": "<0-4294967295>", "word": "WORD"}.get(self.kind, "A.B.C.D")


def is_address(token: str) -> bool:
    """A dotted IPv4 address (or mask) in full."""
    try:
        return str(IPv4Address(token)) == token
    except ValueError:
        return False


def is_length(token: str) -> bool:
    """Whether what follows a slash, if there is one, is the length of an IPv4 prefix."""
    _, slash, length = token.partition("/")
    return not slash or (length.isdigit() and int(length) <= 32)


def interface_name(token: str) -> str | None:
    """The full name behind ``gi0/1`` or ``Lo 0``; None where it names no kind of interface, or several."""
    match = _INTERFACE.match(token)
    if match is None:
        return None
    kinds = [k for k in INTERFACE_KINDS if k.lower().startswith(match[1].lower())]
    return f"{kinds[0]}{match[2]}" if len(kinds) == 1 else None


VALUES: dict[str, Callable[[str], bool]] = {
    "address": is_address,
    "mask": is_address,
    "prefix": lambda token: is_address(token.partition("/")[0]) and is_length(token),
    "interface": lambda token: interface_name(token) is not None,
    "number": str.isdigit,
    "word": lambda token: bool(token),
    "line": lambda token: bool(token),
}


@dataclass(frozen=True, slots=True)
class Match(Generic[H]):
    """A line that was understood: what to run and with which arguments (a keyword that was given maps to itself)."""

    handler: H
    args: dict[str, str]


class ParseRefused(Exception):
    """The line was not understood. ``column`` is where IOS puts the caret (None: the message has none)."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.column = message, column


class _Node(Generic[H]):
    """The commands that begin with the same words. Rank: the order in which the commands were taught."""

    __slots__ = ("beneath", "children", "ends")

    def __init__(self) -> None:
        self.children: dict[Word, _Node[H]] = {}
        self.ends: list[tuple[int, H]] = []
        self.beneath: dict[H, None] = {}

    def add(self, words: Sequence[Word], rank: int, handler: H) -> None:
        self.beneath[handler] = None
        if words:
            self.children.setdefault(words[0], _Node()).add(words[1:], rank, handler)
        else:
            self.ends.append((rank, handler))


@dataclass(frozen=True, slots=True)
class _Place(Generic[H]):
    """Where a line has come to: after ``word``, with the arguments so far."""

    node: _Node[H]
    args: dict[str, str] = field(default_factory=dict)
    word: Word | None = None

    def take(self, word: Word, token: str) -> _Place[H]:
        value = (interface_name(token) or token) if word.kind == "interface" else token
        return _Place(self.node.children[word], {**self.args, word.text: value if word.kind else word.text}, word)


def _all(_: object) -> bool:
    return True


class Grammar(Generic[H]):
    """The commands of one mode. ``tokens`` cuts a line into words with their columns."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._root: _Node[H] = _Node()
        self._count = 0
        self._tokens = tokens or tokenize

    def add(self, pattern: str, handler: H) -> None:
        """Teach a command."""
        for sequence in expand(pattern):
            self._root.add(sequence, self._count, handler)
            self._count += 1

    def parse(self, line: str, knows: Callable[[H], bool] = _all) -> Match[H]:
        """Understand ``line`` or raise :class:`ParseRefused`. The device has only the commands that it ``knows``."""
        places = [_Place(self._root)]
        for column, token in self._tokens(line):
            places = _step(places, column, token, line, knows)
            whole = _first([place for place in places if place.word and place.word.kind == "line"], knows)
            if whole is not None and whole[0].word is not None:
                return Match(whole[1], {**whole[0].args, whole[0].word.text: line[column:].rstrip()})
        done = _first(places, knows)
        if done is None:
            raise ParseRefused("% Incomplete command.")
        return Match(done[1], done[0].args)

    def help(self, line: str, knows: Callable[[H], bool] = _all) -> list[str]:
        """What `?` lists after ``line``: words that fit the unfinished word, or the next words after a blank."""
        tokens = list(self._tokens(line))
        partial = tokens.pop()[1] if tokens and not line[-1:].isspace() else ""
        places = [_Place(self._root)]
        try:
            for column, token in tokens:
                places = _step(places, column, token, line, knows)
        except ParseRefused as refused:
            return [refused.message.replace("Invalid input", "Unrecognized command")]
        found = {word.help for _, word in _next(places, knows) if not partial or word.accepts(partial)}
        if not partial and _first(places, knows):
            found.add("<cr>")
        return sorted(found) or ["% Unrecognized command"]

    def complete(self, line: str, knows: Callable[[H], bool] = _all) -> str:
        """The rest of the last keyword where only one fits (the TAB key), else nothing."""
        tokens = list(self._tokens(line))
        if not tokens or line[-1:].isspace():
            return ""
        found = [w for w in self.help(line, knows) if w.startswith(tokens[-1][1].lower())]
        return found[0][len(tokens[-1][1]) :] + " " if len(found) == 1 else ""


def _next(
    places: Sequence[_Place[H]], knows: Callable[[H], bool], fits: Callable[[Word], bool] = _all
) -> Iterator[tuple[_Place[H], Word]]:
    """The words that may follow, of commands that the device knows. What ``fits`` is asked first: it is cheap."""
    for place in places:
        for word, node in place.node.children.items():
            if fits(word) and any(knows(handler) for handler in node.beneath):
                yield place, word


def _first(places: Sequence[_Place[H]], knows: Callable[[H], bool]) -> tuple[_Place[H], H] | None:
    """The command that ends here; of several the one that was taught first."""
    ends = ((rank, place, handler) for place in places for rank, handler in place.node.ends if knows(handler))
    _, place, handler = min(ends, key=lambda end: end[0], default=(0, None, None))
    return (place, handler) if place is not None and handler is not None else None


def _step(
    places: Sequence[_Place[H]], column: int, token: str, line: str, knows: Callable[[H], bool]
) -> list[_Place[H]]:
    following = list(_next(places, knows, lambda word: word.accepts(token)))
    keywords = [(place, word) for place, word in following if not word.kind]
    if keywords:
        return _keyword(keywords, token, line)
    if following:
        return [place.take(word, token) for place, word in following]
    raise ParseRefused("% Invalid input detected at '^' marker.", column + _agreed(_next(places, knows), token))


def _keyword(found: list[tuple[_Place[H], Word]], token: str, line: str) -> list[_Place[H]]:
    chosen = [(place, word) for place, word in found if word.text == token.lower()] or found
    if len({word.text for _, word in chosen}) > 1:
        raise ParseRefused(f'% Ambiguous command:  "{line.strip()}"')
    return [place.take(word, token) for place, word in chosen]


def _agreed(following: Iterator[tuple[_Place[H], Word]], token: str) -> int:
    """How many characters of ``token`` still agree with some keyword: IOS points at the first that does not."""
    best = max((_common(word.text, token.lower()) for _, word in following if not word.kind), default=0)
    return min(best, max(len(token) - 1, 0))


def words(line: str) -> Iterator[tuple[int, str]]:
    """Words as they stand there, with their columns."""
    return ((match.start(), match.group()) for match in re.finditer(r"\S+", line))


def tokenize(line: str) -> Iterator[tuple[int, str]]:
    """Words with their columns; ``gi 0/1`` is one word."""
    found = list(words(line))
    skip = False
    for (column, word), (_, following) in zip(found, [*found[1:], (0, "")], strict=True):
        if skip:
            skip = False
            continue
        skip = (
            word.isalpha()
            and len(word) > 1
            and following[:1].isdigit()
            and interface_name(word + following) is not None
        )
        yield column, word + following if skip else word


def _common(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def expand(pattern: str) -> list[tuple[Word, ...]]:
    """All flat word sequences that a pattern stands for."""
    tokens = [m.group(1) for m in _SPLIT.finditer(pattern)]
    sequences, rest = _sequence(tokens, ())
    if rest:
        raise ValueError(f"unbalanced pattern: {pattern}")
    return list(dict.fromkeys(sequences))


Flat = list[tuple[Word, ...]]


def _sequence(parts: Sequence[str], stop: tuple[str, ...]) -> tuple[Flat, list[str]]:
    done: Flat = []
    current: Flat = [()]
    rest = list(parts)
    while rest and rest[0] not in stop:
        part = rest.pop(0)
        if part == "|":
            done, current = done + current, [()]
        elif part in "[{":
            inner, rest = _sequence(rest, ("]" if part == "[" else "}",))
            rest.pop(0)
            options = [*inner, ()] if part == "[" else inner
            current = [c + o for c in current for o in options]
        else:
            current = [(*c, _word(part)) for c in current]
    return done + current, rest


def _word(part: str) -> Word:
    if not part.startswith("<"):
        return Word(part)
    name, _, kind = part[1:-1].partition(":")
    return Word(name, kind or "word")
