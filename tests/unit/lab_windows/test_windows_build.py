"""From `lab.yaml` to hosts: defaults, the directory, faults laid over it, and where a mistake stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.lab_windows.windows_lab import PLAIN, Bench
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.lab.description import build_windows, load
from troubleshoot.lab.merge import merge
from troubleshoot.lab.server import Lab
from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.seeds import computer_dn, settings_dn
from troubleshoot.lab.windows.wsman.config import wsman_config

LAB = """\
title: two hosts
parameters: {host: hv01}
windows:
  domain: {name: corp.example, netbios: CORP, controllers: {dc1: {}}}
  hosts:
    dc1: {os: "2019", addresses: [10.42.0.5]}
    hv01:
      os: 2008r2
      addresses: [10.42.0.31]
      services: {vmmagent: {display: Agent, depends: [winrm]}}
faults:
  healthy: {title: fine}
  low:
    title: too low
    diagnosis: too_low
    host: hv01
    windows: {hosts: {hv01: {wsman: {config: {MaxTimeoutms: 30000}}, services: {vmmagent: null}}}}
  blocked:
    title: no way in
    outcome: inconclusive
    windows: {hosts: {hv01: {wire: {closed: true}}}}
"""


def write(folder: Path, text: str = LAB) -> Path:
    (folder / "lab.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "merged"),
    [
        ({"a": {"b": "2"}}, {"a": {"b": "2", "c": ["x"]}, "d": "1"}),
        ({"a": {"c": ["y"]}}, {"a": {"b": "1", "c": ["y"]}, "d": "1"}),
        ({"a": {"b": None}, "d": "null"}, {"a": {"c": ["x"]}}),
        ({"a": "flat"}, {"a": "flat", "d": "1"}),
        ({"e": {"f": {"g": "1"}}}, {"a": {"b": "1", "c": ["x"]}, "d": "1", "e": {"f": {"g": "1"}}}),
    ],
)
def test_merging(changes: dict[str, Any], merged: dict[str, Any]) -> None:
    base = {"a": {"b": "1", "c": ["x"]}, "d": "1"}
    assert merge(base, changes) == merged
    assert base == {"a": {"b": "1", "c": ["x"]}, "d": "1"}


def test_names_roles_and_defaults(bench: Bench) -> None:
    hosts = {m.name: (m.fqdn, m.role, m.computer) for m in bench.estate.machines.values()}
    assert hosts["dc1"] == ("dc1.corp.example", 5, "DC1")
    assert hosts["rodc7"] == ("rodc7.corp.example", 4, "RODC7")
    assert hosts["hv01"] == ("hv01.corp.example", 3, "HV01")
    assert hosts["kiosk"] == ("kiosk", 2, "KIOSK")
    assert not bench.host("hv01").has("nlb")


def test_the_directory_holds_accounts_and_servers_on_every_controller(bench: Bench) -> None:
    directory = bench.estate.directory
    assert directory is not None
    assert directory.pdc.name == "dc1"
    for dc in directory.controllers:
        account = directory.read(computer_dn(directory, bench.host("hv01")), dc)
        assert account is not None
        assert (account["sAMAccountName"], account["userAccountControl"]) == ("HV01$", 0x1000)
        assert directory.read(f"CN=Public Key Services,CN=Services,{directory.configuration}", dc) is not None
    settings = directory.read(settings_dn(directory, bench.host("rodc7")))
    assert settings is not None
    assert settings["objectClass"] == "nTDSDSARO"
    read_only = directory.read(computer_dn(directory, bench.host("rodc7")))
    assert read_only is not None
    assert read_only["distinguishedName"] == "CN=RODC7,OU=Domain Controllers,DC=corp,DC=example"
    assert directory.read("CN=KIOSK,CN=Computers,DC=corp,DC=example") is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"hosts": {"hv01": {"os": "2003"}}}, "windows.hosts.hv01.os: .*no such Windows: 2003"),
        ({"hosts": {"hv01": {"nosuch": {}}}}, "windows.hosts.hv01.nosuch: no such section"),
        ({"hosts": {"hv01": {"services": {"x": {"colour": "red"}}}}}, "windows.hosts.hv01.services.x.colour: "),
        (
            {"hosts": {"hv01": {"wsman": {"config": {"NoSuch": "1"}}}}},
            "windows.hosts.hv01.wsman: no such setting: NoSuch",
        ),
        ({"hosts": {"hv01": {"role": "dc"}}}, "windows.hosts.hv01.role: "),
        ({"hosts": {"hv01": {"wire": {"shut": "true"}}}}, "windows.hosts.hv01.wire.shut: "),
        ({"domain": {"controllers": {"dc9": {}}}}, "windows.domain.controllers.dc9: no such host"),
        ({"domain": {"controllers": {"dc1": {"read_only": "true"}}}}, "needs a writable controller"),
        ({"domain": None}, "windows.hosts.dc1|a member needs"),
    ],
)
def test_mistakes_name_their_place(changes: dict[str, Any], problem: str) -> None:
    plain = merge(PLAIN, changes)
    if "domain" not in plain:
        plain = merge(plain, {"hosts": {"hv01": {"role": "member"}}})
    with pytest.raises(AuthorError, match=problem):
        build_estate(plain)


def test_a_fault_is_laid_over_the_healthy_hosts(tmp_path: Path) -> None:
    description = load(write(tmp_path))
    healthy, low = build_windows(description), build_windows(description, "low")
    assert healthy is not None
    assert low is not None
    assert wsman_config(healthy.machine("HV01")).number("MaxTimeoutms") == 60000
    assert wsman_config(low.machine("hv01.corp.example")).number("MaxTimeoutms") == 30000
    assert "vmmagent" not in low.machine("hv01").sections["services"].services
    assert "vmmagent" in healthy.machine("hv01").sections["services"].services
    assert description.faults["blocked"].outcome == "inconclusive"
    with pytest.raises(OperatorError, match="no such fault"):
        build_windows(description, "nope")


@pytest.mark.parametrize(
    ("old", "new", "fault", "place"),
    [
        ("os: 2008r2", "os: 2003", "healthy", "lab.yaml:8:11: "),
        ("MaxTimeoutms: 30000", "MaxTimeout: 30000", "low", "lab.yaml:17:"),
        ("display: Agent", "show: Agent", "low", None),
        ("display: Agent", "show: Agent", "healthy", "lab.yaml:10:35: "),
        ("{closed: true}", "{closed: maybe}", "blocked", "lab.yaml:21:45: "),
    ],
)
def test_mistakes_come_with_file_and_line(tmp_path: Path, old: str, new: str, fault: str, place: str | None) -> None:
    description = load(write(tmp_path, LAB.replace(old, new)))
    if place is None:
        assert build_windows(description, fault) is not None  # the fault takes the mistake away
        return
    with pytest.raises(AuthorError, match=place):
        build_windows(description, fault)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: t\nparameters: {}\nfaults: {healthy: {title: t}}\n", "a lab needs routers, windows or other devices"),
        (LAB.replace("outcome: inconclusive", "outcome: inconclusive\n    diagnosis: x"), "not both"),
        (LAB.replace("outcome: inconclusive", "outcome: broken"), "lab.yaml:20:14"),
        (LAB + "routers: {hv01: {config: []}}\n", "the same name: hv01"),
        (LAB.replace("windows:\n", "common:\n", 1), "common"),
    ],
)
def test_descriptions_that_make_no_sense(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(AuthorError, match=problem):
        load(write(tmp_path, text))


async def test_the_lab_serves_windows_hosts(tmp_path: Path) -> None:
    async with Lab.start(write(tmp_path)) as lab:
        hosts = {host.name: host for host in lab.hosts}
        assert {name: str(host.platform) for name, host in hosts.items()} == {"dc1": "windows", "hv01": "windows"}
        assert (hosts["hv01"].hostname, hosts["hv01"].username) == ("127.0.0.1", "CORP\\operator")
        assert (hosts["hv01"].addresses, hosts["dc1"].roles) == (("10.42.0.31",), ("dc",))
        assert hosts["hv01"].port not in (None, hosts["dc1"].port)
        assert lab.command_log("hv01") == []
        assert lab.known_hosts_text == ""
        assert lab.password not in repr(hosts)
        with pytest.raises(OperatorError, match="no host nope"):
            lab.command_log("nope")
