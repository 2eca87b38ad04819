"""Routing and Remote Access: its service, RIP, `netsh routing ip rip`; the adapters are those of the topic `system`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.rras.model import (
    ANNOUNCE_HOST,
    SERVICE,
    STANDARD_FLAGS,
    Range,
    RipAdapter,
    Rras,
)
from troubleshoot.lab.windows.rras.netsh import netsh, read_range
from troubleshoot.lab.windows.services.catalog import AUTO, DISABLED
from troubleshoot.lab.windows.services.control import Service, State, service_control
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import Part, Topic

_Mode = Literal["none", "rip1", "rip1compat", "rip2"]


class RipAdapterPart(Part):
    """RIP on one adapter. ``filters``: ranges (`10.0.0.0-10.0.0.255`) of the announcements, used as ``filter_mode``."""

    announce: _Mode = "rip2"
    accept: _Mode = "rip2"
    update_mode: Literal["periodic", "demand"] = "periodic"
    host_routes: bool = True
    password: str = Field(default="", max_length=16)
    filter_mode: Literal["disable", "include", "exclude"] = "disable"
    filters: tuple[str, ...] = ()


class RrasPart(Part):
    """``interfaces``: RIP by adapter; without any RIP is not installed, unless ``installed`` says so.

    ``segments``: adapters by the segment of the routers' network; ``unheard``: those that no router ever heard.
    """

    installed: bool | None = None
    interfaces: dict[str, RipAdapterPart] = Field(default_factory=dict)
    segments: dict[str, str] = Field(default_factory=dict)
    unheard: tuple[str, ...] = ()


def _build(machine: Machine, part: RrasPart) -> Rras:
    _check(machine, part)
    state = Rras(machine, bool(part.interfaces) if part.installed is None else part.installed)
    state.adapters = {name: _adapter(name, item) for name, item in part.interfaces.items()}
    state.segments, state.unheard = dict(part.segments), frozenset(part.unheard)
    service_control(machine).add(
        Service(
            SERVICE,
            machine.personality.text("Routing and Remote Access", "Routing und RAS"),
            depends=("RpcSs",),
            state=State.RUNNING if state.installed else State.STOPPED,
            start_type=AUTO if state.installed else DISABLED,
            group="netsvcs",
        )
    )
    return state


def _check(machine: Machine, part: RrasPart) -> None:
    known = system_state(machine).adapters
    for name in (*part.interfaces, *part.segments, *part.unheard):
        if name not in known:
            raise AuthorError(f"{machine.name} has no adapter {name}")


def _adapter(name: str, item: RipAdapterPart) -> RipAdapter:
    flags = STANDARD_FLAGS | ({ANNOUNCE_HOST, "AcceptHostRoutes"} if item.host_routes else set())
    return RipAdapter(
        name,
        announce=item.announce.upper(),
        accept=item.accept.upper(),
        update_mode=item.update_mode.upper(),
        password=item.password,
        flags=flags,
        announce_mode=item.filter_mode.upper(),
        announce_filters=[_range(text) for text in item.filters],
    )


def _range(text: str) -> Range:
    found = read_range(text)
    if found is None:
        raise AuthorError(f"not a range of addresses: {text}")
    return found


TOPIC = Topic(section="rras", schema=RrasPart, build=_build, tools={"netsh": netsh}, standard=True)
