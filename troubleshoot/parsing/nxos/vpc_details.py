"""``show vpc role`` and ``show vpc peer-keepalive`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.vpc import VpcKeepalive, VpcRole
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import fail_unknown, one_page

_LABEL = re.compile(r"[A-Za-z][\w \-]{2,40}$")
_KNOWN = re.compile(r"(?:vPC Role status|vPC Keep-alive parameters|-{3,})", re.I)
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}$")


def _pairs(page: Clean) -> tuple[dict[str, str], Cites]:
    """The ``label : value`` lines, labels in lower case, and what else there is."""
    found: dict[str, str] = {}
    skipped: list[int] = []
    for number, text in page.lines:
        label, colon, value = (part.strip() for part in text.strip().lstrip("-").partition(":"))
        if colon and _LABEL.match(label):
            found.setdefault(label.lower(), value)
        elif not _KNOWN.match(text.strip()):
            skipped.append(number)
    return found, page.spans(skipped)


def parse_role(pages: Sequence[Clean]) -> VpcRole:
    """Read ``show vpc role``.

    Raises:
        ParseFailure: the role or the switch's own system MAC is not there.
    """
    page = one_page(pages)
    found, unread = _pairs(page)
    if "vpc role" not in found:
        fail_unknown(page)
    own = _mac(found.get("vpc local system-mac"))
    if own is None:
        raise ParseFailure("the switch's own system MAC is missing", page.part, page.last)
    priority = found.get("vpc local role-priority", "")
    return VpcRole(
        role=found["vpc role"],
        mac=own,
        peer_mac=_mac(found.get("vpc peer system-mac")),
        system_mac=_mac(found.get("vpc system-mac")),
        priority=int(priority) if priority.isdigit() else None,
        at=page.all(),
        unread=unread,
    )


def _mac(text: str | None) -> str | None:
    """A system MAC; zeros stand for a peer that was never met."""
    found = (text or "").lower()
    return found if _MAC.match(found) and found != "00:00:00:00:00:00" else None


def parse_keepalive(pages: Sequence[Clean]) -> VpcKeepalive:
    """Read ``show vpc peer-keepalive``.

    Raises:
        ParseFailure: the status is not there, or a keepalive that is configured has no destination.
    """
    page = one_page(pages)
    found, unread = _pairs(page)
    status = found.get("vpc keep-alive status")
    if status is None:
        fail_unknown(page)
        raise AssertionError
    destination = found.get("destination")
    if destination is None and status.lower() != "disabled":
        raise ParseFailure("the destination of the keepalive is missing", page.part, page.last)
    return VpcKeepalive(
        alive=status.lower().startswith("peer is alive"),
        status=status,
        destination=destination,
        vrf=found.get("keepalive vrf"),
        at=page.all(),
        unread=unread,
    )
