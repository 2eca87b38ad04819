"""Names of interfaces and lists of VLANs as NX-OS reads and writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_KINDS = ("Ethernet", "port-channel", "mgmt", "Vlan", "loopback")
_NAME = re.compile(r"([a-z][a-z\-]*) ?(\d[\d/]*)$", re.I)
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?$")
_SHORT = {"Ethernet": "Eth", "port-channel": "Po"}


def interface_name(typed: str) -> str | None:
    """The full name behind ``e1/1``, ``Po 10``; None where it names no kind of interface.

    >>> interface_name("eth 1/1"), interface_name("Po10"), interface_name("x1")
    ('Ethernet1/1', 'port-channel10', None)
    """
    match = _NAME.match(typed.strip())
    if match is None:
        return None
    kind = next((kind for kind in _KINDS if kind.lower().startswith(match[1].lower())), None)
    return None if kind is None else f"{kind}{match[2]}"


def short(name: str) -> str:
    """The name in tables: ``Eth1/1``, ``Po10``."""
    kind = next((kind for kind in _SHORT if name.startswith(kind)), "")
    return name.replace(kind, _SHORT[kind], 1) if kind else name


def channel_number(name: str) -> int | None:
    """The number of a port channel's name; None for another kind of interface."""
    digits = name.removeprefix("port-channel")
    return int(digits) if digits != name and digits.isdigit() else None


def several(typed: str) -> list[str] | None:
    """The interfaces of a range (``e1/1, e1/3``, ``e1/1-2``); None where a part is no interface."""
    found: list[str] = []
    for part in typed.split(","):
        names = list(_span(part.strip()))
        if not names:
            return None
        found += names
    return found


def _span(part: str) -> Iterator[str]:
    head, dash, last = part.partition("-") if not part.lower().startswith("po") else (part, "", "")
    first = interface_name(head)
    if first is None or (dash and not last.isdigit()):
        return
    if not dash:
        yield first
        return
    stem, _, number = first.rpartition("/")
    for each in range(int(number), int(last) + 1):
        yield f"{stem}/{each}"


def read_vlans(text: str) -> frozenset[int] | None:
    """``1,101-104`` as a set; None where it is no list of VLANs.

    >>> sorted(read_vlans("1,3-5") or ())
    [1, 3, 4, 5]
    """
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.match(part)
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not 1 <= first <= last <= 4094:
            return None
        found |= set(range(first, last + 1))
    return frozenset(found)


def vlan_list(vlans: Iterable[int]) -> str:
    """A set of VLANs as ``1,101-104``; empty: ``none``.

    >>> vlan_list({1, 101, 102, 103}), vlan_list(())
    ('1,101-103', 'none')
    """
    spans: list[list[int]] = []
    for vlan in sorted(vlans):
        if spans and vlan == spans[-1][1] + 1:
            spans[-1][1] = vlan
        else:
            spans.append([vlan, vlan])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans) or "none"
