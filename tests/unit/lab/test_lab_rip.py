"""RIP in the simulated network: what is announced, what is taken, and what the command line shows of it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lab.conftest import Bench
from troubleshoot.core.kinds import Platform
from troubleshoot.lab.description import build, configure, load
from troubleshoot.lab.ios import running
from troubleshoot.lab.network.speakers import RipNic, RipSpeaker
from troubleshoot.parsing.registry import parse

FOLDER = Path(__file__).parents[3] / "decision_trees" / "rip-server-loopback"
SERVER = IPv4Network("10.99.1.5/32")
NICS = (
    RipNic("servers-a", IPv4Interface("10.10.0.50/24")),
    RipNic("servers-b", IPv4Interface("10.20.0.50/24")),
)


def bench(*nics: RipNic, **lines: list[str]) -> Bench:
    network = replace(build(load(FOLDER)), speakers={"srv1": RipSpeaker("srv1", nics or NICS, (SERVER,))})
    for name, typed in lines.items():
        network = configure(network, name, tuple(typed))
    return Bench(network)


def way(subject: Bench, router: str) -> list[str]:
    """The next hops of the server's address, and the prefix that decides."""
    found = subject.world.state.ribs[router].lookup(SERVER.network_address)
    return [] if found is None else [str(found.prefix), *(str(hop.address) for hop in found.next_hops)]


def record(subject: Bench, router: str, parser: str, command: str) -> dict[str, Any]:
    return parse(parser, Platform.IOS, [subject.show(router, command)])


def test_the_healthy_network_has_two_ways_at_the_edge_and_the_host_route_everywhere() -> None:
    subject = bench()
    assert way(subject, "edge") == ["10.99.1.5/32", "10.10.0.50", "10.20.0.50"]
    assert way(subject, "far") == ["10.99.1.5/32", "172.16.1.1"]
    assert way(subject, "core") == ["10.99.1.5/32", "192.168.1.1"]


@pytest.mark.parametrize(
    ("router", "lines", "edge", "far", "core"),
    [
        ("edge", ["router rip", "auto-summary"], 2, "10.0.0.0/8", "10.0.0.0/8"),
        ("edge", ["router rip", "no network 10.0.0.0"], 0, "", ""),
        ("edge", ["router rip", "passive-interface GigabitEthernet0/0"], 2, "", ""),
        ("edge", ["router rip", "passive-interface default"], 2, "", ""),
        ("edge", ["router rip", "passive-interface default", "no passive-interface gi0/0"], 2, "10.99.1.5/32", "x"),
        ("edge", ["router rip", "passive-interface Vlan10"], 2, "10.99.1.5/32", "x"),
        ("edge", ["router rip", "maximum-paths 1"], 1, "10.99.1.5/32", "x"),
        ("edge", ["interface Vlan10", "ip rip receive version 1"], 1, "10.99.1.5/32", "x"),
        ("edge", ["key chain K", "key 1", "key-string s3cret", "interface Vlan10",
                  "ip rip authentication key-chain K"], 1, "10.99.1.5/32", "x"),
        ("edge", ["ip prefix-list IN deny 10.99.1.5/32", "ip prefix-list IN permit 0.0.0.0/0 le 32",
                  "router rip", "distribute-list prefix IN in"], 0, "", ""),
        ("edge", ["access-list 5 deny 10.99.1.5", "access-list 5 permit any",
                  "router rip", "distribute-list 5 out GigabitEthernet0/0"], 2, "", ""),
        ("edge", ["interface GigabitEthernet0/0", "ip summary-address rip 10.0.0.0 255.0.0.0"], 2, "10.0.0.0/8", ""),
        ("edge", ["router rip", "version 1"], 0, "", ""),
        ("far", ["router ospf 1", "redistribute rip"], 2, "10.99.1.5/32", ""),
        ("far", ["router ospf 1", "no redistribute rip"], 2, "10.99.1.5/32", ""),
        ("edge", ["ip route 10.99.1.5 255.255.255.255 10.10.0.77"], 1, "", ""),
    ],
)  # fmt: skip
def test_what_a_line_does(router: str, lines: list[str], edge: int, far: str, core: str) -> None:
    subject = bench(**{router: lines})
    assert len(way(subject, "edge")[1:]) == edge
    assert "".join(way(subject, "far")[:1]) == far or not far
    if not core:
        assert "10.99.1.5/32" not in way(subject, "core")


def test_a_server_that_fell_silent_stays_in_the_list_with_an_old_update() -> None:
    subject = bench(replace(NICS[0], announces=False), NICS[1])
    assert way(subject, "edge") == ["10.99.1.5/32", "10.20.0.50"]
    found = record(subject, "edge", "rip_process", "show ip protocols")
    ages = {gateway["address"]: gateway["last_update"] for gateway in found["gateways"]}
    assert ages["10.10.0.50"] > 86_000 and ages["10.20.0.50"] < 30


def test_a_server_that_was_never_heard_is_not_in_the_list() -> None:
    subject = bench(replace(NICS[0], announces=False, heard=False), NICS[1])
    found = record(subject, "edge", "rip_process", "show ip protocols")
    assert [gateway["address"] for gateway in found["gateways"]] == ["10.20.0.50", "172.16.1.2"]


def test_what_is_shown_reads_back() -> None:
    subject = bench()
    process = record(subject, "edge", "rip_process", "show ip protocols")
    assert (process["running"], process["version"], process["auto_summary"]) == (True, "2", False)
    assert process["networks"] == ["10.0.0.0", "172.16.0.0"]
    assert [i["interface"] for i in process["interfaces"]] == ["GigabitEthernet0/0", "Vlan10", "Vlan20"]
    assert process["unread"] == []
    entries = {e["prefix"]: e for e in record(subject, "edge", "rip_database", "show ip rip database")["entries"]}
    assert [hop["address"] for hop in entries["10.99.1.5/32"]["hops"]] == ["10.10.0.50", "10.20.0.50"]
    assert entries["10.0.0.0/8"]["summary"] and not entries["10.0.0.0/8"]["hops"]
    assert entries["10.10.0.0/24"]["connected"]
    route = record(subject, "edge", "route", "show ip route 10.99.1.5")
    assert (route["protocol"], route["prefix"], len(route["next_hops"])) == ("rip", "10.99.1.5/32", 2)
    assert record(subject, "core", "route", "show ip route 10.99.1.5")["protocol"] == "ospf"
    assert not record(subject, "core", "rip_process", "show ip protocols")["running"]
    one = record(subject, "edge", "rip_database", "show ip rip database 10.99.1.5 255.255.255.255")
    assert len(one["entries"]) == 1
    none = record(subject, "edge", "rip_database", "show ip rip database 10.98.0.0 255.255.0.0")
    assert none["entries"] == []


def test_the_route_table_shows_both_ways() -> None:
    text = bench().show("edge", "show ip route rip")
    assert "R        10.99.1.5/32 [120/1] via 10.10.0.50, " in text
    assert "                      [120/1] via 10.20.0.50, " in text
    assert "C        " not in text


@pytest.mark.parametrize("router", ["edge", "far", "core"])
def test_the_running_configuration_makes_the_same_router(router: str) -> None:
    lines = [
        "key chain K", "key 1", "key-string s3cret", "ip prefix-list P seq 7 permit 10.0.0.0/8 le 32",
        "access-list 5 permit any", "router rip", "version 2", "passive-interface default",
        "no passive-interface GigabitEthernet0/0", "distribute-list prefix P in GigabitEthernet0/0",
        "distribute-list 5 out", "maximum-paths 2", "no validate-update-source", "default-information originate",
        "interface GigabitEthernet0/0", "ip rip send version 1 2", "ip rip receive version 2",
        "ip rip authentication key-chain K", "ip summary-address rip 10.0.0.0 255.0.0.0",
        "router ospf 1", "redistribute rip subnets",
    ]  # fmt: skip
    subject = bench(**{router: lines})
    known = subject.world.network.routers[router]
    bare = replace(known, interfaces=tuple(replace(i, shutdown=True, address=None, parts=()) for i in known.interfaces))
    empty = replace(subject.world.network, routers={router: replace(bare, parts=(), ospf=(), access_lists=())})
    text = [line for line in running.lines(known) if not line.startswith(("version", "line", " login", " transport"))]
    again = configure(empty, router, tuple(line for line in text if line.strip() not in ("!", "no ip address")))
    assert again.routers[router].parts == known.parts
    assert [i.parts for i in again.routers[router].interfaces] == [i.parts for i in known.interfaces]


def test_a_fix_counts_after_the_servers_next_word() -> None:
    subject = bench()
    subject.world.listen = lambda: {"srv1": RipSpeaker("srv1", NICS[:1], (SERVER,))}
    assert way(subject, "edge") == ["10.99.1.5/32", "10.10.0.50"]
