"""(f) What a session costs apart from its wall time: reading the tree, and memory."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measure import interleaved, note, ratio_table, table, timed
from benchmarks.processes import python

_TREE = "rpf-trace"
_MEMORY = """
import json, re
def peak():
    return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()).group(1)) / 1024
found = {'interpreter': peak()}
import asyncssh, scrapli.driver.core
found['asyncssh and scrapli'] = peak()
import troubleshoot.session.wiring as wiring, troubleshoot.trees.load, troubleshoot.transports.ssh_network
import troubleshoot.report.result
found['our modules'] = peak()
trees = wiring.library().closure('rpf-trace')
found['the tree'] = peak()
from troubleshoot.core.conditions import evaluate
evaluate('a.b == 1', lambda name: {'b': 1})
found['the expression engine'] = peak()
print(json.dumps(found))
"""


def run(rounds: int) -> None:
    """Print the cost of reading a tree step by step, and the memory of a process as it grows."""
    from troubleshoot import strict_yaml
    from troubleshoot.session.wiring import library
    from troubleshoot.trees import build
    from troubleshoot.trees.load import load_text, validated
    from troubleshoot.trees.schema import TreeFile

    path = library().folder(_TREE) / "tree.yaml"
    data = path.read_bytes()
    node = strict_yaml.load(data)
    file = validated(TreeFile, node)
    steps = {
        "whole tree": timed(lambda: load_text(data)),
        "YAML events to nodes": timed(lambda: strict_yaml.load(data)),
        "nodes to checked model": timed(lambda: validated(TreeFile, node)),
        "model to tree": timed(lambda: build.tree_parts(file)),
        "only the head (search)": timed(lambda: library().heads()),
    }
    ratio_table(f"(f) reading {_TREE} ({len(data) // 1024} KiB)", interleaved(steps, rounds), ["whole tree"])
    _print_memory()


def _print_memory() -> None:
    if not Path("/proc/self/status").exists():
        note("(f) memory is measured on Linux only: elsewhere the peak of a child includes its parent's")
        return
    peaks: dict[str, float] = json.loads(python(["-c", _MEMORY]))
    before = 0.0
    rows = []
    for name, peak in peaks.items():
        rows.append([name, f"{peak:.1f}", f"+{peak - before:.1f}"])
        before = peak
    table("(f) peak memory of a session's process, MiB", ["after loading", "peak", "growth"], rows)
