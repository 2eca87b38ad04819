"""Lines of the running configuration about multicast that stand in the global table and, with its name, in a VRF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troubleshoot.lab.ios.static_routes import via
from troubleshoot.lab.network.model import Multipath, StaticMroute, StaticRp


def multipath_line(mode: Multipath, table: str = "") -> str:
    """The line that turns this kind of load splitting on; ``table`` is `vrf NAME ` in a VRF."""
    return f"ip multicast {table}multipath {'' if mode is Multipath.SOURCE else mode.value}".rstrip()


def rp_lines(rps: Iterable[StaticRp], table: str = "") -> Iterator[str]:
    """The `ip pim rp-address` lines."""
    for rp in sorted(rps, key=lambda r: (r.address, r.acl or "")):
        acl, override = f" {rp.acl}" if rp.acl else "", " override" if rp.override else ""
        yield f"ip pim {table}rp-address {rp.address}{acl}{override}"


def static_mroute_line(line: StaticMroute, table: str = "") -> str:
    """An `ip mroute` line."""
    return via(f"ip mroute {table}".rstrip(), line.prefix, line.interface, line.neighbor, line.distance or None)
