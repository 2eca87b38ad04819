"""Prefix lists and route maps: what fits, what is set, what is written back."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from troubleshoot.lab.network.prefix_list import PrefixLine, PrefixLists
from troubleshoot.lab.network.route_map import RouteMaps, Sets, applied

TEN = IPv4Network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("least", "most", "fitting"),
    [
        (0, 0, {8}),
        (0, 24, {8, 16, 24}),
        (16, 0, {16, 24, 32}),
        (16, 24, {16, 24}),
    ],
    ids=["the very prefix", "le", "ge alone reaches to 32", "ge and le"],
)
def test_bounds_of_a_prefix_list(least: int, most: int, fitting: set[int]) -> None:
    line = PrefixLine("P", 5, True, TEN, least, most)
    assert {n for n in (8, 16, 24, 32) if line.fits(IPv4Network(f"10.0.0.0/{n}"))} == fitting
    assert not line.fits(IPv4Network("11.0.0.0/24"))


def test_the_first_line_that_fits_decides() -> None:
    lists = PrefixLists(frozenset({PrefixLine("P", 10, True, TEN, 0, 32), PrefixLine("P", 5, False, TEN, 16, 16)}))
    assert [lists.permits("P", IPv4Network(p)) for p in ("10.1.0.0/16", "10.1.1.0/24", "11.0.0.0/8")] == [
        False,
        True,
        False,
    ]
    assert lists.permits("NOT-THERE", TEN), "a list that does not exist permits all"


def test_a_route_map_entry_by_entry(vpn: Any) -> None:
    bench = vpn()
    bench.configure(
        "pe1",
        "ip prefix-list ONE permit 10.1.0.0/16",
        "ip prefix-list TWO seq 7 deny 10.2.0.0/16",
        "ip prefix-list TWO permit 10.0.0.0/8 le 32",
        "access-list 10 permit 10.3.0.0 0.0.255.255",
        "route-map M deny 10",
        "match ip address prefix-list ONE",
        "route-map M permit 20",
        "match ip address 10",
        "set metric 7",
        "set ip next-hop 10.9.9.9",
        "route-map M permit 30",
        "match ip address prefix-list TWO",
        "set local-preference 70",
        "set weight 9",
        "set as-path prepend 65001 65001",
        "set extcommunity rt 1:1 1:2 additive",
    )
    router = bench.world.network.routers["pe1"]

    def result(prefix: str) -> Sets | None:
        return applied(router, "M", IPv4Network(prefix))

    assert result("10.1.0.0/16") is None
    second, third = result("10.3.0.0/16"), result("10.1.1.0/24")
    assert second is not None
    assert (second.med, str(second.next_hop)) == (7, "10.9.9.9")
    assert third == Sets(70, None, 9, (65001, 65001), None, frozenset({"1:1", "1:2"}), add_targets=True)
    assert result("10.2.0.0/16") is None, "no entry matches"
    assert applied(router, "NOT-THERE", TEN) is None

    bench.configure("pe1", "route-map M permit 20", "no set metric", "no set metric 7", "no route-map M deny 10")
    changed = bench.world.network.routers["pe1"]
    assert [entry.sequence for entry in changed.part(RouteMaps).maps["M"]] == [20, 30]
    assert applied(changed, "M", IPv4Network("10.3.0.0/16")).med is None  # type: ignore[union-attr]
    assert bench.configure("pe1", "no route-map M", "no route-map M") == ["", "% Could not find route-map M"]


def test_routes_of_one_protocol_in_a_vrf(vpn: Any) -> None:
    shown = vpn().show("pe3", "show ip route vrf VRF_A bgp")
    assert "B        10.20.0.0/16 [200/0] via 10.254.0.1" in shown
    assert "GigabitEthernet" not in shown
