"""(a) The headless RPF trace over eight hops against bare scripts that send the same commands."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.lab_process import LabAccess, lab_process
from benchmarks.measure import interleaved, note, ratio_table, table

HOPS = 8
_LABELS = {"ours": "troubleshoot", "scrapli": "scrapli script", "asyncssh": "asyncssh script"}


def run(rounds: int) -> None:
    """Print the ratios and where our time goes."""
    with lab_process(HOPS) as lab, tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as folder:
        race = _Race(_plan(lab, Path(folder)))
        hosts = {host for host, _ in race.plan["steps"]}
        whole = interleaved({label: race.contestant(job) for job, label in _LABELS.items()}, rounds)
    title = f"(a) RPF trace over {HOPS} hops ({len(hosts)} logins, {len(race.plan['steps'])} commands), whole process"
    ratio_table(title, whole, ["scrapli script", "asyncssh script"])
    race.print_without_start_up()
    race.print_parts()


class _Race:
    """Starts the programs and keeps what they tell about their parts."""

    def __init__(self, plan: Path) -> None:
        self._path = plan
        self.plan: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
        self._parts: dict[str, list[dict[str, float]]] = {job: [] for job in _LABELS}

    def contestant(self, job: str) -> Any:
        def go() -> float:
            began = time.perf_counter()
            self._parts[job].append(_run_job(job, self._path))
            return time.perf_counter() - began

        return go

    def _medians(self, job: str) -> dict[str, float]:
        counted = self._parts[job][1:]  # the first is the warm-up
        return {part: median(found[part] for found in counted) for part in counted[0]}

    def print_without_start_up(self) -> None:
        """From the first login to the answer: what is left for long-lived processes such as the TUI."""
        seconds = {
            job: median(sum(v for k, v in found.items() if k != "imports") for found in self._parts[job][1:])
            for job in _LABELS
        }
        rows = [
            [_LABELS[job], f"{value * 1e3:.0f}", f"{value / seconds['scrapli']:.2f}", f"{value / seconds['asyncssh']:.2f}"]
            for job, value in seconds.items()
        ]
        table("(a) the same without imports", ["", "median ms", "x scrapli script", "x asyncssh script"], rows)

    def print_parts(self) -> None:
        """The split of every program, in milliseconds."""
        found = {job: self._medians(job) for job in _LABELS}
        names = list(dict.fromkeys(name for parts in found.values() for name in parts))
        order = ["imports", "tree", "connect", "commands", "parse", "engine", "redact", "journal", "close"]
        rows = [
            [name, *(f"{found[job][name] * 1e3:.1f}" if name in found[job] else "" for job in _LABELS)]
            for name in sorted(names, key=order.index)
        ]
        table("(a) where the time goes, ms (medians)", ["part", *_LABELS.values()], rows)
        note(
            "`engine` is all that the others do not account for: decisions, conditions, the loop, building the result. "
            "The interpreter's own start (see b) comes before the first part."
        )


def _run_job(job: str, plan: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.trace_jobs", job, str(plan)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    parts: dict[str, float] = json.loads(done.stdout)
    return parts


def _plan(lab: LabAccess, folder: Path) -> Path:
    """Let our trace run once to learn which commands it sends; the scripts send exactly those."""
    inventory, known_hosts = lab.write(folder)
    plan: dict[str, Any] = {
        "inventory": str(inventory),
        "known_hosts": str(known_hosts),
        "journal": str(folder / "journal.db"),
        "record": str(folder / "record.json"),
        "ports": {router.name: router.port for router in lab.routers},
        "username": lab.username,
        "password": lab.password,
        "source": "10.1.12.4",
        "group": "239.1.1.1",
        "router": lab.routers[-1].name,
        "steps": [],
    }
    path = folder / "plan.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(plan), encoding="utf-8")
    _run_job("ours", path)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    if record["result"]["outcome"] != "healthy":
        raise RuntimeError(f"the trace did not come to its end: {record['result']['outcome']}")
    path.write_text(json.dumps(plan | {"steps": record["steps"]}), encoding="utf-8")
    return path
