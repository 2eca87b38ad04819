"""Get-WmiObject, Get-CimInstance and their methods over the WMI classes of the topics."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.lookup import find_wmi
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.powershell.cmdlets.selecting import visible
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.members import invoke, member
from troubleshoot.lab.windows.powershell.operators import compare, equal, like
from troubleshoot.lab.windows.powershell.values import as_text, items, truth
from troubleshoot.lab.windows.topic import PsError, PsObject
from troubleshoot.lab.windows.topics import topics
from troubleshoot.lab.windows.wsman.config import wsman_config

_CONDITION = re.compile(
    r"""\s*(\w+)\s*(=|<>|!=|>=|<=|>|<|\blike\b|\bis\s+not\b|\bis\b)\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+|true|false|null)\s*""",
    re.IGNORECASE,
)
_QUERY = re.compile(r"\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+))?\s*", re.IGNORECASE | re.DOTALL)
_MISSING_NAMESPACE = 0x8004100E
_MISSING_CLASS = 0x80041010
_BAD_QUERY = 0x80041017

_TEXTS = {
    _MISSING_NAMESPACE: ("Invalid namespace ", "Ungültiger Namespace "),
    _MISSING_CLASS: ("Invalid class ", "Ungültige Klasse "),
    _BAD_QUERY: ("Invalid query ", "Ungültige Abfrage "),
}


def _failure(inv: Invocation, code: int, subject: str) -> PsError:
    english, german = _TEXTS[code]
    text = inv.run.session.call.text(english, german)
    if inv.name.lower() == "get-wmiobject":
        if code == _MISSING_NAMESPACE:
            return _error(f'{text.rstrip()} "{subject}"', "INVALID_NAMESPACE_IDENTIFIER", "ManagementException")
        return _error(f'{text}"{subject}"', "GetWMIManagementException", "ManagementException")
    return _error(text, f"HRESULT 0x{code:x}", "CimException")


def _error(message: str, code: str, kind: str) -> PsError:
    command = "GetWmiObjectCommand" if kind == "ManagementException" else "GetCimInstanceCommand"
    prefix = (
        "Microsoft.PowerShell.Commands"
        if kind == "ManagementException"
        else "Microsoft.Management.Infrastructure.CimCmdlets"
    )
    category = (
        "InvalidType: (:) [Get-WmiObject]" if kind == "ManagementException" else "MetadataError: (:) [Get-CimInstance]"
    )
    return PsError(message, f"{code},{prefix}.{command}", category=f"{category}, {kind}")


# --- the query -----------------------------------------------------------------------------------------------------


def _literal(text: str) -> Any:
    if text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    folded = text.lower()
    return {"true": True, "false": False, "null": None}.get(folded, int(text) if folded[-1].isdigit() else None)


def _test(name: str, operator: str, wanted: Any) -> Callable[[PsObject], bool]:
    def holds(item: PsObject) -> bool:
        value = member(item, name)
        match operator:
            case "=" | "is":
                return equal(value, wanted)
            case "<>" | "!=" | "is not":
                return not equal(value, wanted)
            case "like":
                return like(value, as_text(wanted).replace("%", "*").replace("_", "?"))
        order = compare(value, wanted)
        return {">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0}[operator]

    return holds


def condition(text: str) -> Callable[[PsObject], bool] | None:
    """A WHERE clause of comparisons joined by AND and OR (AND binds tighter), or None where it is not understood."""
    alternatives: list[list[Callable[[PsObject], bool]]] = [[]]
    rest = text.strip()
    while rest:
        found = _CONDITION.match(rest)
        if not found:
            return None
        operator = " ".join(found.group(2).lower().split())
        alternatives[-1].append(_test(found.group(1), operator, _literal(found.group(3))))
        rest = rest[found.end() :]
        joint = re.match(r"(and|or)\b", rest, re.IGNORECASE)
        if rest and not joint:
            return None
        if joint:
            rest = rest[joint.end() :]
            if joint.group().lower() == "or":
                alternatives.append([])
    return lambda item: any(all(test(item) for test in tests) for tests in alternatives)


def _query(inv: Invocation) -> tuple[str, list[str], str]:
    """Class, properties and condition that the parameters ask for."""
    name = inv.text("class") or inv.text("classname")
    wanted = [as_text(item) for item in items(inv.get("property"))]
    text = inv.text("query")
    if not text:
        return name, [] if "*" in wanted else wanted, inv.text("filter")
    found = _QUERY.fullmatch(text)
    if not found:
        raise _failure(inv, _BAD_QUERY, text)
    columns = [] if found.group(1).strip() == "*" else [part.strip() for part in found.group(1).split(",")]
    return found.group(2), columns, found.group(3) or ""


def _target(inv: Invocation) -> Machine:
    machine = inv.run.session.call.machine
    name = inv.text("computername", ".")
    if name.lower() in (".", "localhost", machine.name.lower(), machine.computer.lower(), machine.fqdn.lower()):
        return machine
    logon = inv.run.session.call.logon
    try:
        found = machine.estate.machine(name)
    except OperatorError:
        raise PsError(
            "The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)",
            "GetWMICOMException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
            category="InvalidOperation: (:) [Get-WmiObject], COMException",
        ) from None
    if not (logon.delegated or logon.system):
        raise PsError(
            "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
            "GetWMIUnauthorizedAccessException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
            category="NotSpecified: (:) [Get-WmiObject], UnauthorizedAccessException",
        )
    return found


async def _provider_time(inv: Invocation, machine: Machine, namespace: str) -> None:
    """A provider takes as long here as behind `winrm enumerate`."""
    if machine.has("wsman"):
        await inv.run.session.call.sleep(wsman_config(machine).delay(namespace))


async def _instances(inv: Invocation, name: str) -> list[PsObject]:
    machine = _target(inv)
    namespace = inv.text("namespace", "root\\cimv2").replace("/", "\\").strip("\\").lower()
    found = find_wmi(machine, namespace, name)
    if found is not None:
        await _provider_time(inv, machine, namespace)
        return list(found(machine, inv.run.session.call.logon))
    known = {space for topic in topics() for space, wmi_class in topic.wmi if find_wmi(machine, space, wmi_class)}
    if namespace not in {*known, "root", "root\\cimv2", "root\\default", "root\\wmi", "root\\standardcimv2"}:
        raise _failure(inv, _MISSING_NAMESPACE, inv.text("namespace"))
    raise _failure(inv, _MISSING_CLASS, name)


async def _get(inv: Invocation) -> None:
    name, columns, where = _query(inv)
    test = condition(where)
    if test is None:
        raise _failure(inv, _BAD_QUERY, where)
    rows = [item for item in await _instances(inv, name) if test(item)]
    for row in rows:
        inv.out.append(_narrowed(row, columns) if columns else row)


def _narrowed(row: PsObject, columns: list[str]) -> PsObject:
    wanted = {name.casefold() for name in columns}
    kept = {key: value for key, value in row.items() if key.casefold() in wanted or key.startswith("__")}
    return PsObject(row.type_name, kept, row.methods)


@builtin(
    "Get-WmiObject",
    parameters="class property namespace computername filter query credential authentication impersonation locale",
    switches="list recurse amended directread asjob enableallprivileges",
    positions="class property",
    aliases={"ns": "namespace", "cn": "computername"},
)
async def get_wmi_object(inv: Invocation) -> None:
    await _get(inv)


@builtin(
    "Get-CimInstance",
    parameters="classname property namespace computername filter query cimsession operationtimeoutsec resultclassname",
    switches="keyonly shallow",
    positions="classname",
    aliases={"ns": "namespace", "cn": "computername"},
    since=(3, 0),
)
async def get_cim_instance(inv: Invocation) -> None:
    await _get(inv)


async def _call_method(inv: Invocation, rows: list[Any], arguments: list[Any]) -> None:
    name = inv.text("name") or inv.text("methodname")
    for row in rows:
        inv.out.append(await invoke(row, name, arguments))


@builtin(
    "Invoke-WmiMethod",
    parameters="class name argumentlist namespace computername path filter query property",
    positions="class name argumentlist",
)
async def invoke_wmi_method(inv: Invocation) -> None:
    rows = inv.objects or await _instances(inv, inv.text("class"))
    await _call_method(inv, rows, items(inv.get("argumentlist")))


@builtin(
    "Invoke-CimMethod",
    parameters="classname methodname arguments namespace computername query filter property",
    positions="classname methodname arguments",
    aliases={"name": "methodname"},
    since=(3, 0),
)
async def invoke_cim_method(inv: Invocation) -> None:
    given = inv.get("arguments")
    arguments = list(given.values()) if isinstance(given, PsObject) else items(given)
    rows = inv.objects
    if not rows:
        name, _, where = _query(inv)
        test = condition(where)
        rows = [row for row in await _instances(inv, name) if test is not None and test(row)]
    await _call_method(inv, rows, arguments)


@builtin(
    "Set-WmiInstance",
    parameters="class arguments namespace computername path",
    positions="class arguments",
)
@builtin("Set-CimInstance", parameters="property cimsession computername", switches="passthru", since=(3, 0))
async def set_instance(inv: Invocation) -> None:
    """Changes properties where the topic's object has a setter (its method ``__set__``)."""
    changes = inv.get("arguments", inv.get("property"))
    rows = inv.objects or await _instances(inv, inv.text("class"))
    for row in rows:
        setter = row.methods.get("__set__") if isinstance(row, PsObject) else None
        if setter is None or not isinstance(changes, PsObject) or not truth(visible(changes)):
            raise PsError(
                "Provider is not capable of the attempted operation ",
                "SetWMIManagementException,Microsoft.PowerShell.Commands.SetWmiInstance",
                category="InvalidOperation: (:) [Set-WmiInstance], ManagementException",
            )
        for name in visible(changes):
            await setter(name, changes[name])
        inv.out.append(row)
