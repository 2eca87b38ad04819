"""Simulated Catalyst switches: states follow from hardware and templates, a reload is a real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from tests.unit.lab.conftest import Bench
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.description import build, load
from troubleshoot.lab.hardware import catalyst
from troubleshoot.lab.ios.context import Mode
from troubleshoot.lab.network.catalyst import Catalyst
from troubleshoot.lab.network.model import Network
from troubleshoot.lab.server import Lab
from troubleshoot.parsing.registry import parse

TREES = Path(__file__).parents[3] / "decision_trees"
STACK, SINGLE = "core-a", "acc-7"
PROBLEMS = {"sdm-mismatch": STACK, "sdm-static-routes": SINGLE}
FAULTS = [(problem, fault) for problem in PROBLEMS for fault in load(TREES / problem).faults]
COMMANDS = {
    "stack": "show switch detail",
    "sdm_template": "show sdm prefer",
    "tcam": "show platform tcam utilization",
    "mac_count": "show mac address-table count",
    "switch_version": "show version",
    "ip_routes": "show ip route",
    "route_summary": "show ip route summary",
    "routing_config": "show running-config",
    "reload_schedule": "show reload",
    "ping_result": "ping 10.20.0.1",
}
INVALID = "% Invalid input detected at '^' marker."


@cache
def network(problem: str, fault: str) -> Network:
    return build(load(TREES / problem), fault)


def boot(problem: str, fault: str = "healthy") -> Bench:
    return Bench(network(problem, fault))


def read(bench: Bench, device: str, parser: str, command: str = "") -> dict[str, Any]:
    return parse(parser, Platform.IOS, [bench.show(device, command or COMMANDS[parser])])


def states(bench: Bench) -> list[str]:
    return [member["state"] for member in read(bench, STACK, "stack")["members"]]


@pytest.mark.parametrize(("problem", "fault"), FAULTS)
def test_what_a_switch_prints_is_read_without_a_rest(problem: str, fault: str) -> None:
    bench = boot(problem, fault)
    for parser in COMMANDS:
        assert read(bench, PROBLEMS[problem], parser)["unread"] == [], parser


@pytest.mark.parametrize(("problem", "fault"), FAULTS)
def test_running_config_fed_back_gives_the_same_switch(problem: str, fault: str) -> None:
    bench = boot(problem, fault)
    for name, router in bench.world.network.routers.items():
        lines = bench.show(name, "show running-config").splitlines()[3:]
        wanted = [x for x in lines if not x.startswith(("version", "line vty", " login", " transport", "end"))]
        answers = bench.configure(name, *wanted)
        assert not [a for a in answers if "%" in a]
        assert bench.world.network.routers[name] == router


# --- stacks -------------------------------------------------------------------------------------------------------


def test_states_follow_from_template_image_and_power() -> None:
    assert states(boot("sdm-mismatch")) == ["Ready"] * 3
    assert states(boot("sdm-mismatch", "aggregator")) == ["Ready", "SDM Mismatch", "SDM Mismatch"]
    assert states(boot("sdm-mismatch", "healthy_all_12s")) == ["Ready"] * 3
    assert states(boot("sdm-mismatch", "version")) == ["Ready", "Version Mismatch", "Ready"]
    assert states(boot("sdm-mismatch", "feature")) == ["Ready", "Feature Mismatch", "Ready"]
    assert states(boot("sdm-mismatch", "absent")) == ["Ready", "Ready", "Provisioned"]


def test_a_joining_switch_is_ready_in_time() -> None:
    bench = boot("sdm-mismatch", "healthy_takes_over")
    assert states(bench)[2] == "SDM Mismatch"
    bench.clock += 200
    assert states(bench)[2] == "Progressing"
    bench.clock += 200
    assert states(bench)[2] == "Ready"


def test_a_priority_counts_at_the_next_election_only() -> None:
    bench = boot("sdm-mismatch")
    cli = bench.session(STACK)
    for line in ("configure terminal", "switch 1 priority 1", "", "switch 3 priority 14", "", "end"):
        cli.execute(line)
    assert [m["role"] for m in read(bench, STACK, "stack")["members"]] == ["master", "member", "member"]
    reload(bench, STACK)
    assert [m["role"] for m in read(bench, STACK, "stack")["members"]] == ["member", "member", "master"]


def test_an_absent_switch_can_be_taken_out_of_the_configuration() -> None:
    bench = boot("sdm-mismatch", "absent")
    assert "un-provisioned" in bench.configure(STACK, "no switch 2 provision")[0]
    bench.configure(STACK, "no switch 3 provision")
    assert states(bench) == ["Ready", "Ready"]


# --- templates ----------------------------------------------------------------------------------------------------


def test_a_template_waits_for_the_reload_and_needs_no_saving() -> None:
    bench = boot("sdm-mismatch", "aggregator")
    answer = bench.configure(STACK, "sdm prefer vlan desktop")[0]
    assert answer.startswith("Changes to the running SDM preferences have been stored")
    record = read(bench, STACK, "sdm_template")
    assert (record["name"], record["pending"]) == ("aggregate default", "desktop vlan")
    assert "sdm" not in bench.show(STACK, "show running-config")
    reload(bench, STACK)
    record = read(bench, STACK, "sdm_template")
    assert (record["name"], record["pending"]) == ("desktop vlan", None)
    assert states(bench) == ["Ready"] * 3


def test_the_template_that_runs_takes_a_stored_one_back() -> None:
    bench = boot("sdm-mismatch", "aggregator_stored")
    bench.configure(STACK, "sdm prefer default")
    assert read(bench, STACK, "sdm_template")["pending"] is None
    bench.configure(STACK, "sdm prefer routing desktop", "no sdm prefer")
    assert read(bench, STACK, "sdm_template")["pending"] is None


def test_the_word_desktop_is_for_a_12s_only() -> None:
    bench = boot("sdm-mismatch", "healthy_all_12s")
    assert "desktop" in bench.session(STACK, Mode.CONFIG).help("sdm prefer routing ")
    hardware = replace(bench.world.network.routers[STACK].part(Catalyst), elected=0)
    other = hardware.with_member(
        replace(hardware.members[1], model="WS-C3750G-24TS", priority=15, mac="0000.0000.0001")
    )
    bench.world.configure(STACK, bench.world.network.routers[STACK].with_part(other))
    assert "desktop" not in bench.session(STACK, Mode.CONFIG).help("sdm prefer routing ")
    assert INVALID in bench.configure(STACK, "sdm prefer routing desktop")[0]


def test_sizes_of_another_template() -> None:
    record = read(boot("sdm-mismatch"), STACK, "sdm_template", "show sdm prefer vlan desktop")
    assert (record["name"], record["current"]) == ("desktop vlan", False)
    assert {s["resource"]: s["amount"] for s in record["sizes"]}["mac"] == 12 * 1024


# --- a 2960-S -----------------------------------------------------------------------------------------------------


def test_without_the_routing_template_there_is_no_routing() -> None:
    bench = boot("sdm-static-routes", "template_missing")
    for line in (
        "ip routing",
        "ip route 10.40.0.0 255.255.0.0 10.30.0.2",
        "router ospf 1",
        "router rip",
        "ip multicast-routing",
    ):
        assert INVALID in bench.configure(SINGLE, line)[0], line
    assert bench.configure(SINGLE, "ip default-gateway 10.20.0.1") == [""]
    assert "lanbase-routing" in bench.session(SINGLE, Mode.CONFIG).help("sdm prefer ")
    config = bench.show(SINGLE, "show running-config")
    assert "ip route" not in config
    assert "ip routing" not in config


def test_lan_lite_has_no_templates_to_choose() -> None:
    bench = boot("sdm-static-routes", "lan_lite")
    assert INVALID in bench.configure(SINGLE, "sdm prefer lanbase-routing")[0]
    assert INVALID in bench.configure(SINGLE, "no sdm prefer")[0]
    assert "lanbase" not in bench.session(SINGLE, Mode.CONFIG).help("sdm ")
    assert read(bench, SINGLE, "sdm_template")["name"] == "default"


def test_losing_the_template_loses_the_routes_of_the_startup_configuration() -> None:
    bench = boot("sdm-static-routes", "pending_removes")
    assert "10.40.0.0" in bench.show(SINGLE, "show running-config")
    reload(bench, SINGLE)
    config = bench.show(SINGLE, "show running-config")
    assert "ip route" not in config
    assert "ip default-gateway 10.20.0.1" in config


def test_a_host_has_one_way_out_and_a_router_ignores_it() -> None:
    bench = boot("sdm-static-routes", "routing_off_gateway")
    assert bench.show(SINGLE, "show ip route").startswith("Default gateway is 10.20.0.1")
    assert bench.show(SINGLE, "show ip route static").startswith("Default gateway is 10.20.0.1")
    assert "100 percent" in bench.show(SINGLE, "ping 10.20.0.1")
    bench.configure(SINGLE, "ip routing")
    assert "Gateway of last resort is not set" in bench.show(SINGLE, "show ip route")
    bench.configure(SINGLE, "ip route 0.0.0.0 0.0.0.0 10.20.0.1")
    assert "S*       0.0.0.0/0 [1/0] via 10.20.0.1" in bench.show(SINGLE, "show ip route static")


def test_routers_have_no_commands_of_switches() -> None:
    bench = boot("sdm-mismatch")
    for command in ("show switch", "show sdm prefer", "show inventory", "show mac address-table count"):
        assert INVALID in bench.show("edge", command), command
    assert bench.configure("edge", "no ip routing") == [""]
    assert bench.show("edge", "show ip route").startswith("Default gateway is not set")
    assert "no ip routing" in bench.show("edge", "show running-config")


# --- reload -------------------------------------------------------------------------------------------------------


def reload(bench: Bench, device: str, *answers: str) -> list[str]:
    """Type `reload` and answer; what was printed, with the prompts."""
    cli = bench.session(device)
    shown = []
    for line in ("reload", *(answers or ("",))):
        shown += [cli.execute(line), cli.prompt if not cli.closed else "(closed)"]
    return shown


def test_reload_asks_to_save_only_what_was_changed() -> None:
    bench = boot("sdm-mismatch")
    assert reload(bench, "edge")[1] == "Proceed with reload? [confirm]"
    bench.configure("edge", "interface Loopback0", "description saved")
    shown = reload(bench, "edge", "perhaps", "yes", "")
    assert "System configuration has been modified. Save? [yes/no]: " in shown[1]
    assert shown[2] == "% Please answer 'yes' or 'no'."
    assert shown[4] == "Building configuration...\n[OK]"
    assert shown[-1] == "(closed)"
    assert "description saved" in bench.show("edge", "show running-config")


def test_what_is_not_saved_is_gone_after_a_reload() -> None:
    bench = boot("sdm-mismatch")
    bench.configure("edge", "interface Loopback0", "description lost")
    reload(bench, "edge", "no", "")
    assert "description lost" not in bench.show("edge", "show running-config")
    assert "uptime is 0 minutes" in bench.show("edge", "show version")
    assert "uptime is 0 minutes" not in bench.show(STACK, "show version")


def test_reload_can_be_declined_and_is_no_configuration_command() -> None:
    bench = boot("sdm-mismatch")
    assert reload(bench, STACK, "n")[-1] == f"{STACK}#"
    assert bench.world.boots(STACK) == 0
    assert INVALID in bench.configure(STACK, "reload")[0]
    cli = bench.session(STACK, Mode.CONFIG)
    cli.execute("do reload")
    assert cli.prompt == "Proceed with reload? [confirm]"
    assert INVALID in bench.session(STACK, Mode.USER).execute("reload")


def test_other_sessions_end_with_the_reload() -> None:
    bench = boot("sdm-mismatch")
    other = bench.session(STACK)
    reload(bench, STACK)
    assert (other.execute("show clock"), other.closed) == ("", True)


def test_a_scheduled_reload_comes_unless_it_is_taken_back() -> None:
    bench = boot("sdm-mismatch")
    cli = bench.session("edge")
    assert "(in 10 minutes)" in cli.execute("reload in 10")
    cli.execute("")
    bench.clock += 61
    record = read(bench, "edge", "reload_schedule")
    assert (record["scheduled"], record["seconds"]) == (True, 539)
    assert "SHUTDOWN ABORTED" in cli.execute("reload cancel")
    assert cli.execute("reload cancel") == "%No reload is scheduled."
    bench.clock += 1000
    assert bench.show("edge", "show reload") == "No reload is scheduled."
    assert bench.world.boots("edge") == 0
    for line in ("reload in 1:30 change window", ""):
        cli.execute(line)
    assert "Reload reason: change window" in bench.show("edge", "show reload")
    bench.clock += 5400
    assert bench.show("edge", "show version") == ""  # the session that sees it happen is cut
    assert "uptime is 0 minutes" in bench.show("edge", "show version")
    assert bench.world.boots("edge") == 1
    assert INVALID in bench.show("edge", "reload in soon")


def test_hardware_that_makes_no_sense_is_refused() -> None:
    good: dict[str, Any] = {
        "version": "12.2(55)SE12",
        "image": "C3750-IPBASEK9-M",
        "template": "desktop default",
        "members": {"1": {"model": "WS-C3750G-24TS", "mac": "0019.aa11.2200"}},
    }
    assert catalyst(good).master.number == 1
    mistakes: list[dict[str, Any]] = [
        {"template": "aggregate default"},
        {"members": {}},
        {"colour": "grey"},
        {"stored": "lanbase-routing"},
    ]
    for wrong in mistakes:
        with pytest.raises(AuthorError):
            catalyst(good | wrong)


async def test_over_ssh_sessions_are_cut_and_the_port_refuses_for_a_while() -> None:
    async with Lab.start(TREES / "sdm-mismatch", "aggregator_stored", seed=3, pace=0.001) as lab:
        host = next(host for host in lab.hosts if host.name == STACK)
        known = asyncssh.import_known_hosts(lab.known_hosts_text)

        async def login() -> asyncssh.SSHClientConnection:
            return await asyncssh.connect(
                host.hostname,
                host.port,
                username=lab.username,
                password=lab.password,
                known_hosts=known,
                config=None,
                agent_path=None,
            )

        connection = await login()
        process = await connection.create_process(term_type="vt100")
        for line in ("enable", lab.enable_secret, "reload", ""):
            process.stdin.write(f"{line}\r")
        await connection.wait_closed()
        with pytest.raises(OSError, match=r"failed|refused"):
            await login()
        connection = await back(login)
        shown = str((await connection.run("show sdm prefer")).stdout)
        connection.close()
    assert '"desktop routing"' in shown


async def back(login: Callable[[], Any]) -> asyncssh.SSHClientConnection:
    for _ in range(100):
        try:
            found: asyncssh.SSHClientConnection = await login()
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return found
    raise AssertionError("the switch did not come back")
