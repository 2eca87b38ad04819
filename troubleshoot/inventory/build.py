"""Turns the settings of one host, wherever they were written, into a typed :class:`Host`."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host, Management
from troubleshoot.inventory.winrm import check_winrm
from troubleshoot.strict_yaml import Node, to_plain

OUT_OF_BAND: Final = "out-of-band"

# Other tools' names of the platforms that we know (Nornir with scrapli, NAPALM or Netmiko; Ansible's network_os).
PLATFORMS: Final[Mapping[str, Platform]] = {
    **{platform.value: platform for platform in Platform},
    "iosxe": Platform.IOS,
    "cisco_ios": Platform.IOS,
    "cisco_iosxe": Platform.IOS,
    "cisco_xe": Platform.IOS,
    "cisco.ios.ios": Platform.IOS,
    "nxos_ssh": Platform.NXOS,
    "cisco_nxos": Platform.NXOS,
    "cisco.nxos.nxos": Platform.NXOS,
    "juniper_junos": Platform.JUNOS,
    "junipernetworks.junos.junos": Platform.JUNOS,
    "frrouting": Platform.FRR,
    "frr.frr.frr": Platform.FRR,
}


@dataclass(slots=True)
class Secrets:
    """Secrets found in inventory files; never shown."""

    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    enable: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class Settings:
    """What is written about one host: top-level fields and the free ``data``, inheritance applied."""

    name: str
    place: str
    fields: dict[str, Node]
    data: dict[str, Node]
    groups: tuple[str, ...] = ()


def host_from(settings: Settings) -> Host:
    """Type the settings. Raises AuthorError with the place of the value that does not fit."""
    fields, data = settings.fields, settings.data
    check_winrm(data.get("winrm"))
    return Host(
        name=settings.name,
        hostname=_text(fields.get("hostname")) or settings.name,
        platform=_platform(settings),
        port=_port(fields.get("port")),
        username=_text(fields.get("username")),
        groups=settings.groups,
        addresses=tuple(_address(node) for node in items(data.get("addresses"))),
        roles=tuple(filter(None, (_text(node) for node in items(data.get("roles"))))),
        ssh=_block(data.get("ssh")),
        winrm=_block(data.get("winrm")),
        dns=_dns(data.get("dns")),
        management=_management(data.get("management")),
    )


def take_secrets(settings: Settings, secrets: Secrets) -> bool:
    """Move a host's secrets over; True when there were any."""
    password = _text(settings.fields.get("password"))
    enable = _text(settings.data.get("enable_secret"))
    if password:
        secrets.passwords[settings.name] = password
    if enable:
        secrets.enable[settings.name] = enable
    return bool(password or enable)


def private(path: Path) -> bool:
    """Can only the owner read this file? Always True on Windows, where the file's mode does not tell."""
    return os.name == "nt" or not stat.S_IMODE(path.stat().st_mode) & 0o077


def mapping(node: Node | None, what: str) -> dict[str, Node]:
    """The node's map; an empty one for nothing."""
    if node is None or node.value is None:
        return {}
    if not isinstance(node.value, dict):
        raise node.error(f"{what} must be a map")
    return node.value


def items(node: Node | None) -> Iterable[Node]:
    """The node's list; one text counts as a list of one."""
    if node is None or node.value is None:
        return ()
    if isinstance(node.value, dict):
        raise node.error("a list is needed here, not a map")
    return node.value if isinstance(node.value, list) else (node,)


def check_keys(node: Node, known: Iterable[str], what: str) -> None:
    """Refuse a key that nobody reads: it is most likely misspelt."""
    allowed = frozenset(known)
    for key in mapping(node, what):
        if key not in allowed:
            raise node.key_error(key, f"{what}: unknown key {key!r}", hint=f"Known: {', '.join(sorted(allowed))}.")


def _text(node: Node | None) -> str | None:
    if node is None or node.value is None:
        return None
    if not isinstance(node.value, str):
        raise node.error("one text is needed here")
    return node.value


def _platform(settings: Settings) -> Platform:
    node = settings.fields.get("platform")
    text = _text(node)
    if node is None or not text:
        raise AuthorError(f"{settings.place}: host {settings.name!r} has no platform", hint=_known_platforms())
    if text.lower() not in PLATFORMS:
        raise node.error(f"host {settings.name!r}: unknown platform {text!r}", hint=_known_platforms())
    return PLATFORMS[text.lower()]


def _known_platforms() -> str:
    return f"Known platforms: {', '.join(Platform)}."


def _port(node: Node | None) -> int | None:
    text = _text(node)
    if node is None or not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 65536):
        raise node.error(f"{text!r} is not a port number (1 to 65535)")
    return int(text)


def _address(node: Node) -> str:
    try:
        return str(ipaddress.ip_address(_text(node) or ""))
    except ValueError:
        raise node.error(f"{node.value!r} is not an IP address") from None


def _dns(node: Node | None) -> Mapping[str, Any]:
    """Where the host's DNS server listens, if not at port 53 of the host's own address."""
    if node is None or node.value is None:
        return {}
    check_keys(node, ("address", "port"), "dns")
    given = mapping(node, "dns")
    return {
        key: value
        for key, value in (
            ("address", _address(given["address"]) if "address" in given else None),
            ("port", _port(given.get("port"))),
        )
        if value is not None
    }


def _management(node: Node | None) -> Management:
    if node is None or node.value is None:
        return Management()
    if not isinstance(node.value, dict):
        if _text(node) != OUT_OF_BAND:
            raise node.error(f"management is {OUT_OF_BAND!r}, or a map of address and station")
        return Management(apart=True)
    check_keys(node, ("address", "station"), "management")
    given = {key: _address(value) for key, value in node.value.items()}
    return Management(given.get("address", ""), given.get("station", ""))


def _block(node: Node | None) -> Mapping[str, Any]:
    return {key: to_plain(value) for key, value in mapping(node, "this block").items()}
