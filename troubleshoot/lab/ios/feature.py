"""What a subject (BGP, VRFs, MSDP, RIP ...) adds to the command line of a simulated router."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from troubleshoot.lab.ios.context import Handler, Mode
from troubleshoot.lab.network.model import Interface, Router

RouterLines = Callable[[Router], Iterator[str]]
InterfaceLines = Callable[[Interface], Iterator[str]]
Knows = Callable[[Router, Handler], bool]


def _none(_: object) -> Iterator[str]:
    return iter(())


def every_device(*_: object) -> bool:
    """The commands of the feature are on every device."""
    return True


@dataclass(frozen=True, slots=True)
class Feature:
    """One subject: its commands by mode, and its lines of the running configuration by the place where IOS lists them.

    Its configuration is a frozen dataclass of its own in ``Router.parts`` or ``Interface.parts``; what follows from the
    configuration is computed with ``State.derive``.
    """

    commands: Mapping[Mode, Mapping[str, Handler]] = field(default_factory=dict)
    definitions: RouterLines = _none  # above the interfaces: VRFs, key chains
    interface_head: InterfaceLines = _none  # above the address of an interface: its VRF
    interface_lines: InterfaceLines = _none
    ospf: Callable[[int, Router], Iterator[str]] = lambda *_: iter(())  # inside `router ospf N`
    routing: RouterLines = _none  # after `router ospf`
    global_lines: RouterLines = _none  # after the routing processes
    knows: Knows = every_device  # whether a device has a command at all: hardware and licence decide that
