"""How each command line behaves over SSH: its prompts, its pager, how configuration mode is entered and left.

Prompts are matched against the whole last line of what was received. Sources: the vendors' configuration guides, and
FRRouting's vtysh as login shell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from troubleshoot.core.kinds import Platform

_NAME = r"[\w.\-@/:+]{1,80}"
_CONFIG = re.compile(rf"{_NAME}\(config[^()\r\n]{{0,60}}\)# ?")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One platform's command line.

    ``prepare`` turns paging and line folding off; a device may refuse one of its lines without harm. ``submit`` makes
    entered configuration active where entering a line does not (Junos), and ``abandon`` throws it away again.
    """

    exec_prompt: re.Pattern[str]
    config_prompt: re.Pattern[str]
    prepare: tuple[str, ...]
    enter: str = "configure terminal"
    leave: str = "end"
    submit: tuple[str, ...] = ()
    abandon: str = ""
    enable: bool = False
    shell_prompt: re.Pattern[str] | None = None

    def greets(self, line: str) -> bool:
        """Could this line be what a login ends with: a prompt of the platform, or that of a shell below it?"""
        return self.is_prompt(line) or self.is_shell(line)

    def is_shell(self, line: str) -> bool:
        """Does this line look like the prompt of the operating system's shell?"""
        return bool(self.shell_prompt and self.shell_prompt.fullmatch(line))

    def is_prompt(self, line: str) -> bool:
        """Does this line look like a prompt of the platform, in any mode?"""
        return bool(self.exec_prompt.fullmatch(line) or self.config_prompt.fullmatch(line))

    def is_config(self, line: str) -> bool:
        """Does this line look like a prompt of configuration mode?"""
        return bool(self.config_prompt.fullmatch(line))


PAGER: Final = re.compile(r"\s*(?:<?-+ ?\(?more(?: \d+%)?\)? ?-+>?|lines \d+-\d+(?: \(END\))?)\s*", re.IGNORECASE)

# What a device asks before it goes on; it is never answered on behalf of a person.
QUESTION: Final = re.compile(
    r".*(?:\[confirm\]|[\[(](?:y|n|yes|no)\s*[/,|]\s*(?:y|n|yes|no)[\])]|\? ?\[[\w\-./:]*\]|\[[\w\-./:]+\]\?"
    r"|password:)\s*[:?]?\s*"
    r"(?:[\[(](?:y|n|yes|no)[\])])?\s*[:?]?\s*",
    re.IGNORECASE,
)

PASSWORD: Final = re.compile(r"\s*password:\s*", re.IGNORECASE)

# The exceptions: a command, a question that belongs to it, and the answer. Consent to such a command says so.
ANSWERS: Final = tuple(
    (re.compile(command, re.IGNORECASE), re.compile(question, re.IGNORECASE), answer)
    for command, question, answer in (
        (r"copy\s+run\S*\s+start\S*", r"Destination filename \[startup-config\]\?\s*", ""),
        (r"reload( in \d+)?", r".*configuration has been modified\. Save\? \[yes/no\]:?\s*", "no"),
        (r"reload( in \d+)?", r".*Proceed with reload\? \[confirm\]\s*", ""),
    )
)


def reply(command: str, question: str) -> str | None:
    """What answers a question that is part of a command; None for a question that only a person may answer."""
    found = (answer for asked, about, answer in ANSWERS if asked.fullmatch(command) and about.fullmatch(question))
    return next(found, None)


COMMAND_LINES: Final[Mapping[Platform, CommandLine]] = {
    Platform.IOS: CommandLine(
        exec_prompt=re.compile(rf"{_NAME}[>#] ?"),
        config_prompt=_CONFIG,
        prepare=("terminal length 0", "terminal width 511"),
        enable=True,
    ),
    Platform.NXOS: CommandLine(
        exec_prompt=re.compile(rf"{_NAME}(?:\(maint-mode\))?[>#] ?"),
        config_prompt=re.compile(rf"{_NAME}(?:\(maint-mode\))?\(config[^()\r\n]{{0,60}}\)# ?"),
        prepare=("terminal length 0", "terminal width 511"),
    ),
    Platform.JUNOS: CommandLine(
        exec_prompt=re.compile(rf"{_NAME}> ?"),
        config_prompt=re.compile(rf"{_NAME}# ?"),
        prepare=("set cli screen-length 0", "set cli screen-width 0"),
        enter="configure exclusive",
        leave="exit configuration-mode",
        submit=("commit check", "commit"),
        abandon="rollback 0",
        shell_prompt=re.compile(r"[\w.\-@/:~]{0,80}(?:%|(?<=[\w~]) #) ?"),  # root lands there: root@mx1:~ #
    ),
    Platform.FRR: CommandLine(
        exec_prompt=re.compile(rf"{_NAME}[>#] ?"),
        config_prompt=_CONFIG,
        prepare=("terminal length 0",),
    ),
}
