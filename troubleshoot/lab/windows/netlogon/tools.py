"""netdom, w32tm, klist and dsmod: what is asked and mended around a computer account."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.cmd.words import not_recognized
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.netlogon.channel import (
    PASSWORD,
    file_time,
    find_channel,
    other_end,
    set_password,
    verdict,
)
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Call

_DONE: Final = ("The command completed successfully.\n", "Der Befehl wurde ausgeführt.\n")
_DENIED: Final = ("Access is denied.\n\n", "Zugriff verweigert\n\n")
_DISABLED: Final = 2


def option(args: Sequence[str], *names: str) -> str | None:
    """The value of ``/name:value`` in any letter case; empty for a bare ``/name``."""
    for arg in args:
        name, _, value = arg.partition(":")
        if name.casefold() in names:
            return value
    return None


# --- netdom -------------------------------------------------------------------------------------------------------


async def netdom(call: Call) -> int:
    """`netdom query pdc`, `verify`, `reset`, `resetpwd`: only where the tools of the role are installed."""
    if call.machine.role < 4:
        call.err(not_recognized(call.machine, "netdom"))
        return 1
    await call.sleep(1)
    verb = call.args[0].casefold() if call.args else ""
    if verb == "query":
        return _query(call)
    if verb in ("verify", "reset") and len(call.args) > 1:
        return _member(call, verb, call.args[1])
    if verb == "resetpwd":
        return _reset_password(call)
    call.out("The syntax of this command is:\n\nNETDOM [ QUERY | RESET | RESETPWD | VERIFY ]\n")
    return 1


def _query(call: Call) -> int:
    directory = call.machine.estate.directory
    what = call.args[1].casefold() if len(call.args) > 1 else ""
    if directory is None or what != "pdc":
        call.out(call.text("The parameter is incorrect.\n", "Der Parameter ist falsch.\n"))
        return 87
    pdc = call.machine.estate.machines[directory.pdc.name]
    call.out(call.text("Primary domain controller for the domain:\n\n", "Primärer Domänencontroller der Domäne:\n\n"))
    call.out(f"{pdc.computer}\n{call.text(*_DONE)}\n")
    return 0


def _member(call: Call, verb: str, name: str) -> int:
    """Both ends have to be reached with the caller's rights."""
    try:
        machine = call.machine.estate.machine(name)
    except OperatorError:
        machine = None
    channel = find_channel(machine) if machine is not None else None
    if not _may_go_on(call):
        call.out(call.text(*_DENIED))
        return 5
    if machine is None or channel is None or machine.role >= 4:
        call.out(call.text("The network path was not found.\n\n", "Der Netzwerkpfad wurde nicht gefunden.\n\n"))
        return 53
    if verb == "reset" and not set_password(channel, call.machine.name):
        return _failed(call, machine)
    if verdict(channel):
        return _failed(call, machine)
    called = "reset" if verb == "reset" else "verified"
    call.out(
        f"The secure channel from {machine.computer} to the domain {channel.directory.netbios} has been {called}.\n"
    )
    call.out(f"The connection is with the machine \\\\{(other_end(channel) or machine).fqdn}.\n\n{call.text(*_DONE)}")
    return 0


def _may_go_on(call: Call) -> bool:
    given = option(call.args, "/userd", "/ud", "/usero", "/uo")
    return bool(given) or call.logon.delegated or call.logon.system


def _failed(call: Call, machine: Machine) -> int:
    call.out(
        f"The secure channel from {machine.computer} to its domain is not valid.\n\nThe command failed to complete.\n"
    )
    return 1


def _reset_password(call: Call) -> int:
    channel, server = find_channel(call.machine), option(call.args, "/server", "/s")
    if not _may_go_on(call):
        call.out(call.text(*_DENIED))
        return 5
    directory = call.machine.estate.directory
    if channel is None or not server or directory is None:
        call.out(call.text("The parameter is incorrect.\n", "Der Parameter ist falsch.\n"))
        return 87
    try:
        done = set_password(channel, directory.controller(server).name)
    except OperatorError:
        done = False
    if not done:
        call.out(call.text("The network path was not found.\n\n", "Der Netzwerkpfad wurde nicht gefunden.\n\n"))
        return 53
    call.out("The machine account password for the local machine has been successfully reset.\n\n")
    call.out(call.text(*_DONE))
    return 0


# --- time ---------------------------------------------------------------------------------------------------------


async def w32tm(call: Call) -> int:
    """`/stripchart`, `/resync`, `/query /source`."""
    verbs = [arg.casefold() for arg in call.args]
    if "/stripchart" in verbs:
        return await _stripchart(call)
    if "/resync" in verbs:
        return await _resync(call)
    if "/query" in verbs:
        return _source(call)
    call.out("w32tm [/? | /register | /unregister ]\n")
    return 1


async def _stripchart(call: Call) -> int:
    name = option(call.args, "/computer") or ""
    try:
        machine = call.machine.estate.machine(name)
    except OperatorError:
        call.out("The following error occurred: No such host is known. (0x80072AF9)\n")
        return 0x80072AF9
    count = int(option(call.args, "/samples") or 1)
    address = machine.addresses[0] if machine.addresses else "127.0.0.1"
    call.out(call.text("Tracking {} [{}:123].\n", "{} [{}:123] wird verfolgt.\n").format(name, address))
    call.out(call.text("Collecting {} samples.\n", "{} Proben werden gesammelt.\n").format(count))
    now = time.gmtime(call.machine.now)
    shown = time.strftime(call.text("%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S"), now)
    call.out(call.text("The current time is {}.\n", "Es ist {}.\n").format(shown))
    answers = service_control(machine).running("W32Time")
    for number in range(count):
        await call.sleep(2 if number else 0)
        clock = time.strftime("%H:%M:%S", time.gmtime(call.machine.now))
        offset = machine.skew - call.machine.skew + 0.0012 * (number + 1)
        call.out(f"{clock}, {offset:+011.7f}s\n" if answers else f"{clock}, error: 0x800705B4\n")
    return 0


async def _resync(call: Call) -> int:
    channel = find_channel(call.machine)
    end = other_end(channel) if channel is not None else None
    if not service_control(call.machine).running("W32Time"):
        call.out(call.text("The following error occurred: ", "Folgender Fehler ist aufgetreten: "))
        call.out("The service has not been started. (0x80070426)\n")
        return 0x80070426
    call.out(
        call.text(
            "Sending resync command to local computer\n",
            "Befehl zum erneuten Synchronisieren wird an den lokalen Computer gesendet.\n",
        )
    )
    await call.sleep(3)
    if end is None or not service_control(end).running("W32Time"):
        call.out("The computer did not resync because no time data was available.\n")
        return 0x80070576
    call.machine.skew = end.skew
    call.out(call.text("The command completed successfully.\n", "Der Befehl wurde erfolgreich ausgeführt.\n"))
    return 0


def _source(call: Call) -> int:
    channel = find_channel(call.machine)
    end = other_end(channel) if channel is not None else None
    call.out(f"{end.fqdn if end is not None else 'Local CMOS Clock'}\n")
    return 0


# --- tickets and accounts -----------------------------------------------------------------------------------------


async def klist(call: Call) -> int:
    """The computer's own tickets: there is one while the channel's password is right."""
    channel = find_channel(call.machine)
    good = channel is not None and call.machine.role < 4 and not verdict(channel)
    call.out(f"\nCurrent LogonId is 0:0x3e7\n\nCached Tickets: ({1 if good else 0})\n")
    if good and channel is not None:
        realm = channel.directory.domain.upper()
        call.out(f"\n#0>\tClient: {call.machine.computer.lower()}$ @ {realm}\n\tServer: krbtgt/{realm} @ {realm}\n")
    return 0


async def dsmod(call: Call) -> int:
    """`dsmod computer DN -disabled yes|no` and `-reset`, on the domain controller itself."""
    directory = call.machine.estate.directory
    words = [arg.casefold() for arg in call.args]
    if call.machine.role < 4 or directory is None:
        call.err(not_recognized(call.machine, "dsmod"))
        return 1
    if len(words) < 3 or words[0] != "computer":
        call.err("dsmod failed:The parameter is incorrect.:\ntype dsmod /? for help.\n")
        return 87
    dn = call.args[1]
    found = directory.read(dn, call.machine.name)
    if found is None:
        call.err(f"dsmod failed:{dn}:Directory object not found.\ntype dsmod /? for help.\n")
        return 0x80072030
    changes = _account_changes(call, words, int(found.get("userAccountControl", 0)), int(found.get(PASSWORD, 1)))
    try:
        directory.write(dn, changes, call.machine.name)
    except OperatorError:
        call.err(f"dsmod failed:{dn}:The server is unwilling to process the request.\n")
        return 0x80072035
    call.out(call.text(f"dsmod succeeded:{dn}\n", f"dsmod war erfolgreich:{dn}\n"))
    return 0


def _account_changes(call: Call, words: Sequence[str], control: int, password: int) -> dict[str, int]:
    if "-reset" in words:
        return {PASSWORD: password + 2, "pwdLastSet": file_time(call.machine.now)}
    disabled = words[-2:] == ["-disabled", "yes"]
    return {"userAccountControl": control | _DISABLED if disabled else control & ~_DISABLED}
