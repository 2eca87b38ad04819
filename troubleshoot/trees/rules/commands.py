"""Rules about command text: placeholders and their types, the read-only guard, parsers and platforms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from troubleshoot.core.command_text import placeholders, render, required
from troubleshoot.core.kinds import Platform
from troubleshoot.core.model import Collect
from troubleshoot.core.risk import check_read
from troubleshoot.core.values import COMMAND_TYPES, Value
from troubleshoot.errors import TroubleshootError
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.graph import Path
from troubleshoot.trees.rules import windows
from troubleshoot.trees.rules.context import Context
from troubleshoot.trees.rules.names import collect_items

# One ordinary value of every type that may stand in a command (documentation addresses, RFC 5737).
SAMPLES: Final[Mapping[str, str]] = {
    "word": "word",
    "host": "r1",
    "hostname": "host.example",
    "dns_name": "_ldap._tcp.corp.example",
    "ipv4": "192.0.2.1",
    "ip": "192.0.2.1",
    "multicast_group": "233.252.0.1",
    "prefix": "192.0.2.0/24",
    "vrf": "RED",
    "interface": "GigabitEthernet0/1",
    "label": "Web Server 01",
    "dn": "CN=Users,DC=corp,DC=example",
    "base64": "MIIB",
    "integer": "10",
    "code": "0x80338029",
    "config_line": "maximum-paths 2",
}
_ANGLES: Final = re.compile(r"<[^<>]*>")


def check(context: Context) -> None:
    """Find commands that could not be built, would not be sent, or could not be read."""
    for path, item in collect_items(context):
        _parser(context, path, item)
        known = _known(context, path)
        for platform, commands in item.commands.items():
            read_commands(context, (*path, "commands", str(platform)), platform, commands, known)


def _known(context: Context, path: Path) -> frozenset[str]:
    name = str(path[1])
    if path[0] == "steps":
        return context.flow.known.get(name, frozenset())
    return context.offered_at(context.tree.fixes[name])


def _parser(context: Context, path: Path, item: Collect) -> None:
    names = context.parsers.parser_names()
    if item.parse not in names:
        message = f"there is no parser {item.parse!r}{did_you_mean(item.parse, names)}"
        context.error("unknown-parser", (*path, "parse"), message)
        return
    reads = context.parsers.platforms(item.parse)
    for platform in item.commands:
        if platform not in reads:
            message = f"the parser {item.parse!r} does not read the output of {platform}"
            context.error("parser-platform", (*path, "commands", str(platform)), message)


def read_commands(
    context: Context, path: Path, platform: Platform, commands: tuple[str, ...], known: frozenset[str]
) -> None:
    """Check commands that must only read, as the device would get them."""
    for number, command in enumerate(commands):
        place = (*path, number)
        if platform is Platform.WINDOWS:
            windows.command_form(context, place, command)
        for rendered in rendered_forms(context, place, command, known):
            _guard(context, place, platform, rendered)


def _guard(context: Context, path: Path, platform: Platform, command: str) -> None:
    try:
        check_read(platform, command)
    except TroubleshootError as error:
        context.error("not-a-read", path, error.message)


def rendered_forms(
    context: Context, path: Path, command: str, known: frozenset[str], *, listed: str = ""
) -> Iterator[str]:
    """A command filled with sample values: once with all optional parts and once with none; nothing if it is wrong.

    ``listed`` is the one name that may be a list here, because the line becomes one for each of its items.
    """
    if not _placeholders_fit(context, path, command, known, listed):
        return
    samples = {name: _sample(context, name) for name in placeholders(command)}
    bare = {name: samples[name] for name in required(command)}
    for values in (samples, bare) if bare != samples else (samples,):
        try:
            yield render(command, values, context.types)
        except TroubleshootError as error:
            context.error("command", path, error.message)


def _sample(context: Context, name: str) -> Value:
    parameter = context.tree.parameters.get(name)
    return parameter.choices[0] if parameter and parameter.choices else SAMPLES[context.types[name]]


def _placeholders_fit(context: Context, path: Path, command: str, known: frozenset[str], listed: str) -> bool:
    names = placeholders(command)
    problems = [problem for name in names if (problem := _unfit(context, name, listed))]
    written = {f"<{name}>" for name in names}
    problems += [f"{text[:40]!r} is no placeholder" for text in _ANGLES.findall(command) if text not in written]
    for problem in problems:
        context.error("placeholder", path, problem)
    context.used |= set(names)
    if not problems:
        _has_value(context, path, required(command), known)
    return not problems


def _unfit(context: Context, name: str, listed: str) -> str:
    kind = context.types.get(name)
    if kind is None:
        return f"<{name}> is no parameter or variable{did_you_mean(name, context.types)}"
    if kind not in COMMAND_TYPES:
        return f"<{name}> of type {kind} may not stand in a command"
    return f"<{name}> is a list and may not stand in a command" if name != listed and context.is_many(name) else ""


def _has_value(context: Context, path: Path, names: tuple[str, ...], known: frozenset[str]) -> None:
    for name in names:
        parameter = context.tree.parameters.get(name)
        if parameter and not parameter.required and parameter.default is None:
            message = f"<{name}> is optional: write it as an optional part, [... <{name}>]"
            context.error("optional-value", path, message)
        elif parameter is None and name not in known:
            context.warning("not-yet-known", path, f"no way to {path[1]!r} sets <{name}> first")
