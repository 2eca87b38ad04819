"""``troubleshoot explain``: every spelling, pastes, unknown codes, and text that holds no code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import troubleshoot
from troubleshoot.cli.app import run


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["explain", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("code", ["0x80338029", "2150858793", "-2144108503"])
def test_three_spellings_of_one_code(capsys: pytest.CaptureFixture[str], code: str) -> None:
    ended, out, _ = explained(capsys, code)
    assert ended == 0
    assert out.startswith("0x80338029  (2150858793, -2144108503)  ERROR_WSMAN_OPERATION_TIMEDOUT\n")
    assert "OperationTimeout" in out


def test_a_negative_code_and_an_option_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("--json", "-2144108503"), ("-2144108503", "--json")):
        ended, out, _ = explained(capsys, *arguments)
        (entry,) = json.loads(out)
        assert ended == 0
        assert (entry["hex"], entry["unsigned"], entry["signed"]) == ("0x80338029", 2150858793, -2144108503)
        assert (entry["known"], entry["family"], entry["facility"]) == (True, "time", "WS-Management")


def test_several_codes_in_a_paste(capsys: pytest.CaptureFixture[str]) -> None:
    ended, out, _ = explained(capsys, "Error (2927) (Unknown error (0x80338126))", "and -2144108526")
    assert (ended, out.count("ERROR_WSMAN_")) == (0, 2)


def test_a_short_code_is_marked_as_ambiguous(capsys: pytest.CaptureFixture[str]) -> None:
    ended, out, _ = explained(capsys, "1722")
    assert ended == 0
    assert out.startswith("0x6BA  (1722, 1722)  RPC_S_SERVER_UNAVAILABLE")
    assert "note: a short number" in out


def test_an_unknown_code_cannot_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    ended, out, _ = explained(capsys, "0x80338FFF")
    assert (ended, "unknown, from WS-Management" in out) == (5, True)
    ended, out, _ = explained(capsys, "--json", "0x80338FFF")
    assert (ended, json.loads(out)[0]["name"]) == (5, None)
    assert explained(capsys, "0x80338FFF", "0x80338029")[0] == 0


@pytest.mark.parametrize("text", ["coffee", "--jsno", "0xZZ", "99999999999"])
def test_no_code_is_a_mistake_in_usage(capsys: pytest.CaptureFixture[str], text: str) -> None:
    ended, out, err = explained(capsys, text)
    assert (ended, out) == (2, "")
    assert "no code" in err


def test_codes_are_read_from_a_pipe(tmp_path: Path) -> None:
    ran = troubleshoot(tmp_path, "explain", stdin="WSManFault Code = 2150859174\x1b[31m\n")
    assert (ran.code, "ERROR_WSMAN_QUOTA_MAX_OPERATIONS" in ran.out) == (0, True)
    assert "\x1b" not in ran.out
