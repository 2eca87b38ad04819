"""Damaged evidence of the recorded cases: cut, empty, refused or missing, it never makes another verdict."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.cert_enrollment_support import PROBLEM
from tests.contract.windows_support import LIBRARY, Door, trees
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.state import State
from troubleshoot.journal import MemoryJournal
from troubleshoot.session.headless import Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource, captured_in
from troubleshoot.session.wiring import typed_parameters
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.refusals import read_refusal
from troubleshoot.trees.cases import Case, load_case

TREE = trees(PROBLEM)[PROBLEM]
CASES = sorted((LIBRARY.folder(PROBLEM) / "cases").glob("lab_*.yaml"))
EACH = int(os.environ.get("DAMAGES", "6"))  # damages per case
# The same finding on the same host, without the reason that a second look would have given.
WEAKER = {("certsvc_fails", "certsvc_stopped"), ("replication_fails", "replication_pending")}
REPLACEMENTS: tuple[tuple[str, str | None], ...] = (
    ("not captured", None),
    ("empty", ""),
    ("blank", "\r\n\r\n"),
    ("denied", "Access is denied.\r\n"),
    ("verweigert", "Zugriff verweigert\r\n"),
    ("second hop", "CertUtil: -store command FAILED: 0x80072020 (WIN32: 8224 ERROR_DS_OPERATIONS_ERROR)\r\n"),
    (
        "tool missing",
        "'certutil' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    ),
    ("an error", "Get-Item : A parameter cannot be found.\r\n    + FullyQualifiedErrorId : NamedParameterNotFound\r\n"),
    ("foreign", "The operation completed successfully.\r\n"),
)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is put in the place of one answer; None: it was not captured."""

    host: str
    command: str
    what: str
    text: str | None


class Damaged(Door):
    """The evidence of a case, damaged in one place."""

    def __init__(self, inner: HubSource, damage: Damage) -> None:
        super().__init__(inner)
        self._damage = damage

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if (self._damage.host, self._damage.command) != (host, command):
            return await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        if self._damage.text is None:
            raise TransportError(Trouble.NOT_SEEN, f"{host}: {command!r} was not captured")
        return Output(self._damage.text, refusal=read_refusal(Platform.WINDOWS, self._damage.text))


def damages(state: State) -> Iterator[Damage]:
    """Everything that can happen to each answer of a walk."""
    for seen in state.observations:
        for part in seen.parts:
            for what, text in REPLACEMENTS:
                yield Damage(seen.host, part.command, what, text)
            lines = part.text.rstrip("\n").split("\n")
            for kept in range(1, len(lines)):
                yield Damage(seen.host, part.command, f"cut after line {kept}", "\n".join(lines[:kept]) + "\n")
            yield Damage(seen.host, part.command, "cut within", part.text[: len(part.text) * 2 // 3])


def evidence_of(case: Case) -> HubSource:
    assert case.hosts is not None
    return captured_in(case.hosts)


async def walk(case: Case, source: HubSource) -> State:
    session = Session(Engine(trees(PROBLEM)), source, MemoryJournal(), Headless())
    parameters = typed_parameters(TREE, case.parameters)
    session.begin(ev.Started(0.0, case.name, PROBLEM, TREE.sha256, parameters, source.mode))
    return await session.run()


def verdict(state: State) -> tuple[str, str]:
    assert state.conclusion is not None
    return state.conclusion.id, state.conclusion.verdict


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
async def test_damage_never_makes_another_verdict(path: Path) -> None:
    case = load_case(path)
    whole = await walk(case, evidence_of(case))
    possible = list(dict.fromkeys(damages(whole)))
    random.Random(path.stem).shuffle(possible)
    wrong: list[str] = []
    for damage in possible[:EACH]:
        identity, kind = verdict(await walk(case, Damaged(evidence_of(case), damage)))
        same = identity == verdict(whole)[0] or (verdict(whole)[0], identity) in WEAKER
        if not same and kind != "inconclusive":
            wrong.append(f"{damage.host}: {damage.command[:60]}: {damage.what} -> {identity}")
    assert not wrong
