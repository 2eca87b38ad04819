"""A DNS query as people type it: ``dig NAME [TYPE] [+norecurse] [+tcp]`` or ``dig -x ADDRESS``.

The server is the host that the observation names; ``@server`` is accepted in what people captured, and means nothing.
Queries only read. A zone transfer (AXFR, IXFR) is not one of them.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from troubleshoot.errors import ValueRefused

TYPES: Final = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"})
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_FLAGS: Final = {"+norecurse": "norecurse", "+norec": "norecurse", "+tcp": "tcp", "+vc": "tcp"}
_SERVER: Final = re.compile(r"@[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}|@::[0-9A-Fa-f:.]*")
# What only changes how dig prints: accepted in captures, never needed.
_DISPLAY: Final = re.compile(r"\+(?:no)?(?:cmd|comments|stats|question|multiline|qr|all|time=\d{1,3}|tries=\d{1,2})")


@dataclass(frozen=True, slots=True)
class Query:
    """One question: ``name`` in lower case without the final dot, ``type`` in capitals."""

    name: str
    type: str
    recurse: bool = True
    tcp: bool = False


def is_query(command: str) -> bool:
    """Is this a DNS query, whatever the platform of the host that it is asked of?"""
    return command.split(None, 1)[:1] == ["dig"]


def is_name(text: str) -> bool:
    """Is this a domain name: labels of letters, digits, '-' and '_' (RFC 1035, RFC 2782), at most 253 characters?"""
    bare = text.removesuffix(".")
    return 0 < len(bare) <= 253 and all(_LABEL.fullmatch(label) for label in bare.split("."))


def read_query(command: str) -> Query:
    """Understand a query.

    Raises:
        ValueRefused: it is not one of the two forms, or holds a word that is not known.
    """
    words = command.split()
    if words[:1] != ["dig"] or not command.isascii():
        raise _refused(command, "not a DNS query")
    rest = [word for word in words[1:] if not _SERVER.fullmatch(word) and not _DISPLAY.fullmatch(word)]
    flags = {_FLAGS[word] for word in rest if word in _FLAGS}
    asked = [word for word in rest if word not in _FLAGS]
    name, kind = _reverse(command, asked) if asked[:1] == ["-x"] else _forward(command, asked)
    return Query(name.removesuffix(".").lower(), kind, "norecurse" not in flags, "tcp" in flags)


def _forward(command: str, asked: list[str]) -> tuple[str, str]:
    if not 1 <= len(asked) <= 2 or not is_name(asked[0]):
        raise _refused(command, "one name and at most one type are needed")
    kind = asked[1].upper() if len(asked) == 2 else "A"
    if kind not in TYPES:
        raise _refused(command, f"the type {kind[:20]!r} is not asked for here")
    return asked[0], kind


def _reverse(command: str, asked: list[str]) -> tuple[str, str]:
    try:
        (address,) = asked[1:]
        return ipaddress.ip_address(address).reverse_pointer, "PTR"
    except ValueError:
        raise _refused(command, "-x needs one address") from None


def _refused(command: str, why: str) -> ValueRefused:
    return ValueRefused(f"{why}: {command[:120]!r}", origin="dns")
