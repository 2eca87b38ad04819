"""The host's WinRM configuration as the service itself obeys it: quotas and switches, read anew for each operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine


@dataclass(frozen=True, slots=True)
class Limits:
    """WinRM's settings; the defaults are those of Windows Server 2012 R2 and later. Times in ms, sizes in kB.

    The authentication switches are None where the host has no configuration of its own.
    """

    max_envelope: int = 500
    max_timeout: int = 60000
    max_batch_items: int = 32000
    max_shells: int = 30
    max_processes: int = 25
    max_operations: int = 1500
    idle_timeout: int = 7200000
    remote_shells: bool = True
    unencrypted: bool = False
    basic: bool | None = None
    kerberos: bool | None = None
    negotiate: bool | None = None
    certificate: bool | None = None
    credssp: bool | None = None


# Where a setting stands in `winrm get winrm/config`.
PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "MaxEnvelopeSizekb": "max_envelope",
        "MaxTimeoutms": "max_timeout",
        "MaxBatchItems": "max_batch_items",
        "Winrs/MaxShellsPerUser": "max_shells",
        "Winrs/MaxProcessesPerShell": "max_processes",
        "Service/MaxConcurrentOperationsPerUser": "max_operations",
        "Winrs/IdleTimeout": "idle_timeout",
        "Winrs/AllowRemoteShellAccess": "remote_shells",
        "Service/AllowUnencrypted": "unencrypted",
        "Service/Auth/Basic": "basic",
        "Service/Auth/Kerberos": "kerberos",
        "Service/Auth/Negotiate": "negotiate",
        "Service/Auth/Certificate": "certificate",
        "Service/Auth/CredSSP": "credssp",
    }
)
_OLD: Final = Limits(max_envelope=150, max_shells=5, max_processes=15, max_operations=15)


_NAMES: Final = {path.casefold(): name for path, name in PATHS.items()}


def limits_of(machine: Machine) -> Limits:
    """What is configured on the host (its `wsman` section's ``settings`` by path), else the release's defaults."""
    limits = _OLD if machine.personality.version < (6, 2) else Limits()
    return replace(limits, **_found(_settings(machine)))


def configuration(machine: Machine) -> dict[str, str]:
    """The settings by path, as `winrm get winrm/config` shows them; without those of plug-ins."""
    limits = limits_of(machine)
    known = {path: getattr(limits, name) for path, name in PATHS.items()}
    shown = {path: str(value).lower() for path, value in known.items() if value is not None}
    shown.update({path: str(value) for path, value in _settings(machine).items() if not path.startswith("Plugin/")})
    return shown


def _settings(machine: Machine) -> Mapping[str, Any]:
    section = machine.sections.get("wsman")
    settings = getattr(section, "settings", section)
    return settings if isinstance(settings, Mapping) else {}


def _found(settings: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in settings.items():
        name, text = _NAMES.get(path.casefold()), str(value).strip().casefold()
        if name is not None and text in ("true", "false"):
            found[name] = text == "true"
        elif name is not None and text.isdecimal():
            found[name] = int(text)
    return found
