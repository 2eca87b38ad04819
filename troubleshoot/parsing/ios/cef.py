"""``show ip cef vrf V PREFIX [detail]`` of IOS.

Without ``detail`` only the links are printed, each with its labels; the last label is that of the far PE. With it, each
BGP next hop stands in a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.bgp import Forwarding, Way
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.forwarding import complete, new_forwarding
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, prefix

_ENTRY = re.compile(rf"({IPV4}/\d{{1,2}})(?:, .{{0,200}})?$")
_RECURSIVE = re.compile(rf"recursive via ({IPV4})(?:\[[^\]]{{1,60}}\])?(?P<rest>.{{0,120}})$")
_OLD_RECURSIVE = re.compile(rf"via ({IPV4})(?:, [A-Z][\w/.\-]{{1,40}})?, \d+ dependenc(?:y|ies)(?P<rest>.{{0,60}})$")
_NEXT = re.compile(rf"nexthop ({IPV4}) ([A-Z][\w/.\-]{{1,40}})(?P<rest>.{{0,160}})$")
_OLD_NEXT = re.compile(rf"next hop ({IPV4}), ([A-Z][\w/.\-]{{1,40}})(?P<rest>.{{0,80}})$")
_ATTACHED = re.compile(r"attached to ([A-Z][\w/.\-]{1,40})$")
_DROP = re.compile(r"(?:drop|no route|discard|unresolved|Null0 drop|attached to Null0)\b", re.I)
_NONE = re.compile(r"%? ?(?:Prefix not found|No route|.{0,40}not found in the CEF)", re.I)
_LABELS = re.compile(r"labels? ((?:[\w\-\[\]|]{1,24}(?:\(local:\d+\))? ?){1,8})")
_LABEL = re.compile(r"(?:\d{1,8}|implicit-null|explicit-null)(?![\w:])")
_OUT_OF_USE = re.compile(r"unusable|unresolved|incomplete|drop", re.I)


def parse(pages: Sequence[Clean]) -> Forwarding:
    """Read one prefix.

    Raises:
        ParseFailure: no entry; one that says neither a way out nor that packets are dropped; one that was cut off.
    """
    return _Reader(one_page(pages)).read()


class _Reader:
    def __init__(self, page: Clean) -> None:
        self.page = page
        self.reading = Reading(page)
        self.record = new_forwarding(page)
        self.exit: Way | None = None  # the BGP next hop whose links follow
        self.depth = 0  # how far its line is indented
        self.dead = False  # it is out of use, with its links

    def read(self) -> Forwarding:
        for number, text in self.page.lines:
            body = text.strip()
            if self.record["found"]:
                self._inside(number, body, len(text) - len(text.lstrip()))
            elif match := _ENTRY.match(body):
                self.reading.row()
                self.record["found"], self.record["prefix"] = True, prefix(match[1])
            elif _NONE.match(body):
                self.reading.seen = True
            else:
                self.reading.skip(number)
        self.record["unread"] = self.reading.unread()
        self._check()
        return complete(self.record)

    def _check(self) -> None:
        record, last = self.record, self.page.lines[-1][0]
        if self.exit is not None and not self.dead and self.exit["at"][0][1] == last:
            raise ParseFailure("the CEF entry ends in front of a link", self.page.part, last)
        if record["found"] and not record["ways"] and not record["drop"]:
            raise ParseFailure("the CEF entry has no readable way out", self.page.part, last)

    def _inside(self, number: int, body: str, depth: int) -> None:
        at = self.page.at(number)
        if match := _RECURSIVE.match(body) or _OLD_RECURSIVE.match(body):
            self.exit = Way(exit=match[1], next_hop=None, interface=None, labels=_labels(body), at=at)
            self.depth, self.dead = depth, _OUT_OF_USE.search(match["rest"]) is not None
            self.record["drop"] = self.record["drop"] or self.dead
        elif match := _NEXT.match(body) or _OLD_NEXT.match(body):
            self._link(match[1], match[2], _labels(body), at, depth, used=not _OUT_OF_USE.search(match["rest"]))
        elif match := _ATTACHED.match(body):
            self._link(None, match[1], [], at, depth, used=match[1].lower() != "null0")
        elif _DROP.match(body):
            self.record["drop"] = True

    def _link(
        self, hop: str | None, interface: str, labels: list[str], at: list[list[int]], depth: int, *, used: bool
    ) -> None:
        """A link belongs to the BGP next hop above it, unless it stands as far left as that one does."""
        exit_ = self.exit if depth > self.depth or self.depth == 0 else None
        if not used or (exit_ is not None and self.dead):
            self.record["drop"] = True
            return
        way = Way(exit=None, next_hop=hop, interface=canonical(Platform.IOS, interface), labels=labels, at=at)
        if exit_ is not None:
            at[0][1] = exit_["at"][0][1]
            way["exit"], way["labels"] = exit_["exit"], labels + exit_["labels"]
        self.record["ways"].append(way)


def _labels(text: str) -> list[str]:
    match = _LABELS.search(text)
    # "16-(local:20)" shows the label of this router behind the one that is pushed
    return _LABEL.findall(re.sub(r"-?\(local:\d+\)", "", match[1])) if match else []
