"""The faults of the test network: what breaks it, what mends it, and whose old state has to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.integration.frr_topology import GROUP, RP, SOURCE_PREFIX

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the stream.

    ``apply`` and ``revert`` map a router to configuration lines. ``restart`` names the routers whose pimd restarts with
    the fault in place, because FRR would otherwise hold working state for minutes; ``restart_healed`` those whose pimd
    restarts once it is gone. ``sender`` and ``receiver`` say whether those processes run during the fault, ``ttl`` with
    which time to live the sender sends.
    """

    name: str
    apply: Mapping[str, Lines] = field(default_factory=dict)
    revert: Mapping[str, Lines] = field(default_factory=dict)
    restart: Lines = ()
    restart_healed: Lines = ()
    sender: bool = True
    receiver: bool = True
    ttl: int | None = None


_FAULTS = (
    Fault(
        "pim_missing",  # r3 accepts nothing on its interface towards the source
        {"r3": ("interface eth0", "no ip pim")},
        {"r3": ("interface eth0", "ip pim")},
        restart=("r3", "r5"),
    ),
    Fault(
        "pim_missing_live",  # the same, while the stream flows: r3 and r5 keep a state that looks joined
        {"r3": ("interface eth0", "no ip pim")},
        {"r3": ("interface eth0", "ip pim")},
    ),
    Fault(
        "pim_missing_upstream",  # the same cable, broken at the other end: r3 runs PIM and has no neighbor
        {"r2": ("interface eth1", "no ip pim")},
        {"r2": ("interface eth1", "ip pim")},
        restart=("r3", "r5"),
    ),
    Fault(
        "no_route",  # r3 refuses the OSPF route to the source: it stays in the table, unused
        {
            "r3": (
                f"ip prefix-list SOURCES seq 5 permit {SOURCE_PREFIX}",
                "route-map FROM-OSPF deny 10",
                "match ip address prefix-list SOURCES",
                "exit",
                "route-map FROM-OSPF permit 20",
                "exit",
                "ip protocol ospf route-map FROM-OSPF",
            )
        },
        {
            "r3": (
                "no ip protocol ospf route-map FROM-OSPF",
                "no route-map FROM-OSPF",
                "no ip prefix-list SOURCES",
            )
        },
        restart=("r3", "r5"),
    ),
    Fault(
        "no_route_anywhere",  # the first hop router does not advertise the source's network
        {"r1": ("interface eth0", "no ip ospf area 0")},
        {"r1": ("interface eth0", "ip ospf area 0")},
        restart=("r3", "r5", "r4"),
        restart_healed=("r1",),
    ),
    Fault(
        "wrong_rp",
        {"r5": (f"no ip pim rp {RP} 224.0.0.0/4", "ip pim rp 10.44.255.2 224.0.0.0/4")},
        {"r5": ("no ip pim rp 10.44.255.2 224.0.0.0/4", f"ip pim rp {RP} 224.0.0.0/4")},
        restart=("r5", "r3"),
    ),
    Fault(
        "no_rp",
        {"r5": (f"no ip pim rp {RP} 224.0.0.0/4",)},
        {"r5": (f"ip pim rp {RP} 224.0.0.0/4",)},
        restart=("r5", "r3"),
    ),
    Fault(
        "no_rp_source_side",  # the first hop router knows no RP and never registers the source
        {"r1": (f"no ip pim rp {RP} 224.0.0.0/4",)},
        {"r1": (f"ip pim rp {RP} 224.0.0.0/4",)},
        restart=("r1", "r2", "r3", "r4", "r5"),
    ),
    Fault("no_receiver", receiver=False),
    Fault("no_source", sender=False, restart=("r1", "r2", "r3", "r4", "r5")),
    # Healed, r1 would still keep its Registers back, and the rendezvous point learn of the source a minute later.
    Fault("ttl", ttl=2, restart=("r1", "r2", "r3", "r4", "r5"), restart_healed=("r1",)),
    Fault(
        "igmp_missing",
        {"r5": ("interface eth2", "no ip igmp")},
        {"r5": ("interface eth2", "ip igmp")},
        restart=("r5",),
    ),
    Fault(
        "boundary",  # r3 refuses the group's joins that r5 sends
        {
            "r3": (
                f"ip prefix-list NOT-THIS-GROUP seq 5 deny {GROUP}/32",
                "ip prefix-list NOT-THIS-GROUP seq 10 permit 0.0.0.0/0 le 32",
                "interface eth1",
                "ip multicast boundary oil NOT-THIS-GROUP",
            )
        },
        {
            "r3": (
                "interface eth1",
                "no ip multicast boundary oil NOT-THIS-GROUP",
                "exit",
                "no ip prefix-list NOT-THIS-GROUP",
            )
        },
        restart=("r3",),
        restart_healed=("r5",),  # its next Join would come after up to a minute
    ),
    # Static *unicast* routes, because ``ip mroute PREFIX NEXTHOP`` is accepted by FRR 8.4 and changes nothing.
    Fault(
        "static_route_loop",  # r3 is told to expect the source behind r5, which expects it behind r3
        {"r3": (f"ip route {SOURCE_PREFIX} 10.44.35.5",)},
        {"r3": (f"no ip route {SOURCE_PREFIX} 10.44.35.5",)},
        restart=("r3", "r5"),
    ),
    Fault(
        "static_route_interface",  # right interface, no next hop: no PIM neighbor can be the RPF neighbor
        {"r3": (f"ip route {SOURCE_PREFIX} eth0",)},
        {"r3": (f"no ip route {SOURCE_PREFIX} eth0",)},
        restart=("r3", "r5"),
    ),
)

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _FAULTS}
