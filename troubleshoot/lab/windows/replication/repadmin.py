"""repadmin: /showrepl, /replsummary, /syncall, /replicate.

A process that came over the network can bind to its own host only; every other controller answers with status 5.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.cmd.words import not_recognized
from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.replication import show, sync
from troubleshoot.lab.windows.topic import Call

_FLAGS: Final = re.compile(r"/[AdePqsijh]+")


async def repadmin(call: Call) -> int:
    """`repadmin /command [controller] ...`."""
    directory = call.machine.estate.directory
    if call.machine.role < 4 or directory is None:
        call.err(not_recognized(call.machine, "repadmin"))
        return 9009
    verb = next((word.lower() for word in call.args if word.lower() in _VERBS), "")
    if not verb:
        call.out(
            call.text(
                "Usage: repadmin <cmd> <args> [/u:{domain\\user}] [/pw:{password|*}]\n",
                "Syntax: repadmin <Befehl> <Argumente>\n",
            )
        )
        return 87
    await call.sleep(0.5)
    return await _VERBS[verb](call, directory, [word for word in call.args if word.lower() != verb])


def _asked(call: Call, directory: Directory, names: list[str]) -> DomainController | None:
    """The controller a command speaks to, after it was bound to; None where that failed and was said."""
    given = names[0] if names else "localhost"
    if given.casefold() in ("localhost", ".", "*"):
        return directory.controllers[call.machine.name]
    try:
        found = directory.controller(given)
    except OperatorError:
        _say_failed(call, given, 1722, "The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar.")
        return None
    if found.name != call.machine.name and not (call.logon.delegated or call.logon.system):
        _say_failed(call, given, 5, "Access is denied.", "Zugriff verweigert")
        return None
    return found


def _say_failed(call: Call, given: str, status: int, english: str, german: str) -> None:
    shown = f"{status} (0x{status:x})"
    call.out(
        call.text(
            f"DsBindWithCred to {given} failed with status {shown}:\n    {english}\n",
            f"Fehler bei DsBindWithCred an {given} mit Status {shown}:\n    {german}\n",
        )
    )


async def _show_replication(call: Call, directory: Directory, words: list[str]) -> int:
    asked = _asked(call, directory, [word for word in words if not word.startswith("/")])
    if asked is None:
        return 5
    as_csv = any(word.lower() == "/csv" for word in words)
    (show.table if as_csv else show.neighbours)(call, directory, asked)
    return 0


async def _summary(call: Call, directory: Directory, words: list[str]) -> int:
    show.summary(call, directory)
    return 0


async def _sync_all(call: Call, directory: Directory, words: list[str]) -> int:
    flags = {sign for word in words if _FLAGS.fullmatch(word) for sign in word[1:]}
    names = [word for word in words if not word.startswith("/")]
    asked = _asked(call, directory, names)
    if asked is None:
        return 5
    contexts = sync.contexts(directory, names[1] if len(names) > 1 else None, every="A" in flags)
    if contexts is None:
        call.out(
            call.text(
                "SyncAll exited with fatal Win32 error: 8440 (0x20f8):\n",
                "SyncAll wurde mit einem schwerwiegenden Win32-Fehler beendet: 8440 (0x20f8):\n",
            )
        )
        return 8440
    for context in contexts:
        sync.everywhere(call, directory, asked, context, flags)
    return 0


async def _replicate(call: Call, directory: Directory, words: list[str]) -> int:
    names = [word for word in words if not word.startswith("/")]
    asked = _asked(call, directory, names)
    if asked is None:
        return 5
    chosen = sync.contexts(directory, names[2], every=False) if len(names) > 2 else None
    if chosen is None:
        return 87
    return sync.one(call, directory, asked, names[1], chosen[0])


_VERBS: Final[Mapping[str, Callable[[Call, Directory, list[str]], Awaitable[int]]]] = {
    "/showrepl": _show_replication,
    "/replsummary": _summary,
    "/replsum": _summary,
    "/syncall": _sync_all,
    "/replicate": _replicate,
}
