"""`net start` and `net stop`, with the question that stops a script."""

from __future__ import annotations

from troubleshoot.lab.windows.lookup import find_tool
from troubleshoot.lab.windows.services.catalog import DRIVER
from troubleshoot.lab.windows.services.control import Refused, Service, ServiceControl, State, service_control
from troubleshoot.lab.windows.services.words import error_text
from troubleshoot.lab.windows.topic import Call

_FAILED = 2  # the exit code of net.exe for every error


async def net(call: Call) -> int:
    """Hands over to the sub-command, which may belong to another topic."""
    verb = call.args[0].casefold() if call.args else ""
    tool = find_tool(call.machine, f"net {verb}")
    if tool is None:
        call.err(call.text("The syntax of this command is:\n\nNET\n", "Die Syntax dieses Befehls lautet:\n\nNET\n"))
        call.err(
            "    [ ACCOUNTS | COMPUTER | CONFIG | CONTINUE | FILE | GROUP | HELP |\n"
            "      HELPMSG | LOCALGROUP | PAUSE | SESSION | SHARE | START |\n"
            "      STATISTICS | STOP | TIME | USE | USER | VIEW ]\n"
        )
        return 1
    call.args, call.raw = call.args[1:], call.raw.partition(" ")[2].strip()
    return await tool(call)


def _words(call: Call) -> list[str]:
    return [arg for arg in call.args if not arg.startswith("/")]


def _help(call: Call, message: str, number: int) -> int:
    more = call.text("More help is available by typing NET HELPMSG", "Sie erhalten weitere Hilfe, wenn Sie NET HELPMSG")
    call.err(f"{message}\n\n{more} {number}{call.text('.', ' eingeben.')}\n\n")
    return _FAILED


def _system_error(call: Call, code: int) -> int:
    happened = call.text(f"System error {code} has occurred.", f"Systemfehler {code} aufgetreten.")
    call.err(f"{happened}\n\n{error_text(call.machine, code)}\n\n")
    return _FAILED


def _invalid_name(call: Call) -> int:
    return _help(call, call.text("The service name is invalid.", "Der Dienstname ist ungültig."), 2185)


async def start(call: Call) -> int:
    control = service_control(call.machine)
    words = _words(call)
    if not words:
        return _list(call, control)
    service = control.find(" ".join(words))
    if service is None:
        return _invalid_name(call)
    if not (call.logon.elevated or call.logon.system):
        return _system_error(call, 5)
    return await _start(call, control, service)


def _list(call: Call, control: ServiceControl) -> int:
    names = sorted(s.display for s in control.services.values() if s.state is State.RUNNING and s.type != DRIVER)
    heading = call.text("These Windows services are started:", "Folgende Windows-Dienste sind gestartet:")
    done = call.text("The command completed successfully.", "Der Befehl wurde erfolgreich ausgeführt.")
    call.out(f"{heading}\n\n" + "".join(f"   {name}\n" for name in names) + f"\n{done}\n\n")
    return 0


async def _start(call: Call, control: ServiceControl, service: Service) -> int:
    name = service.display
    try:
        control.start(service)
    except Refused as refused:
        if refused.code == 1056:
            already = (
                "The requested service has already been started.",
                "Der angeforderte Dienst wurde bereits gestartet.",
            )
            return _help(call, call.text(*already), 2182)
        return _system_error(call, refused.code)
    call.out(call.text(f"The {name} service is starting.\n", f"{name} wird gestartet.\n"))
    if not await control.settled(service, State.RUNNING):
        not_started = (f"The {name} service could not be started.", f"{name} konnte nicht gestartet werden.")
        return _help(call, call.text(*not_started), 3523)
    call.out(call.text(f"The {name} service was started successfully.\n\n", f"{name} wurde erfolgreich gestartet.\n\n"))
    return 0


async def stop(call: Call) -> int:
    control = service_control(call.machine)
    words = _words(call)
    service = control.find(" ".join(words)) if words else None
    if service is None:
        return _invalid_name(call)
    if not (call.logon.elevated or call.logon.system):
        return _system_error(call, 5)
    if service.state is State.STOPPED:
        name = service.display
        return _help(call, call.text(f"The {name} service is not started.", f"{name} ist nicht gestartet."), 3521)
    others = control.dependants(service, active=True)
    if others and not await _agreed(call, service, others):
        return _FAILED
    for each in (*others, service):
        code = await _stop(call, control, each)
        if code:
            return code
    return 0


async def _agreed(call: Call, service: Service, others: list[Service]) -> bool:
    """Ask, unless /y or /n was given; the end of input is no answer."""
    name = service.display
    call.out(
        call.text(
            f"The following services are dependent on the {name} service.\n"
            f"Stopping the {name} service will also stop these services.\n\n",
            f"Folgende Dienste hängen vom Dienst {name} ab.\n"
            f"Das Beenden des Dienstes {name} beendet auch diese Dienste.\n\n",
        )
    )
    call.out("".join(f"   {other.display}\n" for other in others) + "\n")
    switches = {arg.casefold() for arg in call.args}
    if switches & {"/y", "/yes", "/j"}:
        return True
    return "/n" not in switches and await _answered(call)


async def _answered(call: Call) -> bool:
    prompt = call.text(
        "Do you want to continue this operation? (Y/N) [N]: ", "Möchten Sie diesen Vorgang fortsetzen? (J/N) [N]: "
    )
    call.out(prompt)
    line = await call.process.read_line()
    if line is None:
        call.err(call.text("\nNo valid response was provided.\n\n", "\nEs wurde keine gültige Antwort angegeben.\n\n"))
        return False
    return line.strip().upper() in (b"Y", b"YES", b"J", b"JA")


async def _stop(call: Call, control: ServiceControl, service: Service) -> int:
    name = service.display
    try:
        control.stop(service)
    except Refused as refused:
        if refused.code == 1061:
            ending = (
                "The service is starting or stopping.  Please try again later.",
                "Der Dienst wird gerade gestartet oder beendet. Versuchen Sie es später erneut.",
            )
            return _help(call, call.text(*ending), 2189)
        return _system_error(call, refused.code)
    call.out(call.text(f"The {name} service is stopping.\n", f"{name} wird beendet.\n"))
    if not await control.settled(service, State.STOPPED):
        call.err(call.text(f"The {name} service could not be stopped.\n\n", f"{name} konnte nicht beendet werden.\n\n"))
        return _FAILED
    call.out(call.text(f"The {name} service was stopped successfully.\n\n", f"{name} wurde erfolgreich beendet.\n\n"))
    return 0
