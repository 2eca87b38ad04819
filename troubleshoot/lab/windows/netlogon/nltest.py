"""nltest: secure channel, locator."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.netlogon import channel as channels
from troubleshoot.lab.windows.netlogon.channel import Channel, find_channel, other_end, point_to, status, verdict
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Call

_DONE: Final = ("The command completed successfully\n", "Der Befehl wurde ausgeführt.\n")
_TRUSTED: Final = ("Trusted DC Name", "Name des vertrauenswürdigen Domänencontrollers")
_CONNECTION: Final = (
    "Trusted DC Connection Status",
    "Verbindungsstatus des vertrauenswürdigen Domänencontrollers",
)
_VERIFICATION: Final = ("Trust Verification", "Vertrauensüberprüfung")
_FLAGS: Final = ("Flags", "Kennzeichen")
_VERIFIED = 0x80


async def nltest(call: Call) -> int:
    """The verbs about one's own channel and about finding a domain controller."""
    verbs = [arg.partition(":") for arg in call.args]
    for verb, _, value in verbs:
        match verb.casefold().replace("-", "/", 1):
            case "/sc_query" | "/sc_verify" | "/sc_reset" as kind:
                return await _channel(call, kind, value)
            case "/dsgetdc":
                return await _locate(call, value, {other[0].casefold() for other in verbs})
            case "/dclist":
                return _list(call)
    call.out("Usage: nltest [/OPTIONS]\n\n    /SC_QUERY:<DomainName>\n    /SC_VERIFY:<DomainName>\n")
    return 1


async def _channel(call: Call, kind: str, value: str) -> int:
    await call.sleep(1)
    domain, _, server = value.partition("\\")
    found = find_channel(call.machine)
    refused = _refused(call, domain, found)
    if refused or found is None:
        call.out(f"I_NetLogonControl failed: {status(refused or channels.NO_SUCH_DOMAIN)}\n")
        return refused or channels.NO_SUCH_DOMAIN
    if kind == "/sc_reset" and server and not point_to(found, server):
        call.out(f"I_NetLogonControl failed: {status(channels.NO_SUCH_DOMAIN)}\n")
        return channels.NO_SUCH_DOMAIN
    _show(call, found, tested=kind == "/sc_verify")
    return 0


def _refused(call: Call, domain: str, found: Channel | None) -> int:
    directory = call.machine.estate.directory
    if not (call.logon.elevated or call.logon.system):
        return channels.ACCESS_DENIED
    if not service_control(call.machine).running("Netlogon"):
        return channels.NOT_ACTIVE
    known = directory is not None and domain.casefold() in (directory.domain.casefold(), directory.netbios.casefold())
    return 0 if known and found is not None and call.machine.role < 4 else channels.NO_SUCH_DOMAIN


def _show(call: Call, found: Channel, *, tested: bool) -> None:
    code, end = verdict(found), other_end(found)
    flags = (_VERIFIED if tested else 0) | (0x30 if not code else 0)
    call.out(f"{call.text(*_FLAGS)}: {flags:x}{' HAS_IP  HAS_TIMESERV' if not code else ''}\n")
    call.out(f"{call.text(*_TRUSTED)} {'' if end is None else chr(92) * 2 + end.fqdn}\n")
    call.out(f"{call.text(*_CONNECTION)} {status(code)}\n")
    if tested:
        call.out(f"{call.text(*_VERIFICATION)} {status(code)}\n")
    call.out(call.text(*_DONE))


async def _locate(call: Call, domain: str, options: set[str]) -> int:
    await call.sleep(1)
    end = _locatable(call.machine, domain, "/pdc" in options)
    directory = call.machine.estate.directory
    if end is None or directory is None:
        call.out(f"Getting DC name failed: {status(channels.NO_SUCH_DOMAIN)}\n")
        return channels.NO_SUCH_DOMAIN
    controller = directory.controllers[end.name]
    flags = "GC DS LDAP KDC TIMESERV GTIMESERV WRITABLE DNS_DC DNS_DOMAIN DNS_FOREST CLOSE_SITE FULL_SECRET WS DS_8"
    if controller.read_only:
        flags = flags.replace("WRITABLE ", "").replace("FULL_SECRET", "PARTIAL_SECRET")
    rows = (
        ("           DC", f"\\\\{end.fqdn}"),
        ("      Address", f"\\\\{end.addresses[0] if end.addresses else '127.0.0.1'}"),
        ("     Dom Guid", "6f2b0a84-52c7-4f4b-8f0e-3a1c9d7e5b10"),
        ("     Dom Name", directory.domain),
        ("  Forest Name", directory.domain),
        (" Dc Site Name", controller.site),
        ("Our Site Name", controller.site),
        ("        Flags", f"PDC {flags}" if controller.pdc else flags),
    )
    call.out("".join(f"{label}: {value}\n" for label, value in rows))
    call.out(call.text(*_DONE))
    return 0


def _locatable(machine: Machine, domain: str, pdc: bool) -> Machine | None:
    directory = machine.estate.directory
    if directory is None or domain.casefold() not in ("", directory.domain.casefold(), directory.netbios.casefold()):
        return None
    own = find_channel(machine) or Channel(machine)
    found = [other for other in channels.located(own) if not pdc or directory.controllers[other.name].pdc]
    return next(iter(found), None)


def _list(call: Call) -> int:
    directory = call.machine.estate.directory
    if directory is None or not (call.logon.delegated or call.logon.system or call.machine.role >= 4):
        call.out(f"Cannot DsBind to the domain.{status(channels.ACCESS_DENIED)}\n")
        return channels.ACCESS_DENIED
    for name, controller in directory.controllers.items():
        kind = "[PDC] " if controller.pdc else ""
        call.out(f"    {call.machine.estate.machines[name].fqdn} {kind}[DS] Site: {controller.site}\n")
    call.out(call.text(*_DONE))
    return 0
