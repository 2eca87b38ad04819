"""The `nexus:` part of a lab: two switches, cables, servers, and how they are served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.nxos.cli import Cli
from troubleshoot.lab.nxos.context import CONFIG, Context
from troubleshoot.lab.nxos.model import MANAGEMENT, Cable, End, Network, Port, Switch, Team
from troubleshoot.lab.nxos.server_view import far_port
from troubleshoot.lab.nxos.world import World
from troubleshoot.lab.ssh import Account, Shell
from troubleshoot.lab.terminal import Terminal

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Estate

_REFUSED = ("%", "ERROR:", "command failed:")


def _lines(value: object) -> object:
    return value.splitlines() if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines)]
Mac = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SwitchPart(_Part):
    """One switch: its model, its own MAC, its configuration lines."""

    model: Literal["n9k", "n5k"] = "n9k"
    mac: Mac
    config: Lines = ()


class ServerPart(_Part):
    """A server that nobody logs in to. ``cards`` are those in the team, ``dead`` those without light."""

    team: Literal["lacp", "static", "independent", "none"] = "lacp"
    cards: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    mac: Mac = "00:15:5d:00:00:01"


class NexusPart(_Part):
    """``cables``: two ends each, such as `n9k-1 Ethernet1/1 - app01 NIC1`; ``broken``: cables that are.

    ``removed``: ports whose module was taken out; ``heard``: LACP frames that a port received in former times.
    """

    common: Lines = ()
    switches: dict[str, SwitchPart] = Field(min_length=2, max_length=2)
    cables: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    servers: dict[str, ServerPart] = {}
    management_cut: bool = False
    removed: dict[str, tuple[str, ...]] = {}
    heard: dict[str, dict[str, int]] = {}


def build(part: Mapping[str, Any], lines: Mapping[str, Sequence[str]], clock: Callable[[], float]) -> Nexus:
    """The switches, configured, with the lines of a fault typed on them. Raises AuthorError."""
    try:
        read = NexusPart.model_validate(part)
    except ValidationError as error:
        first = error.errors()[0]
        raise AuthorError(f"nexus.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    cables = tuple(_cable(text, text in read.broken) for text in read.cables)
    if unknown := set(read.broken) - set(read.cables):
        raise AuthorError(f"nexus: no such cable: {min(unknown)}")
    switches = {name: _bare(name, item, cables) for name, item in read.switches.items()}
    teams = {name: Team(s.team, frozenset(s.cards), frozenset(s.dead), s.mac) for name, s in read.servers.items()}
    heard = {(name, port): count for name, ports in read.heard.items() for port, count in ports.items()}
    removed = frozenset(End(name, port) for name, ports in read.removed.items() for port in ports)
    network = Network(MappingProxyType(switches), cables, teams, read.management_cut, removed)
    world = World(network, clock, heard=heard)
    for name, item in read.switches.items():
        type_lines(world, name, (*read.common, *item.config))
    world.startup.update(world.start.switches)
    for name, typed in lines.items():
        if name in switches:
            type_lines(world, name, typed)
    return Nexus(world)


def type_lines(world: World, name: str, lines: Sequence[str]) -> None:
    """Enter configuration lines; a question is answered with yes. Raises AuthorError for a refused line."""
    cli = Cli(Context(world, name, mode=CONFIG))
    for line in lines:
        answer = cli.execute(line)
        while cli.asks:
            answer = cli.execute("yes")
        if answer.lstrip(" ^\n").startswith(_REFUSED):
            raise AuthorError(f"lab: {name}: refused: {line.strip()}")


def _bare(name: str, part: SwitchPart, cables: Sequence[Cable]) -> Switch:
    """A switch as it comes out of its box, with the ports that have a cable and two more."""
    cabled = {end.port for cable in cables for end in (cable.a, cable.b) if end.device == name}
    names = sorted(cabled | {"Ethernet1/9", "Ethernet1/10"}, key=lambda port: [int(n) for n in port[8:].split("/")])
    ports = {port: Port(port) for port in (*names, MANAGEMENT)}
    return Switch(name, part.model, part.mac, name, ports=MappingProxyType(ports))


def _cable(text: str, broken: bool) -> Cable:
    first, dash, second = text.partition(" - ")
    ends = [End(device, port) for device, _, port in (side.strip().partition(" ") for side in (first, second))]
    if not dash or not all(end.port for end in ends):
        raise AuthorError(f"nexus: not a cable: {text}")
    return Cable(ends[0], ends[1], broken)


class Nexus:
    """Implements :class:`~troubleshoot.lab.side.Side` for a pair of switches."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def platform(self) -> Platform:
        """NX-OS."""
        return Platform.NXOS

    @property
    def names(self) -> tuple[str, ...]:
        """The two switches."""
        return tuple(self.world.start.switches)

    def addresses(self, name: str) -> tuple[str, ...]:
        """The address of the management port."""
        address = self.world.start.switches[name].ports[MANAGEMENT].address.partition("/")[0]
        return (address,) if address else ()

    def login(self, name: str, account: Account, log: Callable[[str], None]) -> Shell:
        """A new session, privileged as on NX-OS."""
        return Terminal(Cli(Context(self.world, name)), log)

    def meet(self, estate: Estate) -> None:
        """Simulated Windows hosts say by themselves how their teams are set, and see what we do to their cards."""
        from troubleshoot.lab.windows.teaming.model import plug, teams

        self.world.outside = lambda: teams(estate)
        plug(estate, lambda server, card: far_port(self.world.network, End(server, card)))
