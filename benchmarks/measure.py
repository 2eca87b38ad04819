"""Interleaved rounds, medians, and tables of ratios."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Contestant = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds of all rounds of one contestant."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def best(self) -> float:
        return min(self.seconds)


def timed(work: Callable[[], object]) -> Contestant:
    """A contestant whose result is the wall time of ``work``."""

    def run() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return run


def interleaved(contestants: Mapping[str, Contestant], rounds: int, *, warm: bool = True) -> dict[str, Timing]:
    """Let everybody run once a round, with another one first each time; with ``warm`` a first round is not counted."""
    names = list(contestants)
    for name in names if warm else ():
        contestants[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(contestants[name]())
    return {name: Timing(tuple(found)) for name, found in seconds.items()}


def ratio_table(title: str, timings: Mapping[str, Timing], peers: Sequence[str], scale: str = "ms") -> None:
    """Print medians and bests, and how many times each contestant takes what each of ``peers`` takes (medians)."""
    factor = {"s": 1.0, "ms": 1e3, "us": 1e6}[scale]
    known = [peer for peer in peers if peer in timings]
    head = ["", f"median {scale}", f"best {scale}", *(f"x {peer}" for peer in known), *(f"best x {p}" for p in known)]
    rows = []
    for name, timing in timings.items():
        ratios = [f"{timing.median / timings[peer].median:.2f}" for peer in known]
        bests = [f"{timing.best / timings[peer].best:.2f}" for peer in known]
        rows.append([name, f"{timing.median * factor:.1f}", f"{timing.best * factor:.1f}", *ratios, *bests])
    table(title, head, rows)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, so that a result can be pasted into README.md as it is."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n### {title}\n")
    print(_line(head, widths))
    print("|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|")
    for row in rows:
        print(_line(row, widths), flush=True)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = [
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(shown) + " |"


def note(text: str) -> None:
    """Print a remark under a table."""
    print(f"\n{text}", flush=True)
