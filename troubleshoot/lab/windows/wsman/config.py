"""The state: settings, what Group Policy holds fixed, listeners, and the rules for a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.wsman.defaults import PLUGINS, default_config, plugin_quotas

GPO_CONTROLLED: Final = 0x8033808A
DEPRECATED: Final = 0x803381AE
READ_ONLY: Final = 0x8033813F
BAD_VALUE: Final = 0x80338041
ACCESS_DENIED: Final = 0x80070005
UNREACHABLE: Final = 0x80338012
NOT_FOUND: Final = 0x80338000
TIMED_OUT: Final = 0x80338029
FIREWALLED: Final = 0x80338126
PUBLIC_PROFILE: Final = 0x80338169
NO_CREDENTIALS: Final = 0x8009030E
NAME_NOT_RESOLVED: Final = 0x803381B9
IP_ADDRESS: Final = 0x803381BB

_DEPRECATED: Final = ("Service/MaxConcurrentOperations", "MaxProviderRequests")
_MAXIMUM: Final = 4294967295
_LOWEST: Final = {"MaxTimeoutms": 500, "MaxEnvelopeSizekb": 32, "MaxBatchItems": 1}
_BOOLEANS: Final = ("true", "false")


class WsmanError(Exception):
    """A request that WS-Management refuses: ``code`` is unsigned, ``detail`` a more exact text if there is one."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"0x{code:08X}")
        self.code, self.detail = code, detail


@dataclass(slots=True)
class Listener:
    """One listener of the service."""

    transport: str = "HTTP"
    address: str = "*"
    port: int = 5985
    hostname: str = ""
    enabled: bool = True
    thumbprint: str = ""


@dataclass(slots=True)
class WsmanConfig:
    """``values`` and ``policy`` by path (``Service/MaxConnections``); a policy value hides the local one.

    ``firewall`` is ``open``, ``blocked`` or ``public``; ``slow`` gives for a WMI namespace how many simulated seconds
    its provider takes to answer.
    """

    machine: Machine
    values: dict[str, str] = field(default_factory=dict)
    policy: dict[str, str] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    firewall: str = "open"
    slow: dict[str, float] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """What the service obeys, by path; the client's block is left out."""
        return {path: self.value(path) for path in self.values if not path.startswith("Client/")}

    def canonical(self, path: str) -> str | None:
        """A path in its written letter case, or None where there is no such setting."""
        wanted = path.casefold()
        return next((known for known in self.values if known.casefold() == wanted), None)

    def value(self, path: str) -> str:
        """What is in force. Raises KeyError."""
        return self.policy.get(path, self.values[path])

    def number(self, path: str) -> int:
        """A setting that is a number."""
        return int(self.value(path))

    def check(self, path: str, value: str) -> None:
        """Raise WsmanError where a change of this setting to this text is refused."""
        if path in self.policy:
            raise WsmanError(GPO_CONTROLLED)
        if path in _DEPRECATED:
            raise WsmanError(DEPRECATED)
        present = self.values[path]
        if present in _BOOLEANS and value.casefold() not in _BOOLEANS:
            raise WsmanError(BAD_VALUE)
        if present.isdecimal() and not self._in_range(path, value):
            raise WsmanError(BAD_VALUE)

    def _in_range(self, path: str, value: str) -> bool:
        return value.isdecimal() and _LOWEST.get(path, 0) <= int(value) <= _MAXIMUM

    def change(self, path: str, value: str) -> None:
        """Set one setting; the machine's registry policy stays what it is. Raises WsmanError."""
        self.check(path, value)
        self.values[path] = value.casefold() if self.values[path] in _BOOLEANS else value

    def delay(self, namespace: str) -> float:
        """Simulated seconds until the provider of a WMI namespace answers."""
        wanted = namespace.casefold().replace("/", "\\").strip("\\")
        return self.slow.get(wanted, 0.0)


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested maps as paths."""
    found: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found.update(flat(value, f"{prefix}{name}/"))
        else:
            found[f"{prefix}{name}"] = "" if value is None else str(value)
    return found


def fresh(machine: Machine) -> WsmanConfig:
    """The configuration of a new host, with one HTTP listener on all addresses."""
    config = WsmanConfig(machine, default_config(machine.personality), listeners=[Listener()])
    if machine.personality.version >= (6, 2):
        for plugin in PLUGINS:
            config.values.update((f"Plugin/{plugin}/Quotas/{name}", text) for name, text in plugin_quotas().items())
    return config


def wsman_config(machine: Machine) -> WsmanConfig:
    """The WS-Management configuration of a host."""
    return machine.state("wsman", WsmanConfig)
