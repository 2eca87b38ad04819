"""Replication on demand: repadmin /syncall and /replicate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.seeds import settings_dn
from troubleshoot.lab.windows.topic import Call

DENIED: Final = (5, "Access is denied.", "Zugriff verweigert")
UNAVAILABLE: Final = (1722, "The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar.")
NO_LINK: Final = (
    8452,
    "The naming context is in the process of being removed or is not replicated from the specified server.",
    "Der Namenskontext wird gerade entfernt oder nicht vom angegebenen Server repliziert.",
)


@dataclass(frozen=True, slots=True)
class Context:
    """A naming context. ``outside`` is one whose name ends alike but that is replicated by itself."""

    dn: str
    outside: str = ""


def all_contexts(directory: Directory) -> list[Context]:
    """Those that every controller holds."""
    schema = f"CN=Schema,{directory.configuration}"
    return [
        Context(directory.base, directory.configuration),
        Context(directory.configuration, schema),
        Context(schema),
    ]


def contexts(directory: Directory, dn: str | None, *, every: bool) -> list[Context] | None:
    """The contexts of one call: all, the named one, or the configuration; None where there is no such context."""
    found = all_contexts(directory)
    if every:
        return found
    wanted = (dn or directory.configuration).casefold()
    chosen = [context for context in found if context.dn.casefold() == wanted]
    return chosen or None


def everywhere(call: Call, directory: Directory, home: DomainController, context: Context, flags: set[str]) -> None:
    """`/syncall` for one context: the home server pulls, or with P its partners pull from it."""
    say_by_dn = "d" in flags
    troubles: list[str] = []
    for source, puller in _legs(directory, home, flags):
        legs = _named(call, directory, source, puller, say_by_dn)
        problem = _problem(call, home, puller)
        if problem is None and not directory.pull(puller.name, context.dn, context.outside):
            problem = UNAVAILABLE
        if problem is not None:
            troubles.append(_trouble(call, problem, legs))
            continue
        call.out(
            call.text(
                "CALLBACK MESSAGE: The following replication is in progress:\n",
                "RÜCKRUFNACHRICHT: Die folgende Replikation wird gerade ausgeführt:\n",
            )
            + legs
        )
        call.out(
            call.text(
                "CALLBACK MESSAGE: The following replication completed successfully:\n",
                "RÜCKRUFNACHRICHT: Die folgende Replikation wurde erfolgreich abgeschlossen:\n",
            )
            + legs
        )
    call.out(call.text("CALLBACK MESSAGE: SyncAll Finished.\n", "RÜCKRUFNACHRICHT: SyncAll wurde beendet.\n"))
    if troubles:
        call.out(
            call.text("\nSyncAll reported the following errors:\n", "\nSyncAll hat folgende Fehler gemeldet:\n")
            + "".join(troubles)
        )
    else:
        call.out(call.text("SyncAll terminated with no errors.\n", "SyncAll wurde ohne Fehler beendet.\n"))


def _legs(
    directory: Directory, home: DomainController, flags: set[str]
) -> Iterator[tuple[DomainController, DomainController]]:
    """Source and puller of each transfer, those farthest from the home server first when pulling."""
    others = [dc for dc in directory.controllers.values() if dc.name != home.name]
    if "P" in flags:
        yield from ((home, other) for other in others if home in directory.sources(other.name))
        return
    near = directory.sources(home.name)
    far = [dc for dc in others if dc in near] if "e" in flags else []
    for puller in far:
        yield from ((source, puller) for source in directory.sources(puller.name) if source.name != home.name)
    yield from ((source, home) for source in near if "e" in flags or source.site == home.site)


def _problem(call: Call, home: DomainController, puller: DomainController) -> tuple[int, str, str] | None:
    own = puller.name == call.machine.name
    return None if own or call.logon.delegated or call.logon.system else DENIED


def _named(call: Call, directory: Directory, source: DomainController, puller: DomainController, by_dn: bool) -> str:
    start, to = call.text("From", "Von"), call.text("To  ", "Nach")
    shown = [_shown(call, directory, dc, by_dn) for dc in (source, puller)]
    return f"    {start}: {shown[0]}\n    {to}: {shown[1]}\n"


def _shown(call: Call, directory: Directory, dc: DomainController, by_dn: bool) -> str:
    if by_dn:
        return settings_dn(directory, call.machine.estate.machine(dc.name))
    return f"{dc.guid}._msdcs.{directory.domain}"


def _trouble(call: Call, problem: tuple[int, str, str], legs: str) -> str:
    code, english, german = problem
    head = call.text("Error issuing replication", "Fehler beim Ausgeben der Replikation")
    return f"{head}: {code} (0x{code:x}):\n    {call.text(english, german)}\n{legs}"


def one(call: Call, directory: Directory, home: DomainController, source: str, context: Context) -> int:
    """`/replicate destination source context`."""
    try:
        found = directory.controller(source)
    except OperatorError:
        found = None
    problem = NO_LINK if found not in directory.sources(home.name) else None
    if problem is None and not directory.pull(home.name, context.dn, context.outside):
        problem = UNAVAILABLE
    if problem is not None:
        code, english, german = problem
        call.out(
            call.text(
                f"DsReplicaSync() failed with status {code} (0x{code:x}):\n    {english}\n",
                f"DsReplicaSync() ist mit Status {code} (0x{code:x}) fehlgeschlagen:\n    {german}\n",
            )
        )
        return code
    call.out(
        call.text(
            f"Sync from {source} to {home.name} completed successfully.\n",
            f"Die Synchronisierung von {source} nach {home.name} wurde erfolgreich abgeschlossen.\n",
        )
    )
    return 0
