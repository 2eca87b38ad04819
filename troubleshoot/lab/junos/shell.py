"""One session on a simulated Junos router without a terminal: a line goes in, what is shown and the prompt come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troubleshoot.lab.ios.grammar import Grammar, ParseRefused
from troubleshoot.lab.junos import configuring, operational, pipes
from troubleshoot.lab.junos.config import Refused
from troubleshoot.lab.junos.context import Context, Handler

_CHANGES: Final = ("set", "delete", "deactivate", "activate")
_DISPLAYS: Final = ("display", "compare")


def _grammar(table: Mapping[str, Handler]) -> Grammar[Handler]:
    grammar = Grammar[Handler]()
    for pattern, handler in table.items():
        grammar.add(pattern, handler)
    return grammar


OPERATIONAL: Final = _grammar(operational.COMMANDS)
CONFIGURATION: Final = _grammar(configuring.COMMANDS)


class Shell:
    """Implements :class:`~troubleshoot.lab.terminal.CommandLine`."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @property
    def prompt(self) -> str:
        """What stands before the cursor, with the lines that Junos puts above it."""
        context = self.context
        if context.question is not None:
            return context.question.prompt
        who = f"{context.user}@{context.machine.hostname}"
        frame = context.machine.hardware.frame
        if context.editor is None:
            return f"\n{frame}\n{who}> " if frame else f"\n{who}> "
        place = " ".join(" ".join(element) for element in context.editor.edit)
        return f"\n{self._waiting()}{frame}[edit{' ' if place else ''}{place}]\n{who}# "

    def _waiting(self) -> str:
        pending = self.context.database.pending
        if pending is None:
            return ""
        minutes = max(1, round((pending.until - self.context.plant.clock()) / 60))
        return f"# commit confirmed will be rolled back in {minutes} minutes\n"

    @property
    def closed(self) -> bool:
        """Whether the user logged out."""
        return self.context.closed

    @property
    def asks(self) -> bool:
        """Whether the router waits for the answer to a question."""
        return self.context.question is not None

    @property
    def asks_secret(self) -> bool:
        """Never: no command of the lab asks for a secret."""
        return False

    @property
    def page_length(self) -> int:
        """Lines of a page; 0: no paging."""
        return self.context.page_length

    def greeting(self) -> str:
        """What stands above the first prompt."""
        return f"--- JUNOS {self.context.machine.hardware.version} built 2023-06-14 20:32:33 UTC"

    def execute(self, line: str) -> str:
        """Run one line, or take the answer to a pending question; the output has no final newline."""
        context = self.context
        question, context.question = context.question, None
        if question is not None:
            return question.answer(line)
        if not line.strip() or line.lstrip().startswith("#"):
            return ""
        context.plant.now()
        if context.editor is not None:
            context.editor.active = context.plant.clock()
        try:
            return "\n".join(self._run(line.rstrip()))
        except Refused as refused:
            return self._refusal(refused.message, refused.column)
        except ParseRefused as refused:
            return self._refusal(_words(refused), refused.column)

    def _refusal(self, message: str, column: int | None) -> str:
        if column is None:
            return message
        caret = " " * (len(self.prompt.rpartition("\n")[2]) + column) + "^"
        return f"{caret}\n{message}"

    def _run(self, line: str) -> list[str]:
        words = line.split()
        if self.context.editor is None:
            return self._shown(line, OPERATIONAL, 0)
        if words[0] == "run" and len(words) > 1:
            return self._shown(line[line.index(words[1]) :], OPERATIONAL, line.index(words[1]))
        if words[0] in _CHANGES:
            return self._changed(line)
        return self._shown(line, CONFIGURATION, 0)

    def _changed(self, line: str) -> list[str]:
        try:
            return configuring.change(self.context, line)
        except Refused as refused:
            if refused.column is None:
                raise
            raise Refused(refused.message, refused.column + len(line.split()[0]) + 1) from None

    def _shown(self, line: str, grammar: Grammar[Handler], shift: int) -> list[str]:
        command, behind = pipes.split(line)
        match = grammar.parse(command)
        displays = [text for _, text in behind if pipes.word_of(text, _DISPLAYS)]
        lines = self._displayed(match.args, displays) if displays else match.handler(self.context, match.args)
        for column, text in behind:
            if text not in displays:
                lines = pipes.pipe(column + shift, text)(lines)
        return lines

    def _displayed(self, args: dict[str, str], displays: list[str]) -> list[str]:
        """``| display set`` and ``| compare [rollback N]`` ask for another form of a configuration."""
        words = displays[0].split()
        if "configuration" not in args and "rollback" not in args and self.context.editor is None:
            raise Refused("syntax error, expecting <pipe>.")
        if pipes.word_of(displays[0], _DISPLAYS) == "compare":
            number = int(words[2]) if len(words) == 3 and words[2].isdigit() else 0
            return configuring.compared(self.context, number)
        if words[1:] == ["set"]:
            return configuring.as_set(self.context, args)
        raise Refused("syntax error, expecting <display-type>.")

    def end(self) -> None:
        """Ctrl-Z does nothing on Junos."""

    def interrupt(self) -> None:
        """Ctrl-C drops a question."""
        self.context.question = None

    def hang_up(self) -> None:
        """The connection is gone: an exclusive or private session loses what it did not commit."""
        context = self.context
        context.plant.now()
        if context.editor is not None:
            context.database.leave(context.editor)
            context.editor = None
        if context.login in context.machine.logins:
            context.machine.logins.remove(context.login)

    def help(self, line: str) -> str:
        """The answer to `?` after ``line``."""
        grammar = OPERATIONAL if self.context.editor is None else CONFIGURATION
        return "\n".join(["Possible completions:", *(f"  {word}" for word in grammar.help(line))])

    def complete(self, line: str) -> str:
        """What TAB adds to ``line``."""
        return (OPERATIONAL if self.context.editor is None else CONFIGURATION).complete(line)


def _words(refused: ParseRefused) -> str:
    """The refusals of the shared grammar in the words of Junos."""
    if "Incomplete" in refused.message:
        return "error: syntax error, incomplete command"
    return "syntax error is ambiguous." if "Ambiguous" in refused.message else "syntax error, expecting <command>."
