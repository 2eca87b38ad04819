"""The computed network: roles, RPF, trees, counters; each fault breaks it, its cure and only that heals it."""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import pairwise
from typing import Any

import pytest

from troubleshoot.lab.network.model import EndHost, Multipath, Stream
from troubleshoot.lab.network.multicast import compute
from troubleshoot.lab.network.topology import GROUP, SOURCE, chain

MROUTE = "ip mroute 10.1.12.0 255.255.255.0 10.20.23.9"

# fault -> (router, lines that cure it, lines that do not)
CURES: dict[str, tuple[str, list[str], list[str]]] = {
    "pim_missing": ("r3", ["interface Gi0/0", "ip pim sparse-mode"], ["interface Gi0/1", "ip pim sparse-mode"]),
    "pim_neighbor_missing": (
        "r2",
        ["interface Gi0/1", "ip pim sparse-mode"],
        ["interface Gi0/3", "ip pim sparse-mode"],
    ),
    "no_route": (
        "r3",
        ["ip route 10.1.12.0 255.255.255.0 10.20.23.2"],
        ["ip route 10.1.13.0 255.255.255.0 10.20.23.2"],
    ),
    "wrong_rp": (
        "r5",
        ["no ip pim rp-address 10.255.255.44", "ip pim rp-address 10.255.255.4"],
        ["no ip pim rp-address 10.255.255.44"],
    ),
    "rp_mismatch": (
        "r5",
        ["no ip pim rp-address 10.255.255.6", "ip pim rp-address 10.255.255.4"],
        ["ip pim rp-address 10.255.255.4 override"],  # the old line stays and its address is higher
    ),
    "no_rp": ("r5", ["ip pim rp-address 10.255.255.4"], ["ip pim rp-address 10.255.255.9"]),
    "no_multicast_routing": ("r3", ["ip multicast-routing"], ["interface Gi0/0", "ip pim sparse-dense-mode"]),
    "static_mroute": ("r3", [f"no {MROUTE}"], ["ip mroute 10.1.13.0 255.255.255.0 10.20.23.2"]),
    "static_route_interface": (
        "r3",
        ["no ip route 10.1.12.0 255.255.255.0 Gi0/0", "ip route 10.1.12.0 255.255.255.0 10.20.23.2"],
        ["ip route 10.1.12.0 255.255.255.0 Gi0/0 10.20.23.9"],
    ),
    "ecmp_pim": ("r5", ["interface Gi0/1", "ip pim sparse-mode"], ["ip multicast multipath s-g-hash basic"]),
    "register_stuck": (
        "r1",
        ["ip route 10.255.255.4 255.255.255.255 10.20.12.2"],
        ["ip route 10.255.255.5 255.255.255.255 10.20.12.2"],
    ),
    "rp_no_route_back": ("r4", ["router ospf 1", "no distribute-list 22 in"], ["no ip pim accept-register"]),
    "register_denied": ("r4", ["no ip pim accept-register list 120"], ["ip route 10.1.12.0 255.255.255.0 10.20.24.2"]),
    "boundary": (
        "r3",
        ["interface Gi0/2", "no ip multicast boundary 10"],
        ["interface Gi0/1", "no ip multicast boundary"],
    ),
}


def test_healthy_stream_arrives_and_each_router_plays_its_role(boot: Any) -> None:
    bench = boot()
    assert bench.picture()
    assert "flags: FT\n  Incoming interface: GigabitEthernet0/0, RPF nbr 0.0.0.0\n" in bench.entry("r1")
    assert "RP 10.255.255.4, flags: S\n  Incoming interface: Null, RPF nbr 0.0.0.0" in bench.entry("r4", "*")
    assert "flags: SJC\n  Incoming interface: GigabitEthernet0/0, RPF nbr 10.20.35.3" in bench.entry("r5", "*")
    assert "flags: JT\n" in bench.entry("r5")


def test_shared_and_source_tree_part_at_r3_and_the_rp_is_pruned(boot: Any) -> None:
    bench = boot()
    assert "GigabitEthernet0/1, RPF nbr 10.20.34.4" in bench.entry("r3", "*")
    assert "GigabitEthernet0/0, RPF nbr 10.20.23.2" in bench.entry("r3")
    assert "flags: PT" in bench.entry("r4")
    assert bench.entry("r4").endswith("Outgoing interface list: Null\n")


@pytest.mark.parametrize("fault", CURES)
def test_fault_breaks_cure_heals_other_change_does_not_and_rollback_restores(boot: Any, fault: str) -> None:
    bench = boot(fault)
    router, cure, wrong = CURES[fault]
    before = bench.show(router, "show running-config")
    assert not bench.picture()

    network = bench.world.network
    bench.configure(router, *wrong)
    assert not bench.picture()
    bench.world.change(network)

    answers = bench.configure(router, *cure)
    assert not [a for a in answers if "%" in a]
    assert bench.picture()
    assert bench.show(router, "show running-config") != before

    bench.world.change(network)
    assert not bench.picture()


ROLLBACKS = {
    "pim_missing": ("r3", ["interface Gi0/0", "ip pim sparse-mode"], ["interface Gi0/0", "no ip pim sparse-mode"]),
    "static_mroute": ("r3", [f"no {MROUTE}"], [MROUTE]),
    "no_rp": ("r5", ["ip pim rp-address 10.255.255.4"], ["no ip pim rp-address 10.255.255.4"]),
    "no_multicast_routing": ("r3", ["ip multicast-routing"], ["no ip multicast-routing"]),
    "boundary": (
        "r3",
        ["interface Gi0/2", "no ip multicast boundary 10"],
        ["interface Gi0/2", "ip multicast boundary 10"],
    ),
    "no_receiver": (
        "r5",
        ["int Gi0/2", "ip igmp join-group 239.1.1.1"],
        ["int Gi0/2", "no ip igmp join-group 239.1.1.1"],
    ),
}


@pytest.mark.parametrize("fault", ROLLBACKS)
def test_inverse_lines_restore_the_identical_running_config_and_the_fault(boot: Any, fault: str) -> None:
    bench = boot(fault)
    router, lines, inverse = ROLLBACKS[fault]
    before, entry = bench.show(router, "show running-config"), bench.entry("r5")
    bench.configure(router, *lines)
    changed = bench.show(router, "show running-config")
    bench.configure(router, *inverse)
    assert changed != before
    assert bench.show(router, "show running-config") == before
    assert not bench.picture()
    assert bool(bench.entry("r5")) == bool(entry)


@pytest.mark.parametrize(
    ("fault", "router", "source", "expected"),
    [
        ("pim_missing", "r3", "10.1.12.4", "Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("no_route", "r3", "10.1.12.4", "Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("pim_neighbor_missing", "r3", "10.1.12.4", "Incoming interface: GigabitEthernet0/0, RPF nbr 10.20.23.2\n"),
        ("static_mroute", "r3", "10.1.12.4", "Incoming interface: GigabitEthernet0/0, RPF nbr 10.20.23.9, Mroute\n"),
        ("static_route_interface", "r3", "10.1.12.4", "Incoming interface: GigabitEthernet0/0, RPF nbr 0.0.0.0\n"),
        ("ecmp_pim", "r5", "10.1.12.4", "Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("wrong_rp", "r5", "*", "RP 10.255.255.44, flags: SJC\n  Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("no_rp", "r5", "*", "RP 0.0.0.0, flags: DC\n  Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("register_stuck", "r1", "10.1.12.4", "GigabitEthernet0/0, RPF nbr 0.0.0.0, Registering\n"),
        ("rp_no_route_back", "r4", "10.1.12.4", "Incoming interface: Null, RPF nbr 0.0.0.0\n"),
        ("rp_no_route_back", "r1", "10.1.12.4", "GigabitEthernet0/0, RPF nbr 0.0.0.0, Registering\n"),
        ("source_ttl", "r1", "10.1.12.4", "Outgoing interface list: Null\n"),
    ],
)
def test_what_the_broken_router_shows(boot: Any, fault: str, router: str, source: str, expected: str) -> None:
    assert expected in boot(fault).entry(router, source)


@pytest.mark.parametrize(
    ("fault", "router"),
    [("no_receiver", "r5"), ("boundary", "r3"), ("rp_mismatch", "r3"), ("no_source", "r1")],
)
def test_no_state_where_nobody_asked(boot: Any, fault: str, router: str) -> None:
    assert boot(fault).show(router, "show ip mroute 239.1.1.1") == "Group 239.1.1.1 not found"


def test_disabled_router_says_so_and_lists_nothing(boot: Any) -> None:
    output = boot("no_multicast_routing").show("r3", "show ip mroute 239.1.1.1")
    assert output.startswith("IP Multicast Forwarding is not enabled.\n")
    assert "Incoming interface" not in output


def test_rpf_failed_grows_where_data_enters_on_the_wrong_interface(boot: Any) -> None:
    bench = boot("pim_neighbor_missing")

    def other() -> int:
        line = next(x for x in bench.show("r3", "show ip mroute 239.1.1.1 count").splitlines() if "Source: " in x)
        assert "Forwarding: 0/0/0/0" in line
        return int(line.rpartition("Other: ")[2].split("/")[1])

    first = other()
    bench.clock += 10
    assert other() - first == 1200  # 120 packets per second


def test_counters_stand_still_behind_a_fault_and_run_again_after_the_cure(boot: Any) -> None:
    bench = boot("pim_missing")

    def forwarded() -> int:
        return int(bench.world.counters("r5", (SOURCE, GROUP)).forwarded)

    bench.clock += 60
    assert forwarded() == 0
    bench.configure("r3", "interface Gi0/0", "ip pim sparse-mode")
    bench.clock += 60
    assert forwarded() == 60 * 120


def test_a_change_takes_effect_only_after_the_convergence_time(boot: Any) -> None:
    bench = boot("pim_missing", convergence=2.0)
    bench.configure("r3", "interface Gi0/0", "ip pim sparse-mode")
    assert "ip pim sparse-mode" in bench.show("r3", "show running-config interface Gi0/0")
    assert not bench.picture()
    bench.clock += 1.9
    assert not bench.picture()
    bench.clock += 0.2
    assert bench.picture()
    assert "RPF nbr 10.20.23.2" in bench.entry("r3")


def test_uptime_of_new_state_starts_at_zero_and_old_state_keeps_its_age(boot: Any) -> None:
    bench = boot("pim_missing")
    old = bench.world.age("neighbor", "r3", "GigabitEthernet0/1", IPv4Address("10.20.34.4"))
    bench.configure("r3", "interface Gi0/0", "ip pim sparse-mode")
    bench.clock += 30
    assert bench.world.age("neighbor", "r3", "GigabitEthernet0/0", IPv4Address("10.20.23.2")) == 30
    assert bench.world.age("neighbor", "r3", "GigabitEthernet0/1", IPv4Address("10.20.34.4")) == pytest.approx(old + 30)


def test_clear_ip_mroute_restarts_only_that_group(boot: Any) -> None:
    bench = boot()
    bench.show("r3", "clear ip mroute 239.1.1.1")
    assert bench.world.age("mroute", "r3", (SOURCE, GROUP)) == 0
    assert bench.world.age("mroute", "r3", (None, IPv4Address("224.0.1.40"))) > 1000
    assert bench.world.counters("r3", (SOURCE, GROUP)).forwarded == 0


@pytest.mark.parametrize(
    ("lines", "neighbor"),
    [
        ([], "10.20.56.6"),  # the highest PIM neighbor
        (["int Gi0/1", "no ip pim sparse-mode"], "10.20.35.3"),  # only neighbors count
        (["ip multicast multipath", "int Gi0/1", "no ip pim sparse-mode"], None),  # the hash does not ask for neighbors
    ],
)
def test_choice_among_equal_paths(boot: Any, lines: list[str], neighbor: str | None) -> None:
    bench = boot()
    bench.configure("r5", "interface Gi0/1", "no ip ospf cost", *lines)
    found = bench.world.state.pim.rpf("r5", SOURCE, GROUP)
    assert len(bench.world.state.ribs["r5"].lookup(SOURCE).next_hops) == 2
    assert (str(found.neighbor) if found.interface else None) == neighbor


@pytest.mark.parametrize("mode", [Multipath.SOURCE, Multipath.BASIC, Multipath.NEXT_HOP])
def test_load_splitting_spreads_sources(boot: Any, mode: Multipath) -> None:
    bench = boot()
    line = "ip multicast multipath" if mode is Multipath.SOURCE else f"ip multicast multipath {mode.value}"
    bench.configure("r5", "interface Gi0/1", "no ip ospf cost", line)
    pim = bench.world.state.pim
    chosen = {pim.rpf("r5", IPv4Address(f"10.1.12.{n}"), GROUP).neighbor for n in range(2, 40)}
    assert len(chosen) == 2


def test_shutdown_takes_both_ends_of_a_cable_down_and_traffic_moves_to_the_backup(boot: Any) -> None:
    bench = boot()
    bench.configure("r3", "interface Gi0/2", "shutdown")
    brief = bench.show("r5", "show ip interface brief")
    assert "GigabitEthernet0/0         10.20.35.5      YES NVRAM  down                  down" in brief
    assert bench.picture()
    assert "RPF nbr 10.20.56.6" in bench.entry("r5")


def test_designated_router_on_a_shared_lan(boot: Any) -> None:
    bench = boot()
    bench.configure("r3", "interface Gi0/0", "ip pim dr-priority 50")
    assert bench.show("r2", "show ip pim interface Gi0/1").splitlines()[-1].endswith("10.20.23.3")
    bench.configure("r3", "interface Gi0/0", "no ip pim dr-priority 50")
    bench.configure("r2", "interface Gi0/1", "ip pim dr-priority 2")
    assert bench.show("r2", "show ip pim interface Gi0/1").splitlines()[-1].endswith("10.20.23.2")


def test_static_group_pulls_traffic_without_a_member_flag_l(boot: Any) -> None:
    bench = boot("no_receiver")
    bench.configure("r5", "interface Gi0/2", "ip igmp static-group 239.1.1.1")
    assert "flags: SJC\n" in bench.entry("r5", "*")
    assert "never" in bench.show("r5", "show ip igmp groups 239.1.1.1")
    bench.configure("r5", "interface Gi0/2", "ip igmp join-group 239.1.1.1")
    assert "flags: SJCL\n" in bench.entry("r5", "*")


def test_end_hosts_heal_what_no_router_can(boot: Any) -> None:
    for fault in ("no_source", "source_ttl"):
        bench = boot(fault)
        encoder = bench.world.network.hosts["encoder"]
        bench.world.set_host(EndHost(encoder.name, encoder.segment, encoder.address, (Stream(GROUP),)))
        assert bench.picture()


@pytest.mark.parametrize("length", [2, 3, 8, 40])
def test_chain_delivers_over_any_length(length: int) -> None:
    state = compute(chain(length))
    assert ("player", SOURCE, GROUP) in state.delivered
    hops = [state.entries[f"r{n}"][(SOURCE, GROUP)].rpf for n in range(1, length + 1)]
    assert [r.connected for r in hops] == [True] + [False] * (length - 1)
    assert all(a.neighbor < b.neighbor for a, b in pairwise(hops))


def test_chain_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="2 to 1000"):
        chain(1)
