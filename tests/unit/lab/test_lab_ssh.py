"""The lab over real SSH on loopback: login, host keys, sessions side by side, scrapli as a real client."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from scrapli.driver.core import AsyncIOSXEDriver

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.model import Host
from troubleshoot.lab.network.topology import chain
from troubleshoot.lab.server import Lab

RPF_TRACE = Path(__file__).parents[3] / "decision_trees" / "rpf-trace"


def lab(fault: str = "healthy") -> Any:
    return Lab.start(RPF_TRACE, fault, seed=1, convergence=0.0)


def host(running: Lab, name: str) -> Host:
    return next(h for h in running.hosts if h.name == name)


def connect(running: Lab, name: str, password: str | None = None) -> Any:
    return asyncssh.connect(
        "127.0.0.1",
        host(running, name).port or 0,
        username=running.username,
        password=password or running.password,
        known_hosts=asyncssh.import_known_hosts(running.known_hosts_text),
        preferred_auth="password",
        config=None,
        client_keys=None,
        agent_path=None,
    )


def driver(running: Lab, name: str) -> AsyncIOSXEDriver:
    return AsyncIOSXEDriver(
        host="127.0.0.1",
        port=host(running, name).port or 0,
        auth_username=running.username,
        auth_password=running.password,
        auth_secondary=running.enable_secret,
        auth_strict_key=False,
        transport="asyncssh",
        transport_options={
            "asyncssh": {"known_hosts": asyncssh.import_known_hosts(running.known_hosts_text), "config": None}
        },
        timeout_socket=5,
        timeout_transport=5,
        timeout_ops=5,
    )


async def test_hosts_say_how_to_reach_every_router() -> None:
    async with lab() as running:
        r3 = host(running, "r3")
        assert (r3.hostname, r3.platform, r3.username) == ("127.0.0.1", Platform.IOS, running.username)
        assert r3.addresses == ("10.255.255.3", "10.20.23.3", "10.20.34.3", "10.20.35.3")
        assert len({h.port for h in running.hosts}) == 6
        assert running.known_hosts_text.count("ssh-ed25519") == 6
        assert running.parameters["router"] == "r5"


async def test_each_run_has_fresh_secrets_and_keys() -> None:
    async with lab() as one, lab() as two:
        assert one.password != two.password
        assert one.enable_secret not in (one.password, two.enable_secret)
        keys = {line.split()[2] for x in (one, two) for line in x.known_hosts_text.splitlines()}
        assert len(keys) == 12


async def test_wrong_password_is_refused() -> None:
    async with lab() as running:
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(running, "r3", "wrong")
        assert running.command_log("r3") == []


async def test_host_key_of_another_router_does_not_pass() -> None:
    async with lab() as running:
        r1, r2 = running.known_hosts_text.splitlines()[:2]
        mixed = f"{r1.split()[0]} ssh-ed25519 {r2.split()[2]}\n"
        with pytest.raises(asyncssh.HostKeyNotVerifiable):
            await asyncssh.connect(
                "127.0.0.1",
                host(running, "r1").port or 0,
                username=running.username,
                password=running.password,
                known_hosts=asyncssh.import_known_hosts(mixed),
                config=None,
            )


async def test_one_command_without_a_terminal() -> None:
    async with lab() as running, connect(running, "r5") as connection:
        result = await connection.run("show ip igmp groups 239.1.1.1")
        assert "10.1.50.20" in result.stdout
        refused = await connection.run("show running-config")
        assert "% Invalid input" in refused.stdout


async def test_interactive_session_pages_until_told_otherwise() -> None:
    async with lab() as running, connect(running, "r5") as connection:
        process = await connection.create_process(term_type="vt100", encoding=None)
        assert (await process.stdout.readuntil(b"r5>")).endswith(b"r5>")
        process.stdin.write(b"show ip mroute\r")
        await asyncio.wait_for(process.stdout.readuntil(b" --More-- "), 5)
        process.stdin.write(b"q")
        await asyncio.wait_for(process.stdout.readuntil(b"r5>"), 5)
        process.stdin.write(b"exit\r")
        await asyncio.wait_for(process.wait_closed(), 5)


async def test_scrapli_reads_fixes_and_verifies() -> None:
    async with lab("pim_missing") as running:
        async with driver(running, "r3") as r3:
            broken = await r3.send_command("show ip mroute 239.1.1.1 10.1.12.4")
            assert "Incoming interface: Null, RPF nbr 0.0.0.0" in broken.result
            fix = await r3.send_configs(["interface GigabitEthernet0/0", "ip pim sparse-mode"])
            assert not fix.failed
            healed = await r3.send_command("show ip mroute 239.1.1.1 10.1.12.4")
            assert "Incoming interface: GigabitEthernet0/0, RPF nbr 10.20.23.2" in healed.result
        async with driver(running, "r5") as r5:
            state = await r5.send_command("show ip mroute 239.1.1.1")
            assert "flags: JT" in state.result
        assert [e.line for e in running.command_log("r3")].count("ip pim sparse-mode") == 1


async def test_scrapli_sees_a_refused_line() -> None:
    async with lab() as running, driver(running, "r3") as r3:
        response = await r3.send_configs(["ip pim rp-adress 10.0.0.1"])
        assert response.failed


async def test_command_log_is_exact_and_holds_no_secret(tmp_path: Path) -> None:
    async with lab() as running:
        async with driver(running, "r4") as r4:
            await r4.send_command("show ip pim tunnel")
        lines = [e.line for e in running.command_log("r4")]
        assert lines[-1] == "show ip pim tunnel" or lines[-2] == "show ip pim tunnel"
        target = tmp_path / "log.jsonl"
        running.dump_command_log(target)
        text = target.read_text(encoding="utf-8")
        assert running.enable_secret not in text
        assert running.password not in text
        first = json.loads(text.splitlines()[0])
        assert set(first) == {"host", "time", "user", "line"}
        assert (first["host"], first["user"]) == ("r4", running.username)


async def test_sessions_on_one_router_share_its_configuration_not_their_mode() -> None:
    async with lab() as running, driver(running, "r2") as one, driver(running, "r2") as two:
        await one.send_configs(["interface GigabitEthernet0/1", "description changed by one"])
        seen = await two.send_command("show running-config interface GigabitEthernet0/1")
        assert "changed by one" in seen.result


async def test_unplugged_router_is_unreachable_others_stay() -> None:
    async with lab() as running:
        await running.unplug("r3")
        with pytest.raises(OSError):
            await connect(running, "r3")
        async with connect(running, "r4") as connection:
            assert "UTC" in (await connection.run("show clock")).stdout


async def test_secrets_are_not_in_any_repr() -> None:
    async with lab() as running:
        assert running.password not in repr(vars(running))
        assert running.enable_secret not in repr(vars(running))


async def test_a_generated_chain_is_served_too() -> None:
    async with Lab.serve(chain(8), seed=1) as running:
        assert len(running.hosts) == 8
        async with connect(running, "r8") as connection:
            assert "10.1.12.4" in (await connection.run("show ip mroute 239.1.1.1")).stdout


async def test_leaving_the_lab_drops_open_sessions() -> None:
    async with lab() as running:
        connection = await connect(running, "r3")
    await asyncio.wait_for(connection.wait_closed(), 5)


async def test_any_number_of_sessions_at_once() -> None:
    async with lab() as running:

        async def one(name: str) -> str:
            async with connect(running, name) as connection:
                return str((await connection.run("show ip mroute 239.1.1.1")).stdout)

        outputs = await asyncio.gather(*(one(f"r{n % 5 + 1}") for n in range(20)))
        assert all("239.1.1.1), " in output for output in outputs)
