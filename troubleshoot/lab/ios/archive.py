"""Archives of the configuration, and the change that takes itself back: `configure terminal revert timer`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.model import Router

ARCHIVE = Mode("archive", "(config-archive)")
_TIMER = "revert"
_OFF = "Archive feature not enabled"
_NOT_PENDING = "%No Rollback Confirmed Change pending"


@dataclass(frozen=True, slots=True)
class Archive:
    """Where archives go; empty: the feature is off."""

    path: str = ""


def _enter(context: Context, args: Args) -> str:
    if "no" in args:
        return edit(context, lambda r: r.with_part(Archive()))
    return context.enter(ARCHIVE)


def _path(context: Context, args: Args) -> str:
    place = "" if "no" in args else args["place"]
    return edit(context, lambda r: r.with_part(replace(r.part(Archive), path=place)))


def _show(context: Context, _: Args) -> str:
    path = context.device.router.part(Archive).path
    if not path:
        return _OFF
    return f"The maximum archive configurations allowed is 10.\nThe next archive file will be named {path}-1"


def _revert_timer(context: Context, args: Args) -> str:
    path = context.device.router.part(Archive).path
    if not path:
        return "%Please configure archive path first"
    world, name = context.device.world, context.device.name
    before = context.device.router
    world.after((_TIMER, name), int(args["minutes"]) * 60.0, lambda: world.configure(name, before))
    context.enter(Mode.CONFIG)
    lines = (
        f"Rollback Confirmed Change: Backing up current running config to {path}-1",
        "",
        "Enter configuration commands, one per line.  End with CNTL/Z.",
    )
    return "\n".join(lines)


def _confirm(context: Context, _: Args) -> str:
    return "" if context.device.world.cancel((_TIMER, context.device.name)) else _NOT_PENDING


def _lines(router: Router) -> Iterator[str]:
    path = router.part(Archive).path
    if path:
        yield from ("archive", f" path {path}", "!")


FEATURE = Feature(
    commands={
        Mode.EXEC: {
            "show archive": _show,
            "configure terminal revert timer <minutes:number>": _revert_timer,
            "configure confirm": _confirm,
        },
        Mode.CONFIG: {"[no] archive": _enter},
        ARCHIVE: {"[no] path <place:word>": _path, "no path": _path},
    },
    definitions=_lines,
)
