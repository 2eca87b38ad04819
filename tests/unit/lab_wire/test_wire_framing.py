"""The frame around sealed messages: what three clients write, binary payloads, damage."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.lab.windows.wire import framing
from troubleshoot.lab.windows.wire.framing import BadFrame, SealedPart

HEAD = (
    b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
    b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n"
    b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
)
END = b"--Encrypted Boundary--\r\n"


def message(signature: bytes, data: bytes, length: int | None = None) -> bytes:
    return HEAD % (len(data) if length is None else length) + struct.pack("<i", len(signature)) + signature + data


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_any_payload_comes_back(data: bytes, signature: bytes) -> None:
    assert list(framing.parts(message(signature, data) + END)) == [SealedPart(signature, data, len(data))]


@pytest.mark.parametrize(
    "payload", [END, HEAD % 5, b"--Encrypted Boundary--\r\n--Encrypted Boundary\r\n", b"\r\n--Encrypted Boundary"]
)
def test_payload_that_looks_like_a_boundary(payload: bytes) -> None:
    (part,) = framing.parts(message(b"S" * 16, payload + payload) + END)
    assert part.data == payload + payload


@pytest.mark.parametrize(
    "change",
    [
        (b"\t", b""),
        (b"Content-Type: ", b"Content-Type:"),
        (b"--Encrypted", b"-- Encrypted"),
        (b"Content-", b"content-"),
    ],
)
def test_other_ways_to_write_it(change: tuple[bytes, bytes]) -> None:
    body = (message(b"S" * 16, b"abc") + END).replace(*change)
    assert [part.data for part in framing.parts(body)] == [b"abc"]


def test_many_parts_and_the_way_back() -> None:
    plain = bytes(range(256)) * 200
    content_type, body = framing.seal(plain, framing.CREDSSP, lambda piece: (b"T" * 4, piece[4:], 0))
    assert content_type.startswith("multipart/x-multi-encrypted;")
    parts = list(framing.parts(body))
    assert len(parts) == 4
    assert b"".join(p.data for p in parts) == b"".join(plain[at + 4 : at + 16384] for at in range(0, len(plain), 16384))


def test_padding_counts_in_the_length() -> None:
    _, body = framing.seal(b"abc", framing.KERBEROS, lambda piece: (b"sig", piece + b"\x00", 1))
    assert b"Length=4\r\n" in body
    assert b"\tContent-Type: application/HTTP-Kerberos-session-encrypted\r\n" in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        END,
        message(b"S", b"abc"),
        b"x" + message(b"S", b"abc") + END,
        HEAD % 3 + b"\x01" + END,
        HEAD % 3 + struct.pack("<i", -1) + b"abc" + END,
        HEAD % 3 + struct.pack("<i", 99999) + b"abc" + END,
        message(b"S", b"abc")[30:] + END,
    ],
)
def test_damage(body: bytes) -> None:
    if body == END:
        assert list(framing.parts(body)) == []
        return
    with pytest.raises(BadFrame):
        list(framing.parts(body))


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_a_bad_frame(body: bytes) -> None:
    for framed in (body, body + END, HEAD % 3 + body + END):
        with contextlib.suppress(BadFrame):
            list(framing.parts(framed))


@pytest.mark.parametrize(
    ("content_type", "protocol"),
    [
        (
            'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"',
            framing.SPNEGO,
        ),
        ("Multipart/Encrypted; PROTOCOL=application/http-credssp-session-encrypted; boundary=x", framing.CREDSSP),
        ("application/soap+xml;charset=UTF-8", None),
        ("", None),
    ],
)
def test_protocol(content_type: str, protocol: str | None) -> None:
    assert framing.protocol_of(content_type) == protocol


def test_unknown_protocol() -> None:
    with pytest.raises(BadFrame):
        framing.protocol_of('multipart/encrypted;protocol="application/other"')
