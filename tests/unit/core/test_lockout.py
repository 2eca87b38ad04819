"""The lock-out guard: what a change does to our own session, and what the device does if we are gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.core.trees import World, diagnosis, healthy, item, judge, otherwise, pim_fix, tree, when
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Collect, Propose, Send, Settle, Wait
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Platform, Risk, Trouble
from troubleshoot.core.lockout import LAST_RESORT, Touch, Way, revert_for, way_of
from troubleshoot.core.lockout import judge as judge_lines
from troubleshoot.core.model import Action
from troubleshoot.core.state import FixPlan, Phase, WayIn

IOS, NXOS, JUNOS, FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR
KNOWN = Way("Loopback0", "GigabitEthernet0/2", "10.9.0.7")
VLAN = Way("Vlan10", "Vlan10", "10.9.0.7")


@pytest.mark.parametrize(
    ("platform", "lines", "way", "touch"),
    [
        (IOS, ["interface GigabitEthernet0/1", "ip pim sparse-mode"], KNOWN, Touch.NO),
        (IOS, ["interface GigabitEthernet0/2", "ip pim sparse-mode"], KNOWN, Touch.NO),
        (IOS, ["interface GigabitEthernet0/2", "shutdown"], KNOWN, Touch.YES),
        (IOS, ["interface gigabitethernet0/2", "no ip address"], KNOWN, Touch.YES),
        (IOS, ["interface Loopback0", "vrf forwarding MGMT"], KNOWN, Touch.YES),
        (IOS, ["no interface Loopback0"], KNOWN, Touch.YES),
        (IOS, ["interface GigabitEthernet0/1", "shutdown"], Way(), Touch.UNKNOWN),
        (IOS, ["interface GigabitEthernet0/1", "shutdown"], Way("Loopback0", None), Touch.UNKNOWN),
        (IOS, ["interface GigabitEthernet0/1", "shutdown"], VLAN, Touch.UNKNOWN),
        (IOS, ["interface GigabitEthernet0/1", "description x"], Way(), Touch.NO),
        (IOS, ["ip routing"], KNOWN, Touch.YES),
        (IOS, ["no ip routing"], KNOWN, Touch.YES),
        (IOS, ["interface Vlan5", "shutdown", "ip routing"], KNOWN, Touch.YES),
        (IOS, ["ip route 10.9.0.0 255.255.0.0 10.1.1.1"], KNOWN, Touch.YES),
        (IOS, ["no ip route 10.8.0.0 255.255.0.0 10.1.1.1"], KNOWN, Touch.NO),
        (IOS, ["ip route 10.8.0.0 255.255.0.0 10.1.1.1"], Way("Loopback0", None, None), Touch.UNKNOWN),
        (IOS, ["ip route 0.0.0.0 0.0.0.0 10.1.1.1"], KNOWN, Touch.YES),
        (IOS, ["ip route vrf RED 10.8.0.0 255.255.0.0 10.1.1.1"], KNOWN, Touch.UNKNOWN),
        (IOS, ["router bgp 65001", "neighbor 10.0.0.1 shutdown"], KNOWN, Touch.UNKNOWN),
        (IOS, ["vrf definition RED", "no rd"], KNOWN, Touch.UNKNOWN),
        (IOS, ["line vty 0 4", "transport input none"], KNOWN, Touch.YES),
        (IOS, ["no ip multicast-routing", "ip pim rp-address 10.0.0.1"], KNOWN, Touch.NO),
        (IOS, ["interface GigabitEthernet0/2", "shutdown"], Way(apart=True), Touch.NO),
        (NXOS, ["ip route 10.9.0.0/16 10.1.1.1"], KNOWN, Touch.YES),
        (JUNOS, ["set interfaces ge-0/0/1 disable"], Way("ge-0/0/1.0", "ge-0/0/1.0"), Touch.YES),
        (JUNOS, ["set interfaces ge-0/0/2 disable"], Way("ge-0/0/1.0", "ge-0/0/1.0"), Touch.NO),
        (JUNOS, ["set protocols ospf traceoptions file x", "set snmp traceoptions flag all"], Way(), Touch.NO),
        (JUNOS, ["set routing-options static route 10.0.0.0/8 discard"], KNOWN, Touch.UNKNOWN),
        (JUNOS, ["set system services ssh"], KNOWN, Touch.YES),
        (Platform.LINUX, ["ip link set eth0 down"], KNOWN, Touch.NO),  # not a network device: no guard
    ],
)
def test_touch(platform: Platform, lines: list[str], way: Way, touch: Touch) -> None:
    assert judge_lines(platform, lines, way).touch is touch


INTERFACES = {
    "interfaces": [{"interface": "Loopback0", "address": "10.255.0.3"}, {"interface": "Gi1", "address": None}]
}


def test_the_way_is_what_the_device_says() -> None:
    route = {"next_hops": [{"interface": "GigabitEthernet0/2"}]}
    assert way_of("10.255.0.3", "10.9.0.7", INTERFACES, route) == KNOWN
    assert way_of("127.0.0.1", "10.9.0.7", INTERFACES, route).interface is None
    assert way_of("10.255.0.3", "", INTERFACES, None).back is None
    two = {"next_hops": [{"interface": "Gi1"}, {"interface": "Gi2"}]}
    assert way_of("10.255.0.3", "10.9.0.7", INTERFACES, two).back is None


def test_what_each_platform_can_do() -> None:
    junos = revert_for(JUNOS, "x", 30.0, Touch.NO, False)
    assert junos is not None and junos.lines == ("commit check", "commit confirmed 5", "commit")
    assert revert_for(IOS, "x", 30.0, Touch.NO, True) is None
    timer = revert_for(IOS, "x", 600.0, Touch.YES, True)
    assert timer is not None and timer.lines == ("configure terminal revert timer 12", "configure confirm")
    assert revert_for(IOS, "x", 30.0, Touch.YES, False) is None
    point = revert_for(NXOS, "ts-1", 30.0, Touch.UNKNOWN, False)
    assert point is not None and point.lines == ("checkpoint ts-1", "no checkpoint ts-1") and not point.minutes
    assert revert_for(FRR, "x", 30.0, Touch.YES, True) is None
    assert LAST_RESORT[IOS](30.0).lines == ("reload in 5", "reload cancel")


# --- in the engine ------------------------------------------------------------------------------------------------

INSIDE = WayIn("10.255.0.3", "10.9.0.7")
LINES = Action(configure=("interface Loopback0", "shutdown"))
RECORD = {"on": False, "interfaces": INTERFACES["interfaces"], "found": True, "next_hops": [{"interface": "Gi9"}]}


def world(*, archive: bool = True, way: WayIn = INSIDE, **decisions: Any) -> World:
    look = judge("look", item("state", "show state"), when("!state.on", "broken"), otherwise("ok"))
    fix = pim_fix(apply={IOS: LINES}, rollback={IOS: Action(configure=("interface Loopback0", "no shutdown"))})
    record = {**RECORD, "text": "The next archive file will be named flash:a-1" if archive else "not enabled"}
    trees = {"t": tree(look, diagnosis("broken", "enable", cites=("state",)), healthy(), fixes=(fix,))}
    return World(Engine(trees), {"r1": record}, fix="enable", way=way, **decisions).start()


def until(subject: World, phase: Phase) -> None:
    for _ in range(100):
        if subject.state.phase is phase:
            return
        subject.perform()
    raise AssertionError(f"never reached {phase}; is in {subject.state.phase}")


def plan_at_consent(subject: World) -> FixPlan:
    until(subject, Phase.CONSENT)
    effect = pending(subject.state)
    assert isinstance(effect, Propose)
    return effect.plan


def test_the_way_is_read_with_the_before_state_and_cited_in_the_plan() -> None:
    subject = world()
    until(subject, Phase.BEFORE)
    effect = pending(subject.state)
    assert isinstance(effect, Collect)
    commands = [command for wanted in effect.items for command in wanted.commands]
    assert commands == ["show running-config", "show ip interface brief", "show ip route 10.9.0.7", "show archive"]
    plan = plan_at_consent(subject)
    assert plan.lockout.touch is Touch.YES and "Loopback0" in plan.lockout.why
    assert plan.revert is not None and plan.revert.kind == "revert timer"
    assert plan.risk is Risk.CHANGE


def test_out_of_band_nothing_is_armed() -> None:
    plan = plan_at_consent(world(way=WayIn(apart=True)))
    assert (plan.lockout.touch, plan.revert) == (Touch.NO, None)


def test_without_a_way_back_the_risk_rises() -> None:
    plan = plan_at_consent(world(archive=False))
    assert (plan.lockout.touch, plan.revert, plan.risk) == (Touch.YES, None, Risk.SESSION)


def test_a_scheduled_restart_is_armed_only_on_consent() -> None:
    subject = world(archive=False)
    until(subject, Phase.CONSENT)
    first = pending(subject.state)
    assert isinstance(first, Propose) and first.last_resort
    subject.do(ev.RevertChosen(subject.tick(), "enable"))
    second = pending(subject.state)
    assert isinstance(second, Propose) and not second.last_resort
    assert second.plan.revert is not None and second.plan.revert.first == ("reload in 5",)
    assert (second.plan.risk, second.digest != first.digest) == (Risk.OUTAGE, True)
    subject.do(ev.Approved(subject.tick(), "enable", first.digest))
    assert subject.state.phase is Phase.CONSENT, "consent to the unguarded fix is none to this one"


def test_the_revert_is_ended_after_the_verify() -> None:
    subject = world(after_apply={"on": True})
    state = subject.run()
    assert [action for _, action in subject.sent] == ["apply", "confirm"]
    assert outcome(state) == "fixed" and state.fixes[0].status == "verified"


@pytest.mark.parametrize(("kept", "status"), [(True, "verified"), (False, "rolled_back")])
def test_after_a_refused_confirmation_the_time_of_the_device_tells(kept: bool, status: str) -> None:
    def answer(at: float, fix: str, action: str) -> ev.Event:
        return ev.SendAnswered(at, fix, action, refusal="% Authorization failed" if action == "confirm" else "")

    subject = world(after_apply={"on": True}, answer_to_send=answer, after_rollback={"on": False})
    until(subject, Phase.REVERT_WAIT)
    wait = pending(subject.state)
    assert isinstance(wait, Wait) and wait.seconds > 250
    subject.records["r1"]["on"] = kept
    assert subject.run().fixes[0].status == status


def _cut_off(subject: World) -> None:
    subject.decisions["answer_to_send"] = lambda at, fix, action: ev.SendFailed(at, fix, action, True, Trouble.TIMEOUT)
    until(subject, Phase.APPLYING)


def test_cut_off_we_wait_until_the_device_has_taken_it_back_and_prove_it() -> None:
    subject = world()
    _cut_off(subject)
    effect = pending(subject.state)
    assert isinstance(effect, Settle) and effect.revert_left is not None and 300 < effect.revert_left <= 331
    subject.do(ev.OutcomeStated(subject.tick(), "enable", "await_revert"))
    wait = pending(subject.state)
    assert isinstance(wait, Wait) and wait.seconds > 300
    state = subject.run()
    assert state.fixes[0].status == "rolled_back" and outcome(state) == "rolled_back"
    assert [action for _, action in subject.sent] == ["apply"], "nothing is sent twice"


def test_cut_off_and_not_taken_back_is_a_failed_fix() -> None:
    subject = world()
    _cut_off(subject)
    subject.records["r1"]["owner"] = "changed"
    subject.do(ev.OutcomeStated(subject.tick(), "enable", "await_revert"))
    assert subject.run().fixes[0].status == "failed"


def test_without_a_revert_there_is_nothing_to_wait_for() -> None:
    subject = world(archive=False)
    _cut_off(subject)
    effect = pending(subject.state)
    assert isinstance(effect, Settle) and effect.revert_left is None
    subject.do(ev.OutcomeStated(subject.tick(), "enable", "await_revert"))
    assert subject.state.phase is Phase.APPLYING


def test_a_crash_between_verify_and_confirm_is_settled_by_waiting() -> None:
    subject = world(after_apply={"on": True})
    until(subject, Phase.CONFIRM)
    effect = pending(subject.state)
    assert isinstance(effect, Send)
    subject.do(ev.SendIntended(subject.tick(), "enable", "confirm", effect.digest, ()))
    state = Engine(subject.engine.trees).fold(subject.events)
    assert state.phase is Phase.CONFIRMING and outcome(state) == "unknown"
    subject.do(ev.OutcomeStated(subject.tick(), "enable", "not_applied"))
    assert subject.state.phase is Phase.CONFIRMING
    subject.do(ev.OutcomeStated(subject.tick(), "enable", "await_revert"))
    assert subject.run().fixes[0].status == "verified", "the device kept it: the verify says so after its time"


def test_a_declined_rollback_says_that_the_device_does_it() -> None:
    subject = world(rollback=False)
    state = subject.run()
    assert "takes it back by itself" in state.fixes[0].message


def test_one_step_of_the_plan_is_bound_by_the_digest() -> None:
    subject = world()
    plan = plan_at_consent(subject)
    from troubleshoot.core.planning import consent_digest

    assert consent_digest(plan, "apply", "") != consent_digest(replace(plan, revert=None), "apply", "")
    assert consent_digest(plan, "apply", "") != consent_digest(replace(plan, temporary=True), "apply", "")
