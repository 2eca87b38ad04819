"""Reads what terminals and devices write: a log with prompts, commands and output; a ``show tech-support`` file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.core.kinds import Platform

_STAMP: Final = r"(?:\[?\d{2,4}[-/:.]\d\d[-/:.]\d{2,4}(?:[ T,]+\d\d:\d\d:\d\d)?(?:[.,]\d+)?\]?[ :]*)?"
_PROMPT: Final = re.compile(
    rf"{_STAMP}(?P<user>[\w.\-]+@)?(?P<host>[A-Za-z][\w.\-]{{0,62}})(?::[\w/]+)?"
    r"(?P<mode>\([\w.\- /]{1,60}\))?(?P<sign>[#>%])(?P<gap> ?)(?P<command>.*)"
)
_COMMAND: Final = re.compile(
    r"(?:sh|sho|show|ping|trace|traceroute|mtrace|ter|term|terminal|en|enable|conf|configure|set cli|dir|monitor)\b",
    re.I,
)
_HEADING: Final = re.compile(r"\s*(?:-{6,}\s*(?P<dashed>sh\S*\s.*?)\s*-{6,}|`(?P<quoted>sh\S* .*?)`)\s*")
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()=>78][A-Z0-9]?|\x07")
_INTERFACE_LINE: Final = re.compile(r"(?:[A-Za-z][\w/.\-]*\d\S*)\s+(\d{1,3}(?:\.\d{1,3}){3})(?:/\d+)?\s")
_CONFIG_LINE: Final = re.compile(r"\s*ip(?:v4)? address (\d{1,3}(?:\.\d{1,3}){3})\b")
_MARKS: Final = (
    (
        Platform.NXOS,
        re.compile(r"Cisco Nexus Operating System|NX-OS|^feature \w+|Multicast Routing Table for VRF", re.M),
    ),
    (Platform.FRR, re.compile(r"FRRouting|^frr version|Codes: K - kernel route", re.M)),
    (Platform.JUNOS, re.compile(r"^Junos: |JUNOS |^Hostname: .*\nModel:", re.M)),
    (Platform.IOS, re.compile(r"Cisco IOS|IOS-XE|^Cisco Internetwork Operating", re.M)),
)


@dataclass(slots=True)
class LoggedHost:
    """What one log tells about one host."""

    name: str
    commands: list[tuple[str, str]] = field(default_factory=list)
    user_prompt: bool = False
    gap: bool = False
    text: list[str] = field(default_factory=list)

    def platform(self) -> Platform | None:
        """What the outputs say, else what the form of the prompt says; None where that is not enough."""
        text = "\n".join(output for _, output in self.commands)
        for platform, mark in _MARKS:
            if mark.search(text):
                return platform
        if self.user_prompt:
            return Platform.JUNOS
        return None if self.gap or not self.commands else Platform.IOS

    def addresses(self) -> tuple[str, ...]:
        """Own addresses, from the interface list and the configuration."""
        found: dict[str, None] = {}
        for command, output in self.commands:
            words = command.lower().split()
            if any(word.startswith(("int", "run", "conf")) for word in words[1:]):
                pattern = _INTERFACE_LINE if any(word.startswith("br") for word in words) else _CONFIG_LINE
                found |= dict.fromkeys(match[1] for match in map(pattern.match, output.splitlines()) if match)
        return tuple(found)


def hosts_in(text: str, fallback: str) -> list[LoggedHost]:
    """The hosts of a log, or the one host of a tech-support file; ``fallback`` names it if the text does not."""
    lines = [_typed(line) for line in re.split(r"\r*\n|\r(?!\n)", text)]
    names = {match["host"] for line in lines if (match := _prompt(line)) and _COMMAND.match(match["command"])}
    hosts: dict[str, LoggedHost] = {}
    if names:
        _read_log(lines, names, hosts)
    else:
        name = _hostname(lines) or fallback
        hosts[name] = LoggedHost(name, list(_sections(lines)))
    return [host for host in hosts.values() if host.commands]


def _read_log(lines: list[str], names: set[str], hosts: dict[str, LoggedHost]) -> None:
    current: tuple[LoggedHost, str] | None = None
    output: list[str] = []
    for line in lines:
        match = _prompt(line)
        if match is None or match["host"] not in names:
            output.append(line)
            continue
        _store(current, output)
        host = hosts.setdefault(match["host"], LoggedHost(match["host"]))
        host.user_prompt |= match["user"] is not None
        host.gap |= bool(match["gap"] and match["command"])
        command = match["command"].strip()
        wanted = command and match["mode"] is None and not command.endswith("?")
        current, output = ((host, command) if wanted else None), []
    _store(current, output)


def _store(current: tuple[LoggedHost, str] | None, output: list[str]) -> None:
    """Keep a command with its output; one without output was completed with TAB, or prints nothing."""
    if current is None or not "".join(output).strip():
        return
    host, command = current
    host.commands.append((command, "\n".join(output).rstrip("\n") + "\n"))
    if re.match(r"sh\S*\s+tech", command, re.I):
        host.commands.extend(_sections(output))


def _sections(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The commands of a tech-support file, each under its heading."""
    command, output = "", []
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is None:
            output.append(line)
            continue
        if command:
            yield command, "\n".join(output).strip("\n") + "\n"
        command, output = heading["dashed"] or heading["quoted"], []
    if command:
        yield command, "\n".join(output).strip("\n") + "\n"


def _hostname(lines: list[str]) -> str:
    for line in lines:
        match = re.fullmatch(r"\s*(?:hostname|switchname|host-name) ([\w.\-]+);?\s*", line)
        if match:
            return match[1]
    return ""


def _prompt(line: str) -> re.Match[str] | None:
    return _PROMPT.fullmatch(line.rstrip())


def _typed(line: str) -> str:
    """The line as it stood on the screen after corrections with backspace."""
    line = _CONTROL.sub("", line)
    while "\x08" in line:
        shorter = re.sub(r"[^\x08]\x08", "", line, count=0)
        line = shorter if shorter != line else line.replace("\x08", "")
    return line
