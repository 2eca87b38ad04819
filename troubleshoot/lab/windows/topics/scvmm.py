"""Virtual Machine Manager: what the management server thinks of its hosts, and whether a job on a host comes to an end.

Everything is computed from the host: its WinRM service, limits and firewall, the agent's service, the speed of its
Hyper-V provider. Only a connection that went dead without a reason to see is a state of its own (``stale``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import Field

from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import CmdletCall, Part, PsEnum, PsError, PsObject, Topic
from troubleshoot.lab.windows.wsman.config import TIMED_OUT, UNREACHABLE, wsman_config

AGENTS: Final = ("scvmmagent", "vmmagent")
_RESPONDING, _NOT_RESPONDING = PsEnum("Responding", 0), PsEnum("NotResponding", 2)
_OK, _UNHEALTHY = PsEnum("OK", 0), PsEnum("NotResponding", 2)
_VERSIONS: Final = {"UpToDate": PsEnum("UpToDate", 0), "UpgradeAvailable": PsEnum("UpgradeAvailable", 1)}


class ManagedPart(Part):
    """One managed host. A job on it takes ``job_seconds`` and runs ``operations`` requests at once."""

    agent_version: str = "3.2.7510.0"
    up_to_date: bool = True
    stale: bool = False
    job_seconds: int = Field(default=900, ge=0)
    operations: int = Field(default=200, ge=0)


class ScvmmPart(Part):
    """The hosts that this management server manages, by inventory name."""

    hosts: dict[str, ManagedPart] = Field(default_factory=dict)


@dataclass(slots=True)
class Managed:
    """One managed host; ``stale`` ends with the next start of its WinRM service."""

    machine: Machine
    part: ManagedPart
    stale: bool

    def revive(self) -> None:
        self.stale = False

    @property
    def agent_runs(self) -> bool:
        control = service_control(self.machine)
        return any(control.running(name) for name in AGENTS)

    @property
    def reachable(self) -> bool:
        """WinRM runs, listens, and no firewall is in the way."""
        config = wsman_config(self.machine)
        listening = any(listener.enabled for listener in config.listeners)
        return service_control(self.machine).running("winrm") and listening and config.firewall == "open"

    @property
    def responds(self) -> bool:
        return self.reachable and self.agent_runs and not self.stale

    def job_error(self) -> int:
        """The WS-Management code with which a job on this host ends; 0 when it succeeds."""
        if not self.reachable:
            return UNREACHABLE
        config = wsman_config(self.machine)
        takes = self.part.job_seconds + max(config.slow.values(), default=0.0) * 100
        slow = takes * 1000 > config.number("MaxTimeoutms")
        crowded = self.part.operations > config.number("Service/MaxConcurrentOperationsPerUser")
        return TIMED_OUT if slow or crowded or not self.responds else 0


@dataclass(slots=True)
class Scvmm:
    """The management server's view of its hosts."""

    hosts: dict[str, Managed] = field(default_factory=dict)


def _build(machine: Machine, part: ScvmmPart) -> Scvmm:
    return Scvmm({name: _managed(machine, name, item) for name, item in part.hosts.items()})


def _managed(machine: Machine, name: str, part: ManagedPart) -> Managed:
    try:
        host = machine.estate.machine(name)
    except OperatorError as error:
        raise AuthorError(error.message) from None
    managed = Managed(host, part, part.stale)
    host.on("service-started:winrm", managed.revive)
    return managed


def job_error(machine: Machine, host: str) -> int:
    """The code with which a job that a VMM server starts on a host ends; 0 when it succeeds."""
    return machine.state("scvmm", Scvmm).hosts[host].job_error()


# --- cmdlets ------------------------------------------------------------------------------------------------------


async def get_managed_computer(call: CmdletCall) -> Sequence[PsObject]:
    """`Get-SCVMMManagedComputer [-ComputerName NAME]`."""
    return [
        PsObject(
            "Microsoft.SystemCenter.VirtualMachineManager.VMMManagedComputer",
            {
                "Name": item.machine.fqdn,
                "FQDN": item.machine.fqdn,
                "State": _RESPONDING if item.responds else _NOT_RESPONDING,
                "VersionState": _VERSIONS["UpToDate" if item.part.up_to_date else "UpgradeAvailable"],
                "AgentVersion": item.part.agent_version,
            },
        )
        for item in _chosen(call)
    ]


async def get_host(call: CmdletCall) -> Sequence[PsObject]:
    """`Get-SCVMHost [-ComputerName NAME]`."""
    return [_host(item) for item in _chosen(call)]


def _host(item: Managed) -> PsObject:
    return PsObject(
        "Microsoft.SystemCenter.VirtualMachineManager.Host",
        {
            "Name": item.machine.fqdn,
            "FQDN": item.machine.fqdn,
            "OverallState": _OK if item.responds else _UNHEALTHY,
            "CommunicationState": _RESPONDING if item.responds else _NOT_RESPONDING,
            "OperatingSystem": item.machine.personality.caption.removeprefix("Microsoft "),
        },
    )


async def read_host(call: CmdletCall) -> Sequence[PsObject]:
    """`Read-SCVMHost`: refreshes a host, which is a job like any other."""
    chosen = list(_chosen(call))
    for item in chosen:
        code = item.job_error()
        if code:
            raise PsError(
                f"VMM is unable to complete the request. The connection to the agent on machine {item.machine.fqdn} "
                f"was lost. (Error ID: 2916, Detailed Error: Unknown error (0x{code:08X}))",
                "2916,Microsoft.SystemCenter.VirtualMachineManager.Cmdlets.ReadHostCmdlet",
                category="ReadError",
            )
    return [_host(item) for item in chosen]


def _chosen(call: CmdletCall) -> Iterator[Managed]:
    """The hosts named by a parameter or by what came down the pipeline; all, where none is named."""
    hosts = call.machine.state("scvmm", Scvmm).hosts
    wanted = call.get("computername", 0) or call.get("vmhost") or call.input
    names = [_name(item) for item in wanted] if isinstance(wanted, list) else [_name(wanted)] if wanted else []
    for item in hosts.values():
        known = {item.machine.name.casefold(), item.machine.fqdn.casefold(), item.machine.computer.casefold()}
        if not names or known & set(names):
            yield item


def _name(item: object) -> str:
    return str(item.prop("Name") if isinstance(item, PsObject) else item).casefold()


TOPIC = Topic(
    section="scvmm",
    schema=ScvmmPart,
    build=_build,
    cmdlets={
        "get-scvmmmanagedcomputer": get_managed_computer,
        "get-scvmhost": get_host,
        "read-scvmhost": read_host,
    },
)
