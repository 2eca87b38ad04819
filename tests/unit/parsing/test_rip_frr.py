"""RIP of FRRouting 8.4: recordings of a real network (see ``tests/integration/frr_rip.py``), whole and damaged."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

FOLDER = Path(__file__).parents[2] / "integration" / "recordings" / "rip"
FAULTS = sorted(path.stem for path in FOLDER.glob("*.yaml"))
STATUS, TABLE, CONFIG = "show ip rip status", "show ip rip", "show running-config"
OWN = "10.99.1.5/32"


@cache
def recording(fault: str) -> dict[str, dict[str, str]]:
    plain = yaml.safe_load((FOLDER / f"{fault}.yaml").read_text(encoding="utf-8"))
    return {
        name: {entry["command"]: entry["output"] for entry in host["commands"]} for name, host in plain["hosts"].items()
    }


def text(command: str, fault: str = "healthy", router: str = "edge") -> str:
    return recording(fault)[router][command]


def process(fault: str = "healthy", router: str = "edge") -> dict[str, Any]:
    return parse("rip_process", Platform.FRR, [text(STATUS, fault, router), text(CONFIG, fault, router)])


def ways(fault: str, router: str = "edge") -> list[str] | None:
    """The neighbors that announce the server's address; None where it is not in the database."""
    entries = parse("rip_database", Platform.FRR, [text(TABLE, fault, router)])["entries"]
    found = [[hop["address"] for hop in entry["hops"]] for entry in entries if entry["prefix"] == OWN]
    return found[0] if found else None


@pytest.mark.parametrize("router", ["edge", "far"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_line_of_a_recording_is_understood(fault: str, router: str) -> None:
    record = process(fault, router)
    assert (record["running"], record["version"], record["invalid"], record["auto_summary"]) == (True, "2", 15, False)
    assert record["unread"] == []
    database = parse("rip_database", Platform.FRR, [text(TABLE, fault, router)])
    assert database["unread"] == [] and database["entries"]
    assert all(entry["connected"] or entry["hops"] or entry["metric"] == 16 for entry in database["entries"])


A, B = "10.10.0.50", "10.20.0.50"


@pytest.mark.parametrize(
    ("fault", "edge", "far"),
    [
        ("healthy", [A, B], ["172.16.1.1"]),
        ("not_in_rip", None, None),
        ("not_in_rip_one_side", [A], ["172.16.1.1"]),
        ("wrong_receive", [A], ["172.16.1.1"]),
        ("authentication", [B], ["172.16.1.1"]),
        ("passive_towards", [A, B], None),
        ("filtered_in", None, None),
        ("filtered_out", [A, B], None),
        ("one_path", [A], ["172.16.1.1"]),
        ("silent", [], []),
    ],
)
def test_the_database_shows_what_is_left(fault: str, edge: list[str] | None, far: list[str] | None) -> None:
    assert (ways(fault), ways(fault, "far")) == (edge, far)


def test_the_process_of_the_healthy_router() -> None:
    record = process()
    assert record["networks"] == ["eth0", "eth1", "eth2"]
    assert [(i["interface"], i["send"], i["receive"], i["key_chain"], i["passive"]) for i in record["interfaces"]] == [
        (name, "2", "2", "none", False) for name in ("eth0", "eth1", "eth2")
    ]
    assert [(g["address"], g["bad_packets"], g["bad_routes"]) for g in record["gateways"]] == [
        (A, 0, 0),
        (B, 0, 0),
        ("172.16.1.2", 0, 0),
    ]
    assert (record["filters"], record["maximum_paths"]) == ([], None)


def test_bad_packets_are_counted_although_the_update_is_fresh() -> None:
    for fault, at_fault in (("authentication", A), ("wrong_receive", B)):
        gateways = {g["address"]: g for g in process(fault)["gateways"]}
        assert gateways[at_fault]["bad_packets"] > 0 and gateways[at_fault]["last_update"] < 15
        assert sum(g["bad_packets"] for g in gateways.values()) == gateways[at_fault]["bad_packets"]


def test_what_only_the_configuration_says() -> None:
    interface = process("authentication")["interfaces"][0]
    assert (interface["interface"], interface["key_chain"]) == ("eth0", "(string)")
    assert {cite[0] for cite in interface["at"]} == {0, 1}
    alone = parse("rip_process", Platform.FRR, [text(STATUS, "authentication")])
    assert (alone["interfaces"][0]["key_chain"], alone["maximum_paths"]) == (None, None)
    assert process("one_path")["maximum_paths"] == 1


def test_filters_passive_interfaces_and_silence() -> None:
    assert [(f["direction"], f["interface"], f["name"]) for f in process("filtered_in")["filters"]] == [
        ("in", None, "SERVER-IN")
    ]
    assert [(f["direction"], f["interface"], f["name"]) for f in process("filtered_out")["filters"]] == [
        ("out", "eth2", "15")
    ]
    assert [i["interface"] for i in process("passive_towards")["interfaces"] if i["passive"]] == ["eth2"]
    assert [i["interface"] for i in process("healthy", "far")["interfaces"] if i["passive"]] == ["eth1"]
    assert all(g["last_update"] > 15 for g in process("silent")["gateways"][:2])


def status(old: str, new: str) -> dict[str, Any]:
    """The healthy status with one piece of it replaced."""
    assert old in text(STATUS)
    return parse("rip_process", Platform.FRR, [text(STATUS).replace(old, new)])


def test_other_forms_of_the_status() -> None:
    versions = "send version 2, receive version 2"
    assert status(versions, "send version 2, receive any version")["version"] == "2"
    assert status(versions, "send version 1, receive version 1")["version"] == "1"
    both = status("eth1             2     2 ", "eth1             1 2   1 2   SERVERS")["interfaces"][1]
    assert (both["send"], both["receive"], both["key_chain"]) == ("1 2", "1 2", "SERVERS")
    two = status(
        "Outgoing update filter list for all interface is not set",
        "Outgoing update filter list for all interface is 7, (prefix-list) OUT",
    )
    assert [(f["direction"], f["name"]) for f in two["filters"]] == [("out", "7"), ("out", "OUT")]


def test_other_forms_of_the_table() -> None:
    heading = text(TABLE).split("C(i)")[0]
    rows = (
        "S(r) 10.7.0.0/16        0.0.0.0               1 self (static:5)   0\n"
        "K(r) 10.8.0.0/16        blackhole             1 self              0\n"
        "R(n) 0.0.0.0/0          172.16.1.1            4 172.16.1.1      100 02:45\n"
    )
    found = parse("rip_database", Platform.FRR, [heading + rows])["entries"]
    assert [(e["prefix"], e["connected"], len(e["hops"])) for e in found] == [
        ("10.7.0.0/16", True, 0),
        ("10.8.0.0/16", True, 0),
        ("0.0.0.0/0", False, 1),
    ]
    assert parse("rip_database", Platform.FRR, [heading])["entries"] == []


@pytest.mark.parametrize(
    "shown",
    [
        "\n",
        "ripd is not running\n",
        "% Unknown command: show ip rip status\n",
        text(TABLE),
        'Routing Protocol is "ospf"\n',
        *(text(STATUS)[: int(len(text(STATUS)) * share)] for share in (0.05, 0.3, 0.6, 0.9)),
    ],
)
def test_what_is_no_whole_status_is_a_failure(shown: str) -> None:
    with pytest.raises(ParseFailure):
        parse("rip_process", Platform.FRR, [shown])


@pytest.mark.parametrize("shown", ["\n", "ripd is not running\n", "% Unknown command: show ip rip\n", text(STATUS)])
def test_what_is_no_table_is_a_failure(shown: str) -> None:
    with pytest.raises(ParseFailure):
        parse("rip_database", Platform.FRR, [shown])


def test_a_configuration_of_something_else_is_a_failure() -> None:
    with pytest.raises(ParseFailure, match="router rip"):
        parse(
            "rip_process", Platform.FRR, [text(STATUS), "hostname edge\n!\ninterface eth0\n ip address 10.0.0.1/24\n"]
        )


def test_noise_around_the_texts_changes_nothing() -> None:
    for name, command in (("rip_process", STATUS), ("rip_database", TABLE)):
        plain = parse(name, Platform.FRR, [text(command)])
        dressed = f"edge# {command}\n" + text(command) + "\nedge# \n"
        assert strip(parse(name, Platform.FRR, [dressed.replace("\n", "\r\n")])) == strip(plain)


def strip(value: Any) -> Any:
    """A record without its cites."""
    if isinstance(value, dict):
        return {key: strip(item) for key, item in value.items() if key != "at"}
    return [strip(item) for item in value] if isinstance(value, list) else value
