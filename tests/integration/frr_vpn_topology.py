"""A VPN as data: a route reflector, two PEs that own a prefix, a third that sends to it, and their start-up files.

::

    rr   pe1   pe2   pe3
     \\    |     |    /
      one Ethernet (bridge)      LDP everywhere, static routes to the loopbacks, iBGP to rr

Two VPNs run over it. ``VRF_A`` is a VRF proper: a network namespace that zebra takes for a VRF, so no VRF device is
needed. Its labels are real, so a kernel without MPLS refuses its routes; what BGP does with them is the same. The other
one is the table ``default`` of each router, exported into and imported from the VPN like a VRF, with the label
implicit-null; its routes need no label on the wire and reach the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "tsvpn"
DAEMONS = ("zebra", "staticd", "bgpd", "ldpd")
VRF = "VRF_A"
SITE = "10.20.0.0/16"  # behind pe1 and pe2 in VRF_A
GLOBAL_SITE = "10.30.0.0/16"  # behind pe1 and pe2 in the table default
ASN = 65001


@dataclass(frozen=True, slots=True)
class VpnNode:
    """One router; ``owner``: it owns the prefixes."""

    name: str
    number: int
    owner: bool = False

    @property
    def loopback(self) -> str:
        """Its router ID as well."""
        return f"10.254.0.{self.number}"

    @property
    def core(self) -> str:
        """Its address on the bridge."""
        return f"10.0.0.{self.number}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of the router, the loopback first."""
        return (self.loopback, self.core)


REFLECTOR = VpnNode("rr", 9)
PES = (VpnNode("pe1", 1, owner=True), VpnNode("pe2", 2, owner=True), VpnNode("pe3", 3))
NODES = (REFLECTOR, *PES)


def daemon_configuration(node: VpnNode, daemon: str) -> str:
    """The start-up file of one daemon; healthy: every PE has distinguishers of its own."""
    lines = {"zebra": _zebra, "staticd": _staticd, "bgpd": _bgpd, "ldpd": _ldpd}[daemon](node)
    return "\n".join([f"hostname {node.name}", *lines, ""])


def _zebra(node: VpnNode) -> list[str]:
    return ["interface lo", f" ip address {node.loopback}/32", "interface eth0", f" ip address {node.core}/24"]


def _staticd(node: VpnNode) -> list[str]:
    lines = [f"ip route {other.loopback}/32 {other.core}" for other in NODES if other != node]
    if node.owner:
        lines += [f"ip route {GLOBAL_SITE} blackhole", f"vrf {VRF}", f" ip route {SITE} blackhole", "exit-vrf"]
    return lines


def _ldpd(node: VpnNode) -> list[str]:
    family = [f"  discovery transport-address {node.loopback}", "  discovery hello interval 1"]
    family += ["  label local allocate host-routes", "  interface eth0"]
    return ["mpls ldp", f" router-id {node.loopback}", " address-family ipv4", *family]


def _bgpd(node: VpnNode) -> list[str]:
    peers = [other for other in NODES if other != node and REFLECTOR in (node, other)]
    lines = [
        "ip prefix-list SITE permit 10.0.0.0/8 ge 16 le 16",
        "route-map SITE permit 10",
        " match ip address prefix-list SITE",
    ]
    lines += [f"router bgp {ASN}", f" bgp router-id {node.loopback}", " no bgp default ipv4-unicast"]
    for peer in peers:
        lines += [
            f" neighbor {peer.loopback} remote-as {ASN}",
            f" neighbor {peer.loopback} update-source {node.loopback}",
        ]
        lines += [f" neighbor {peer.loopback} timers 3 9", f" neighbor {peer.loopback} timers connect 1"]
    lines += _vpn_family(node, peers)
    if node is REFLECTOR:
        return lines
    lines += _exports(node, number=200, label=3)
    return [
        *lines,
        f"router bgp {ASN} vrf {VRF}",
        f" bgp router-id {node.loopback}",
        *_exports(node, 100, 100 + node.number),
    ]


def _vpn_family(node: VpnNode, peers: list[VpnNode]) -> list[str]:
    lines = [" address-family ipv4 vpn"]
    for peer in peers:
        lines.append(f"  neighbor {peer.loopback} activate")
        if node is REFLECTOR:
            lines.append(f"  neighbor {peer.loopback} route-reflector-client")
    return [*lines, " exit-address-family"]


def _exports(node: VpnNode, number: int, label: int) -> list[str]:
    lines = [" address-family ipv4 unicast"]
    lines += ["  redistribute static route-map SITE"] if node.owner else []
    lines += [f"  rd vpn export {node.loopback}:{number}", f"  rt vpn both {ASN}:{number}"]
    return [*lines, f"  label vpn export {label}", "  export vpn", "  import vpn", " exit-address-family"]
