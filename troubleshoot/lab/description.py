"""``lab.yaml``: the network of a problem and the faults to rehearse on it.

Configurations are written as the device's own configuration lines and go through the same command line that a user
meets, so a lab file can only contain what the simulated devices understand.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from troubleshoot import strict_yaml
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.lab.hardware import catalyst
from troubleshoot.lab.ios.cli import Cli
from troubleshoot.lab.ios.context import Context, Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.model import EndHost, Interface, Network, Port, Router, Segment, Stream
from troubleshoot.lab.network.world import Inside, World
from troubleshoot.lab.side import BUILDERS, Side, build_side

if TYPE_CHECKING:
    from troubleshoot.lab.dns.server import ServerPart
    from troubleshoot.lab.windows.build import Misplaced
    from troubleshoot.lab.windows.machine import Estate

HEALTHY = "healthy"


def _lines(value: object) -> object:
    return value.splitlines() if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines)]
Release = Annotated[str, Field(pattern=r"^\d{1,2}\.\d{1,2}\S{0,20}$")]
_REMARK = re.compile(r"% .{1,80}(?:removed|scheduled for deletion)")  # about a line that was accepted


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ManagementPart(_Part):
    """Our session ends at ``address`` of the router; ``station`` is where it comes from."""

    address: IPv4Address
    station: IPv4Address


class RouterPart(_Part):
    """One router: its platform, its software release and its own configuration lines."""

    platform: Literal["ios"] = "ios"
    release: Release = "15.9(3)M"
    config: Lines
    hardware: dict[str, Any] | None = None  # of a Catalyst switch or stack: see :mod:`.hardware`
    management: ManagementPart | None = None  # through the network itself; without it beside the network


class StreamPart(_Part):
    """A stream that an end host sends."""

    group: IPv4Address
    pps: int = Field(default=120, ge=1)
    size: int = Field(default=1344, ge=64, le=9216)
    ttl: int = Field(default=16, ge=1, le=255)


class HostPart(_Part):
    """A multicast sender or receiver."""

    segment: str
    address: IPv4Address
    sends: tuple[StreamPart, ...] = ()
    joins: tuple[IPv4Address, ...] = ()


class HostChange(_Part):
    """What a fault changes at an end host; what is absent stays."""

    sends: tuple[StreamPart, ...] | None = None
    joins: tuple[IPv4Address, ...] | None = None


class Fault(_Part):
    """One fault: a change relative to the healthy lab. ``diagnosis`` is what a tree has to find (None: healthy).

    ``outcome: inconclusive`` is for a lab on which a tree must not come to any conclusion. ``windows``, ``nexus``,
    ``junos``, ``dns`` and ``hardware`` (by device) are laid over the description's: maps merge, lists and scalars
    replace, null deletes. A switch with other hardware has started with it.
    """

    title: str
    diagnosis: str | None = None
    host: str | None = None
    outcome: Literal["inconclusive"] | None = None
    parameters: dict[str, str] = {}  # what the operator says beside the lab's own parameters
    management: dict[str, ManagementPart] = {}  # of routers, instead of the lab's own
    releases: dict[str, Release] = {}
    configure: dict[str, Lines] = {}
    hardware: dict[str, dict[str, Any]] = {}
    hosts: dict[str, HostChange] = {}
    windows: dict[str, Any] = {}
    nexus: dict[str, Any] = {}
    junos: dict[str, Any] = {}
    dns: dict[str, Any] = {}

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.diagnosis is not None and self.outcome is not None:
            raise ValueError("a fault has a diagnosis or an outcome, not both")
        return self


class DemoPart(_Part):
    """What a first-time user meets: a fault, and the fixes that the printed walk applies, whatever their risk."""

    fault: str
    fixes: tuple[str, ...] = ()


class LabDescription(_Part):
    """A whole ``lab.yaml``: routers with the segments between them, other devices, Windows hosts, or all of them."""

    title: str
    parameters: dict[str, str]
    common: Lines = ()
    routers: dict[str, RouterPart] = {}
    segments: dict[str, tuple[str, ...]] = {}
    hosts: dict[str, HostPart] = {}
    windows: dict[str, Any] | None = None
    nexus: dict[str, Any] | None = None
    junos: dict[str, Any] | None = None
    dns: dict[str, Any] | None = None
    demo: DemoPart | None = None
    faults: dict[str, Fault]
    _source: strict_yaml.Node | None = PrivateAttr(default=None)

    def parameters_of(self, fault: str) -> dict[str, str]:
        """What an operator would say about this fault. Raises OperatorError for an unknown one."""
        return {**self.parameters, **_fault(self, fault).parameters}

    @property
    def first(self) -> DemoPart:
        """The fault to begin with: the one named by ``demo``, else the first with a diagnosis."""
        diagnosed = (name for name, fault in self.faults.items() if fault.diagnosis)
        return self.demo or DemoPart(fault=next(diagnosed, next(iter(self.faults), HEALTHY)))

    @model_validator(mode="after")
    def _knows_the_demo(self) -> Self:
        if self.demo is not None and self.demo.fault not in self.faults:
            raise ValueError(f"the demo names no fault: {self.demo.fault}")
        return self

    @model_validator(mode="after")
    def _has_devices(self) -> Self:
        if not self.routers and all(getattr(self, key) is None for key in ("windows", "dns", *BUILDERS)):
            raise ValueError("a lab needs routers, windows or other devices")
        both = set(self.routers) & set((self.windows or {}).get("hosts") or {})
        if both:
            raise ValueError(f"a router and a Windows host have the same name: {', '.join(sorted(both))}")
        for key in ("windows", "dns", *BUILDERS):
            if getattr(self, key) is None and any(getattr(fault, key) for fault in self.faults.values()):
                raise ValueError(f"a fault changes {key}, which the lab does not have")
        return self


def load(problem_dir: Path) -> LabDescription:
    """Read ``lab.yaml`` of a problem folder; raises :class:`OperatorError` (absent) or :class:`AuthorError` (wrong)."""
    root = strict_yaml.load_file(problem_dir / "lab.yaml")
    try:
        description = LabDescription.model_validate(strict_yaml.to_plain(root))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"{where}: {first['msg']}" if where else str(first["msg"])
        raise _place(root, first["loc"])[0].error(message) from error
    description._source = root
    return description


def _place(node: strict_yaml.Node, path: tuple[int | str, ...]) -> tuple[strict_yaml.Node, int]:
    """The deepest value on ``path`` that is in the file, and how deep that is."""
    for depth, part in enumerate(path):
        inside = _child(node, part)
        if inside is None:
            return node, depth
        node = inside
    return node, len(path)


def _child(node: strict_yaml.Node, part: int | str) -> strict_yaml.Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(part))
    if isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


def list_faults(problem_dir: Path) -> dict[str, Fault]:
    """The faults of a problem's lab by name, in the order of the file."""
    return dict(load(problem_dir).faults)


def _fault(description: LabDescription, fault: str) -> Fault:
    chosen = description.faults.get(fault)
    if chosen is None:
        raise OperatorError(f"no such fault: {fault}", hint=f"Known faults: {', '.join(description.faults)}")
    return chosen


def build_windows(
    description: LabDescription, fault: str = HEALTHY, *, pace: float = 0.01, clock: Callable[[], float] = time.time
) -> Estate | None:
    """The Windows hosts with ``fault`` in place, not yet served; None for a lab without them.

    ``pace`` scales simulated waiting. Raises :class:`OperatorError` for an unknown fault, AuthorError for a mistake.
    """
    from troubleshoot.lab.merge import merge
    from troubleshoot.lab.windows.build import Misplaced, build_estate

    chosen = _fault(description, fault)
    if description.windows is None:
        return None
    try:
        return build_estate(merge(description.windows, chosen.windows), pace=pace, clock=clock)
    except Misplaced as error:
        raise _placed(description, fault, error) from error


def _placed(description: LabDescription, fault: str, error: Misplaced) -> AuthorError:
    """The error with its line: in the fault where that says more about the place than the healthy part."""
    if description._source is None:
        return error
    changed, deep = _place(description._source, ("faults", fault, "windows", *error.path))
    healthy, shallow = _place(description._source, ("windows", *error.path))
    return (changed if deep - 2 >= shallow else healthy).error(error.message)


def build_dns(description: LabDescription, fault: str = HEALTHY) -> dict[str, ServerPart]:
    """The DNS servers with ``fault`` in place, not yet served. Raises OperatorError (unknown fault) or AuthorError."""
    from troubleshoot.lab.dns.server import read_servers
    from troubleshoot.lab.merge import merge

    chosen = _fault(description, fault)
    return read_servers(merge(description.dns, chosen.dns)) if description.dns is not None else {}


def build_sides(
    description: LabDescription, fault: str = HEALTHY, *, clock: Callable[[], float] = time.time
) -> tuple[Side, ...]:
    """The devices beside the routers, with ``fault`` in place. Raises OperatorError (unknown fault) or AuthorError."""
    from troubleshoot.lab.merge import merge

    chosen = _fault(description, fault)
    parts = {key: getattr(description, key) for key in BUILDERS}
    lines = {name: found for name, found in chosen.configure.items() if name not in description.routers}
    sides = tuple(
        build_side(key, merge(part, getattr(chosen, key)), lines, clock)
        for key, part in parts.items()
        if part is not None
    )
    unknown = set(lines) - {name for side in sides for name in side.names}
    if unknown:
        raise AuthorError(f"fault {fault}: no such device: {', '.join(sorted(unknown))}")
    return sides


def inside(description: LabDescription, fault: str = HEALTHY) -> dict[str, Inside]:
    """The routers whose management runs through the network. Raises OperatorError for an unknown fault."""
    changed = _fault(description, fault).management
    parts = ((name, changed.get(name, part.management)) for name, part in description.routers.items())
    return {name: Inside(part.address, part.station) for name, part in parts if part is not None}


def build(description: LabDescription, fault: str = HEALTHY) -> Network:
    """The network with ``fault`` in place; raises :class:`OperatorError` for an unknown fault."""
    chosen = _fault(description, fault)
    network = _healthy(description)
    for name, change in chosen.hardware.items():
        network = network.with_router(name, _exchanged(description, network, name, change))
    for name, release in chosen.releases.items():
        if name not in network.routers:
            raise AuthorError(f"fault {fault}: no such router: {name}")
        network = network.with_router(name, replace(network.routers[name], release=release))
    for name, lines in chosen.configure.items():
        if name in network.routers:
            network = configure(network, name, lines)
    for name, host in chosen.hosts.items():
        if name not in network.hosts:
            raise AuthorError(f"fault {fault}: no such host: {name}")
        network = network.with_host(_changed(network.hosts[name], host))
    return network


def _healthy(description: LabDescription) -> Network:
    segments = tuple(Segment(n, tuple(_port(p) for p in ports)) for n, ports in description.segments.items())
    hosts = {name: _host(name, part) for name, part in description.hosts.items()}
    names = {n: sorted({p.interface for s in segments for p in s.ports if p.router == n}) for n in description.routers}
    bare = {n: _bare(n, found, description.routers[n].release) for n, found in names.items()}
    network = Network({n: _equipped(r, description.routers[n].hardware) for n, r in bare.items()}, segments, hosts)
    for name, part in description.routers.items():
        network = configure(network, name, (*description.common, *part.config))
    return network


def _bare(name: str, interfaces: list[str], release: str) -> Router:
    return Router(name, tuple(Interface(i, shutdown=True) for i in interfaces), release=release)


def _equipped(router: Router, hardware: dict[str, Any] | None) -> Router:
    return router if hardware is None else router.with_part(catalyst(hardware))


def _exchanged(description: LabDescription, network: Network, name: str, change: dict[str, Any]) -> Router:
    """A switch that started with other hardware: what it does not take is gone from its configuration."""
    from troubleshoot.lab.merge import merge

    part = description.routers.get(name)
    if part is None or part.hardware is None:
        raise AuthorError(f"a fault changes the hardware of {name}, which has none")
    switch = catalyst(merge(part.hardware, change))
    started = replace(switch, stored=None).start(network.routers[name])
    return started.with_part(switch)


def configure(network: Network, name: str, lines: tuple[str, ...]) -> Network:
    """The network after configuration lines were typed on a router; raises :class:`AuthorError` on a refused line.

    An hour passes from line to line, so that nothing has to be waited for.
    """
    hours = itertools.count(step=3600.0)
    world = World(network, lambda: next(hours), convergence=float("inf"))
    context = Context(Device(world, name), "lab", mode=Mode.CONFIG)
    cli = Cli(context)
    for line in lines:
        answer = cli.execute(line)
        if answer.lstrip(" ^\n").startswith("%") and not _REMARK.match(answer):
            raise AuthorError(f"lab: {name}: refused: {line.strip()}")
    return world.network


def _port(text: str) -> Port:
    router, _, interface = text.partition(" ")
    return Port(router, interface.strip())


def _host(name: str, part: HostPart) -> EndHost:
    return EndHost(name, part.segment, part.address, _streams(part.sends), frozenset(part.joins))


def _changed(host: EndHost, change: HostChange) -> EndHost:
    sends = host.sends if change.sends is None else _streams(change.sends)
    joins = host.joins if change.joins is None else frozenset(change.joins)
    return replace(host, sends=sends, joins=joins)


def _streams(parts: tuple[StreamPart, ...]) -> tuple[Stream, ...]:
    return tuple(Stream(p.group, p.pps, p.size, p.ttl) for p in parts)
