"""What the lab prints is read by the product's own parsers without a line left over, in every fault."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.registry import parse

COMMANDS = {
    "mroute": "show ip mroute",
    "mroute_count": "show ip mroute 239.1.1.1 count",
    "rpf": "show ip rpf 10.1.12.4 239.1.1.1",
    "route": "show ip route 10.1.12.4",
    "pim_interfaces": "show ip pim interface",
    "pim_neighbors": "show ip pim neighbor",
    "rp_mapping": "show ip pim rp mapping",
    "igmp_groups": "show ip igmp groups",
    "igmp_interfaces": "show ip igmp interface",
    "multicast_global": "show ip multicast",
    "interfaces": "show ip interface brief",
    "config_lines": "show running-config",
}
FAULTS = ("healthy", "pim_missing", "static_mroute", "static_route_interface", "ecmp_pim", "register_stuck", "no_rp")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("parser", COMMANDS)
def test_every_show_output_is_understood(boot: Any, parser: str, fault: str) -> None:
    bench = boot(fault)
    for router in bench.world.network.routers:
        output = bench.show(router, COMMANDS[parser])
        if "not found" in output or output.startswith("% "):
            continue
        record = parse(parser, Platform.IOS, [output])
        assert record["unread"] == [], (router, output)


def test_parsed_state_tells_broken_from_healthy(boot: Any) -> None:
    def incoming(fault: str) -> tuple[str, str]:
        record = parse("mroute", Platform.IOS, [boot(fault).show("r3", "show ip mroute 239.1.1.1")])
        entry = next(e for e in record["entries"] if e["source"] == "10.1.12.4")
        return entry["incoming_interface"], entry["rpf_neighbor"]

    assert incoming("healthy") == ("GigabitEthernet0/0", "10.20.23.2")
    assert incoming("pim_missing") == ("Null", "0.0.0.0")


def test_parsed_registering_is_older_than_normal(boot: Any) -> None:
    record = parse("mroute", Platform.IOS, [boot("register_stuck").show("r1", "show ip mroute 239.1.1.1")])
    entry = next(e for e in record["entries"] if e["source"] == "10.1.12.4")
    assert entry["registering"]
    assert entry["uptime"] > 120
