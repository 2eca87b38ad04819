"""Every command line that the documentation shows can be typed as it stands; every YAML example can be read."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from troubleshoot.cli import app
from troubleshoot.strict_yaml import load

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Page name and text of every block of a language."""
    for page in PAGES:
        for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            if language == kind:
                yield page.name, text


def lines() -> list[tuple[str, str]]:
    found = [(page, line.strip()) for page, text in blocks("sh") for line in text.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def check_command(words: list[str]) -> None:
    """Parse the arguments as the program does. Raises click.UsageError."""
    command: click.Command = app.cli
    path = "troubleshoot"
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        below = command.get_command(click.Context(command), name)
        assert below is not None, f"{path} has no command {name!r}"
        command, path = below, f"{path} {name}"
    try:
        command.make_context(path, list(words))
    except click.exceptions.Exit as stop:
        assert stop.exit_code == 0  # --help


def check_line(line: str) -> None:
    match shlex.split(line):
        case ["troubleshoot", *words]:
            check_command(words)
        case ["make", target, *_]:
            assert target in TARGETS
        case [".venv/bin/python" | "python", "-m", "pytest", *paths]:
            assert all((ROOT / path).exists() for path in paths if not path.startswith("-"))
        case [".venv/bin/python" | "python", "-m", module, *_]:
            assert importlib.util.find_spec(module) is not None
        case other:
            assert other == [".", ".venv/bin/activate"], "this test does not know how to check the line"


def test_there_is_something_to_check() -> None:
    assert len(lines()) > 20


@pytest.mark.parametrize(("page", "line"), lines())
def test_a_shown_command_line_is_accepted(page: str, line: str) -> None:
    check_line(line)


@pytest.mark.parametrize("line", ["troubleshoot run rpf-trace --no-such", "troubleshoot nosuch", "make nosuch", "ls"])
def test_a_wrong_line_is_found(line: str) -> None:
    with pytest.raises((click.UsageError, AssertionError)):
        check_line(line)


@pytest.mark.parametrize(("page", "text"), list(blocks("yaml")))
def test_a_shown_yaml_example_can_be_read(page: str, text: str) -> None:
    load(text.encode(), source=page)
