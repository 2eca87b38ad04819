"""Select-String, Join-Path, Split-Path: small cmdlets on text."""

from __future__ import annotations

from typing import Any

from troubleshoot.lab.windows.powershell.cmdlets.paths import read_text
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.operators import regex
from troubleshoot.lab.windows.powershell.values import as_text, items
from troubleshoot.lab.windows.topic import PsObject


@builtin(
    "Select-String",
    parameters="pattern path literalpath context encoding include exclude",
    switches="simplematch casesensitive quiet list notmatch allmatches",
    positions="pattern path",
)
async def select_string(inv: Invocation) -> None:
    lines = _lines(inv)
    found = [_match(number, line) for number, line in lines if _matches(inv, line) is not inv.has("notmatch")]
    if inv.has("quiet"):
        inv.out.append(bool(found))
    else:
        inv.out.extend(found[:1] if inv.has("list") else found)


def _lines(inv: Invocation) -> list[tuple[int, str]]:
    path = inv.text("path") or inv.text("literalpath")
    texts = read_text(inv, path).splitlines() if path else [as_text(item) for item in inv.objects]
    return list(enumerate(texts, 1))


def _matches(inv: Invocation, line: str) -> bool:
    case = inv.has("casesensitive")
    for pattern in map(as_text, items(inv.get("pattern"))):
        if inv.has("simplematch"):
            found = pattern in line if case else pattern.casefold() in line.casefold()
        else:
            found = regex(pattern, case=case).search(line) is not None
        if found:
            return True
    return False


def _match(number: int, line: str) -> PsObject:
    facts: dict[str, Any] = {"LineNumber": number, "Line": line, "Path": "InputStream", "__tostring": line}
    return PsObject("Microsoft.PowerShell.Commands.MatchInfo", facts)


@builtin("Join-Path", parameters="path childpath", switches="resolve", positions="path childpath")
async def join_path(inv: Invocation) -> None:
    child = inv.text("childpath").lstrip("\\")
    inv.out.extend(f"{as_text(path).rstrip(chr(92))}\\{child}" for path in items(inv.get("path")))


@builtin("Split-Path", parameters="path", switches="parent leaf qualifier noqualifier", positions="path")
async def split_path(inv: Invocation) -> None:
    for path in map(as_text, items(inv.get("path")) or inv.given or []):
        head, _, tail = path.rstrip("\\").rpartition("\\")
        drive, colon, rest = path.partition(":")
        if inv.has("qualifier"):
            inv.out.append(f"{drive}{colon}")
        elif inv.has("noqualifier"):
            inv.out.append(rest)
        else:
            inv.out.append(tail if inv.has("leaf") else head)
