"""What would be sent: collect steps and fixes of a tree, filled with typed values for given hosts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troubleshoot.core.command_text import fill_text, render, render_lines
from troubleshoot.core.detached import detached
from troubleshoot.core.judging import lookup_in, shower
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.lockout import Revert
from troubleshoot.core.model import Action, Collect, CollectStep, Fix
from troubleshoot.core.risk import check_read
from troubleshoot.core.state import FixPlan, Frame, HostInfo, Item, State
from troubleshoot.errors import TroubleshootError, ValueRefused

SAVE_AND_RELOAD: Final = ("write memory", "reload")


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """An observation that cannot even be asked for, and why."""

    name: str
    host: str
    trouble: Trouble
    message: str


def types_of(frame: Frame) -> dict[str, str]:
    """The declared type of every parameter and variable."""
    declared = {name: item.type for name, item in frame.tree.parameters.items()}
    return declared | {name: item.type for name, item in frame.tree.variables.items()}


def hosts_of(frame: Frame, item: Collect) -> tuple[str, ...]:
    """The host names or addresses an item is asked on; a list parameter means each of them."""
    value = frame.values.get(item.host)
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def wanted_hosts(frame: Frame, collect: tuple[Collect, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for item in collect for host in hosts_of(frame, item)))


def plan_collect(state: State, frame: Frame, collect: tuple[Collect, ...]) -> Iterator[Item | NotPlanned]:
    """The observations of a step; every rendered command passes the read-only guard here and again when it is sent."""
    for item in collect:
        for query in hosts_of(frame, item):
            host = state.hosts.get(state.aliases.get(query, query))
            if host is None:
                yield NotPlanned(item.name, query, Trouble.UNREACHABLE, f"{query} is not in the inventory")
            else:
                yield _plan_item(frame, item, host)


def _plan_item(frame: Frame, item: Collect, host: HostInfo) -> Item | NotPlanned:
    # A host's own command line comes first; a DNS server of any platform can be asked by DNS.
    platform = host.platform if host.platform in item.commands else Platform.DNS
    templates = item.commands.get(platform)
    if templates is None:
        message = f"this step has no command for {host.platform}"
        return NotPlanned(item.name, host.name, Trouble.NOT_SUPPORTED, message)
    try:
        commands = read_commands(frame, platform, templates)
    except TroubleshootError as error:
        trouble = Trouble.REFUSED if isinstance(error, ValueRefused) else Trouble.AUTHOR
        return NotPlanned(item.name, host.name, trouble, error.message)
    return Item(item.name, host.name, platform, commands, item.parse, item.timeout, item.second_hop)


def read_commands(frame: Frame, platform: Platform, templates: tuple[str, ...]) -> tuple[str, ...]:
    """Render commands that only read.

    Raises:
        ValueRefused: a value does not fit, or a command is more than a read.
        AuthorError: a value is missing.
    """
    types = types_of(frame)
    commands = tuple(render(template, frame.values, types) for template in templates)
    for command in commands:
        check_read(platform, command)
    return commands


def preview(state: State, frame: Frame, step: CollectStep) -> tuple[tuple[str, str], ...]:
    """The (host, command) pairs of a step as far as they can be told now: what an offline run would need to see."""
    planned = plan_collect(state, frame, step.collect)
    return tuple((item.host, text) for item in planned if isinstance(item, Item) for text in item.commands)


# --- fixes --------------------------------------------------------------------------------------------------------


def plan_fix(state: State, frame: Frame, fix: Fix) -> FixPlan:
    """Fill a fix for its host. What cannot be filled makes a plan that is ``refused``, never a partial one."""
    name = str(frame.values.get(fix.host) or "")
    host = state.hosts.get(state.aliases.get(name, name))
    if host is None:
        return _refused_plan(fix, name, Platform.IOS, f"{name or fix.host} is not a known host")
    if host.platform not in fix.apply:
        return _refused_plan(fix, host.name, host.platform, f"this fix has no form for {host.platform}")
    try:
        return _filled_plan(state, frame, fix, host)
    except TroubleshootError as error:
        return _refused_plan(fix, host.name, host.platform, error.message)


def _filled_plan(state: State, frame: Frame, fix: Fix, host: HostInfo) -> FixPlan:
    action = fix.apply[host.platform]
    rollback = fix.rollback.get(host.platform, Action())
    show = shower(lookup_in(state, frame))
    verify = plan_collect(state, frame, fix.verify.collect)
    return FixPlan(
        id=fix.id,
        title=fill_text(fix.title, show),
        host=host.name,
        platform=host.platform,
        risk=fix.risk,
        blast_radius=fill_text(fix.blast_radius, show),
        mode=action.mode,
        commands=_sent(state, frame, fix, action),
        rollback_mode=rollback.mode,
        rollback=_sent(state, frame, fix, rollback),
        no_rollback="" if rollback.lines else fill_text(fix.no_rollback, show),
        before=read_commands(frame, host.platform, fix.before.get(host.platform, ())),
        verify=fix.verify.when,
        verify_commands=tuple(
            f"{item.host}: {text}" for item in verify if isinstance(item, Item) for text in item.commands
        ),
        within=fix.verify.within,
        service=action.restarts or rollback.restarts,
        temporary=fix.temporary,
    )


def _sent(state: State, frame: Frame, fix: Fix, action: Action) -> tuple[str, ...]:
    """The lines of an action as they are sent, with everything around them."""
    types = types_of(frame)
    lines = tuple(filled for line in action.lines for filled in render_lines(line, frame.values, types))
    if action.mode != "detached":
        return lines
    unique = hashlib.sha256(f"{state.incident} {fix.id}".encode()).hexdigest()[:8]
    return detached(f"ts-{unique}", lines, render(action.restarts, frame.values, types)).commands


def _refused_plan(fix: Fix, host: str, platform: Platform, reason: str) -> FixPlan:
    return FixPlan(
        id=fix.id,
        title=fix.title,
        host=host,
        platform=platform,
        risk=fix.risk,
        blast_radius=fix.blast_radius,
        mode="",
        commands=(),
        rollback_mode="",
        rollback=(),
        no_rollback="",
        before=(),
        verify="",
        verify_commands=(),
        within=0.0,
        refused=reason,
    )


def sent_lines(plan: FixPlan, action: str) -> tuple[str, ...]:
    """Every line that an action sends, in order: for display, for the consent and for the journal."""
    revert = plan.revert
    if action == "confirm":
        return (*revert.confirm, *revert.settle.submit) if revert else ()
    back = action == "rollback"
    mode, lines = (plan.rollback_mode, plan.rollback) if back else (plan.mode, plan.commands)
    lines = (*lines, *SAVE_AND_RELOAD) if mode == "reload" else lines
    if revert is None:
        return lines
    return (*lines, *revert.confirm) if back else (*revert.first, *_entering(revert), *lines, *revert.how.submit)


def _entering(revert: Revert) -> tuple[str, ...]:
    return (revert.how.enter,) if revert.how.enter else ()


def consent_digest(plan: FixPlan, action: str, before: str) -> str:
    """What consent is bound to: the target, every command, the rollback, the verify and the state seen before."""
    content: Mapping[str, object] = {
        "action": action,
        "fix": plan.id,
        "host": plan.host,
        "mode": [plan.mode, plan.rollback_mode, plan.temporary],
        "revert": None if plan.revert is None else [plan.revert.kind, plan.revert.minutes, *plan.revert.lines],
        "commands": sent_lines(plan, "apply"),
        "rollback": sent_lines(plan, "rollback"),
        "verify": [plan.verify, *plan.verify_commands],
        "before": before,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
