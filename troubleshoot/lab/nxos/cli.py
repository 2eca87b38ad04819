"""One command line session on a simulated Nexus: a line goes in, the answer and the next prompt come out.

On NX-OS every configuration mode takes the commands of EXEC and those of global configuration as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from troubleshoot.lab.ios import modifiers
from troubleshoot.lab.ios.grammar import Grammar, Match, ParseRefused, words
from troubleshoot.lab.nxos import config_commands, exec_commands, interface_commands
from troubleshoot.lab.nxos.context import (
    CONFIG,
    EXEC,
    INTERFACE,
    INTERFACES,
    VLAN,
    VPC_DOMAIN,
    Context,
    Handler,
    Mode,
    Rejected,
)
from troubleshoot.lab.terminal import Conversation

_AROUND: Mapping[Mode, tuple[Mode, ...]] = {
    EXEC: (EXEC,),
    CONFIG: (CONFIG, EXEC),
    **{mode: (mode, CONFIG, EXEC) for mode in (INTERFACE, INTERFACES, VPC_DOMAIN, VLAN)},
}
_TABLES: Mapping[Mode, Mapping[str, Handler]] = {
    EXEC: exec_commands.COMMANDS,
    CONFIG: config_commands.COMMANDS,
    INTERFACE: interface_commands.COMMANDS,
    INTERFACES: interface_commands.COMMANDS,
    VPC_DOMAIN: config_commands.DOMAIN,
    VLAN: config_commands.VLANS,
}
# What a feature that is off hides, by the beginning of the pattern.
_GATED = {
    "vpc": ("show vpc", "show running-config vpc", "vpc", "no vpc"),
    "lacp": ("show lacp", "lacp", "no lacp", "[no] lacp"),
}
_SAYS = {
    "% Invalid input detected at '^' marker.": "% Invalid command at '^' marker.",
    "% Incomplete command.": "% Incomplete command at '^' marker.",
}


def _grammar(mode: Mode, features: frozenset[str]) -> Grammar[Handler]:
    grammar = Grammar[Handler](words)
    for pattern, handler in _TABLES[mode].items():
        if not _hidden(pattern, features):
            grammar.add(pattern, handler)
    return grammar


def _hidden(pattern: str, features: frozenset[str]) -> bool:
    off = (starts for feature, starts in _GATED.items() if feature not in features)
    return any(pattern == start or pattern.startswith(f"{start} ") for starts in off for start in starts)


_SETS = (frozenset[str](), frozenset({"vpc"}), frozenset({"lacp"}), frozenset({"vpc", "lacp"}))
GRAMMARS = {(mode, features): _grammar(mode, features) for mode in _TABLES for features in _SETS}


class Cli(Conversation[Context]):
    """A session in some mode on a switch; implements :class:`~troubleshoot.lab.terminal.CommandLine`."""

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        question = self.context.question
        return question.prompt if question else f"{self.context.switch.hostname}{self.context.mode.prompt}# "

    def greeting(self) -> str:
        """What stands above the first prompt."""
        return "Cisco Nexus Operating System (NX-OS) Software\n"

    def execute(self, line: str) -> str:
        """Run one line (or take the answer to a pending question); the output has no final newline."""
        question, self.context.question = self.context.question, None
        if question is not None:
            return question.answer(line)
        if not line.strip() or line.lstrip().startswith("!"):
            return ""
        try:
            return self._run(line)
        except ParseRefused as refused:
            return self._refusal(refused, line)
        except Rejected as rejected:
            return str(rejected)

    def end(self) -> None:
        """Ctrl-Z: leave configuration mode."""
        self.context.go(EXEC)

    def interrupt(self) -> None:
        """Ctrl-C: drop a question."""
        self.context.question = None

    def _refusal(self, refused: ParseRefused, line: str) -> str:
        message = _SAYS.get(refused.message, "% Ambiguous command at '^' marker.")
        column = len(line.rstrip()) if refused.column is None else refused.column
        return f"{' ' * (len(self.prompt) + column)}^\n{message}"

    def _run(self, line: str) -> str:
        command, modifier = modifiers.split(line)
        match = self._match(command)
        output = match.handler(self.context, match.args)
        if modifier is None:
            return output
        filtered = output if modifier == "no-more" else modifiers.apply(modifier, output)
        if filtered is None:
            raise ParseRefused("% Invalid input detected at '^' marker.", line.index("|") + 2)
        return filtered

    def _match(self, command: str) -> Match[Handler]:
        """The mode's own command, else one of the modes around it; the refusal that understood most."""
        refusals: list[ParseRefused] = []
        for mode in _AROUND[self.context.mode]:
            try:
                return self._grammar(mode).parse(command)
            except ParseRefused as refused:
                refusals.append(refused)
        raise max(refusals, key=lambda r: (r.column is None, r.column or 0))

    def _grammar(self, mode: Mode) -> Grammar[Handler]:
        return GRAMMARS[mode, self.context.switch.features & {"vpc", "lacp"}]

    def help(self, line: str) -> str:
        """The answer to `?` after ``line``."""
        words = {word for mode in _AROUND[self.context.mode] for word in self._grammar(mode).help(line)}
        return "\n".join(f"  {word}" for word in sorted(words) if not word.startswith("%"))

    def complete(self, line: str) -> str:
        """What TAB adds to ``line``."""
        return self._grammar(self.context.mode).complete(line)
