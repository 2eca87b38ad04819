"""Hostile terminal text: what is taken out, what stays, and that line numbers are those of the raw text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.parsing.clean import clean


def body(text: str) -> list[str]:
    return [line for _, line in clean(text).lines]


def test_numbers_refer_to_the_raw_text() -> None:
    page = clean("R1#show ip rpf 10.9.9.9\r\nfirst\r\n\r\n --More-- \x08\x08\x08second\r\nR1#\r\n")
    assert page.lines[0] == (2, "first")
    assert page.command == "show ip rpf 10.9.9.9"
    assert page.last == 6


@pytest.mark.parametrize(
    "noise",
    [
        "R1#",
        "R1>",
        "R1(config-if)#",
        "N9K-1# ",
        "N9K-1(config)# show feature",
        "user@r1> ",
        "user@r1> show pim neighbors",
        "user@r1# run show route",
        "{master}",
        "{master:0}[edit]",
        "[edit protocols pim]",
        "{primary:node0}",
        "frr-r1# show ip mroute json",
        "[2024-05-01 10:11:12] +++ R1: executing command 'show ip mroute' +++",
        "Load for five secs: 2%/0%; one minute: 2%; five minutes: 2%",
        "Time source is NTP, 10:11:12.123 UTC Wed May 1 2024",
        "*Mar  1 00:12:07.123: %LINK-3-UPDOWN: Interface Vlan3, changed state to up",
        "000123: *Mar  1 00:12:07.123: %PIM-5-NBRCHG: neighbor 10.1.1.1 UP",
        "May  1 10:11:12.123 UTC: %SYS-5-CONFIG_I: Configured from console",
        "2024 May  1 10:11:12 N9K-1 %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up",
        "%LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/1, changed state to up",
        " --More-- ",
        "---(more 45%)---",
        "---(more)---",
        "<--- More --->",
        "=~=~=~=~=~= PuTTY log 2024.05.01 10:11:12 =~=~=~=~=~=",
    ],
)
def test_noise_is_removed(noise: str) -> None:
    assert body(f"data one\n{noise}\ndata two\n") == ["data one", "data two"]


@pytest.mark.parametrize(
    "line",
    [
        "% Invalid input detected at '^' marker.",
        "O>* 10.71.1.0/24 [110/20] via 10.0.0.1, eth0, 00:01:02",
        "*> 10.1.1.0/24      10.0.0.1",
        "* 10.0.24.4, from 10.255.0.4, 00:54:29 ago, via GigabitEthernet0/2",
        "(10.1.12.4, 239.1.1.1), 00:00:01/00:02:58, flags:",
        "  > to 10.0.12.1 via ge-0/0/1.0",
        "RP: 10.255.255.1*, (0),",
        "Incoming interface: GigabitEthernet0/1, RPF nbr 10.0.12.1*",
        "10.0.23.2         GigabitEthernet0/1       3w6d/00:01:33     v2    1 / DR S P G",
    ],
)
def test_data_is_kept(line: str) -> None:
    assert body(f"heading\n{line}\n")[1] == line


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m text", "red text"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq data \x1b\\left", "left"),
        ("\x9b31mred", "red"),
        ("ab\x00\x07c\x7f", "abc"),
        (
            " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08text",
            "text",
        ),
        (" --More-- \r          \r  text", "text"),
        ("--More--\x1b[8Dlong text", "long text"),
        ("sho\x08\x08\x08ABC", "ABC"),
        ("\ufeffstart", "start"),
        ("a\xa0b", "a b"),
        ("unterminated \x1b[12;", "unterminated"),
    ],
)
def test_terminal_controls(raw: str, shown: str) -> None:
    assert [line.strip() for line in body(f"x\n{raw}\n")][1:] == [shown]


def test_common_indentation_goes_and_relative_stays() -> None:
    page = clean("\n    (10.1.1.1, 239.1.1.1)\n      Incoming\n")
    assert (page.indent, page.lines) == (4, ((2, "(10.1.1.1, 239.1.1.1)"), (3, "  Incoming")))


def test_pager_word_left_in_front_of_a_line() -> None:
    assert body("one\n --More--         Vlan110, Forward/Sparse\n")[1] == "Vlan110, Forward/Sparse"


def test_spans_join_neighbours() -> None:
    assert clean("a", part=2).spans([1, 2, 3, 7]) == [[2, 1, 3], [2, 7, 7]]


@pytest.mark.parametrize(
    "unit",
    [
        "\x1b[",
        "\x1b]",
        "\x08a",
        "\r",
        "a\r",
        "%A-",
        "*Mar",
        "R#",
        "0: ",
        "[edit ",
        "+++ ",
        " ",
        "(",
        "\x1b[0;",
        "-",
        "<",
        "{a",
    ],
)
def test_a_megabyte_on_one_line_is_linear(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    clean(text)
    assert time.process_time() - start < 2


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\x1b[]\r\n\x08\x9b#>%*"), max_size=300))
def test_any_text_gives_printable_lines_with_true_numbers(text: str) -> None:
    page = clean(text)
    assert page.last == text.count("\n") + 1
    numbers = [number for number, _ in page.lines]
    assert numbers == sorted(set(numbers))
    for number, line in page.lines:
        assert 1 <= number <= page.last
        assert not any((c < " " and c != "\t") or "\x7f" <= c <= "\x9f" for c in line)
        assert line.strip()
