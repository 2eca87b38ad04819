"""Timers, addresses and prefixes as routers print them."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

NO_ADDRESS = "0.0.0.0"  # noqa: S104  # as printed: no neighbor, no DR, no RP
IPV4 = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
# A timer cut off by truncation must not match: every field is complete or the text is not a timer.
TIMER = r"(?:\d{1,4}:\d\d:\d\d|(?:\d{1,5}[ywdhms]:?){1,4}|never|stopped|None|-+(?::--)*|\d{1,9}\.\d{1,9})"

_TIMER = re.compile(TIMER + r"\Z")
_UNIT = re.compile(r"(\d+)([ywdhms])")
_SECONDS = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


@lru_cache(maxsize=65536)
def seconds(text: str) -> int | None:
    """Return a timer in whole seconds; ``None`` for one that is not running or not readable.

    >>> seconds("00:01:12"), seconds("3d:14h"), seconds("1y5w"), seconds("stopped")
    (72, 309600, 34560000, None)
    """
    if not _TIMER.match(text):
        return None
    if text[0].isdigit() and text.count(":") == 2 and text[-1].isdigit():
        hours, minutes, secs = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(secs)
    if text[0].isdigit() and "." in text:
        return int(text.partition(".")[0])
    units = _UNIT.findall(text)
    return sum(int(count) * _SECONDS[unit] for count, unit in units) if units else None


@lru_cache(maxsize=65536)
def address(text: str) -> str | None:
    """Return an IPv4 or IPv6 address in its usual form, or ``None`` if the text is not one.

    >>> address("2001:DB8::2:2"), address("10.1.1"), address("010.1.1.1")
    ('2001:db8::2:2', None, None)
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def prefix(network: str, mask: str = "") -> str | None:
    """Return ``address/length``; ``mask`` is a length or a dotted mask, empty where ``network`` carries it or for /32.

    >>> prefix("10.50.0.0", "255.255.0.0"), prefix("224.0.0.0/4")
    ('10.50.0.0/16', '224.0.0.0/4')
    """
    try:
        return str(ipaddress.ip_network(f"{network}/{mask}" if mask else network, strict=False))
    except ValueError:
        return None
