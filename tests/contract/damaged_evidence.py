"""Recorded cases whose evidence was damaged in one place: what they come to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from troubleshoot import strict_yaml
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.state import State
from troubleshoot.journal import MemoryJournal
from troubleshoot.session.headless import Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import captured_in
from troubleshoot.session.wiring import library, typed_parameters

LIBRARY = library()
Plain = dict[str, Any]
Texts = Callable[[str], Iterator[tuple[str, str | None]]]  # what is put in the place of an output; None: nothing


def cases(*problems: str) -> list[tuple[str, Path]]:
    """The cases of these problems that come to a verdict."""
    return [
        (problem, path)
        for problem in problems
        for path in sorted((LIBRARY.folder(problem) / "cases").glob("*.yaml"))
        if "outcome: inconclusive" not in path.read_text(encoding="utf-8")
    ]


def everywhere(
    output: str, refused: str, denied: str, pager: str, *, lost: bool = False
) -> Iterator[tuple[str, str | None]]:
    """Everything that can happen to a text: refused, cut at each line and within lines, a line garbled, a pager.

    ``lost``: also a line that is missing, where no such text is a shorter list of the same form.
    """
    yield from (("missing", None), ("empty", ""), ("refused", refused), ("denied", denied))
    lines = output.split("\n")
    for number, line in enumerate(lines):
        yield f"cut before line {number + 1}", "\n".join([*lines[:number], ""])
        if lost:
            yield f"line {number + 1} lost", "\n".join([*lines[:number], *lines[number + 1 :]])
        yield f"line {number + 1} garbled", "\n".join([*lines[:number], line[::-1], *lines[number + 1 :]])
    for place in range(0, len(output), 17):
        yield f"cut after {place} characters", output[:place]
    yield "stopped at a pager", "\n".join([*lines[: len(lines) // 2], pager])


def some(output: str, texts: Texts, count: int) -> Iterator[tuple[str, str | None]]:
    """A few of the damages, for each text the same ones in every run."""
    found = list(texts(output))
    yield from random.Random(output).sample(found, min(count, len(found)))


def names(found: Collection[tuple[str, Path]]) -> list[str]:
    """Names of the cases for the list of tests."""
    return [f"{problem}-{path.stem}" for problem, path in found]


async def misled(
    problem: str, path: Path, folder: Path, texts: Texts, weaker: Collection[tuple[str, str]] = ()
) -> list[str]:
    """The damages with which a case comes to another verdict than its own or *cannot tell*."""
    case = _loaded(path)
    own = case["expect"].get("diagnosis", "null")
    own = "healthy" if own == "null" else own
    wrong: list[str] = []
    for what, hosts in _damages(case, texts):
        state = await _walked(problem, case["parameters"], hosts, folder)
        assert state.conclusion is not None
        found = state.conclusion.id if state.conclusion.verdict == "diagnosis" else state.conclusion.verdict
        if found not in (own, "inconclusive") and (own, found) not in weaker:
            wrong.append(f"{what} -> {found}")
    return wrong


def _damages(case: Plain, texts: Texts) -> Iterator[tuple[str, Plain]]:
    for host, spec in case["hosts"].items():
        for number, entry in enumerate(spec["commands"]):
            for what, output in texts(entry.get("output") or ""):
                hosts = deepcopy(case["hosts"])
                if output is None:
                    del hosts[host]["commands"][number]
                else:
                    hosts[host]["commands"][number]["output"] = output
                yield f"{host}: {what}: {entry['command'][:60]}", hosts


async def _walked(problem: str, parameters: Plain, hosts: Plain, folder: Path) -> State:
    file = folder / "hosts.yaml"
    file.write_text(json.dumps(hosts), encoding="utf-8")  # JSON is YAML
    trees = dict(LIBRARY.closure(problem))
    source = captured_in(strict_yaml.load_file(file))
    session = Session(Engine(trees), source, MemoryJournal(), Headless())
    typed = typed_parameters(trees[problem], parameters)
    session.begin(ev.Started(0.0, "damaged", problem, trees[problem].sha256, typed, source.mode))
    return await session.run()


def _loaded(path: Path) -> Plain:
    plain = strict_yaml.to_plain(strict_yaml.load_file(path))
    assert isinstance(plain, dict)
    return plain
