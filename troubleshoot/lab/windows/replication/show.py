"""How replication went: repadmin /showrepl (text and CSV) and /replsummary."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.dates import local
from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.replication.sync import UNAVAILABLE, all_contexts
from troubleshoot.lab.windows.topic import Call

_FAILURES: Final = 41  # of a controller whose inbound replication fails
_COLUMNS: Final = (
    "showrepl_COLUMNS,Destination DSA Site,Destination DSA,Naming Context,Source DSA Site,Source DSA,Transport Type,"
    "Number of Failures,Last Failure Time,Last Success Time,Last Failure Status\n"
)
_SPALTEN: Final = (
    "showrepl_COLUMNS,Ziel-DSA-Standort,Ziel-DSA,Namenskontext,Quell-DSA-Standort,Quell-DSA,Transporttyp,"
    "Anzahl der Fehler,Zeitpunkt des letzten Fehlers,Zeitpunkt des letzten Erfolgs,Status des letzten Fehlers\n"
)


def _times(call: Call, asked: DomainController) -> tuple[str, str]:
    """When the last try failed (0: never) and when one last worked."""
    now = call.machine.now
    worked = now - (6 * 86400 if asked.blocked else 400)
    failed = f"{local(call.machine, now - 700):%Y-%m-%d %H:%M:%S}" if asked.blocked else "0"
    return failed, f"{local(call.machine, worked):%Y-%m-%d %H:%M:%S}"


def _name(call: Call, dc: DomainController) -> str:
    return call.machine.estate.machine(dc.name).computer


def table(call: Call, directory: Directory, asked: DomainController) -> None:
    """`/showrepl /csv`."""
    call.out(call.text(_COLUMNS, _SPALTEN))
    failed, worked = _times(call, asked)
    count, status = (_FAILURES, UNAVAILABLE[0]) if asked.blocked else (0, 0)
    for context in all_contexts(directory):
        for source in directory.sources(asked.name):
            ends = f'{asked.site},{_name(call, asked)},"{context.dn}",{source.site},{_name(call, source)}'
            call.out(f"showrepl_INFO,{ends},RPC,{count},{failed},{worked},{status}\n")


def neighbours(call: Call, directory: Directory, asked: DomainController) -> None:
    """`/showrepl` as text."""
    computer = _name(call, asked)
    call.out(
        f"\nRepadmin: running command /showrepl against full DC localhost\n{asked.site}\\{computer}\n"
        f"DSA Options: {'IS_GC DISABLE_OUTBOUND_REPL IS_RODC' if asked.read_only else 'IS_GC'}\nSite Options: (none)\n"
        f"DSA object GUID: {asked.guid}\nDSA invocationID: {asked.guid}\n\n"
        f"==== INBOUND NEIGHBORS ======================================\n\n"
    )
    failed, worked = _times(call, asked)
    code, english, german = UNAVAILABLE
    for context in all_contexts(directory):
        call.out(f"{context.dn}\n")
        for source in directory.sources(asked.name):
            call.out(f"    {source.site}\\{_name(call, source)} via RPC\n        DSA object GUID: {source.guid}\n")
            if asked.blocked:
                call.out(
                    f"        Last attempt @ {failed} failed, result {code} (0x{code:x}):\n"
                    f"            {call.text(english, german)}\n        {_FAILURES} consecutive failure(s).\n"
                    f"        Last success @ {worked}.\n"
                )
            else:
                call.out(f"        Last attempt @ {worked} was successful.\n")
        call.out("\n")


def summary(call: Call, directory: Directory) -> None:
    """`/replsummary`: the largest delta of each destination."""
    call.out(f"Replication Summary Start Time: {local(call.machine, call.machine.now):%Y-%m-%d %H:%M:%S}\n\n")
    call.out("Destination DSA     largest delta    fails/total %%   error\n")
    for dc in directory.controllers.values():
        total = len(directory.sources(dc.name)) * len(all_contexts(directory))
        delta, fails = ("06d.00h:00m:00s", total) if dc.blocked else ("06m:40s", 0)
        percent = 100 * fails // total if total else 0
        error = f"  ({UNAVAILABLE[0]}) {UNAVAILABLE[1]}" if dc.blocked else ""
        call.out(f" {_name(call, dc):<18} {delta:>15}  {fails:>4} / {total:>3}  {percent:>3}{error}\n")
