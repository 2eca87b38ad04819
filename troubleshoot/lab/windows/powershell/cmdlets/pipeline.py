"""Where-Object, ForEach-Object, Sort-Object, Group-Object, Get-Unique and Compare-Object."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from troubleshoot.lab.windows.powershell import failures
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.evaluator import check
from troubleshoot.lab.windows.powershell.members import invoke, member
from troubleshoot.lab.windows.powershell.operators import compare, operate
from troubleshoot.lab.windows.powershell.values import Closure, as_text, collected, items, truth
from troubleshoot.lab.windows.topic import PsError, PsObject

_COMPARISONS = "eq ne gt ge lt le like notlike match notmatch contains notcontains in notin is isnot"


@builtin("Where-Object", parameters=f"filterscript property value {_COMPARISONS}", positions="filterscript value")
async def where_object(inv: Invocation) -> None:
    test = inv.get("filterscript")
    if isinstance(test, Closure):
        for item in inv.given or []:
            if truth(collected(await inv.run.call_block(test, item))):
                inv.out.append(item)
        return
    _simple_form(inv, "Where-Object")
    name = as_text(inv.get("property", test))
    operator = next((name for name in _COMPARISONS.split() if name in inv.parameters), None)
    wanted = inv.parameters.get(operator or "", inv.parameters.get("value"))
    for item in inv.given or []:
        value = member(item, name)
        if truth(value if operator is None else operate(operator, value, wanted)):
            inv.out.append(item)


def _simple_form(inv: Invocation, name: str) -> None:
    """`Where-Object Status -eq Running` came with PowerShell 3.0."""
    if not inv.run.session.modern:
        operator = next((key for key in inv.parameters if key in _COMPARISONS.split()), None)
        if operator is not None:
            raise failures.unknown_parameter(inv.run.session, name, operator)
        raise PsError(
            f"Cannot bind parameter 'FilterScript'. Cannot convert value \"{inv.text('filterscript')}\" to type"
            ' "System.Management.Automation.ScriptBlock".',
            f"CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.{name.replace('-', '')}Command",
            category="InvalidArgument: (:) [], ParameterBindingException",
            terminating=True,
        )


@builtin(
    "ForEach-Object",
    parameters="process begin end membername argumentlist",
    positions="process",
    rest="argumentlist",
)
async def foreach_object(inv: Invocation) -> None:
    block, name = inv.get("process"), inv.get("membername")
    blocks = [item for item in [*items(block), *inv.arguments] if isinstance(item, Closure)]
    begin, end = inv.get("begin"), inv.get("end")
    if len(blocks) > 1 and begin is None:
        begin, *blocks = blocks
        if len(blocks) > 1 and end is None:
            end = blocks.pop()
    if isinstance(begin, Closure):
        await inv.run.call_block(begin, None, inv.out)
    for item in inv.given or []:
        for closure in blocks:
            await inv.run.call_block(closure, item, inv.out)
        if not blocks:
            _simple_form(inv, "ForEach-Object")
            inv.out.extend(items(await _member_of(inv, item, as_text(name if name is not None else block))))
    if isinstance(end, Closure):
        await inv.run.call_block(end, None, inv.out)


async def _member_of(inv: Invocation, item: Any, name: str) -> Any:
    found = member(item, name)
    if found is None and (not isinstance(item, PsObject) or name.lower() in item.methods):
        return await invoke(item, name, [*items(inv.get("argumentlist")), *inv.arguments])
    return found


# --- sorting and grouping ------------------------------------------------------------------------------------------


async def key_of(inv: Invocation, item: Any, wanted: Any) -> Any:
    """The value of a property name, a script block, or ``@{Expression=...}`` for an object."""
    if isinstance(wanted, PsObject):
        wanted = expression_of(wanted)
    if isinstance(wanted, Closure):
        return collected(await inv.run.call_block(wanted, item))
    return item if wanted is None else member(item, as_text(wanted))


def expression_of(table: PsObject) -> Any:
    """The Expression entry of a calculated property, by any of its short names."""
    return next((value for name, value in table.items() if "expression".startswith(name.lower())), None)


def _descends(inv: Invocation, wanted: Any) -> bool:
    if isinstance(wanted, PsObject) and wanted.prop("descending") is not None:
        return truth(wanted.prop("descending"))
    return inv.has("descending")


@builtin("Sort-Object", parameters="property culture", switches="descending unique casesensitive", positions="property")
async def sort_object(inv: Invocation) -> None:
    wanted = items(inv.get("property")) or [None]
    rows = [(item, [await key_of(inv, item, key) for key in wanted]) for item in inv.objects]
    signs = [-1 if _descends(inv, key) else 1 for key in wanted]

    def order(left: tuple[Any, list[Any]], right: tuple[Any, list[Any]]) -> int:
        pairs = zip(left[1], right[1], signs, strict=True)
        return next((found * sign for a, b, sign in pairs if (found := _order(a, b))), 0)

    rows.sort(key=cmp_to_key(order))
    for number, row in enumerate(rows):
        if not (inv.has("unique") and number and order(rows[number - 1], row) == 0):
            inv.out.append(row[0])


def _order(left: Any, right: Any) -> int:
    try:
        return compare(left, right)
    except PsError:
        return compare(as_text(left), as_text(right))


@builtin(
    "Group-Object", parameters="property", switches="noelement ashashtable asstring casesensitive", positions="property"
)
async def group_object(inv: Invocation) -> None:
    wanted = items(inv.get("property")) or [None]
    groups: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    for item in inv.objects:
        name = ", ".join([as_text(await key_of(inv, item, key)) for key in wanted])
        names.setdefault(name.casefold(), name)
        groups.setdefault(name.casefold(), []).append(item)
    kind = "Microsoft.PowerShell.Commands.GroupInfo"
    for key, members in groups.items():
        shown = [] if inv.has("noelement") else members
        inv.out.append(PsObject(kind, {"Count": len(members), "Name": names[key], "Group": shown}))


@builtin("Get-Unique", switches="asstring ontype")
async def get_unique(inv: Invocation) -> None:
    for item in inv.objects:
        if not inv.out or as_text(inv.out[-1]) != as_text(item):
            inv.out.append(item)


@builtin(
    "Compare-Object",
    parameters="referenceobject differenceobject property",
    switches="includeequal excludedifferent passthru",
    positions="referenceobject differenceobject",
)
async def compare_object(inv: Invocation) -> None:
    check(
        inv.parameters.get("referenceobject") is not None,
        "Cannot bind argument to parameter 'ReferenceObject' because it is null.",
        "ParameterArgumentValidationErrorNullNotAllowed",
    )
    left = {as_text(item).casefold(): item for item in items(inv.get("referenceobject"))}
    right = {as_text(item).casefold(): item for item in items(inv.get("differenceobject"))}
    for key, item in [*right.items(), *left.items()]:
        side = "==" if key in left and key in right else "=>" if key in right else "<="
        row = PsObject("System.Management.Automation.PSCustomObject", {"InputObject": item, "SideIndicator": side})
        wanted = inv.has("includeequal") if side == "==" else not inv.has("excludedifferent")
        if wanted and row not in inv.out:
            inv.out.append(row)
