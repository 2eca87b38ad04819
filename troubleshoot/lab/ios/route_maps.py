"""`route-map` on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from troubleshoot.lab.ios.config_commands import NOT_CREATED, edit
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.route_map import MapEntry, RouteMaps, Sets

MODE = Mode("route-map", "(config-route-map)")


def _maps(context: Context) -> RouteMaps:
    return context.device.router.part(RouteMaps)


def _enter(context: Context, args: Args) -> str:
    name, sequence = args["name"], int(args.get("sequence", 10))
    found = next((e for e in _maps(context).maps.get(name, ()) if e.sequence == sequence), None)
    entry = replace(found or MapEntry(sequence), permit="deny" not in args)
    edit(context, lambda r: r.with_part(r.part(RouteMaps).with_entry(name, entry)))
    return context.enter(MODE, f"{name} {sequence}")


def _remove(context: Context, args: Args) -> str:
    if args["name"] not in _maps(context).maps:
        return f"% Could not find route-map {args['name']}"
    sequence = int(args["sequence"]) if "sequence" in args else None
    return edit(context, lambda r: r.with_part(r.part(RouteMaps).without_entry(args["name"], sequence)))


def _change(context: Context, change: Callable[[MapEntry], MapEntry]) -> str:
    name, _, number = context.target.rpartition(" ")
    entry = next(e for e in _maps(context).maps[name] if e.sequence == int(number))
    return edit(context, lambda r: r.with_part(r.part(RouteMaps).with_entry(name, change(entry))))


def _match(context: Context, args: Args) -> str:
    names = tuple(args["names"].split())
    field = "prefix_lists" if "prefix-list" in args else "access_lists"

    def change(entry: MapEntry) -> MapEntry:
        known: tuple[str, ...] = getattr(entry, field)
        others = tuple(n for n in known if n not in names)
        changed: dict[str, Any] = {field: others if "no" in args else (*others, *names)}
        return replace(entry, **changed)

    return _change(context, change)


def _set(value: Callable[[Args], dict[str, object]]) -> Handler:
    """A handler that sets what ``value`` makes of the arguments; with `no` the fields' defaults."""

    def run(context: Context, args: Args) -> str:
        try:
            wanted = value(args)
        except ValueError:
            return NOT_CREATED
        default = Sets()
        fields: dict[str, Any] = {n: getattr(default, n) if "no" in args else v for n, v in wanted.items()}
        return _change(context, lambda e: replace(e, sets=replace(e.sets, **fields)))

    return run


def _prepend(args: Args) -> dict[str, object]:
    return {"prepend": tuple(int(word) for word in args["path"].split())}


def _targets(args: Args) -> dict[str, object]:
    words = args["targets"].split()
    add = words[-1:] == ["additive"]
    return {"targets": frozenset(words[:-1] if add else words), "add_targets": add}


def lines(router: Router) -> Iterator[str]:
    """All route maps, entry by entry."""
    for name, entries in sorted(router.part(RouteMaps).maps.items()):
        for entry in entries:
            yield f"route-map {name} {'permit' if entry.permit else 'deny'} {entry.sequence}"
            yield from (f" {line}" for line in _entry(entry))
            yield "!"


def _entry(entry: MapEntry) -> Iterator[str]:
    if entry.access_lists:
        yield f"match ip address {' '.join(entry.access_lists)}"
    if entry.prefix_lists:
        yield f"match ip address prefix-list {' '.join(entry.prefix_lists)}"
    yield from _sets(entry.sets)


def _sets(sets: Sets) -> Iterator[str]:
    if sets.med is not None:
        yield f"set metric {sets.med}"
    if sets.local_pref is not None:
        yield f"set local-preference {sets.local_pref}"
    if sets.weight is not None:
        yield f"set weight {sets.weight}"
    if sets.prepend:
        yield f"set as-path prepend {' '.join(str(n) for n in sets.prepend)}"
    if sets.next_hop:
        yield f"set ip next-hop {sets.next_hop}"
    if sets.targets:
        yield f"set extcommunity rt {' '.join(sorted(sets.targets))}{' additive' if sets.add_targets else ''}"


FEATURE = Feature(
    commands={
        Mode.CONFIG: {
            "route-map <name:word> [permit|deny] [<sequence:number>]": _enter,
            "no route-map <name:word> [permit|deny] [<sequence:number>]": _remove,
        },
        MODE: {
            "[no] match ip address prefix-list <names:line>": _match,
            "[no] match ip address <names:line>": _match,
            "[no] set metric <value:number>": _set(lambda a: {"med": int(a["value"])}),
            "[no] set local-preference <value:number>": _set(lambda a: {"local_pref": int(a["value"])}),
            "[no] set weight <value:number>": _set(lambda a: {"weight": int(a["value"])}),
            "[no] set as-path prepend <path:line>": _set(_prepend),
            "[no] set ip next-hop <hop:address>": _set(lambda a: {"next_hop": IPv4Address(a["hop"])}),
            "[no] set extcommunity rt <targets:line>": _set(_targets),
        },
    },
    global_lines=lines,
)
