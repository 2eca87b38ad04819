"""The module NetLbfo (Windows Server 2012 and later)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.teaming.model import Team, Teaming, teaming
from troubleshoot.lab.windows.topic import CmdletCall, PsEnum, PsError, PsObject

MODES: Final = {
    name.casefold(): PsEnum(name, value) for value, name in enumerate(("Static", "SwitchIndependent", "Lacp"))
}
_BALANCING: Final = ("TransportPorts", "IPAddresses", "MacAddresses", "HyperVPort", "Dynamic")
_STATES: Final = {name: PsEnum(name, value) for value, name in enumerate(("Up", "Down", "Degraded"))}
_CARDS: Final = {name: PsEnum(name, value) for value, name in enumerate(("Active", "Standby", "Failed"))}
_REASONS: Final = {
    name: PsEnum(name, value)
    for value, name in enumerate(
        (
            "NoFailure",
            "AdministrativeDecision",
            "PhysicalMediaDisconnected",
            "WaitingForStableConnectivity",
            "LacpNegotiationIssue",
        )
    )
}


def _missing(kind: str, key: str, value: str) -> PsError:
    text = f"No MSFT_{kind} objects found with property '{key}' equal to '{value}'."
    text += "  Verify the value of the property and retry."
    return PsError(text, f"CmdletizationQuery_NotFound_{key},Get-{kind}", category="ObjectNotFound")


def _teams(call: CmdletCall, key: str = "name", position: int | None = 0) -> list[Team]:
    """The teams that a call names; all without a name."""
    state = teaming(call.machine)
    given = call.get(key, position)
    if given is None:
        return list(state.teams.values())
    names = given if isinstance(given, list) else [given]
    return [_known(state, str(name)) for name in names]


def _known(state: Teaming, name: str) -> Team:
    team = state.find(name)
    if team is None:
        raise _missing("NetLbfoTeam", "Name", name)
    return team


async def get_team(call: CmdletCall) -> Sequence[Any]:
    return [_shown(teaming(call.machine), team) for team in _teams(call)]


def _shown(state: Teaming, team: Team) -> PsObject:
    properties = {
        "Name": team.name,
        "Members": list(team.members),
        "TeamNics": [team.name],
        "TeamingMode": MODES[team.mode.casefold()],
        "LoadBalancingAlgorithm": PsEnum(team.balancing, _BALANCING.index(team.balancing)),
        "Status": _STATES[state.status(team)],
    }
    return PsObject("MSFT_NetLbfoTeam", properties)


async def get_member(call: CmdletCall) -> Sequence[Any]:
    return list(_members(call))


def _members(call: CmdletCall) -> Iterator[PsObject]:
    state = teaming(call.machine)
    for team in _teams(call, "team", None):
        for card in team.members:
            status, reason = state.state(team, card)
            properties = {
                "Name": card,
                "Team": team.name,
                "AdministrativeMode": PsEnum("Active", 0),
                "OperationalStatus": _CARDS[status],
                "FailureReason": _REASONS[reason],
            }
            yield PsObject("MSFT_NetLbfoTeamMember", properties)


async def get_nic(call: CmdletCall) -> Sequence[Any]:
    return [_nic(team) for team in _teams(call, "team", None)]


def _nic(team: Team) -> PsObject:
    name = team.name if team.vlan is None else f"{team.name} - VLAN {team.vlan}"
    return PsObject("MSFT_NetLbfoTeamNic", {"Name": name, "Team": team.name, "VlanID": team.vlan, "Primary": True})


def _allowed(call: CmdletCall) -> None:
    if not (call.logon.elevated or call.logon.system):
        raise PsError("Access is denied.", "MI RESULT 2,Set-NetLbfoTeam", category="PermissionDenied")


async def set_team(call: CmdletCall) -> Sequence[Any]:
    _allowed(call)
    mode = call.get("teamingmode")
    if mode is not None and str(mode).casefold() not in MODES:
        raise PsError(
            f"Cannot process argument transformation on parameter 'TeamingMode'. Cannot convert value \"{mode}\".",
            "ParameterArgumentTransformationError,Set-NetLbfoTeam",
            category="InvalidData",
        )
    for team in _teams(call):
        if mode is not None:
            team.mode = MODES[str(mode).casefold()].name
    return ()


async def add_member(call: CmdletCall) -> Sequence[Any]:
    _allowed(call)
    team, card = _known(teaming(call.machine), str(call.get("team", 1))), str(call.get("name", 0))
    if card not in system_state(call.machine).adapters:
        raise _missing("NetAdapter", "Name", card)
    if card not in team.members:
        team.members.append(card)
    return ()


async def remove_member(call: CmdletCall) -> Sequence[Any]:
    _allowed(call)
    team, card = _known(teaming(call.machine), str(call.get("team", 1))), str(call.get("name", 0))
    if card not in team.members:
        raise _missing("NetLbfoTeamMember", "Name", card)
    team.members.remove(card)
    return ()
