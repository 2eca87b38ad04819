"""Teams of the simulated Windows: they and the switches see each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab_nxos.conftest import Bench, boot
from tests.unit.lab_windows.windows_lab import FILTERED, OPERATOR, bench, on
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.teaming.model import teaming
from troubleshoot.lab.windows.topic import PsError


def states(lab: Bench) -> dict[str, tuple[str, str]]:
    assert lab.estate is not None
    found = teaming(lab.estate.machine("app01"))
    team = next(iter(found.teams.values()))
    return {card: found.state(team, card) for card in team.members}


GOOD = ("Active", "NoFailure")
DARK = ("Failed", "PhysicalMediaDisconnected")
NO_LACP = ("Failed", "LacpNegotiationIssue")


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        ("healthy", GOOD, GOOD),
        ("team_static", GOOD, GOOD),
        ("port_shut", GOOD, DARK),
        ("channel_static", NO_LACP, NO_LACP),
        ("channel_static_on_one", NO_LACP, DARK),
        ("vpc_missing", GOOD, NO_LACP),
        ("link_cut", GOOD, DARK),
        ("card_failed", GOOD, ("Failed", "AdministrativeDecision")),
    ],
)
def test_a_card_follows_its_switch(fault: str, first: Any, second: Any) -> None:
    assert states(boot(fault)) == {"NIC1": first, "NIC2": second}


def test_a_change_of_the_team_is_seen_by_the_switches() -> None:
    lab = boot("team_static")
    assert lab.estate is not None
    assert "Eth1/1(s)" in lab.show("n9k-1", "show port-channel summary")
    next(iter(teaming(lab.estate.machine("app01")).teams.values())).mode = "Lacp"
    assert "Eth1/1(P)" in lab.show("n9k-1", "show port-channel summary")


def small(members: list[str] | None = None) -> Any:
    """One host with a team, and no switches."""
    team = {"mode": "Static", "members": members or ["NIC1", "NIC2"]}
    adapters: dict[str, dict[str, list[str]]] = {
        name: {"addresses": []} for name in ("Ethernet", "NIC1", "NIC2", "NIC3")
    }
    return bench(on("web02", system={"adapters": adapters}, teaming={"teams": {"Team1": team}}))


async def test_the_mode_is_set() -> None:
    found = small()
    await found.cmdlet("web02", "set-netlbfoteam", OPERATOR, name="team1", teamingmode="lacp", confirm=False)
    (team,) = await found.cmdlet("web02", "get-netlbfoteam")
    assert (str(team["TeamingMode"]), str(team["Status"]), team["Members"]) == ("Lacp", "Up", ["NIC1", "NIC2"])


async def test_members_come_and_go() -> None:
    found = small()
    await found.cmdlet("web02", "add-netlbfoteammember", OPERATOR, "NIC3", "Team1")
    await found.cmdlet("web02", "remove-netlbfoteammember", OPERATOR, "NIC1", "Team1")
    members = await found.cmdlet("web02", "get-netlbfoteammember")
    assert [(item["Name"], str(item["OperationalStatus"])) for item in members] == [
        ("NIC2", "Active"),
        ("NIC3", "Active"),
    ]


@pytest.mark.parametrize(
    ("cmdlet", "parameters", "error"),
    [
        ("set-netlbfoteam", {"name": "Other", "teamingmode": "Lacp"}, "No MSFT_NetLbfoTeam"),
        ("set-netlbfoteam", {"name": "Team1", "teamingmode": "Magic"}, "TeamingMode"),
        ("add-netlbfoteammember", {"name": "NIC9", "team": "Team1"}, "No MSFT_NetAdapter"),
        ("remove-netlbfoteammember", {"name": "NIC3", "team": "Team1"}, "No MSFT_NetLbfoTeamMember"),
    ],
)
async def test_what_windows_refuses(cmdlet: str, parameters: dict[str, str], error: str) -> None:
    with pytest.raises(PsError, match=error):
        await small().cmdlet("web02", cmdlet, OPERATOR, **parameters)


async def test_it_needs_elevation() -> None:
    with pytest.raises(PsError, match="denied"):
        await small().cmdlet("web02", "set-netlbfoteam", FILTERED, name="Team1", teamingmode="Lacp")


async def test_a_host_without_the_section_has_no_such_command() -> None:
    answer = await bench().run("web02", "powershell -Command Get-NetLbfoTeam")
    assert "CommandNotFoundException" in answer.text


def test_a_team_of_unknown_cards_is_a_mistake_of_the_author() -> None:
    with pytest.raises(AuthorError, match="no adapter"):
        small(["NIC8"])
