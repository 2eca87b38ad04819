"""What the switches print is read by the product's own parsers without a line left over, in every fault."""

from __future__ import annotations

import pytest

from tests.unit.lab_nxos.conftest import boot, description
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.registry import parse

COMMANDS = {
    "vpc": ["show vpc", "show port-channel summary"],
    "vpc_role": ["show vpc role"],
    "vpc_keepalive": ["show vpc peer-keepalive"],
    "vpc_parameters": ["show vpc consistency-parameters global"],
    "lacp_neighbors": ["show lacp neighbor"],
    "lacp_counters": ["show lacp counters"],
    "nxos_ports": ["show interface brief"],
    "nxos_features": ["show feature"],
    "interfaces": ["show ip interface brief vrf management"],
    "config_lines": ["show running-config"],
}


@pytest.mark.parametrize("fault", description().faults)
def test_every_output_is_understood(fault: str) -> None:
    bench = boot(fault)
    for name in bench.side.names:
        for parser, commands in COMMANDS.items():
            outputs = [bench.show(name, command) for command in commands]
            if any("% Invalid command" in output for output in outputs):
                continue
            assert parse(parser, Platform.NXOS, outputs)["unread"] == [], (name, parser, outputs)


def test_parameters_of_a_vpc_are_understood() -> None:
    bench = boot("port_type")
    record = parse("vpc_parameters", Platform.NXOS, [bench.show("n9k-1", "show vpc consistency-parameters vpc 10")])
    assert record["unread"] == []
    differing = [row for row in record["rows"] if row["differs"]]
    assert [(row["name"], row["local"], row["peer"]) for row in differing] == [
        ("STP Port Type", "Edge Port", "Default")
    ]
    lag = next(row for row in record["rows"] if row["name"] == "lag-id")
    assert lag["local"].startswith("[(7f9b, 0-23-4-ee-be-a, 800a, 0, 0), (8000, ")


def test_what_was_computed_is_what_was_read() -> None:
    bench = boot("port_shut")
    state = parse("vpc", Platform.NXOS, [bench.show("n9k-2", command) for command in COMMANDS["vpc"]])
    row = next(item for item in state["vpcs"] if item["id"] == 10)
    assert (row["up"], row["over_peer_link"], row["lacp"], row["range"]) == (False, True, True, "Ethernet1/1")
    assert [member["flag"] for member in row["members"]] == ["D"]
    ports = parse("nxos_ports", Platform.NXOS, [bench.show("n9k-2", "show interface brief")])
    port = next(item for item in ports["ports"] if item["interface"] == "Ethernet1/1")
    assert (port["up"], port["reason"], port["channel"]) == (False, "Administratively down", 10)


def test_an_interface_in_detail() -> None:
    bench = boot("team_static")
    assert "Ethernet1/1 is down (suspended(no LACP PDUs))" in bench.show("n9k-1", "show interface e1/1")
    shown = bench.show("n9k-1", "show interface port-channel 10")
    assert "port-channel10 is down (No operational members)" in shown
    assert "Members in this channel: Eth1/1" in shown
    assert "vPC number: 10" in shown
