"""``traceroute``: every router on the way answers, with the labels the packet had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.in_vrf import in_vrf
from troubleshoot.lab.ios.ping import source_address
from troubleshoot.lab.network.forwarding import End, Step, Walk

MAX_HOPS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for: how far, and how many probes for each hop."""

    last: int
    probes: int


def _traceroute(context: Context, args: Args) -> str:
    device, target = context.device, IPv4Address(args["target"])
    source = source_address(device, target, args.get("from"))
    if source is None and "from" in args:
        return "% Invalid source interface - no IP address"
    asked = Asked(int(args.get("last", MAX_HOPS)), int(args.get("probes", 3)))
    walk = device.state.pim.forwarding.walk(device.name, target, f"{source}>{target}")
    hops = list(_hops(device, walk, target, asked))[: asked.last]
    return "\n".join((*_head(target), *hops))


def _head(target: IPv4Address) -> Iterator[str]:
    yield "Type escape sequence to abort."
    yield f"Tracing the route to {target}"
    yield "VRF info: (vrf in name/id, vrf out name/id)"


def _hops(device: Device, walk: Walk, target: IPv4Address, asked: Asked) -> Iterator[str]:
    steps = list(walk.steps[1:])
    if walk.end is End.LOOP and steps:
        steps = _turning(walk, asked.last)
    for number, step in enumerate(steps, 1):
        yield f"{number:>3} {_answer(step, asked.probes)}"
    number = len(steps)
    if walk.end is End.DELIVERED:
        if not steps or not _arrived(device, steps[-1], target):
            yield f"{number + 1:>3} {target}{' 4 msec' * asked.probes}"
    elif number < asked.last:
        yield from _silence(walk, number, asked)


def _arrived(device: Device, step: Step, target: IPv4Address) -> bool:
    router = device.state.network.routers.get(step.instance)
    return router is not None and target in router.addresses()


def _turning(walk: Walk, last: int) -> list[Step]:
    """A loop goes on until the last hop: the way from the first repeated instance on, again and again."""
    steps = list(walk.steps[1:])
    met = walk.steps[-1].instance
    first = next(i for i, step in enumerate(walk.steps) if step.instance == met)
    again = walk.steps[first + 1 :]
    while len(steps) < last:
        steps += again
    return steps[:last]


def _answer(step: Step, probes: int) -> str:
    stack = f" [MPLS: Label{'s' if len(step.labels) > 1 else ''} {'/'.join(str(n) for n in step.labels)} Exp 0]"
    return f"{step.address}{stack if step.labels else ''}{' 4 msec' * probes}"


def _silence(walk: Walk, number: int, asked: Asked) -> Iterator[str]:
    """Where nothing leads on, the last router says so or nobody answers any more."""
    if walk.end is End.NO_ROUTE and walk.steps[-1].address is not None:
        yield f"{number + 1:>3} {walk.steps[-1].address} !H  *  !H"
        return
    yield from (f"{n:>3} {' * ' * asked.probes}".rstrip() for n in range(number + 1, asked.last + 1))


_WAIT = "{[probe <probes:number>] [timeout <seconds:number>]|timeout <seconds:number> probe <probes:number>}"
_OPTIONS = f"[numeric] [source {{<from:interface>|<from:address>}}] {_WAIT} [ttl <first:number> <last:number>]"
FEATURE = Feature(
    commands={
        Mode.USER: {f"traceroute [vrf <vrf:word>] [ip] <target:address> {_OPTIONS}": in_vrf(_traceroute)},
    },
)
