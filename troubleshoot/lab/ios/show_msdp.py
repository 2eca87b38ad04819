"""``show ip msdp peer``, ``summary``, ``sa-cache`` and ``count``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.ios.context import Args, Context, Handler
from troubleshoot.lab.ios.device import Device, duration
from troubleshoot.lab.network.msdp import HOLD, RETRY, Msdp, News, Session
from troubleshoot.lab.network.multicast import Key

_OFF = "% MSDP not enabled"
_EVERY = 60  # seconds between two announcements of a source
_LIFE = 360  # seconds that a source lives in the cache


def sessions(device: Device) -> list[Session]:
    """The sessions of the router."""
    return device.state.msdp.of(device.name)


def peers(device: Device, only: IPv4Address | None = None) -> str:
    """`show ip msdp peer`: the blocks follow each other without a blank line."""
    shown = [s for s in sessions(device) if only in (None, s.peer.address)]
    return "\n".join(line for session in shown for line in _block(device, session)) if shown else _OFF


def _block(device: Device, session: Session) -> Iterator[str]:
    peer, state = session.peer, _state(device, session)
    source = f"{peer.source} ({session.local})" if peer.source and session.local else "none configured"
    sa_in, sa_out = _messages(device, session)
    yield f"MSDP Peer {peer.address} (?), AS {peer.asn or '?'}"
    if peer.description:
        yield f"  Description: {peer.description}"
    yield "  Connection status:"
    yield f"    State: {state}, Resets: {_transitions(device, session, resets=True)}, Connection source: {source}"
    alive = int(_age(device, session)) // _EVERY
    yield f"    Uptime(Downtime): {duration(_age(device, session))}, Messages sent/received: {alive}/{alive}"
    yield "    Output messages discarded: 0"
    yield f"    Connection and counters cleared {duration(device.world.uptime(device.name))} ago"
    if peer.mesh_group:
        yield f"    Peer is member of mesh-group {peer.mesh_group}"
    yield "  SA Filtering:"
    for word, acl in (("Input", peer.filter_in), ("Output", peer.filter_out)):
        yield f"    {word} (S,G) filter: {_filter(acl)}, route-map: none"
        yield f"    {word} RP filter: none, route-map: none"
    yield "  SA-Requests: "
    yield "    Input filter: none"
    yield "  Peer ttl threshold: 0"
    yield f"  SAs learned from this peer: {len(_learned(device, session))}"
    yield f"  Number of connection transitions to Established state: {_transitions(device, session)}"
    yield "    Input queue size: 0, Output queue size: 0"
    yield f"  MD5 signature protection on MSDP TCP connection: {'' if peer.password else 'not '}enabled"
    yield "  Message counters:"
    yield f"    RPF Failure count: {_failures(device, session)}"
    yield f"    SA Messages in/out: {sa_in}/{sa_out}"
    yield "    SA Requests in: 0"
    yield "    SA Responses out: 0"
    yield "    Data Packets in/out: 0/0"


def _filter(acl: str | None) -> str:
    return "none" if acl is None else acl or "all"


def _state(device: Device, session: Session) -> str:
    return "Down" if session.flaps and _phase(device, session) >= HOLD else session.state


def _since(device: Device, session: Session) -> float:
    return device.world.age("msdp", device.name, session.peer.address, session.state)


def _phase(device: Device, session: Session) -> float:
    """Seconds since a session that flaps came up last."""
    return _since(device, session) % (HOLD + RETRY)


def _age(device: Device, session: Session) -> float:
    """Seconds in the present state."""
    if not session.flaps:
        return _since(device, session)
    phase = _phase(device, session)
    return phase - HOLD if phase >= HOLD else phase


def _transitions(device: Device, session: Session, *, resets: bool = False) -> int:
    came_up = 1 if session.far is not None else 0
    if session.flaps:
        came_up += int(_since(device, session)) // (HOLD + RETRY)
    return max(0, came_up - 1) if resets else came_up


def _learned(device: Device, session: Session) -> list[Key]:
    return [key for key, news in heard(device).items() if news.peer == session.peer.address]


def _rounds(device: Device, kind: str, session: Session) -> int:
    """How often something that happens with every announcement has happened on a session."""
    news = device.state.news
    facts = [(kind, device.name, session.peer.address, key) for key in news if _holds(device, kind, session, key)]
    return sum(1 + int(device.world.age(*fact)) // _EVERY for fact in facts)


def _holds(device: Device, kind: str, session: Session, key: Key) -> bool:
    spread = device.state.news[key]
    found = spread.dropped if kind == "msdp_dropped" else spread.sent
    return (device.name, session.peer.address) in found


def _failures(device: Device, session: Session) -> int:
    """Some stand there since long ago: they are no fault."""
    old = (int(session.peer.address) * 7 + len(device.name)) % 4 if session.far is not None else 0
    return old + _rounds(device, "msdp_dropped", session)


def _messages(device: Device, session: Session) -> tuple[int, int]:
    taken = sum(
        1 + int(device.world.age("msdp_heard", device.name, key)) // _EVERY for key in _learned(device, session)
    )
    return taken + _rounds(device, "msdp_dropped", session), _rounds(device, "msdp_sent", session)


def summary(device: Device) -> str:
    """`show ip msdp summary`."""
    if not device.router.part(Msdp).peers:
        return _OFF
    lines = [
        "MSDP Peer Status Summary",
        "Peer Address     AS    State    Uptime/  Reset SA    Peer Name",
        "                                Downtime Count Count",
    ]
    for s in sessions(device):
        up, resets = duration(_age(device, s)), _transitions(device, s, resets=True)
        lines.append(
            f"{s.peer.address!s:<16} {s.peer.asn or '?':<5} {_state(device, s):<8} {up:<8} {resets:<5} "
            f"{len(_learned(device, s)):<5} ?"
        )
    return "\n".join(lines)


def heard(device: Device) -> dict[Key, News]:
    """The sources that the router heard of. While a session is down its sources stay; they live for six minutes."""
    return {key: spread.heard[device.name] for key, spread in device.state.news.items() if device.name in spread.heard}


def cache(device: Device, group: IPv4Address | None = None, source: IPv4Address | None = None) -> str:
    """`show ip msdp sa-cache`."""
    if not device.router.part(Msdp).peers:
        return _OFF
    found = [key for key in heard(device) if group in (None, key[1]) and source in (None, key[0])]
    lines = [f"MSDP Source-Active Cache - {len(found)} entries"]
    for key in sorted(found, key=lambda k: (k[1], k[0] or IPv4Address(0))):
        lines += _entry(device, key, heard(device)[key])
    return "\n".join(lines)


def _entry(device: Device, key: Key, news: News) -> Iterator[str]:
    age = device.world.age("msdp_heard", device.name, key)
    left = duration(_LIFE - 1 - age % _EVERY)
    yield f"({key[0]}, {key[1]}), RP {news.rp}, AS ?,{duration(age)}/{left}, Peer {news.peer}"
    yield f"Learned from peer {news.peer}, RPF peer {news.peer}, "
    yield f"SAs received: {1 + int(age) // _EVERY}, Encapsulated data received: 1"


def count(device: Device) -> str:
    """`show ip msdp count`."""
    if not device.router.part(Msdp).peers:
        return _OFF
    found = heard(device)
    lines = ["SA State per Peer Counters, <Peer>: <# SA learned>"]
    lines += [f"    {s.peer.address}: {len(_learned(device, s))}" for s in sessions(device)]
    groups = len({group for _, group in found})
    lines += ["", "SA State per ASN Counters, <asn>: <# sources>/<# groups>"]
    lines += [f"    Total entries: {len(found)}", f"    ?: {len(found)}/{groups}"]
    return "\n".join(lines)


def _optional(args: Args, name: str) -> IPv4Address | None:
    return IPv4Address(args[name]) if name in args else None


def _cache(context: Context, args: Args) -> str:
    return cache(context.device, _optional(args, "group"), _optional(args, "source"))


COMMANDS: dict[str, Handler] = {
    "show ip msdp peer [<who:address>]": lambda c, a: peers(c.device, _optional(a, "who")),
    "show ip msdp summary": lambda c, _: summary(c.device),
    "show ip msdp sa-cache [<group:address> [<source:address>]]": _cache,
    "show ip msdp count": lambda c, _: count(c.device),
}
