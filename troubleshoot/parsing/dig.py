"""Answers of DNS servers in the form of `dig` (BIND 9), as our own transport writes them and as people paste them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.dns import DnsAnswer, DnsRecord
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import fail_unknown, one_page

_HEADER = re.compile(r";; ->>HEADER<<- opcode: \w{1,10}, status: (\w{1,20})(?:, id: \d{1,5})?$")
_FLAGS = re.compile(r";; flags:((?: [a-z]{2}){0,8}); QUERY: \d+, ANSWER: (\d+), AUTHORITY: (\d+), ADDITIONAL: \d+$")
_SECTION = re.compile(r";; (\w{1,12}) (?:PSEUDO)?SECTION:$")
_QUESTION = re.compile(r";(\S{1,255})\s+IN\s+([A-Z0-9]{1,10})$")
_RECORD = re.compile(r"(\S{1,255})\s+(\d{1,10})\s+IN\s+([A-Z0-9]{1,10})\s+(\S.{0,4000})$")
_NAMES = frozenset({"CNAME", "NS", "PTR", "SRV", "MX", "SOA"})  # types whose data holds names
_ANSWERED = frozenset({"NOERROR", "NXDOMAIN"})


def parse(pages: Sequence[Clean]) -> DnsAnswer:
    """Read one answer.

    Raises:
        ParseFailure: there is no header, the answer was truncated, or it holds fewer records than it announces.
    """
    page = one_page(pages)
    reading = _Answer(page)
    for number, text in page.lines:
        reading.line(number, text.strip())
    return reading.record()


class _Answer:
    def __init__(self, page: Clean) -> None:
        self._page = page
        self._section = ""
        self._status = ""
        self._flags: frozenset[str] = frozenset()
        self._wanted = {"ANSWER": 0, "AUTHORITY": 0}
        self._asked: tuple[str, str] | None = None
        self._found: dict[str, list[DnsRecord]] = {"ANSWER": [], "AUTHORITY": []}
        self._unread: list[int] = []
        self._flagged = False

    def line(self, number: int, body: str) -> None:
        """Take one line."""
        if match := _HEADER.match(body):
            self._status = match[1]
        elif match := _FLAGS.match(body):
            self._flagged, self._flags = True, frozenset(match[1].split())
            self._wanted = {"ANSWER": int(match[2]), "AUTHORITY": int(match[3])}
        elif match := _SECTION.match(body):
            self._section = match[1]
        elif self._section == "QUESTION" and (match := _QUESTION.match(body)):
            self._asked = (_bare(match[1]), match[2])
        elif body.startswith(";"):
            return
        elif match := _RECORD.match(body):
            self._found.setdefault(self._section, []).append(_record(match, self._page, number))
        else:
            self._unread.append(number)

    def record(self) -> DnsAnswer:
        """The answer as a whole."""
        if not self._status or not self._flagged:
            fail_unknown(self._page)
        if "tc" in self._flags:
            raise ParseFailure("the answer was truncated", self._page.part)
        for section, wanted in self._wanted.items():
            if len(self._found[section]) < wanted:
                message = f"{wanted} records are announced in the {section.lower()} section, fewer are there"
                raise ParseFailure(message, self._page.part)
        name, kind = self._asked or (None, None)
        return DnsAnswer(
            name=name,
            type=kind,
            status=self._status,
            authoritative="aa" in self._flags,
            recursion="ra" in self._flags,
            answers=self._found["ANSWER"] if self._status in _ANSWERED else None,
            authority=self._found["AUTHORITY"],
            at=self._page.all(),
            unread=self._page.spans(self._unread),
        )


def _record(match: re.Match[str], page: Clean, number: int) -> DnsRecord:
    kind, data = match[3], match[4].strip()
    shown = " ".join(_bare(word) for word in data.split()) if kind in _NAMES else data
    return DnsRecord(name=_bare(match[1]), type=kind, ttl=int(match[2]), data=shown, at=page.at(number))


def _bare(name: str) -> str:
    return name.removesuffix(".").lower()
