"""dfsrmig and dfsrdiag pollad: computed from the objects and states of the domain controllers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.cmd.words import not_recognized
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.sysvol import words
from troubleshoot.lab.windows.sysvol.objects import Objects
from troubleshoot.lab.windows.sysvol.state import ELIMINATED, START, Sysvol, spread
from troubleshoot.lab.windows.topic import Call

_FAILED: Final = 1


def _say(call: Call, pair: tuple[str, str], *values: str) -> None:
    call.out(call.text(*pair).format(*values))


def _name(call: Call, state: int) -> str:
    return call.text(*words.STATES[state])


async def dfsrmig(call: Call) -> int:
    """The tool; every verb works on the PDC emulator's copy of the directory, wherever it is called."""
    if not call.machine.state("sysvol", Sysvol).installed:
        call.err(not_recognized(call.machine, "dfsrmig"))
        return 1
    verb = _VERBS.get(call.args[0].casefold().replace("-", "/", 1)) if call.args else None
    if verb is None:
        call.out(words.USAGE)
        return _FAILED if call.args and call.args[0] not in ("/?", "/help") else 0
    directory = call.machine.estate.directory
    assert directory is not None
    pdc = directory.pdc.name
    if pdc != call.machine.name and not (call.logon.delegated or call.logon.system):
        _say(call, words.UNREACHED)
        return _FAILED
    await call.sleep(1)
    return verb(call, Objects(directory, pdc))


def _get_global(call: Call, objects: Objects) -> int:
    goal = objects.goal()
    if goal is None:
        _say(call, words.NEVER)
        return 0
    _say(call, words.CURRENT, _name(call, goal))
    _say(call, words.SUCCEEDED)
    return 0


def _get_migration(call: Call, objects: Objects) -> int:
    goal = objects.goal()
    if goal is None:
        _say(call, words.NEVER)
        return 0
    behind = [name for name in objects.all() if objects.reached(name) != goal]
    if not behind:
        _say(call, words.IN_SYNC, _name(call, goal))
        _say(call, words.SUCCEEDED)
        return 0
    _say(call, words.LAGGING_HEAD, _name(call, goal))
    read_only = set(objects.read_only())
    for name in behind:
        # The object of Entra Kerberos has the group of a read-only DC, but is shown as a writable one.
        kind = call.text(*words.KINDS[name in read_only and name != "AzureADKerberos"])
        _say(call, words.LAGGING_ROW, name, _name(call, objects.reached(name)), kind)
    _say(call, words.LAGGING_TAIL)
    return 0


def _set_global(call: Call, objects: Objects) -> int:
    wanted = call.args[1] if len(call.args) > 1 else ""
    before = objects.goal()
    if wanted not in ("0", "1", "2", "3") or before == ELIMINATED or (before is None and wanted == "0"):
        _say(call, words.INVALID)
        return _FAILED
    objects.set_goal(int(wanted), call.machine.now)
    if before is None:
        for name in objects.read_only():
            objects.add_dfsr(name)
    old, new = _name(call, before or START), _name(call, int(wanted))
    _say(call, words.CHANGED, old, new, new)
    _say(call, words.SUCCEEDED)
    spread(call.machine)
    return 0


def _create(call: Call, objects: Objects) -> int:
    """Make what is missing for read-only domain controllers."""
    if not objects.goal():
        _say(call, words.INVALID)
        return _FAILED
    for name in objects.read_only():
        if name != "AzureADKerberos" and objects.find(objects.dfsr_dn(name)) is None:
            objects.add_dfsr(name)
    return _done(call)


def _delete_frs(call: Call, objects: Objects) -> int:
    return _delete(call, objects, objects.frs_dn)


def _delete_dfsr(call: Call, objects: Objects) -> int:
    return _delete(call, objects, objects.dfsr_dn)


def _delete(call: Call, objects: Objects, dn: Callable[[str], str]) -> int:
    """Delete the member of one read-only domain controller, or without a name of all: the tool does not ask."""
    names = objects.read_only()
    if len(call.args) > 1:
        names = [name for name in names if name.casefold() == call.args[1].casefold().partition(".")[0]]
    if not names:
        _say(call, words.NO_RODC)
        return _FAILED
    for name in names:
        objects.delete(dn(name))
    return _done(call)


def _done(call: Call) -> int:
    _say(call, words.SUCCEEDED)
    spread(call.machine)
    return 0


_VERBS: Final[Mapping[str, Callable[[Call, Objects], int]]] = {
    "/getglobalstate": _get_global,
    "/getmigrationstate": _get_migration,
    "/setglobalstate": _set_global,
    "/createglobalobjects": _create,
    "/deleterontfrsmember": _delete_frs,
    "/deleterodfsrmember": _delete_dfsr,
}


async def dfsrdiag(call: Call) -> int:
    """`dfsrdiag pollad [/member:NAME]`: let DFSR look at the directory now."""
    if not call.args or call.args[0].casefold() != "pollad":
        call.out("DFSRDIAG <command> [options]\n  PollAd      Triggers a synchronisation with Active Directory.\n")
        return _FAILED
    machine, code = _member(call)
    if machine is not None and not service_control(machine).running("DFSR"):
        code = "0x800706BA"  # RPC_S_SERVER_UNAVAILABLE
    if machine is None or code:
        call.out(f"[ERROR] Failed to execute PollAd command Err: {code}\nOperation Failed\n")
        return _FAILED
    await call.sleep(1)
    if machine.state("sysvol", Sysvol).poll():
        spread(machine)
    call.out(call.text("Operation Succeeded\n", "Der Vorgang wurde erfolgreich beendet.\n"))
    return 0


def _member(call: Call) -> tuple[Machine | None, str]:
    named = next((arg.partition(":")[2] for arg in call.args[1:] if arg.casefold().startswith(("/mem", "/member"))), "")
    try:
        machine = call.machine.estate.machine(named) if named else call.machine
    except OperatorError:
        return None, "0x800706BA"
    if machine is not call.machine and not (call.logon.delegated or call.logon.system):
        return None, "0x80070005"
    return (machine, "") if machine.has("sysvol") else (None, "0x80041002")


TOOLS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "dfsrmig": dfsrmig,
    "dfsrdiag": dfsrdiag,
}
