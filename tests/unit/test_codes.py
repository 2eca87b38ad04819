"""The offline table of codes: every spelling finds the same entry, and ordinary numbers are not codes."""

from __future__ import annotations

import pytest

from troubleshoot.codes import find, helpmsg, lookup, number_of
from troubleshoot.codes.table import codes

TIMEOUT = 0x80338029


@pytest.mark.parametrize(
    "text",
    [
        "0x80338029",
        "0X80338029",
        "2150858793",
        "-2144108503",
        "80338029",
        " 0x80338029\n",
        "Unknown error (0x80338029)",
        "Error (2916)\nVMM is unable to complete the request. (Unknown error (0x80338029))",
        "WSManFault Code=2150858793 Machine=hv01",
        "the operation failed with -2144108503.",
    ],
)
def test_every_spelling_means_the_same(text: str) -> None:
    known = [meaning.code.name for meaning in lookup(text) if meaning.code]
    assert known == ["ERROR_WSMAN_OPERATION_TIMEDOUT"]


def test_a_number_in_two_spellings_counts_once() -> None:
    (meaning,) = lookup("Error number:  -2144108526 0x80338012")
    assert (meaning.spelling, meaning.hex, meaning.signed) == ("-2144108526", "0x80338012", -2144108526)
    assert meaning.code is not None
    assert (meaning.code.name, meaning.code.family) == ("ERROR_WSMAN_DESTINATION_UNREACHABLE", "reach")


def test_several_codes_keep_their_order() -> None:
    found = lookup("0x80338012 then 0x80041002, last -2147024891")
    assert [meaning.number for meaning in found] == [0x80338012, 0x80041002, 0x80070005]


@pytest.mark.parametrize(
    ("text", "number", "ambiguous"),
    [
        ("5", 5, True),
        ("status 5 (0x5)", 5, True),
        ("Error 1722: The RPC server is unavailable.", 1722, True),
        ("Systemfehler 1722", 1722, True),
        ("0x80072020 (WIN32: 8224)", 8224, False),
        ("800706BA", 1722, False),
        ("0x8007052E", 1326, False),
        ("error = 1789", 1789, True),
    ],
)
def test_win32_codes_in_both_forms(text: str, number: int, ambiguous: bool) -> None:
    (meaning,) = lookup(text)
    assert meaning.code is not None
    assert (meaning.code.number, meaning.ambiguous) == (number, ambiguous)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no code here",
        "took 5 seconds on 10.20.0.5 at 17:22:05, port 5985, 1722 files",
        "2026-11-22 build 6.1.7601, id a5-1722",
        "call me at 1311 or 1355",
        "0x803380291 is too long",
        "deadbeefcafe",
    ],
)
def test_ordinary_numbers_are_no_codes(text: str) -> None:
    assert lookup(text) == []


def test_unknown_codes_are_reported_without_a_meaning() -> None:
    (meaning,) = lookup("0x80338FFF")
    assert (meaning.code, meaning.hex, meaning.ambiguous) == (None, "0x80338FFF", False)


def test_long_texts_are_bounded() -> None:
    assert len(lookup("0x80338029 " * 100_000)) == 1


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("0x5", 5),
        ("-1", 0xFFFFFFFF),
        ("4294967295", 0xFFFFFFFF),
        ("4294967296", None),
        ("-2147483649", None),
        ("x", None),
    ],
)
def test_one_spelling_to_a_number(spelling: str, number: int | None) -> None:
    assert number_of(spelling) == number


def test_the_text_of_windows_or_ours() -> None:
    assert helpmsg(-2144108503).startswith("The WS-Management service cannot complete the operation within the time")
    assert helpmsg(0x803381A6).startswith("ERROR_WSMAN_QUOTA_MAX_OPERATIONS: ")
    assert helpmsg(0x80338FFF) == ""


def test_the_table_is_whole() -> None:
    table = codes()
    assert len(table) >= 105
    assert len({code.name for code in table}) == len(table)
    for code in table:
        assert find(code.hresult) is code
        assert find(code.hresult - (1 << 32)) is code
        assert code.gist.endswith("."), code.name
        assert code.next_step.endswith("."), code.name
        assert number_of(f"{code.hresult:#x}") == code.hresult
