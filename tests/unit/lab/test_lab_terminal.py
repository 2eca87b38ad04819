"""The terminal: echo, editing, paging as IOS does it, secrets unseen and unlogged."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.lab.ios.context import Mode
from troubleshoot.lab.terminal import Terminal

MORE = b" --More-- "


class Typed:
    def __init__(self, bench: Any, mode: Mode = Mode.EXEC) -> None:
        self.log: list[str] = []
        self.cli = bench.session("r3", mode)
        self.terminal = Terminal(self.cli, self.log.append)

    def type(self, text: str) -> bytes:
        return self.terminal.feed(text.encode())


@pytest.fixture
def typed(boot: Any) -> Typed:
    return Typed(boot())


def test_greeting_ends_in_the_prompt(boot: Any) -> None:
    bench = boot()
    bench.configure("r3", "banner motd ^CAuthorised users only^C")
    assert Typed(bench, Mode.USER).terminal.start() == b"\r\nAuthorised users only\r\n\r\nr3>"


def test_echo_and_line_ends(typed: Typed) -> None:
    assert typed.type("show clo") == b"show clo"
    out = typed.type("ck\r\n")
    assert out.startswith(b"ck\r\n*")
    assert out.endswith(b"\r\nr3#")
    assert typed.type("\n\n") == b"\r\nr3#" * 2
    assert typed.log == ["show clock"]


def test_rubout_and_kill(typed: Typed) -> None:
    assert typed.type("shx\x7f") == b"shx\b \b"
    assert typed.type("\x15") == b"\b \b" * 2
    typed.type("show foo bar\x17\x17clock\r")
    assert typed.log == ["show clock"]


def test_pages_of_24_lines(typed: Typed) -> None:
    first = typed.type("show running-config\r")
    assert first.endswith(MORE)
    assert first.count(b"\r\n") == 24  # the echoed line and 23 lines of output
    second = typed.type("\r")
    assert second.startswith(b"\b" * 9 + b" " * 8 + b"\b" * 9)
    assert second.count(b"\r\n") == 1
    assert second.endswith(MORE)
    assert typed.type("q").endswith(b"\r\nr3#")


def test_paging_shows_the_same_text_as_no_paging(typed: Typed) -> None:
    paged = typed.type("show running-config\r")
    while paged.endswith(MORE):
        paged = paged[: -len(MORE)] + typed.type(" ").removeprefix(b"\b" * 9 + b" " * 8 + b"\b" * 9)
    typed.type("terminal length 0\r")
    assert typed.type("show running-config\r") == paged


def test_secret_is_neither_echoed_nor_logged(boot: Any) -> None:
    typed = Typed(boot(), Mode.USER)
    assert typed.type("enable\r") == b"enable\r\nPassword: "
    assert typed.type("secret") == b""
    assert typed.type("\r") == b"\r\nr3#"
    assert typed.log == ["enable"]


def test_question_mark_helps_at_once_and_keeps_the_line(typed: Typed) -> None:
    out = typed.type("show ip m?")
    assert b"  mroute\r\n  msdp\r\n  multicast\r\n" in out
    assert out.endswith(b"r3#show ip m")
    typed.type("route 239.1.1.1\r")
    assert typed.log == ["show ip mroute 239.1.1.1"]


def test_control_z_leaves_configuration_and_control_c_drops_the_line(typed: Typed) -> None:
    typed.type("configure terminal\r")
    typed.type("interface Gi0/0\r")
    assert typed.type("\x1a").endswith(b"r3#")
    assert typed.type("no such\x03").endswith(b"\r\nr3#")
    assert typed.log == ["configure terminal", "interface Gi0/0"]


def test_escape_sequences_and_control_bytes_do_not_reach_the_line(typed: Typed) -> None:
    typed.type("show\x1b[A\x1b[3~ clo\x00\x01ck\r")
    assert typed.log == ["show clock"]


def test_a_line_longer_than_ios_takes_is_cut(typed: Typed) -> None:
    assert typed.type("x" * 300).count(b"\a") == 300 - 254


def test_undecodable_bytes_are_harmless(typed: Typed) -> None:
    assert b"Invalid input" in typed.terminal.feed(b"\xff\xfe\r")


def test_exit_closes(typed: Typed) -> None:
    typed.type("exit\r")
    assert typed.terminal.closed
    assert typed.type("show clock\r") == b""
