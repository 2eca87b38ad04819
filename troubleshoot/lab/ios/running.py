"""The running configuration, written out from the model; feeding it back gives the same model."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from troubleshoot.lab.ios.device import wildcard
from troubleshoot.lab.ios.features import FEATURES
from troubleshoot.lab.ios.multicast_lines import multipath_line, rp_lines, static_mroute_line
from troubleshoot.lab.ios.static_routes import static_route_line
from troubleshoot.lab.network.model import (
    AccessList,
    AclLine,
    Interface,
    Multipath,
    Ospf,
    Router,
)


def running_config(router: Router) -> str:
    """`show running-config` with its heading."""
    return heading("\n".join(("!", *lines(router), "end")))


def heading(body: str) -> str:
    """The lines that stand above a running configuration, or a part of it."""
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n{body}\n"


def startup_config(router: Router) -> str:
    """`show startup-config` with its heading."""
    body = "\n".join(("!", *lines(router), "end"))
    return f"Using {len(body)} out of 262144 bytes\n{body}\n"


def interface_config(interface: Interface) -> str:
    """`show running-config interface X`."""
    return heading("\n".join(("!", *interface_lines(interface), "end")))


def lines(router: Router) -> Iterator[str]:
    """All configuration lines in the order IOS lists them."""
    yield from (f"version {router.release.partition('(')[0]}", "!", f"hostname {router.hostname}", "!")
    if router.multicast_routing:
        yield "ip multicast-routing"
    if router.multipath is not Multipath.DISABLED:
        yield multipath_line(router.multipath)
    for feature in FEATURES:
        yield from feature.definitions(router)
    yield "!"
    for interface in router.interfaces:
        yield from interface_lines(interface)
        yield "!"
    for process in router.ospf:
        yield from _ospf(process)
        for feature in FEATURES:
            yield from feature.ospf(process.process, router)
        yield "!"
    for feature in FEATURES:
        yield from feature.routing(router)
    yield from _global_pim(router)
    for feature in FEATURES:
        yield from feature.global_lines(router)
    yield from sorted(static_mroute_line(m) for m in router.static_mroutes)
    yield from sorted(static_route_line(r) for r in router.static_routes)
    yield "!"
    for acl in router.access_lists:
        yield from _access_list(acl)
    yield "!"
    for kind, text in sorted(router.banners.items()):
        yield f"banner {kind} ^C{text}^C"
    yield from ("line vty 0 4", " login local", " transport input ssh", "!")


def interface_lines(interface: Interface) -> Iterator[str]:
    """The section of one interface."""
    yield f"interface {interface.name}"
    if interface.description:
        yield f" description {interface.description}"
    for feature in FEATURES:
        yield from feature.interface_head(interface)
    address = interface.address
    yield f" ip address {address.ip} {address.netmask}" if address else " no ip address"
    if interface.pim is not None:
        yield f" ip pim {interface.pim.value}"
    if interface.dr_priority != 1:
        yield f" ip pim dr-priority {interface.dr_priority}"
    if interface.boundary:
        yield f" ip multicast boundary {interface.boundary}"
    yield from (f" ip igmp join-group {g}" for g in sorted(interface.join_groups))
    yield from (f" ip igmp static-group {g}" for g in sorted(interface.static_groups))
    if interface.ospf_cost != 1:
        yield f" ip ospf cost {interface.ospf_cost}"
    for feature in FEATURES:
        yield from feature.interface_lines(interface)
    if interface.shutdown:
        yield " shutdown"


def _ospf(process: Ospf) -> Iterator[str]:
    yield f"router ospf {process.process}"
    if process.router_id:
        yield f" router-id {process.router_id}"
    yield from (f" passive-interface {name}" for name in sorted(process.passive))
    for n in sorted(process.networks):
        yield f" network {n.network.network_address} {n.network.hostmask} area {n.area}"
    if process.distribute_in:
        yield f" distribute-list {process.distribute_in} in"


def _global_pim(router: Router) -> Iterator[str]:
    yield from rp_lines(router.static_rps)
    if router.accept_register:
        yield f"ip pim accept-register list {router.accept_register}"
    if router.register_source:
        yield f"ip pim register-source {router.register_source}"
    if router.spt_infinity:
        yield "ip pim spt-threshold infinity"


def _access_list(acl: AccessList) -> Iterator[str]:
    if not acl.numbered:
        yield f"ip access-list {'extended' if acl.extended else 'standard'} {acl.name}"
    for line in acl.lines:
        yield f"access-list {acl.name} {acl_line(acl, line)}" if acl.numbered else f" {acl_line(acl, line)}"


def acl_line(acl: AccessList, line: AclLine) -> str:
    """One entry as it is configured."""
    action = "permit" if line.permit else "deny"
    if acl.extended:
        return f"{action} {line.protocol} {wildcard(line.source)} {wildcard(line.destination or IPv4Network(0))}"
    return f"{action:<6} {wildcard(line.source).removeprefix('host ')}"
