"""The end of a clean trace: only counters over time tell a stream that arrives from one that does not."""

from __future__ import annotations

import pytest

from tests.contract.rpf_trace_support import FOLDER, Clock, Rehearsal, walk
from troubleshoot.core.state import Conclusion
from troubleshoot.inventory.model import Host
from troubleshoot.session.sources import HubSource, captured_in
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.trees.cases import Case, load_case

COUNTERS = """Forwarding Counts: Pkt Count/Pkts per second/Avg Pkt Size/Kilobits per second
Other counts: Total/RPF failed/Other drops(OIF-null, rate-limit etc)

Group: 239.70.1.1, Source count: 1, Packets forwarded: {forwarded}, Packets received: 1284
  RP-tree: Forwarding: 0/0/0/0, Other: 0/0/0
  Source: 10.70.1.9/32, Forwarding: {forwarded}/0/1344/0, Other: {failed}/{failed}/0
"""
GROWING = ((4_000, 0), (4_480, 0))
STILL = ((4_000, 0), (4_000, 0))
# Counters as (forwarded, RPF failed), each time the first and the second look: on the receiver's router, on the source's.
LOOKS = [
    (GROWING, GROWING, "healthy", "edge"),
    (((4_000, 7), (4_480, 9)), GROWING, "healthy", "edge"),  # normal on a network with several routers
    (((0, 1_284), (0, 1_764)), GROWING, "wrong_interface", "edge"),
    (STILL, GROWING, "not_rpf", "edge"),
    (((4_000, 1_284), (4_000, 1_284)), GROWING, "not_rpf", "edge"),  # old failures prove nothing about now
    (STILL, STILL, "source_stopped", "root"),
]
Look = tuple[int, int]


class Counting:
    """The routers of a healthy case, alive: their counters are those of the next look."""

    mode = "live"

    def __init__(self, case: Case, looks: dict[str, list[str]]) -> None:
        assert case.hosts is not None
        self._inner: HubSource = captured_in(case.hosts)
        self._looks = looks

    def find(self, query: str) -> Host | None:
        return self._inner.find(query)

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if command.endswith(" count"):
            return Output(self._looks[host].pop(0))
        return await self._inner.read(host, command, deadline=deadline, on_chunk=on_chunk)

    async def configure(self, *_: object, **__: object) -> Output:
        raise AssertionError("a diagnosis changes nothing")

    execute = detached = restart = configure

    async def close(self) -> None:
        pass


async def _concluded(**looks: list[str]) -> Conclusion:
    case = load_case(FOLDER / "cases" / "ios_healthy.yaml")
    clock = Clock()
    state = await walk(Counting(case, looks), case.parameters, Rehearsal(clock=clock), clock=clock)
    assert state.conclusion is not None
    return state.conclusion


def _texts(looks: tuple[Look, Look]) -> list[str]:
    return [COUNTERS.format(forwarded=forwarded, failed=failed) for forwarded, failed in looks]


@pytest.mark.parametrize(("edge", "root", "expected", "host"), LOOKS)
async def test_counters_decide(edge: tuple[Look, Look], root: tuple[Look, Look], expected: str, host: str) -> None:
    conclusion = await _concluded(edge=_texts(edge), root=_texts(root))
    assert (conclusion.id, conclusion.host) == (expected, host)
    if expected != "healthy":
        assert any("Source: 10.70.1.9/32" in item.text for item in conclusion.evidence)


async def test_a_lost_second_look_is_not_silence() -> None:
    first, second = _texts(GROWING)
    cut = second[: second.index("  Source:")] + "  Sour"
    conclusion = await _concluded(edge=[first, cut, cut], root=_texts(GROWING))
    assert conclusion.verdict != "diagnosis"
