"""`winrm`: get, set, enumerate, identify, helpmsg, quickconfig."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from troubleshoot.codes.table import helpmsg
from troubleshoot.lab.windows.lookup import find_wmi
from troubleshoot.lab.windows.topic import Call, PsObject
from troubleshoot.lab.windows.wsman.config import (
    ACCESS_DENIED,
    BAD_VALUE,
    NOT_FOUND,
    PUBLIC_PROFILE,
    TIMED_OUT,
    WsmanConfig,
    WsmanError,
    wsman_config,
)
from troubleshoot.lab.windows.wsman.remote import identity, reach
from troubleshoot.lab.windows.wsman.text import blocks, config_text, listener_text, report

_OPTION: Final = re.compile(r"[-/](\w+):(.*)")
_PAIR: Final = re.compile(r'(\w+)="?([^";]*)"?')
_NUMBER: Final = re.compile(r"-?(0x[0-9a-f]+|\d+)", re.I)
_USAGE: Final = 'Error: Invalid use of command line. Type "winrm -?" for help.\n'
_USAGE_DE: Final = 'Fehler: Falsche Verwendung der Befehlszeile. Geben Sie "winrm -?" ein, um die Hilfe anzuzeigen.\n'

Verb = Callable[[Call, list[str], dict[str, str]], Awaitable[int]]


async def winrm(call: Call) -> int:
    """A script on top of the WS-Management client; errors end with their HRESULT."""
    words, options = _arguments(call)
    verb = _VERBS.get(words[0].casefold()) if words else None
    if verb is None:
        return _misused(call)
    try:
        return await verb(call, words[1:], options)
    except WsmanError as error:
        return report(call, error)


def _misused(call: Call) -> int:
    call.err(call.text(_USAGE, _USAGE_DE))
    return 1


def _arguments(call: Call) -> tuple[list[str], dict[str, str]]:
    words: list[str] = []
    options: dict[str, str] = {}
    for arg in call.args:
        if match := _OPTION.fullmatch(arg):
            options[match[1].casefold()] = match[2]
        elif arg.casefold() in ("-q", "-quiet", "/q", "-force"):
            options["quiet"] = ""
        else:
            words.append(arg)
    return words, options


async def _config_of(call: Call, options: Mapping[str, str]) -> WsmanConfig:
    name = options.get("r", options.get("remote", ""))
    machine = await reach(call, name.rpartition("/")[2].partition(":")[0], anonymous=False)
    if machine is call.machine and not (call.logon.elevated or call.logon.system):
        raise WsmanError(ACCESS_DENIED, "Access is denied. ")
    return wsman_config(machine)


def _block(config: WsmanConfig, resource: str) -> str:
    """The settings block that a resource names. Raises WsmanError."""
    kind, _, below = resource.partition("/")
    name, _, block = below.partition("/")
    if kind.casefold() == "winrm" and name.casefold() == "config":
        found = next((known for known in blocks(config) if known.casefold() == block.casefold()), None)
        if found is not None:
            return found
    raise WsmanError(NOT_FOUND)


async def _get(call: Call, words: list[str], options: dict[str, str]) -> int:
    config = await _config_of(call, options)
    if not words:
        return _misused(call)
    call.out(config_text(config, _block(config, words[0])))
    return 0


async def _set(call: Call, words: list[str], options: dict[str, str]) -> int:
    """All settings of one command change, or none. A blank inside `@{}` splits it into words that make no sense."""
    config = await _config_of(call, options)
    if len(words) != 2 or not words[1].startswith("@{") or not words[1].endswith("}"):
        return _misused(call)
    block = _block(config, words[0])
    changes = [(match[1], match[2]) for match in _PAIR.finditer(words[1][2:-1])]
    if not changes:
        return _misused(call)
    paths = [(_path(config, block, name), value) for name, value in changes]
    for path, value in paths:
        config.check(path, value)
    for path, value in paths:
        config.change(path, value)
    call.out(config_text(config, block))
    return 0


def _path(config: WsmanConfig, block: str, name: str) -> str:
    path = config.canonical(f"{block}/{name}" if block else name)
    if path is None:
        raise WsmanError(BAD_VALUE)
    return path


async def _enumerate(call: Call, words: list[str], options: dict[str, str]) -> int:
    config = await _config_of(call, options)
    resource = (words[0] if words else "").casefold().rstrip("/*")
    if resource in ("winrm/config/listener", "winrm/config/listeners"):
        call.out("".join(listener_text(config, listener) for listener in config.listeners))
        return 0
    if resource == "shell":
        return 0
    kind, _, below = resource.partition("/")
    namespace, _, name = below.rpartition("/")
    if kind not in ("wmi", "wmicimv2") or not name:
        raise WsmanError(NOT_FOUND)
    await _instances(call, config, namespace if kind == "wmi" else "root\\cimv2", name, options)
    return 0


async def _instances(call: Call, config: WsmanConfig, namespace: str, name: str, options: Mapping[str, str]) -> None:
    """The operation ends with the time limit of the request, which MaxTimeoutms caps."""
    source = find_wmi(config.machine, namespace, name)
    limit = min(float(options.get("timeout", "inf")), config.number("MaxTimeoutms")) / 1000
    seconds = config.delay(namespace)
    await call.sleep(min(seconds, limit))
    if seconds > limit:
        raise WsmanError(TIMED_OUT)
    if source is None:
        raise WsmanError(NOT_FOUND)
    for item in source(config.machine, call.logon):
        call.out(_instance_text(item))


def _instance_text(item: PsObject) -> str:
    """An instance as `winrm enumerate` prints it, properties in order of name."""
    name = re.split(r"[\\/#]", item.type_name)[-1]
    lines = [name]
    for key in sorted(item, key=str.casefold):
        value = item[key]
        for each in value if isinstance(value, list) else [value]:
            lines.append(f"    {key} = {_value_text(each)}")
    return "\n".join(lines) + "\n\n"


def _value_text(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


async def _identify(call: Call, words: list[str], options: dict[str, str]) -> int:
    anonymous = options.get("a", options.get("auth", options.get("authentication", ""))).casefold() == "none"
    name = options.get("r", options.get("remote", ""))
    machine = await reach(call, name.rpartition("//")[2].partition(":")[0], anonymous=anonymous)
    found = identity(machine, anonymous=anonymous)
    lines = [
        "IdentifyResponse",
        f"    ProtocolVersion = {found.protocol}",
        f"    ProductVendor = {found.vendor}",
        f"    ProductVersion = {found.version}",
    ]
    if machine.personality.version >= (6, 2):
        profile = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/spnego-kerberos"
        lines += ["    SecurityProfiles", f"        SecurityProfileName = {profile}"]
    call.out("\n".join(lines) + "\n\n")
    return 0


async def _help_message(call: Call, words: list[str], options: dict[str, str]) -> int:
    if not words or not _NUMBER.fullmatch(words[0]):
        return _misused(call)
    text = helpmsg(int(words[0], 0))
    if not text:
        call.err(
            call.text("Error: Unable to retrieve message.\n", "Fehler: Die Meldung kann nicht abgerufen werden.\n")
        )
        return 1
    call.out(f"{text}\n")
    return 0


async def _quick_config(call: Call, words: list[str], options: dict[str, str]) -> int:
    """Nothing to do on a host that is set up; refused where a network is public."""
    config = await _config_of(call, options)
    old = call.machine.personality.version < (6, 2)
    running = (
        "WinRM already is set up to receive requests on this machine."
        if old
        else "WinRM service is already running on this machine."
    )
    if config.firewall == "public":
        call.out(f"{running}\n")
        raise WsmanError(PUBLIC_PROFILE)
    where = "machine" if old else "computer"
    already = "already is" if old else "is already"
    english = f"{running}\nWinRM {already} set up for remote management on this {where}.\n"
    german = (
        "Der WinRM-Dienst wird auf diesem Computer bereits ausgeführt.\n"
        "WinRM ist bereits für die Remoteverwaltung auf diesem Computer eingerichtet.\n"
    )
    call.out(call.text(english, german))
    return 0


_VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "get": _get,
        "g": _get,
        "set": _set,
        "s": _set,
        "enumerate": _enumerate,
        "enum": _enumerate,
        "e": _enumerate,
        "identify": _identify,
        "id": _identify,
        "helpmsg": _help_message,
        "helpmessage": _help_message,
        "quickconfig": _quick_config,
        "qc": _quick_config,
    }
)
