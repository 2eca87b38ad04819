"""Write-Output, Write-Host, Write-Error, Write-Warning and the other ways to say something."""

from __future__ import annotations

from typing import Any

from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.values import as_text, items
from troubleshoot.lab.windows.topic import PsError


@builtin("Write-Output", switches="noenumerate", rest="inputobject")
async def write_output(inv: Invocation) -> None:
    given = inv.parameters.get("inputobject")
    values = [given, *inv.arguments] if given is not None else inv.arguments
    for value in values if values else inv.given or []:
        inv.out.extend(value if isinstance(value, list) else [value])


@builtin(
    "Write-Host",
    parameters="object separator foregroundcolor backgroundcolor",
    switches="nonewline",
    positions="object",
    rest="object",
)
async def write_host(inv: Invocation) -> None:
    values: list[Any] = [*items(inv.parameters.get("object")), *inv.arguments] or list(inv.given or [])
    text = inv.text("separator", " ").join(as_text(value) for value in values)
    inv.run.session.call.out(text if inv.has("nonewline") else f"{text}\n")


@builtin(
    "Write-Error",
    parameters="message exception category errorid targetobject errorrecord",
    positions="message",
)
async def write_error(inv: Invocation) -> None:
    text = inv.text("message") or as_text(inv.get("exception"))
    raise PsError(
        text,
        inv.text("errorid", "Microsoft.PowerShell.Commands.WriteErrorException"),
        category=f"{inv.text('category', 'NotSpecified')}: (:) [Write-Error], WriteErrorException",
    )


@builtin("Write-Warning", parameters="message", positions="message")
async def write_warning(inv: Invocation) -> None:
    if inv.run.session.preference("warning") not in ("silentlycontinue", "ignore"):
        inv.run.session.message("warning", f"WARNING: {inv.text('message')}")


@builtin("Write-Verbose", parameters="message", positions="message")
async def write_verbose(inv: Invocation) -> None:
    if inv.has("verbose") or inv.run.session.preference("verbose") == "continue":
        inv.run.session.message("verbose", f"VERBOSE: {inv.text('message')}")


@builtin("Write-Debug", parameters="message", positions="message")
async def write_debug(inv: Invocation) -> None:
    if inv.has("debug"):
        inv.run.session.message("debug", f"DEBUG: {inv.text('message')}")


@builtin(
    "Write-Progress",
    parameters="activity status id percentcomplete secondsremaining currentoperation parentid sourceid",
    switches="completed",
    positions="activity status",
)
async def write_progress(inv: Invocation) -> None:
    inv.run.session.progress(inv.text("activity"))


@builtin("Out-Null")
async def out_null(inv: Invocation) -> None:
    return


@builtin("Out-Default")
@builtin("Out-Host", switches="paging")
async def out_host(inv: Invocation) -> None:
    inv.out.extend(inv.given or [])
