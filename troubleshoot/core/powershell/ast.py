"""The syntax tree of the PowerShell subset that trees may use. Positions are character offsets into the script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A constant string. ``bare`` is an unquoted word of a command: for a native program its text as typed."""

    value: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Expandable:
    """A double-quoted string: constant pieces and expressions in turn."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """An integer or a double. ``source`` is how it was typed (a native program gets that)."""

    value: int | float
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name`` or ``$scope:name``; both lower case. ``scope`` is empty, or env, global, script, local."""

    name: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class TypeName:
    """``[name]``, lower case, without a leading ``system.``; ``[]`` marks an array type."""

    name: str


@dataclass(frozen=True, slots=True)
class Cast:
    type: TypeName
    operand: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """``target.name``; static with ``::``. The name keeps its letter case."""

    target: Expression
    name: str
    static: bool = False


@dataclass(frozen=True, slots=True)
class Invoke:
    """``target.name(arguments)``; static with ``::``."""

    target: Expression
    name: str
    arguments: tuple[Expression, ...]
    static: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    target: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Unary:
    """``operator`` is one of: not, bnot, minus, plus, join, split, comma."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``operator`` is lower case without its dash and without an i prefix; ``case`` means the c form was used."""

    operator: str
    left: Expression
    right: Expression
    case: bool = False


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """``a, b, c``."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ArrayExpression:
    """``@( statements )``."""

    body: Block


@dataclass(frozen=True, slots=True)
class SubExpression:
    """``$( statements )``."""

    body: Block


@dataclass(frozen=True, slots=True)
class Paren:
    """``( pipeline )`` or ``( $x = pipeline )``."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Hashtable:
    """``@{ key = value; ... }``."""

    pairs: tuple[tuple[Expression, Statement], ...]


@dataclass(frozen=True, slots=True)
class ScriptBlock:
    """``{ statements }``. ``source`` is the text between the braces."""

    body: Block
    source: str


Expression = (
    Text
    | Expandable
    | Number
    | Variable
    | TypeName
    | Cast
    | Member
    | Invoke
    | Index
    | Unary
    | Binary
    | ArrayLiteral
    | ArrayExpression
    | SubExpression
    | Paren
    | Hashtable
    | ScriptBlock
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """``-Name`` or ``-Name:value``. Whether the next argument belongs to it is known to the cmdlet, not to the text."""

    name: str
    value: Expression | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A cmdlet, an alias of one, or a native program, with parameters and arguments in order.

    ``called`` means the name stood behind ``&``. ``quiet`` means ``2>$null``. ``source`` is the command as typed.
    """

    name: str
    elements: tuple[Parameter | Expression, ...]
    at: int
    source: str
    called: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``stages`` are commands; only the first may be an expression."""

    stages: tuple[Command | Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Assign:
    """``target operator value``; the operator is ``=``, ``+=``, ``-=``, ``*=``, ``/=`` or ``%=``."""

    target: Expression
    operator: str
    value: Statement
    at: int


@dataclass(frozen=True, slots=True)
class If:
    """``clauses`` are (condition, body) of if and every elseif."""

    clauses: tuple[tuple[Statement, Block], ...]
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class ForEach:
    variable: Variable
    items: Statement
    body: Block


@dataclass(frozen=True, slots=True)
class Try:
    """``catches`` are (type names, body); no type names: every error."""

    body: Block
    catches: tuple[tuple[tuple[TypeName, ...], Block], ...]
    finish: Block | None


@dataclass(frozen=True, slots=True)
class Flow:
    """exit, return, throw, break or continue, with the value behind it."""

    keyword: str
    value: Statement | None
    at: int
    source: str = ""


Statement = Pipeline | Assign | If | ForEach | Try | Flow


@dataclass(frozen=True, slots=True)
class Block:
    statements: tuple[Statement, ...]


def walk(node: object) -> Iterator[object]:
    """A node and all nodes below it, in the order of the text."""
    if isinstance(node, tuple):
        for item in node:
            yield from walk(item)
    elif is_dataclass(node):
        yield node
        for part in fields(node):
            yield from walk(getattr(node, part.name))
