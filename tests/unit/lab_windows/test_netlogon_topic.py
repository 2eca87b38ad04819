"""The secure channel of simulated members: computed from passwords, accounts, clocks and reachability."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, OPERATOR, Bench, on
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.netlogon.channel import Channel, account_of, verdict
from troubleshoot.lab.windows.topic import PsError
from troubleshoot.parsing.registry import parse

VERIFY = "nltest /sc_verify:corp.example"


def web02(**netlogon: Any) -> dict[str, Any]:
    return on("web02", netlogon=netlogon)


async def verified(bench: Bench, host: str = "web02") -> dict[str, Any]:
    return parse("nltest_sc", Platform.WINDOWS, [(await bench.run(host, VERIFY)).text])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        (web02(password=3), 0),
        (web02(password=2), 5),
        (web02(secret=False), 1786),
        (web02(account={"missing": True}), 1787),
        (web02(account={"disabled": True}), 1787),
        (web02(finds=False), 1311),
        (web02(skew=-301), 1398),
        (web02(skew=290), 0),
        (on("dc1", netlogon={"rpc": False}), 1722),
        (on("dc1", netlogon={"logons": False}), 1311),
    ],
)
async def test_each_cause_has_its_own_status(changes: dict[str, Any], code: int, make_bench: MakeBench) -> None:
    bench = make_bench({"domain": {"controllers": {"rodc7": None}}, "hosts": {"rodc7": None}, **changes})
    record = await verified(bench)
    assert (record["connection"], record["verification"], record["healthy"]) == (code, code, code == 0)


async def test_a_german_host_says_the_same(make_bench: MakeBench) -> None:
    bench = make_bench(on("de03", netlogon={"password": 1}))
    answer = await bench.run("de03", VERIFY)
    assert answer.lines[-1] == "Der Befehl wurde ausgeführt."
    assert answer.code == 0
    assert (await verified(bench, "de03"))["connection"] == 5


async def test_our_own_rights_are_told_apart(bench: Bench) -> None:
    filtered = await bench.run("web02", VERIFY, FILTERED)
    assert filtered.text == "I_NetLogonControl failed: Status = 5 0x5 ERROR_ACCESS_DENIED\n"
    on_a_controller = await bench.run("dc1", VERIFY)
    assert "Status = 1355" in on_a_controller.text
    other_domain = await bench.run("web02", "nltest /sc_verify:other.example")
    assert "Status = 1355" in other_domain.text


async def test_a_stopped_netlogon(bench: Bench) -> None:
    assert (await bench.run("web02", "net stop netlogon")).code == 0
    assert (await verified(bench))["failed"] == 1062


@pytest.mark.parametrize(("option", "name"), [("/force", "dc1.corp.example"), ("/pdc", "dc1.corp.example")])
async def test_the_locator(option: str, name: str, bench: Bench) -> None:
    answer = await bench.run("web02", f"nltest /dsgetdc:corp.example {option}")
    record = parse("nltest_dsgetdc", Platform.WINDOWS, [answer.text])
    assert (record["found"], record["name"], record["address"]) == (True, name, "10.41.0.5")
    assert "PDC" in record["flags"]


async def test_the_locator_without_dns(make_bench: MakeBench) -> None:
    answer = await make_bench(web02(finds=False)).run("web02", "nltest /dsgetdc:corp.example")
    assert parse("nltest_dsgetdc", Platform.WINDOWS, [answer.text])["error"] == 1355


@pytest.mark.parametrize(("host", "skew"), [("web02", -700), ("de03", 4000)])
async def test_the_clock(host: str, skew: int, make_bench: MakeBench) -> None:
    bench = make_bench(on(host, netlogon={"skew": skew}))
    line = "w32tm /stripchart /computer:dc1 /samples:3 /dataonly"
    record = parse("w32tm_offset", Platform.WINDOWS, [(await bench.run(host, line)).text])
    assert record["offset"] == -skew
    assert (await bench.run(host, "w32tm /resync")).code == 0
    assert parse("w32tm_offset", Platform.WINDOWS, [(await bench.run(host, line)).text])["skew"] == 0


async def test_building_anew_does_not_change_a_password(make_bench: MakeBench) -> None:
    bench = make_bench(web02(password=1))
    await bench.run("web02", "nltest /sc_reset:corp.example")
    assert bench.host("web02").state("netlogon", Channel).password == 1
    assert (await verified(bench))["connection"] == 5


async def test_a_repair_needs_somebody_to_show_to_the_controller(make_bench: MakeBench) -> None:
    bench = make_bench(web02(password=1))
    assert await bench.cmdlet("web02", "Test-ComputerSecureChannel") == [False]
    with pytest.raises(PsError, match="Access is denied"):
        await bench.cmdlet("web02", "Test-ComputerSecureChannel", repair=True)
    assert await bench.cmdlet("web02", "Test-ComputerSecureChannel", DELEGATED, repair=True) == [True]
    assert (await verified(bench))["healthy"]


async def test_the_default_password_breaks_a_working_channel(bench: Bench) -> None:
    """ "Reset Account": a step before a join, not a repair."""
    assert verdict(bench.host("web02").state("netlogon", Channel)) == 0
    answer = await bench.run("dc1", 'dsmod computer "CN=WEB02,CN=Computers,DC=corp,DC=example" -reset')
    assert "dsmod succeeded" in answer.text
    assert (await verified(bench))["connection"] == 5


async def test_enabling_an_account(make_bench: MakeBench) -> None:
    bench = make_bench(web02(account={"disabled": True}))
    line = 'dsmod computer "CN=WEB02,CN=Computers,DC=corp,DC=example" -disabled no'
    assert (await bench.run("web02", line)).code == 1, "only where the role's tools are"
    assert (await bench.run("rodc7", line)).code != 0, "not on a read-only domain controller"
    assert (await bench.run("dc1", line)).code == 0
    assert (await verified(bench))["healthy"]
    directory = bench.estate.directory
    assert directory is not None
    account = account_of(directory, "WEB02", "dc1")
    assert account is not None
    assert not account["userAccountControl"] & 2


async def test_netdom(make_bench: MakeBench) -> None:
    bench = make_bench(web02(password=1))
    pdc = await bench.run("dc1", "netdom query pdc")
    assert "DC1" in pdc.lines
    assert (await bench.run("web02", "netdom query pdc")).code == 1
    assert (await bench.run("dc1", "netdom verify web02 /domain:corp.example")).code == 5, "second hop"
    assert (await bench.run("dc1", "netdom verify web02 /domain:corp.example", DELEGATED)).code == 1
    assert (await bench.run("dc1", "netdom reset web02 /domain:corp.example", DELEGATED)).code == 0
    assert (await verified(bench))["healthy"]


async def test_tickets_of_the_computer(make_bench: MakeBench) -> None:
    good, bad = make_bench(), make_bench(web02(password=1))
    assert "Cached Tickets: (1)" in (await good.run("web02", "klist -li 0x3e7", OPERATOR)).text
    assert "Cached Tickets: (0)" in (await bad.run("web02", "klist -li 0x3e7", OPERATOR)).text


def test_a_controller_that_is_behind_has_to_exist(make_bench: MakeBench) -> None:
    with pytest.raises(AuthorError, match="dc9 is no domain controller"):
        make_bench(web02(account={"behind": ["dc9"]}))
