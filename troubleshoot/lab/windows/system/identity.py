"""`hostname`, `whoami`, `systeminfo`, and what WMI says about the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from troubleshoot.lab.windows.dates import grouped, local, short_date, short_time, zone_name
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.seeds import domain_sid
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import Call, Logon, PsObject

_MANDATORY: Final = (
    "Mandatory group, Enabled by default, Enabled group",
    "Verbindliche Gruppe, Standardmäßig aktiviert, Aktivierte Gruppe",
)
_OWNER: Final = (f"{_MANDATORY[0]}, Group owner", f"{_MANDATORY[1]}, Gruppenbesitzer")
_DENY_ONLY: Final = ("Group used for deny only", "Gruppe nur für Verweigerung")
_HIGH, _MEDIUM, _SYSTEM = "S-1-16-12288", "S-1-16-8192", "S-1-16-16384"
_LEVELS: Final = {_HIGH: ("High", "Hohe"), _MEDIUM: ("Medium", "Mittlere"), _SYSTEM: ("System", "System")}
_NUMBERS: Final = {"Domain Admins": 512, "Domain Users": 513, "Schema Admins": 518, "Enterprise Admins": 519}


async def hostname(call: Call) -> int:
    call.out(f"{call.machine.fqdn.partition('.')[0].upper()}\n")
    return 0


@dataclass(frozen=True, slots=True)
class Membership:
    """One row of `whoami /groups`."""

    name: str
    kind: str
    sid: str
    attributes: str


def _groups(machine: Machine, logon: Logon) -> list[Membership]:
    """The token of a network logon; a filtered one carries the administrators for denials only."""
    elevated = logon.elevated or logon.system
    text = machine.personality.text
    kind, alias = text("Well-known group", "Bekannte Gruppe"), text("Alias", "Alias")
    mandatory = text(*_MANDATORY)
    admins = text(*_OWNER) if elevated else text(*_DENY_ONLY)
    builtin, authority = text("BUILTIN", "VORDEFINIERT"), text("NT AUTHORITY", "NT-AUTORITÄT")
    rows = [
        Membership(text("Everyone", "Jeder"), kind, "S-1-1-0", mandatory),
        Membership(f"{builtin}\\{text('Administrators', 'Administratoren')}", alias, "S-1-5-32-544", admins),
        Membership(f"{builtin}\\{text('Users', 'Benutzer')}", alias, "S-1-5-32-545", mandatory),
        Membership(f"{authority}\\{text('NETWORK', 'NETZWERK')}", kind, "S-1-5-2", mandatory),
        Membership(
            f"{authority}\\{text('Authenticated Users', 'Authentifizierte Benutzer')}", kind, "S-1-5-11", mandatory
        ),
    ]
    return [*rows, *_domain_groups(machine, logon), _label(machine, logon)]


def _domain_groups(machine: Machine, logon: Logon) -> list[Membership]:
    directory = machine.estate.directory
    if directory is None or not logon.user.casefold().startswith(f"{directory.netbios.casefold()}\\"):
        return []
    kind, mandatory = machine.personality.text("Group", "Gruppe"), machine.personality.text(*_MANDATORY)
    return [
        Membership(
            f"{directory.netbios}\\{name}",
            kind,
            f"{domain_sid(directory)}-{_NUMBERS.get(name, 1600 + len(name))}",
            mandatory,
        )
        for name in system_state(machine).groups
    ]


def _label(machine: Machine, logon: Logon) -> Membership:
    """The integrity level, which tells a filtered token by its number."""
    sid = _SYSTEM if logon.system else _HIGH if logon.elevated else _MEDIUM
    english, german = _LEVELS[sid]
    name = machine.personality.text(
        f"Mandatory Label\\{english} Mandatory Level", f"Verbindliche Beschriftung\\{german} Verbindlichkeitsstufe"
    )
    return Membership(name, machine.personality.text("Label", "Bezeichnung"), sid, "")


async def whoami(call: Call) -> int:
    """`whoami`, `/groups`, `/user`, with `/fo csv|list|table` and `/nh`."""
    words = [arg.casefold() for arg in call.args]
    user = call.logon.user.casefold()
    if call.logon.system:
        user = call.text("nt authority\\system", "nt-autorität\\system")
    if not words:
        call.out(f"{user}\n")
    elif "/groups" in words:
        names = (call.text("Group Name", "Gruppenname"), call.text("Type", "Typ"), "SID")
        rows = [(g.name, g.kind, g.sid, g.attributes) for g in _groups(call.machine, call.logon)]
        title = call.text("GROUP INFORMATION", "GRUPPENINFORMATIONEN")
        call.out(_report(title, (*names, call.text("Attributes", "Attribute")), rows, words))
    elif "/user" in words:
        title = call.text("USER INFORMATION", "BENUTZERINFORMATIONEN")
        call.out(_report(title, (call.text("User Name", "Benutzername"), "SID"), [(user, _user_sid(call))], words))
    else:
        wrong = call.text("ERROR: Invalid argument/option", "FEHLER: Ungültiges Argument bzw. ungültige Option")
        call.err(f"{wrong} - '{call.args[0]}'.\n")
        return 1
    return 0


def _user_sid(call: Call) -> str:
    if call.logon.system:
        return "S-1-5-18"
    directory = call.machine.estate.directory
    return f"{domain_sid(directory)}-1118" if directory else "S-1-5-21-3311448290-1207713524-884120395-500"


def _report(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], words: Sequence[str]) -> str:
    form = words[words.index("/fo") + 1] if "/fo" in words[:-1] else "table"
    heading = "/nh" not in words
    if form == "csv":
        lines = [headings, *rows] if heading else rows
        return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    if form == "list":
        width = max(len(name) for name in headings) + 2
        blocks = ("".join(f"{n + ':':<{width}}{c}\n" for n, c in zip(headings, row, strict=True)) for row in rows)
        return f"\n{title}\n{'-' * len(title)}\n\n" + "\n".join(blocks)
    widths = [max(len(line[i]) for line in (headings, *rows)) for i in range(len(headings))]
    text = f"\n{title}\n{'-' * len(title)}\n\n"
    if heading:
        text += " ".join(f"{n:<{w}}" for n, w in zip(headings, widths, strict=True)) + "\n"
        text += " ".join("=" * w for w in widths) + "\n"
    return text + "".join(" ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)) + "\n" for row in rows)


async def systeminfo(call: Call) -> int:
    machine = call.machine
    state = system_state(machine)
    personality = machine.personality
    pack = f" Service Pack {personality.service_pack}" if personality.service_pack else ""
    number = personality.build.rpartition(".")[2]
    boot = f"{short_date(machine, machine.booted)}, {short_time(machine, machine.booted, with_seconds=True)}"
    none = call.text("N/A", "Nicht zutreffend")
    rows = (
        ("Host Name", "Hostname", machine.computer),
        ("OS Name", "Betriebssystemname", f"{personality.caption} "),
        ("OS Version", "Betriebssystemversion", f"{personality.build}{pack or f' {none}'} Build {number}"),
        ("System Boot Time", "Systemstartzeit", boot),
        ("System Manufacturer", "Systemhersteller", state.manufacturer),
        ("System Model", "Systemmodell", state.model),
        ("System Type", "Systemtyp", "x64-based PC"),
        ("Time Zone", "Zeitzone", zone_name(machine)),
        ("Total Physical Memory", "Gesamter physischer Speicher", f"{grouped(machine, state.memory_mb)} MB"),
        ("Domain", "Domäne", machine.fqdn.partition(".")[2] or "WORKGROUP"),
    )
    width = 27 if personality.language == "en" else 31
    call.out("\n" + "".join(f"{call.text(en, de) + ':':<{width}}{value}\n" for en, de, value in rows))
    return 0


def win32_operating_system(machine: Machine, logon: Logon) -> list[PsObject]:
    personality = machine.personality
    boot = datetime.fromtimestamp(machine.booted, UTC)
    memory = system_state(machine).memory_mb * 1024
    return [
        PsObject(
            "System.Management.ManagementObject#root\\cimv2\\Win32_OperatingSystem",
            {
                "SystemDirectory": "C:\\Windows\\system32",
                "BuildNumber": personality.build.rpartition(".")[2],
                "Caption": f"{personality.caption} ",
                "Version": personality.build,
                "ServicePackMajorVersion": personality.service_pack,
                "ServicePackMinorVersion": 0,
                "CSName": machine.computer,
                "OSArchitecture": "64-bit" if personality.language == "en" else "64-Bit",
                "ProductType": 2 if machine.role >= 4 else 3,
                "OSLanguage": 1031 if personality.language == "de" else 1033,
                "CodeSet": "1252",
                "LastBootUpTime": boot,
                "LocalDateTime": local(machine, machine.now),
                "TotalVisibleMemorySize": memory,
                "FreePhysicalMemory": memory // 2,
            },
        )
    ]


def win32_computer_system(machine: Machine, logon: Logon) -> list[PsObject]:
    state = system_state(machine)
    return [
        PsObject(
            "System.Management.ManagementObject#root\\cimv2\\Win32_ComputerSystem",
            {
                "Name": machine.computer,
                "DNSHostName": machine.fqdn.partition(".")[0],
                "Domain": machine.fqdn.partition(".")[2] or "WORKGROUP",
                "DomainRole": machine.role,
                "PartOfDomain": machine.role >= 3,
                "Manufacturer": state.manufacturer,
                "Model": state.model,
                "TotalPhysicalMemory": state.memory_mb * 1024 * 1024,
                "NumberOfProcessors": 1,
                "NumberOfLogicalProcessors": 4,
                "UserName": None,
            },
        )
    ]
