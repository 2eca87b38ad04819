"""From the text of a script to its tree: statements, pipelines and commands of the PowerShell subset.

What is outside of the subset is refused, never guessed: the read-only guard and the lab both stand on this tree.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.expressions import ExpressionReader
from troubleshoot.core.powershell.lexer import PsSyntaxError, Scanner, number_value

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_COMMAND = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.(?:exe|com|cmd|bat))?|[?%]", re.IGNORECASE)
_PARAMETER = re.compile(r"-[A-Za-z?][A-Za-z0-9_]*")
_NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]{1,16}|\d{1,18}(?:\.\d{1,15})?)(?:[kKmMgGtTpP][bB])?")
_ASSIGN = re.compile(r"=|[+\-*/%]=")
_QUIET = re.compile(r"2>\s?\$null(?![A-Za-z0-9_:?])", re.IGNORECASE)
_FLOW: Final = ("exit", "return", "throw", "break", "continue")
_REFUSED: Final = re.compile(
    "while|for|do|until|switch|function|filter|workflow|class|enum|using|param|begin|process|end|dynamicparam|data|trap"
    "|define|from|var|parallel|sequence|inlinescript|configuration|clean|elseif|else|catch|finally|in"
)
_END_OF_STATEMENT: Final = ("", ";", "\r", "\n", "}", ")")


@lru_cache(maxsize=512)
def parse(text: str) -> ast.Block:
    """The tree of a script.

    Raises:
        PsSyntaxError: the script is wrong, or outside of the subset; says what and where.
    """
    return Parser(Scanner(text)).script()


class Parser(ExpressionReader):
    """Reads one script."""

    def script(self) -> ast.Block:
        try:
            return self.block("")
        except RecursionError:
            raise PsSyntaxError("nested too deeply", self.scan.pos) from None

    def block(self, closer: str) -> ast.Block:
        statements: list[ast.Statement] = []
        with self.nested():
            while not self._end_of_block(closer):
                statements.append(self.statement())
                self._end_of_statement(statements[-1], closer)
        return ast.Block(tuple(statements))

    def _end_of_block(self, closer: str) -> bool:
        self.scan.blanks(lines=True)
        while self.scan.take(";"):
            self.scan.blanks(lines=True)
        if not closer:
            return not self.scan.peek()
        return self.scan.take(closer)

    def _end_of_statement(self, statement: ast.Statement, closer: str) -> None:
        self.scan.blanks()
        if isinstance(statement, ast.If | ast.ForEach | ast.Try) and self.scan.peek() != "|":
            return
        if self.scan.peek() not in ("", ";", "\r", "\n") and not (closer and self.scan.starts(closer)):
            raise self.scan.error("the end of the statement is expected")

    # --- statements ------------------------------------------------------------------------------------------------

    def statement(self) -> ast.Statement:
        with self.nested():
            start = self.scan.pos
            word = self.scan.match(_WORD).lower()
            match word:
                case "if":
                    return self._if()
                case "foreach":
                    return self._foreach()
                case "try":
                    return self._try()
            if word in _FLOW:
                return self._flow(word, start)
            if _REFUSED.fullmatch(word):
                raise self.scan.error(f"{word} is not supported", start)
            self.scan.pos = start
            return self._pipeline_or_assignment()

    def _braces(self) -> ast.Block:
        self.scan.blanks(lines=True)
        self.scan.expect("{")
        return self.block("}")

    def _condition(self) -> ast.Statement:
        self.scan.blanks(lines=True)
        self.scan.expect("(")
        self.scan.blanks(lines=True)
        inside = self._pipeline_or_assignment()
        self.scan.blanks(lines=True)
        self.scan.expect(")")
        return inside

    def _if(self) -> ast.If:
        clauses = [(self._condition(), self._braces())]
        otherwise = None
        while word := self._keyword("elseif", "else"):
            if word == "else":
                otherwise = self._braces()
                break
            clauses.append((self._condition(), self._braces()))
        return ast.If(tuple(clauses), otherwise)

    def _keyword(self, *words: str) -> str:
        """One of ``words`` behind blanks and line ends, gone past; else empty and nothing is gone past."""
        start = self.scan.pos
        self.scan.blanks(lines=True)
        found = self.scan.match(_WORD).lower()
        if found in words:
            return found
        self.scan.pos = start
        return ""

    def _foreach(self) -> ast.ForEach:
        self.scan.blanks(lines=True)
        self.scan.expect("(")
        self.scan.blanks(lines=True)
        variable = self._plain_variable()
        if not self._keyword("in"):
            raise self.scan.error("in is expected")
        self.scan.blanks(lines=True)
        items = self._pipeline_or_assignment()
        self.scan.blanks(lines=True)
        self.scan.expect(")")
        return ast.ForEach(variable, items, self._braces())

    def _plain_variable(self) -> ast.Variable:
        self.scan.expect("$")
        scope, name = self.scan.variable()
        return ast.Variable(name, scope)

    def _try(self) -> ast.Try:
        body = self._braces()
        catches: list[tuple[tuple[ast.TypeName, ...], ast.Block]] = []
        finish = None
        while word := self._keyword("catch", "finally"):
            if word == "finally":
                finish = self._braces()
                break
            catches.append((self._catch_types(), self._braces()))
        if not catches and finish is None:
            raise self.scan.error("catch or finally is expected")
        return ast.Try(body, tuple(catches), finish)

    def _catch_types(self) -> tuple[ast.TypeName, ...]:
        kinds: list[ast.TypeName] = []
        self.scan.blanks(lines=True)
        while name := self.scan.type_name():
            kinds.append(ast.TypeName(name))
            self.scan.blanks(lines=True)
            if self.scan.take(","):
                self.scan.blanks(lines=True)
        return tuple(kinds)

    def _flow(self, word: str, start: int) -> ast.Flow:
        self.scan.blanks()
        if self.scan.peek() in _END_OF_STATEMENT:
            return ast.Flow(word, None, start)
        if word in ("break", "continue"):
            raise self.scan.error("labels are not supported")
        value = self._pipeline()
        return ast.Flow(word, value, start, self.scan.text[start : self.scan.pos].strip())

    def _pipeline_or_assignment(self) -> ast.Statement:
        start = self.scan.pos
        if not self._expression_starts():
            return self._pipeline()
        first = self.expression()
        self.scan.blanks()
        operator = self.scan.match(_ASSIGN)
        if not operator:
            return self._pipeline_after(first, start)
        _check_target(first, self.scan, start)
        self.scan.blanks(lines=True)
        return ast.Assign(first, operator, self.statement(), start)

    # --- pipelines -------------------------------------------------------------------------------------------------

    def _expression_starts(self) -> bool:
        return bool(re.match(r"[$'\"(@{\[0-9!,+-]", self.scan.peek()))

    def _pipeline(self) -> ast.Pipeline:
        start = self.scan.pos
        if self._expression_starts():
            return self._pipeline_after(self.expression(), start)
        return self._pipeline_after(self._command(), start)

    def _pipeline_after(self, first: ast.Command | ast.Expression, start: int) -> ast.Pipeline:
        stages = [first]
        self.scan.blanks()
        while self.scan.take("|"):
            if self.scan.starts("|"):
                raise self.scan.error("|| is not supported")
            self.scan.blanks(lines=True)
            stages.append(self._command())
            self.scan.blanks()
        return ast.Pipeline(tuple(stages), start)

    def _command(self) -> ast.Command:
        start = self.scan.pos
        called = self.scan.take("&")
        if called:
            self.scan.blanks()
        name = self._command_name(called=called)
        elements, quiet = self._elements()
        source = self.scan.text[start : self.scan.pos].strip()
        return ast.Command(name, elements, start, source, called, quiet)

    def _command_name(self, *, called: bool) -> str:
        start = self.scan.pos
        if called and self.scan.peek() in ("'", '"'):
            text = self.double_quoted() if self.scan.peek() == '"' else ast.Text(self.scan.single_quoted())
            name = text.value if isinstance(text, ast.Text) else ""
        else:
            name = self.scan.match(_COMMAND)
        if not _COMMAND.fullmatch(name):
            raise self.scan.error("the name of a command is expected", start)
        if self.scan.peek() not in (*_END_OF_STATEMENT, " ", "\t", "|") and not (
            name in "?%" and self.scan.starts("{")
        ):
            raise self.scan.error("a command of this form is not supported", start)
        return name

    def _elements(self) -> tuple[tuple[ast.Parameter | ast.Expression, ...], bool]:
        elements: list[ast.Parameter | ast.Expression] = []
        quiet = False
        while True:
            self.scan.blanks()
            if self.scan.peek() in (*_END_OF_STATEMENT, "|"):
                return tuple(elements), quiet
            if self.scan.match(_QUIET):
                quiet = True
                self.scan.end_of_argument()
            else:
                elements.append(self._element())

    def _element(self) -> ast.Parameter | ast.Expression:
        start = self.scan.pos
        name = self.scan.match(_PARAMETER)
        if not name:
            return self._argument_list()
        if not self.scan.take(":"):
            self.scan.end_of_argument()
            return ast.Parameter(name[1:], None, name)
        if self.scan.peek() in (" ", "\t"):
            raise self.scan.error("put the value directly behind the colon")
        value = self._argument_list()
        return ast.Parameter(name[1:], value, self.scan.text[start : self.scan.pos])

    def _argument_list(self) -> ast.Expression:
        items = [self._argument()]
        while self._comma():
            items.append(self._argument())
        return items[0] if len(items) == 1 else ast.ArrayLiteral(tuple(items))

    def _argument(self) -> ast.Expression:
        char = self.scan.peek()
        if char in ("$", "(", "@", "{", "'", '"'):
            value = self._value_argument(char)
            self.scan.end_of_argument()
            return value
        start = self.scan.pos
        word = self.scan.bare_word()
        if _NUMBER.fullmatch(word):
            sign = -1 if word.startswith("-") else 1
            return ast.Number(sign * number_value(word.lstrip("-")), word)
        if not re.match(r"[A-Za-z0-9_*?./\\~%]", word):
            raise self.scan.error("put this argument in quotes", start)
        return ast.Text(word, bare=True)

    def _value_argument(self, char: str) -> ast.Expression:
        if char == "'":
            return ast.Text(self.scan.single_quoted())
        return self.double_quoted() if char == '"' else self.primary()


def _check_target(target: ast.Expression, scan: Scanner, start: int) -> None:
    plain = target.operand if isinstance(target, ast.Cast) else target
    if not isinstance(plain, ast.Variable | ast.Member | ast.Index):
        raise scan.error("only a variable, a member or an element can be assigned to", start)
