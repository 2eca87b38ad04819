"""The SSH adapter against real routers: vtysh behind OpenSSH."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.frr_network import FrrNetwork
from troubleshoot.core.kinds import Trouble
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import Transport, TransportError
from troubleshoot.transports.ssh import SshConnector
from troubleshoot.transports.ssh_options import ConnectOptions

SECONDS = 20.0


@asynccontextmanager
async def login(host: Host, known_hosts: Path, password: str | None = None) -> AsyncIterator[Transport]:
    credentials = Credentials(passwords={host.name: password} if password else {}, environ={})
    connector = SshConnector(lambda _: None, credentials, ConnectOptions(known_hosts=(known_hosts,)))
    transport = await connector.connect(host, deadline=SECONDS, note=lambda _: None)
    try:
        yield transport
    finally:
        await transport.close()
        await connector.close()


def with_password(host: Host) -> Host:
    return replace(host, ssh={"agent": "no", "keys": [], "auth": ["password"]})


@pytest.fixture
def known_hosts(frr_network: FrrNetwork, tmp_path: Path) -> Path:
    path = tmp_path / "known_hosts"
    path.write_text(frr_network.known_hosts_text)
    return path


@pytest.fixture
def r3(frr_network: FrrNetwork) -> Host:
    return next(host for host in frr_network.hosts if host.name == "r3")


async def test_a_key_login_reads_what_vtysh_prints(frr_network: FrrNetwork, r3: Host, known_hosts: Path) -> None:
    async with login(r3, known_hosts) as router:
        told = await router.read("show ip pim rp-info json", deadline=SECONDS)
    assert (told.doubt, told.refusal) == ("", "")
    assert json.loads(told.text) == json.loads(frr_network.vtysh("r3", "show ip pim rp-info json"))


async def test_a_password_login_reads_text_longer_than_a_screen(
    frr_network: FrrNetwork, r3: Host, known_hosts: Path
) -> None:
    async with login(with_password(r3), known_hosts, frr_network.password) as router:
        told = await router.read("show running-config", deadline=SECONDS)
    assert told.text.split() == frr_network.vtysh("r3", "show running-config").split()


async def test_a_wrong_password_is_one_refused_login(r3: Host, known_hosts: Path) -> None:
    with pytest.raises(TransportError) as caught:
        async with login(with_password(r3), known_hosts, "not it"):
            pass
    assert caught.value.kind is Trouble.AUTH


async def test_an_unknown_host_key_ends_before_the_login(r3: Host, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(TransportError) as caught:
        async with login(r3, tmp_path / "empty"):
            pass
    assert caught.value.kind is Trouble.HOST_KEY


async def test_a_command_that_vtysh_does_not_know_is_refused(r3: Host, known_hosts: Path) -> None:
    async with login(r3, known_hosts) as router:
        told = await router.read("show ip rpff", deadline=SECONDS)
    assert told.refusal.startswith("% Unknown command")


async def test_an_answer_that_says_no_match_is_no_refusal(r3: Host, known_hosts: Path) -> None:
    async with login(r3, known_hosts) as router:
        told = await router.read("show ip rpf 203.0.113.77", deadline=SECONDS)
    assert (told.refusal, told.text.strip()) == ("", "% No match for RPF lookup")


async def test_configuration_lines_mend_a_fault(frr_network: FrrNetwork, r3: Host, known_hosts: Path) -> None:
    with frr_network.fault("pim_missing"):
        async with login(r3, known_hosts) as router:
            told = await router.configure(["interface eth0", "ip pim"], deadline=SECONDS)
        assert told.refusal == ""
        assert frr_network.wait_flowing(30) < 30


async def test_a_refused_configuration_line_ends_the_block(
    frr_network: FrrNetwork, r3: Host, known_hosts: Path
) -> None:
    before = frr_network.vtysh("r3", "show running-config")
    async with login(r3, known_hosts) as router:
        told = await router.configure(["interface eth0", "ip pimm", "no ip pim"], deadline=SECONDS)
        again = await router.read("show version", deadline=SECONDS)
    assert told.refusal.startswith("% Unknown command")
    assert "FRRouting" in again.text
    assert frr_network.vtysh("r3", "show running-config") == before
