"""The best path and the paths beside it, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from troubleshoot.lab.network.bgp.choice import Chosen, choose
from troubleshoot.lab.network.bgp.config import Bgp, MaximumPaths
from troubleshoot.lab.network.bgp.path import Net, Origin, Path, Source

NET = Net("65001:1", IPv4Network("10.20.0.0/16"))
RR = IPv4Address("10.254.0.9")


def internal(last: int, **changed: object) -> Path:
    """A path of PE ``last``, reflected by the RR."""
    source = Source(RR, RR)
    base = Path(NET, IPv4Address(f"10.254.0.{last}"), "pe3", (65010,), source=source, label=20, imported_from=NET)
    return replace(base, originator=base.next_hop, **changed)  # type: ignore[arg-type]


def external(last: int = 99, **changed: object) -> Path:
    """A path of a customer router."""
    address = IPv4Address(f"10.1.1.{last}")
    base = Path(NET, address, "pe3:A", (65010,), source=Source(address, address, "A", external=True))
    return replace(base, **changed)  # type: ignore[arg-type]


def decide(*paths: Path, limits: MaximumPaths | None = None, **metrics: int | None) -> Chosen:
    """Choose among paths; ``metrics`` gives the IGP metric of ``_N`` for the next hop 10.254.0.N (default 20)."""

    def metric(path: Path) -> int | None:
        return 0 if path.external else metrics.get(f"_{str(path.next_hop).rpartition('.')[2]}", 20)

    return choose(paths, Bgp(65001), limits or MaximumPaths(), metric)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (internal(2, weight=10), internal(1, local_pref=500)),
        (internal(2, local_pref=200), internal(1, as_path=())),
        (internal(2, local_pref=200), external()),
        (internal(2), internal(1, as_path=(65010, 65010))),
        (internal(2, as_path=(65010,), origin=Origin.INCOMPLETE), internal(1, as_path=(65010, 65011))),
        (internal(2), internal(1, origin=Origin.INCOMPLETE)),
        (internal(2, med=5), internal(1, med=6)),
        (internal(2, med=5), external(med=6)),
        (external(), internal(1)),
        (internal(1), internal(2)),
    ],
    ids=[
        "weight", "local preference", "local preference over eBGP", "shorter AS path", "length before origin",
        "origin", "MED", "MED over eBGP", "eBGP over iBGP", "router ID",
    ],
)  # fmt: skip
def test_the_first_difference_decides(better: Path, worse: Path) -> None:
    assert decide(better, worse).best == decide(worse, better).best == better


def test_a_local_path_wins_by_its_weight_and_med_of_other_neighbors_does_not_count() -> None:
    local = Path(NET, IPv4Address(0), "pe3:A", weight=32768)
    assert decide(local, internal(1, local_pref=900)).best == local
    cheap, nearer = internal(2, med=1, as_path=(65099,)), internal(1, med=9)
    assert decide(cheap, nearer, _2=30, _1=20).best == nearer


def test_the_nearer_next_hop_wins_and_one_that_cannot_be_reached_never_does() -> None:
    assert decide(internal(1), internal(2), _1=30, _2=20).best == internal(2)
    assert decide(internal(1), internal(2), _1=None).best == internal(2)
    nothing = decide(internal(1), _1=None)
    assert (nothing.best, nothing.shared, len(nothing.paths)) == (None, (), 1)


@pytest.mark.parametrize(
    ("limits", "count"),
    [
        (MaximumPaths(), 1),
        (MaximumPaths(ebgp=4), 1),
        (MaximumPaths(ibgp=2), 2),
        (MaximumPaths(ibgp=4), 3),
        (MaximumPaths(ibgp_unequal=4), 3),
        (MaximumPaths(eibgp=4), 3),
    ],
    ids=str,
)
def test_equal_internal_paths_share_as_far_as_they_may(limits: MaximumPaths, count: int) -> None:
    assert len(decide(internal(1), internal(2), internal(3), limits=limits).shared) == count


@pytest.mark.parametrize(
    "other",
    [
        internal(2, weight=1),
        internal(2, local_pref=90),
        internal(2, as_path=(65010, 65010)),
        internal(2, as_path=(65011,)),
        internal(2, origin=Origin.INCOMPLETE),
        internal(2, med=7),
    ],
    ids=["weight", "local preference", "length", "content of the AS path", "origin", "MED"],
)
def test_unequal_attributes_do_not_share(other: Path) -> None:
    assert len(decide(internal(1), other, limits=MaximumPaths(ibgp=4)).shared) == 1


def test_unequal_metrics_share_only_where_that_is_allowed() -> None:
    paths = (internal(1), internal(2))
    assert len(decide(*paths, limits=MaximumPaths(ibgp=4), _2=21).shared) == 1
    assert len(decide(*paths, limits=MaximumPaths(ibgp_unequal=4), _2=21).shared) == 2


def test_relaxed_paths_may_differ_in_content() -> None:
    paths = (internal(1), internal(2, as_path=(65011,)))
    relaxed = choose(paths, Bgp(65001, relax_as_path=True), MaximumPaths(ibgp=4), lambda _: 20)
    assert len(relaxed.shared) == 2


def test_external_and_internal_share_only_with_eibgp() -> None:
    paths = (external(), internal(1), internal(2))
    for limits in (MaximumPaths(ebgp=4), MaximumPaths(ibgp=4), MaximumPaths(ebgp=4, ibgp=4)):
        assert decide(*paths, limits=limits).shared == (external(),)
    mixed = decide(*paths, limits=MaximumPaths(eibgp=4), _2=21)
    assert mixed.shared == (external(), internal(1)), "the farther internal path does not share"


def test_the_same_next_hop_from_two_reflectors_counts_once() -> None:
    second = replace(internal(1), source=Source(IPv4Address("10.254.0.10"), IPv4Address("10.254.0.10")))
    assert len(decide(internal(1), second, limits=MaximumPaths(ibgp=4)).shared) == 1
