"""(b) Whole processes: `--version` and an offline run, against an empty Python and against the bare imports."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.lab_process import LabAccess, lab_process
from benchmarks.measure import interleaved, note, ratio_table, timed
from benchmarks.processes import python

HOPS = 8
_BARE, _IMPORTS = "python -c pass", 'python -c "import textual, asyncssh"'
_PARAMETERS = ("source=10.1.12.4", "group=239.1.1.1", f"router=r{HOPS}")


def run(rounds: int) -> None:
    """Print the ratios of whole processes."""
    with tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as name:
        folder = Path(name)
        captures = record_captures(folder)
        settings = [part for value in _PARAMETERS for part in ("--set", value)]
        offline = ["run", "rpf-trace", "--captures", str(captures), "--json", "--journal", str(folder / "journal.db")]
        commands = {
            _BARE: ["-c", "pass"],
            _IMPORTS: ["-c", "import textual, asyncssh"],
            "troubleshoot --version": ["-m", "troubleshoot", "--version"],
            "troubleshoot --help": ["-m", "troubleshoot", "--help"],
            "troubleshoot run rpf-trace --captures": ["-m", "troubleshoot", *offline, *settings],
        }
        contestants = {name: timed(partial(_process, given)) for name, given in commands.items()}
        timings = interleaved(contestants, rounds)
    ratio_table("(b) start of whole processes", timings, [_BARE, _IMPORTS])
    note("The offline run judges an eight-hop trace; its exit code is 5, for one recording shows no growing counter.")


def _process(arguments: Sequence[str]) -> None:
    python(arguments, accepted=(0, 5))


def record_captures(folder: Path) -> Path:
    """Capture what a healthy trace over the lab sees, as evidence for an offline run."""
    with lab_process(HOPS) as lab:
        seen = _trace(lab, folder)
    hosts = {name: {"platform": "ios", "commands": commands} for name, commands in seen.items()}
    addresses = {router.name: list(router.addresses) for router in lab.routers}
    document = {"hosts": {name: {**entry, "addresses": addresses[name]} for name, entry in hosts.items()}}
    path = folder / "captures.yaml"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def _trace(lab: LabAccess, folder: Path) -> dict[str, list[dict[str, str]]]:
    inventory, known_hosts = lab.write(folder)
    journal = folder / "recording.db"
    arguments = [
        "run",
        "rpf-trace",
        "--json",
        "--quiet",
        "--inventory",
        str(inventory),
        "--known-hosts",
        str(known_hosts),
    ]
    settings = [part for value in _PARAMETERS for part in ("--set", value)]
    printed = python(["-m", "troubleshoot", *arguments, "--journal", str(journal), *settings])
    return _outputs(journal, json.loads(printed)["incident"])


def _outputs(journal: Path, incident: str) -> dict[str, list[dict[str, str]]]:
    from troubleshoot.core.events import Observed
    from troubleshoot.journal import Journal

    seen: dict[str, dict[str, Any]] = {}
    with Journal.open(journal, create=False) as store:
        for event in store.events(incident):
            if isinstance(event, Observed):
                seen.setdefault(event.host, {}).update({part.command: part.text for part in event.parts})
    return {host: [{"command": c, "output": text} for c, text in found.items()] for host, found in seen.items()}
