"""nlb-misconfigured-interface against its lab over WinRM: guests and Hyper-V host, every fault, every fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Rehearsal, Running, Unsatisfied, found, incident, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.hyperv.model import RUNNING, hyperv
from troubleshoot.lab.windows.nlb.model import PROVIDER, nlb
from troubleshoot.session.headless import ApplyPolicy

PROBLEM = "nlb-misconfigured-interface"
CLUSTER_MAC = "02-BF-0A-3C-01-32"

# fault, fixes that are consented to, what is really done: (fix, host)
CURES = [
    ("spoofing_off", ["spoofing_on", "reload"], [("spoofing_on", "hv01"), ("reload", "web01"), ("reload", "web02")]),
    ("spoofing_off_one", ["spoofing_on", "reload"], [("spoofing_on", "hv01"), ("reload", "web02")]),
    ("spoofing_off_2012r2", ["spoofing_on", "reload"], None),
    ("spoofing_off_german", ["spoofing_on", "reload"], None),
    ("spoofing_off_one_adapter", ["spoofing_on", "reload"], None),
    ("spoofing_lost", ["spoofing_on"], [("spoofing_on", "hv01")]),
    ("spoofing_wrong_adapter", ["spoofing_on", "reload"], [("spoofing_on", "hv01"), ("reload", "web02")]),
    ("spoofing_off_2008r2", ["spoofing_on_2008r2"], [("spoofing_on_2008r2", "hv01")]),
    ("not_rebound", ["reload"], [("reload", "web02")]),
    ("not_rebound_german", ["reload"], [("reload", "web02")]),
    ("vip_missing", ["reload"], [("reload", "web02")]),
    ("not_bound", ["reload"], [("reload", "web02")]),
    ("host_stopped", ["start"], [("start", "web02")]),
    ("host_stopped_german", ["start"], [("start", "web02")]),
    ("host_suspended", ["resume"], [("resume", "web02")]),
]


def serves(lab: Running) -> bool:
    """The lab's own truth: both hosts have the cluster's address and have converged together."""
    nodes = [nlb(lab.estate.machines[name]).node for name in ("web01", "web02")]
    present = [node for node in nodes if node is not None and node.bound and node.vip in node.adapter.addresses]
    return len(present) == 2 and all(
        node.state in ("default", "converged") and len(node.peers()) == 2 for node in present
    )


def refusals(lab: Running, host: str) -> int:
    events = event_log(lab.estate.machines[host]).read("System") or []
    return sum(event.provider == PROVIDER and event.id == 53 for event in events)


@pytest.mark.parametrize("host", ["web02", "hv01"])
async def test_one_unreachable_machine_is_enough_not_to_tell(host: str) -> None:
    async with running(PROBLEM, "spoofing_off") as lab:
        await lab.lab.unplug(host)
        state = await lab.walk("spoofing_on", "reload")
    assert (outcome(state), state.fixes) == ("inconclusive", ())


async def test_multicast_needs_no_hyperv_host_to_be_healthy() -> None:
    async with running(PROBLEM, "healthy_multicast") as lab:
        await lab.lab.unplug("hv01")
        state = await lab.walk()
    assert outcome(state) == "healthy"


async def test_both_machines_prove_that_spoofing_is_off() -> None:
    async with running(PROBLEM, "spoofing_off_one") as lab:
        state = await lab.walk()
    assert state.conclusion is not None
    proof = {item.host: item.text for item in state.conclusion.evidence}
    assert '"WEB02","Network Adapter","External","00155D3C0201","Off"' in proof["hv01"]
    everything = "".join(item.text for item in state.conclusion.evidence)
    assert "10.60.1.50" in everything, "the settings of NLB in the guests"


@pytest.mark.parametrize(("fault", "fixes", "done"), CURES, ids=[cure[0] for cure in CURES])
async def test_the_right_fixes_cure(
    fault: str, fixes: list[str], done: list[tuple[str, str]] | None, tmp_path: Path
) -> None:
    async with running(PROBLEM, fault) as lab:
        before = refusals(lab, "web02")
        state = await lab.walk(*fixes, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert {record.status for record in state.fixes} == {"verified"}
        if done is not None:
            assert [(record.plan.id, record.plan.host) for record in state.fixes] == done
        assert serves(lab)
        assert refusals(lab, "web02") == before, "no new event 53"


async def test_only_the_adapter_of_the_cluster_is_opened(tmp_path: Path) -> None:
    async with running(PROBLEM, "spoofing_off_one") as lab:
        await lab.walk("spoofing_on", "reload", journal=tmp_path / "journal.db")
        host = hyperv(lab.estate.machines["hv01"])
        allowed = {(vm.name, nic.name) for vm in host.vms for nic in vm.nics if nic.spoofing}
    assert allowed == {("WEB01", "Network Adapter"), ("WEB02", "Network Adapter")}


async def test_on_2008_r2_one_machine_is_down_and_the_next_one_comes_later(tmp_path: Path) -> None:
    async with running(PROBLEM, "spoofing_off_2008r2_all") as lab:
        host = hyperv(lab.estate.machines["hv01"])
        first = await lab.walk("spoofing_on_2008r2", journal=tmp_path / "journal.db")
        assert [(record.plan.id, record.status) for record in first.fixes][:1] == [("spoofing_on_2008r2", "verified")]
        if outcome(first) != "fixed":
            second = await lab.walk("spoofing_on_2008r2", journal=tmp_path / "journal.db")
            assert outcome(second) == "fixed", shown(second)
        assert all(vm.state == RUNNING for vm in host.vms)
        assert serves(lab)
        assert not any("SQL01" in line for line in lab.ran("hv01")), "no other machine is touched"


async def test_reloading_alone_does_not_help_while_the_port_refuses() -> None:
    async with running(PROBLEM, "spoofing_off_one") as lab:
        node = nlb(lab.estate.machines["web02"]).node
        assert node is not None
        node.bind()
        assert refusals(lab, "web02") == 2
        state = await lab.walk()
    assert found(state) == ("spoofing_off", "hv01")


@pytest.mark.parametrize(
    ("fault", "fix", "lines", "old"),
    [("host_stopped", "start", 1, "stopped"), ("host_suspended", "resume", 2, "suspended")],
)
async def test_the_way_back_restores_the_state(fault: str, fix: str, lines: int, old: str, tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        source = Unsatisfied(lab.source, lines)
        state = await lab.walk(fix, journal=tmp_path / "journal.db", source=source)
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        node = nlb(lab.estate.machines["web02"]).node
        assert node is not None
        assert node.state == old


@pytest.mark.parametrize(
    ("fault", "fix"), [("spoofing_off", "spoofing_on"), ("spoofing_off_2008r2", "spoofing_on_2008r2")]
)
async def test_spoofing_names_the_order_of_the_way_back(fault: str, fix: str) -> None:
    async with running(PROBLEM, fault) as lab:
        state = await lab.walk()
    plan = next(record.plan for record in state.fixes if record.plan.id == fix)
    assert plan.rollback == ()
    assert plan.no_rollback.index("Destroy the cluster") < plan.no_rollback.rindex("then")
    assert plan.before, "what was there is shown before consent"


async def test_a_question_about_other_subnets_leads_to_the_router() -> None:
    front = Rehearsal(ApplyPolicy(), {"reach": "other_subnets"})
    async with running(PROBLEM, "healthy_multicast") as lab:
        state = await incident(PROBLEM, lab.source, lab.lab.parameters, front=front)
    assert found(state)[0] == "static_arp"
    assert state.conclusion is not None
    assert "03-BF-0A-3C-01-32" in " ".join(state.conclusion.advice)


async def test_ipconfig_of_the_guest_shows_what_nlb_did() -> None:
    async with running(PROBLEM, "spoofing_off_one") as lab:
        good = (await lab.source.read("web01", "ipconfig /all", deadline=10)).text
        bad = (await lab.source.read("web02", "ipconfig /all", deadline=10)).text
    assert CLUSTER_MAC in good
    assert "10.60.1.50" in good
    assert CLUSTER_MAC not in bad
    assert "10.60.1.50" not in bad
