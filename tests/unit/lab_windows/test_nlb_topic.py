"""The simulated NLB: what it may do follows from the port on the Hyper-V host, whom it sees from the network."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab_windows.windows_lab import DELEGATED, OPERATOR, Bench
from troubleshoot.lab.merge import merge
from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.hyperv.model import hyperv
from troubleshoot.lab.windows.nlb.model import PARAMETERS, Node, nlb
from troubleshoot.lab.windows.registry.store import registry
from troubleshoot.lab.windows.system.state import system_state

OWN = {"g1": "00-15-5D-00-00-01", "g2": "00-15-5D-00-00-02"}
MAC = "02-BF-0A-09-00-C8"


def bench(changes: dict[str, Any] | None = None, os: str = "2019") -> Bench:
    vms = {name.upper(): {"adapters": {"x": {"mac": mac, "spoofing": True}}} for name, mac in OWN.items()}
    plain: dict[str, Any] = {"hosts": {"hyp1": {"os": "2019", "role": "standalone", "hyperv": {"vms": vms}}}}
    for number, (name, mac) in enumerate(OWN.items(), start=1):
        plain["hosts"][name] = {
            "os": os,
            "role": "standalone",
            "addresses": [f"10.9.0.{number}"],
            "system": {"adapters": {"LAN": {"mac": mac}}},
            "nlb": {"vip": "10.9.0.200", "priority": number},
        }
    return Bench(build_estate(merge(plain, {"hosts": changes or {}}), pace=0.0))


def port(vm: str, **settings: Any) -> dict[str, Any]:
    return {"hyp1": {"hyperv": {"vms": {vm: {"adapters": {"x": settings}}}}}}


def node(lab: Bench, name: str) -> Node:
    found = nlb(lab.host(name)).node
    assert found is not None
    return found


def refusals(lab: Bench, name: str) -> list[int]:
    events = event_log(lab.host(name)).read("System") or []
    return [event.id for event in events if event.provider == "Microsoft-Windows-NLB"]


def test_unicast_takes_the_clusters_addresses_where_the_port_allows_it() -> None:
    lab = bench()
    adapter = system_state(lab.host("g1")).adapters["LAN"]
    assert (adapter.mac, adapter.addresses) == (MAC, ["10.9.0.1", "10.9.0.200"])
    assert [node(lab, name).state for name in OWN] == ["default", "converged"]
    assert refusals(lab, "g1") == []


def test_a_port_that_refuses_leaves_the_adapter_alone_and_is_logged() -> None:
    lab = bench(port("G2", spoofing=False))
    adapter = system_state(lab.host("g2")).adapters["LAN"]
    assert (adapter.mac, adapter.addresses) == (OWN["g2"], ["10.9.0.2"])
    assert refusals(lab, "g2") == [53, 12289]
    assert [peer.priority for peer in node(lab, "g1").peers()] == [1]


def test_the_settings_stay_in_the_registry_though_the_binding_failed() -> None:
    lab = bench(port("G2", spoofing=False))
    key = f"{PARAMETERS}\\{node(lab, 'g2').guid}"
    store = registry(lab.host("g2"))
    assert [store.get(key, name) for name in ("ClusterIPAddress", "MulticastSupportEnable", "HostPriority")] == [
        "10.9.0.200",
        0,
        2,
    ]


@pytest.mark.parametrize("mode", ["multicast", "igmp"])
def test_multicast_needs_no_spoofing_and_keeps_the_own_address(mode: str) -> None:
    changes = {name: {"nlb": {"mode": mode}} for name in OWN}
    lab = bench(merge(changes, merge(port("G1", spoofing=False), port("G2", spoofing=False))))
    assert system_state(lab.host("g1")).adapters["LAN"].mac == OWN["g1"]
    assert [node(lab, name).state for name in OWN] == ["default", "converged"]


@pytest.mark.parametrize("settings", [{"vlan": 7}, {"connected": False}])
def test_hosts_on_different_networks_do_not_see_each_other(settings: dict[str, Any]) -> None:
    lab = bench(port("G2", **settings))
    assert [node(lab, name).state for name in OWN] == ["default", "default"]


def test_a_port_that_was_closed_later_splits_the_cluster() -> None:
    lab = bench()
    hyperv(lab.host("hyp1")).vms[1].nics[0].spoofing = False
    assert node(lab, "g2").adapter.mac == MAC, "what was bound stays bound"
    assert [len(node(lab, name).peers()) for name in OWN] == [1, 1]


@pytest.mark.parametrize("changes", [{"priority": 1}, {"quarrel": True}])
def test_what_never_converges(changes: dict[str, Any]) -> None:
    lab = bench({"g2": {"nlb": changes}})
    assert [node(lab, name).state for name in OWN] == ["converging", "converging"]


class TestTool:
    @pytest.mark.parametrize(
        ("os", "line"),
        [
            ("2019", "Host 1 converged as DEFAULT with the following host(s) as part of the cluster:"),
            ("2019-de", "Host 1 als STANDARD zusammengeführt, mit folgenden Hosts als Teil des Clusters:"),
        ],
    )
    async def test_query_lists_the_hosts(self, os: str, line: str) -> None:
        answer = await bench(os=os).run("g1", "nlb query")
        assert answer.lines[-2:] == [line, "1, 2"]

    async def test_stop_and_start(self) -> None:
        lab = bench()
        await lab.run("g2", "nlb stop 10.9.0.200")
        assert "Host 2 is stopped" in (await lab.run("g2", "nlb query")).text
        assert (await lab.run("g1", "nlb query")).lines[-1] == "1"
        await lab.run("g2", "nlb start 10.9.0.200")
        assert (await lab.run("g1", "nlb query")).lines[-1] == "1, 2"

    async def test_a_suspended_host_does_not_start(self) -> None:
        lab = bench()
        await lab.run("g2", "nlb suspend")
        assert (await lab.run("g2", "nlb start")).code == 1
        await lab.run("g2", "nlb resume")
        assert (await lab.run("g2", "nlb start")).code == 0

    async def test_reload_tries_again(self) -> None:
        lab = bench(port("G2", spoofing=False))
        assert (await lab.run("g2", "nlb query")).code == 1
        await lab.run("g2", "nlb reload 10.9.0.200")
        assert refusals(lab, "g2") == [53, 12289, 53, 12289]
        hyperv(lab.host("hyp1")).vms[1].nics[0].spoofing = True
        await lab.run("g2", "nlb reload 10.9.0.200")
        assert node(lab, "g2").state == "converged"
        assert len(refusals(lab, "g2")) == 4

    @pytest.mark.parametrize("line", ["nlb", "nlb dance", "nlb query 10.9.0.201", "nlb ip2mac", "nlb ip2mac x"])
    async def test_nonsense_is_refused(self, line: str) -> None:
        assert (await bench().run("g1", line)).code == 1

    async def test_ip2mac_and_params_agree(self) -> None:
        lab = bench()
        assert MAC.lower() in (await lab.run("g1", "nlb ip2mac 10.9.0.200")).text
        assert f"ClusterNetworkAddress     = {MAC.lower()}" in (await lab.run("g1", "nlb params")).text


class TestModule:
    async def test_another_host_needs_credentials_that_can_be_passed_on(self) -> None:
        lab = bench()
        line = 'powershell -Command "Get-NlbCluster -HostName g2"'
        denied = await lab.run("g1", line, OPERATOR)
        assert (denied.code, "0x80070005" in denied.err) == (1, True)
        assert (await lab.run("g1", line, DELEGATED)).code == 0

    async def test_a_cluster_is_formed_anew_host_by_host(self) -> None:
        lab = bench({"g2": {"nlb": {"refused": True}}})
        for name in OWN:
            answer = await lab.run(name, 'powershell -Command "Remove-NlbClusterNode -Force"')
            assert answer.code == 0, answer.err
        assert nlb(lab.host("g1")).node is None
        assert system_state(lab.host("g1")).adapters["LAN"].mac == OWN["g1"]
        create = "New-NlbCluster -InterfaceName LAN -ClusterPrimaryIP 10.9.0.200 -SubnetMask 255.255.255.0"
        assert (await lab.run("g1", f'powershell -Command "{create} -ClusterName x.example"')).code == 0
        add = 'powershell -Command "Get-NlbCluster | Add-NlbClusterNode -NewNodeName g2 -NewNodeInterface LAN"'
        assert (await lab.run("g1", add, OPERATOR)).code == 1
        assert (await lab.run("g1", add, DELEGATED)).code == 0
        assert [node(lab, name).state for name in OWN] == ["default", "converged"]

    async def test_a_cluster_cannot_be_formed_while_the_port_refuses(self) -> None:
        lab = bench(merge(port("G1", spoofing=False), {"g1": {"nlb": {"vip": None}}}))
        create = "New-NlbCluster -InterfaceName LAN -ClusterPrimaryIP 10.9.0.200 -SubnetMask 255.255.255.0"
        answer = await lab.run("g1", f'powershell -Command "{create}"')
        assert answer.code == 1
        assert refusals(lab, "g1") == [53, 12289]
