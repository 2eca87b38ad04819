"""RIP of a simulated Windows server: what it announces follows from its settings, its service and its adapters."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import FILTERED, Bench
from tests.unit.parsing.windows_reading import read
from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read
from troubleshoot.lab.description import build, load
from troubleshoot.lab.merge import merge
from troubleshoot.lab.network.speakers import RipNic, RipSpeaker
from troubleshoot.lab.server import Lab
from troubleshoot.lab.windows.rras.model import rras, speaker
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.parsing.failure import ParseFailure

FOLDER = Path(__file__).parents[3] / "decision_trees" / "rip-server-loopback"
OWN = IPv4Network("10.99.1.5/32")
DUMP = "netsh routing ip rip dump"
SERVER: dict[str, Any] = {
    "system": {
        "adapters": {
            "LAN 1": {"addresses": ["10.10.0.50"]},
            "LAN 2": {"addresses": ["10.20.0.50", "fe80::50"]},
            "Own": {"description": "Microsoft Loopback Adapter", "addresses": ["10.99.1.5"], "mask": "255.255.255.255"},
        }
    },
    "rras": {
        "interfaces": {"LAN 1": {}, "LAN 2": {}},
        "segments": {"LAN 1": "servers-a", "LAN 2": "servers-b"},
    },
}
# The two commands of `server_addresses`, as a tree writes them.
ADDRESSES = (
    "Get-WmiObject Win32_NetworkAdapter | Where-Object {$_.NetConnectionID} | "
    "Select-Object Index,NetConnectionID | ConvertTo-Csv -NoTypeInformation; 'end'",
    "Get-WmiObject Win32_NetworkAdapterConfiguration | Where-Object {$_.IPEnabled} | "
    "Select-Object Index,FullDNSRegistrationEnabled,@{n='IPAddress';e={\"$($_.IPAddress)\"}},"
    "@{n='IPSubnet';e={\"$($_.IPSubnet)\"}} | ConvertTo-Csv -NoTypeInformation; 'end'",
)


def make(make_bench: MakeBench, host: str = "web02", **changes: Any) -> Bench:
    return make_bench({"hosts": {host: merge(SERVER, changes)}})


def said(lab: Bench, host: str = "web02") -> RipSpeaker:
    found = speaker(lab.host(host))
    assert found is not None
    return found


def announced(lab: Bench) -> dict[str, list[str]]:
    """What each adapter tells its routers."""
    found = said(lab)
    return {
        nic.segment: [str(prefix) for prefix in found.prefixes if prefix not in nic.withheld]
        for nic in found.nics
        if nic.announces
    }


BOTH = {"servers-a": [str(OWN)], "servers-b": [str(OWN)]}


def test_the_server_announces_its_own_address_on_both_adapters(make_bench: MakeBench) -> None:
    found = said(make(make_bench))
    assert found == RipSpeaker(
        "web02",
        (
            RipNic("servers-a", IPv4Interface("10.10.0.50/24")),
            RipNic("servers-b", IPv4Interface("10.20.0.50/24")),
        ),
        (OWN,),
    )


def test_a_host_without_routing_is_not_heard(bench: Bench) -> None:
    assert speaker(bench.host("web02")) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"services": {"remoteaccess": {"state": "stopped"}}}, {}),
        ({"rras": {"installed": False}}, {}),
        ({"rras": {"interfaces": {"LAN 2": None}}}, {"servers-a": [str(OWN)]}),
        ({"rras": {"interfaces": {"LAN 1": {"announce": "none"}}}}, {"servers-b": [str(OWN)]}),
        ({"rras": {"interfaces": {"LAN 1": {"update_mode": "demand"}}}}, {"servers-b": [str(OWN)]}),
        ({"rras": {"interfaces": {"LAN 2": {"host_routes": False}}}}, {**BOTH, "servers-b": []}),
        (
            {"rras": {"interfaces": {"LAN 1": {"filter_mode": "exclude", "filters": ["10.99.0.0-10.99.255.255"]}}}},
            {**BOTH, "servers-a": []},
        ),
        ({"rras": {"interfaces": {"LAN 1": {"filter_mode": "include", "filters": ["10.99.1.5-10.99.1.5"]}}}}, BOTH),
        (
            {"rras": {"interfaces": {"LAN 1": {"filter_mode": "include", "filters": ["10.99.1.6-10.99.1.9"]}}}},
            {**BOTH, "servers-a": []},
        ),
        ({"rras": {"interfaces": {"LAN 1": {"filters": ["10.99.1.5-10.99.1.5"]}}}}, BOTH),
        ({"system": {"adapters": {"LAN 1": {"connected": False}}}}, {"servers-b": [str(OWN)]}),
        ({"system": {"adapters": {"Own": None}}}, {"servers-a": [], "servers-b": []}),
        ({"system": {"adapters": {"Own": {"connected": False}}}}, {"servers-a": [], "servers-b": []}),
        (
            {"system": {"adapters": {"Own": {"mask": "255.255.255.0"}}}},
            {"servers-a": ["10.99.1.0/24"], "servers-b": ["10.99.1.0/24"]},
        ),
        ({"system": {"adapters": {"Mgmt": {"addresses": ["10.60.0.9"]}}}}, BOTH),
    ],
)
def test_what_is_announced(make_bench: MakeBench, changes: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert announced(make(make_bench, **changes)) == expected


def test_versions_passwords_and_what_was_never_heard(make_bench: MakeBench) -> None:
    interfaces = {"LAN 1": {"announce": "rip1", "password": "s3cret"}, "LAN 2": {"announce": "rip1compat"}}
    first, second = said(make(make_bench, rras={"interfaces": interfaces, "unheard": ["LAN 2"]})).nics
    assert (first.version, first.password, first.heard) == (1, "s3cret", True)
    assert (second.version, second.password, second.heard) == (2, "", False)


@pytest.mark.parametrize("host", ["hv01", "web02", "de03"])
async def test_the_dump_reads_back(make_bench: MakeBench, host: str) -> None:
    interfaces = {
        "LAN 1": {"announce": "rip1compat", "password": "s3cret"},
        "LAN 2": {"host_routes": False, "filter_mode": "exclude", "filters": ["10.0.0.0-10.0.0.9"]},
    }
    lab = make(make_bench, host, rras={"interfaces": interfaces})
    record = read("rras_rip", (await lab.run(host, DUMP)).out)
    assert (record["installed"], record["unread"]) == (True, [])
    first, second = record["interfaces"]
    assert (first["name"], first["announce"], first["accept"]) == ("LAN 1", "rip1compat", "rip2")
    assert (first["host_routes"], first["password"], first["filter_mode"]) == (True, True, "disable")
    assert (second["host_routes"], second["password"], second["filter_mode"]) == (False, False, "exclude")
    assert second["filters"] == ["10.0.0.0-10.0.0.9"]
    assert (first["periodic"], second["periodic"]) == (True, True)


async def test_the_dump_does_not_need_the_service_nor_the_role(make_bench: MakeBench) -> None:
    lab = make(make_bench, services={"remoteaccess": {"state": "stopped"}})
    assert len(read("rras_rip", (await lab.run("web02", DUMP)).out)["interfaces"]) == 2
    assert read("rras_rip", (await lab.run("dc1", DUMP)).out)["installed"] is False


@pytest.mark.parametrize("share", [0.3, 0.6, 0.85])
async def test_a_cut_dump_is_a_failure(make_bench: MakeBench, share: float) -> None:
    whole = (await make(make_bench).run("web02", DUMP)).out
    with pytest.raises(ParseFailure):
        read("rras_rip", whole[: int(whole.index("popd") * share)])


# --- changes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "lines", "back"),
    [
        ({"LAN 1": {"announce": "none"}}, ['set interface name="LAN 1" announce=rip2'], ['set interface "LAN 1" announce=none']),
        ({"LAN 1": {"announce": "none"}}, ['set interface "LAN 1" announce=RIP2 accept=rip2'], []),
        ({"LAN 2": None}, ['add interface name="LAN 2"', 'set interface "LAN 2" announce=rip2',
                           'set flags "LAN 2" flag=AnnounceHostRoutes'], ['delete interface name="LAN 2"']),
        ({"LAN 2": {"host_routes": False}}, ['set flags name="LAN 2" flag=AcceptHostRoutes,AnnounceHostRoutes'],
         ['set flags "LAN 2" flag=clear,SplitHorizon,PoisonReverse,TriggeredUpdates,CleanupUpdates']),
        ({"LAN 1": {"filter_mode": "exclude", "filters": ["10.99.1.5-10.99.1.5"]}},
         ['delete announcefilter name="LAN 1" filter=10.99.1.5-10.99.1.5'],
         ['add announcefilter name="LAN 1" filter=10.99.1.5-10.99.1.5']),
        ({"LAN 1": {"filter_mode": "include", "filters": ["10.0.0.0-10.0.0.9"]}},
         ['set interface "lan 1" annfiltmode=disable'], ['set interface "lan 1" annfiltmode=include']),
        ({"LAN 1": {"update_mode": "demand"}}, ['set interface "LAN 1" updatemode=periodic'],
         ['set interface "LAN 1" updatemode=demand']),
    ],
)  # fmt: skip
async def test_a_change_mends_and_can_be_taken_back(
    make_bench: MakeBench, fault: dict[str, Any], lines: list[str], back: list[str]
) -> None:
    lab = make(make_bench, rras={"interfaces": fault})
    before, told = (await lab.run("web02", DUMP)).out, announced(lab)
    assert told != BOTH
    for line in lines:
        answer = await lab.run("web02", f"netsh routing ip rip {line}")
        assert (answer.code, answer.out) == (0, "Ok.\n\n"), answer
    assert announced(lab) == BOTH
    for line in back:
        assert (await lab.run("web02", f"netsh routing ip rip {line}")).code == 0
    assert not back or ((await lab.run("web02", DUMP)).out, announced(lab)) == (before, told)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "The following command was not found: routing ip rip."),
        ("dump all", "The following command was not found: routing ip rip dump all."),
        ("enable", "The following command was not found"),
        ("set global loglevel=none", "The following command was not found"),
        ('set interface name="LAN 1" announce=rip3', "The syntax supplied for this command is not valid."),
        ('set interface name="LAN 1" colour=red', "The syntax supplied"),
        ('set interface name="LAN 1" name="LAN 1"', "The syntax supplied"),
        ("set interface announce=rip2", "The syntax supplied"),
        ('set interface "LAN 1" metric=16', "The syntax supplied"),
        ('set interface "LAN 1" update=x', "The syntax supplied"),
        ('set interface "LAN 1" authmode=authsimplepassword', "The syntax supplied"),
        ('set interface "LAN 1" password=12345678901234567', "The syntax supplied"),
        ('set flags "LAN 1" flag=nosuch', "The syntax supplied"),
        ('set interface name="LAN 9" announce=rip2', "An interface with such a name is not registered"),
        ('add interface name="LAN 9"', "An interface with such a name is not registered"),
        ('add interface name="LAN 1"', "The object already exists."),
        ('delete interface name="Own"', "An interface with such a name is not registered"),
        ('add announcefilter "LAN 1" filter=10.0.0.9-10.0.0.1', "The syntax supplied"),
        ('add announcefilter "LAN 1" filter=10.0.0.999-10.0.1.1', "The syntax supplied"),
        ('delete announcefilter "LAN 1" filter=10.0.0.1-10.0.0.9', "Element not found."),
    ],
)
async def test_what_it_does_not_know_is_refused_and_changes_nothing(
    make_bench: MakeBench, line: str, sentence: str
) -> None:
    lab = make(make_bench)
    before = (await lab.run("web02", DUMP)).out
    answer = await lab.run("web02", f"netsh routing ip rip {line}".strip())
    assert answer.code == 1 and answer.out.startswith(sentence)
    assert (await lab.run("web02", DUMP)).out == before


async def test_who_may_not_and_what_is_not_there(make_bench: MakeBench) -> None:
    lab = make(make_bench)
    line = 'netsh routing ip rip set interface "LAN 1" announce=none'
    answer = await lab.run("web02", line, FILTERED)
    assert answer.code == 1 and "requires elevation" in answer.out and announced(lab) == BOTH
    assert "protocol identifier is not known" in (await lab.run("dc1", line)).out
    assert (await lab.run("dc1", "netsh routing ip rip show interface")).code == 1
    assert "nicht gefunden" in (await lab.run("de03", "netsh routing ip frob")).out
    shown = (await lab.run("web02", 'netsh routing ip rip show interface "LAN 2"')).out
    assert "Interface : LAN 2" in shown and "LAN 1" not in shown


async def test_the_service_is_what_speaks(make_bench: MakeBench) -> None:
    lab = make(make_bench)
    await lab.run("web02", "net stop remoteaccess")
    assert announced(lab) == {}
    await lab.run("web02", "net start remoteaccess")
    assert announced(lab) == BOTH
    assert "4  RUNNING" in (await lab.run("web02", "sc query remoteaccess")).out
    assert "START_TYPE         : 4   DISABLED" in (await lab.run("dc1", "sc qc remoteaccess")).out


# --- addresses ----------------------------------------------------------------------------------------------------


async def script(lab: Bench, host: str, text: str) -> str:
    code = base64.b64encode(text.encode("utf-16-le")).decode()
    return (await lab.run(host, f"powershell -NoProfile -EncodedCommand {code}")).out


@pytest.mark.parametrize("host", ["hv01", "web02", "de03"])
async def test_the_addresses_read_back(make_bench: MakeBench, host: str) -> None:
    adapters = {"LAN 1": {"registers": False}, "LAN 2": {"connected": False}}
    lab = make(make_bench, host, system={"adapters": adapters})
    record = read("server_addresses", *[await script(lab, host, text) for text in ADDRESSES])
    assert record["unread"] == []
    assert [(a["adapter"], a["address"], a["mask"], a["registers"]) for a in record["addresses"]] == [
        ("LAN 1", "10.10.0.50", "255.255.255.0", False),
        ("Own", "10.99.1.5", "255.255.255.255", True),
    ]


async def test_an_adapter_can_be_told_not_to_register(make_bench: MakeBench) -> None:
    lab = make(make_bench)
    change = (
        '$r = (Get-WmiObject Win32_NetworkAdapterConfiguration -Filter "Index=7").SetDynamicDNSRegistration($false);'
        "\"code=$($r.ReturnValue)\"; 'end'"
    )
    assert (await script(lab, "web02", change)).split() == ["code=0", "end"]
    assert system_state(lab.host("web02")).adapters["LAN 1"].registers is False


@pytest.mark.parametrize("command", [DUMP, *(f"PS> {text}" for text in ADDRESSES)])
def test_the_reading_commands_pass_the_guard(command: str) -> None:
    assert is_read(Platform.WINDOWS, command)


# --- beside routers -----------------------------------------------------------------------------------------------


@asynccontextmanager
async def routed(lab: Bench) -> AsyncIterator[Lab]:
    network = build(load(FOLDER))
    async with Lab.serve(network, seed=3, convergence=0.0, estate=lab.estate) as running:
        yield running


def ways(running: Lab) -> list[str]:
    found = running.world.state.ribs["edge"].lookup(OWN.network_address)
    return [] if found is None else [str(hop.address) for hop in found.next_hops]


async def test_routers_hear_the_server_and_every_change_of_it(make_bench: MakeBench) -> None:
    lab = make(make_bench)
    async with routed(lab) as running:
        assert ways(running) == ["10.10.0.50", "10.20.0.50"]
        assert running.world.age("rip_gateway", "edge", IPv4Interface("10.10.0.50/24").ip) > 86_000
        await lab.run("web02", 'netsh routing ip rip set interface "LAN 1" announce=none')
        assert ways(running) == ["10.20.0.50"]
        await lab.run("web02", "net stop remoteaccess")
        assert ways(running) == []
        await lab.run("web02", "net start remoteaccess")
        assert ways(running) == ["10.20.0.50"]
        state = rras(lab.host("web02"))
        state.adapters["LAN 1"] = replace(state.adapters["LAN 1"], announce="RIP2", flags=frozenset())
        assert ways(running) == ["10.20.0.50"]


async def test_a_lab_without_such_a_server_listens_to_nobody(bench: Bench) -> None:
    async with routed(bench) as running:
        assert running.world.listen is None
