"""How far a domain controller is in the migration, and how it moves on when it polls the directory.

A writable domain controller makes and deletes its own member objects. A read-only one cannot: the PDC emulator has to
do it, and the three helpers of `dfsrmig` exist for the cases in which that did not happen.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.events import ERROR, INFORMATION, write_event
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.registry.store import DWORD, registry
from troubleshoot.lab.windows.services.control import Refused, State, service_control
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.sysvol.objects import Objects

START, PREPARED, REDIRECTED, ELIMINATED = 0, 1, 2, 3
PREPARING, INITIAL_SYNC, REDIRECTING, ELIMINATING, UNDO_REDIRECTING, UNDO_PREPARING = 4, 5, 6, 7, 8, 9
KEY: Final = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\DFSR\\Parameters\\SysVols\\Migrating SysVols"
LOG: Final = "DFS Replication"
PROCESS_BLOCKED: Final = 367  # ERROR_CHILD_PROCESS_BLOCKED
_BEFORE: Final = {PREPARING: 0, INITIAL_SYNC: 0, REDIRECTING: 1, ELIMINATING: 2, UNDO_REDIRECTING: 2, UNDO_PREPARING: 1}
_REACHED_EVENT: Final = {PREPARED: 8014, REDIRECTED: 8017, ELIMINATED: 8019}
_SPREAD, _POLL = 15.0, 60.0  # simulated seconds: replication within a site, and until DFSR polls
_LONGEST: Final = 2.0  # real seconds that a wait takes at most, however slow the lab's time runs


@dataclass(slots=True)
class Sysvol:
    """SYSVOL of one domain controller. ``hindrance``: what keeps it from Prepared; ``error`` its Win32 error."""

    machine: Machine
    state: int = START
    hindrance: str = ""  # process_blocked, disk, initial_sync
    error: int = 0
    polls: bool = True  # False: nothing makes it look again but a command or a restart of the service
    installed: bool = True  # the tools

    @property
    def directory(self) -> Directory:
        found = self.machine.estate.directory
        assert found is not None  # checked where the section is built
        return found

    @property
    def objects(self) -> Objects:
        return Objects(self.directory, self.machine.name)

    @property
    def read_only(self) -> bool:
        return self.directory.controllers[self.machine.name].read_only

    def share(self) -> None:
        """Share the folder of the state as SYSVOL: from Redirected on it is the one that DFSR replicates."""
        base = _BEFORE.get(self.state, self.state)
        folder = "C:\\Windows\\SYSVOL_DFSR\\sysvol" if base >= REDIRECTED else "C:\\Windows\\SYSVOL\\sysvol"
        scripts = f"{folder}\\{self.directory.domain}\\SCRIPTS"
        shares = system_state(self.machine).shares
        shares.update({"NETLOGON": scripts, "SYSVOL": folder})

    def poll(self) -> bool:
        """Look at the own copy of the directory and go as far as it is possible; True where something moved."""
        if not service_control(self.machine).running("DFSR"):
            return False
        before = self.state
        while (goal := self.objects.goal()) is not None and self.state != goal and self._step(goal):
            pass
        return self.state != before

    def _step(self, goal: int) -> bool:
        base = _BEFORE.get(self.state, self.state)
        if goal > base:
            return (self._prepare, self._redirect, self._eliminate)[base]()
        return self._undo(base) if goal < base else self._enter(goal)

    def _prepare(self) -> bool:
        own = self.machine.computer
        if self.read_only and self.objects.find(self.objects.dfsr_dn(own)) is None:
            return False
        if self.hindrance:
            return self._hindered()
        if not self.read_only:
            self.objects.add_dfsr(own)
        return self._enter(PREPARED)

    def _hindered(self) -> bool:
        if self.hindrance == "initial_sync":
            self._pause(INITIAL_SYNC)
        elif self.hindrance == "disk":
            self._pause(PREPARING)
            self._fail(8013, self.error)
        else:
            self._fail(8028, PROCESS_BLOCKED)
            self._fail(8013, PROCESS_BLOCKED)
        return False

    def _redirect(self) -> bool:
        return self._enter(REDIRECTED)

    def _eliminate(self) -> bool:
        own = self.objects.frs_dn(self.machine.computer)
        if self.read_only and self.objects.find(own) is not None:
            return self._pause(ELIMINATING)
        if not self.read_only:
            self.objects.delete(own)
        self._stop_frs()
        return self._enter(ELIMINATED)

    def _undo(self, base: int) -> bool:
        if base == REDIRECTED:
            return self._enter(PREPARED)
        own = self.objects.dfsr_dn(self.machine.computer)
        if self.read_only and self.objects.find(own) is not None:
            return self._pause(UNDO_PREPARING)
        if not self.read_only:
            self.objects.delete(own)
        return self._enter(START)

    def _enter(self, state: int) -> bool:
        self._set(state)
        if state in _REACHED_EVENT:
            write_event(self.machine, LOG, "DFSR", _REACHED_EVENT[state], INFORMATION, [self.machine.computer])
        return True

    def _pause(self, state: int) -> bool:
        if self.state != state:
            self._set(state)
        return False

    def _set(self, state: int) -> None:
        self.state = state
        self.publish()

    def publish(self) -> None:
        """Write the state where others read it: the registry, the share, and the directory."""
        self.share()
        registry(self.machine).set(KEY, "Local State", self.state, DWORD)
        self.objects.set_reached(self.machine.computer, self.state)

    def _fail(self, event: int, error: int) -> None:
        data = [self.machine.computer, str(error), "SYSVOL"]
        write_event(self.machine, LOG, "DFSR", event, ERROR, data)

    def _stop_frs(self) -> None:
        control = service_control(self.machine)
        service = control.find("NtFrs")
        if service is not None and service.state is State.RUNNING:
            try:
                control.stop(service)
            except Refused:
                return


def sysvols(estate: Estate) -> list[Sysvol]:
    """SYSVOL of every domain controller that has one."""
    return [machine.state("sysvol", Sysvol) for machine in estate.machines.values() if machine.has("sysvol")]


def spread(machine: Machine) -> None:
    """After a change: replication carries it on, the domain controllers poll, and what they write is carried on too."""
    machine.spawn(_spreading(machine))


async def _spreading(machine: Machine) -> None:
    estate = machine.estate
    directory = estate.directory
    assert directory is not None
    for _ in range(4):
        await _pass(estate, _SPREAD)
        directory.replicate(directory.base)
        await _pass(estate, _POLL)
        version = directory.version
        for sysvol in sysvols(estate):
            if sysvol.polls:
                sysvol.poll()
        directory.replicate(directory.base)
        if directory.version == version:
            return


async def _pass(estate: Estate, seconds: float) -> None:
    await asyncio.sleep(min(seconds * estate.pace, _LONGEST))
