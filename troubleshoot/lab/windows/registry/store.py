"""Keys and values; names are found in any letter case and keep the case in which they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from troubleshoot.lab.windows.machine import Machine

Data: TypeAlias = "str | int | bytes | tuple[str, ...]"

SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD = (
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_MULTI_SZ",
    "REG_QWORD",
)
HIVES: Final = {
    "hklm": "HKEY_LOCAL_MACHINE",
    "hkcu": "HKEY_CURRENT_USER",
    "hku": "HKEY_USERS",
    "hkcr": "HKEY_CLASSES_ROOT",
    "hkcc": "HKEY_CURRENT_CONFIG",
}


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """``kind`` is one of the REG_ names; the default value of a key has an empty name."""

    name: str
    kind: str
    data: Data

    @property
    def text(self) -> str:
        """As `reg query` shows it."""
        if isinstance(self.data, int):
            return f"0x{self.data:x}"
        if isinstance(self.data, bytes):
            return self.data.hex().upper()
        return "\\0".join(self.data) if isinstance(self.data, tuple) else self.data


@dataclass(slots=True)
class Key:
    """One key, with its full path as written."""

    path: str
    values: dict[str, RegistryValue] = field(default_factory=dict)  # by lower-case name


@dataclass(slots=True)
class Registry:
    """All keys by lower-case full path. A path may start with a short hive name (``HKLM``)."""

    keys: dict[str, Key] = field(default_factory=dict)

    @staticmethod
    def full(path: str) -> str:
        """The path with the long name of its hive, in the letter case given."""
        hive, slash, rest = path.strip("\\").replace("/", "\\").partition("\\")
        return f"{HIVES.get(hive.casefold().rstrip(':'), hive.upper())}{slash}{rest}"

    def key(self, path: str) -> Key | None:
        return self.keys.get(self.full(path).casefold())

    def get(self, path: str, name: str = "") -> Data | None:
        """The data of a value, or None where there is no such key or value."""
        key = self.key(path)
        found = key.values.get(name.casefold()) if key else None
        return found.data if found else None

    def create(self, path: str) -> Key:
        """The key, made with those above it where it does not exist."""
        full = self.full(path)
        above = full.rpartition("\\")[0]
        if above and above.casefold() not in self.keys:
            self.create(above)
        return self.keys.setdefault(full.casefold(), Key(full))

    def set(self, path: str, name: str, data: Data, kind: str = "") -> None:
        """Write a value; without ``kind`` its type follows from the data."""
        guessed = {int: DWORD, bytes: BINARY, tuple: MULTI_SZ}.get(type(data), SZ)
        self.create(path).values[name.casefold()] = RegistryValue(name, kind or guessed, data)

    def children(self, path: str) -> list[Key]:
        """The keys directly below, by name."""
        prefix = f"{self.full(path).casefold()}\\"
        found = (
            key for known, key in self.keys.items() if known.startswith(prefix) and "\\" not in known[len(prefix) :]
        )
        return sorted(found, key=lambda key: key.path.casefold())

    def below(self, path: str) -> Iterator[Key]:
        """The key and everything under it, in order."""
        key = self.key(path)
        if key is not None:
            yield key
            for child in self.children(path):
                yield from self.below(child.path)

    def delete_key(self, path: str) -> bool:
        """Remove a key with all below; False where there is none."""
        doomed = [key.path.casefold() for key in self.below(path)]
        for known in doomed:
            del self.keys[known]
        return bool(doomed)

    def delete_value(self, path: str, name: str) -> bool:
        """False where there is no such value."""
        key = self.key(path)
        return key is not None and key.values.pop(name.casefold(), None) is not None


def registry(machine: Machine) -> Registry:
    """The registry of a host."""
    return machine.state("registry", Registry)
