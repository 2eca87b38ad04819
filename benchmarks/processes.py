"""Child processes as an installed program runs: with compiled bytecode, whatever this shell's settings are."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache


@cache
def environment() -> Mapping[str, str]:
    """This process's environment, with a bytecode cache of our own that the warm-up round fills for everybody."""
    folder = tempfile.TemporaryDirectory(prefix="troubleshoot-bench-bytecode-")
    atexit.register(folder.cleanup)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder.name}


def python(arguments: Sequence[str], *, accepted: Sequence[int] = (0,)) -> str:
    """Run this interpreter with ``arguments`` and return its stdout. Raises RuntimeError for another exit code."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, env=environment())
    if done.returncode not in accepted:
        raise RuntimeError(f"{arguments}: exit code {done.returncode}: {done.stderr[-800:]}")
    return done.stdout
