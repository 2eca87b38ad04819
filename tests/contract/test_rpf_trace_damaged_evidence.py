"""Damaged evidence of the recorded cases: cut, empty, refused or missing, it never makes another verdict.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.contract.damaged_support import Damage, Damaged, damages
from tests.contract.rpf_trace_support import FOLDER, Rehearsal, walk
from troubleshoot.core.kinds import Platform
from troubleshoot.core.state import Conclusion
from troubleshoot.trees.cases import load_case

CASES = sorted(path for path in (FOLDER / "cases").glob("*.yaml"))
EACH = 6  # damages per case; `make soak` tries all of them
# What a damaged second opinion may leave: the same finding on the same host, without the confirmation.
WEAKER = {
    ("no_rp", "no_rp_unconfirmed"),
    ("wrong_rp", "rp_unreachable"),
    ("igmp_off", "no_receiver"),
}
# A list cut between two rows is a shorter list, and no reader can tell: then only *healthy* is ruled out.
LISTS = frozenset({"pim_neighbors", "pim_interfaces", "rp_mapping", "igmp_groups", "igmp_interfaces", "interfaces"})
_PREFIX = re.compile(r"\d+\.\d+\.\d+\.\d+/\d+")


def _list(platform: Platform, name: str, text: str) -> bool:
    """FRRouting answers in JSON, whose end is seen. A multicast table cut before its first entry is an empty one."""
    if platform is Platform.FRR:
        return False
    if name in ("route", "rpf") and platform is not Platform.IOS:
        return _PREFIX.search(text) is None  # NX-OS and Junos print a heading and nothing where there is no route
    entries = "(" in text.replace("list: (", "").partition("Interface state:")[2] or "Group: " in text
    return name in LISTS or (name.endswith("mroute") and not entries)


def unharmed(own: Conclusion, got: Conclusion, damage: Damage) -> bool:
    if got.verdict == "inconclusive" or (got.id, got.host) == (own.id, own.host):
        return True
    if damage.shorter_list:
        return got.verdict != "healthy"
    return (own.id, got.id) in WEAKER and got.host == own.host


async def _check(path: Path, limit: int | None) -> None:
    case = load_case(path)
    state = await walk(Damaged(case), case.parameters, Rehearsal(answers=case.answers))
    own = state.conclusion
    assert own is not None
    every = list(damages(state, _list))
    # The name seeds the choice: the same ones in each run, other ones in each case.
    chosen = every if limit is None else random.Random(case.name).sample(every, min(limit, len(every)))
    for damage in chosen:
        got = (await walk(Damaged(case, damage), case.parameters, Rehearsal(answers=case.answers))).conclusion
        assert got is not None
        assert unharmed(own, got, damage), f"{damage}: {own.id}@{own.host} became {got.id}@{got.host}"


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
async def test_damaged_evidence_makes_no_other_verdict(path: Path) -> None:
    await _check(path, EACH)


@pytest.mark.soak
@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
async def test_no_damage_at_all_makes_another_verdict(path: Path) -> None:
    await _check(path, None)


MAPPING = "show ip pim rp mapping 239.70.1.1"
PIM_INTERFACES = "show ip pim interface"

CERTAIN = [
    ("ios_healthy", "root", MAPPING, "PIM Group-to-RP Mappings\n\n --More-- "),
    ("ios_healthy", "mid", "show ip pim neighbor", "{first 5} --More-- "),
    ("ios_boundary", "mid", PIM_INTERFACES, "{first 2} --More-- "),
    ("ios_healthy", "root", MAPPING, "{first 3}"),
    ("ios_boundary", "mid", PIM_INTERFACES, "{first 1}"),
    ("ios_in_transit", "mid", "show ip pim neighbor", "{first 4}"),
]


@pytest.mark.parametrize(("name", "host", "command", "text"), CERTAIN, ids=range(len(CERTAIN)))
async def test_a_text_that_shows_its_own_damage_is_no_evidence(name: str, host: str, command: str, text: str) -> None:
    conclusion = await _damaged(name, host, command, text)
    assert conclusion.verdict == "inconclusive", f"{conclusion.id}@{conclusion.host}"


async def test_without_the_rpf_lookup_an_override_is_not_called_a_dead_adjacency() -> None:
    conclusion = await _damaged("ios_static_mroute_neighbor", "mid", "show ip rpf 10.70.1.9 239.70.1.1", None)
    assert conclusion.id != "adjacency_down"


async def _damaged(name: str, host: str, command: str, text: str | None) -> Conclusion:
    case = load_case(FOLDER / "cases" / f"{name}.yaml")
    if text is not None and (match := re.match(r"\{first (\d+)\}", text)):
        whole = await Damaged(case).read(host, command, deadline=1)
        text = "\n".join(whole.text.split("\n")[: int(match[1])]) + "\n" + text[match.end() :]
    damage = Damage(host, command, "given", text)
    conclusion = (await walk(Damaged(case, damage), case.parameters, Rehearsal())).conclusion
    assert conclusion is not None
    return conclusion
