"""How `winrm` prints: blocks by indentation, and errors."""

from __future__ import annotations

from typing import Final

from troubleshoot.codes.table import helpmsg
from troubleshoot.lab.windows.topic import Call
from troubleshoot.lab.windows.wsman.config import (
    BAD_VALUE,
    IP_ADDRESS,
    NAME_NOT_RESOLVED,
    PUBLIC_PROFILE,
    Listener,
    WsmanConfig,
    WsmanError,
)

NAMES = {"config": "Config", "client": "Client", "service": "Service", "winrs": "Winrs"}


def signed(code: int) -> int:
    """The code as the negative number that Windows Script Host shows."""
    return code - (1 << 32) if code & 0x80000000 else code


# Texts of refusals that `winrm helpmsg` offline does not have.
_TEXTS: Final = {
    BAD_VALUE: "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML and "
    "retry. ",
    NAME_NOT_RESOLVED: "The WinRM client cannot process the request because the server name cannot be resolved. ",
    IP_ADDRESS: "The WinRM client cannot process the request. Default authentication may be used with an IP address "
    "under the following conditions: the transport is HTTPS or the destination is in the TrustedHosts list, and "
    "explicit credentials are provided. ",
    PUBLIC_PROFILE: "WinRM firewall exception will not work since one of the network connection types on this machine "
    "is set to Public. Change the network connection type to either Domain or Private and try again. ",
}


def message(error: WsmanError) -> str:
    """The text for a refusal."""
    known = error.detail or _TEXTS.get(error.code) or helpmsg(error.code)
    return (known or f"Error 0x{error.code:08X}.").rstrip()


def report(call: Call, error: WsmanError) -> int:
    """Print a refusal as `winrm` does; returns the exit code."""
    text = message(error)
    number = call.text("Error number: ", "Fehlernummer: ")
    call.err(f"WSManFault\n    Message = {text} \n\n{number} {signed(error.code)} 0x{error.code:08X}\n{text} \n")
    return error.code


def config_text(config: WsmanConfig, block: str) -> str:
    """`winrm get winrm/config/<block>`; an empty block is the whole configuration."""
    name = block.rpartition("/")[2] or "config"
    lines = [NAMES.get(name.casefold(), name)]
    _add_block(config, block, 1, lines)
    return "\n".join(lines) + "\n\n"


def blocks(config: WsmanConfig) -> set[str]:
    """Every path that has settings below it, as written, without plug-ins."""
    parts = (path.split("/")[:-1] for path in config.values if not path.startswith("Plugin/"))
    return {"/".join(part[:depth]) for part in parts for depth in range(len(part) + 1)}


def _add_block(config: WsmanConfig, block: str, depth: int, lines: list[str]) -> None:
    prefix = f"{block}/" if block else ""
    seen: set[str] = set()
    for path in config.values:
        if not path.startswith(prefix) or path.startswith("Plugin/"):
            continue
        head, slash, _ = path[len(prefix) :].partition("/")
        if slash:
            if head not in seen:
                seen.add(head)
                lines.append(f"{'    ' * depth}{head}")
                _add_block(config, f"{prefix}{head}", depth + 1, lines)
            continue
        lines.append(f"{'    ' * depth}{_setting(config, path, head)}")


def _setting(config: WsmanConfig, path: str, name: str) -> str:
    value = config.value(path)
    source = ' [Source="GPO"]' if path in config.policy else ""
    return f"{name} = {value}{source}" if value else f"{name}{source}"


def listener_text(config: WsmanConfig, listener: Listener) -> str:
    """One block of `winrm enumerate winrm/config/listener`."""
    addresses = [listener.address.partition(":")[2]]
    if listener.address == "*":
        addresses = sorted(["127.0.0.1", "::1", *config.machine.addresses])
    rows = [
        ("Address", listener.address),
        ("Transport", listener.transport),
        ("Port", str(listener.port)),
        ("Hostname", listener.hostname),
        ("Enabled", str(listener.enabled).lower()),
        ("URLPrefix", "wsman"),
        ("CertificateThumbprint", listener.thumbprint),
        ("ListeningOn", ", ".join(addresses)),
    ]
    return "Listener\n" + "".join(f"    {n} = {v}\n" if v else f"    {n}\n" for n, v in rows) + "\n"
