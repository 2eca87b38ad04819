"""The simulated Hyper-V: the balancer, what may be changed in which state, and which release offers what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.unit.lab_windows.windows_lab import Bench
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.hyperv.model import OFF, RUNNING, HyperV, hyperv, identifier
from troubleshoot.lab.windows.lookup import find_cmdlet, find_wmi
from troubleshoot.lab.windows.topic import PsError
from troubleshoot.lab.windows.wsman.config import wsman_config

GREEDY = {"memory": {"startup": 1024, "maximum": 8192, "minimum": 512, "demand": 3000, "weight": 50}}


def estate(os: str = "2019", **section: Any) -> Bench:
    host = {"os": os, "role": "standalone", "hyperv": section}
    guest = {"os": "2012r2", "role": "standalone", "system": {"boot_seconds": 1}}
    return Bench(build_estate({"hosts": {"hyp1": host, "a": guest}}, pace=0.001))


@pytest.fixture
async def hosts() -> AsyncIterator[list[Bench]]:
    made: list[Bench] = []
    yield made
    for one in made:
        await one.estate.close()


def role(bench: Bench) -> HyperV:
    return hyperv(bench.host("hyp1"))


def assigned(bench: Bench) -> dict[str, int]:
    return {vm.name: vm.assigned for vm in role(bench).vms}


class TestBalancer:
    def test_demand_and_buffer_fit(self) -> None:
        bench = estate(memory=16384, vms={"A": GREEDY})
        assert assigned(bench) == {"A": 3600}
        assert role(bench).available == 16384 - 3600

    def test_the_heavier_machine_gets_its_demand_first(self) -> None:
        heavy = {"memory": {**GREEDY["memory"], "weight": 80}}
        assert assigned(estate(memory=4000, vms={"A": GREEDY, "B": heavy})) == {"A": 1000, "B": 3000}
        assert assigned(estate(memory=4000, vms={"A": heavy, "B": GREEDY})) == {"A": 3000, "B": 1000}

    @pytest.mark.parametrize(
        ("memory", "expected"),
        [
            ({"maximum": 2048}, 2048),
            ({"dynamic": False, "startup": 4096}, 4096),
            ({"reports": False}, 1024),
            ({"takes": False}, 1024),
            ({"demand": 100}, 512),
        ],
    )
    def test_limits_of_one_machine(self, memory: dict[str, Any], expected: int) -> None:
        assert assigned(estate(vms={"A": {"memory": {**GREEDY["memory"], **memory}}})) == {"A": expected}

    def test_without_service_pack_1_nothing_is_balanced(self) -> None:
        bench = estate("2008r2-rtm", vms={"A": GREEDY})
        assert assigned(bench) == {"A": 1024}

    def test_2008_r2_has_no_minimum_of_its_own(self) -> None:
        memory = role(estate("2008r2", vms={"A": {"memory": {"startup": 2048, "minimum": 512}}})).vms[0].memory
        assert memory.minimum == 2048


class TestStates:
    async def test_a_start_without_memory_is_refused_and_logged(self, hosts: list[Bench]) -> None:
        bench = estate(memory=2048, vms={"A": {"state": "off", "memory": {"startup": 4096}}})
        hosts.append(bench)
        with pytest.raises(PsError, match="ram size 4096 megabytes"):
            role(bench).start(role(bench).vms[0])
        log = event_log(bench.host("hyp1"))
        worker = [event.id for event in log.read("Microsoft-Windows-Hyper-V-Worker-Admin") or []]
        service = [event.id for event in log.read("Microsoft-Windows-Hyper-V-VMMS-Admin") or []]
        assert (worker, service) == ([3122, 3050, 12030], [19544])
        assert role(bench).vms[0].state == OFF

    async def test_a_saved_machine_needs_what_it_had(self, hosts: list[Bench]) -> None:
        bench = estate(memory=4096, vms={"A": {"state": "saved", "memory": {"startup": 512, "saved": 6000}}})
        hosts.append(bench)
        with pytest.raises(PsError, match="ram size 6000"):
            role(bench).start(role(bench).vms[0])

    async def test_without_spanning_one_node_has_to_do(self, hosts: list[Bench]) -> None:
        filler = {"memory": {"dynamic": False, "startup": 1500}}
        vms = {"A": {"state": "off", "memory": {"startup": 1000}}, "B": filler, "C": {**filler, "node": 1}}
        bench = estate(memory=4096, spanning=False, nodes=[2048, 2048], vms=vms)
        hosts.append(bench)
        assert role(bench).available == 1096
        with pytest.raises(PsError):
            role(bench).start(role(bench).vms[0])
        role(bench).spanning = True
        role(bench).start(role(bench).vms[0])
        assert role(bench).vms[0].state == RUNNING


class TestChanges:
    @pytest.mark.parametrize(
        ("os", "state", "changes", "allowed"),
        [
            ("2019", "running", {"maximum": 9000}, True),
            ("2019", "running", {"maximum": 4096}, False),
            ("2019", "running", {"minimum": 256}, True),
            ("2019", "running", {"minimum": 1000}, False),
            ("2019", "running", {"startup": 2048}, False),
            ("2019", "running", {"weight": 80}, True),
            ("2019", "off", {"startup": 2048}, True),
            ("2019", "off", {"startup": 128}, False),
            ("2019", "off", {"weight": 101}, False),
            ("2008r2", "running", {"maximum": 9000}, False),
            ("2008r2", "running", {"weight": 80}, True),
            ("2008r2", "off", {"maximum": 9000}, True),
        ],
    )
    def test_what_may_change_while_it_runs(self, os: str, state: str, changes: dict[str, int], allowed: bool) -> None:
        host = role(estate(os, vms={"A": {**GREEDY, "state": state}}))
        before = {name: getattr(host.vms[0].memory, name) for name in changes}
        if allowed:
            host.change_memory(host.vms[0], changes)
        else:
            with pytest.raises(PsError):
                host.change_memory(host.vms[0], changes)
        after = {name: getattr(host.vms[0].memory, name) for name in changes}
        assert after == (changes if allowed else before)


class TestReleases:
    def test_the_module_and_v2_came_with_2012_and_v1_went(self) -> None:
        new, old = estate("2012r2").host("hyp1"), estate("2008r2").host("hyp1")
        v1, v2 = "root\\virtualization", "root\\virtualization\\v2"
        assert find_cmdlet(new, "Get-VM") is not None
        assert find_cmdlet(old, "Get-VM") is None
        assert [find_wmi(new, space, "Msvm_ComputerSystem") is not None for space in (v1, v2)] == [False, True]
        assert [find_wmi(old, space, "Msvm_ComputerSystem") is not None for space in (v1, v2)] == [True, False]

    def test_a_slow_provider_is_slow_for_winrm_too(self) -> None:
        bench = estate("2008r2", provider_seconds=240)
        assert wsman_config(bench.host("hyp1")).delay("root/virtualization") == 240

    def test_a_machine_cannot_hang_on_a_switch_that_is_not_there(self) -> None:
        nic = {"mac": "00-15-5D-00-00-01", "switch": "Nowhere"}
        with pytest.raises(AuthorError, match="no switch Nowhere"):
            estate(vms={"A": {"adapters": {"x": nic}}})


MODULE_LINE = (
    "powershell -Command \"Get-VM | Get-VMNetworkAdapter | ForEach-Object { '{0} {1} {2}' -f $_.VMName, "
    '$_.MacAddressSpoofing, ($_.MacAddressSpoofing.value__) }"'
)


class TestPowerShell:
    async def test_on_is_zero(self, hosts: list[Bench]) -> None:
        on = {"mac": "00-15-5D-00-00-01", "spoofing": True}
        bench = estate(vms={"A": {"adapters": {"x": on}}, "B": {"adapters": {"x": {"mac": "00-15-5D-00-00-02"}}}})
        hosts.append(bench)
        assert (await bench.run("hyp1", MODULE_LINE)).lines == ["A On 0", "B Off 1"]

    async def test_the_port_of_2008_r2_changes_only_while_the_machine_is_off(self, hosts: list[Bench]) -> None:
        bench = estate("2008r2", vms={"A": {"adapters": {"x": {"mac": "00-15-5D-00-00-01"}}}})
        hosts.append(bench)
        line = (
            'powershell -Command "$p = Get-WmiObject -Namespace root\\virtualization -Class Msvm_SwitchPort; '
            '$p.AllowMacSpoofing = $true; $r = $p.Put()"'
        )
        nic = role(bench).vms[0].nics[0]
        assert (await bench.run("hyp1", line)).code == 1
        assert nic.spoofing is False
        role(bench).stop(role(bench).vms[0])
        assert (await bench.run("hyp1", line)).code == 0
        assert nic.spoofing is True

    async def test_a_vm_that_is_switched_off_takes_its_guest_along(self, hosts: list[Bench]) -> None:
        from troubleshoot.lab.windows.services.control import service_control

        bench = estate(vms={"A": GREEDY})
        hosts.append(bench)
        guest = service_control(bench.host("a"))
        answer = await bench.run("hyp1", 'powershell -Command "Stop-VM -Name A -Force"')
        assert (answer.code, guest.running("winrm")) == (0, False)
        await bench.run("hyp1", 'powershell -Command "Start-VM -Name A"')
        for task in list(bench.host("a").work):
            await task
        assert guest.running("winrm")


def test_identifiers_stay_the_same() -> None:
    assert identifier("vm", "A") == identifier("vm", "A") != identifier("vm", "B")
