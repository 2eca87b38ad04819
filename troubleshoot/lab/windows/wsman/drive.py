"""The WSMan: drive and Test-WSMan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import CmdletCall, PsError, PsObject
from troubleshoot.lab.windows.wsman.config import WsmanConfig, WsmanError, wsman_config
from troubleshoot.lab.windows.wsman.remote import identity, reach
from troubleshoot.lab.windows.wsman.text import message

_MODULE: Final = "Microsoft.WSMan.Management"
_TOP: Final = ("Client", "Service", "Shell", "Listener", "Plugin", "ClientCertificate")


def _inside(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path below the host; `winrm` says Winrs where the drive says Shell."""
    parts = tuple(part for part in path if part)
    if parts and parts[0].casefold() not in ("localhost", "."):
        raise _no_path(path)
    parts = parts[1:]
    return ("Winrs", *parts[1:]) if parts and parts[0].casefold() == "shell" else parts


def _no_path(path: tuple[str, ...]) -> PsError:
    return PsError(
        f"Cannot find path 'WSMan:\\{chr(92).join(path)}' because it does not exist.",
        "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        category="ObjectNotFound",
    )


def _leaf(config: WsmanConfig, path: str) -> PsObject:
    name = path.rpartition("/")[2]
    source = "GPO" if path in config.policy else ""
    properties = {"Name": name, "Value": config.value(path), "SourceOfValue": source, "Type": "System.String"}
    return PsObject(f"{_MODULE}.WSManConfigLeafElement", {**properties, "PSChildName": name})


def _container(name: str, keys: list[str] | None = None) -> PsObject:
    properties = {"Name": name, "Keys": keys or [], "Type": "Container", "PSChildName": name}
    return PsObject(f"{_MODULE}.WSManConfigContainerElement", properties)


def item(machine: Machine, path: tuple[str, ...]) -> PsObject:
    config = wsman_config(machine)
    inside = _inside(path)
    wanted = "/".join(inside)
    if found := config.canonical(wanted):
        return _leaf(config, found)
    if not inside or any(known.casefold().startswith(f"{wanted.casefold()}/") for known in config.values):
        return _container(path[-1] if path else "localhost")
    if wanted.casefold() in ("listener", "clientcertificate"):
        return _container(path[-1])
    raise _no_path(path)


def children(machine: Machine, path: tuple[str, ...]) -> Sequence[PsObject]:
    config = wsman_config(machine)
    if not [part for part in path if part]:
        return [_container("localhost")]
    inside = _inside(path)
    if inside and inside[0].casefold() == "listener":
        return _listeners(config, inside[1:], path)
    prefix = "".join(f"{part}/" for part in inside)
    found: dict[str, PsObject] = {}
    for known in config.values:
        if known.casefold().startswith(prefix.casefold()):
            head, slash, _ = known[len(prefix) :].partition("/")
            name = "Shell" if not inside and head == "Winrs" else head
            if name not in found:
                found[name] = _container(name) if slash else _leaf(config, known)
    if not found:
        raise _no_path(path)
    if not inside:
        found.update((name, _container(name)) for name in _TOP if name not in found)
    return list(found.values())


def _listeners(config: WsmanConfig, below: tuple[str, ...], path: tuple[str, ...]) -> list[PsObject]:
    if not below:
        return [
            _container(f"Listener_{1084132640 + number}", [f"Transport={entry.transport}", f"Address={entry.address}"])
            for number, entry in enumerate(config.listeners)
        ]
    number = int(below[0].partition("_")[2] or 0) - 1084132640
    if not 0 <= number < len(config.listeners):
        raise _no_path(path)
    entry = config.listeners[number]
    rows = {
        "Address": entry.address,
        "Transport": entry.transport,
        "Port": str(entry.port),
        "Hostname": entry.hostname,
        "Enabled": str(entry.enabled).lower(),
        "URLPrefix": "wsman",
        "CertificateThumbprint": entry.thumbprint,
    }
    return [
        PsObject(
            f"{_MODULE}.WSManConfigLeafElement", {"Name": n, "Value": v, "SourceOfValue": "", "Type": "System.String"}
        )
        for n, v in rows.items()
    ]


def change(machine: Machine, path: tuple[str, ...], value: Any) -> None:
    config = wsman_config(machine)
    found = config.canonical("/".join(_inside(path)))
    if found is None:
        raise _no_path(path)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        config.change(found, text)
    except WsmanError as error:
        raise PsError(
            message(error),
            "System.InvalidOperationException,Microsoft.PowerShell.Commands.SetItemCommand",
            category="NotSpecified",
        ) from error


async def test_wsman(call: CmdletCall) -> list[PsObject]:
    """Identify; without -Authentication it is asked anonymously."""
    name = str(call.get("computername", 0, "") or "")
    anonymous = str(call.get("authentication", default="None")).casefold() == "none" and not call.get("credential")
    try:
        machine = await reach(call.call, name, anonymous=anonymous)
    except WsmanError as error:
        raise PsError(
            f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{error.code}" '
            f'Machine="{call.machine.fqdn}"><f:Message>{message(error)} </f:Message></f:WSManFault>',
            f"WsManError,{_MODULE}.TestWSManCommand",
            category="InvalidOperation",
        ) from error
    found = identity(machine, anonymous=anonymous)
    return [
        PsObject(
            "System.Xml.XmlElement#http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd#IdentifyResponse",
            {
                "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
                "ProtocolVersion": found.protocol,
                "ProductVendor": found.vendor,
                "ProductVersion": found.version,
            },
        )
    ]
