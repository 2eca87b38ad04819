"""Changes hidden in reads, and changes written differently: the guard refuses every one; and it never crashes."""

from __future__ import annotations

import string
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubleshoot.core.kinds import Platform
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.core.powershell.parser import parse
from troubleshoot.core.risk import is_read

_LINES = (Path(__file__).parents[2] / "hostile" / "corpus" / "powershell.txt").read_text("utf-8").splitlines()
_READS = [line[5:] for line in _LINES if line.startswith("read ") and "#" not in line]
# Changes in themselves, whatever stands around them.
_SIMPLE = (
    "Stop-Service winrm",
    "Remove-Item C:\\x -Force",
    "Restart-Computer",
    "spsv winrm",
    "iex $x",
    "net stop winrm",
    "sc.exe stop winrm",
    "& 'Stop-Service' winrm",
    "Test-ComputerSecureChannel -Repair",
    "[IO.File]::Delete('C:\\x')",
    "(Get-Item C:\\x).Delete()",
    "$u.SetInfo()",
    "Set-Item WSMan:\\localhost\\MaxTimeoutms 1",
    "$env:PATH = 'x'",
    "Get-Process | kill",
    "gci C:\\x | % Delete",
    "Get-Service | Out-File C:\\x",
)
_WRAPS = (
    "{}",
    "({})",
    "$({})",
    "@({})",
    '"x $({}) y"',
    '"$("$({})")"',
    "1 | % {{ {} }}",
    "Get-Service | ? {{ {} }}",
    "Get-Service | select Name,@{{n='x';e={{ {} }}}}",
    "if ({}) {{ 1 }}",
    "if ($x) {{ 1 }} else {{ {} }}",
    "foreach ($i in 1..2) {{ {} }}",
    "try {{ {} }} catch {{ 1 }}",
    "try {{ 1 }} catch {{ {} }}",
    "try {{ 1 }} finally {{ {} }}",
    "$y = $({})",
    "Measure-Command {{ {} }}",
    "@{{ a = $({}) }}",
    "'a' -replace 'b',$({})",
    "Get-Item $({})",
    "Get-Item -Path:$({})",
    "$z.Substring($({}))",
    "[math]::Round($({}))",
    "$q[$({})]",
    "throw $({})",
    "-not $({})",
)


@st.composite
def _spelled(draw: st.DrawFn, text: str) -> str:
    """The same command in other letter case and with other blanks."""
    upper = draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    cased = "".join(char.upper() if up else char.lower() for char, up in zip(text, upper, strict=True))
    return cased.replace(" ", draw(st.sampled_from((" ", "  ", "\t", " \t "))))


@st.composite
def _hidden(draw: st.DrawFn) -> str:
    change = draw(_spelled(draw(st.sampled_from(_SIMPLE))))
    for _ in range(draw(st.integers(1, 3))):
        change = draw(st.sampled_from(_WRAPS)).format(change)
    before, after = draw(st.sampled_from(_READS)), draw(st.sampled_from(_READS))
    return draw(st.sampled_from(("{1}", "{0}; {1}", "{1}; {2}", "{0};{1};{2}", "{0} ; {1} # {2}"))).format(
        before, change, after
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_hidden())
def test_a_hidden_change_is_refused(script: str) -> None:
    assert not is_read(Platform.WINDOWS, f"PS> {script}")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_READS), st.data())
def test_cutting_a_read_anywhere_never_makes_a_change_of_it(script: str, data: st.DataObject) -> None:
    """A change that follows a read which lost characters is refused: no quote or brace swallows it unseen."""
    start = data.draw(st.integers(0, len(script)))
    end = data.draw(st.integers(start, len(script)))
    cut = script[:start] + script[end:]
    if cut.count("'") % 2 == 0 and cut.count('"') % 2 == 0:
        assert not is_read(Platform.WINDOWS, f"PS> {cut}; Stop-Service winrm")


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(string.printable + "‘’“”–\u00a0ä"), max_size=60)
    | st.sampled_from(_READS).flatmap(
        lambda script: st.tuples(st.just(script), st.integers(0, len(script)), st.characters()).map(
            lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
        )
    )
)
def test_the_parser_answers_with_a_tree_or_a_syntax_error(text: str) -> None:
    try:
        parse(text)
    except PsSyntaxError as error:
        assert 0 <= error.at <= len(text)
