"""The services that every Windows Server has, with their names in both display languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

OWN, SHARE, DRIVER = 0x10, 0x20, 0x1
AUTO, MANUAL, DISABLED = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Standard:
    """``group`` is the `svchost -k` group, or the name of an image.

    ``where``: on ``all`` hosts, on ``dc`` only, or at work only on a ``member`` of a domain.
    """

    name: str
    display: str
    german: str
    group: str
    depends: tuple[str, ...] = ()
    start: int = AUTO
    account: str = "LocalSystem"
    where: str = "all"
    running: bool = True


_LOCAL: Final = "NT AUTHORITY\\LocalService"
_NETWORK: Final = "NT AUTHORITY\\NetworkService"

CATALOG: Final[tuple[Standard, ...]] = (
    Standard("HTTP", "HTTP Service", "HTTP-Dienst", "driver:HTTP.sys", start=MANUAL),
    Standard("DcomLaunch", "DCOM Server Process Launcher", "DCOM-Server-Prozessstart", "DcomLaunch"),
    Standard("RpcEptMapper", "RPC Endpoint Mapper", "RPC-Endpunktzuordnung", "RPCSS", account=_NETWORK),
    Standard(
        "RpcSs",
        "Remote Procedure Call (RPC)",
        "Remoteprozeduraufruf (RPC)",
        "rpcss",
        ("RpcEptMapper", "DcomLaunch"),
        account=_NETWORK,
    ),
    Standard(
        "EventLog", "Windows Event Log", "Windows-Ereignisprotokoll", "LocalServiceNetworkRestricted", account=_LOCAL
    ),
    Standard("Dhcp", "DHCP Client", "DHCP-Client", "LocalServiceNetworkRestricted", account=_LOCAL),
    Standard("Dnscache", "DNS Client", "DNS-Client", "NetworkService", account=_NETWORK),
    Standard(
        "CryptSvc", "Cryptographic Services", "Kryptografiedienste", "NetworkService", ("RpcSs",), account=_NETWORK
    ),
    Standard(
        "NlaSvc",
        "Network Location Awareness",
        "NLA (Network Location Awareness)",
        "NetworkService",
        ("RpcSs",),
        account=_NETWORK,
    ),
    Standard("LanmanWorkstation", "Workstation", "Arbeitsstationsdienst", "NetworkService", account=_NETWORK),
    Standard("LanmanServer", "Server", "Server", "netsvcs"),
    Standard("gpsvc", "Group Policy Client", "Gruppenrichtlinienclient", "netsvcs", ("RpcSs",)),
    Standard("Schedule", "Task Scheduler", "Aufgabenplanung", "netsvcs", ("RpcSs", "EventLog")),
    Standard(
        "Winmgmt", "Windows Management Instrumentation", "Windows-Verwaltungsinstrumentation", "netsvcs", ("RpcSs",)
    ),
    Standard("W32Time", "Windows Time", "Windows-Zeitgeber", "LocalService", account=_LOCAL),
    Standard("MpsSvc", "Windows Firewall", "Windows-Firewall", "LocalServiceNoNetwork", ("RpcSs",), account=_LOCAL),
    Standard(
        "TermService", "Remote Desktop Services", "Remotedesktopdienste", "termsvcs", ("RpcSs",), MANUAL, _NETWORK
    ),
    Standard(
        "WinRM",
        "Windows Remote Management (WS-Management)",
        "Windows-Remoteverwaltung (WS-Verwaltung)",
        "NetworkService",
        ("RPCSS", "HTTP"),
        account=_NETWORK,
    ),
    Standard("Spooler", "Print Spooler", "Druckwarteschlange", "image:spoolsv.exe", ("RpcSs",)),
    Standard("SamSs", "Security Accounts Manager", "Sicherheitskonto-Manager", "image:lsass.exe", ("RpcSs",)),
    Standard("Netlogon", "Netlogon", "Anmeldedienst", "image:lsass.exe", ("LanmanWorkstation",), where="member"),
    Standard(
        "NTDS", "Active Directory Domain Services", "Active Directory-Domänendienste", "image:lsass.exe", where="dc"
    ),
    Standard(
        "Kdc",
        "Kerberos Key Distribution Center",
        "Kerberos-Schlüsselverteilungscenter",
        "image:lsass.exe",
        ("RpcSs", "NTDS"),
        where="dc",
    ),
    Standard("DNS", "DNS Server", "DNS-Server", "image:dns.exe", ("RpcSs", "NTDS"), where="dc"),
    Standard(
        "ADWS",
        "Active Directory Web Services",
        "Active Directory-Webdienste",
        "image:ADWS\\Microsoft.ActiveDirectory.WebServices.exe",
        where="dc",
    ),
)


def catalog_for(role: int) -> list[Standard]:
    """What a host of a role has; see ``Machine.role``."""
    present = [item for item in CATALOG if item.where != "dc" or role >= 4]
    return [_idle(item) if item.where == "member" and role < 3 else item for item in present]


def _idle(item: Standard) -> Standard:
    """Installed, but not at work: what a host outside a domain has of a member's services."""
    return replace(item, running=False, start=MANUAL)
