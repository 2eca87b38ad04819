"""Restarting a host: everything that runs ends, what starts by itself comes back."""

from __future__ import annotations

import asyncio

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.events import write_event
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import Call, CmdletCall, PsError


async def reboot(machine: Machine, after: float = 0.0) -> None:
    """``after`` simulated seconds. Topics hear of it by the event ``reboot``, before their services start again."""
    pace = machine.estate.pace
    await asyncio.sleep(after * pace)
    control = service_control(machine)
    write_event(machine, "System", "User32", 1074, message="The process has initiated the restart of the computer.")
    control.power_off()
    for process in list(machine.processes.values()):
        process.kill()
    await asyncio.sleep(system_state(machine).boot_seconds * pace)
    machine.booted = machine.now
    write_event(machine, "System", "EventLog", 6005, message="The Event log service was started.")
    machine.emit("reboot")
    await control.power_on()


async def shutdown(call: Call) -> int:
    """`shutdown /r [/t seconds] [/f] [/m \\\\host]`. Only restarts: nobody could switch a lab host on."""
    words = [arg.casefold().lstrip("/-") for arg in call.args]
    if "r" not in words:
        call.err(call.text("Only a restart can be rehearsed.\n", "Nur ein Neustart kann geübt werden.\n"))
        return 87
    machine = call.machine
    if "m" in words:
        try:
            machine = machine.estate.machine(call.args[words.index("m") + 1])
        except (OperatorError, IndexError):
            call.err(call.text("The network path was not found.(53)\n", "Der Netzwerkpfad wurde nicht gefunden.(53)\n"))
            return 53
    remote = machine is not call.machine
    if not call.logon.elevated or (remote and not (call.logon.delegated or call.logon.system)):
        call.err(call.text("Access is denied.(5)\n", "Zugriff verweigert(5)\n"))
        return 5
    wait = words[words.index("t") + 1] if "t" in words[:-1] else "30"
    machine.spawn(reboot(machine, float(wait) if wait.isdecimal() else 30.0))
    return 0


async def restart_computer(call: CmdletCall) -> list[object]:
    """`Restart-Computer [-ComputerName] [-Force]`."""
    name = str(call.get("computername", 0, ".") or ".")
    command = "Microsoft.PowerShell.Commands.RestartComputerCommand"
    try:
        machine = call.machine if name in (".", "localhost") else call.machine.estate.machine(name)
    except OperatorError as error:
        text = f"Computer name {name} cannot be resolved with the exception: No such host is known."
        raise PsError(text, f"AddressResolutionException,{command}", category="InvalidArgument") from error
    remote = machine is not call.machine
    if not call.logon.elevated or (remote and not (call.logon.delegated or call.logon.system)):
        text = f"Failed to restart the computer {machine.computer} with the following error message: Access is denied."
        raise PsError(text, f"RestartcomputerFailed,{command}", category="OperationStopped")
    machine.spawn(reboot(machine))
    return []
