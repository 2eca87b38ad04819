"""Sealed messages: the MIME-like frame around encrypted bodies ([MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

SPNEGO: Final = "application/HTTP-SPNEGO-session-encrypted"
KERBEROS: Final = "application/HTTP-Kerberos-session-encrypted"
CREDSSP: Final = "application/HTTP-CredSSP-session-encrypted"
PROTOCOLS: Final = {name.casefold(): name for name in (SPNEGO, KERBEROS, CREDSSP)}
_BOUNDARY: Final = b"--Encrypted Boundary"
_TLS_PART: Final = 16384  # a CredSSP message above this is cut into parts, one TLS record each
_PART: Final = re.compile(
    rb"-- ?Encrypted Boundary\r\n"
    rb"[ \t]*Content-Type:[ \t]*([^\r\n]{1,200})\r\n"
    rb"[ \t]*OriginalContent:[ \t]*type=([^\r\n]{1,200}?);[ \t]*Length=(\d{1,10})\r\n"
    rb"-- ?Encrypted Boundary\r\n"
    rb"[ \t]*Content-Type:[ \t]*application/octet-stream\r\n",
    re.IGNORECASE,
)
_END: Final = re.compile(rb"-- ?Encrypted Boundary--(?:\r\n)?\Z", re.IGNORECASE)


class BadFrame(ValueError):
    """A body that says it is sealed, but is not framed so."""


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One part: the signature (TLS: the trailer's length of bytes), the sealed bytes, and the plain length promised."""

    signature: bytes
    data: bytes
    length: int


def protocol_of(content_type: str) -> str | None:
    """The encryption protocol of a multipart content type, or None for a plain one. Raises BadFrame for unknown."""
    if not content_type.casefold().startswith("multipart/"):
        return None
    found = re.search(r'protocol="?([^";]+)"?', content_type, re.IGNORECASE)
    name = PROTOCOLS.get(found[1].casefold()) if found else None
    if name is None:
        raise BadFrame("unknown protocol")
    return name


def parts(body: bytes) -> Iterator[SealedPart]:
    """Take a sealed body apart. The payload is binary: the end mark is looked for from the right. Raises BadFrame."""
    end = _END.search(body, max(0, len(body) - 32))
    if end is None:
        raise BadFrame("no end mark")
    position = 0
    while position < end.start():
        head = _PART.match(body, position)
        if head is None:
            raise BadFrame("no part header")
        following = _next_part(body, head.end(), end.start(), int(head[3]))
        yield _split(body[head.end() : following], int(head[3]))
        position = following


def _next_part(body: bytes, start: int, end: int, length: int) -> int:
    found = _PART.search(body, min(start + length, end), end)  # sealed bytes are never fewer than the plain ones
    return found.start() if found else end


def _split(payload: bytes, length: int) -> SealedPart:
    if len(payload) < 4:
        raise BadFrame("no signature length")
    (size,) = struct.unpack("<i", payload[:4])
    if not 0 <= size <= len(payload) - 4:
        raise BadFrame("bad signature length")
    return SealedPart(payload[4 : 4 + size], payload[4 + size :], length)


Wrap = Callable[[bytes], tuple[bytes, bytes, int]]  # plain -> signature, sealed bytes, padding


def seal(plain: bytes, protocol: str, wrap: Wrap) -> tuple[str, bytes]:
    """Content type and body of a sealed message."""
    pieces = [plain]
    if protocol == CREDSSP and len(plain) > _TLS_PART:
        pieces = [plain[at : at + _TLS_PART] for at in range(0, len(plain), _TLS_PART)]
    kind = "multipart/x-multi-encrypted" if len(pieces) > 1 else "multipart/encrypted"
    body = b"".join(_seal_part(piece, protocol.encode(), wrap) for piece in pieces)
    return f'{kind};protocol="{protocol}";boundary="Encrypted Boundary"', body + _BOUNDARY + b"--\r\n"


def _seal_part(plain: bytes, protocol: bytes, wrap: Wrap) -> bytes:
    signature, sealed, padding = wrap(plain)
    return b"".join(
        (
            _BOUNDARY + b"\r\n\tContent-Type: " + protocol,
            b"\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % (len(plain) + padding),
            _BOUNDARY + b"\r\n\tContent-Type: application/octet-stream\r\n",
            struct.pack("<i", len(signature)) + signature,
            sealed,
        )
    )
