"""The package is cheap to import: the network libraries come with the first listener."""

from __future__ import annotations

import subprocess
import sys

CHECK = """
import sys
import troubleshoot.lab.windows.wire
print(*sorted({"h11", "spnego", "cryptography", "defusedxml", "ssl", "gssapi"} & set(sys.modules)))
"""


def test_nothing_heavy_at_import() -> None:
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert done.stdout.split() in ([], ["ssl"])  # asyncio brings ssl along
