"""nic-teaming-vpc against two simulated Nexus switches over SSH and a simulated Windows server over WinRM.

Every fault is found at the right device, each fix heals it in truth and not only for the tree, the way back leads back,
and other changes do not pass for a repair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.contract.network_support import Rehearsal, Running, Stale, faults, found, rehearse, shown, steps
from tests.figures import share
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.nxos import pair
from troubleshoot.lab.nxos.side import Nexus
from troubleshoot.lab.nxos.world import World
from troubleshoot.lab.windows.teaming.model import teaming

PROBLEM = "nic-teaming-vpc"
FAULTS = faults(PROBLEM)
SWITCHES = ("n9k-1", "n9k-2")
TO_LACP = ["interface Ethernet1/1", "no channel-group", "channel-group 10 mode active"]
TO_STATIC = ["interface Ethernet1/1", "no channel-group", "channel-group 10 mode on"]
SET_TEAM = "Set-NetLbfoTeam"


@dataclass(frozen=True, slots=True)
class Cure:
    """A fault, the fixes that heal it, what a person answers, and what each device gets in order to be healed."""

    fault: str
    fixes: tuple[str, ...]
    sent: Mapping[str, Sequence[str]]
    answers: Mapping[str, str] = field(default_factory=dict)
    reversible: bool = True

    @property
    def name(self) -> str:
        return f"{self.fault}-{self.fixes[0]}"


CURES = [
    Cure("link_shut", ("link_no_shutdown",), {"n9k-2": ["interface port-channel1", "no shutdown"]}, reversible=False),
    Cure(
        "link_port_shut",
        ("link_port_no_shutdown",),
        {"n9k-1": ["interface Ethernet1/47", "no shutdown"]},
        reversible=False,
    ),
    Cure(
        "keepalive_astray",
        ("keepalive_destination",),
        {"n9k-2": ["vpc domain 10", "peer-keepalive destination 10.40.9.1 source 10.40.9.2 vrf management"]},
    ),
    Cure("vpc_missing", ("vpc_add",), {"n9k-2": ["interface port-channel10", "vpc 10"]}),
    Cure("vpc_nowhere", ("vpc_add",), {name: ["interface port-channel10", "vpc 10"] for name in SWITCHES}),
    Cure("numbers_differ", ("vpc_renumber",), {"n9k-2": ["interface port-channel10", "no vpc", "vpc 10"]}),
    Cure(
        "channel_missing",
        ("channel_build",),
        {
            "n9k-2": [
                "interface port-channel10",
                "switchport access vlan 101",
                "spanning-tree port type edge",
                "vpc 10",
                "interface Ethernet1/1",
                "channel-group 10 force mode active",
                "no shutdown",
            ]
        },
        {"which_port": "Ethernet1/1"},
    ),
    Cure(
        "no_port",
        ("port_add",),
        {"n9k-2": ["interface Ethernet1/1", "channel-group 10 force mode active", "no shutdown"]},
        {"which_port": "Ethernet1/1"},
    ),
    Cure(
        "port_type",
        ("port_type",),
        {"n9k-2": ["interface port-channel10", "spanning-tree port type edge"]},
        {"which_type": "edge"},
    ),
    Cure(
        "access_vlan",
        ("access_vlan",),
        {"n9k-2": ["interface port-channel10", "switchport access vlan 101"]},
        {"which_vlan": "101"},
    ),
    Cure("channel_shut", ("channel_no_shutdown",), {"n9k-2": ["interface port-channel10", "no shutdown"]}),
    Cure("port_shut", ("port_no_shutdown",), {"n9k-2": ["interface Ethernet1/1", "no shutdown"]}),
    Cure("team_static", ("team_to_lacp",), {"app01": ["Lacp"]}),
    Cure("team_static", ("channel_to_static",), dict.fromkeys(SWITCHES, TO_STATIC)),
    Cure("channel_static", ("channel_to_lacp",), dict.fromkeys(SWITCHES, TO_LACP)),
    Cure("channel_static", ("team_to_static",), {"app01": ["Static"]}),
    Cure("channel_static_on_one", ("channel_to_lacp",), {"n9k-1": TO_LACP}),
    Cure("lacp_off", ("lacp_on", "channel_to_lacp"), {"n9k-2": ["feature lacp", *TO_LACP]}),
    Cure("team_independent", ("team_to_lacp",), {"app01": ["Lacp"]}),
]
CURED = pytest.mark.parametrize("cure", CURES, ids=[cure.name for cure in CURES])
UNDONE = pytest.mark.parametrize("cure", share(CURES, 2), ids=[cure.name for cure in share(CURES, 2)])

# fault, device, lines typed by hand, what the tree says afterwards
MISTAKES = [
    ("link_shut", "n9k-1", ["interface port-channel1", "shutdown"], ("link_shut_down", "n9k-1")),
    (
        "keepalive_astray",
        "n9k-2",
        ["vpc domain 10", "peer-keepalive destination 10.40.9.22"],
        ("keepalive_astray", "n9k-2"),
    ),
    ("keepalive_astray", "n9k-2", ["vpc domain 10", "no peer-keepalive"], ("keepalive_missing", "n9k-2")),
    ("stp_mode", "n9k-1", ["spanning-tree loopguard default"], ("global_inconsistent", "n9k-2")),
    ("vpc_missing", "n9k-2", ["interface port-channel10", "vpc 11"], ("numbers_differ", "n9k-2")),
    ("numbers_differ", "n9k-2", ["interface port-channel10", "no vpc"], ("vpc_missing", "n9k-2")),
    ("channel_missing", "n9k-2", ["interface port-channel10"], ("vpc_missing", "n9k-2")),
    ("channel_missing", "n9k-2", ["interface port-channel10", "vpc 10"], ("port_type_open", "n9k-2")),
    ("no_port", "n9k-2", ["interface Ethernet1/1", "channel-group 10"], ("channel_static", "n9k-2")),
    (
        "port_type",
        "n9k-2",
        ["interface port-channel10", "spanning-tree port type edge trunk"],
        ("port_type_open", "n9k-2"),
    ),
    (
        "access_vlan",
        "n9k-2",
        ["interface port-channel10", "switchport access vlan 102"],
        ("access_vlan_open", "n9k-2"),
    ),
    (
        "port_shut",
        "n9k-2",
        ["interface Ethernet1/1", "no shutdown", "interface port-channel10", "shutdown"],
        ("channel_shut_down", "n9k-2"),
    ),
    ("team_static", "n9k-2", TO_STATIC, ("channel_dynamic", "n9k-1")),
    ("channel_static", "n9k-2", TO_LACP, ("channel_static", "n9k-1")),
    ("lacp_off", "n9k-2", ["feature lacp"], ("channel_static", "n9k-2")),
]


def world(running: Running) -> World:
    side = running.lab.side(SWITCHES[0])
    assert isinstance(side, Nexus)
    return side.world


def works(running: Running, number: int = 10) -> bool:
    """Whether pair, vPC and team are really in order."""
    network = world(running).network
    for switch in network.switches.values():
        channel = switch.carrying(number)
        if channel is None or not pair.formed(network, switch) or not pair.hears(network, switch):
            return False
        view = pair.view(network, switch, channel)
        if not view.up or view.consistency != "success" or not view.vlans:
            return False
    estate = running.lab.estate
    assert estate is not None
    state = teaming(estate.machine("app01"))
    team = state.find("Team1")
    return team is not None and team.mode != "SwitchIndependent" and state.status(team) == "Up"


def settings(running: Running) -> tuple[object, ...]:
    """The configuration of both switches and of the team."""
    estate = running.lab.estate
    assert estate is not None
    teams = teaming(estate.machine("app01")).teams
    return (*world(running).start.switches.values(), {name: team.mode for name, team in teams.items()})


def answering(running: Running, cure: Cure) -> Rehearsal:
    front = running.applying(*cure.fixes)
    front.answers = cure.answers
    return front


def configured(running: Running, host: str) -> list[str]:
    """What a switch was told in configuration mode, or a server in order to change something."""
    typed = running.typed(host)
    if host not in SWITCHES:
        return [line.split("-TeamingMode ")[1].split()[0] for line in typed if SET_TEAM in line]
    reads = ("show ", "terminal ", "configure terminal", "end")
    return [line for line in typed if not line.startswith(reads)]


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_found(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    async with rehearse(PROBLEM, name, tmp_path) as running:
        state = await running.walk()
        told = [configured(running, host) for host in (*SWITCHES, "app01")]
    wanted = fault.outcome or ("diagnosed" if fault.diagnosis else "healthy")
    assert outcome(state) == wanted, steps(state)
    if fault.diagnosis is not None:
        assert found(state) == (fault.diagnosis, fault.host), steps(state)
    assert told == [[], [], []]
    assert state.conclusion is not None
    assert state.conclusion.evidence or fault.outcome, "a verdict without proof"


@CURED
async def test_a_fix_heals(cure: Cure, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, cure.fault, tmp_path) as running:
        assert not works(running)
        state = await running.walk(front=answering(running, cure), journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", (shown(state), steps(state))
        assert {record[2] for record in shown(state) if record[0] in cure.fixes} == {"verified"}
        assert works(running)
        assert {host: configured(running, host) for host in cure.sent} == dict(cure.sent)
        rest = [host for host in (*SWITCHES, "app01") if host not in cure.sent]
        assert [configured(running, host) for host in rest] == [[] for _ in rest]


@UNDONE
async def test_a_fix_that_does_not_help_is_taken_back(cure: Cure, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, cure.fault, tmp_path) as running:
        before = settings(running)
        front = answering(running, cure)
        state = await running.walk(front=front, source=Stale(running.source), journal=tmp_path / "journal.db")
        assert outcome(state) == ("rolled_back" if cure.reversible else "fix_failed"), shown(state)
        assert (settings(running) == before) is cure.reversible


@pytest.mark.parametrize(("fault", "host", "lines", "after"), MISTAKES, ids=[f"{m[0]}-{m[3][0]}" for m in MISTAKES])
async def test_a_wrong_repair_is_not_healthy(
    fault: str, host: str, lines: list[str], after: tuple[str, str], tmp_path: Path
) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        answer = await running.source.configure(host, lines, deadline=20)
        assert not answer.refusal
        state = await running.walk()
    assert found(state) == after, steps(state)


async def test_the_team_set_to_another_wrong_mode(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "team_static", tmp_path) as running:
        command = "PS> Set-NetLbfoTeam -Name Team1 -TeamingMode SwitchIndependent -Confirm:$false"
        await running.source.execute("app01", command, deadline=20)
        state = await running.walk()
    assert found(state) == ("team_independent", "app01"), steps(state)


ANSWERED = [
    ("network_boot", {"booting": "yes"}, "individual_boot"),
    ("network_boot", {"booting": "no", "ask_mode": "independent"}, "team_independent"),
    ("unknown_team", {"ask_mode": "static"}, "healthy_switches"),
    ("unknown_team", {"ask_mode": "lacp"}, "channel_static"),
    ("unknown_team", {"ask_mode": "independent"}, "team_independent"),
    ("no_pdus", {"ask_mode": "static"}, "channel_dynamic"),
    ("no_pdus", {"ask_mode": "lacp"}, "lacp_silent"),
    ("modes_differ", {"ask_mode": "lacp"}, "channel_static"),
    ("modes_differ", {"ask_mode": "static"}, "channel_dynamic"),
    ("server_refuses_us", {"ask_mode": "lacp"}, "channel_static"),
    ("no_port", {"which_port": "Ethernet1/2"}, "port_taken"),
    ("no_port", {"which_port": "Ethernet7/7"}, "port_unknown"),
    ("port_type", {"which_type": "normal"}, "port_type_wrong"),
    ("port_type", {"which_type": "trunk"}, "port_type_wrong"),
    ("access_vlan", {"which_vlan": "103"}, "access_vlan_wrong"),
]


@pytest.mark.parametrize(("fault", "answers", "end"), ANSWERED, ids=[f"{a[0]}-{a[2]}" for a in ANSWERED])
async def test_what_a_person_says_decides(fault: str, answers: dict[str, str], end: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk(front=Rehearsal(answers=answers, clock=running.clock))
    assert found(state)[0] == end, steps(state)
