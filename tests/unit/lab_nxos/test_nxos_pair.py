"""What follows from two configurations: bundles, roles, adjacency, the comparison, who forwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.lab_nxos.conftest import PAIR, Bench, Pair
from troubleshoot.lab.nxos import pair as vpc
from troubleshoot.lab.nxos.links import NO_LACP, members
from troubleshoot.lab.nxos.model import Team


def flags(bench: Bench, name: str, channel: int = 10) -> str:
    switch = bench.switch(name)
    return "".join(member.flag for member in vpc.final_members(bench.network, switch, switch.channels[channel]))


def view(bench: Bench, name: str) -> vpc.VpcView:
    switch = bench.switch(name)
    channel = switch.carrying(10)
    assert channel is not None
    return vpc.view(bench.network, switch, channel)


def test_a_pair_forms_and_the_lower_mac_is_primary(pair: Pair) -> None:
    bench = pair()
    assert [vpc.peer_status(bench.network, bench.switch(n)) for n in "ab"] == [vpc.FORMED] * 2
    assert [vpc.keepalive(bench.network, bench.switch(n)) for n in "ab"] == [vpc.ALIVE] * 2
    assert [vpc.role(bench.network, bench.switch(n)) for n in "ab"] == ["primary", "secondary"]
    assert [(view(bench, n).up, view(bench, n).consistency, flags(bench, n)) for n in "ab"] == [
        (True, "success", "P")
    ] * 2


def test_the_lower_priority_wins_over_the_mac(pair: Pair) -> None:
    bench = pair()
    bench.type("b", "vpc domain 10", "role priority 10")
    assert [vpc.role(bench.network, bench.switch(n)) for n in "ab"] == ["secondary", "primary"]


@pytest.mark.parametrize(
    ("team", "mode", "model", "flag"),
    [
        ("lacp", "active", "n9k", "P"),
        ("lacp", "passive", "n9k", "P"),
        ("lacp", "on", "n9k", "P"),
        ("static", "on", "n9k", "P"),
        ("static", "active", "n9k", "s"),
        ("independent", "active", "n9k", "s"),
        ("none", "active", "n9k", "s"),
        ("static", "active", "n5k", "I"),
    ],
)
def test_team_and_channel_decide_the_flag(pair: Pair, team: str, mode: str, model: str, flag: str) -> None:
    switches = {name: {**part, "model": model} for name, part in PAIR["switches"].items()}
    bench = pair(servers={"srv": {"team": team, "cards": ["NIC1", "NIC2"]}}, switches=switches)
    for name in "ab":
        bench.type(name, "interface Ethernet1/1", "no channel-group", f"channel-group 10 mode {mode}")
    assert [flags(bench, name) for name in "ab"] == [flag, flag]


def test_a_switch_may_be_told_not_to_suspend(pair: Pair) -> None:
    bench = pair(servers={"srv": {"team": "static", "cards": ["NIC1", "NIC2"]}})
    refused = bench.type("a", "interface port-channel10", "no lacp suspend-individual")
    assert "admin up" in refused[1]
    bench.type("a", "interface port-channel10", "shutdown", "no lacp suspend-individual", "no shutdown")
    assert [flags(bench, name) for name in "ab"] == ["I", "s"]


def test_two_passive_ends_never_speak(pair: Pair) -> None:
    bench = pair()
    for name in "ab":
        bench.type(name, "interface Ethernet1/47", "no channel-group", "channel-group 1 mode passive")
    assert vpc.peer_status(bench.network, bench.switch("a")) == vpc.LINK_DOWN


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["interface port-channel10", "shutdown"], "Channel admin down"),
        (["interface Ethernet1/1", "shutdown"], "Administratively down"),
    ],
)
def test_a_port_that_is_shut_is_down_and_the_other_switch_forwards(pair: Pair, lines: list[str], reason: str) -> None:
    bench = pair()
    bench.type("b", *lines)
    switch = bench.switch("b")
    (member,) = members(bench.network, switch, switch.channels[10])
    assert (member.flag, member.reason) == ("D", reason)
    assert (view(bench, "b").up, view(bench, "b").star, view(bench, "a").up) == (False, True, True)


def test_a_type_1_difference_takes_the_secondary_down(pair: Pair) -> None:
    bench = pair()
    bench.type("a", "interface port-channel10", "spanning-tree port type edge")
    assert (view(bench, "a").up, view(bench, "a").consistency) == (True, "failed")
    assert (view(bench, "b").up, view(bench, "b").star, flags(bench, "b")) == (False, True, "D")
    assert view(bench, "b").reason.endswith("STP interface port type inconsistent")


def test_without_the_graceful_check_both_go_down(pair: Pair) -> None:
    bench = pair()
    for name in "ab":
        bench.type(name, "vpc domain 10", "no graceful consistency-check")
    bench.type("a", "interface port-channel10", "mtu 9216")
    assert [view(bench, name).up for name in "ab"] == [False, False]


def test_a_global_difference_takes_all_vpcs_of_the_secondary_down(pair: Pair) -> None:
    bench = pair()
    bench.type("b", "spanning-tree mode mst")
    assert not vpc.globally_consistent(bench.network, bench.switch("a"))
    assert [view(bench, name).up for name in "ab"] == [True, False]


def test_a_number_on_one_switch_only_is_not_checked(pair: Pair) -> None:
    bench = pair()
    bench.type("b", "interface port-channel10", "no vpc")
    assert (view(bench, "a").up, view(bench, "a").consistency) == (True, "Not Applicable")


def test_without_the_peer_link_the_secondary_yields(pair: Pair) -> None:
    bench = pair(broken=["a Ethernet1/47 - b Ethernet1/47"])
    assert [vpc.peer_status(bench.network, bench.switch(n)) for n in "ab"] == [vpc.LINK_DOWN] * 2
    assert [view(bench, name).up for name in "ab"] == [True, False]
    assert view(bench, "b").reason == "Peer-link is down"


def test_without_both_each_is_primary(pair: Pair) -> None:
    bench = pair(broken=["a Ethernet1/47 - b Ethernet1/47"], management_cut=True)
    assert vpc.role(bench.network, bench.switch("b")) == "secondary, operational primary"
    assert [view(bench, name).up for name in "ab"] == [True, True]


def test_a_wrong_destination_silences_both(pair: Pair) -> None:
    bench = pair()
    bench.type("b", "vpc domain 10", "peer-keepalive destination 10.0.0.9")
    assert vpc.keepalive(bench.network, bench.switch("b")) == vpc.NOT_SENT
    assert vpc.keepalive(bench.network, bench.switch("a")) == vpc.NOT_HEARD
    assert view(bench, "a").up


def test_other_domains_never_form_a_pair(pair: Pair) -> None:
    bench = pair()
    answers = bench.type("b", "vpc domain 20", "yes")
    assert answers == ["", ""]
    assert vpc.keepalive(bench.network, bench.switch("a")) == vpc.OTHER_DOMAIN
    assert vpc.peer_status(bench.network, bench.switch("a")) == vpc.LINK_DOWN


def test_a_question_that_is_not_answered_with_yes_changes_nothing(pair: Pair) -> None:
    bench = pair()
    bench.type("b", "vpc domain 20", "no")
    domain = bench.switch("b").domain
    assert domain is not None
    assert domain.number == 10


def test_links_to_two_servers_are_two_groups(pair: Pair) -> None:
    bench = pair(
        cables=["a Ethernet1/47 - b Ethernet1/47", "a Ethernet1/1 - srv NIC1", "b Ethernet1/1 - other NIC1"],
        servers={"srv": {"cards": ["NIC1"]}, "other": {"cards": ["NIC1"], "mac": "00:15:5d:00:00:02"}},
    )
    assert view(bench, "b").reason.endswith("lag-id inconsistent")
    assert [view(bench, name).up for name in "ab"] == [True, False]


def test_vlans_have_to_exist_and_to_be_common(pair: Pair) -> None:
    bench = pair()
    assert view(bench, "a").vlans == {101}
    bench.type("b", "no vlan 101")
    assert view(bench, "a").vlans == frozenset()
    bench.type("b", "vlan 101", "interface port-channel10", "switchport access vlan 102")
    assert (view(bench, "a").up, view(bench, "a").vlans) == (True, frozenset())


def test_a_card_that_is_not_in_the_team_says_nothing(pair: Pair) -> None:
    bench = pair(servers={"srv": {"cards": ["NIC1"]}})
    assert [flags(bench, name) for name in "ab"] == ["P", "s"]
    switch = bench.switch("b")
    assert members(bench.network, switch, switch.channels[10])[0].reason == NO_LACP


def test_a_card_without_light(pair: Pair) -> None:
    bench = pair()
    bench.side.world.start = replace(bench.side.world.start, teams={"srv": Team(dead=frozenset({"NIC2"}))})
    assert flags(bench, "b") == "D"
