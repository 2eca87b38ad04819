"""Get-Service and those that change services; Win32_Service for WMI."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.catalog import AUTO, DISABLED, DRIVER, MANUAL, OWN
from troubleshoot.lab.windows.services.control import Refused, Service, ServiceControl, State, service_control
from troubleshoot.lab.windows.topic import CmdletCall, Logon, PsEnum, PsError, PsObject

_STATUS: Final = {
    State.STOPPED: PsEnum("Stopped", 1),
    State.START_PENDING: PsEnum("StartPending", 2),
    State.STOP_PENDING: PsEnum("StopPending", 3),
    State.RUNNING: PsEnum("Running", 4),
}
_START: Final = {AUTO: PsEnum("Automatic", 2), MANUAL: PsEnum("Manual", 3), DISABLED: PsEnum("Disabled", 4)}
_WMI_STATE: Final = {
    State.STOPPED: "Stopped",
    State.START_PENDING: "Start Pending",
    State.STOP_PENDING: "Stop Pending",
    State.RUNNING: "Running",
}
_WMI_START: Final = {AUTO: "Auto", MANUAL: "Manual", DISABLED: "Disabled"}
_COMMANDS: Final = "Microsoft.PowerShell.Commands"


def service_object(machine: Machine, service: Service, *, links: bool = True) -> PsObject:
    """A ServiceController; its neighbours are shown without neighbours of their own."""
    control = service_control(machine)
    dependants = [service_object(machine, s, links=False) for s in control.dependants(service)] if links else []
    required = [service_object(machine, s, links=False) for s in control.required(service)] if links else []
    running = service.state is State.RUNNING
    properties: dict[str, Any] = {
        "Name": service.name,
        "RequiredServices": required,
        "CanPauseAndContinue": False,
        "CanShutdown": running,
        "CanStop": running,
        "DisplayName": service.display,
        "DependentServices": dependants,
        "MachineName": ".",
        "ServiceName": service.name,
        "ServicesDependedOn": required,
        "Status": _STATUS[service.state],
        "ServiceType": PsEnum("Win32OwnProcess", 16) if service.type == OWN else PsEnum("Win32ShareProcess", 32),
    }
    if machine.personality.version >= (10, 0):
        properties["StartType"] = _START[service.start_type]
    return PsObject("System.ServiceProcess.ServiceController", properties)


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    if isinstance(value, PsObject):
        return [str(value.prop("Name"))]
    return [str(value)]


def _wanted(call: CmdletCall) -> list[str]:
    given = call.get("name", 0) or call.get("inputobject")
    if given is None:
        given = call.input or []
    return _names(given)


def _machine(call: CmdletCall) -> Machine:
    name = call.get("computername")
    if name in (None, ".", "localhost"):
        return call.machine
    problem = PsError(
        f"Cannot open Service Control Manager on computer '{name}'. This operation might require other privileges.",
        f"System.InvalidOperationException,{_COMMANDS}.GetServiceCommand",
        category="NotSpecified",
        terminating=True,
    )
    try:
        machine = call.machine.estate.machine(str(name))
    except OperatorError:
        raise problem from None
    if machine is not call.machine and not (call.logon.delegated or call.logon.system):
        raise problem
    return machine


def _missing(name: str, command: str) -> PsError:
    return PsError(
        f"Cannot find any service with service name '{name}'.",
        f"NoServiceFoundForGivenName,{_COMMANDS}.{command}",
        category="ObjectNotFound",
    )


def _found(control: ServiceControl, names: Sequence[str], command: str) -> list[Service]:
    """Services in the order asked for; wildcards match none, one or many, a plain name must match."""
    found: dict[str, Service] = {}
    for name in names:
        hits = [
            s for s in control.services.values() if fnmatch.fnmatchcase(s.key, name.casefold()) and s.type != DRIVER
        ]
        if not hits and not set(name) & set("*?["):
            raise _missing(name, command)
        found.update((s.key, s) for s in hits)
    return list(found.values())


async def get_service(call: CmdletCall) -> list[PsObject]:
    machine = _machine(call)
    control = service_control(machine)
    if (display := call.get("displayname")) is not None:
        patterns = [name.casefold() for name in _names(display)]
        services = [
            s for s in control.services.values() if any(fnmatch.fnmatchcase(s.display.casefold(), p) for p in patterns)
        ]
    else:
        services = _found(control, _wanted(call) or ["*"], "GetServiceCommand")
        if not _wanted(call):
            services.sort(key=lambda s: s.key)
    if call.get("dependentservices"):
        services = [other for service in services for other in control.dependants(service)]
    if call.get("requiredservices"):
        services = [other for service in services for other in control.required(service)]
    return [service_object(machine, service) for service in services]


def _could_not(service: Service, verb: str, past: str, command: str) -> PsError:
    """How a refusal of the control manager looks; its reason is only in the inner exception."""
    label = f"{service.display} ({service.name})"
    return PsError(
        f"Service '{label}' cannot be {past} due to the following error: "
        f"Cannot {verb} service {service.name} on computer '.'.",
        f"CouldNot{verb.capitalize()}Service,{_COMMANDS}.{command}",
        category="OpenError",
    )


async def start_service(call: CmdletCall) -> list[PsObject]:
    control = service_control(call.machine)
    services = _found(control, _wanted(call), "StartServiceCommand")
    for service in services:
        await _start(call, control, service)
    return _passed(call, services)


async def _start(call: CmdletCall, control: ServiceControl, service: Service) -> None:
    problem = _could_not(service, "start", "started", "StartServiceCommand")
    if not (call.logon.elevated or call.logon.system):
        raise problem
    if service.state is State.RUNNING:
        return
    try:
        control.start(service)
    except Refused as refused:
        raise problem from refused
    if not await control.settled(service, State.RUNNING):
        raise problem


async def stop_service(call: CmdletCall) -> list[PsObject]:
    control = service_control(call.machine)
    services = _found(control, _wanted(call), "StopServiceCommand")
    for service in services:
        await _stop(call, control, service, "StopServiceCommand")
    return _passed(call, services)


async def _stop(call: CmdletCall, control: ServiceControl, service: Service, command: str) -> list[Service]:
    """Stop it and, by force, those that depend on it; returns these in the order of starting again."""
    others = control.dependants(service, active=True)
    if others and not call.get("force"):
        raise PsError(
            f"Cannot stop service '{service.display} ({service.name})' because it has dependent services. "
            "It can only be stopped if the Force flag is set.",
            f"ServiceHasDependentServices,{_COMMANDS}.{command}",
            category="InvalidOperation",
        )
    problem = _could_not(service, "stop", "stopped", command)
    if not (call.logon.elevated or call.logon.system):
        raise problem
    for each in (*others, service):
        if each.state is State.STOPPED:
            continue
        try:
            control.stop(each)
        except Refused as refused:
            raise problem from refused
        if not await control.settled(each, State.STOPPED, 60):
            raise problem
    return others[::-1]


async def restart_service(call: CmdletCall) -> list[PsObject]:
    """Starts the dependants again that ran before."""
    control = service_control(call.machine)
    services = _found(control, _wanted(call), "RestartServiceCommand")
    for service in services:
        others = await _stop(call, control, service, "RestartServiceCommand")
        for each in (service, *others):
            await _start(call, control, each)
    return _passed(call, services)


async def set_service(call: CmdletCall) -> list[PsObject]:
    """`-StartupType` and `-Status`."""
    control = service_control(call.machine)
    services = _found(control, _wanted(call), "SetServiceCommand")
    kinds = {"automatic": AUTO, "manual": MANUAL, "disabled": DISABLED}
    for service in services:
        if not (call.logon.elevated or call.logon.system):
            raise _could_not(service, "configure", "configured", "SetServiceCommand")
        kind = call.get("startuptype")
        if kind is not None:
            control.configure(service, kinds[str(kind).casefold()])
        status = str(call.get("status", default="")).casefold()
        if status == "running":
            await _start(call, control, service)
        elif status == "stopped":
            await _stop(call, control, service, "SetServiceCommand")
    return _passed(call, services)


def _passed(call: CmdletCall, services: list[Service]) -> list[PsObject]:
    return [service_object(call.machine, s) for s in services] if call.get("passthru") else []


def win32_service(machine: Machine, logon: Logon) -> list[PsObject]:
    """The instances of Win32_Service."""
    control = service_control(machine)
    return [_win32(machine, s) for s in sorted(control.services.values(), key=lambda s: s.key) if s.type != DRIVER]


def _win32(machine: Machine, service: Service) -> PsObject:
    return PsObject(
        "System.Management.ManagementObject#root\\cimv2\\Win32_Service",
        {
            "Name": service.name,
            "DisplayName": service.display,
            "Caption": service.display,
            "State": _WMI_STATE[service.state],
            "Started": service.state is State.RUNNING,
            "Status": "OK",
            "StartMode": _WMI_START[service.start_type],
            "StartName": service.account,
            "PathName": service.binary,
            "ProcessId": service.pid,
            "ExitCode": service.exit_code,
            "ServiceType": "Own Process" if service.type == OWN else "Share Process",
            "AcceptStop": service.state is State.RUNNING,
            "SystemName": machine.computer,
        },
    )


def service_processes(machine: Machine) -> list[tuple[str, int, datetime]]:
    """Image, id and start of each process that holds services."""
    control = service_control(machine)
    seen: dict[int, tuple[str, int, datetime]] = {}
    for service in control.services.values():
        if service.pid:
            image = service.binary.partition(" -k")[0].rpartition("\\")[2]
            first = next(start for pid, start in control.images.values() if pid == service.pid)
            seen[service.pid] = (image, service.pid, datetime.fromtimestamp(first, UTC))
    return list(seen.values())
