"""The state of the `system` topic."""

from __future__ import annotations

from dataclasses import dataclass, field

from troubleshoot.lab.windows.machine import Machine


@dataclass(slots=True)
class Adapter:
    """One network adapter. ``addresses`` are without prefix, ``mac`` is written with dashes."""

    name: str
    description: str
    mac: str
    addresses: list[str] = field(default_factory=list)
    mask: str = "255.255.255.0"
    gateway: str = ""
    dns: list[str] = field(default_factory=list)
    connected: bool = True
    registers: bool = True  # writes its addresses into DNS


@dataclass(slots=True)
class SystemState:
    """Hardware, adapters, shares. ``boot_seconds`` are simulated ones; ``answers_ping`` is what a firewall decides."""

    manufacturer: str
    model: str
    memory_mb: int
    adapters: dict[str, Adapter] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)  # name -> folder
    boot_seconds: float = 60.0
    answers_ping: bool = True
    groups: tuple[str, ...] = ()  # further groups of the accounts that log on


def system_state(machine: Machine) -> SystemState:
    """Hardware, adapters and shares of a host."""
    return machine.state("system", SystemState)
