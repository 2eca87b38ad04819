"""(a) The headless RPF trace over eight hops against bare scripts that send the same commands."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.lab_process import LabAccess, lab_process
from benchmarks.measure import Contestant, Timing, interleaved, note, ratio_table, table
from benchmarks.processes import python

Parts = dict[str, float]

HOPS = 8
DISTANCE = 0.02  # seconds of round trip to a device in another building
_LABELS = {"ours": "troubleshoot", "scrapli": "scrapli script", "asyncssh": "asyncssh script"}
_PEERS = ("scrapli script", "asyncssh script")
_ORDER = ("imports", "tree", "open", "connect", "commands", "parse", "engine", "redact", "journal", "wait", "close")


def run(rounds: int) -> None:
    """Print the ratios and where the time goes: next to the device, and at the distance of a real one."""
    _compare(rounds, 0.0, "on loopback")
    _compare(max(2, rounds // 3), DISTANCE, f"{DISTANCE * 1e3:.0f} ms away")
    note(
        "`engine` is all that the others do not account for: decisions, conditions, the loop, building the result. "
        "The tree's wait between two counter samples is 20 ms here, and is taken from neither side."
    )


def _compare(rounds: int, round_trip: float, where: str) -> None:
    with lab_process(HOPS, round_trip) as lab, tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as folder:
        race = _Race(_plan(lab, Path(folder)))
        whole = interleaved({label: race.process(job) for job, label in _LABELS.items()}, rounds)
        cold = race.take_parts()
        again = {label: race.process(job, walks=3) for job, label in _LABELS.items()}
        interleaved(again, max(1, rounds // 4), warm=False)  # the first walk of each process is the warm-up
        warm = race.take_parts()
    title = f"(a) RPF trace over {HOPS} hops ({race.hosts} logins, {race.commands} commands), devices {where}"
    ratio_table(f"{title}, whole process", whole, _PEERS)
    _print_parts(f"(a) devices {where}: where the time of the whole process goes, ms (medians)", cold)
    walks = {_LABELS[job]: Timing(tuple(sum(parts.values()) for parts in found)) for job, found in warm.items()}
    ratio_table(f"(a) devices {where}: the same walk again in a process that is warm (imports paid)", walks, _PEERS)
    _print_parts(f"(a) devices {where}: where the time of a warm walk goes, ms (medians)", warm)


class _Race:
    """Starts the programs and keeps what they tell about their parts."""

    def __init__(self, plan: Path) -> None:
        steps = json.loads(plan.read_text(encoding="utf-8"))["steps"]
        self.commands, self.hosts = len(steps), len({host for host, _ in steps})
        self._plan = plan
        self._parts: dict[str, list[Parts]] = {}

    def process(self, job: str, walks: int = 1) -> Contestant:
        """One process that walks ``walks`` times; the parts of its last walks are kept."""

        def go() -> float:
            began = time.perf_counter()
            found = _run_job(job, self._plan, walks)
            self._parts.setdefault(job, []).extend(found[1:] if walks > 1 else found)
            return time.perf_counter() - began

        return go

    def take_parts(self) -> dict[str, list[Parts]]:
        """What was kept since the last time."""
        found, self._parts = self._parts, {}
        return found


def _print_parts(title: str, found: Mapping[str, Sequence[Parts]]) -> None:
    medians = {job: {part: median(walk[part] for walk in walks) for part in walks[0]} for job, walks in found.items()}
    rows = [
        [part, *(f"{medians[job][part] * 1e3:.1f}" if part in medians[job] else "" for job in _LABELS)]
        for part in _ORDER
    ]
    table(title, ["part", *_LABELS.values()], rows)


def _run_job(job: str, plan: Path, walks: int = 1) -> list[Parts]:
    printed = python(["-m", "benchmarks.trace_jobs", job, str(plan), str(walks)])
    parts: list[Parts] = json.loads(printed)
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
