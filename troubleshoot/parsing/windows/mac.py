"""Hardware addresses: the one form in which guest and host can be compared, and those that NLB makes."""

from __future__ import annotations

import ipaddress
import re

_HEX = re.compile(r"[0-9A-Fa-f]{12}")
_DECIMAL = re.compile(r"\d{1,3}(?: \d{1,3}){5}")


def mac(text: str) -> str | None:
    """Return a hardware address as ``00-15-5D-0A-1E-0B``; None where the text is not one.

    Read are ``00:15:5D:0A:1E:0B``, ``00-15-...``, ``00155D0A1E0B`` and six decimal bytes (``0 21 93 10 30 11``), the
    forms of WMI, ipconfig, the Hyper-V module and `MSNdis_EthernetPermanentAddress`.
    """
    plain = text.strip()
    if _DECIMAL.fullmatch(plain):
        numbers = [int(part) for part in plain.split()]
        return "-".join(f"{number:02X}" for number in numbers) if max(numbers) < 256 else None
    digits = re.sub(r"[:-]", "", plain)
    if not _HEX.fullmatch(digits):
        return None
    return "-".join(digits[place : place + 2].upper() for place in range(0, 12, 2))


def cluster_mac(vip: str, mode: str) -> str:
    """The hardware address that NLB makes from the cluster's IPv4 address.

    ``mode`` is unicast (02-BF and the address), multicast (03-BF and the address) or igmp (01-00-5E-7F and its last
    two bytes), as in https://learn.microsoft.com/troubleshoot/windows-server/networking (NLB modes).

    >>> cluster_mac("10.20.30.40", "unicast")
    '02-BF-0A-14-1E-28'
    """
    address = ipaddress.IPv4Address(vip).packed
    octets = {"unicast": b"\x02\xbf" + address, "multicast": b"\x03\xbf" + address}.get(mode)
    return "-".join(f"{octet:02X}" for octet in octets or b"\x01\x00\x5e\x7f" + address[2:])
