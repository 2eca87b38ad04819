"""The served lab as a session uses it: over real WinRM, with faults of the way to a host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from troubleshoot.core.kinds import Trouble
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.lab.server import Lab
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.hub import Hub, connectors
from troubleshoot.transports.ssh_options import ConnectOptions

LAB = """\
title: a router and two Windows hosts
parameters: {host: hv01}
routers:
  r1: {config: [interface GigabitEthernet0/0, ip address 10.43.0.1 255.255.255.0, no shutdown]}
segments: {lan: [r1 GigabitEthernet0/0]}
windows:
  domain: {name: corp.example, netbios: CORP, controllers: {dc1: {}}}
  hosts:
    dc1: {os: "2019", addresses: [10.43.0.5]}
    hv01: {os: 2008r2, addresses: [10.43.0.31]}
faults:
  healthy: {title: fine}
  closed: {title: no port, outcome: inconclusive, windows: {hosts: {hv01: {wire: {closed: true}}}}}
  stopped: {title: no service, outcome: inconclusive, windows: {hosts: {hv01: {services: {winrm: {state: stopped}}}}}}
  password: {title: other password, outcome: inconclusive, windows: {hosts: {hv01: {wire: {wrong_password: true}}}}}
  denied: {title: no rights, outcome: inconclusive, windows: {hosts: {hv01: {wire: {access_denied: true}}}}}
  shells: {title: no shells, outcome: inconclusive, windows: {hosts: {hv01: {wire: {shells_refused: true}}}}}
  silent: {title: no answer, outcome: inconclusive, windows: {hosts: {hv01: {wire: {silent: true}}}}}
  busy:
    title: the first request meets a busy service
    windows: {hosts: {hv01: {wire: {disturbances: [{action: Create, nth: 1, kind: status, status: 503}]}}}}
  filtered: {title: filtered token, windows: {hosts: {hv01: {wire: {unelevated: true}}}}}
  credssp: {title: second hop, windows: {hosts: {hv01: {wire: {credssp: true}}}}}
"""


@asynccontextmanager
async def served(folder: Path, fault: str) -> AsyncIterator[tuple[Lab, Hub]]:
    (folder / "lab.yaml").write_text(LAB, encoding="utf-8")
    async with Lab.start(folder, fault, pace=0.002) as lab:
        (folder / "known_hosts").write_text(lab.known_hosts_text, encoding="utf-8")
        inventory = Inventory({host.name: host for host in lab.hosts})
        names = list(inventory.hosts)
        secrets = dict.fromkeys(names, lab.password)
        credentials = Credentials(passwords=secrets, enable_secrets=dict.fromkeys(names, lab.enable_secret), environ={})
        hub = Hub(inventory.get, connectors(inventory.get, credentials, ConnectOptions((folder / "known_hosts",))))
        try:
            yield lab, hub
        finally:
            await hub.close()


async def test_a_router_and_windows_hosts_in_one_lab(tmp_path: Path) -> None:
    async with served(tmp_path, "healthy") as (lab, hub):
        assert [host.name for host in lab.hosts] == ["r1", "dc1", "hv01"]
        router = await hub.read("r1", "show ip interface brief", deadline=20)
        assert "10.43.0.1" in router.text
        windows = await hub.read("hv01", "winrm get winrm/config", deadline=20)
        assert "MaxConcurrentOperationsPerUser = 15" in windows.text
        assert [entry.user for entry in lab.command_log("hv01")] == ["CORP\\operator"]
        assert lab.command_log("hv01")[0].line.startswith("winrm get winrm/config")
        lab.dump_command_log(tmp_path / "log")
        assert lab.password not in (tmp_path / "log").read_text(encoding="utf-8")
        await lab.unplug("hv01")
        await lab.unplug("hv01")
        with pytest.raises(TransportError) as unplugged:
            await hub.read("hv01", "hostname", deadline=5)
        assert unplugged.value.kind is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("closed", Trouble.UNREACHABLE),
        ("stopped", Trouble.UNREACHABLE),
        ("password", Trouble.AUTH),
        ("denied", Trouble.AUTH),
        ("shells", Trouble.AUTH),
    ],
)
async def test_ways_that_are_blocked(tmp_path: Path, fault: str, kind: Trouble) -> None:
    async with served(tmp_path, fault) as (lab, hub):
        with pytest.raises(TransportError) as blocked:
            await hub.read("hv01", "hostname", deadline=10)
        assert blocked.value.kind is kind
        assert lab.command_log("hv01") == []
        assert "DC1" in (await hub.read("dc1", "hostname", deadline=20)).text


async def test_a_silent_host_ends_at_the_deadline(tmp_path: Path) -> None:
    async with served(tmp_path, "silent") as (lab, hub):
        with pytest.raises(TransportError) as silent:
            await hub.read("hv01", "hostname", deadline=1)
        assert silent.value.kind in (Trouble.TIMEOUT, Trouble.UNREACHABLE)
        assert lab.command_log("hv01") == []


async def test_a_disturbed_request_is_survived(tmp_path: Path) -> None:
    async with served(tmp_path, "busy") as (_, hub):
        try:
            answer = await hub.read("hv01", "hostname", deadline=20)
        except TransportError:
            answer = await hub.read("hv01", "hostname", deadline=20)
        assert answer.text.strip() == "HV01"


async def test_a_filtered_token_and_a_second_hop(tmp_path: Path) -> None:
    async with served(tmp_path, "filtered") as (_, hub):
        refused = await hub.read("hv01", "winrm get winrm/config", deadline=20)
        assert "Access is denied." in refused.text
        hop = await hub.read("hv01", "winrm id -r:dc1", deadline=20)
        assert "0x8009030E" in hop.text
    async with served(tmp_path, "credssp") as (_, hub):
        assert "Stack: 3.0" in (await hub.read("hv01", "winrm id -r:dc1", deadline=20)).text


async def test_a_restart_of_the_host_ends_the_session_and_a_new_one_is_possible(tmp_path: Path) -> None:
    async with served(tmp_path, "healthy") as (lab, hub):
        await hub.read("hv01", "hostname", deadline=20)
        assert lab.estate is not None
        machine = lab.estate.machine("hv01")
        back = asyncio.Event()
        machine.on("service-started:winrm", back.set)
        await hub.execute("hv01", "shutdown /r /t 200", deadline=20)
        async with asyncio.timeout(10):
            await back.wait()
        answer = await hub.read("hv01", "hostname", deadline=20)
        assert answer.text.strip() == "HV01"
