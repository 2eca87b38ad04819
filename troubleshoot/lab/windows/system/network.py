"""`ipconfig` and `ping`."""

from __future__ import annotations

import ipaddress
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.system.state import Adapter, system_state
from troubleshoot.lab.windows.topic import Call

_LOST: Final = 4.0  # seconds that ping waits for an answer
_WIDTH: Final = 34  # of a name with its dots


async def ipconfig(call: Call) -> int:
    """`ipconfig`, `/all`, `/flushdns`, `/registerdns`."""
    switches = {arg.casefold() for arg in call.args}
    title = call.text("Windows IP Configuration", "Windows-IP-Konfiguration")
    if "/flushdns" in switches:
        done = ("Successfully flushed the DNS Resolver Cache.", "Der DNS-Auflösungscache wurde geleert.")
        call.out(f"\n{title}\n\n{call.text(*done)}\n")
        return 0
    if "/registerdns" in switches:
        return _register(call, title)
    full = "/all" in switches
    call.out(f"\n{title}\n\n")
    if full:
        call.out(_host_rows(call))
    for adapter in system_state(call.machine).adapters.values():
        heading = call.text(f"Ethernet adapter {adapter.name}:", f"Ethernet-Adapter {adapter.name}:")
        call.out(f"{heading}\n\n{_adapter_rows(call, adapter, full)}\n")
    return 0


def _register(call: Call, title: str) -> int:
    if not (call.logon.elevated or call.logon.system):
        call.err(
            call.text(
                "The requested operation requires elevation.\n", "Der angeforderte Vorgang erfordert erhöhte Rechte.\n"
            )
        )
        return 1
    begun = (
        "Registration of the DNS resource records for all adapters of this computer has been initiated. "
        "Any errors will be reported in the Event Viewer in 15 minutes.",
        "Die Registrierung der DNS-Ressourceneinträge für alle Adapter dieses Computers wurde eingeleitet. "
        "Fehler werden in der Ereignisanzeige in 15 Minuten aufgeführt.",
    )
    call.out(f"\n{title}\n\n{call.text(*begun)}\n")
    call.machine.emit("dns-registration")
    return 0


def _row(call: Call, english: str, german: str, value: str) -> str:
    """Name, dots up to the colon, value."""
    name = call.text(english, german)
    gap = _WIDTH - len(name)
    return f"   {name}{' ' * (gap % 2)}{'. ' * (gap // 2)}: {value}\n"


def _host_rows(call: Call) -> str:
    host, _, domain = call.machine.fqdn.partition(".")
    no = call.text("No", "Nein")
    rows = [
        _row(call, "Host Name", "Hostname ", host.upper()),
        _row(call, "Primary Dns Suffix ", "Primäres DNS-Suffix", domain),
        _row(call, "Node Type", "Knotentyp", "Hybrid"),
        _row(call, "IP Routing Enabled", "IP-Routing aktiviert ", no),
        _row(call, "WINS Proxy Enabled", "WINS-Proxy aktiviert ", no),
        _row(call, "DNS Suffix Search List", "DNS-Suffixsuchliste", domain) if domain else "",
    ]
    return "".join(rows) + "\n"


def _adapter_rows(call: Call, adapter: Adapter, full: bool) -> str:
    rows = [_row(call, "Connection-specific DNS Suffix ", "Verbindungsspezifisches DNS-Suffix", "")]
    if not adapter.connected:
        state = call.text("Media disconnected", "Medium getrennt")
        rows = [_row(call, "Media State", "Medienstatus", state), *rows]
    if full:
        yes, no = call.text("Yes", "Ja"), call.text("No", "Nein")
        rows += [
            _row(call, "Description", "Beschreibung", adapter.description),
            _row(call, "Physical Address", "Physische Adresse", adapter.mac),
            _row(call, "DHCP Enabled", "DHCP aktiviert", no),
            _row(call, "Autoconfiguration Enabled", "Autokonfiguration aktiviert", yes),
        ]
    if adapter.connected:
        rows += _address_rows(call, adapter, full)
    return "".join(rows)


def _address_rows(call: Call, adapter: Adapter, full: bool) -> list[str]:
    preferred = call.text("(Preferred)", "(Bevorzugt)") if full else ""
    rows: list[str] = []
    for address in adapter.addresses:
        if ipaddress.ip_address(address).version == 4:
            rows.append(_row(call, "IPv4 Address", "IPv4-Adresse ", f"{address}{preferred} "))
            rows.append(_row(call, "Subnet Mask", "Subnetzmaske ", adapter.mask))
        else:
            rows.append(_row(call, "IPv6 Address", "IPv6-Adresse ", f"{address}{preferred} "))
    rows.append(_row(call, "Default Gateway", "Standardgateway", adapter.gateway))
    if full and adapter.dns:
        rows.append(_row(call, "DNS Servers", "DNS-Server ", adapter.dns[0]))
        rows += [f"{' ' * 39}{server}\n" for server in adapter.dns[1:]]
    if full:
        rows.append(_row(call, "NetBIOS over Tcpip", "NetBIOS über TCP/IP", call.text("Enabled", "Aktiviert")))
    return rows


async def ping(call: Call) -> int:
    """`ping [-n count] [-w ms] [-4] host`; one second between the echoes."""
    count, name = _ping_arguments(call.args)
    found = _ping_target(call.machine, name)
    if found is None:
        call.out(
            call.text(
                f"Ping request could not find host {name}. Please check the name and try again.\n",
                f'Ping-Anforderung konnte Host "{name}" nicht finden. Überprüfen Sie den Namen, und\n'
                "versuchen Sie es erneut.\n",
            )
        )
        return 1
    shown, address, answers = found
    call.out(
        call.text(
            f"\nPinging {shown} with 32 bytes of data:\n", f"\nPing wird ausgeführt für {shown} mit 32 Bytes Daten:\n"
        )
    )
    for number in range(count):
        if number:
            await call.sleep(1.0)
        await _echo(call, address, answers)
    call.out(_ping_statistics(call, address, count, count if answers else 0))
    return 0 if answers else 1


def _ping_arguments(args: tuple[str, ...]) -> tuple[int, str]:
    count, name = 4, ""
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg.casefold() in ("-n", "/n") and rest:
            given = rest.pop(0)
            count = int(given) if given.isdecimal() else count
        elif arg.casefold() in ("-w", "/w", "-l", "/l", "-i", "/i") and rest:
            rest.pop(0)
        elif not arg.startswith(("-", "/")):
            name = arg
    return count, name


def _ping_target(machine: Machine, name: str) -> tuple[str, str, bool] | None:
    """The heading's text, the address, and whether it answers; None for a name that does not resolve."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return _named_target(machine, name)
    if address.is_loopback:
        return name, name, True
    owner = next((m for m in machine.estate.machines.values() if name in m.addresses), None)
    return name, name, owner is not None and system_state(owner).answers_ping


def _named_target(machine: Machine, name: str) -> tuple[str, str, bool] | None:
    try:
        owner = machine if name.casefold() == "localhost" else machine.estate.machine(name)
    except OperatorError:
        return None
    address = "127.0.0.1" if name.casefold() == "localhost" or not owner.addresses else owner.addresses[0]
    return f"{owner.fqdn} [{address}]", address, owner is machine or system_state(owner).answers_ping


async def _echo(call: Call, address: str, answers: bool) -> None:
    if answers:
        call.out(
            call.text(
                f"Reply from {address}: bytes=32 time<1ms TTL=128\n",
                f"Antwort von {address}: Bytes=32 Zeit<1ms TTL=128\n",
            )
        )
        return
    await call.sleep(_LOST)
    call.out(call.text("Request timed out.\n", "Zeitüberschreitung der Anforderung.\n"))


def _ping_statistics(call: Call, address: str, sent: int, received: int) -> str:
    lost = sent - received
    share = round(100 * lost / sent) if sent else 0
    text = call.text(
        f"\nPing statistics for {address}:\n    Packets: Sent = {sent}, Received = {received}, "
        f"Lost = {lost} ({share}% loss),\n",
        f"\nPing-Statistik für {address}:\n    Pakete: Gesendet = {sent}, Empfangen = {received}, "
        f"Verloren = {lost}\n    ({share}% Verlust),\n",
    )
    if received:
        text += call.text(
            "Approximate round trip times in milli-seconds:\n    Minimum = 0ms, Maximum = 0ms, Average = 0ms\n",
            "Ca. Zeitangaben in Millisek.:\n    Minimum = 0ms, Maximum = 0ms, Mittelwert = 0ms\n",
        )
    return text
