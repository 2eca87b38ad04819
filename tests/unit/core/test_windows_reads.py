"""The read-only guard for programs of Windows: what cmd.exe would make of the text. The labelled list is in tests/hostile."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.cmd_line import CmdLine, read_cmd_line
from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read

_CORPUS = Path(__file__).parents[2] / "hostile" / "corpus" / "cmd.txt"
READS = [line[5:].split(" ## ")[0] for line in _CORPUS.read_text("utf-8").splitlines() if line.startswith("read ")]


@pytest.mark.parametrize("command", ["net accounts", "", "   ", "sc query\nnet stop winrm", "sc query \x00"])
def test_everything_else_is_refused(command: str) -> None:
    assert not is_read(Platform.WINDOWS, command)


@given(
    st.sampled_from(READS), st.sampled_from(["&", "|", ">", "<", "^", "&&", "||", "%comspec%", "!x!", "\n"]), st.data()
)
def test_an_operator_anywhere_outside_quotes_is_refused(command: str, operator: str, data: st.DataObject) -> None:
    outside = [n for n in range(len(command) + 1) if command[:n].count('"') % 2 == 0]
    place = data.draw(st.sampled_from(outside))
    assert not is_read(Platform.WINDOWS, f"{command[:place]}{operator}{command[place:]}")


@given(st.text(alphabet='ab "\\-/', max_size=30))
def test_words_keep_every_character_but_quotes_and_blanks(text: str) -> None:
    line = read_cmd_line(text)
    if isinstance(line, CmdLine):
        kept = "".join(word.lower() for word in (line.program, *line.words)).replace(" ", "")
        assert kept == text.lower().replace('"', "").replace(" ", "")


def test_a_quoted_part_belongs_to_its_word() -> None:
    line = read_cmd_line('wevtutil qe System /q:"*[a and b]" "/e:Events"')
    assert isinstance(line, CmdLine)
    assert line.words == ("qe", "System", "/q:*[a and b]", "/e:Events")
    assert line.quoted == (False, False, True, True)
