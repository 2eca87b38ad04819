"""Expressions of the PowerShell subset: operators by their precedence, and what they are made of."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.lexer import MAX_DEPTH, Scanner

_COMPARISONS: Final = (
    "eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|replace|split|join|contains|notcontains|in|notin|is|isnot|as"
)
# Lowest first; operators of one level group from the left.
_LEVELS: Final = tuple(
    re.compile(rf"-(?:{names})(?![A-Za-z0-9_])", re.IGNORECASE)
    for names in ("and|or|xor", "band|bor|bxor", f"[ci]?(?:{_COMPARISONS})")
)
_ADD: Final = re.compile(r"[+-](?![+\-=A-Za-z])")
_MULTIPLY: Final = re.compile(r"[*/%](?!=)")
_FORMAT: Final = re.compile(r"-f(?![A-Za-z0-9_])", re.IGNORECASE)
_RANGE: Final = re.compile(r"\.\.(?!\.)")
_UNARY: Final = re.compile(r"-(not|bnot|join|split)(?![A-Za-z0-9_])", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[^\"`$\r\n]+")
_DOLLAR: Final = re.compile(r"\$")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ExpressionReader(ABC):
    """Reads expressions at the scanner's position. Statements inside are read by the subclass."""

    def __init__(self, scanner: Scanner) -> None:
        self.scan = scanner

    @abstractmethod
    def block(self, closer: str) -> ast.Block:
        """Statements up to ``closer``, which is gone past."""

    @abstractmethod
    def statement(self) -> ast.Statement:
        """One statement."""

    @contextmanager
    def nested(self) -> Iterator[None]:
        self.scan.depth += 1
        if self.scan.depth > MAX_DEPTH:
            raise self.scan.error("nested too deeply")
        yield
        self.scan.depth -= 1

    # --- operators -------------------------------------------------------------------------------------------------

    def expression(self, *, commas: bool = True) -> ast.Expression:
        """A whole expression. Without ``commas`` a comma ends it (arguments of a method)."""
        with self.nested():
            return self._level(0, commas)

    def _level(self, level: int, commas: bool) -> ast.Expression:
        if level == len(_LEVELS):
            return self._sum(commas)
        left = self._level(level + 1, commas)
        while operator := self._operator(_LEVELS[level]):
            name, case = _plain(operator)
            left = ast.Binary(name, left, self._level(level + 1, commas), case)
        return left

    def _operator(self, pattern: re.Pattern[str]) -> str:
        """The operator that stands here, gone past with the blanks and line ends behind it."""
        start = self.scan.pos
        self.scan.blanks()
        found = self.scan.match(pattern)
        if found:
            self.scan.blanks(lines=True)
        else:
            self.scan.pos = start
        return found.lower()

    def _sum(self, commas: bool) -> ast.Expression:
        left = self._product(commas)
        while operator := self._operator(_ADD):
            left = ast.Binary(operator, left, self._product(commas))
        return left

    def _product(self, commas: bool) -> ast.Expression:
        left = self._formatted(commas)
        while operator := self._operator(_MULTIPLY):
            left = ast.Binary(operator, left, self._formatted(commas))
        return left

    def _formatted(self, commas: bool) -> ast.Expression:
        left = self._range(commas)
        while self._operator(_FORMAT):
            left = ast.Binary("f", left, self._range(commas))
        return left

    def _range(self, commas: bool) -> ast.Expression:
        left = self._list(commas)
        while self._operator(_RANGE):
            left = ast.Binary("..", left, self._list(commas))
        return left

    def _list(self, commas: bool) -> ast.Expression:
        first = self.unary()
        items = [first]
        while commas and self._comma():
            items.append(self.unary())
        return first if len(items) == 1 else ast.ArrayLiteral(tuple(items))

    def _comma(self) -> bool:
        start = self.scan.pos
        self.scan.blanks()
        if self.scan.take(","):
            self.scan.blanks(lines=True)
            return True
        self.scan.pos = start
        return False

    def unary(self) -> ast.Expression:
        """An operand with the operators and casts in front of it."""
        with self.nested():
            return self._unary()

    def _unary(self) -> ast.Expression:
        scan = self.scan
        word = scan.match(_UNARY)
        if word:
            scan.blanks(lines=True)
            return ast.Unary(word[1:].lower(), self.unary())
        if scan.starts("++") or scan.starts("--"):
            raise scan.error("++ and -- are not supported")
        for sign, name in (("!", "not"), (",", "comma"), ("-", "minus"), ("+", "plus")):
            if scan.take(sign):
                scan.blanks()
                return ast.Unary(name, self.unary())
        return self._cast() if scan.peek() == "[" else self.primary()

    def _cast(self) -> ast.Expression:
        name = self.scan.type_name()
        if name is None:
            raise self.scan.error("this type is not supported")
        kind = ast.TypeName(name)
        if self.scan.starts("::"):
            return self._postfix(kind)
        start = self.scan.pos
        self.scan.blanks()
        if re.match(r"[$'\"(\[{0-9]|@[({]|-[0-9$(]", self.scan.peek(2)):
            return ast.Cast(kind, self.unary())
        self.scan.pos = start
        return kind

    # --- operands --------------------------------------------------------------------------------------------------

    def primary(self) -> ast.Expression:
        """A value with its members, methods and indexes."""
        return self._postfix(self._atom())

    def _atom(self) -> ast.Expression:
        scan = self.scan
        number = scan.number()
        if number:
            return ast.Number(*number)
        char = scan.peek()
        if char == "'":
            return ast.Text(scan.single_quoted())
        if char == '"':
            return self.double_quoted()
        if char == "$":
            return self._dollar()
        if char == "@":
            return self._at()
        if scan.take("("):
            return self._paren()
        if scan.peek() == "{":
            return self.script_block()
        raise scan.error("a value is expected")

    def _dollar(self) -> ast.Expression:
        if self.scan.take("$("):
            return ast.SubExpression(self.block(")"))
        self.scan.expect("$")
        scope, name = self.scan.variable()
        return ast.Variable(name, scope)

    def _at(self) -> ast.Expression:
        if self.scan.take("@("):
            return ast.ArrayExpression(self.block(")"))
        if self.scan.take("@{"):
            return self._hashtable()
        raise self.scan.error("splatting and here-strings are not supported")

    def _paren(self) -> ast.Expression:
        with self.nested():
            self.scan.blanks(lines=True)
            inside = self.statement()
            if not isinstance(inside, ast.Pipeline | ast.Assign):
                raise self.scan.error("only a pipeline may stand in parentheses")
            self.scan.blanks(lines=True)
            self.scan.expect(")")
            return ast.Paren(inside)

    def script_block(self) -> ast.ScriptBlock:
        """``{ ... }``; the brace stands here."""
        self.scan.expect("{")
        start = self.scan.pos
        body = self.block("}")
        return ast.ScriptBlock(body, self.scan.text[start : self.scan.pos - 1])

    def _hashtable(self) -> ast.Expression:
        pairs: list[tuple[ast.Expression, ast.Statement]] = []
        with self.nested():
            while not self._end_of_hashtable():
                key = self._key()
                self.scan.blanks()
                self.scan.expect("=")
                self.scan.blanks(lines=True)
                pairs.append((key, self.statement()))
                self.scan.blanks()
                if self.scan.peek() not in (";", "\r", "\n", "}"):
                    raise self.scan.error("; or } is expected")
        return ast.Hashtable(tuple(pairs))

    def _end_of_hashtable(self) -> bool:
        self.scan.blanks(lines=True)
        while self.scan.take(";"):
            self.scan.blanks(lines=True)
        return self.scan.take("}")

    def _key(self) -> ast.Expression:
        word = self.scan.match(_KEY)
        return ast.Text(word) if word else self.primary()

    def double_quoted(self) -> ast.Expression:
        """A string in double quotes; the first quote stands here."""
        scan, start = self.scan, self.scan.pos
        scan.expect('"')
        if scan.in_string and scan.peek() == '"':
            raise scan.error("two double quotes inside a subexpression of a string")
        scan.in_string += 1
        parts: list[str | ast.Expression] = []
        while not self._end_of_string(start):
            self._string_part(parts)
        scan.in_string -= 1
        if not any(not isinstance(part, str) for part in parts):
            return ast.Text("".join(part for part in parts if isinstance(part, str)))
        return ast.Expandable(tuple(parts))

    def _end_of_string(self, start: int) -> bool:
        char = self.scan.peek()
        if char in ("", "\r", "\n"):
            raise self.scan.error("a string without an end on its line", start)
        if char != '"' or self.scan.starts('""'):
            return False
        self.scan.pos += 1
        return True

    def _string_part(self, parts: list[str | ast.Expression]) -> None:
        scan = self.scan
        if scan.take('""'):
            if scan.in_string > 1:
                raise scan.error("two double quotes inside a subexpression of a string")
            _append(parts, '"')
        elif scan.take("`"):
            _append(parts, scan.escape())
        elif re.match(r"\$(?:[({?$^:]|\w)", scan.peek(2)):
            parts.append(self._dollar())
        else:
            _append(parts, scan.match(_PLAIN) or scan.match(_DOLLAR))

    # --- what follows a value --------------------------------------------------------------------------------------

    def _postfix(self, value: ast.Expression) -> ast.Expression:
        while True:
            if self.scan.starts("::"):
                if not isinstance(value, ast.TypeName):
                    raise self.scan.error(":: is supported behind a type in brackets only")
                self.scan.pos += 2
                value = self._member(value, static=True)
            elif self.scan.starts(".") and not self.scan.starts(".."):
                self.scan.pos += 1
                value = self._member(value, static=False)
            elif self.scan.peek() == "[":
                value = self._index(value)
            else:
                return value

    def _member(self, target: ast.Expression, *, static: bool) -> ast.Expression:
        name = self.scan.single_quoted() if self.scan.peek() == "'" else self.scan.name()
        if not self.scan.take("("):
            return ast.Member(target, name, static)
        arguments: list[ast.Expression] = []
        self.scan.blanks(lines=True)
        while not self.scan.take(")"):
            if arguments:
                self.scan.expect(",")
                self.scan.blanks(lines=True)
            arguments.append(self.expression(commas=False))
            self.scan.blanks(lines=True)
        return ast.Invoke(target, name, tuple(arguments), static)

    def _index(self, target: ast.Expression) -> ast.Expression:
        self.scan.expect("[")
        self.scan.blanks(lines=True)
        index = self.expression()
        self.scan.blanks(lines=True)
        self.scan.expect("]")
        return ast.Index(target, index)


def _append(parts: list[str | ast.Expression], text: str) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _plain(operator: str) -> tuple[str, bool]:
    """An operator without dash and i prefix, and whether it had the c prefix: ``-ceq`` -> eq, True."""
    name = operator.lstrip("-")
    if re.fullmatch(f"[ci](?:{_COMPARISONS})", name) and name not in ("in", "is", "isnot"):
        return name[1:], name[0] == "c"
    return name, False
