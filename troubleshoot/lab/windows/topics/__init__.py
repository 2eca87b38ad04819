"""The rooms of the simulated Windows, one module a topic, each with a constant ``TOPIC``."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Final

from troubleshoot.lab.windows.topic import Topic

# Module names below this package, in the order in which their sections are built.
MODULES: Final[tuple[str, ...]] = (
    "files",
    "powershell",
    "eventlog",
    "services",
    "wsman",
    "registry",
    "tasks",
    "system",
    "hyperv",
    "hyperv_module",
    "hyperv_wmi_v1",
    "adapters",
    "nlb",
    "sessions",
    "scvmm",
    "certsvc",
    "certificates",
    "replication",
    "netlogon",
    "sysvol",
    "rras",
    "teaming",
)


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Every topic, in building order."""
    return tuple(import_module(f"{__name__}.{name}").TOPIC for name in MODULES)
