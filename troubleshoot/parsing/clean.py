"""Hostile terminal text into plain lines that remember their place.

One function serves every source (live channel, captures, paste). Line numbers always refer to the raw text split on
``\\n``, so that a verdict can cite the stored evidence. Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from troubleshoot.parsing.records import Cites

Line = tuple[int, str]

# Anything a fast scan must notice: C0 without TAB and LF, DEL, C1, no-break space, byte order mark.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\xa0\ufeff]")
# ECMA-48: CSI, then the string sequences (OSC, DCS, SOS, PM, APC), then charset and two-character escapes.
# Possessive quantifiers keep it linear; nothing crosses a line end, so that line numbers stay true.
_CURSOR_LEFT = re.compile(r"(?:\x1b\[|\x9b)[0-9]{0,4}D")
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*+(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*+[0-~]?"
)
_DROPPED = dict.fromkeys([*range(8), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF]) | {0xA0: " "}

_VERBS = (
    r"(?:do\s|sh(?:o|ow)?\s|term|en(?:a|able)?\b|conf|exit\b|end\b|ping\b|trace|mtrace|clear\s|no\s|set\s|run\s|vtysh|"
    r"wr\b|write\b|copy\b|u?n?debug|quit\b|logout\b|request\s|edit\b|commit\b|rollback\b|interface\s|ip\s|router\s)"
)
_PROMPT = re.compile(
    r"[A-Za-z0-9][\w.@:/~\-]{0,62}(?:\([\w.\-/: ]{1,40}\))?(?:[#>]\s*$|[#>]\s?(?P<command>" + _VERBS + r".{0,300})$)"
)
_MORE = r"[<\-]{1,4} ?\(?[Mm]ore\)?(?: \d{1,3}%\)?)? ?[\->]{1,4}\s*$|---\(more(?: \d{1,3}%)?\)---\s*$"
_NOISE = re.compile(
    r"\{(?:master|backup|primary|secondary|linecard)(?::[\w\-]{1,20})?\}(?:\[edit[^\]]{0,100}\])?\s*$"
    r"|\[edit[^\]]{0,100}\]\s*$"
    rf"|{_MORE}"
    r"|(?:\[[^\]]{1,60}\] ?)?\+\+\+ .{1,300}\+\+\+\s*$"
    r"|Load for five secs: \d"
    r"|Time source is \S"
    r"|=~=~=~"
    r"|(?:[*.]|\d{1,9}: |[A-Z][a-z]{2} [ \d]\d |\d{4} [A-Z][a-z]{2} |\d\d:\d\d:\d\d|%|<\d{1,3}>)"
    r"[^%]{0,80}%?[A-Z][A-Z0-9_]{1,30}-(?:[A-Z0-9_]{1,20}-)?[0-7]-[A-Z0-9_]{2,40}:"
)
# Junos shows "100%" when all was shown.
_STOP = re.compile(rf"(?!.*100%)(?:{_MORE})")
# A log that lost the erasing backspaces keeps the pager's word in front of the next line.
_PAGER = re.compile(r" ?--More--\s+(?=\S)")
_ECHO = re.compile(r"(?:>\s?)?(?:do\s+)?(?:show|sh|sho)\s+\S.{0,300}$|vtysh\s+-c\s.{0,300}$")
# Looks ahead only: a match that reaches into the next line must not hide that line.
_SUSPECT = re.compile(
    r"\n[^\S\n]*+(?=[{[<\-+LT=*.%0-9JFMASONDdsv])"  # a set of first letters is three times as fast as the branches
    rf"(?={_NOISE.pattern}|--More--|do\s|sho?w?\s|vtysh\s)",
    re.M,
)
_UNINDENTED = re.compile(r"^\S", re.M)
_PEEK = 10_000  # characters
_ASCII_CONTROLS = bytes(code for code in _DROPPED if code < 0x80) + b"\b\r"


@dataclass(frozen=True)  # without slots: `lines` is made when first asked for
class Clean:
    """The readable part of one command's output.

    ``text`` has the lines of the raw output, without controls; noise is blanked, so that line numbers stay true.
    ``part`` is the place of the output among those of one collect item, ``command`` the echoed command where the text
    shows one, and ``pager`` the line of the pager's word after which nothing was printed.
    """

    part: int
    text: str
    command: str | None = None
    pager: int | None = None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """``(raw line number, text)`` of the non-blank lines, right-trimmed and without common indentation."""
        indent = self.indent
        return tuple((number, line[indent:].rstrip()) for number, line in _numbered(self.text))

    @cached_property
    def indent(self) -> int:
        """The indentation that all non-blank lines have in common."""
        if _UNINDENTED.search(self.text):
            return 0
        return min((len(line) - len(line.lstrip()) for _, line in _numbered(self.text)), default=0)

    @property
    def last(self) -> int:
        """The number of the last raw line."""
        return self.text.count("\n") + 1

    def at(self, first: int, last: int | None = None) -> Cites:
        """Cite raw lines ``first`` to ``last``."""
        return [[self.part, first, first if last is None else last]]

    def all(self) -> Cites:
        """Cite from the first to the last readable line."""
        body = self.text.rstrip()
        blank = len(body) - len(body.lstrip())
        return self.at(body.count("\n", 0, blank) + 1, body.count("\n") + 1) if body else []

    def edges(self, count: int) -> Sequence[Line]:
        """Return the first and last ``count`` readable lines (all, where there are no more), without reading the rest
        of a large text."""
        head, tail = self.text.find("\n", _PEEK), self.text.rfind("\n", 0, -_PEEK)
        if 0 < head < tail:
            first, final = list(_numbered(self.text[:head])), list(_numbered(self.text[tail:], self.last))
            if min(len(first), len(final)) >= count:
                return [(number, line[self.indent :].rstrip()) for number, line in first[:count] + final[-count:]]
        return self.lines if len(self.lines) <= 2 * count else self.lines[:count] + self.lines[-count:]

    def spans(self, numbers: Iterable[int]) -> Cites:
        """Cite ascending line numbers, neighbours joined."""
        spans: Cites = []
        for number in numbers:
            if spans and number <= spans[-1][2] + 1:
                spans[-1][2] = number
            else:
                spans.append([self.part, number, number])
        return spans


def _numbered(text: str, last: int | None = None) -> Iterator[Line]:
    """Number the non-blank lines, from 1 or so that the last line is ``last``."""
    lines = text.split("\n")
    first = 1 if last is None else last - len(lines) + 1
    return ((number, line) for number, line in enumerate(lines, first) if line and not line.isspace())


def clean(text: str, part: int = 0) -> Clean:
    """Take terminal controls, pager remains, prompts, echo, banners and interleaved syslog out of ``text``.

    >>> clean("R1#show ip rpf 10.9.9.9\\r\\nRPF information\\r\\nR1#").lines
    ((2, 'RPF information'),)
    """
    plain = "\n" + plain_text(text)
    kept: list[str] = []
    command: str | None = None
    pager: int | None = None
    seen, done = False, 1
    for start in _suspects(plain):
        end = _line_end(plain, start)
        before, line = plain[done:start], plain[start:end]
        if not _blank(before):
            seen, pager = True, None
        left, typed = _judge(line, seen)
        if left:
            seen, pager = True, None
        elif _STOP.match(line.strip()):
            pager = plain.count("\n", 0, start)
        command = command or typed
        kept += [before, left]
        done = end
    rest = plain[done:]
    return Clean(part, "".join([*kept, rest]), command, pager if _blank(rest) else None)


def _blank(text: str) -> bool:
    return not text or text.isspace()


def _suspects(text: str) -> list[int]:
    """Return where the lines start that need a look; all others are data."""
    starts = {match.start() + 1 for match in _SUSPECT.finditer(text)}
    for mark in "#>":
        found = text.find(mark)
        while found >= 0:
            starts.add(text.rfind("\n", 0, found) + 1)
            found = text.find(mark, _line_end(text, found))
    return sorted(starts)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _judge(line: str, seen: bool) -> tuple[str, str | None]:
    """Return what is left of a line ("" for noise), and the command that it echoes; ``seen``: data stands above it."""
    body = line.strip()
    if _NOISE.match(body):
        return "", None
    if pager := _PAGER.match(body):
        line = body = body[pager.end() :]
    if prompt := _PROMPT.match(body):
        return "", prompt["command"]
    if not seen and _ECHO.match(body):
        return "", body
    return line, None


def plain_text(text: str) -> str:
    """Remove every control character but TAB and LF; the lines stay where they were."""
    if not _has_controls(text):
        return text
    text = text.replace("\r\n", "\n")
    if not _has_controls(text):
        return text
    text = _ESCAPE.sub("", _CURSOR_LEFT.sub("\r", text)).translate(_DROPPED)
    return "\n".join(_overwrite(line) if "\b" in line or "\r" in line else line for line in text.split("\n"))


def _has_controls(text: str) -> bool:
    if text.isascii():  # as bytes it is twice as fast
        return len(text.encode().translate(None, _ASCII_CONTROLS)) < len(text)
    return _CONTROL.search(text) is not None


def _overwrite(line: str) -> str:
    """Do what a terminal does with backspace and carriage return: move left, then write over."""
    cells: list[str] = []
    cursor = 0
    for char in line.rstrip("\r"):
        if char == "\b":
            cursor = max(0, cursor - 1)
        elif char == "\r":
            cursor = 0
        else:
            cells[cursor : cursor + 1] = char
            cursor += 1
    return "".join(cells)
