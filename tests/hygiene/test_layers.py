"""What each room drags in, seen in a fresh interpreter; and no room that only works on one system."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import troubleshoot

PACKAGE = Path(troubleshoot.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# Modules of the standard library that Windows does not have.
POSIX_ONLY = {
    "fcntl",
    "pwd",
    "grp",
    "termios",
    "tty",
    "resource",
    "pty",
    "syslog",
    "posix",
    "crypt",
    "curses",
    "readline",
}
NETWORK = {"asyncssh", "scrapli", "winrm", "dns", "requests"}

# room -> what importing it must not load
LIGHT = {
    "troubleshoot.errors": {"asyncio", "yaml", "pydantic", "textual", "click"} | NETWORK,
    "troubleshoot.core.engine": {"asyncio", "sqlite3", "yaml", "pydantic", "textual", "click", "cel"} | NETWORK,
    "troubleshoot.parsing.registry": {"asyncio", "yaml", "pydantic", "textual", "click"} | NETWORK,
    "troubleshoot.journal": {"yaml", "pydantic", "textual", "click"} | NETWORK,
    "troubleshoot.trees.load": {"textual", "click", "sqlite3"} | NETWORK,
    "troubleshoot.report.export": {"textual", "click", "yaml", "sqlite3"} | NETWORK,
    "troubleshoot.session.wiring": {"textual", "click"} | NETWORK,
    "troubleshoot.cli.app": {"textual", "yaml", "pydantic", "sqlite3"} | NETWORK,
}


@pytest.mark.parametrize("room", LIGHT)
def test_a_room_loads_only_what_it_needs(room: str) -> None:
    code = f"import sys, {room}; print(*sorted({LIGHT[room]!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def _top_level_imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_needs_a_posix_system_to_be_imported(path: Path) -> None:
    assert not _top_level_imports(ast.parse(path.read_text(encoding="utf-8"))) & POSIX_ONLY
