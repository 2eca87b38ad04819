"""The HKLM: drive. A key shows its values as properties; the last part of a path to change is the value's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.registry.store import Key, registry
from troubleshoot.lab.windows.topic import PsError, PsObject


def _path(path: tuple[str, ...]) -> str:
    return "\\".join(("HKLM", *(part for part in path if part)))


def _object(key: Key) -> PsObject:
    name = key.path.rpartition("\\")[2]
    values = {value.name or "(default)": _plain(value.data) for value in key.values.values()}
    extra: dict[str, Any] = {
        "Name": key.path,
        "Property": list(values),
        "PSPath": f"Microsoft.PowerShell.Core\\Registry::{key.path}",
        "PSParentPath": f"Microsoft.PowerShell.Core\\Registry::{key.path.rpartition(chr(92))[0]}",
        "PSChildName": name,
        "PSDrive": "HKLM",
        "PSProvider": "Microsoft.PowerShell.Core\\Registry",
    }
    return PsObject("Microsoft.Win32.RegistryKey", {**values, **{k: v for k, v in extra.items() if k not in values}})


def _plain(data: Any) -> Any:
    return list(data) if isinstance(data, tuple | bytes) else data


def item(machine: Machine, path: tuple[str, ...]) -> PsObject:
    key = registry(machine).key(_path(path))
    if key is None:
        raise PsError(
            f"Cannot find path 'HKLM:\\{chr(92).join(path)}' because it does not exist.",
            "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
            category="ObjectNotFound",
        )
    return _object(key)


def children(machine: Machine, path: tuple[str, ...]) -> Sequence[PsObject]:
    item(machine, path)
    return [_object(key) for key in registry(machine).children(_path(path))]


def change(machine: Machine, path: tuple[str, ...], value: Any) -> None:
    """Write a value of a key that exists; its type stays, a new one follows from the data."""
    *above, name = path
    item(machine, tuple(above))
    store = registry(machine)
    key = store.key(_path(tuple(above)))
    known = key.values.get(name.casefold()) if key else None
    data = tuple(str(each) for each in value) if isinstance(value, list) else value
    if known is not None and isinstance(known.data, int) and isinstance(data, str):
        data = int(data, 0)
    elif not isinstance(data, int | bytes | tuple):
        data = str(data)
    store.set(_path(tuple(above)), known.name if known else name, data, known.kind if known else "")
