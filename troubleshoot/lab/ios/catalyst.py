"""The commands of Catalyst switches, and those that a switch does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from troubleshoot.lab.ios import config_commands, ip_host, show_catalyst, show_ip
from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode, Question
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.catalyst import Catalyst, Template
from troubleshoot.lab.network.model import Router

_STORED = """\
Changes to the running SDM preferences have been stored, but cannot take effect
until the next reload.
Use 'show sdm prefer' to see what SDM preference is currently active."""
_KEYWORDS = ("access", "default", "lanbase-routing", "routing", "vlan")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A template as the command line names it; without `desktop` a 3750-12S takes its larger kind."""

    keywords: str
    desktop: bool
    run: Callable[[Context, Template], str]

    def __call__(self, context: Context, _: Args) -> str:
        switch = context.device.router.part(Catalyst)
        return self.run(context, Template(self.keywords, switch.master.aggregator and not self.desktop))

    def fits(self, switch: Catalyst) -> bool:
        """Whether this switch takes it."""
        return self.keywords in switch.templates() and (switch.master.aggregator or not self.desktop)


def _choices(head: str, run: Callable[[Context, Template], str]) -> dict[str, Handler]:
    """One command for each template, so that `?` and the caret of a refusal are those of the switch at hand."""
    return {
        f"{head} {keywords}{' desktop' if desktop else ''}": _Choice(keywords, desktop, run)
        for keywords in _KEYWORDS
        for desktop in (False, True)
    }


def _prefer(context: Context, template: Template) -> str:
    edit(context, lambda r: r.with_part(r.part(Catalyst).prefer(template)))
    return _STORED


def _no_prefer(context: Context, _: Args) -> str:
    return _prefer(context, context.device.router.part(Catalyst).default())


def _priority(context: Context, args: Args) -> str:
    number, priority = int(args["number"]), int(args["priority"])
    switch = context.device.router.part(Catalyst)
    member = next((m for m in switch.members if m.number == number and m.present), None)
    if member is None or not 1 <= priority <= 15:
        return "% Invalid input detected at '^' marker."

    def answer(reply: str) -> str:
        if reply.strip().lower() in ("", "y", "yes"):
            fixed = replace(switch, elected=switch.master.number)
            changed = fixed.with_member(replace(member, priority=priority))
            edit(context, lambda r: r.with_part(changed))
        return ""

    head = f"Changing the Switch Priority of Switch Number {number} to {priority}"
    context.question = Question("Do you want to continue?[confirm]", answer)
    return head


def _provision(context: Context, args: Args) -> str:
    number = int(args["number"])
    switch = context.device.router.part(Catalyst)
    member = next((m for m in switch.members if m.number == number), None)
    if "no" not in args:
        known = member is not None and member.model.lower() == args["model"].lower()
        return "" if known else "%Switch can not be un-provisioned when it is physically present"
    if member is not None and member.present:
        return "%Switch can not be un-provisioned when it is physically present"
    left = tuple(m for m in switch.members if m is not member)
    return edit(context, lambda r: r.with_part(replace(switch, members=left)))


def _definitions(router: Router) -> Iterator[str]:
    yield from (f"switch {m.number} provision {m.model.lower()}" for m in router.part(Catalyst).members)


_SHOW: Final[dict[str, Handler]] = {
    "show switch [detail]": lambda c, a: show_catalyst.stack(c.device, detail="detail" in a),
    "show sdm prefer": lambda c, _: show_catalyst.template(c.device, None),
    "show platform tcam utilization": lambda c, _: show_catalyst.tcam(c.device),
    "show mac address-table count": lambda c, _: show_catalyst.mac_count(c.device),
    "show inventory": lambda c, _: show_catalyst.inventory(c.device),
    **_choices("show sdm prefer", lambda c, template: show_catalyst.template(c.device, template)),
}
_CONFIG: Final[dict[str, Handler]] = {
    "no sdm prefer": _no_prefer,
    "switch <number:number> priority <priority:number>": _priority,
    "switch <number:number> provision <model:word>": _provision,
    "no switch <number:number> provision": _provision,
    **_choices("sdm prefer", _prefer),
}
_OWN: Final = frozenset((*_SHOW.values(), *_CONFIG.values()))
_ROUTES: Final = frozenset((ip_host.ip_routing, config_commands.static_route))
# What a layer 2 switch has not at all.
_ROUTING_WORDS: Final = ("router ", "multicast", "ip mroute", "ip pim", "ip msdp", "vrf")


@cache
def _routers_only() -> frozenset[Handler]:
    """The configuration commands of routing protocols, VRFs and multicast, of all subjects."""
    from troubleshoot.lab.ios.features import FEATURES  # this subject is one of them

    tables = (config_commands.COMMANDS, *(feature.commands.get(Mode.CONFIG, {}) for feature in FEATURES))
    return frozenset(
        handler
        for table in tables
        for pattern, handler in table.items()
        if any(word in pattern for word in _ROUTING_WORDS)
    )


def _knows(router: Router, handler: Handler) -> bool:
    switch = router.part(Catalyst)
    if not switch.members:
        return handler not in _OWN
    if isinstance(handler, _Choice):
        return handler.fits(switch)
    if handler is _no_prefer:
        return bool(switch.templates())
    if handler in _ROUTES:
        return switch.may_route
    return not (switch.layer2 and handler in _routers_only())


FEATURE = Feature(
    commands={
        Mode.USER: {
            **_SHOW,
            "show ip route summary": lambda c, _: show_ip.summary(c.device),
        },
        Mode.CONFIG: _CONFIG,
    },
    definitions=_definitions,
    knows=_knows,
)
