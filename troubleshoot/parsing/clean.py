"""Hostile terminal text into plain lines that remember their place.

One function serves every source (live channel, captures, paste). Line numbers always refer to the raw text split on
``\\n``, so that a verdict can cite the stored evidence. Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
_NOISE_FIRST = frozenset("{[<-+LT=*.%0123456789JFMASOND")
# Junos shows "100%" when all was shown.
_STOP = re.compile(rf"(?!.*100%)(?:{_MORE})")
# A log that lost the erasing backspaces keeps the pager's word in front of the next line.
_PAGER = re.compile(r" ?--More--\s+(?=\S)")
_ECHO = re.compile(r"(?:>\s?)?(?:do\s+)?(?:show|sh|sho)\s+\S.{0,300}$|vtysh\s+-c\s.{0,300}$")


@dataclass(frozen=True, slots=True)
class Clean:
    """The readable lines of one command's output.

    ``lines`` holds ``(raw line number, text)`` of the non-blank lines, right-trimmed and without common indentation;
    ``part`` is the place of the output among those of one collect item, ``indent`` the common indentation taken off,
    ``command`` the echoed command where the text shows one, ``last`` the number of the last raw line, and ``pager`` the
    line of the pager's word after which nothing was printed.
    """

    part: int
    lines: tuple[Line, ...]
    indent: int = 0
    command: str | None = None
    last: int = 1
    pager: int | None = None

    def at(self, first: int, last: int | None = None) -> Cites:
        """Cite raw lines ``first`` to ``last``."""
        return [[self.part, first, first if last is None else last]]

    def all(self) -> Cites:
        """Cite from the first to the last readable line."""
        return self.at(self.lines[0][0], self.lines[-1][0]) if self.lines else []

    def spans(self, numbers: Iterable[int]) -> Cites:
        """Cite ascending line numbers, neighbours joined."""
        spans: Cites = []
        for number in numbers:
            if spans and number <= spans[-1][2] + 1:
                spans[-1][2] = number
            else:
                spans.append([self.part, number, number])
        return spans


def clean(text: str, part: int = 0) -> Clean:
    """Take terminal controls, pager remains, prompts, echo, banners and interleaved syslog out of ``text``.

    >>> clean("R1#show ip rpf 10.9.9.9\\r\\nRPF information\\r\\nR1#").lines
    ((2, 'RPF information'),)
    """
    raw = plain_lines(text)
    kept: list[Line] = []
    command: str | None = None
    for number, line in enumerate(raw, 1):
        body = line.strip()
        if not body:
            continue
        if body[0] in _NOISE_FIRST:
            if _NOISE.match(body):
                continue
            if pager := _PAGER.match(body):
                line = body = body[pager.end() :]
        if ("#" in body or ">" in body) and (prompt := _PROMPT.match(body)):
            command = command or prompt["command"]
        elif not kept and _ECHO.match(body):
            command = command or body
        else:
            kept.append((number, line))
    indent, lines = _dedent(kept)
    return Clean(part, tuple(lines), indent, command, len(raw))


def plain_lines(text: str) -> list[str]:
    """Split on LF and remove every control character; one result per raw line."""
    if _CONTROL.search(text) is None:
        return text.split("\n")
    text = text.replace("\r\n", "\n")
    if _CONTROL.search(text) is None:
        return text.split("\n")
    text = _ESCAPE.sub("", _CURSOR_LEFT.sub("\r", text)).translate(_DROPPED)
    return [_overwrite(line) if "\b" in line or "\r" in line else line for line in text.split("\n")]


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


def _dedent(lines: Sequence[Line]) -> tuple[int, list[Line]]:
    indent = min((len(text) - len(text.lstrip()) for _, text in lines), default=0)
    return indent, [(number, text[indent:].rstrip()) for number, text in lines]
