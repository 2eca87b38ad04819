"""Follows names and fields through a condition: what shape it has, and what in it cannot be right.

A misspelt field makes a condition *cannot tell* at run time, and text compared with a number is silently never equal:
both are found here, before a device is asked anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_type_hints

from troubleshoot.core.conditions import FUNCTIONS
from troubleshoot.trees.expressions import (
    QUANTIFIERS,
    Call,
    Index,
    Items,
    Literal,
    Member,
    Name,
    Node,
    Operation,
)
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.shapes import (
    ANY,
    BOOLEAN,
    INTEGER,
    TEXT,
    Anything,
    ListOf,
    MapOf,
    Record,
    Scalar,
    Shape,
    shape_of,
    union,
)


def _result(function: Callable[..., Any]) -> Shape:
    return shape_of(get_type_hints(function).get("return", Any))


# What the expression engine knows besides our own functions (found out by asking it; a test asks again).
GLOBAL_FUNCTIONS: Final[Mapping[str, Shape]] = {
    "size": INTEGER,
    "int": INTEGER,
    "uint": INTEGER,
    "double": Scalar(frozenset({"float"})),
    "string": TEXT,
    "bytes": ANY,
    "type": ANY,
    "dyn": ANY,
    "duration": ANY,
    "timestamp": ANY,
    **{name: _result(function) for name, function in FUNCTIONS.items()},
}
TEXT_METHODS: Final = frozenset({"contains", "startsWith", "endsWith", "matches"})
_TIME_METHODS: Final = frozenset(
    {"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes"}
    | {"getSeconds", "getMilliseconds"}
)
_TYPE_NAMES: Final = frozenset({"int", "uint", "double", "string", "bool", "bytes", "list", "map", "null_type"})
_RESULTS: Final[Mapping[str, Shape]] = {"exists": BOOLEAN, "exists_one": BOOLEAN, "all": BOOLEAN}
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_KIND_NAMES: Final = {"str": "text", "int": "a number", "float": "a number", "bool": "true/false", "null": "null"}


@dataclass(frozen=True, slots=True)
class Problem:
    rule: str
    message: str


@dataclass(slots=True)
class Inference:
    """One walk over a condition with the names it may use. ``problems`` and ``names`` are what was found."""

    scope: Mapping[str, Shape]
    problems: list[Problem] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def shape(self, node: Node, bound: Mapping[str, Shape] | None = None) -> Shape:
        """The shape of an expression; ``bound`` are the variables of the quantifiers around it."""
        inner = bound or {}
        match node:
            case Literal(kind):
                return ANY if kind == "bytes" else Scalar(frozenset({kind}))
            case Name(name):
                return self._name(name, inner)
            case Member(operand, name):
                return self._member(self.shape(operand, inner), name, node)
            case Index(operand, index):
                return self._index(self.shape(operand, inner), self.shape(index, inner), operand)
            case Call():
                return self._call(node, inner)
            case Items():
                return self._items(node, inner)
            case Operation(sign, operands):
                return self._operation(sign, [self.shape(item, inner) for item in operands])

    def _report(self, rule: str, message: str) -> None:
        problem = Problem(rule, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _name(self, name: str, bound: Mapping[str, Shape]) -> Shape:
        if name in bound:
            return bound[name]
        if name in self.scope:
            self.names.add(name)
            return self.scope[name]
        if name not in _TYPE_NAMES:
            self._report("unknown-name", f"unknown name {name!r}{did_you_mean(name, [*self.scope, *bound])}")
        return ANY

    def _member(self, operand: Shape, name: str, node: Node) -> Shape:
        match operand:
            case Record(record, fields):
                if name not in fields:
                    hint = did_you_mean(name, fields) or "; it has " + ", ".join(fields)
                    self._report("unknown-field", f"{record} has no field {name!r} ({_shown(node)}){hint}")
                return fields.get(name, ANY)
            case MapOf(value):
                return value
            case ListOf():
                self._report("unknown-field", f"{_shown(node)}: a list has no fields; use [0], exists, all or size")
            case Scalar() as scalar:
                self._report("unknown-field", f"{_shown(node)}: {_kinds(scalar)} has no fields")
        return ANY

    def _index(self, operand: Shape, index: Shape, node: Node) -> Shape:
        match operand:
            case ListOf(item):
                if isinstance(index, Scalar) and "int" not in index.kinds:
                    self._report("wrong-type", f"{_shown(node)} is a list: its index is a number")
                return item
            case MapOf(value):
                return value
            case Scalar() as scalar:
                self._report("wrong-type", f"{_shown(node)} is {_kinds(scalar)} and has no elements")
        return ANY

    # --- calls ---

    def _call(self, call: Call, bound: Mapping[str, Shape]) -> Shape:
        if call.operand is None:
            return self._function(call, bound)
        if call.function in QUANTIFIERS and len(call.arguments) > 1 and isinstance(call.arguments[0], Name):
            return self._quantifier(call, call.operand, call.arguments[0].name, bound)
        return self._method(call, call.operand, bound)

    def _function(self, call: Call, bound: Mapping[str, Shape]) -> Shape:
        shapes = [self.shape(item, bound) for item in call.arguments]
        if call.function == "has":
            if len(call.arguments) != 1 or not isinstance(call.arguments[0], Member):
                self._report("wrong-type", "has() takes one field, such as has(route.prefix)")
            return BOOLEAN
        if call.function not in GLOBAL_FUNCTIONS:
            hint = did_you_mean(call.function, GLOBAL_FUNCTIONS)
            self._report("unknown-function", f"unknown function {call.function}(){hint}")
        if call.function == "size" and shapes:
            self._sized(shapes[0], call.arguments[0])
        return GLOBAL_FUNCTIONS.get(call.function, ANY)

    def _method(self, call: Call, operand: Node, bound: Mapping[str, Shape]) -> Shape:
        shape = self.shape(operand, bound)
        for item in call.arguments:
            self.shape(item, bound)
        if call.function in TEXT_METHODS:
            self._text_method(call.function, shape, operand)
            return BOOLEAN
        if call.function == "size":
            self._sized(shape, operand)
            return INTEGER
        if call.function not in FUNCTIONS and call.function not in _TIME_METHODS:
            hint = did_you_mean(call.function, TEXT_METHODS | QUANTIFIERS | {"size"})
            self._report("unknown-function", f"unknown method .{call.function}(){hint}")
        return GLOBAL_FUNCTIONS[call.function] if call.function in FUNCTIONS else ANY

    def _text_method(self, function: str, shape: Shape, node: Node) -> None:
        if isinstance(shape, ListOf | MapOf | Record):
            self._report(
                "wrong-type", f"{_shown(node)} is not text: .{function}() is for text; use `value in {_shown(node)}`"
            )
        elif isinstance(shape, Scalar) and "str" not in shape.kinds:
            self._report("wrong-type", f"{_shown(node)} is {_kinds(shape)}: .{function}() is for text")

    def _sized(self, shape: Shape, node: Node) -> None:
        if isinstance(shape, Scalar) and "str" not in shape.kinds:
            self._report("wrong-type", f"{_shown(node)} is {_kinds(shape)} and has no size")

    def _quantifier(self, call: Call, operand: Node, variable: str, bound: Mapping[str, Shape]) -> Shape:
        shape = self.shape(operand, bound)
        item = self._item(shape, call.function, operand)
        if variable in self.scope:
            self._report("name-clash", f"the quantifier's variable {variable!r} hides a name of the tree")
        bodies = [self.shape(body, {**bound, variable: item}) for body in call.arguments[1:]]
        if call.function != "map":
            self.condition(bodies[0], f".{call.function}()")
        if call.function == "map":
            return ListOf(bodies[-1])
        return _RESULTS.get(call.function, shape)

    def _item(self, shape: Shape, function: str, node: Node) -> Shape:
        match shape:
            case ListOf(item):
                return item
            case MapOf():
                return TEXT
            case Scalar() | Record():
                self._report("wrong-type", f"{_shown(node)} is not a list: .{function}() goes through lists")
        return ANY

    # --- operations ---

    def condition(self, shape: Shape, where: str) -> None:
        """Report what is neither true nor false."""
        if isinstance(shape, ListOf | MapOf | Record) or (isinstance(shape, Scalar) and "bool" not in shape.kinds):
            self._report("wrong-type", f"{where} needs a condition that is true or false")

    def _items(self, node: Items, bound: Mapping[str, Shape]) -> Shape:
        values = [self.shape(item, bound) for item in node.values]
        for key in node.keys or ():
            self.shape(key, bound)
        item = union(values) if values else ANY
        return ListOf(item) if node.keys is None else MapOf(item)

    def _operation(self, sign: str, shapes: list[Shape]) -> Shape:
        if sign in ("&&", "||", "!"):
            for shape in shapes:
                self.condition(shape, sign)
            return BOOLEAN
        if sign in _COMPARISONS:
            self._comparable(sign, shapes[0], shapes[1])
            return BOOLEAN
        if sign == "in":
            self._member_of(shapes[0], shapes[1])
            return BOOLEAN
        if sign == "?:":
            self.condition(shapes[0], "?:")
            return union(shapes[1:])
        return shapes[0]

    def _comparable(self, sign: str, left: Shape, right: Shape) -> None:
        groups = _group(left), _group(right)
        if not groups[0] or not groups[1] or groups[0] & groups[1]:
            return
        if sign in ("==", "!=", "in") and {"null"} in groups:
            return
        self._report("wrong-type", f"{_kinds(left)} {sign} {_kinds(right)}: these are never equal")

    def _member_of(self, item: Shape, container: Shape) -> None:
        match container:
            case ListOf(element):
                self._comparable("in", item, element)
            case Scalar() as scalar:
                self._report("wrong-type", f"`in` needs a list, not {_kinds(scalar)}; use .contains() for text")


def _group(shape: Shape) -> frozenset[str]:
    """Kinds that may be equal to each other; empty where nothing is known."""
    match shape:
        case Scalar(kinds):
            return frozenset("number" if kind in ("int", "float") else kind for kind in kinds)
        case ListOf():
            return frozenset({"list"})
        case MapOf() | Record():
            return frozenset({"record"})
        case Anything():
            return frozenset()


def _kinds(shape: Shape) -> str:
    match shape:
        case Scalar(kinds):
            return " or ".join(sorted({_KIND_NAMES[kind] for kind in kinds}))
        case ListOf():
            return "a list"
        case _:
            return "a record"


def _shown(node: Node) -> str:
    match node:
        case Name(name):
            return name
        case Member(operand, name):
            return f"{_shown(operand)}.{name}"
        case Index(operand):
            return f"{_shown(operand)}[...]"
        case Call(function, _, operand):
            return f"{_shown(operand)}.{function}(...)" if operand else f"{function}(...)"
        case _:
            return "the value"
