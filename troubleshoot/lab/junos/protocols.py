"""What follows from the configurations of two routers on a link: who hears whom, and what is thrown away. Pure.

Sources: RFC 2328 (what must match in an OSPF hello), RFC 4271 (BGP notifications), RFC 2453 and RFC 4822 (RIP and its
authentication), and for the words the trace files that Juniper shows in its guides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface, ip_address, ip_network

from troubleshoot.lab.junos.config import Config, Node, has, leaf, named

_ETHERNET_MTU = 1514  # with the header of the frame, as Junos counts it
_HEADER = 14
NOWHERE = str(ip_address(0))


@dataclass(frozen=True, slots=True)
class Port:
    """An interface unit of a router, with its address."""

    unit: str  # ge-0/0/1.0
    address: IPv4Interface
    mtu: int  # of IP

    @property
    def ip(self) -> str:
        return str(self.address.ip)


def ports(config: Config) -> Iterator[Port]:
    """The interface units that have an IPv4 address and are not disabled."""
    interfaces = config.active("interfaces")
    for element, node in (interfaces.children if interfaces is not None else {}).items():
        if node.inactive or has(node, "disable"):
            continue
        frame = int(leaf(node, "mtu") or _ETHERNET_MTU)
        for unit, below in named(node, "unit"):
            family = below.children.get(("family", "inet"))
            if family is None or family.inactive:
                continue
            mtu = int(leaf(family, "mtu") or frame - _HEADER)
            for address, _ in named(family, "address"):
                yield Port(f"{element[0]}.{unit}", IPv4Interface(address), mtu)


def port(config: Config, unit: str) -> Port | None:
    """The port of a unit."""
    return next((each for each in ports(config) if each.unit == unit), None)


def instances(config: Config) -> Iterator[tuple[str, Node]]:
    """The main instance (empty name) and every routing-instance, with the statement that holds their protocols."""
    yield "", config.root
    found = config.active("routing-instances")
    for element, node in (found.children if found is not None else {}).items():
        if not node.inactive:
            yield element[0], node


def protocol(node: Node, name: str) -> Node | None:
    """The statement of a protocol in an instance; None where it is not there or deactivated."""
    protocols = node.children.get(("protocols",))
    found = protocols.children.get((name,)) if protocols is not None and not protocols.inactive else None
    return None if found is None or found.inactive else found


# --- OSPF ---------------------------------------------------------------------------------------------------------

_AUTHENTICATION = {"none": 0, "simple": 1, "md5": 2}


@dataclass(frozen=True, slots=True)
class Ospf:
    """OSPF on one interface."""

    instance: str
    port: Port
    router_id: str
    area: str
    area_type: str  # "", stub, nssa
    point_to_point: bool
    passive: bool
    hello: int
    dead: int
    authentication: int  # 0 none, 1 password, 2 MD5
    key: str
    index: int  # of the interface, IFL


def ospf(config: Config) -> list[Ospf]:
    """Every interface on which OSPF runs."""
    found: list[Ospf] = []
    for name, node in instances(config):
        router_id = _router_id(config, node)
        for area, below in named(protocol(node, "ospf"), "area"):
            kind = "stub" if has(below, "stub") else "nssa" if has(below, "nssa") else ""
            for unit, interface in named(below, "interface"):
                here = port(config, unit)
                if here is not None:
                    found.append(_ospf(name, here, router_id, _area(area), kind, interface, 70 + len(found)))
    return found


def _ospf(name: str, here: Port, router_id: str, area: str, kind: str, node: Node, index: int) -> Ospf:
    hello = int(leaf(node, "hello-interval") or 10)
    authentication, key = _authentication(node)
    return Ospf(
        instance=name,
        port=here,
        router_id=router_id,
        area=area,
        area_type=kind,
        point_to_point=leaf(node, "interface-type") == "p2p",
        passive=has(node, "passive") or here.unit.startswith("lo"),
        hello=hello,
        dead=int(leaf(node, "dead-interval") or 4 * hello),
        authentication=_AUTHENTICATION[authentication],
        key=key,
        index=index,
    )


def _authentication(node: Node) -> tuple[str, str]:
    block = node.children.get(("authentication",))
    if block is None or block.inactive:
        return "none", ""
    password = leaf(block, "simple-password")
    if password is not None:
        return "simple", password
    keys = [f"{number} {leaf(below, 'key')}" for number, below in named(block, "md5")]
    return ("md5", keys[0]) if keys else ("none", "")


def _router_id(config: Config, node: Node) -> str:
    options = node.children.get(("routing-options",))
    own = leaf(options, "router-id") or config.value("routing-options", "router-id")
    loopback = next((each.ip for each in ports(config) if each.unit == "lo0.0"), None)
    return own or loopback or next((each.ip for each in ports(config)), NOWHERE)


def _area(text: str) -> str:
    return str(ip_address(int(text))) if text.isdigit() else text


def hello_ignored(own: Ospf, peer: Ospf) -> str:
    """Why ``own`` throws a hello of ``peer`` away, in the words of Junos; empty where it does not."""
    checks = (
        (own.area != peer.area, f"area mismatch ({peer.area})"),
        (own.authentication != peer.authentication, f"authentication type mismatch ({peer.authentication})"),
        (own.key != peer.key, "authentication failure (bad cksum)"),
        ("stub" in (own.area_type, peer.area_type) and own.area_type != peer.area_type, "area stubness mismatch"),
        (own.area_type != peer.area_type, "area nssaness mismatch"),
        (own.router_id == peer.router_id, "our router ID received"),
        (_mask(own) != _mask(peer) and not own.point_to_point, f"netmask {_mask(peer)} mismatch"),
        ((own.hello, own.dead) != (peer.hello, peer.dead), "configuration mismatch"),
        (own.point_to_point != peer.point_to_point, "configuration mismatch"),
    )
    return next((words for wrong, words in checks if wrong), "")


def _mask(end: Ospf) -> str:
    return str(end.port.address.network.netmask)


def description_ignored(own: Ospf, peer: Ospf) -> str:
    """The same for a database description, which comes after the hellos fit."""
    return "MTU mismatch" if own.port.mtu != peer.port.mtu else ""


def neighbor_state(own: Ospf, peer: Ospf) -> str:
    """The state of ``peer`` in ``own``'s neighbor table; empty where it is not in it."""
    if own.passive or peer.passive or hello_ignored(own, peer):
        return ""
    if hello_ignored(peer, own):
        return "Init"
    return "ExStart" if description_ignored(own, peer) else "Full"


# --- PIM, RIP, BGP ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Simple:
    """PIM or RIP on one interface; ``secret`` is the authentication that RIP expects and uses."""

    instance: str
    port: Port
    secret: str = ""


def pim(config: Config) -> list[Simple]:
    """Every interface on which PIM sends hellos."""
    found = []
    for name, node in instances(config):
        for unit, below in named(protocol(node, "pim"), "interface"):
            here = port(config, unit)
            if here is not None and not has(below, "disable") and not unit.startswith("lo"):
                found.append(Simple(name, here))
    return found


def rip(config: Config) -> list[Simple]:
    """Every interface on which RIP sends updates."""
    found = []
    for name, node in instances(config):
        block = protocol(node, "rip")
        secret = f"{leaf(block, 'authentication-type') or 'none'} {leaf(block, 'authentication-key') or ''}"
        for _, group in named(block, "group"):
            for unit, below in named(group, "neighbor"):
                here = port(config, unit)
                if here is not None and leaf(below, "send") != "none":
                    found.append(Simple(name, here, secret))
    return found


@dataclass(frozen=True, slots=True)
class Session:
    """One configured BGP session."""

    instance: str
    group: str
    local: str
    own_as: str
    peer: str
    peer_as: str

    @property
    def side(self) -> str:
        """How a trace names the peer."""
        return f"{'Internal' if self.own_as == self.peer_as else 'External'} AS {self.peer_as}"


def bgp(config: Config) -> list[Session]:
    """Every configured session whose peer is on a connected network."""
    found = []
    for name, node in instances(config):
        own_as = leaf(node.children.get(("routing-options",)), "autonomous-system") or config.value(
            "routing-options", "autonomous-system"
        )
        for group, below in named(protocol(node, "bgp"), "group"):
            for peer, neighbor in named(below, "neighbor"):
                near = next((each for each in ports(config) if ip_address(peer) in each.address.network), None)
                wanted = leaf(neighbor, "peer-as") or leaf(below, "peer-as") or own_as or "0"
                if near is not None:
                    found.append(Session(name, group, near.ip, own_as or "0", peer, wanted))
    return found


# --- SNMP ---------------------------------------------------------------------------------------------------------


def request_refused(config: Config, source: str, community: str) -> str:
    """Why a request of a manager is thrown away, in the words of snmpd; empty where it is answered."""
    snmp = config.active("snmp")
    for name, node in named(snmp, "community"):
        if name == community:
            clients = node.children.get(("clients",))
            allowed = [element[0] for element in (clients.children if clients is not None else {})]
            if not allowed or any(ip_address(source) in ip_network(each) for each in allowed):
                return ""
            return f"nsa_initial_callback: request from address {source} not allowed"
    return f"nsa_log_community: unauthorized SNMP community from {source} to unknown community name ({community})"
