"""How the hosts of an estate are reached: one WinRM port each, with what a fault wants to go wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.model import Host
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.topic import Part

if TYPE_CHECKING:
    from troubleshoot.lab.windows.wire import FaultPlan
    from troubleshoot.lab.windows.wire.listener import Listener

LOOPBACK: Final = "127.0.0.1"
USER: Final = "operator"
SHELLS_REFUSED: Final = 0x803381AC

Action = Literal[
    "Connect", "Login", "Identify", "Create", "Command", "Send", "Receive", "Signal", "Delete", "Get", "Any"
]
Trouble = Literal["reset", "close", "half", "silence", "status", "fault", "delay", "vanish", "garble", "relates"]


class DisturbancePart(Part):
    """One disturbance: the n-th request of an action (``nth: 0`` each); see the wire's ``FaultPlan``."""

    action: Action
    nth: int = Field(default=0, ge=0)
    kind: Trouble
    after: bool = False
    status: int = Field(default=503, ge=100, le=599)
    code: int = Field(default=995, ge=0)
    seconds: float = Field(default=0.0, ge=0)


class WirePart(Part):
    """The `wire:` key of a host.

    ``closed``: nobody listens. ``silent``: connections are accepted and never answered. ``wrong_password``: the login
    fails. ``access_denied``: it succeeds, and no operation is allowed. ``unelevated``: the token is filtered.
    ``shells_refused``: remote shells are switched off. ``credssp``: we log in with CredSSP, so that programs can
    authenticate to a further host. ``local``: the account is the host's own, not the domain's. ``comeback``: real
    seconds that a restart of the service takes longer; ``stays_away``: it never returns. ``codepages``: those that a
    shell may have.
    """

    closed: bool = False
    silent: bool = False
    wrong_password: bool = False
    access_denied: bool = False
    unelevated: bool = False
    shells_refused: bool = False
    credssp: bool = False
    local: bool = False
    comeback: float = Field(default=0.0, ge=0)
    stays_away: bool = False
    codepages: tuple[int, ...] = ()
    disturbances: tuple[DisturbancePart, ...] = ()


@dataclass(slots=True)
class WindowsSide:
    """The served Windows hosts of a lab, by name."""

    estate: Estate
    password: str = field(repr=False)
    listeners: dict[str, Listener] = field(default_factory=dict)

    def host(self, name: str) -> Host:
        """A host as the inventory would have it; every address is known."""
        machine = self.estate.machines[name]
        return Host(
            name=name,
            hostname=LOOPBACK,
            platform=Platform.WINDOWS,
            port=self.listeners[name].port,
            username=_login_name(machine),
            groups=("lab",),
            addresses=machine.addresses,
            roles=("dc",) if machine.role >= 4 else (),
            winrm=_options(machine),
        )


def _domain(machine: Machine) -> str:
    """Whose account logs on: the domain's, or on a host of its own the host's."""
    directory = machine.estate.directory
    joined = directory is not None and machine.role != 2 and not _part(machine).local
    return directory.netbios if joined and directory is not None else ""


def _login_name(machine: Machine) -> str:
    domain = _domain(machine)
    return f"{domain}\\{USER}" if domain else USER


def _options(machine: Machine) -> dict[str, Any]:
    return {"transport": "credssp"} if _part(machine).credssp else {}


def _part(machine: Machine) -> WirePart:
    return machine.state("wire", WirePart) if machine.has("wire") else WirePart()


@asynccontextmanager
async def serve(estate: Estate, password: str) -> AsyncIterator[WindowsSide]:
    """Open every host's port; leaving ends all programs and closes all ports."""
    side = WindowsSide(estate, password)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(estate.close)
        for name, machine in estate.machines.items():
            side.listeners[name] = await _listen(machine, password, stack)
        yield side


async def _listen(machine: Machine, password: str, stack: AsyncExitStack) -> Listener:
    from troubleshoot.lab.windows.services.control import service_control
    from troubleshoot.lab.windows.wire import CODEPAGES, Account, listen
    from troubleshoot.lab.windows.wire.listener import Comeback
    from troubleshoot.lab.windows.wsman.config import wsman_config

    part = _part(machine)
    if part.credssp:
        wsman_config(machine).change("Service/Auth/CredSSP", "true")
    account = Account(
        USER,
        _domain(machine),
        f"not {password}" if part.wrong_password else password,
        elevated=not part.unelevated,
        admin=not part.access_denied,
    )
    listener = await listen(
        machine,
        [account],
        faults=_plan(part),
        running=service_control(machine).running("winrm") and not part.closed,
        codepages=part.codepages or CODEPAGES,
    )
    stack.push_async_callback(listener.close)
    never = part.closed or part.stays_away
    listener.comeback = Comeback(delay=float("inf") if never else part.comeback)
    return listener


def _plan(part: WirePart) -> FaultPlan:
    from troubleshoot.lab.windows.wire.disturbances import EVERY, Disturbance, FaultPlan, Kind, fault, silence

    plan = FaultPlan()
    if part.silent:
        plan.add("Any", EVERY, silence())
        plan.add("Connect", EVERY, silence())
    if part.shells_refused:
        plan.add("Create", EVERY, fault(SHELLS_REFUSED))
    for item in part.disturbances:
        kind = Kind(item.kind)
        plan.add(item.action, item.nth, Disturbance(kind, item.after, item.status, b"", "", item.code, item.seconds))
    return plan
