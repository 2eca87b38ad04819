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


def parse(pages: Sequence[Clean]) -> Forwarding:
    """Read one prefix.

    Raises:
        ParseFailure: no entry; or an entry that says neither a way out nor that packets are dropped.
    """
    page = one_page(pages)
    record, reading = new_forwarding(page), Reading(page)
    exit_: tuple[str, list[str]] | None = None
    for number, text in page.lines:
        body = text.strip()
        if (match := _ENTRY.match(body)) and not record["found"]:
            reading.row()
            record["found"], record["prefix"] = True, prefix(match[1])
        elif _NONE.match(body):
            reading.seen = True
        elif record["found"] and (match := _RECURSIVE.match(body) or _OLD_RECURSIVE.match(body)):
            exit_ = (match[1], _labels(match["rest"]))
            record["ways"].append(_way(exit_, None, page.at(number)))
        elif record["found"] and (match := _NEXT.match(body) or _OLD_NEXT.match(body)):
            _link(record["ways"], exit_, match, page.at(number))
        elif record["found"] and _DROP.match(body):
            record["drop"] = True
        elif record["found"] and (match := _ATTACHED.match(body)):
            record["ways"].append(_attached(match[1], page.at(number)))
        elif not record["found"]:
            reading.skip(number)
    record["unread"] = reading.unread()
    if record["found"] and not record["ways"] and not record["drop"]:
        raise ParseFailure("the CEF entry has no readable way out", page.part, page.lines[-1][0])
    return complete(record)


def _labels(text: str) -> list[str]:
    match = _LABELS.search(text)
    # "16-(local:20)" shows the label of this router behind the one that is pushed
    return _LABEL.findall(re.sub(r"-?\(local:\d+\)", "", match[1])) if match else []


def _way(exit_: tuple[str, list[str]] | None, link: re.Match[str] | None, at: list[list[int]]) -> Way:
    labels = _labels(link["rest"]) if link else []
    return Way(
        exit=exit_[0] if exit_ else None,
        next_hop=link[1] if link else None,
        interface=canonical(Platform.IOS, link[2]) if link else None,
        labels=labels + (exit_[1] if exit_ else []),
        at=at,
    )


def _link(ways: list[Way], exit_: tuple[str, list[str]] | None, match: re.Match[str], at: list[list[int]]) -> None:
    """The link of a BGP next hop completes the way that was opened for it; a further link is a further way."""
    if ways and exit_ and ways[-1]["exit"] == exit_[0] and ways[-1]["interface"] is None:
        at = [[at[0][0], ways.pop()["at"][0][1], at[0][2]]]
    ways.append(_way(exit_, match, at))


def _attached(interface: str, at: list[list[int]]) -> Way:
    return Way(exit=None, next_hop=None, interface=canonical(Platform.IOS, interface), labels=[], at=at)
