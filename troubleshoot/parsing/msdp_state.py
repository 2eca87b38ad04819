"""What the MSDP parsers of all platforms share: the states of a session, and sessions printed as blocks of lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from troubleshoot.parsing.areas.msdp import MsdpPeer, MsdpSa
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import fail_unknown

_STATES = {
    "up": "up",
    "established": "up",
    "down": "down",
    "listen": "listen",
    "listening": "listen",
    "connect": "connect",
    "connecting": "connect",
    "inactive": "inactive",
    "shutdown": "shutdown",
    "admin-shutdown": "shutdown",
    "disabled": "shutdown",
}
STATE = r"(?:[Aa]dmin-)?[A-Za-z]{2,14}"
_NOTHING = frozenset(("none", "-", "no mesh-group", "not set"))


def state(page: Clean, number: int, word: str) -> str:
    """Return the state of a session in our words: up, down, listen, connect, inactive, shutdown.

    Raises:
        ParseFailure: line ``number`` names a state that is not known.
    """
    known = _STATES.get(word.lower())
    if known is None:
        raise ParseFailure(f"unknown state of a session {word!r}", page.part, number)
    return known


def named(text: str) -> str:
    """Return a name, "none" where the device says that there is none.

    >>> named("no mesh-group"), named("ANYCAST")
    ('none', 'ANYCAST')
    """
    return "none" if text.strip().lower() in _NOTHING else text.strip()


def peer(address: str, at: Cites, state: str = "") -> MsdpPeer:
    """Return a session of which nothing else is known yet."""
    return MsdpPeer(
        address=address,
        asn=None,
        state=state,
        local=None,
        source=None,
        mesh_group=None,
        filter_in=None,
        filter_out=None,
        password=None,
        age=None,
        sa_count=None,
        resets=None,
        transitions=None,
        rpf_failures=None,
        sa_in=None,
        sa_out=None,
        at=at,
    )


def known_asn(text: str) -> str | None:
    """Return an AS number; ``None`` where the device does not know it, as in most anycast sets."""
    return text if text.replace(".", "").isdigit() else None


def entry(source: str, group: str, at: Cites) -> MsdpSa:
    """Return an announced source of which nothing else is known yet."""
    return MsdpSa(
        source=source, group=group, rp=None, local=False, peer=None, accepted=True, age=None, expires=None, at=at
    )


def merge(known: list[MsdpPeer], found: MsdpPeer) -> None:
    """Add a session, or what another output says about one that is known."""
    for item in known:
        if item["address"] == found["address"]:
            values = {key: value for key, value in found.items() if key != "at" and value is not None}
            item.update(values)  # type: ignore[typeddict-item]
            item["at"] = [*item["at"], *found["at"]]
            return
    known.append(found)


Fill = Callable[["re.Match[str]"], Mapping[str, object]]
Table = Sequence[tuple[re.Pattern[str], Fill]]


def read_blocks(
    page: Clean, head: re.Pattern[str], table: Table, known: re.Pattern[str]
) -> tuple[list[MsdpPeer], Cites]:
    """Read sessions that are printed as blocks, with or without a blank line between them; return what is unread too.

    ``head`` begins a block and captures the peer's address, ``table`` says what a line tells (its ``state`` in the
    device's word), ``known`` matches lines that carry nothing.

    Raises:
        ParseFailure: there is no block; one stands without its state; or a state is not known.
    """
    peers: list[MsdpPeer] = []
    skipped: list[int] = []
    for number, text in page.lines:
        body = text.strip()
        if match := head.match(body):
            peers.append(peer(match[1], page.at(number)))
        elif not peers and not known.match(body):
            skipped.append(number)
            continue
        if peers:
            peers[-1]["at"][0][2] = number
            if not (_fill(page, number, body, table, peers[-1]) or match or known.match(body)):
                skipped.append(number)
    _check_whole(page, peers)
    return peers, page.spans(skipped)


def _check_whole(page: Clean, peers: list[MsdpPeer]) -> None:
    if not peers:
        fail_unknown(page)
    for item in peers:
        if not item["state"]:
            raise ParseFailure("a peer stands without its state", page.part, item["at"][0][1])


def _fill(page: Clean, number: int, body: str, table: Table, into: MsdpPeer) -> bool:
    for pattern, told in table:
        if match := pattern.match(body):
            values = dict(told(match))
            if "state" in values:
                values["state"] = state(page, number, str(values["state"]))
            # Of several filters the one that is set is what matters.
            kept = {key: value for key, value in values.items() if into.get(key) is None or value != "none"}
            into.update(kept)  # type: ignore[typeddict-item]
            return True
    return False
