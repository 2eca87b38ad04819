"""Typed values: the one gate that every parameter and every parsed value passes before it enters a command.

A value is checked against its type once and is never interpreted again. Types are deliberately narrow: what a type
does not list as allowed is refused, so a newline, quote, pipe or shell character can never ride along.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from troubleshoot.core.dns_query import is_name
from troubleshoot.errors import ValueRefused

Scalar = str | int
Value = Scalar | tuple[Scalar, ...] | None

_MAX_LENGTH: Final = 255
# What is longer by nature: a certificate of 4500 bytes. It only ever enters a script as data, never a command line.
_LONGER: Final[Mapping[str, int]] = {"base64": 6000}


def _pattern(expression: str, wanted: str) -> Callable[[str], str]:
    compiled = re.compile(expression)

    def check(raw: str) -> str:
        if not compiled.fullmatch(raw):
            raise ValueError(wanted)
        return raw

    return check


def _ipv4(raw: str) -> str:
    return str(ipaddress.IPv4Address(raw))


def _ip(raw: str) -> str:
    if "%" in raw:
        raise ValueError("an address without a zone")
    return str(ipaddress.ip_address(raw))


def _multicast_group(raw: str) -> str:
    address = ipaddress.IPv4Address(raw)
    if not address.is_multicast:
        raise ValueError("an address in 224.0.0.0/4")
    return str(address)


def _dns_name(raw: str) -> str:
    if not is_name(raw):
        raise ValueError("a DNS name")
    return raw


def _prefix(raw: str) -> str:
    if "%" in raw:  # a zone may hold anything
        raise ValueError("a prefix without a zone")
    return str(ipaddress.ip_network(raw, strict=True))


def _integer(raw: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", raw):
        raise ValueError("a whole number")
    return int(raw)


def _base64(raw: str) -> str:
    if len(raw) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]{2,}={0,2}", raw):
        raise ValueError("base64")
    return raw


def _code(raw: str) -> str:
    """One spelling of the three: hexadecimal, or decimal for the short codes of Win32."""
    if re.fullmatch(r"[89][0-9A-Fa-f]{7}", raw):  # an HRESULT whose prefix was left out: no code is such a decimal
        raw = f"0x{raw}"
    if not re.fullmatch(r"0[xX][0-9A-Fa-f]{1,8}|-?[0-9]{1,10}", raw):
        raise ValueError("a code")
    number = int(raw, 16) if raw[:2] in ("0x", "0X") else int(raw)
    if not -(2**31) <= number < 2**32:
        raise ValueError("a code of 32 bits")
    number &= 0xFFFFFFFF
    return str(number) if number <= 0xFFFF else f"0x{number:08x}"


def _text(raw: str) -> str:
    if not raw.isprintable():
        raise ValueError("printable text on one line")
    return raw


_NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?"

# `text` is for people only: it may be shown and stored, but lint refuses it inside a command.
TYPES: Final[Mapping[str, tuple[Callable[[str], Scalar], str]]] = {
    "text": (_text, "printable text on one line"),
    "word": (_pattern(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}", "a word"), "letters, digits, '_', '.', ':' and '-'"),
    "host": (_pattern(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,252}", "a host"), "a host name or address"),
    "hostname": (_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", "a name"), "a DNS host name"),
    "dns_name": (_dns_name, "a DNS name such as _ldap._tcp.corp.example"),
    "ipv4": (_ipv4, "an IPv4 address such as 10.1.12.4"),
    "ip": (_ip, "an IP address"),
    "multicast_group": (_multicast_group, "an IPv4 multicast group such as 239.1.1.1"),
    "prefix": (_prefix, "a prefix such as 10.1.0.0/16"),
    "vrf": (_pattern(_NAME, "a VRF"), "a VRF name (letters, digits, '_', '.', '-')"),
    "interface": (
        _pattern(r"[A-Za-z][A-Za-z0-9-]{0,31}[0-9/.:]{0,24}(?:[.:][0-9]{1,5})?", "an interface"),
        "an interface name such as GigabitEthernet0/1",
    ),
    # Names of virtual machines, adapters, certification authorities: a blank or a bracket needs quotes in a command.
    "label": (
        _pattern(r"[A-Za-z0-9](?:[A-Za-z0-9 ._()-]{0,126}[A-Za-z0-9._)-])?", "a name"),
        "a name of letters, digits, blanks and '.', '_', '-', '(', ')'",
    ),
    "dn": (
        _pattern(r"(?:CN|OU|DC)=[A-Za-z0-9 ._()-]{1,64}(?:,(?:CN|OU|DC)=[A-Za-z0-9 ._()-]{1,64}){0,20}", "a DN"),
        "a distinguished name such as CN=Users,DC=corp,DC=example",
    ),
    # A line of a device's own configuration, to be sent back as it was: what separates, pipes, asks or ends is refused.
    "config_line": (
        _pattern(r"[a-z](?:[A-Za-z0-9 ._:/,+*()=@-]{0,198}[A-Za-z0-9._:/,+*()=@-])?", "a configuration line"),
        "a configuration line of letters, digits, blanks and . _ : / , + * ( ) = @ -",
    ),
    "base64": (_base64, "base64 of at most 4500 bytes, such as a certificate"),
    "integer": (_integer, "a whole number"),
    "code": (_code, "a code such as 0x80338029, 2150858793 or -2144108503"),
}

# Types that may stand in a command.
COMMAND_TYPES: Final = frozenset(TYPES) - {"text"}


def check_value(type_name: str, raw: object, *, origin: str = "", choices: Sequence[str] = ()) -> Scalar:
    """Return ``raw`` in the canonical form of its type.

    ``origin`` names where the value came from and appears in the error.

    Raises:
        ValueRefused: the value does not fit its type, or is none of ``choices``.
    """
    check, wanted = TYPES[type_name]
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueRefused(f"{_quote(raw)} is not {wanted}", origin=origin)
    text = str(raw)
    if len(text) > _LONGER.get(type_name, _MAX_LENGTH):
        raise ValueRefused(f"a value of {len(text)} characters is too long", origin=origin)
    if choices and text not in choices:
        raise ValueRefused(f"{_quote(text)} is none of {', '.join(choices)}", origin=origin)
    try:
        return check(text)
    except ValueError:
        raise ValueRefused(f"{_quote(text)} is not {wanted}", origin=origin) from None


def check_many(type_name: str, raw: object, *, origin: str = "") -> tuple[Scalar, ...]:
    """Check a list, or a comma-separated text, item by item; empty items are refused."""
    items = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(items, Sequence):
        items = (items,)
    return tuple(
        check_value(type_name, item.strip(" ") if isinstance(item, str) else item, origin=origin) for item in items
    )


def wanted(type_name: str) -> str:
    """What a value of this type looks like, for prompts and help."""
    return TYPES[type_name][1]


def _quote(raw: object) -> str:
    shown = ascii(raw)
    return shown if len(shown) <= 60 else f"{shown[:57]}...'"
