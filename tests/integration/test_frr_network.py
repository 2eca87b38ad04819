"""The test network does what the other integration tests rely on: it carries a real stream, and each fault stops it."""

from __future__ import annotations

import os

import asyncssh
import pytest
import yaml

from tests.integration.frr_faults import FAULTS
from tests.integration.frr_network import PACKETS_PER_SECOND, FrrNetwork
from tests.integration.frr_recordings import COMMANDS, FOLDER, HEALTHY
from tests.integration.frr_topology import ROUTERS


def test_the_stream_flows_while_nothing_is_broken(frr_network: FrrNetwork) -> None:
    assert frr_network.received(2) == pytest.approx(2 * PACKETS_PER_SECOND, rel=0.3)


def test_the_source_tree_and_the_shared_tree_take_different_routers(frr_network: FrrNetwork) -> None:
    table = frr_network.vtysh("r5", "show ip pim rpf")
    source, star = (
        next(line.split() for line in table.splitlines() if line.split()[:1] == [s]) for s in ("10.44.101.10", "*")
    )
    assert (source[2], star[2]) == ("eth0", "eth1")


# The trace tests break and heal the network with the other faults; all of them once more only with the full budget.
SHORT = ("no_route_anywhere", "static_route_loop")


@pytest.mark.parametrize("name", sorted(FAULTS) if os.environ.get("TROUBLESHOOT_SOAK") else SHORT)
def test_a_fault_stops_the_stream_and_healing_brings_it_back(frr_network: FrrNetwork, name: str) -> None:
    with frr_network.fault(name):
        assert frr_network.is_silent()
    assert frr_network.is_flowing()


def test_a_fault_that_someone_else_has_mended_heals_too(frr_network: FrrNetwork) -> None:
    with frr_network.fault("wrong_rp"):
        frr_network.routers["r5"].configure(
            ["no ip pim rp 10.44.255.2 224.0.0.0/4", f"ip pim rp {frr_network.rp} 224.0.0.0/4"]
        )
        frr_network.wait_flowing()
    assert frr_network.is_flowing()


def test_healing_takes_away_what_a_test_has_added(frr_network: FrrNetwork) -> None:
    before = frr_network.vtysh("r5", "show running-config")
    with frr_network.fault("no_receiver"):
        frr_network.routers["r5"].configure(["ip pim rp 10.44.255.1 239.200.0.0/16"])
    assert frr_network.vtysh("r5", "show running-config") == before


def test_pimd_forgets_its_state_and_keeps_its_configuration_when_restarted(frr_network: FrrNetwork) -> None:
    before = frr_network.vtysh("r5", "show running-config")
    frr_network.restart_pimd("r5")
    assert frr_network.vtysh("r5", "show running-config") == before
    frr_network.wait_healthy()


@pytest.mark.parametrize("secret", ["key", "password"])
async def test_a_login_over_ssh_reaches_the_command_line_of_its_router(frr_network: FrrNetwork, secret: str) -> None:
    known_hosts = asyncssh.import_known_hosts(frr_network.known_hosts_text)
    keys, password = ([str(frr_network.key_path)], None) if secret == "key" else (None, frr_network.password)
    for host in frr_network.hosts:
        async with (
            asyncssh.connect(
                host.hostname,
                host.port or 22,
                username=host.username,
                known_hosts=known_hosts,
                config=None,
                agent_path=None,
                client_keys=keys,
                password=password,
            ) as connection,
            connection.create_process(term_type="vt100") as shell,
        ):
            greeting = await shell.stdout.readuntil(f"{host.name}# ")
            assert "FRRouting" in greeting
            shell.stdin.write("show ip pim rp-info\n")
            assert frr_network.rp in await shell.stdout.readuntil(f"{host.name}# ")


def test_every_address_belongs_to_one_router(frr_network: FrrNetwork) -> None:
    addresses = [address for host in frr_network.hosts for address in host.addresses]
    assert len(addresses) == len(set(addresses))
    for host in frr_network.hosts:
        brief = frr_network.vtysh(host.name, "show interface brief")
        assert all(f"{address}/" in brief for address in host.addresses)


@pytest.mark.parametrize("name", sorted({HEALTHY, *FAULTS}))
def test_a_recording_holds_every_command_of_every_router(name: str) -> None:
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert list(document["hosts"]) == [node.name for node in ROUTERS]
    for host in document["hosts"].values():
        assert [entry["command"] for entry in host["commands"]] == list(COMMANDS)
