"""rip-server-loopback, the server's side: each fix reaches the Windows host once, and the routers hear it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import Running, found, rehearse, shown, steps
from tests.contract.test_rip_server_lab import PROBLEM, arrives
from troubleshoot.core.fixing import outcome

SERVER = "srv1"
# fault, fix, the command that it runs
CURES = [
    ("rras_stopped", "start_rras", "net start remoteaccess"),
    ("rras_silent", "announce", 'netsh routing ip rip set interface name="LAN A" announce=rip2'),
    ("rras_version", "announce", 'netsh routing ip rip set interface name="LAN B" announce=rip2'),
]


def ran(running: Running, command: str) -> int:
    return sum(entry.line.removesuffix(" <NUL").strip() == command for entry in running.lab.command_log(SERVER))


@pytest.mark.parametrize(("fault", "fix", "command"), CURES, ids=[cure[0] for cure in CURES])
async def test_the_servers_fix_cures(fault: str, fix: str, command: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert not arrives(running)
        state = await running.walk(fix, journal=tmp_path / "journal.sqlite3")
        assert outcome(state) == "fixed", (shown(state), steps(state))
        assert [(record[1], record[2]) for record in shown(state)] == [(SERVER, "verified")]
        assert arrives(running)
        assert ran(running, command) == 1


async def test_an_adapter_that_is_added_still_leaves_host_routes_out(tmp_path: Path) -> None:
    """What Windows does with a new adapter: announcements without host routes. The next diagnosis says so."""
    async with rehearse(PROBLEM, "rras_adapter_missing", tmp_path) as running:
        state = await running.walk("add_adapter", journal=tmp_path / "journal.sqlite3")
        assert [record[2] for record in shown(state)] == ["verified"], shown(state)
        assert found(state) == ("rras_no_host_routes", SERVER), steps(state)
        assert not arrives(running)
        assert ran(running, 'netsh routing ip rip add interface name="LAN B" announce=rip2 accept=rip2') == 1


@pytest.mark.parametrize(
    "commands",
    [
        ["net start remoteaccess"],
        ['netsh routing ip rip set interface name="LAN A" announce=rip1'],
        ['netsh routing ip rip set interface name="LAN A" accept=rip2'],
        ['netsh routing ip rip set flags name="LAN A" flag=AcceptHostRoutes'],
    ],
)
async def test_a_wrong_repair_on_the_server_is_not_healthy(commands: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "rras_silent", tmp_path) as running:
        for command in commands:
            await running.source.execute(SERVER, command, deadline=20)
        state = await running.walk()
        assert not arrives(running)
    assert outcome(state) == "diagnosed", steps(state)
    assert found(state)[1] == SERVER
