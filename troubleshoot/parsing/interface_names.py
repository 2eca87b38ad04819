"""One spelling per interface: ``Gi0/1``, ``gigabitethernet 0/1`` and ``GigabitEthernet0/1`` are the same port."""

from __future__ import annotations

import re
from functools import lru_cache

from troubleshoot.core.kinds import Platform

_NAME = re.compile(r"([A-Za-z][A-Za-z\-]*) ?(\d[\w./:]*)\Z")

# Official names with the shortest abbreviation that is unambiguous on the platform; the order decides ties.
_CISCO = (
    ("GigabitEthernet", 2),
    ("FastEthernet", 2),
    ("Ethernet", 1),
    ("Vlan", 1),
    ("Loopback", 2),
    ("Tunnel", 2),
    ("Serial", 1),
)
_IOS = (
    ("TenGigabitEthernet", 2),
    ("TwentyFiveGigE", 3),
    ("TwoGigabitEthernet", 3),
    ("FiveGigabitEthernet", 3),
    ("FortyGigabitEthernet", 2),
    ("HundredGigE", 2),
    ("AppGigabitEthernet", 2),
    ("Port-channel", 2),
    ("Multilink", 2),
    ("Dialer", 2),
    ("Virtual-Template", 9),
    ("Virtual-Access", 9),
    ("Cellular", 2),
    ("ATM", 2),
    ("POS", 3),
    ("BDI", 2),
    ("BVI", 2),
    ("NVI", 3),
    ("LISP", 2),
    ("nve", 2),
    *_CISCO,
)
_NXOS = (("port-channel", 2), ("mgmt", 2), ("nve", 2), ("loopback", 2), *(n for n in _CISCO if n[0] != "Loopback"))
_TABLES = {Platform.IOS: _IOS, Platform.NXOS: _NXOS}


@lru_cache(maxsize=16384)
def canonical(platform: Platform, name: str) -> str:
    """Return the platform's own spelling of an interface name; unknown names come back unchanged but for blanks.

    Linux, FRRouting and Junos names are case-sensitive and have no short forms: they are only trimmed.

    >>> canonical(Platform.IOS, "gi0/1"), canonical(Platform.IOS, "Po10"), canonical(Platform.NXOS, "Po10")
    ('GigabitEthernet0/1', 'Port-channel10', 'port-channel10')
    """
    trimmed = name.strip()
    table = _TABLES.get(platform)
    match = _NAME.match(trimmed) if table else None
    if table is None or match is None:
        return trimmed
    return (_official(table, match[1].lower()) or match[1]) + match[2]


def _official(table: tuple[tuple[str, int], ...], typed: str) -> str | None:
    for full, shortest in table:
        if len(typed) >= shortest and full.lower().startswith(typed):
            return full
    # IOS prints "Fo1/1" for 40G and people write "portchannel10": neither is a prefix of the official name.
    joined = typed.replace("-", "")
    return next((full for full, _ in table if full.lower().replace("-", "") == joined), None)
