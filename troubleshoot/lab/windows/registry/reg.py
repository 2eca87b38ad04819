"""`reg query`, `reg add`, `reg delete`."""

from __future__ import annotations

import fnmatch
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.registry.store import (
    BINARY,
    DWORD,
    HIVES,
    MULTI_SZ,
    QWORD,
    SZ,
    Data,
    Key,
    Registry,
    RegistryValue,
    registry,
)
from troubleshoot.lab.windows.topic import Call

_MISSING: Final = (
    "The system was unable to find the specified registry key or value.",
    "Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden.",
)
_DENIED: Final = ("Access is denied.", "Zugriff verweigert")
_SYNTAX: Final = ("Invalid syntax.", "Ungültige Syntax.")
_NO_PATH: Final = ("The network path was not found.", "Der Netzwerkpfad wurde nicht gefunden.")
_DONE: Final = ("The operation completed successfully.", "Der Vorgang wurde erfolgreich beendet.")
_WITH_VALUE: Final = ("/v", "/t", "/d", "/f", "/se")


async def reg(call: Call) -> int:
    """Paths are `[\\\\server\\]HKLM\\...`; exit code 1 for every error."""
    verb = call.args[0].casefold() if call.args else ""
    if verb not in ("query", "add", "delete") or len(call.args) < 2:
        return _failed(call, _SYNTAX)
    found = _target(call, call.args[1])
    if isinstance(found, int):
        return found
    store, path = found
    options = _options(verb, call.args[2:])
    if options is None:
        return _failed(call, _SYNTAX)
    if verb == "query":
        return _query(call, store, path, options)
    if not (call.logon.elevated or call.logon.system) and not path.casefold().startswith("hkey_current_user"):
        return _failed(call, _DENIED)
    return (_add if verb == "add" else _delete)(call, store, path, options)


def _failed(call: Call, texts: tuple[str, str]) -> int:
    call.err(f"{call.text('ERROR', 'FEHLER')}: {call.text(*texts)}\n")
    return 1


def _target(call: Call, given: str) -> tuple[Registry, str] | int:
    machine, path = call.machine, given
    if given.startswith("\\\\"):
        server, _, path = given[2:].partition("\\")
        try:
            machine = call.machine.estate.machine(server)
        except OperatorError:
            return _failed(call, _NO_PATH)
        if machine is not call.machine and not (call.logon.delegated or call.logon.system):
            return _failed(call, _DENIED)
    full = Registry.full(path)
    if full.partition("\\")[0] not in HIVES.values():
        return _failed(call, ("Invalid key name.", "Ungültiger Schlüsselname."))
    return registry(machine), full


def _options(verb: str, args: tuple[str, ...]) -> dict[str, str] | None:
    """Switches with their value where they have one; None for an unknown shape."""
    options: dict[str, str] = {}
    rest = list(args)
    while rest:
        name = rest.pop(0).casefold()
        if not name.startswith("/"):
            return None
        takes = name in _WITH_VALUE and not (name == "/f" and verb != "query")
        if takes and not rest:
            return None
        options[name] = rest.pop(0) if takes else ""
    return options


def _query(call: Call, store: Registry, path: str, options: dict[str, str]) -> int:
    key = store.key(path)
    keys = list(store.below(path)) if "/s" in options else [key] if key else []
    name = options.get("/v", "" if "/ve" in options else None)
    shown = [text for each in keys if (text := _key_text(call, each, name, options.get("/f")))]
    if not keys or (name is not None and not shown):
        return _failed(call, _MISSING)
    call.out("\n" + "\n".join(shown) + ("\n" if shown else ""))
    if name is None and "/s" not in options and key is not None:
        call.out("".join(f"{child.path}\n" for child in store.children(path)))
    if "/f" in options or ("/s" in options and name is not None):
        count = sum(text.count("\n") - 1 for text in shown)
        call.out(
            call.text(
                f"End of search: {count} match(es) found.\n", f"Ende der Suche: {count} Übereinstimmung(en) gefunden.\n"
            )
        )
        return 0 if count else 1
    return 0


def _key_text(call: Call, key: Key, name: str | None, pattern: str | None) -> str:
    values = [value for known, value in key.values.items() if name is None or known == name.casefold()]
    if pattern is not None:
        wanted = f"*{pattern.casefold()}*"
        values = [v for v in values if any(fnmatch.fnmatchcase(t.casefold(), wanted) for t in (v.name, v.text))]
    if not values and (name is not None or pattern is not None):
        return ""
    default = call.text("(Default)", "(Standard)")
    rows = (f"    {v.name or default}    {v.kind}    {v.text}\n" for v in values)
    return f"{key.path}\n{''.join(rows)}"


def _add(call: Call, store: Registry, path: str, options: dict[str, str]) -> int:
    """Without /f an existing value asks; an answer that is not yes leaves it."""
    if "/v" not in options and "/ve" not in options:
        store.create(path)
        call.out(f"{call.text(*_DONE)}\n")
        return 0
    name, kind = options.get("/v", ""), options.get("/t", SZ).upper()
    try:
        data = parse_data(kind, options.get("/d", ""))
    except ValueError:
        return _failed(call, _SYNTAX)
    if store.get(path, name) is not None and "/f" not in options:
        call.out(
            call.text(
                f"Value {name} exists, overwrite(Yes/No)? ",
                f"Der Wert {name} ist bereits vorhanden, überschreiben (Ja/Nein)? ",
            )
        )
        cancelled = ("The operation was canceled by the user.", "Der Vorgang wurde durch den Benutzer abgebrochen.")
        return _failed(call, cancelled)
    store.set(path, name, data, kind)
    call.out(f"{call.text(*_DONE)}\n")
    return 0


def parse_data(kind: str, text: str) -> Data:
    """The data of `/d`. Raises ValueError."""
    if kind in (DWORD, QWORD):
        number = int(text, 0)
        if not 0 <= number < 1 << (32 if kind == DWORD else 64):
            raise ValueError(text)
        return number
    if kind == BINARY:
        return bytes.fromhex(text)
    if kind == MULTI_SZ:
        return tuple(text.split("\\0")) if text else ()
    if kind in (SZ, "REG_EXPAND_SZ"):
        return text
    raise ValueError(kind)


def _delete(call: Call, store: Registry, path: str, options: dict[str, str]) -> int:
    if "/f" not in options:
        return _failed(
            call, ("The operation was canceled by the user.", "Der Vorgang wurde durch den Benutzer abgebrochen.")
        )
    if "/v" in options or "/ve" in options:
        gone = store.delete_value(path, options.get("/v", ""))
    elif "/va" in options:
        key = store.key(path)
        gone = key is not None
        if key is not None:
            key.values.clear()
    else:
        gone = store.delete_key(path)
    if not gone:
        return _failed(call, _MISSING)
    call.out(f"{call.text(*_DONE)}\n")
    return 0


def described(name: str, text: str) -> RegistryValue:
    """A value as `lab.yaml` writes it: ``dword:3``, ``multi:a|b``, ``expand:%x%``, ``binary:0a``, ``qword:1``, or text.

    Raises ValueError.
    """
    prefix, colon, rest = text.partition(":")
    kind = {
        "dword": DWORD,
        "qword": QWORD,
        "binary": BINARY,
        "multi": MULTI_SZ,
        "expand": "REG_EXPAND_SZ",
        "sz": SZ,
    }.get(prefix)
    if not colon or kind is None:
        return RegistryValue(name, SZ, text)
    return RegistryValue(name, kind, parse_data(kind, rest.replace("|", "\\0") if kind == MULTI_SZ else rest))
