"""The foreign clients: whether they are here, and how to run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
GO_PATH = Path("/usr/share/gocode")
GO_PACKAGES = "golang-go golang-github-masterzen-winrm-dev"


@cache
def go_program() -> Path:
    """The Go client, built from the distribution's sources; skips with the reason where it cannot be."""
    if shutil.which("go") is None or not (GO_PATH / "src/github.com/masterzen/winrm").is_dir():
        pytest.skip(f"no Go client: install {GO_PACKAGES}")
    built = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "troubleshoot-tests" / "winrm-go"
    built.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": ""}
    source = HERE / "winrm_go" / "main.go"
    fresh = built.with_name(f"winrm-go-{os.getpid()}")
    subprocess.run(["go", "build", "-o", str(fresh), str(source)], env=environment, check=True, timeout=300)
    return fresh.replace(built)  # other workers may run the one that was there


@cache
def node_folder() -> Path:
    """The folder with the JavaScript client's modules; skips with the reason where they are not installed."""
    folder = HERE / "winrm_node"
    if shutil.which("node") is None:
        pytest.skip("no JavaScript client: install nodejs")
    if not (folder / "node_modules" / "winrm-client").is_dir():
        pytest.skip("no JavaScript client: run `npm ci` in tests/integration/winrm_node")
    return folder


def need(program: str) -> str:
    """The path of a program; skips with the reason where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"install {program}")
    return found


def run_json(arguments: list[str], user: str, password: str) -> dict[str, Any]:
    """Run a client that prints one JSON object."""
    environment = {**os.environ, "WINRM_USER": user, "WINRM_PASSWORD": password, "no_proxy": "*"}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
