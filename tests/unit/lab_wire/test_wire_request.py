"""Requests: durations, envelopes of several writers, and refusals of what is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lab_wire.wire_http import envelope, option
from troubleshoot.lab.windows.wire import names, refusals
from troubleshoot.lab.windows.wire.refusals import WsmanFault
from troubleshoot.lab.windows.wire.request import decode_stream, is_true, parse_duration, parse_request


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT20S", 20),
        ("PT60.000S", 60),
        ("P0DT0H1M0S", 60),
        ("PT0.5S", 0.5),
        ("PT.25S", 0.25),
        ("P1DT2H3M4.5S", 93784.5),
        ("PT2H", 7200),
        ("P1Y1M", 395 * 86400),
        (" PT7200.000S ", 7200),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "-PT20S", "PT-1S", "20", "PT20", "P1DT", "T5S", "PT1S2M", "PTS", "pt5s", "PT5S\nPT5S", "PT٣S"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.text(alphabet="PT-YMDHS0123456789.", max_size=30))
def test_any_text_is_a_positive_duration_or_none(text: str) -> None:
    try:
        assert parse_duration(text) >= 0
    except ValueError as error:
        assert str(error) == "not a duration"


def test_an_envelope() -> None:
    request = parse_request(
        envelope(
            names.RECEIVE,
            "<rsp:Receive/>",
            shell="ab-12",
            timeout="PT5S",
            size="51200",
            message_id="uuid:x",
            options=option("winrs_codepage", "65001"),
        )
    )
    assert (request.action, request.resource, request.message_id) == (names.RECEIVE, names.CMD_SHELL, "uuid:x")
    assert (request.shell, request.timeout, request.envelope) == ("AB-12", 5, 51200)
    assert request.options == {"WINRS_CODEPAGE": "65001"}
    assert request.shell_element("Receive") is not None
    assert not request.is_identify


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_foreign_prefixes(encoding: str) -> None:
    text = envelope(names.GET, shell="x").decode()
    text = re.sub(r"(?<=[</])([saw])(?=:)|(?<=xmlns:)([saw])(?==)", r"\1\2-9", text)
    assert parse_request(text.encode(encoding)).action == names.GET


def code_of(data: bytes) -> int:
    with pytest.raises(WsmanFault) as refused:
        parse_request(data)
    return refused.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a>",
        b"\xff\xfe",
        b"no xml",
        envelope(names.GET)[:-5],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + envelope(names.GET),
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        envelope(names.COMMAND, "<rsp:Command>\x07</rsp:Command>"),
    ],
    ids=["empty", "open", "bytes", "words", "cut", "doctype", "encoding", "control"],  # message ids differ by process
)
def test_what_is_no_xml(data: bytes) -> None:
    assert code_of(data) == refusals.INVALID_XML


def test_what_is_no_envelope() -> None:
    assert code_of(b"<html/>") == refusals.SCHEMA
    assert code_of(envelope(names.GET).replace(b"s:Body", b"s:Rump")) == refusals.SCHEMA
    assert code_of(envelope(names.GET, size="lots")) == refusals.SCHEMA


def test_a_bad_timeout_keeps_the_message_id() -> None:
    with pytest.raises(WsmanFault) as refused:
        parse_request(envelope(names.GET, timeout="-PT5S", message_id="uuid:17"))
    assert (refused.value.code, refused.value.relates_to) == (2150858767, "uuid:17")


def test_streams_and_booleans() -> None:
    element = parse_request(envelope(names.SEND, "<rsp:Stream>aG\n k=</rsp:Stream><rsp:Stream>!</rsp:Stream>")).body
    assert decode_stream(element[0]) == b"hi"
    with pytest.raises(WsmanFault):
        decode_stream(element[1])
    assert [is_true(t) for t in ("true", "TRUE", "True", "1", "false", "", None)] == [True] * 4 + [False] * 3
