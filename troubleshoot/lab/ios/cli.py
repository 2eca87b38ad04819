"""One command line session without a terminal: a line goes in, the router's answer and the next prompt come out."""

from __future__ import annotations

from troubleshoot.lab.ios import acl_commands, config_commands, exec_commands, interface_commands, modifiers
from troubleshoot.lab.ios.context import Context, Handler, Mode
from troubleshoot.lab.ios.grammar import Grammar, Match, ParseRefused

MAX_LINE = 1024


def _grammar(*tables: dict[str, Handler]) -> Grammar[Handler]:
    grammar = Grammar[Handler]()
    for table in tables:
        for pattern, handler in table.items():
            grammar.add(pattern, handler)
    return grammar


_ACL_ENTRIES = _grammar(acl_commands.ENTRIES, interface_commands.LEAVE)
GRAMMARS: dict[Mode, Grammar[Handler]] = {
    Mode.USER: _grammar(exec_commands.USER_COMMANDS),
    Mode.EXEC: _grammar(exec_commands.USER_COMMANDS, exec_commands.PRIVILEGED_COMMANDS),
    Mode.CONFIG: _grammar(config_commands.COMMANDS, acl_commands.GLOBAL),
    Mode.INTERFACE: _grammar(interface_commands.INTERFACE),
    Mode.ROUTER: _grammar(interface_commands.ROUTER),
    Mode.STANDARD_ACL: _ACL_ENTRIES,
    Mode.EXTENDED_ACL: _ACL_ENTRIES,
}


class Cli:
    """A session in some mode on a router."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        question = self.context.question
        if question is not None:
            return question.prompt
        name, mode = self.context.device.router.hostname, self.context.mode
        return f"{name}>" if mode is Mode.USER else f"{name}{mode.value}#"

    def execute(self, line: str) -> str:
        """Run one line (or take the answer to a pending question); the output has no final newline."""
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

    def end(self) -> None:
        """Ctrl-Z: leave configuration mode."""
        if self.context.mode.configuring:
            self.context.mode, self.context.target = Mode.EXEC, ""

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
        match = GRAMMARS[mode].parse(command)
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
        """The mode's own command, else the global one: IOS takes global commands in every mode and leaves it then."""
        mode = self.context.mode
        try:
            return GRAMMARS[mode].parse(line)
        except ParseRefused as own:
            if mode is Mode.CONFIG:
                raise
            try:
                match = GRAMMARS[Mode.CONFIG].parse(line)
            except ParseRefused as other:
                raise _further(own, other) from None
        self.context.mode, self.context.target = Mode.CONFIG, ""
        return match

    def help(self, line: str) -> str:
        """The answer to `?` after ``line``."""
        return "\n".join(f"  {word}" for word in GRAMMARS[self.context.mode].help(line))

    def complete(self, line: str) -> str:
        """What TAB adds to ``line``."""
        return GRAMMARS[self.context.mode].complete(line)


def _further(own: ParseRefused, other: ParseRefused) -> ParseRefused:
    """Of two refusals the one that understood more of the line (no column: all of it)."""
    return max((own, other), key=lambda r: (r.column is None, r.column or 0))
