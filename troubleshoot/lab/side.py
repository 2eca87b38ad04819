"""Simulated devices of one kind beside the routers of the network: their own model and their own command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, Protocol

from troubleshoot.core.kinds import Platform
from troubleshoot.lab.ssh import Account, Shell

Lines = Mapping[str, Sequence[str]]  # configuration lines by device
Clock = Callable[[], float]


class Side(Protocol):
    """Devices that are reached over SSH."""

    @property
    def platform(self) -> Platform:
        """What kind of command line they speak."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The devices."""
        ...

    def addresses(self, name: str) -> tuple[str, ...]:
        """Every interface address of a device."""
        ...

    def login(self, name: str, account: Account, log: Callable[[str], None]) -> Shell:
        """A new session on a device; ``log`` takes each line that was typed, secrets excepted."""
        ...


# The key in lab.yaml, and who builds it: ``build(part, lines, clock)`` with the fault already laid over ``part``, and
# the configuration lines that a fault types on some of the devices.
BUILDERS: Final[Mapping[str, str]] = {"junos": "troubleshoot.lab.junos.side:build"}


def build_side(key: str, part: Mapping[str, Any], lines: Lines, clock: Clock) -> Side:
    """The devices under ``key`` of a lab. Raises AuthorError."""
    module, _, function = BUILDERS[key].partition(":")
    side: Side = getattr(import_module(module), function)(part, lines, clock)
    return side
