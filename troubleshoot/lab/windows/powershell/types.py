"""The .NET types that scripts may name, and the registry where topics add their own (``[ADSI]``, DirectorySearcher).

A topic module calls :func:`register` when it is imported::

    async def bind(call: Call, value: object) -> PsObject: ...          # [ADSI]"LDAP://RootDSE"
    register("adsi", TypeHandler(cast=bind))
    register("directoryservices.directorysearcher", TypeHandler(new=searcher))  # New-Object DirectoryServices...

The objects that hooks return are :class:`PsObject`; their ``methods`` are async functions that take the arguments.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from troubleshoot.lab.windows.topic import Call

Cast = Callable[[Call, Any], Awaitable[Any]]
New = Callable[[Call, Sequence[Any]], Awaitable[Any]]
Static = Callable[[Call, Sequence[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class TypeHandler:
    """What a type can do: ``[T]value``, ``New-Object T arguments``, ``[T]::Member`` and ``[T]::Method(arguments)``.

    ``members`` goes by lower-case name; a property is called without arguments.
    """

    cast: Cast | None = None
    new: New | None = None
    members: Mapping[str, Static] = field(default_factory=dict)


_TYPES: Final[dict[str, TypeHandler]] = {}


def register(name: str, handler: TypeHandler) -> None:
    """Add a type by its name, in any letter case, with or without ``System.``. The last one registered counts."""
    _TYPES[name.lower().removeprefix("system.")] = handler


def find_type(name: str) -> TypeHandler | None:
    """What was registered under a name."""
    return _TYPES.get(name.lower().removeprefix("system."))
