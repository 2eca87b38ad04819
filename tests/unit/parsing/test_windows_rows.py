"""CSV and key=value answers of our own scripts: whole, or a failure."""

from __future__ import annotations

import pytest

from troubleshoot.parsing.clean import clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.windows.rows import read_rows, read_values

TABLE = '"Name","State","Memory"\r\n"SQL 01","Running","4294967296"\r\n"a ""b"", c",,\r\nend\r\n'


def test_rows_know_their_lines() -> None:
    rows = read_rows(clean(TABLE), ["name", "Memory"])
    assert [dict(row.cells) for row in rows] == [
        {"name": "SQL 01", "Memory": "4294967296"},
        {"name": 'a "b", c', "Memory": ""},
    ]
    assert [row.at for row in rows] == [[[0, 2, 2]], [[0, 3, 3]]]
    assert (rows[0].integer("Memory"), rows[1].integer("Memory"), rows[1].optional("Memory")) == (
        4294967296,
        None,
        None,
    )


def test_no_rows_is_the_end_alone() -> None:
    assert read_rows(clean("end\r\n"), ["Name"]) == []


def test_a_cell_may_hold_line_ends() -> None:
    rows = read_rows(clean('"Name","Text"\n"a","one\nend\ntwo"\n"b","x"\nend'), ["Name", "Text"])
    assert [(row["Name"], row["Text"], row.at) for row in rows] == [
        ("a", "one\nend\ntwo", [[0, 2, 4]]),
        ("b", "x", [[0, 5, 5]]),
    ]


def test_prompts_of_a_paste_are_no_rows() -> None:
    text = 'PS C:\\Users\\op> Get-Thing | ConvertTo-Csv\n"Name"\n"a"\nend\nPS C:\\Users\\op>'
    assert [row["Name"] for row in read_rows(clean(text, 2), ["Name"])] == ["a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (TABLE.replace("end", ""), "does not end"),
        (TABLE + "Get-VM : Access is denied\r\n", "does not end"),
        (TABLE.replace('"State"', '"Zustand"'), "lacks the column 'State'"),
        ('"Name","State"\n"a"\nend', "1 cells"),
        ('"Name","State"\n"a","b\nend', "never closed"),
        ("Access is denied.\nend", "lacks the column"),
    ],
)
def test_cut_or_foreign_answers_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseFailure, match=reason):
        read_rows(clean(text), ["Name", "State"])


def test_flags_and_numbers_are_strict() -> None:
    (row,) = read_rows(clean('"A","B","C"\n"True","x","Falsch"\nend'), ["A", "B", "C"])
    assert (row.flag("A"), row.flag("C")) == (True, False)
    with pytest.raises(ParseFailure, match="B is 'x'"):
        row.flag("B")
    with pytest.raises(ParseFailure, match="whole number"):
        row.integer("B")


def test_values_by_key() -> None:
    found = read_values(clean("Version=6.1.7601\nArgs=a=b\nEmpty=\nend"), ["version"])
    assert {key: row["value"] for key, row in found.items()} == {"version": "6.1.7601", "args": "a=b", "empty": ""}
    assert found["args"].at == [[0, 2, 2]]


@pytest.mark.parametrize("text", ["Version=1", "Version=1\nVersion=2\nend", "nonsense\nend", "end"])
def test_values_are_whole_or_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_values(clean(text), ["Version"])
