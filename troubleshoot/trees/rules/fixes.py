"""Rules about fixes: a way back, a proof, a before-state, and nothing that does more than the fix says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from troubleshoot.core.command_text import listed
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.model import Action, Fix
from troubleshoot.core.risk import is_read
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.graph import Path
from troubleshoot.trees.rules import windows
from troubleshoot.trees.rules.commands import read_commands, rendered_forms
from troubleshoot.trees.rules.context import Context
from troubleshoot.trees.rules.structure import conclusions

_NETWORK: Final = frozenset({Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR})

_RELOADS: Final = frozenset({Platform.IOS})

# What a fix of risk `change` must not contain, abbreviations included. Saving to the startup configuration would make a
# wrong change survive the reload that is the last way back; the others hit more than one setting.
_TOO_MUCH: Final = (
    (r"wr(i(te?)?)?( +(m(e(m(o(ry?)?)?)?)?|t\w*|n\w*|e\w*))?", "saves or erases the stored configuration"),
    (r"cop(y)? +.*\b(start|nvram|flash|bootflash|ftp|tftp|scp)\w*\b.*", "saves or moves a configuration"),
    (r"rel(o(ad?)?)?( .*)?|req\w* +sys\w* +(reb|hal|pow|zer)\w*.*|reboot|shutdown +-.*", "restarts the device"),
    (r"cl(e(ar?)?)? +ip +mr\w*( +vrf +\S+)? +\*.*", "clears every multicast stream"),
    (r"cl(e(ar?)?)? +(ip +|ipv6 +)?(bgp|ospf|eigrp|route)\b.* \*.*", "clears every session or route"),
)
_PATTERNS: Final = tuple((re.compile(rf"(?:do +)?(?:{pattern})", re.IGNORECASE), what) for pattern, what in _TOO_MUCH)


def check(context: Context) -> None:
    """Find fixes that cannot be proven, cannot be undone, or do more than they say."""
    for end in conclusions(context):
        for number, name in enumerate(end.fixes):
            if name not in context.tree.fixes:
                hint = did_you_mean(name, context.tree.fixes)
                path: Path = ("steps", end.id, end.verdict, "fixes", number)
                context.error("unknown-fix", path, f"there is no fix {name!r}{hint}")
    for fix in context.tree.fixes.values():
        _way_back(context, fix)
        _proof(context, fix)
        _before(context, fix)
        _lines(context, fix)
        _detached(context, fix)
        _reload(context, fix)


def _reload(context: Context, fix: Fix) -> None:
    for kind, actions in (("apply", fix.apply), ("rollback", fix.rollback)):
        for platform, action in actions.items():
            path: Path = ("fixes", fix.id, kind, str(platform), "reload")
            if action.reload and platform not in _RELOADS:
                context.error("reload", path, f"a restart of {platform} is not supported")
            elif action.reload and fix.risk.rank < Risk.OUTAGE.rank:
                context.error("risk", path, "a restart of the device needs risk `outage`")


def _way_back(context: Context, fix: Fix) -> None:
    path: Path = ("fixes", fix.id)
    if not fix.apply:
        context.error("fix-empty", path, f"{fix.id!r} changes nothing")
    if not fix.rollback and not fix.no_rollback:
        context.error("no-rollback", path, f"{fix.id!r} has neither `rollback` nor `no_rollback` with the reason")
    elif not fix.no_rollback:
        for platform in fix.apply.keys() - fix.rollback.keys():
            message = f"{fix.id!r} can be applied on {platform}, but has no rollback there"
            context.error("no-rollback", (*path, "rollback"), message)
    for platform in sorted(fix.rollback.keys() - fix.apply.keys()):
        message = f"there is a rollback for {platform}, but nothing to apply"
        context.warning("unused", (*path, "rollback", str(platform)), message)


def _proof(context: Context, fix: Fix) -> None:
    path: Path = ("fixes", fix.id, "verify")
    for item in fix.verify.collect:
        place: Path = (*path, "collect", item.name)
        for platform in sorted(fix.apply.keys() - item.commands.keys()):
            if item.host == fix.host:
                message = f"the fix can be applied on {platform}, but not verified there"
                context.error("verify", (*place, "commands"), message)
    names = {item.name for item in fix.verify.collect}
    if not names & context.behind(context.names_in(fix.verify.when, names)):
        message = "the condition does not look at anything the verify collects"
        context.error("verify", (*path, "when"), message)
    if fix.verify.every > fix.verify.within:
        context.warning("verify", (*path, "every"), "`every` is longer than `within`: there is one look only")


def _before(context: Context, fix: Fix) -> None:
    path: Path = ("fixes", fix.id)
    known = context.offered_at(fix)
    for platform, commands in fix.before.items():
        read_commands(context, (*path, "before", str(platform)), platform, commands, known)
    for platform in sorted(fix.rollback.keys() - fix.before.keys()):
        message = f"without `before` for {platform} a rollback cannot be proven"
        context.warning("no-before", (*path, "rollback", str(platform)), message)


def _lines(context: Context, fix: Fix) -> None:
    known = context.offered_at(fix)
    for path, platform, action, line in _sent(fix):
        if platform is Platform.WINDOWS:
            windows.command_form(context, path, line)
        for rendered in rendered_forms(context, path, line, known, listed=listed(line)):
            _too_much(context, path, fix, platform, rendered)
            if fix.risk is Risk.READ and not (action.execute and is_read(platform, rendered)):
                message = f"a fix of risk `read` must only read: {rendered[:60]!r}"
                context.error("risk", path, message)


def _detached(context: Context, fix: Fix) -> None:
    known = context.offered_at(fix)
    for kind, actions in (("apply", fix.apply), ("rollback", fix.rollback)):
        for platform, action in actions.items():
            if action.mode != "detached":
                continue
            path: Path = ("fixes", fix.id, kind, str(platform), "detached")
            filled = [list(rendered_forms(context, path, line, known)) for line in (*action.detached, action.restarts)]
            if all(filled):
                windows.detached_form(context, path, [forms[0] for forms in filled[:-1]], filled[-1][0])


def _sent(fix: Fix) -> Iterator[tuple[Path, Platform, Action, str]]:
    for kind, actions in (("apply", fix.apply), ("rollback", fix.rollback)):
        for platform, action in actions.items():
            for number, line in enumerate(action.lines):
                yield ("fixes", fix.id, kind, str(platform), action.mode, number), platform, action, line


def _too_much(context: Context, path: Path, fix: Fix, platform: Platform, line: str) -> None:
    if platform not in _NETWORK or fix.risk.rank > Risk.CHANGE.rank:
        return
    for pattern, what in _PATTERNS:
        if pattern.fullmatch(line):
            context.error("risk", path, f"a fix of risk `{fix.risk}` must not contain {line[:60]!r}: it {what}")
            return
