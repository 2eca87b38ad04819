"""The IOS command line: abbreviation, refusals and the caret, modes, modifiers, show output shapes, configuration."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from troubleshoot.lab.ios.acl_commands import entry
from troubleshoot.lab.ios.context import Mode
from troubleshoot.lab.ios.device import duration
from troubleshoot.lab.ios.grammar import Grammar, ParseRefused, expand


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("sh ip mro 239.1.1.1", "show ip mroute 239.1.1.1"),
        ("SHOW IP PIM NEI", "show ip pim neighbor"),
        ("sh ip int br", "show ip interface brief"),
        ("sh run int gi0/0", "show running-config interface GigabitEthernet0/0"),
        ("sh run int gi 0/0", "show running-config interface GigabitEthernet 0/0"),
    ],
)
def test_abbreviations(boot: Any, short: str, full: str) -> None:
    bench = boot()
    assert bench.show("r3", short) == bench.show("r3", full) != ""


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("show ip mroutx", len("show ip mrout")),
        ("shaw", len("sh")),
        ("show ip rpf 10.1.12", len("show ip rpf ")),
        ("show ip pim neighbor Gi0/0 extra", len("show ip pim neighbor Gi0/0 ")),
        ("do show clock", len("d")),
    ],
)
def test_caret_stands_under_the_first_wrong_character(boot: Any, line: str, at: int) -> None:
    caret, message = boot().show("r3", line).rstrip("\n").split("\n")
    assert caret == " " * (len("r3#") + at) + "^"
    assert message == "% Invalid input detected at '^' marker."


def test_ambiguous_and_incomplete(boot: Any) -> None:
    bench = boot()
    assert bench.show("r3", "show ip m") == '% Ambiguous command:  "show ip m"'
    assert bench.show("r3", "show ip") == "% Incomplete command."
    assert bench.show("r3", "show ip rpf") == "% Incomplete command."


@pytest.mark.parametrize("line", ["show running-config", "configure terminal", "write memory", "clear ip mroute *"])
def test_user_exec_knows_no_privileged_command(boot: Any, line: str) -> None:
    assert "% Invalid input" in boot().session("r3", Mode.USER).execute(line)


def test_enable_takes_the_secret_only(boot: Any) -> None:
    cli = boot().session("r3", Mode.USER)
    assert cli.prompt == "r3>"
    for reply in ("enable", "wrong", "also wrong"):
        cli.execute(reply)
        assert cli.prompt == "Password: "
    assert cli.execute("still wrong").startswith("% Bad secrets")
    assert cli.prompt == "r3>"
    cli.execute("enable")
    cli.execute("secret")
    assert cli.prompt == "r3#"


def test_modes_and_prompts(boot: Any) -> None:
    cli = boot().session("r3")
    seen = []
    for line in ("conf t", "int gi0/0", "router ospf 1", "exit", "ip access-list standard X", "exit", "int lo0", "end"):
        cli.execute(line)
        seen.append(cli.prompt)
    assert seen == [
        "r3(config)#",
        "r3(config-if)#",
        "r3(config-router)#",
        "r3(config)#",
        "r3(config-std-nacl)#",
        "r3(config)#",
        "r3(config-if)#",
        "r3#",
    ]


def test_do_runs_exec_commands_in_configuration_and_places_the_caret(boot: Any) -> None:
    cli = boot().session("r3")
    cli.execute("configure terminal")
    assert cli.execute("do show clock").startswith("*")
    assert cli.execute("do show klock").split("\n")[0] == " " * (len("r3(config)#") + len("do show ")) + "^"
    assert "% Invalid input" in cli.execute("show clock")


def test_a_refused_line_changes_nothing(boot: Any) -> None:
    bench = boot()
    before = bench.world.network
    lines = ("ip pim rp-adress 10.0.0.1", "interface Gi0/9", "ip route 10.1.12.5 255.255.255.0 10.20.23.2", "reload")
    for answer in bench.configure("r3", *lines):
        assert "%" in answer
    assert bench.world.network == before


def test_modifiers(boot: Any) -> None:
    bench = boot()
    assert bench.show("r3", "show running-config | include rp-address") == "ip pim rp-address 10.255.255.4"
    section = bench.show("r3", "sh run | sec router ospf").splitlines()
    assert section[0] == "router ospf 1"
    assert all(line.startswith(" ") for line in section[1:])
    assert bench.show("r3", "show running-config | begin router").startswith("router ospf 1")
    assert "sparse" not in bench.show("r3", "show running-config | exclude sparse-mode")
    assert bench.show("r3", "show clock | nonsense x").split("\n")[0].index("^") == len("r3#show clock | ")


def test_help_lists_the_next_words(boot: Any) -> None:
    cli = boot().session("r3")
    assert cli.help("show ip pim ").split() == ["interface", "mdt", "neighbor", "rp", "tunnel", "vrf"]
    assert cli.help("show ip m").split() == ["mroute", "msdp", "multicast"]
    assert "<cr>" in cli.help("show ip mroute ").split()
    assert cli.complete("show ip mr") == "oute "


def test_show_ip_rpf_shapes(boot: Any) -> None:
    healthy = boot().show("r3", "show ip rpf 10.1.12.4 239.1.1.1").splitlines()
    assert healthy[:5] == [
        "RPF information for ? (10.1.12.4)",
        "  RPF interface: GigabitEthernet0/0",
        "  RPF neighbor: ? (10.20.23.2)",
        "  RPF route/mask: 10.1.12.0/24",
        "  RPF type: unicast (ospf 1)",
    ]
    assert "? (10.1.12.4) - directly connected" in boot().show("r1", "show ip rpf 10.1.12.4")
    failed = "RPF information for ? (10.1.12.4) failed, no route exists"
    assert boot("pim_missing").show("r3", "show ip rpf 10.1.12.4") == failed
    assert "RPF type: multicast (static)" in boot("static_mroute").show("r3", "show ip rpf 10.1.12.4")
    via_interface = boot("static_route_interface").show("r3", "show ip rpf 10.1.12.4")
    assert "RPF neighbor: ? (0.0.0.0)\n" in via_interface


def test_show_ip_route_shapes(boot: Any) -> None:
    bench = boot()
    detail = bench.show("r3", "show ip route 10.1.12.4")
    assert detail.startswith("Routing entry for 10.1.12.0/24\n")
    assert 'Known via "ospf 1", distance 110, metric 3, type intra area' in detail
    assert re.search(r"  \* 10\.20\.23\.2, from 10\.255\.255\.1, \S+ ago, via GigabitEthernet0/0\n", detail)
    connected = bench.show("r1", "show ip route 10.1.12.4")
    assert 'Known via "connected"' in connected
    assert "* directly connected, via GigabitEthernet0/0" in connected
    static = boot("static_route_interface").show("r3", "show ip route 10.1.12.4")
    assert 'Known via "static"' in static
    assert "* directly connected, via GigabitEthernet0/0" in static
    assert boot("no_route").show("r3", "show ip route 10.1.12.4") == "% Subnet not in table"
    assert bench.show("r3", "show ip route 192.0.2.1") == "% Network not in table"
    assert boot("ecmp_pim").show("r5", "show ip route 10.1.12.4").count("traffic share count") == 2


def test_pim_tables(boot: Any) -> None:
    bench = boot("pim_neighbor_missing")
    rows = bench.show("r3", "show ip pim interface").splitlines()[2:]
    counts = {row.split()[1]: row.split()[3] for row in rows}
    assert counts == {
        "Loopback0": "0",
        "GigabitEthernet0/0": "0",
        "GigabitEthernet0/1": "1",
        "GigabitEthernet0/2": "1",
    }
    neighbors = [row.split()[0] for row in bench.show("r3", "show ip pim neighbor").splitlines()[5:]]
    assert neighbors == ["10.20.34.4", "10.20.35.5"]
    assert "GigabitEthernet0/0" not in boot("pim_missing").show("r3", "show ip pim interface")


def test_rp_tables(boot: Any) -> None:
    bench = boot()
    mapping = bench.show("r5", "show ip pim rp mapping 239.1.1.1").splitlines()
    assert mapping == ["PIM Group-to-RP Mappings", "", "Group(s): 224.0.0.0/4, Static", "    RP: 10.255.255.4 (?)"]
    assert "10." not in boot("no_rp").show("r5", "show ip pim rp mapping")
    assert "PIM Decap" in bench.show("r4", "show ip pim tunnel")
    assert "PIM Decap" not in bench.show("r5", "show ip pim tunnel")


def test_show_ip_multicast(boot: Any) -> None:
    assert "Multicast Routing: enabled" in boot().show("r3", "show ip multicast")
    assert "Multicast Routing: disabled" in boot("no_multicast_routing").show("r3", "show ip multicast")
    bench = boot()
    bench.configure("r3", "ip multicast multipath s-g-hash next-hop-based")
    assert "Multipath: enabled (algorithm: next-hop-based)" in bench.show("r3", "show ip multicast")


def test_igmp_tables(boot: Any) -> None:
    bench = boot()
    row = bench.show("r5", "show ip igmp groups 239.1.1.1").splitlines()[2].split()
    assert row[:2] == ["239.1.1.1", "GigabitEthernet0/2"]
    assert row[4] == "10.1.50.20"
    assert len(boot("no_receiver").show("r5", "show ip igmp groups 239.1.1.1").splitlines()) == 2
    interface = bench.show("r5", "show ip igmp interface Gi0/2")
    assert "  IGMP is enabled on interface" in interface
    assert "IGMP querying router is 10.1.50.1 (this system)" in interface


def test_unknown_vrf_is_refused(boot: Any) -> None:
    assert boot().show("r3", "show ip mroute vrf RED 239.1.1.1") == "% VRF RED does not exist"


def test_running_config_fed_back_gives_the_same_router(boot: Any) -> None:
    for fault in ("healthy", "boundary", "register_denied", "ecmp_pim", "static_mroute", "no_route"):
        bench = boot(fault)
        for name, router in bench.world.network.routers.items():
            lines = bench.show(name, "show running-config").splitlines()[3:]
            wanted = [x for x in lines if not x.startswith(("version", "line vty", " login", " transport", "end"))]
            answers = bench.configure(name, *wanted)
            assert not [a for a in answers if "%" in a]
            assert bench.world.network.routers[name] == router


def test_write_memory_and_copy_save_the_running_configuration(boot: Any) -> None:
    bench = boot()
    for command in ("write memory", "copy running-config startup-config"):
        line = f"ip route 192.0.2.0 255.255.255.0 10.20.23.{len(command)}"
        bench.configure("r3", line)
        assert line not in bench.show("r3", "show startup-config")
        cli = bench.session("r3")
        cli.execute(command)
        if "?" in cli.prompt:
            cli.execute("")
        assert line in bench.show("r3", "show startup-config")


def test_ping(boot: Any) -> None:
    bench = boot()
    assert "100 percent (5/5)" in bench.show("r5", "ping 10.255.255.4")
    assert "0 percent (0/5)" in bench.show("r5", "ping 192.0.2.1")
    assert "Reply to request 0" not in bench.show("r1", "ping 239.9.9.9 source Gi0/0")
    bench.configure("r5", "interface Gi0/2", "ip igmp join-group 239.9.9.9")
    reply = bench.show("r1", "ping 239.9.9.9 repeat 2 source Gi0/0")
    assert reply.count("from 10.1.50.1") == 2
    broken = boot("no_multicast_routing")
    broken.configure("r5", "interface Gi0/2", "ip igmp join-group 239.9.9.9")
    assert "Reply" not in broken.show("r1", "ping 239.9.9.9 source Gi0/0")


def test_access_list_entries() -> None:
    deny = entry(False, "10.1.12.0 0.0.0.255", extended=False)
    assert deny is not None
    assert deny.source == IPv4Network("10.1.12.0/24")
    extended = entry(True, "ip host 10.1.12.4 any", extended=True)
    assert extended is not None
    assert (extended.source, extended.destination) == (IPv4Network("10.1.12.4/32"), IPv4Network("0.0.0.0/0"))
    for bad in ("", "10.1.12.0 0.255.0.255", "host", "nonsense", "any any"):
        assert entry(True, bad, extended=False) is None


def test_removing_one_line_of_a_numbered_list_removes_the_list(boot: Any) -> None:
    bench = boot("boundary")
    bench.configure("r3", "no access-list 10 permit 224.0.0.0 15.255.255.255")
    assert bench.show("r3", "show access-lists 10") == ""
    assert bench.world.network.routers["r3"].permits("10", IPv4Address("239.1.1.1"))  # no such list: permit


def test_deleting_a_route_that_is_not_there_is_refused(boot: Any) -> None:
    assert boot().configure("r3", "no ip route 192.0.2.0 255.255.255.0") == ["%No matching route to delete"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.9, "00:00:00"),
        (3 * 3600 + 62, "03:01:02"),
        (86400 + 7200, "1d02h"),
        (27 * 86400, "3w6d"),
        ((365 + 35) * 86400, "1y5w"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_patterns_expand_to_every_form() -> None:
    forms = {" ".join(w.text for w in words) for words in expand("[no] a {b|c d} [<e:word> [f]]")}
    assert len(forms) == 2 * 2 * 3
    assert "no a c d e f" in forms


def test_an_exact_keyword_wins_over_a_longer_one() -> None:
    grammar: Grammar[str] = Grammar()
    grammar.add("show ip", "short")
    grammar.add("show ipv6", "long")
    assert grammar.parse("show ip").handler == "short"
    with pytest.raises(ParseRefused, match="Ambiguous"):
        grammar.parse("show i")


def test_source_without_entry_is_not_found_although_the_group_has_one(boot: Any) -> None:
    bench = boot("no_source")
    assert bench.entry("r5", "*")
    assert bench.show("r5", "show ip mroute 239.1.1.1 10.1.12.4") == "Group 239.1.1.1 not found"
