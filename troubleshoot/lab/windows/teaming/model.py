"""Teams of network cards: their settings, and what follows from the switch at the other end of each cable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.nxos.model import Team as TeamOfServer
from troubleshoot.lab.nxos.model import TeamMode
from troubleshoot.lab.nxos.server_view import FarPort
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.system.state import system_state

FarPorts = Callable[[str, str], FarPort]  # by server and card
SECTION: Final = "teaming"
_MODES: Final[dict[str, TeamMode]] = {"Lacp": "lacp", "Static": "static", "SwitchIndependent": "independent"}


@dataclass(slots=True)
class Team:
    """One team. ``mode`` is Static, SwitchIndependent or Lacp; ``vlan`` None: its interface is untagged."""

    name: str
    mode: str
    members: list[str]
    balancing: str = "Dynamic"
    vlan: int | None = None
    disabled: frozenset[str] = frozenset()  # cards that an administrator took out of use in it


@dataclass(slots=True)
class Teaming:
    """All teams of a host. ``far`` None: nobody simulates the switches."""

    machine: Machine
    teams: dict[str, Team] = field(default_factory=dict)
    far: FarPorts | None = None

    def find(self, name: str) -> Team | None:
        """A team by name, in any letter case."""
        return next((team for key, team in self.teams.items() if key.casefold() == name.casefold()), None)

    def state(self, team: Team, card: str) -> tuple[str, str]:
        """Status of a card in its team, and why it failed."""
        far = self._far(card)
        if card in team.disabled:
            return "Failed", "AdministrativeDecision"
        if not far.lit or not self._connected(card):
            return "Failed", "PhysicalMediaDisconnected"
        if team.mode == "Lacp" and far.system != self._system(team):
            return "Failed", "LacpNegotiationIssue"
        if team.mode == "Lacp" and far.system is None:
            return "Failed", "LacpNegotiationIssue"
        return "Active", "NoFailure"

    def status(self, team: Team) -> str:
        """Up, Degraded or Down."""
        active = sum(self.state(team, card)[0] == "Active" for card in team.members)
        return "Up" if active == len(team.members) else "Degraded" if active else "Down"

    def _far(self, card: str) -> FarPort:
        return self.far(self.machine.name, card) if self.far is not None else FarPort(True, "02:00:00:00:00:01")

    def _connected(self, card: str) -> bool:
        adapter = system_state(self.machine).adapters.get(card)
        return adapter is not None and adapter.connected

    def _system(self, team: Team) -> str | None:
        """The LACP system that the team goes with: the first that answers."""
        found = (self._far(card) for card in team.members if self._connected(card))
        return next((far.system for far in found if far.lit and far.system), None)


def teaming(machine: Machine) -> Teaming:
    """The teams of a host."""
    return machine.state(SECTION, Teaming)


def plug(estate: Estate, far: FarPorts) -> None:
    """Let the teams of all hosts see the switches."""
    for machine in estate.machines.values():
        if machine.has(SECTION):
            teaming(machine).far = far


def teams(estate: Estate) -> dict[str, TeamOfServer]:
    """What the switches see of the hosts: the first team of each that has the section."""
    found = (machine for machine in estate.machines.values() if machine.has(SECTION))
    return {machine.name: _of_server(machine) for machine in found}


def _of_server(machine: Machine) -> TeamOfServer:
    adapters = system_state(machine).adapters
    dead = frozenset(name for name, adapter in adapters.items() if not adapter.connected)
    team = next(iter(teaming(machine).teams.values()), None)
    if team is None or not team.members:
        return TeamOfServer("none", frozenset(), dead)
    mac = adapters[team.members[0]].mac.replace("-", ":").lower()
    return TeamOfServer(_MODES[team.mode], frozenset(team.members) - team.disabled, dead, mac)
