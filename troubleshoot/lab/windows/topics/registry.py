"""The registry: reg and the HKLM: drive."""

from __future__ import annotations

from pydantic import RootModel, field_validator

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.registry import drive
from troubleshoot.lab.windows.registry.reg import described, reg
from troubleshoot.lab.windows.registry.store import Registry
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Drive, Topic

_CURRENT = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
_SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


class RegistryPart(RootModel[dict[str, dict[str, str | None]]]):
    """Values by key: ``dword:3``, ``multi:a|b``, ``expand:%x%``, ``binary:0a0b``, ``qword:1``; all else is REG_SZ.

    The default value of a key has the name ``@``.
    """

    root: dict[str, dict[str, str | None]] = {}

    @field_validator("root")
    @classmethod
    def _readable(cls, value: dict[str, dict[str, str | None]]) -> dict[str, dict[str, str | None]]:
        for values in value.values():
            for name, text in values.items():
                described(name, text or "")
        return value


def _build(machine: Machine, part: RegistryPart) -> Registry:
    store = Registry()
    _system_keys(machine, store)
    for service in service_control(machine).services.values():
        key = f"{_SERVICES}\\{service.name}"
        store.set(key, "Start", service.start_type)
        store.set(key, "Type", service.type)
        store.set(key, "DisplayName", service.display)
        store.set(key, "ImagePath", service.binary, "REG_EXPAND_SZ")
    for key, values in part.root.items():
        store.create(key)
        for name, text in values.items():
            value = described("" if name == "@" else name, text or "")
            store.set(key, value.name, value.data, value.kind)
    return store


def _system_keys(machine: Machine, store: Registry) -> None:
    personality = machine.personality
    major, minor = personality.version
    store.set(_CURRENT, "ProductName", personality.caption.removeprefix("Microsoft "))
    store.set(_CURRENT, "CurrentBuild", personality.build.rpartition(".")[2])
    store.set(_CURRENT, "CurrentVersion", f"{min(major, 6)}.{minor if major < 10 else 3}")
    store.set(f"{_CONTROL}\\ComputerName\\ActiveComputerName", "ComputerName", machine.computer)
    parameters = f"{_SERVICES}\\Tcpip\\Parameters"
    host, _, domain = machine.fqdn.partition(".")
    store.set(parameters, "Hostname", host)
    store.set(parameters, "Domain", domain)
    store.create("HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows")


TOPIC = Topic(
    section="registry",
    schema=RegistryPart,
    build=_build,
    tools={"reg": reg},
    drives={"hklm": Drive(drive.item, drive.children, drive.change)},
    standard=True,
)
