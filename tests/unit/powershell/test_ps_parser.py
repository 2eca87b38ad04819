"""The parser of the PowerShell subset: precedence, modes, and what it refuses."""

from __future__ import annotations

import pytest

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.core.powershell.parser import parse


def _only(text: str) -> ast.Expression | ast.Command:
    (statement,) = parse(text).statements
    assert isinstance(statement, ast.Pipeline)
    (stage,) = statement.stages
    return stage


def test_comma_binds_tighter_than_format_and_format_tighter_than_plus() -> None:
    found = _only("'{0}{1}' -f 1,2 + 'x'")
    assert isinstance(found, ast.Binary)
    assert found.operator == "+"
    assert isinstance(found.left, ast.Binary)
    assert found.left.operator == "f"
    assert isinstance(found.left.right, ast.ArrayLiteral)


def test_not_takes_just_the_next_value() -> None:
    found = _only("-not $x -eq 1")
    assert isinstance(found, ast.Binary)
    assert found.operator == "eq"
    assert found.left == ast.Unary("not", ast.Variable("x"))


def test_case_forms_of_comparisons() -> None:
    assert _only("$a -ceq 'b'") == ast.Binary("eq", ast.Variable("a"), ast.Text("b"), True)
    assert _only("$a -IEQ 'b'") == ast.Binary("eq", ast.Variable("a"), ast.Text("b"))
    assert _only("1 -in 1,2") == ast.Binary(
        "in", ast.Number(1, "1"), ast.ArrayLiteral((ast.Number(1, "1"), ast.Number(2, "2")))
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1kb", 1024), ("2MB", 2 << 20), ("0x10", 16), ("0x80338029", -2144108503), ("1.5", 1.5), ("1e3", 1000.0)],
)
def test_numbers(text: str, value: float) -> None:
    assert _only(text) == ast.Number(value, text)


def test_words_of_a_command_are_text_and_numbers_numbers() -> None:
    found = _only("nltest /sc_query:corp.example -n 1..3 10.0.0.1 5 -x:7")
    assert isinstance(found, ast.Command)
    assert found.elements == (
        ast.Text("/sc_query:corp.example", bare=True),
        ast.Parameter("n", None, "-n"),
        ast.Text("1..3", bare=True),
        ast.Text("10.0.0.1", bare=True),
        ast.Number(5, "5"),
        ast.Parameter("x", ast.Number(7, "7"), "-x:7"),
    )


def test_a_string_holds_variables_and_statements_but_no_members() -> None:
    found = _only('"a $x.Name $($y.Name) $env:X `$z ""q"" $ 5"')
    assert isinstance(found, ast.Expandable)
    assert found.parts[0] == "a "
    assert found.parts[1] == ast.Variable("x")
    assert found.parts[2] == ".Name "
    assert isinstance(found.parts[3], ast.SubExpression)
    assert found.parts[5] == ast.Variable("x", "env")
    assert found.parts[6] == ' $z "q" $ 5'


def test_blocks_need_no_semicolon_behind_them() -> None:
    assert len(parse("if (1) { 2 } 'end'").statements) == 2
    assert len(parse("try { 1 } catch { 2 } finally { 3 } 'end'").statements) == 2


def test_a_comment_ends_the_line() -> None:
    assert len(parse("1 # 2; 3").statements) == 1
    assert len(parse("1 <# 2 #>; 3").statements) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Get-Item ‘x’",
        'Write-Output "a”',
        "Get-Item –Path x",
        "Get-Item a`b",
        "Get-Item --% x",
        "Get-Item @x",
        "& $x",
        "& { 1 }",
        ". x.ps1",
        ".\\x.ps1",
        "$x.$y",
        "$x::y",
        "$x:y",
        "$$",
        "a && b",
        "a || b",
        "a &",
        "a > b",
        "a 2>&1",
        "@'",
        "'a",
        '"a',
        '"$x: y"',
        '"$($x""y"")"',
        "$x++",
        "++$x",
        "while (1) {}",
        "function f {}",
        "switch (1) {}",
        "(if (1) {2})",
        "$a, $b = 1",
        "1 = 2",
        "a\x00b",
        "a\u2028b",
        "ä",
        "Get-Item ä",
        "#requires -Version 3",
        "Get-Item a$x",
        'Get-Item a"b"',
        "[Foo].Bar",
        "$x [0]",
        "1 2",
        "${a b}",
        "Get-Item [int]$x",
        "break outer",
        "'x'#y",
        "$x#y",
        "$x<#y#>",
        '"$("")"',
        '"$($x.Trim(""))"',
    ],
)
def test_what_is_outside_of_the_subset(text: str) -> None:
    with pytest.raises(PsSyntaxError):
        parse(text)


def test_the_error_says_where() -> None:
    with pytest.raises(PsSyntaxError) as caught:
        parse("Get-Item x; $x.$y")
    assert caught.value.at == 15
    assert "character 16" in str(caught.value)


@pytest.mark.parametrize("text", ["(" * 5000, "{" * 5000, "1" * 30_000, "-" * 5000, '"$(' * 2000])
def test_depth_and_length_are_bounded(text: str) -> None:
    with pytest.raises(PsSyntaxError):
        parse(text)
