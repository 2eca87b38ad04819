"""New-Object, variables, Get-Command, Get-Member and what else tells about the session."""

from __future__ import annotations

from typing import Any

from troubleshoot.core.powershell.aliases import ALIASES
from troubleshoot.lab.windows.lookup import find_cmdlet, find_tool
from troubleshoot.lab.windows.powershell import failures
from troubleshoot.lab.windows.powershell.casts import cast, unknown_type
from troubleshoot.lab.windows.powershell.cmdlets.selecting import visible
from troubleshoot.lab.windows.powershell.commands import BUILTINS, Invocation, builtin, find_builtin
from troubleshoot.lab.windows.powershell.operators import like
from troubleshoot.lab.windows.powershell.types import find_type
from troubleshoot.lab.windows.powershell.values import as_text, custom, hashtable, items, type_name
from troubleshoot.lab.windows.topic import PsEnum, PsError, PsObject
from troubleshoot.lab.windows.topics import topics


@builtin(
    "New-Object",
    parameters="typename argumentlist property comobject",
    positions="typename argumentlist",
    aliases={"args": "argumentlist"},
    rest="argumentlist",
)
async def new_object(inv: Invocation) -> None:
    name = inv.text("typename").lower().removeprefix("system.")
    given = inv.parameters.get("argumentlist")
    arguments = [*items(given), *inv.arguments]
    made = await _made(inv, name, arguments)
    properties = inv.get("property")
    if isinstance(made, PsObject) and isinstance(properties, PsObject):
        setter = made.methods.get("__set__")
        for key, value in properties.items():
            if setter is not None:
                await setter(key, value)
            else:
                made[key] = value
    inv.out.append(made)


async def _made(inv: Invocation, name: str, arguments: list[Any]) -> Any:
    handler = find_type(name)
    if handler is not None and handler.new is not None:
        return await handler.new(inv.run.session.call, arguments)
    if name in ("psobject", "pscustomobject", "management.automation.psobject", "object"):
        return custom()
    if name in ("collections.hashtable", "hashtable"):
        return hashtable()
    if name in ("collections.arraylist",):
        return list(arguments)
    try:
        return cast(name, arguments[0] if arguments else None)
    except PsError:
        missing = unknown_type(name)
        message = f"Cannot find type [{inv.text('typename')}]: make sure the assembly containing this type is loaded."
        raise PsError(
            message,
            "TypeNotFound,Microsoft.PowerShell.Commands.NewObjectCommand",
            category="InvalidType: (:) [New-Object], PSArgumentException",
            terminating=True,
        ) from missing


# --- variables -----------------------------------------------------------------------------------------------------


@builtin("Set-Variable", parameters="name value scope option", switches="force passthru", positions="name value")
@builtin("New-Variable", parameters="name value scope option", switches="force passthru", positions="name value")
async def set_variable(inv: Invocation) -> None:
    for name in items(inv.get("name")):
        inv.run.session.set(as_text(name).lower(), inv.parameters.get("value"))


@builtin("Get-Variable", parameters="name scope", switches="valueonly", positions="name")
async def get_variable(inv: Invocation) -> None:
    known = inv.run.session.variables
    for pattern in items(inv.get("name")) or ["*"]:
        found = [name for name in sorted(known) if like(name, pattern)]
        if not found and not any(char in as_text(pattern) for char in "*?["):
            raise PsError(
                f"Cannot find a variable with the name '{as_text(pattern)}'.",
                "VariableNotFound,Microsoft.PowerShell.Commands.GetVariableCommand",
                category=f"ObjectNotFound: ({as_text(pattern)}:String) [Get-Variable], ItemNotFoundException",
            )
        for name in found:
            row = PsObject("System.Management.Automation.PSVariable", {"Name": name, "Value": known[name]})
            inv.out.append(known[name] if inv.has("valueonly") else row)


@builtin("Remove-Variable", parameters="name scope", switches="force", positions="name")
async def remove_variable(inv: Invocation) -> None:
    for name in items(inv.get("name")):
        inv.run.session.variables.pop(as_text(name).lower(), None)


# --- commands ------------------------------------------------------------------------------------------------------

_KINDS = {"Alias": 1, "Cmdlet": 8, "Application": 32}


def _command_info(kind: str, name: str, definition: str = "") -> PsObject:
    return PsObject(
        f"System.Management.Automation.{kind}Info",
        {
            "CommandType": PsEnum(kind, _KINDS[kind]),
            "Name": name,
            "Definition": definition or name,
            "ModuleName": "",
            "__tostring": name,
        },
    )


def _known_cmdlets(inv: Invocation) -> list[str]:
    """The names of all cmdlets of the host."""
    session = inv.run.session
    own = [found.name for found in BUILTINS.values() if session.version >= found.since]
    machine = session.call.machine
    others = [name for topic in topics() for name in topic.cmdlets if find_cmdlet(machine, name) is not None]
    return sorted({*own, *("-".join(part.capitalize() for part in name.split("-")) for name in others)}, key=str.lower)


def find_commands(inv: Invocation, name: str) -> list[PsObject]:
    """What a name or a pattern stands for on the host."""
    if any(char in name for char in "*?["):
        return [_command_info("Cmdlet", found) for found in _known_cmdlets(inv) if like(found, name)]
    if name.lower() in ALIASES:
        return [_command_info("Alias", name.lower(), ALIASES[name.lower()])]
    own = find_builtin(inv.run, name)
    if own is not None or find_cmdlet(inv.run.session.call.machine, name) is not None:
        return [_command_info("Cmdlet", own.name if own is not None else name)]
    stem = name.lower().removesuffix(".exe")
    if find_tool(inv.run.session.call.machine, stem) is not None or stem == "cmd":
        return [_command_info("Application", f"{stem}.exe", f"C:\\Windows\\system32\\{stem}.exe")]
    return []


@builtin(
    "Get-Command",
    parameters="name verb noun module commandtype totalcount",
    switches="syntax all listimported",
    positions="name",
    aliases={"type": "commandtype"},
)
async def get_command(inv: Invocation) -> None:
    wanted = [as_text(name) for name in items(inv.get("name"))]
    if not wanted:
        wanted = [f"{inv.text('verb', '*')}-{inv.text('noun', '*')}"]
    kinds = [as_text(kind).lower() for kind in items(inv.get("commandtype"))]
    missing: PsError | None = None
    for name in wanted:
        found = [item for item in find_commands(inv, name) if not kinds or str(item["CommandType"]).lower() in kinds]
        inv.out.extend(found)
        if not found and not any(char in name for char in "*?["):
            missing = failures.unknown_command(inv.run.session, name)
    if missing is not None:
        raise PsError(
            missing.message,
            "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand",
            category=missing.category.replace("[]", "[Get-Command]"),
        )


@builtin("Get-Alias", parameters="name definition", positions="name")
async def get_alias(inv: Invocation) -> None:
    pattern = inv.text("name", "*")
    inv.out.extend(_command_info("Alias", name, full) for name, full in sorted(ALIASES.items()) if like(name, pattern))


@builtin("Get-Member", parameters="name membertype", switches="static force", positions="name")
async def get_member(inv: Invocation) -> None:
    seen: set[str] = set()
    for item in inv.objects:
        kind = type_name(item)
        if kind in seen or not isinstance(item, PsObject):
            continue
        seen.add(kind)
        for name in sorted(visible(item), key=str.lower):
            row = {"TypeName": kind, "Name": name, "MemberType": PsEnum("Property", 4)}
            inv.out.append(PsObject("Microsoft.PowerShell.Commands.MemberDefinition", row))


@builtin("Get-Host")
async def get_host(inv: Invocation) -> None:
    version = cast("version", inv.run.session.call.machine.personality.powershell)
    inv.out.append(
        PsObject("System.Management.Automation.Internal.Host.InternalHost", {"Name": "ConsoleHost", "Version": version})
    )


# A module or snap-in is installed where its first cmdlet is.
_MODULES = {
    "activedirectory": "get-adcomputer",
    "dnsserver": "get-dnsserverzone",
    "failoverclusters": "get-cluster",
    "hyper-v": "get-vm",
    "networkloadbalancingclusters": "get-nlbcluster",
    "dfsr": "get-dfsrbacklog",
    "virtualmachinemanager": "get-scvmhost",
    "microsoft.systemcenter.virtualmachinemanager": "get-vmmserver",
    "microsoft.powershell.management": "get-item",
    "microsoft.powershell.utility": "write-output",
}


@builtin("Import-Module", parameters="name", switches="force passthru disablenamechecking", positions="name")
@builtin("Add-PSSnapin", parameters="name", switches="passthru", positions="name")
async def add_module(inv: Invocation) -> None:
    for name in map(as_text, items(inv.get("name"))):
        cmdlet = _MODULES.get(name.lower(), "")
        if find_cmdlet(inv.run.session.call.machine, cmdlet) is None and find_builtin(inv.run, cmdlet) is None:
            raise _no_module(inv, name)


@builtin("Get-Module", parameters="name", switches="listavailable all refresh", positions="name")
async def get_module(inv: Invocation) -> None:
    """The modules whose cmdlets the host has."""
    wanted = [as_text(name) for name in items(inv.get("name"))] or ["*"]
    for name, cmdlet in _MODULES.items():
        present = find_cmdlet(inv.run.session.call.machine, cmdlet) or find_builtin(inv.run, cmdlet)
        if present and any(like(name, pattern) for pattern in wanted):
            facts = {"ModuleType": PsEnum("Manifest", 2), "Name": name, "Version": cast("version", "1.0.0.0")}
            inv.out.append(PsObject("System.Management.Automation.PSModuleInfo", {**facts, "__tostring": name}))


def _no_module(inv: Invocation, name: str) -> PsError:
    english = (
        f"The specified module '{name}' was not loaded because no valid module file was found in any module directory."
    )
    german = (
        f'Das angegebene Modul "{name}" wurde nicht geladen, da in keinem Modulverzeichnis eine gültige Moduldatei '
        "gefunden wurde."
    )
    snapin = f"The Windows PowerShell snap-in '{name}' is not installed on this computer."
    modular = inv.name.lower() == "import-module"
    return PsError(
        inv.run.session.call.text(english, german) if modular else snapin,
        f"{'Modules_ModuleNotFound' if modular else 'AddPSSnapInRead'},Microsoft.PowerShell.Commands"
        f".{'ImportModuleCommand' if modular else 'AddPSSnapinCommand'}",
        category=f"ResourceUnavailable: ({name}:String) [{inv.name}], FileNotFoundException",
    )


@builtin("Set-StrictMode", parameters="version", switches="off")
async def set_strict_mode(inv: Invocation) -> None:
    return
