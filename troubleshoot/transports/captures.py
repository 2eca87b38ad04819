"""Offline evidence: answers come from files, and no network is touched.

Four forms: a YAML file, a folder of files, a plain terminal log, a ``show tech-support`` file.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from troubleshoot.core.detached import Detached
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.inventory.build import PLATFORMS, check_keys, items, mapping
from troubleshoot.inventory.load import Inventory
from troubleshoot.inventory.model import Host
from troubleshoot.strict_yaml import Node, load_file
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.capture_logs import LoggedHost, hosts_in
from troubleshoot.transports.command_match import closeness
from troubleshoot.transports.refusals import read_refusal

_YAML: Final = (".yaml", ".yml")
_LOGS: Final = (".log", ".txt")
_MAX_BYTES: Final = 32 * 1024 * 1024
_HOST_KEYS: Final = ("platform", "addresses", "hostname", "roles", "groups", "commands")
_COMMAND_KEYS: Final = ("command", "output", "exit_code")


@dataclass(frozen=True, slots=True)
class Captured:
    """One command and its stored output."""

    command: str
    output: str
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class CapturedHost:
    """One host and everything that was captured on it."""

    host: Host
    commands: tuple[Captured, ...]


class CapturesHub:
    """Answers like :class:`~troubleshoot.transports.hub.Hub`, from captured evidence only."""

    def __init__(self, captured: Mapping[str, CapturedHost], inventory: Inventory | None = None) -> None:
        """``inventory`` adds addresses and hosts that were not captured."""
        known = dict(inventory.hosts) if inventory is not None else {}
        self._captured = dict(captured)
        self.inventory = Inventory(known | {name: _merged(entry.host, known) for name, entry in captured.items()})

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """The captured output. Raises TransportError (not seen) for what was not captured; ``deadline`` is not used."""
        entry = self._entry(host)
        if entry is None:
            raise TransportError(Trouble.NOT_SEEN, f"{host}: nothing was captured on this host")
        platform = entry.host.platform
        # The last of several equal ones is the newest.
        best = max(reversed(entry.commands), key=lambda one: closeness(platform, command, one.command), default=None)
        if best is None or not closeness(platform, command, best.command):
            raise TransportError(Trouble.NOT_SEEN, f"{host}: {command!r} was not captured")
        if on_chunk is not None:
            on_chunk(best.output)
        return Output(best.output, best.exit_code, refusal=read_refusal(platform, best.output))

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        """Never possible."""
        raise _offline(host)

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Never possible."""
        raise _offline(host)

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Never possible."""
        raise _offline(host)

    async def detached(self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Never possible."""
        raise _offline(host)

    def host(self, name: str) -> Host:
        """The host of this name. Raises OperatorError."""
        found = self.inventory.get(name)
        if found is None:
            raise OperatorError(f"{name}: no such host in the captures or the inventory")
        return found

    def notes(self, host: str) -> tuple[str, ...]:
        """Nothing: there is no connection."""
        return ()

    async def close(self) -> None:
        """Nothing to close."""

    def _entry(self, name: str) -> CapturedHost | None:
        host = self.inventory.get(name)
        return self._captured.get(host.name) if host is not None else None


def load_captures(path: Path, *, platform: Platform | None = None, inventory: Inventory | None = None) -> CapturesHub:
    """Read captured evidence. ``platform`` is for logs that do not show what kind of device wrote them.

    Raises AuthorError (file:line) for its content, OperatorError when it cannot be read.
    """
    files = _files(path)
    hosts: dict[str, CapturedHost] = {}
    for file in files:
        known = inventory.hosts if inventory is not None else {}
        found = _from_yaml(file) if file.suffix in _YAML else _from_log(file, platform, known)
        for entry in found:
            hosts[entry.host.name] = _joined(hosts.get(entry.host.name), entry, file)
    return CapturesHub(hosts, inventory)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in (*_YAML, *_LOGS))
    if not files:
        raise OperatorError(f"{path}: no captures (*.yaml, *.log, *.txt) in this folder")
    return files


def _joined(known: CapturedHost | None, new: CapturedHost, file: Path) -> CapturedHost:
    if known is None:
        return new
    if known.host.platform is not new.host.platform:
        raise AuthorError(
            f"{file}: host {new.host.name!r} is {new.host.platform} here, {known.host.platform} elsewhere"
        )
    addresses = tuple(dict.fromkeys((*known.host.addresses, *new.host.addresses)))
    return CapturedHost(replace(known.host, addresses=addresses), (*known.commands, *new.commands))


def captures_in(hosts: Node) -> CapturesHub:
    """Evidence that stands in another document: the node under its ``hosts:``. Raises AuthorError."""
    return CapturesHub({entry.host.name: entry for entry in _from_hosts(hosts)})


def _from_yaml(path: Path) -> Iterable[CapturedHost]:
    root = load_file(path, max_bytes=_MAX_BYTES)
    check_keys(root, ("hosts",), "captures")
    yield from _from_hosts(mapping(root, "captures").get("hosts"))


def _from_hosts(hosts: Node | None) -> Iterable[CapturedHost]:
    for name, node in mapping(hosts, "hosts").items():
        check_keys(node, _HOST_KEYS, f"host {name!r}")
        fields = mapping(node, f"host {name!r}")
        host = Host(
            name=name,
            hostname=_word(fields.get("hostname")) or name,
            platform=_platform(name, node, fields.get("platform")),
            addresses=tuple(_address(item) for item in items(fields.get("addresses"))),
            roles=tuple(_word(item) for item in items(fields.get("roles"))),
            groups=tuple(_word(item) for item in items(fields.get("groups"))),
        )
        yield CapturedHost(host, tuple(_captured(item) for item in items(fields.get("commands"))))


def _captured(node: Node) -> Captured:
    check_keys(node, _COMMAND_KEYS, "a captured command")
    fields = mapping(node, "a captured command")
    command, output = _word(fields.get("command")), fields.get("output")
    if not command:
        raise node.error("a captured command needs `command`")
    if output is None:
        raise node.error(f"{command!r} has no `output`", hint='An empty output is written `output: ""`.')
    return Captured(command, _word(output), _exit_code(fields.get("exit_code")))


def _exit_code(node: Node | None) -> int | None:
    text = _word(node)
    if node is None or not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise node.error(f"exit_code: {text!r} is not a number") from None


def _platform(name: str, node: Node, given: Node | None) -> Platform:
    text = _word(given).lower()
    if text in PLATFORMS:
        return PLATFORMS[text]
    place = given if given is not None else node
    what = f"unknown platform {text!r}" if text else "no platform"
    raise place.error(f"host {name!r}: {what}", hint=f"Known platforms: {', '.join(Platform)}.")


def _address(node: Node) -> str:
    try:
        return str(ipaddress.ip_address(_word(node)))
    except ValueError:
        raise node.error(f"{node.value!r} is not an IP address") from None


def _word(node: Node | None) -> str:
    if node is None or node.value is None:
        return ""
    if not isinstance(node.value, str):
        raise node.error("one text is needed here")
    return node.value


def _from_log(path: Path, platform: Platform | None, known: Mapping[str, Host]) -> Iterable[CapturedHost]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read: {error.strerror or error}") from error
    hosts = hosts_in(data.decode("utf-8-sig", "replace"), path.stem)
    if not hosts:
        hint = "A log needs prompts with commands (R1#show ...), a tech-support file its headings."
        raise AuthorError(f"{path}:1: no captured command was found", hint=hint)
    for logged in hosts:
        yield _logged(path, logged, platform, known.get(logged.name))


def _logged(path: Path, logged: LoggedHost, platform: Platform | None, known: Host | None) -> CapturedHost:
    kind = platform or (known.platform if known else None) or logged.platform()
    if kind is None:
        hint = "Name it: --platform, or an inventory with this host, or captures in the YAML form."
        raise AuthorError(f"{path}: the platform of {logged.name!r} cannot be told from the log", hint=hint)
    host = Host(logged.name, logged.name, kind, addresses=logged.addresses())
    return CapturedHost(host, tuple(Captured(command, output) for command, output in logged.commands))


def _merged(host: Host, known: Mapping[str, Host]) -> Host:
    """What the inventory knows besides."""
    other = known.get(host.name)
    if other is None:
        return host
    addresses = tuple(dict.fromkeys((*host.addresses, *other.addresses)))
    return replace(other, platform=host.platform, addresses=addresses, roles=host.roles or other.roles)


def _offline(host: str) -> TransportError:
    return TransportError(Trouble.NOT_SUPPORTED, f"{host}: captured evidence cannot be changed")
