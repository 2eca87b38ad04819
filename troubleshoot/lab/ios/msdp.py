"""`ip msdp ...`: the configuration of MSDP, and what clears its sessions and its cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from troubleshoot.lab.ios import show_msdp
from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.msdp import HOLD, KEEPALIVE, Msdp, Peer

_NO_PEER = "%MSDP peer not configured"


def _change(context: Context, change: Callable[[Msdp], Msdp]) -> str:
    return edit(context, lambda r: r.with_part(change(r.part(Msdp))))


def _peer(context: Context, args: Args) -> str:
    """A peer that is entered again keeps its other settings; without it they are gone too."""
    address = IPv4Address(args["who"])
    if "no" in args:
        return _change(context, lambda m: m.without(address))
    known = context.device.router.part(Msdp).peer(address) or Peer(address)
    return _change(context, lambda m: m.with_peer(replace(known, source=args.get("name", ""), asn=args.get("asn", ""))))


def _setting(context: Context, args: Args, change: Callable[[Peer], Peer]) -> str:
    peer = context.device.router.part(Msdp).peer(IPv4Address(args["who"]))
    return _NO_PEER if peer is None else _change(context, lambda m: m.with_peer(change(peer)))


def _mesh(context: Context, args: Args) -> str:
    group = "" if "no" in args else args["mesh"]
    return _setting(context, args, lambda p: replace(p, mesh_group=group))


def _filter(context: Context, args: Args) -> str:
    value = None if "no" in args else args.get("list", "")
    if "in" in args:
        return _setting(context, args, lambda p: replace(p, filter_in=value))
    return _setting(context, args, lambda p: replace(p, filter_out=value))


def _password(context: Context, args: Args) -> str:
    value = "" if "no" in args else args["password"]
    return _setting(context, args, lambda p: replace(p, password=value))


def _shutdown(context: Context, args: Args) -> str:
    return _setting(context, args, lambda p: replace(p, shutdown="no" not in args))


def _description(context: Context, args: Args) -> str:
    text = "" if "no" in args else args["text"]
    return _setting(context, args, lambda p: replace(p, description=text))


def _keepalive(context: Context, args: Args) -> str:
    times = (KEEPALIVE, HOLD) if "no" in args else (int(args["keep"]), int(args["hold"]))
    return _setting(context, args, lambda p: replace(p, keepalive=times))


def _originator(context: Context, args: Args) -> str:
    name = "" if "no" in args else args["name"]
    return _change(context, lambda m: replace(m, originator=name))


def _clear_peer(context: Context, args: Args) -> str:
    world, name, peer = context.device.world, context.device.name, IPv4Address(args["who"])
    if context.device.router.part(Msdp).peer(peer) is None:
        return _NO_PEER
    world.renew("msdp", name, peer)
    for key, spread in context.device.state.news.items():
        if name in spread.heard and spread.heard[name].peer == peer:
            world.renew("msdp_heard", name, key)
        for kind in ("msdp_dropped", "msdp_sent"):
            world.renew(kind, name, peer, key)
    return ""


def _clear_cache(context: Context, args: Args) -> str:
    for key in context.device.state.news:
        if args.get("group") in (None, str(key[1])):
            context.device.world.renew("msdp_heard", context.device.name, key)
    return ""


def _lines(router: Router) -> Iterator[str]:
    msdp = router.part(Msdp)
    for peer in msdp.peers:
        yield from _peer_lines(peer)
    if msdp.originator:
        yield f"ip msdp originator-id {msdp.originator}"


def _peer_lines(peer: Peer) -> Iterator[str]:
    source = f" connect-source {peer.source}" if peer.source else ""
    yield f"ip msdp peer {peer.address}{source}{f' remote-as {peer.asn}' if peer.asn else ''}"
    if peer.password:
        yield f"ip msdp password peer {peer.address} 0 {peer.password}"
    if peer.description:
        yield f"ip msdp description {peer.address} {peer.description}"
    if peer.keepalive != (KEEPALIVE, HOLD):
        yield f"ip msdp keepalive {peer.address} {peer.keepalive[0]} {peer.keepalive[1]}"
    for word, acl in (("in", peer.filter_in), ("out", peer.filter_out)):
        if acl is not None:
            yield f"ip msdp sa-filter {word} {peer.address}{f' list {acl}' if acl else ''}"
    if peer.mesh_group:
        yield f"ip msdp mesh-group {peer.mesh_group} {peer.address}"
    if peer.shutdown:
        yield f"ip msdp shutdown {peer.address}"


_OPTIONS = "[connect-source <name:interface>] [remote-as <asn:number>]"
FEATURE = Feature(
    commands={
        Mode.USER: show_msdp.COMMANDS,
        Mode.EXEC: {
            "clear ip msdp peer <who:address>": _clear_peer,
            "clear ip msdp sa-cache [<group:address>]": _clear_cache,
        },
        Mode.CONFIG: {
            f"[no] ip msdp peer <who:address> {_OPTIONS}": _peer,
            "[no] ip msdp mesh-group <mesh:word> <who:address>": _mesh,
            "[no] ip msdp sa-filter {in|out} <who:address> [list <list:word>]": _filter,
            "[no] ip msdp password peer <who:address> [0] <password:word>": _password,
            "no ip msdp password peer <who:address>": _password,
            "[no] ip msdp shutdown <who:address>": _shutdown,
            "[no] ip msdp description <who:address> <text:line>": _description,
            "no ip msdp description <who:address>": _description,
            "[no] ip msdp keepalive <who:address> <keep:number> <hold:number>": _keepalive,
            "no ip msdp keepalive <who:address>": _keepalive,
            "[no] ip msdp originator-id <name:interface>": _originator,
            "no ip msdp originator-id": _originator,
        },
    },
    global_lines=_lines,
)
