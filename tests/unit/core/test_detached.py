"""Work that ends our own session: what is sent, and what cannot be wrapped."""

from __future__ import annotations

import pytest

from troubleshoot.core.detached import MAX_TASK, Detached, detached
from troubleshoot.errors import AuthorError

RESTART = ("net stop winrm /y", "net start winrm", "net start vmmagent")


def test_everything_that_runs_is_in_the_commands() -> None:
    job = detached("ts-1", RESTART, "winrm")
    create, run, log, end, delete, erase = job.commands
    assert all(line in create for line in RESTART)
    assert "/ru SYSTEM" in create and "/f" in create.split()
    assert run == "schtasks /run /tn ts-1"
    assert log.startswith("type ") and erase == log.replace("type ", "del ")
    assert end == "schtasks /end /tn ts-1"
    assert delete == "schtasks /delete /tn ts-1 /f"


def test_the_dead_man_starts_the_service_whatever_the_lines_do() -> None:
    create = detached("ts-1", ("net stop winrm /y",), "winrm").commands[0]
    behind = create.partition("net stop winrm /y & ")[2]
    assert behind.startswith("for /l %i in (1,1,8) do (net start winrm & ping -n 16 127.0.0.1)")


def test_a_job_is_found_again_in_its_commands() -> None:
    job = detached("ts-1a2b3c4d", RESTART, "winrm")
    assert Detached.of(job.commands, "winrm") == job


@pytest.mark.parametrize(
    "line",
    [
        "net stop winrm & calc",
        'net start "x"',
        "net start %comspec%",
        "a > b",
        "a | b",
        "a^b",
        "net start (x)",
        "x\ny",
        "",
    ],
)
def test_a_line_that_could_break_out_of_the_wrapping_is_refused(line: str) -> None:
    with pytest.raises(AuthorError):
        detached("ts-1", (line,), "winrm")


@pytest.mark.parametrize(("name", "service"), [("ts 1", "winrm"), ("ts-1", "win rm"), ("", "winrm"), ("ts-1", 'a"b')])
def test_names_are_words(name: str, service: str) -> None:
    with pytest.raises(AuthorError):
        detached(name, RESTART, service)


def test_a_task_holds_a_limited_number_of_characters() -> None:
    with pytest.raises(AuthorError, match=str(MAX_TASK)):
        detached("ts-1", ("net start " + "x" * 200,), "winrm")


@pytest.mark.parametrize("commands", [(), ("schtasks /run /tn x",), ("a", "b", "c", "d", "e", "f")])
def test_other_commands_are_no_job(commands: tuple[str, ...]) -> None:
    with pytest.raises(AuthorError):
        Detached.of(commands, "winrm")
