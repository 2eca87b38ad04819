"""``reload``: the questions before it, and the one that is scheduled. Every simulated device takes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.world import Planned
from troubleshoot.lab.terminal import Question

_DELAY = re.compile(r"(?:(\d{1,3}):)?(\d{1,3})$")
_ABORTED = "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"


def _reload(context: Context, _: Args) -> str:
    def go() -> str:
        context.device.world.reload(context.device.name)
        context.closed = True
        return ""

    return _save_first(context, lambda: _confirm(context, "", go))


def _reload_in(context: Context, args: Args) -> str:
    match = _DELAY.match(args["delay"])
    if match is None:
        return "% Invalid input detected at '^' marker."
    seconds = (int(match[1] or 0) * 60 + int(match[2])) * 60.0
    device, planned = context.device, Planned(context.user, args.get("reason", "Reload Command"))

    def plan() -> str:
        device.world.plan(device.name, seconds, planned)
        return ""

    return _save_first(context, lambda: _confirm(context, _plan(device, seconds, planned), plan))


def _save_first(context: Context, then: Callable[[], str]) -> str:
    """Ask whether to save, where the running configuration is not the one that would be started."""
    from troubleshoot.lab.ios import running  # it lists the lines of all features, this one among them

    device = context.device
    if list(running.lines(device.router)) == list(running.lines(device.world.startup[device.name])):
        return then()

    def answer(reply: str) -> str:
        word = reply.strip().lower()
        if not word or not ("yes".startswith(word) or "no".startswith(word)):
            _save_first(context, then)
            return "% Please answer 'yes' or 'no'."
        if word.startswith("n"):
            return then()
        device.world.save(device.name)
        return f"Building configuration...\n[OK]{_below(then())}"

    context.question = Question("\nSystem configuration has been modified. Save? [yes/no]: ", answer)
    return ""


def _below(text: str) -> str:
    return f"\n{text}" if text else ""


def _confirm(context: Context, head: str, go: Callable[[], str]) -> str:
    context.question = Question(
        "Proceed with reload? [confirm]", lambda reply: go() if reply.strip().lower() in ("", "y", "yes") else ""
    )
    return head


def _cancel(context: Context, _: Args) -> str:
    cancelled = context.device.world.cancel(("reload", context.device.name))
    return _ABORTED if cancelled else "%No reload is scheduled."


def _show(context: Context, _: Args) -> str:
    found = context.device.world.planned(context.device.name)
    return _plan(context.device, *found) if found else "No reload is scheduled."


def _plan(device: Device, seconds: float, planned: Planned) -> str:
    when = _time(device.world.now() + seconds)
    head = f"Reload scheduled for {when} (in {_span(seconds)}) by {planned.user} on vty0 (127.0.0.1)"
    return f"{head}\nReload reason: {planned.reason}"


def _time(moment: float) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at:%H:%M:%S} UTC {at:%a %b} {at.day} {at:%Y}"


def _span(seconds: float) -> str:
    """``1 hour, 9 minutes and 58 seconds``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    counts = ((hours, "hour"), (minutes, "minute"), (rest, "second"))
    parts = [f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in counts if count]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:]))) or "0 seconds"


FEATURE = Feature(
    commands={
        Mode.USER: {"show reload": _show},
        Mode.EXEC: {
            "reload": _reload,
            "reload in <delay:word> [<reason:line>]": _reload_in,
            "reload cancel": _cancel,
        },
    }
)
