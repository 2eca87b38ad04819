"""`ip prefix-list` on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.prefix_list import PrefixLine, PrefixLists


def _line(context: Context, args: Args) -> str:
    try:
        prefix = IPv4Network(args["prefix"])
    except ValueError:
        return "% Invalid prefix range"
    name, lists = args["list"], context.device.router.part(PrefixLists)
    number = int(args.get("number", 5 + max((line.number for line in lists.of(name)), default=0)))
    bounds = int(args.get("least", 0)), int(args.get("most", 0))
    line = PrefixLine(name, number, "permit" in args, prefix, *bounds)

    def change(router: Router) -> Router:
        known = router.part(PrefixLists).lines
        others = frozenset(x for x in known if (x.name, x.number) != (line.name, line.number))
        return router.with_part(PrefixLists(others if "no" in args else others | {line}))

    return edit(context, change)


def _no_list(context: Context, args: Args) -> str:
    kept = frozenset(line for line in context.device.router.part(PrefixLists).lines if line.name != args["list"])
    return edit(context, lambda r: r.with_part(PrefixLists(kept)))


def _lines(router: Router) -> Iterator[str]:
    for line in sorted(router.part(PrefixLists).lines):
        least = f" ge {line.least}" if line.least else ""
        most = f" le {line.most}" if line.most else ""
        verb = "permit" if line.permit else "deny"
        yield f"ip prefix-list {line.name} seq {line.number} {verb} {line.prefix}{least}{most}"


_BOUNDS = "[ge <least:number>] [le <most:number>]"
FEATURE = Feature(
    commands={
        Mode.CONFIG: {
            f"[no] ip prefix-list <list:word> [seq <number:number>] {{permit|deny}} <prefix:word> {_BOUNDS}": _line,
            "no ip prefix-list <list:word>": _no_list,
        },
    },
    global_lines=_lines,
)
