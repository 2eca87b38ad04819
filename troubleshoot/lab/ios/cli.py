"""One command line session without a terminal: a line goes in, the router's answer and the next prompt come out."""

from __future__ import annotations

from collections.abc import Mapping

from troubleshoot.lab.ios import acl_commands, config_commands, exec_commands, interface_commands, modifiers
from troubleshoot.lab.ios.context import Context, Handler, Mode
from troubleshoot.lab.ios.feature import every_device
from troubleshoot.lab.ios.features import FEATURES
from troubleshoot.lab.ios.grammar import Grammar, Match, ParseRefused
from troubleshoot.lab.terminal import Conversation

MAX_LINE = 1024


_BASE: tuple[Mapping[Mode, Mapping[str, Handler]], ...] = (
    {
        Mode.USER: exec_commands.USER_COMMANDS,
        Mode.EXEC: exec_commands.PRIVILEGED_COMMANDS,
        Mode.CONFIG: config_commands.COMMANDS,
        Mode.INTERFACE: interface_commands.INTERFACE,
        Mode.OSPF: interface_commands.OSPF,
        Mode.STANDARD_ACL: acl_commands.ENTRIES,
        Mode.EXTENDED_ACL: acl_commands.ENTRIES,
    },
    {Mode.CONFIG: acl_commands.GLOBAL},
)


def _grammars() -> dict[Mode, Grammar[Handler]]:
    """The commands of every mode. Privileged EXEC takes what user EXEC takes; every configuration mode can be left."""
    grammars: dict[Mode, Grammar[Handler]] = {}
    for tables in (*_BASE, *(feature.commands for feature in FEATURES)):
        for mode, table in tables.items():
            for taking in (mode, Mode.EXEC) if mode == Mode.USER else (mode,):
                _teach(grammars.setdefault(taking, Grammar[Handler]()), table)
    for mode, grammar in grammars.items():
        if mode.configuring:
            _teach(grammar, config_commands.LEAVE if mode == Mode.CONFIG else interface_commands.LEAVE)
    return grammars


def _teach(grammar: Grammar[Handler], table: Mapping[str, Handler]) -> None:
    for pattern, handler in table.items():
        grammar.add(pattern, handler)


GRAMMARS = _grammars()
_KNOWING = [feature.knows for feature in FEATURES if feature.knows is not every_device]


class Cli(Conversation[Context]):
    """A session in some mode on a router."""

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        question = self.context.question
        if question is not None:
            return question.prompt
        name, mode = self.context.device.router.hostname, self.context.mode
        return f"{name}>" if mode == Mode.USER else f"{name}{mode.prompt}#"

    def greeting(self) -> str:
        """What stands above the first prompt."""
        banners = self.context.device.router.banners
        return "".join(f"\n{banners[kind]}\n" for kind in ("motd", "exec") if kind in banners)

    def execute(self, line: str) -> str:
        """Run one line (or take the answer to a pending question); the output has no final newline."""
        self.context.device.world.let_ring()
        if self.context.cut:
            self.context.closed = True
            return ""
        question, self.context.question = self.context.question, None
        if question is not None:
            return question.answer(line)
        text = line[:MAX_LINE]
        if not text.strip() or text.lstrip().startswith("!"):
            return ""
        try:
            return self._run(text)
        except ParseRefused as refused:
            return self._refusal(refused)

    def _knows(self, handler: Handler) -> bool:
        router = self.context.device.router
        return all(knows(router, handler) for knows in _KNOWING)

    def end(self) -> None:
        """Ctrl-Z: leave configuration mode."""
        if self.context.mode.configuring:
            self.context.end()

    def interrupt(self) -> None:
        """Ctrl-C: drop a question, leave configuration mode."""
        self.context.question = None
        self.end()

    def _refusal(self, refused: ParseRefused) -> str:
        if refused.column is None:
            return refused.message
        caret = " " * (len(self.prompt) + refused.column) + "^"
        return f"{caret}\n{refused.message}\n"

    def _run(self, line: str) -> str:
        if self.context.mode.configuring:
            return self._configure(line)
        return self._exec(line, self.context.mode)

    def _exec(self, line: str, mode: Mode) -> str:
        command, modifier = modifiers.split(line)
        match = GRAMMARS[mode].parse(command, self._knows)
        output = match.handler(self.context, match.args)
        if modifier is None:
            return output
        filtered = modifiers.apply(modifier, output)
        if filtered is None:
            raise ParseRefused("% Invalid input detected at '^' marker.", line.index("|") + 2)
        return filtered

    def _configure(self, line: str) -> str:
        words = line.split(maxsplit=1)
        if words[0].lower() == "do" and len(words) == 2:
            return self._do(line, words[1])
        match = self._match(line)
        return match.handler(self.context, match.args)

    def _do(self, line: str, command: str) -> str:
        try:
            return self._exec(command, Mode.EXEC)
        except ParseRefused as refused:
            if refused.column is None:
                raise
            raise ParseRefused(refused.message, refused.column + line.index(command)) from refused

    def _match(self, line: str) -> Match[Handler]:
        """The mode's own command, else one of the modes around it: IOS takes those too, and leaves the mode then."""
        context = self.context
        try:
            return GRAMMARS[context.mode].parse(line, self._knows)
        except ParseRefused as own:
            if context.mode == Mode.CONFIG:
                raise
            inside = context.mode, context.target, list(context._around)
            context.leave()
            try:
                return self._match(line)
            except ParseRefused as other:
                context.mode, context.target, context._around = inside
                raise _further(own, other) from None

    def help(self, line: str) -> str:
        """The answer to `?` after ``line``."""
        return "\n".join(f"  {word}" for word in GRAMMARS[self.context.mode].help(line, self._knows))

    def complete(self, line: str) -> str:
        """What TAB adds to ``line``."""
        return GRAMMARS[self.context.mode].complete(line, self._knows)


def _further(own: ParseRefused, other: ParseRefused) -> ParseRefused:
    """Of two refusals the one that understood more of the line (no column: all of it)."""
    return max((own, other), key=lambda r: (r.column is None, r.column or 0))
