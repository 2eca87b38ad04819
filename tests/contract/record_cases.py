"""Record the faults of a network lab as cases: ``python -m tests.contract.record_cases PROBLEM [FAULT ...]``.

Each fault is walked once over the lab's real wires. What was asked and answered becomes a case; what it must come to is
what the tree says of the recording alone, and it is printed where that is not what the live walk came to.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.contract.network_support import LIBRARY, faults, rehearse, trees
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.session.sources import HubSource
from troubleshoot.session.tree_tests import run_case
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.trees.cases import load_case


class Recorder(HubSource):
    """Remembers every answer, in the order of the questions; of equal questions the last answer."""

    def __init__(self, inner: HubSource) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)
        self.heard: dict[str, dict[str, str]] = {}

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self.heard.setdefault(host, {})[command] = answer.text
        return answer


async def record(problem: str, fault: str, prefix: str = "ios") -> None:
    """Walk one fault, write its case, and check that the case holds."""
    with tempfile.TemporaryDirectory() as folder:
        async with rehearse(problem, fault, Path(folder)) as running:
            recorder = Recorder(running.source)
            state = await running.walk(source=recorder)
            parameters = running.parameters
    path = LIBRARY.folder(problem) / "cases" / f"{prefix}_{fault}.yaml"
    path.parent.mkdir(exist_ok=True)
    head = "\n".join(_head(faults(problem)[fault].title, parameters, recorder))
    path.write_text(f"{head}\nexpect:\n  outcome: healthy\n", encoding="utf-8")
    replayed = (await run_case(trees(problem), problem, load_case(path))).state
    path.write_text(f"{head}\n{_expected(replayed)}", encoding="utf-8")
    same = _told(replayed) == _told(state)
    print(f"{path.name}: {_told(replayed)}{'' if same else f', live it was {_told(state)}'}")  # noqa: T201


def _told(state: State) -> str:
    found = state.conclusion
    assert found is not None
    return f"{found.id}@{found.host}"


def _head(title: str, parameters: dict[str, str], recorder: Recorder) -> Iterator[str]:
    yield f"title: {json.dumps(title)}"
    yield "parameters: {" + ", ".join(f"{name}: {json.dumps(value)}" for name, value in parameters.items()) + "}"
    yield "hosts:"
    for name, commands in recorder.heard.items():
        host = recorder.inventory.hosts[name]
        yield f"  {name}:"
        yield f"    platform: {host.platform}"
        if host.addresses:
            yield f"    addresses: [{', '.join(map(str, host.addresses))}]"
        yield "    commands:"
        for command, text in commands.items():
            yield f"      - command: {json.dumps(command)}"
            yield from _output(text)


def _output(text: str) -> Iterator[str]:
    lines = text.replace("\r", "").rstrip("\n").split("\n")
    first = next((line for line in lines if line), "")
    yield f"        output: |{'2' if first.startswith(' ') else ''}"
    yield from (f"          {line}" if line else "" for line in lines)


def _expected(state: State) -> str:
    found = state.conclusion
    assert found is not None
    path = ", ".join(f"{entry.step}@{entry.host}" for entry in state.path if entry.kind != "concluded")
    said = ["expect:", f"  outcome: {outcome(state)}"]
    if found.verdict == "diagnosis":
        said += [f"  diagnosis: {found.id}"] + ([f"  host: {found.host}"] if found.host else [])
    proof = [item.text.strip().splitlines()[-1].strip() for item in found.evidence if item.text.strip()]
    said += [f"  path: [{path}]"]
    said += [f"  evidence: [{', '.join(json.dumps(text) for text in dict.fromkeys(proof[-2:]))}]"] if proof else []
    return "\n".join(said) + "\n"


async def main(problem: str, *only: str) -> None:
    """Record these faults, or all of the problem's lab."""
    for fault in only or faults(problem):
        await record(problem, fault)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
