"""Events to redacted canonical JSON and back; large texts aside, named by their SHA-256; the hash chain."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from troubleshoot.core.events import Event, Part, from_plain
from troubleshoot.core.redact import Redactor

_INLINE: Final = 1024  # characters; longer texts become blobs, which equal outputs share
_TEXTS: Final = frozenset(
    (
        *("parts", "record", "message", "hint", "doubt", "refusal", "commands"),
        *("text", "value", "reason", "parameters", "summary"),
    )
)


@dataclass(frozen=True, slots=True)
class Encoded:
    """One event ready to be stored: its payload and the blobs that the payload names."""

    kind: str
    at: float
    payload: str
    blobs: Mapping[str, str]


def canonical(value: Any) -> str:
    """The one JSON text of a value; ASCII only, so that any device text survives."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def plain_of(event: Event, redactor: Redactor | None) -> dict[str, Any]:
    """The event as plain JSON values, without secrets where a redactor is given."""
    plain: dict[str, Any] = {"event": type(event).__name__}
    for item in fields(event):
        value = getattr(event, item.name)
        if item.name == "parts":
            value = [_part(part) for part in value]
        plain[item.name] = redactor.plain(value) if redactor and item.name in _TEXTS else value
    return plain


def prepare(event: Event, redactor: Redactor) -> Event:
    """The event as it will be read back."""
    return from_plain(json.loads(canonical(plain_of(event, redactor))))


def encode(event: Event, redactor: Redactor | None) -> Encoded:
    """Redact an event and move its large texts into blobs. Only a prepared event may go without a redactor."""
    plain = plain_of(event, redactor)
    blobs: dict[str, str] = {}
    if "parts" in plain:
        plain["parts"] = [_shrunk(part, "text", part["text"], blobs) for part in plain["parts"]]
    if plain.get("record") is not None:
        plain = _shrunk(plain, "record", canonical(plain["record"]), blobs)
    return Encoded(plain["event"], event.at, canonical(plain), blobs)


def decode(payload: str, blob: Callable[[str], str]) -> Event:
    """The inverse of :func:`encode`; ``blob`` gives a text by its name."""
    plain = json.loads(payload)
    if "parts" in plain:
        plain["parts"] = [_grown(part, "text", blob) for part in plain["parts"]]
    if "record_blob" in plain:
        plain = _grown(plain, "record", blob)
        plain["record"] = json.loads(plain["record"])
    return from_plain(plain)


def _part(part: Part) -> dict[str, Any]:
    return {"command": part.command, "text": part.text, "exit_code": part.exit_code}


def _shrunk(plain: dict[str, Any], key: str, text: str, blobs: dict[str, str]) -> dict[str, Any]:
    if len(text) <= _INLINE:
        return plain
    name = digest(text)
    blobs[name] = text
    return {**{other: value for other, value in plain.items() if other != key}, f"{key}_blob": name}


def _grown(plain: dict[str, Any], key: str, blob: Callable[[str], str]) -> dict[str, Any]:
    name = plain.pop(f"{key}_blob", None)
    return plain if name is None else {**plain, key: blob(name)}


# --- hashes and compression ---------------------------------------------------------------------------------------


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def genesis(incident: str, trees: Mapping[str, str]) -> str:
    """What the first event is chained to: the incident and the trees it was started with (id -> SHA-256)."""
    return digest(canonical({"incident": incident, "trees": dict(trees)}))


def chained(prev: str, incident: str, seq: int, payload: str) -> str:
    """The hash of one event."""
    return digest(f"{prev}\n{incident}\n{seq}\n{payload}")


def packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


def unpacked(data: bytes) -> str:
    """Raises zlib.error or UnicodeDecodeError where ``data`` is damaged."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
