"""How we reach a host that is to be changed: what the lock-out guard has to know about our own session."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from troubleshoot.core.state import WayIn
from troubleshoot.inventory.model import Host
from troubleshoot.session.source import Source

_SSH: Final = 22
_PATIENCE: Final = 5.0  # seconds for a name


async def way_in(source: Source, name: str) -> WayIn:
    """The address we talk to and our own, as far as they can be known without asking the host.

    The inventory's ``management`` wins. Behind a jump host our own address is not the one that the host sees.
    """
    host = source.find(name)
    if host is None:
        return WayIn()
    if host.management.apart:
        return WayIn(apart=True)
    address = host.management.address or await _address(host)
    station = host.management.station or ("" if host.ssh.get("jump") else _own_address(address, host))
    return WayIn(address, station)


async def _address(host: Host) -> str:
    with suppress(ValueError):
        return str(ip_address(host.hostname))
    with suppress(OSError, TimeoutError):
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_PATIENCE):
            found = await loop.getaddrinfo(host.hostname, host.port or _SSH, type=socket.SOCK_STREAM)
        return str(found[0][4][0])
    return ""


def _own_address(address: str, host: Host) -> str:
    """The address from which the system would talk to ``address``; nothing is sent."""
    if not address:
        return ""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((address, host.port or _SSH))
        return str(probe.getsockname()[0])
    return ""
