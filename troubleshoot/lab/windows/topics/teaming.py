"""Teams of network cards (`Get-NetLbfoTeam` ...). A host has the module where `lab.yaml` has the section."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.teaming import cmdlets
from troubleshoot.lab.windows.teaming.model import SECTION, Team, Teaming
from troubleshoot.lab.windows.topic import Part, Topic


class TeamPart(Part):
    """One team: its mode, its cards (adapters of the section `system`), the VLAN of its interface."""

    mode: Literal["Static", "SwitchIndependent", "Lacp"] = "Lacp"
    members: tuple[str, ...] = Field(min_length=1)
    balancing: Literal["TransportPorts", "IPAddresses", "MacAddresses", "HyperVPort", "Dynamic"] = "Dynamic"
    disabled: tuple[str, ...] = ()
    vlan: int | None = Field(default=None, ge=1, le=4094)


class TeamingPart(Part):
    """Teams by name."""

    teams: dict[str, TeamPart] = Field(default_factory=dict)


def _build(machine: Machine, part: TeamingPart) -> Teaming:
    known = system_state(machine).adapters
    for card in (card for team in part.teams.values() for card in team.members):
        if card not in known:
            raise AuthorError(f"{machine.name} has no adapter {card}")
    teams = {
        name: Team(name, t.mode, list(t.members), t.balancing, t.vlan, frozenset(t.disabled))
        for name, t in part.teams.items()
    }
    return Teaming(machine, teams)


TOPIC = Topic(
    section=SECTION,
    schema=TeamingPart,
    build=_build,
    cmdlets={
        "get-netlbfoteam": cmdlets.get_team,
        "get-netlbfoteammember": cmdlets.get_member,
        "get-netlbfoteamnic": cmdlets.get_nic,
        "set-netlbfoteam": cmdlets.set_team,
        "add-netlbfoteammember": cmdlets.add_member,
        "remove-netlbfoteammember": cmdlets.remove_member,
    },
)
