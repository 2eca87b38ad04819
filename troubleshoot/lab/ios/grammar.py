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


@dataclass(frozen=True, slots=True)
class _Path(Generic[H]):
    words: tuple[Word, ...]
    handler: H
    at: int = 0
    args: dict[str, str] = field(default_factory=dict)

    @property
    def word(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def take(self, token: str) -> _Path[H]:
        word = self.words[self.at]
        value = (interface_name(token) or token) if word.kind == "interface" else token
        return _Path(self.words, self.handler, self.at + 1, {**self.args, word.text: value if word.kind else word.text})


def _all(_: object) -> bool:
    return True


class Grammar(Generic[H]):
    """The commands of one mode."""

    def __init__(self) -> None:
        self._paths: list[_Path[H]] = []

    def add(self, pattern: str, handler: H) -> None:
        """Teach a command."""
        self._paths += [_Path(words, handler) for words in expand(pattern)]

    def parse(self, line: str, knows: Callable[[H], bool] = _all) -> Match[H]:
        """Understand ``line`` or raise :class:`ParseRefused`. The device has only the commands that it ``knows``."""
        paths = [p for p in self._paths if knows(p.handler)]
        for column, token in tokenize(line):
            paths = self._step(paths, column, token, line)
            whole = next((p for p in paths if p.at and p.words[p.at - 1].kind == "line"), None)
            if whole is not None:
                return Match(whole.handler, {**whole.args, whole.words[whole.at - 1].text: line[column:].rstrip()})
        done = [p for p in paths if p.word is None]
        if not done:
            raise ParseRefused("% Incomplete command.")
        return Match(done[0].handler, done[0].args)

    def _step(self, paths: list[_Path[H]], column: int, token: str, line: str) -> list[_Path[H]]:
        keywords = [p for p in paths if p.word and not p.word.kind and p.word.accepts(token)]
        if keywords:
            return self._keyword(keywords, token, line)
        values = [p for p in paths if p.word and p.word.kind and p.word.accepts(token)]
        if values:
            return [p.take(token) for p in values]
        raise ParseRefused("% Invalid input detected at '^' marker.", column + self._agreed(paths, token))

    @staticmethod
    def _keyword(paths: list[_Path[H]], token: str, line: str) -> list[_Path[H]]:
        exact = [p for p in paths if p.word and p.word.text == token.lower()]
        chosen = exact or paths
        if len({p.word.text for p in chosen if p.word}) > 1:
            raise ParseRefused(f'% Ambiguous command:  "{line.strip()}"')
        return [p.take(token) for p in chosen]

    @staticmethod
    def _agreed(paths: list[_Path[H]], token: str) -> int:
        """How many characters of ``token`` still agree with some keyword: IOS points at the first that does not."""
        best = 0
        for path in paths:
            if path.word and not path.word.kind:
                best = max(best, _common(path.word.text, token.lower()))
        return min(best, max(len(token) - 1, 0))

    def help(self, line: str, knows: Callable[[H], bool] = _all) -> list[str]:
        """What `?` lists after ``line``: words that fit the unfinished word, or the next words after a blank."""
        tokens = list(tokenize(line))
        partial = tokens.pop()[1] if tokens and not line[-1:].isspace() else ""
        paths = [p for p in self._paths if knows(p.handler)]
        try:
            for column, token in tokens:
                paths = self._step(paths, column, token, line)
        except ParseRefused as refused:
            return [refused.message.replace("Invalid input", "Unrecognized command")]
        words = {p.word.help for p in paths if p.word and (not partial or p.word.accepts(partial))}
        if not partial and any(p.word is None for p in paths):
            words.add("<cr>")
        return sorted(words) or ["% Unrecognized command"]

    def complete(self, line: str, knows: Callable[[H], bool] = _all) -> str:
        """The rest of the last keyword where only one fits (the TAB key), else nothing."""
        tokens = list(tokenize(line))
        if not tokens or line[-1:].isspace():
            return ""
        found = [w for w in self.help(line, knows) if w.startswith(tokens[-1][1].lower())]
        return found[0][len(tokens[-1][1]) :] + " " if len(found) == 1 else ""


def tokenize(line: str) -> Iterator[tuple[int, str]]:
    """Words with their columns; ``gi 0/1`` is one word."""
    words = [(m.start(), m.group()) for m in re.finditer(r"\S+", line)]
    skip = False
    for (column, word), (_, following) in zip(words, [*words[1:], (0, "")], strict=True):
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
