"""The shapes that values of conditions can have: made from the record types of the parsers.

A shape is what lint knows before anything was observed: a scalar, a list of something, a record with named fields, or
``ANY`` where nothing is known and nothing is complained about.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from troubleshoot.core.kinds import Platform


@dataclass(frozen=True, slots=True)
class Scalar:
    """``kinds``: str, int, float, bool, null; several where the value may be either."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with keys that are known at run time only."""

    value: Shape


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    fields: Mapping[str, Shape]

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self.fields)))


@dataclass(frozen=True, slots=True)
class Anything:
    pass


Shape = Scalar | ListOf | MapOf | Record | Anything

ANY: Final = Anything()
TEXT: Final = Scalar(frozenset({"str"}))
INTEGER: Final = Scalar(frozenset({"int"}))
BOOLEAN: Final = Scalar(frozenset({"bool"}))
NULL: Final = Scalar(frozenset({"null"}))


class Parsers(Protocol):
    """What lint has to know about parsers; the module `troubleshoot.parsing.registry` is one."""

    def parser_names(self) -> Sequence[str]:
        """The names that may stand after ``parse:``."""
        ...

    def record_type(self, name: str) -> type[Any]:
        """The TypedDict of a parser's record."""
        ...

    def platforms(self, name: str) -> Sequence[Platform]:
        """The platforms whose output the parser reads."""
        ...


def shape_of(annotation: Any) -> Shape:
    """The shape of a value with this type annotation."""
    return _shape_of(annotation)


@lru_cache(maxsize=512)
def _shape_of(annotation: Hashable) -> Shape:
    if typing.is_typeddict(annotation):
        hints = typing.get_type_hints(annotation)
        return Record(getattr(annotation, "__name__", "record"), {name: shape_of(hint) for name, hint in hints.items()})
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Required, typing.NotRequired, typing.Annotated):
        return shape_of(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return union([shape_of(item) for item in arguments])
    if origin is typing.Literal:
        return union([_scalar(type(item)) for item in arguments])
    if origin in (list, tuple, Sequence):
        return ListOf(shape_of(arguments[0]))
    if origin in (dict, Mapping):
        return MapOf(shape_of(arguments[1]))
    return _scalar(annotation)


_SCALARS: Final = {str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}


def _scalar(annotation: Any) -> Shape:
    kind = _SCALARS.get(annotation)
    return ANY if kind is None else Scalar(frozenset({kind}))


def union(shapes: Sequence[Shape]) -> Shape:
    """The shape of a value that is one of these: null beside a list or record is not followed further."""
    distinct = list(dict.fromkeys(shape for shape in shapes if shape != NULL))
    if len(distinct) == 1 and not isinstance(distinct[0], Scalar):
        return distinct[0]
    scalars = [shape for shape in shapes if isinstance(shape, Scalar)]
    if len(scalars) != len(shapes):
        return ANY
    return Scalar(frozenset(kind for shape in scalars for kind in shape.kinds))
