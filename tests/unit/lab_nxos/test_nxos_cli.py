"""The command line of NX-OS: features that hide commands, refusals, rules of channels, checkpoints, configuration."""

from __future__ import annotations

import pytest

from tests.unit.lab_nxos.conftest import PAIR, Pair, boot, description
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.nxos.cli import Cli
from troubleshoot.lab.nxos.context import CONFIG, Context
from troubleshoot.lab.nxos.model import Port
from troubleshoot.lab.nxos.side import build
from troubleshoot.transports.refusals import change_refusal

NONE: list[str] = []


@pytest.mark.parametrize("fault", description().faults)
def test_the_running_configuration_makes_the_same_switch(fault: str) -> None:
    bench = boot(fault)
    for name, switch in bench.side.world.start.switches.items():
        lines = bench.show(name, "show running-config").split("\n")
        lines = [line for line in lines if not line.startswith("version ")]
        part = {"model": switch.model, "mac": switch.mac, "config": lines}
        cables = [f"{name} {port} - far {port}" for port in switch.ports if port.startswith("Ethernet")]
        other = {"mac": "00:de:fb:0f:0f:0f"}
        again = build({"switches": {name: part, "other": other}, "cables": cables}, {}, lambda: 0.0)
        assert again.world.start.switches[name] == switch, name


@pytest.mark.parametrize(
    ("feature", "command"),
    [
        ("vpc", "show vpc"),
        ("vpc", "show vpc role"),
        ("vpc", "show running-config vpc"),
        ("lacp", "show lacp counters"),
        ("lacp", "show lacp neighbor"),
    ],
)
def test_a_feature_that_is_off_hides_its_commands(pair: Pair, feature: str, command: str) -> None:
    bench = pair(common=[line for line in PAIR["common"][:2] if feature not in line], switches=bare())
    assert "% Invalid command at '^' marker." in bench.show("a", command)
    bench.type("a", f"feature {feature}")
    assert "% Invalid" not in bench.show("a", command)


def bare() -> dict[str, object]:
    return {name: {"mac": part["mac"]} for name, part in PAIR["switches"].items()}


def test_without_lacp_there_is_only_mode_on(pair: Pair) -> None:
    bench = pair(common=NONE, switches=bare())
    answers = bench.type("a", "interface Ethernet1/1", "channel-group 10 mode active", "channel-group 10")
    assert "% Invalid" in answers[1]
    assert answers[2] == ""
    assert bench.switch("a").ports["Ethernet1/1"].channel_mode == "on"


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["interface Ethernet1/1", "channel-group 10 mode on"], "cannot change the mode"),
        (["interface Ethernet1/9", "channel-group 10 mode active"], "port not compatible [Access VLAN]"),
        (["interface Ethernet1/9", "channel-group 10 force mode on"], "members in another mode"),
        (["interface Ethernet1/1", "channel-group 11 mode active"], "already in a port-channel"),
        (["interface Ethernet1/1", "switchport access vlan 102"], "member of port-channel10"),
        (["interface port-channel10", "vpc 11"], "vPC already exists"),
        (["interface port-channel11", "vpc 10"], "vPC already exists"),
        (["interface port-channel10", "vpc peer-link"], "peer-link can not be set"),
        (["no feature lacp"], "LACP can not be disabled"),
        (["interface Ethernet7/7"], "Invalid interface format"),
        (["interface port-channel10", "mtu 99"], "Invalid number"),
        (["vlan 101,5000"], "Invalid value/range"),
        (["interface Ethernet1/1", "vpc 10"], "% Invalid command"),
        (["rollback running-config checkpoint never"], "does not exist"),
        (["no vpc domain 99"], "does not exist"),
        (["router ospf 1"], "% Invalid command"),
        (["vpc"], "% Incomplete command"),
        (["inter"], "% Incomplete command"),
    ],
)
def test_what_is_refused_changes_nothing(pair: Pair, lines: list[str], refusal: str) -> None:
    bench = pair()
    bench.type("a", "interface port-channel11")
    before = bench.switch("a")
    answer = bench.type("a", *lines)[-1]
    assert refusal in answer
    assert change_refusal(Platform.NXOS, answer)
    assert bench.switch("a") == before


def test_force_makes_a_port_like_its_channel(pair: Pair) -> None:
    bench = pair()
    assert bench.type("a", "interface Ethernet1/9", "channel-group 10 force mode active") == ["", ""]
    ports = bench.switch("a").ports
    assert ports["Ethernet1/9"].layer2 == ports["Ethernet1/1"].layer2


def test_a_port_keeps_what_it_had_in_the_channel_until_it_is_reset(pair: Pair) -> None:
    bench = pair()
    bench.type("a", "interface Ethernet1/1", "no channel-group")
    assert bench.switch("a").ports["Ethernet1/1"].layer2.access == 101
    bench.type("a", "default interface Ethernet1/1")
    assert bench.switch("a").ports["Ethernet1/1"] == Port("Ethernet1/1")


def test_several_interfaces_at_once(pair: Pair) -> None:
    bench = pair()
    cli = Cli(Context(bench.side.world, "a", mode=CONFIG))
    cli.execute("interface e1/9-10")
    assert cli.prompt == "a(config-if-range)# "
    cli.execute("shutdown")
    assert [bench.switch("a").ports[f"Ethernet1/{n}"].shutdown for n in (1, 9, 10)] == [False, True, True]


def test_every_mode_takes_what_exec_takes(pair: Pair) -> None:
    bench = pair()
    cli = Cli(Context(bench.side.world, "a", mode=CONFIG))
    cli.execute("interface port-channel10")
    assert "vPC domain id" in cli.execute("show vpc")
    cli.execute("vpc domain 10")
    assert cli.prompt == "a(config-vpc-domain)# "
    cli.execute("end")
    assert cli.prompt == "a# "


def test_a_checkpoint_brings_everything_back(pair: Pair) -> None:
    bench = pair()
    before = bench.switch("a")
    bench.type("a", "checkpoint before", "no interface port-channel10", "no feature vpc")
    assert bench.switch("a") != before
    assert "Rollback completed" in bench.type("a", "rollback running-config checkpoint before")[0]
    assert bench.switch("a") == before
    assert "1) before" in bench.show("a", "show checkpoint summary")
    assert bench.type("a", "no checkpoint before") == [".Done"]


def test_saving(pair: Pair) -> None:
    bench = pair()
    bench.type("a", "hostname other")
    assert "hostname a\n" in bench.show("a", "show startup-config")
    assert "Copy complete" in bench.show("a", "copy running-config startup-config")
    assert "hostname other" in bench.show("a", "show startup-config")


def test_filters_help_and_completion(pair: Pair) -> None:
    bench = pair()
    assert bench.show("a", "show running-config | include feature") == "feature lacp\nfeature vpc"
    assert "% Invalid" in bench.show("a", "show vpc | nonsense x")
    cli = Cli(Context(bench.side.world, "a"))
    assert "role" in cli.help("show vpc ")
    assert cli.complete("sho") == "w "


def test_management(pair: Pair) -> None:
    bench = pair()
    assert "0.00%" in bench.show("a", "ping 10.0.0.2 vrf management")
    assert "100.00%" in bench.show("a", "ping 10.0.0.9 vrf management")
    bench.type("b", "interface mgmt0", "shutdown")
    assert "100.00%" in bench.show("a", "ping 10.0.0.2 vrf management")


def test_unknown_parts_of_a_description_are_refused() -> None:
    for part in (
        {**PAIR, "cables": ["nonsense"]},
        {**PAIR, "broken": ["a Ethernet1/9 - b Ethernet1/9"]},
        {**PAIR, "colour": "blue"},
        {**PAIR, "common": ["make it so"]},
    ):
        with pytest.raises(AuthorError):
            build(part, {}, lambda: 0.0)


def test_names_and_addresses(pair: Pair) -> None:
    bench = pair()
    assert bench.side.names == ("a", "b")
    assert bench.side.addresses("a") == ("10.0.0.1",)
