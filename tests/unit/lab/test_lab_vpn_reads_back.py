"""What the lab prints about VPNs is read by the product's own parsers without a line left over, in every fault."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.unit.lab.conftest import TREES, Bench, network
from troubleshoot.core.kinds import Platform
from troubleshoot.lab.description import load
from troubleshoot.parsing.registry import parse

VRF = "vrf VRF_A 10.20.0.0/16"
COMMANDS = [
    ("bgp_paths", f"show bgp vpnv4 unicast {VRF}"),
    ("bgp_paths", "show bgp vpnv4 unicast all 10.20.0.0/16"),
    ("bgp_tables", "show bgp vpnv4 unicast all"),
    ("bgp_tables", "show bgp vpnv4 unicast all | include Route Distinguisher"),
    ("bgp_sessions", "show bgp vpnv4 unicast all summary"),
    ("bgp_sessions", "show bgp vpnv4 unicast vrf VRF_A summary"),
    ("vrfs", "show ip vrf detail VRF_A"),
    ("vrf_config", "show running-config | section vrf"),
    ("bgp_config", "show running-config | section router bgp"),
    ("forwarding", f"show ip cef {VRF}"),
    ("forwarding", f"show ip cef {VRF} detail"),
    ("route", "show ip route vrf VRF_A 10.20.0.0 255.255.0.0"),
    ("traceroute", "traceroute vrf VRF_A 10.20.0.11 numeric timeout 1 probe 2 ttl 1 12"),
]
FAULTS = [
    (problem, fault) for problem in ("rr-single-path", "bgp-eibgp-loop") for fault in load(TREES / problem).faults
]


@cache
def bench(problem: str, fault: str) -> Bench:
    return Bench(network(fault, TREES / problem))


def shown(problem: str, fault: str, command: str) -> dict[str, str]:
    """What the routers with BGP answer that know the command and the VRF."""
    found = bench(problem, fault)
    names = [n for n in found.world.network.routers if n.startswith(("pe", "rr"))]
    answers = {name: found.show(name, command) for name in names}
    return {n: a for n, a in answers.items() if a and "does not exist" not in a and "No VRF named" not in a}


@pytest.mark.parametrize(("parser", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
@pytest.mark.parametrize(("problem", "fault"), FAULTS)
def test_every_display_is_understood(parser: str, command: str, problem: str, fault: str) -> None:
    for router, answer in shown(problem, fault, command).items():
        record = parse(parser, Platform.IOS, [answer])
        assert record["unread"] == [], (router, answer)


def read(fault: str, parser: str, command: str, router: str, problem: str = "rr-single-path") -> Any:
    return parse(parser, Platform.IOS, [bench(problem, fault).show(router, command)])


def test_paths_are_read_as_the_lab_means_them() -> None:
    entry = read("healthy", "bgp_paths", COMMANDS[0][1], "pe3")["entries"][0]
    assert (entry["rd"], entry["table"], entry["multipath"], entry["used"]) == ("65001:103", "VRF_A", ["ibgp"], 2)
    assert {(p["advertiser"], p["imported_from"]) for p in entry["paths"]} == {
        ("10.254.0.1", "65001:101"),
        ("10.254.0.2", "65001:102"),
    }
    shared = read("same_rd", "bgp_paths", COMMANDS[1][1], "rr1")
    assert (shared["rds"], len(shared["entries"][0]["paths"])) == (["65001:101"], 2)
    lost = read("next_hop_unreachable", "bgp_paths", COMMANDS[1][1], "pe3")
    assert [p["reachable"] for e in lost["entries"] for p in e["paths"] if p["advertiser"] == "10.254.0.2"] == [False]


@pytest.mark.parametrize(
    ("fault", "mode", "aggregate"),
    [("labels_per_prefix", "per-prefix", False), ("labels_per_ce", "per-ce", False), ("loop", "per-vrf", True)],
)
def test_label_modes_are_read_in_both_places(fault: str, mode: str, aggregate: bool) -> None:
    vrf = read(fault, "vrfs", "show ip vrf detail VRF_A", "pe1", "bgp-eibgp-loop")["vrfs"][0]
    entry = read(fault, "bgp_paths", COMMANDS[0][1], "pe1", "bgp-eibgp-loop")["entries"][0]
    own = next(path for path in entry["paths"] if path["own"])
    assert (vrf["label_mode"], own["aggregate"]) == (mode, aggregate)


def test_a_loop_is_read_as_a_loop() -> None:
    command = COMMANDS[-1][1]
    assert read("loop", "traceroute", command, "pe1", "bgp-eibgp-loop")["revisited"]
    assert not read("healthy", "traceroute", command, "pe1", "bgp-eibgp-loop")["revisited"]
