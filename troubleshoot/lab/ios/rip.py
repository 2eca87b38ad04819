"""`router rip`, its interface commands, key chains: the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios import show_rip
from troubleshoot.lab.ios.config_commands import BAD_MASK, edit
from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.interface_commands import change_interface
from troubleshoot.lab.network.model import Interface, Router
from troubleshoot.lab.network.rip import (
    IntoOspf,
    KeyChains,
    Rip,
    RipFilter,
    RipInterface,
    major,
)

RIP = Mode("router rip", "(config-router)")
KEY_CHAIN = Mode("key chain", "(config-keychain)")
KEY = Mode("key", "(config-keychain-key)", KEY_CHAIN)


# --- router rip ---------------------------------------------------------------------------------------------------


def _change(context: Context, change: Callable[[Rip], Rip]) -> str:
    return edit(context, lambda r: r.with_part(change(r.part(Rip))))


def _enter(context: Context, args: Args) -> str:
    if "no" in args:
        return _change(context, lambda _: Rip())
    _change(context, lambda rip: replace(rip, running=True))
    return context.enter(RIP)


def _version(context: Context, args: Args) -> str:
    number = 0 if "no" in args else 1 if "1" in args else 2
    return _change(context, lambda rip: replace(rip, version=number))


def _network(context: Context, args: Args) -> str:
    line = {major(IPv4Network(IPv4Address(args["address"])))}
    if "no" in args:
        return _change(context, lambda rip: replace(rip, networks=rip.networks - line))
    return _change(context, lambda rip: replace(rip, networks=rip.networks | line))


def _auto_summary(context: Context, args: Args) -> str:
    return _change(context, lambda rip: replace(rip, auto_summary="no" not in args))


def _passive(context: Context, args: Args) -> str:
    if "default" in args:
        return _change(context, lambda rip: replace(rip, passive_default="no" not in args, passive=frozenset()))
    name = {args["name"]}

    def change(rip: Rip) -> Rip:
        exception = ("no" in args) is rip.passive_default
        return replace(rip, passive=rip.passive | name if exception else rip.passive - name)

    return _change(context, change)


def _distribute(context: Context, args: Args) -> str:
    item = RipFilter(args["list"], "in" in args, "prefix" in args, args.get("name"))

    def change(rip: Rip) -> Rip:
        same = (item.inward, item.interface, item.prefix_list)
        others = frozenset(f for f in rip.filters if (f.inward, f.interface, f.prefix_list) != same)
        return replace(rip, filters=others if "no" in args else others | {item})

    return _change(context, change)


def _default(context: Context, args: Args) -> str:
    return _change(context, lambda rip: replace(rip, default_originate="no" not in args))


def _paths(context: Context, args: Args) -> str:
    return _change(context, lambda rip: replace(rip, maximum_paths=4 if "no" in args else int(args["count"])))


def _source(context: Context, args: Args) -> str:
    return _change(context, lambda rip: replace(rip, validate_source="no" not in args))


# --- interfaces ---------------------------------------------------------------------------------------------------


def _interface(context: Context, change: Callable[[RipInterface], RipInterface]) -> str:
    return change_interface(context, lambda i: i.with_part(change(i.part(RipInterface))))


def _send(context: Context, args: Args) -> str:
    return _interface(context, lambda part: replace(part, send=_listed(args)))


def _receive(context: Context, args: Args) -> str:
    return _interface(context, lambda part: replace(part, receive=_listed(args)))


def _listed(args: Args) -> str:
    return "" if "no" in args else " ".join(number for number in ("1", "2") if number in args)


def _key_chain(context: Context, args: Args) -> str:
    return _interface(context, lambda part: replace(part, key_chain="" if "no" in args else args["chain"]))


def _summary(context: Context, args: Args) -> str:
    network = network_of(args["address"], args["mask"])
    if network is None:
        return BAD_MASK
    line = {network}
    if "no" in args:
        return _interface(context, lambda part: replace(part, summaries=part.summaries - line))
    return _interface(context, lambda part: replace(part, summaries=part.summaries | line))


# --- key chains and prefix lists ----------------------------------------------------------------------------------


def _chain(context: Context, args: Args) -> str:
    if "no" in args:
        kept = frozenset(k for k in context.device.router.part(KeyChains).keys if k[0] != args["chain"])
        return edit(context, lambda r: r.with_part(KeyChains(kept)))
    return context.enter(KEY_CHAIN, args["chain"])


def _key(context: Context, args: Args) -> str:
    return context.enter(KEY, args["number"])


def _key_string(context: Context, args: Args) -> str:
    name = context.target_around
    others = frozenset(k for k in context.device.router.part(KeyChains).keys if k[0] != name)
    return edit(context, lambda r: r.with_part(KeyChains(others | {(name, args["key"])})))


def _into_ospf(context: Context, args: Args) -> str:
    process = int(context.target)
    others = frozenset(p for p in context.device.router.part(IntoOspf).processes if p[0] != process)
    line = frozenset() if "no" in args else frozenset({(process, "subnets" in args)})
    return edit(context, lambda r: r.with_part(IntoOspf(others | line)))


# --- the running configuration ------------------------------------------------------------------------------------


def _definitions(router: Router) -> Iterator[str]:
    for name, key in sorted(router.part(KeyChains).keys):
        yield from (f"key chain {name}", " key 1", f"  key-string {key}", "!")


def _interface_lines(interface: Interface) -> Iterator[str]:
    part = interface.part(RipInterface)
    if part.send:
        yield f" ip rip send version {part.send}"
    if part.receive:
        yield f" ip rip receive version {part.receive}"
    if part.key_chain:
        yield f" ip rip authentication key-chain {part.key_chain}"
    for network in sorted(part.summaries):
        yield f" ip summary-address rip {network.network_address} {network.netmask}"


def _process(router: Router) -> Iterator[str]:
    rip = router.part(Rip)
    if not rip.running:
        return
    yield "router rip"
    if rip.version:
        yield f" version {rip.version}"
    if not rip.validate_source:
        yield " no validate-update-source"
    yield from _passive_lines(rip)
    yield from (f" network {network.network_address}" for network in sorted(rip.networks))
    if rip.default_originate:
        yield " default-information originate"
    yield from sorted(map(filter_line, rip.filters))
    if rip.maximum_paths != 4:
        yield f" maximum-paths {rip.maximum_paths}"
    if not rip.auto_summary:
        yield " no auto-summary"
    yield "!"


def _passive_lines(rip: Rip) -> Iterator[str]:
    if rip.passive_default:
        yield " passive-interface default"
    word = "no " if rip.passive_default else ""
    yield from (f" {word}passive-interface {name}" for name in sorted(rip.passive))


def filter_line(item: RipFilter) -> str:
    """A `distribute-list` line."""
    kind, where = "prefix " if item.prefix_list else "", f" {item.interface}" if item.interface else ""
    return f" distribute-list {kind}{item.name} {'in' if item.inward else 'out'}{where}"


def _ospf_lines(process: int, router: Router) -> Iterator[str]:
    for number, subnets in router.part(IntoOspf).processes:
        if number == process:
            yield f" redistribute rip{' subnets' if subnets else ''}"


_DIRECTION = "{in|out} [<name:interface>]"
FEATURE = Feature(
    commands={
        Mode.USER: show_rip.COMMANDS,
        Mode.CONFIG: {
            "[no] router rip": _enter,
            "[no] key chain <chain:word>": _chain,
        },
        KEY_CHAIN: {"key <number:number>": _key},
        KEY: {"key-string <key:word>": _key_string},
        Mode.OSPF: {"[no] redistribute rip [subnets]": _into_ospf},
        Mode.INTERFACE: {
            "[no] ip rip send version {1|2|1 2}": _send,
            "no ip rip send version": _send,
            "[no] ip rip receive version {1|2|1 2}": _receive,
            "no ip rip receive version": _receive,
            "[no] ip rip authentication key-chain <chain:word>": _key_chain,
            "[no] ip summary-address rip <address:address> <mask:mask>": _summary,
        },
        RIP: {
            "[no] version {1|2}": _version,
            "no version": _version,
            "[no] network <address:address>": _network,
            "[no] auto-summary": _auto_summary,
            "[no] passive-interface {default|<name:interface>}": _passive,
            f"[no] distribute-list prefix <list:word> {_DIRECTION}": _distribute,
            f"[no] distribute-list <list:word> {_DIRECTION}": _distribute,
            "[no] default-information originate": _default,
            "[no] maximum-paths <count:number>": _paths,
            "no maximum-paths": _paths,
            "[no] validate-update-source": _source,
        },
    },
    definitions=_definitions,
    interface_lines=_interface_lines,
    routing=_process,
    ospf=_ospf_lines,
)
