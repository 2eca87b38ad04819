"""Stacks, SDM templates and routing on Catalyst switches: each form of output, and what must not pass for an answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.unit.parsing import switch_texts as texts
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

NAMES = sorted({name for name, _ in texts.WHOLE})
WHOLE = pytest.mark.parametrize(("name", "text"), texts.WHOLE, ids=[f"{n}-{i}" for i, (n, _) in enumerate(texts.WHOLE)])


def read(name: str, text: str) -> dict[str, Any]:
    return parse(name, Platform.IOS, [text])


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_places(item) for key, item in value.items() if key not in ("at", "unread")}
    return [without_places(item) for item in value] if isinstance(value, list) else value


@WHOLE
def test_whole_texts_are_read_without_a_rest(name: str, text: str) -> None:
    assert read(name, text)["unread"] == []


@WHOLE
def test_noise_of_a_terminal_changes_nothing(name: str, text: str) -> None:
    head, tail = text.strip("\n").split("\n", 1) if "\n" in text.strip("\n") else (text.strip("\n"), "")
    noisy = f"sw1#show something\r\n  {head}\r\n*Mar  1 00:12:07.123: %LINK-3-UPDOWN: Interface Gi1/0/1, changed state to up\r\n"
    noisy += "".join(f"  {line}\r\n" for line in tail.split("\n")) + "\r\nsw1#"
    assert without_places(read(name, noisy)) == without_places(read(name, text))


@WHOLE
def test_a_cut_text_is_a_part_or_a_failure_and_never_another_finding(name: str, text: str) -> None:
    whole = without_places(read(name, text))
    lines = text.split("\n")
    for count in range(len(lines)):
        try:
            part = without_places(read(name, "\n".join(lines[:count])))
        except ParseFailure:
            continue
        for key, value in part.items():
            if isinstance(value, list):
                assert value == whole[key][: len(value)]
            elif isinstance(value, str | bool) and key != "current":
                assert value == whole[key]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [
        "              ^\n% Invalid input detected at '^' marker.\n",
        "% Authorization failed.",
        "Command authorization failed.",
    ],
)
def test_refusals(name: str, text: str) -> None:
    with pytest.raises(Refused):
        read(name, text)


@pytest.mark.parametrize("name", NAMES)
def test_empty_and_foreign_texts_are_failures(name: str) -> None:
    foreign = [text for other, text in texts.WHOLE if other != name and text != texts.HOST_MODE]
    for text in ["", "\n\n", "Vollmacht fehlt.", *foreign]:
        with pytest.raises(ParseFailure):
            read(name, text)


@pytest.mark.parametrize("name", NAMES)
def test_time_is_linear(name: str) -> None:
    text = next(text for other, text in texts.WHOLE if other == name)
    started = time.perf_counter()
    for hostile in (text * 300, "a" * 100_000, " " * 100_000 + "x", "1" * 50_000, "10.1.1.1 " * 20_000):
        try:
            read(name, hostile)
        except ParseFailure:
            continue
    assert time.perf_counter() - started < 5


# --- stacks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        ("Ready", "ready"),
        ("Progressing", "starting"),
        ("Initializing", "starting"),
        ("Waiting", "starting"),
        ("Master Re-Init", "starting"),
        ("SDM Mismatch", "sdm_mismatch"),
        ("Version Mismatch", "version_mismatch"),
        ("Ver Mismatch", "version_mismatch"),
        ("V-Mismatch", "version_mismatch"),
        ("Feature Mismatch", "feature_mismatch"),
        ("Provisioned", "absent"),
        ("Unprovisioned", "absent"),
        ("Invalid", "absent"),
        ("Removed", "absent"),
        ("Ready To Rumble", "other"),
    ],
)
def test_states_are_the_rest_of_the_line(state: str, condition: str) -> None:
    members = read("stack", texts.STACK_OLD.replace("SDM Mismatch", state))["members"]
    assert [(m["state"], m["condition"]) for m in members] == [("Ready", "ready"), (state, condition)]


def test_members_of_a_stack() -> None:
    record = read("stack", texts.STACK_DETAIL)
    assert record["mac"] == "0019.aa11.2200"
    assert [(m["number"], m["local"], m["role"], m["hardware"], m["state"]) for m in record["members"]] == [
        (1, False, "member", "0", "Provisioned"),
        (2, True, "master", "P2B", "Ready"),
        (3, False, "member", "0", "SDM Mismatch"),
    ]
    assert [(p["number"], p["port"], p["up"], p["neighbor"]) for p in record["ports"]] == [
        (2, 1, True, 3),
        (2, 2, False, None),
        (3, 1, False, None),
        (3, 2, True, 2),
    ]


def test_two_lines_for_one_member_and_a_body_without_heading_are_failures() -> None:
    for text in (texts.STACK_OLD + texts.STACK_OLD, "\n".join(texts.STACK_OLD.split("\n")[4:])):
        with pytest.raises(ParseFailure):
            read("stack", text)


def test_a_damaged_member_is_set_aside() -> None:
    record = read("stack", texts.STACK_OLD.replace("0019.aa11.3300", "0019.aa11.33"))
    assert [m["number"] for m in record["members"]] == [1]
    assert record["unread"] == [[0, 6, 6]]


# --- templates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "aggregator", "keywords"),
    [
        ("aggregate default", True, "default"),
        ("aggregator routing", True, "routing"),
        ("desktop vlan", False, "vlan"),
        ("default", False, "default"),
        ("lanbase-routing", False, "lanbase-routing"),
        ("dual-ipv4-and-ipv6 default", False, "dual-ipv4-and-ipv6 default"),
        ("desktop IPv4 and IPv6 routing", False, "dual-ipv4-and-ipv6 routing"),
        ("desktop something new", False, None),
    ],
)
def test_names_of_templates(name: str, aggregator: bool, keywords: str | None) -> None:
    record = read("sdm_template", texts.AGGREGATE.replace("aggregate default", name))
    assert (record["name"], record["current"], record["pending"]) == (name, True, None)
    assert (record["aggregator"], record["keywords"]) == (aggregator, keywords)


def test_pending_asked_and_foreign_templates() -> None:
    assert read("sdm_template", texts.PENDING)["pending"] == "desktop routing"
    asked = read("sdm_template", texts.ASKED)
    assert (asked["name"], asked["current"]) == ("desktop routing", False)
    assert {s["resource"]: s["amount"] for s in asked["sizes"]}["indirect_routes"] == 8192
    nine = read("sdm_template", texts.NINE)
    assert (nine["form"], nine["name"], nine["sizes"]) == ("catalyst9k", "Distribution", [])


def test_the_form_of_release_12_1() -> None:
    record = read("sdm_template", texts.AGGREGATE_OLD)
    assert (record["name"], record["aggregator"], record["pending"]) == ("aggregate routing", True, "desktop vlan")
    sizes = {s["resource"]: s["amount"] for s in record["sizes"]}
    assert (sizes["routes"], sizes["direct_routes"], sizes["indirect_routes"]) == (20 * 1024, 6 * 1024, 14 * 1024)
    version = read("switch_version", texts.VERSION_OLD)
    assert (version["version"], version["release"], version["licence"]) == ("12.1(19)EA1d", [12, 1, 19], "ipservices")
    assert [m["number"] for m in version["members"]] == [2, 4]


def test_typographic_quotes_and_lower_case_amounts() -> None:
    record = read("sdm_template", texts.LANBASE_ROUTING.replace('"lanbase-routing"', "\u201clanbase-routing\u201d"))
    assert record["name"] == "lanbase-routing"
    assert {s["resource"]: s["amount"] for s in record["sizes"]}["qos"] == 128


# --- versions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "licence"),
    [
        ("C2960-LANLITEK9-M", "lanlite"),
        ("C2960-LANBASEK9-M", "lanbase"),
        ("C3560-IPBASEK9-M", "ipbase"),
        ("C3750-I9-M", "ipbase"),
        ("C3750-I5K91-M", "ipservices"),
        ("C3750-ADVIPSERVICESK9-M", "ipservices"),
    ],
)
def test_the_licence_is_in_the_name_of_the_image(image: str, licence: str) -> None:
    assert read("switch_version", texts.VERSION_STACK.replace("C3750-IPSERVICESK9-M", image))["licence"] == licence


def test_the_licence_is_in_the_model_where_the_image_is_universal() -> None:
    assert read("switch_version", texts.VERSION_2960S)["licence"] == "lanbase"
    lite = texts.VERSION_2960S.replace("WS-C2960S-24TS-L", "WS-C2960S-24TS-S")
    assert read("switch_version", lite)["licence"] == "lanlite"
    unknown = texts.VERSION_2960S.replace("WS-C2960S-24TS-L", "WS-C2960S-24TS")
    assert read("switch_version", unknown)["licence"] is None


def test_the_licence_level_is_believed_before_the_model() -> None:
    text = texts.VERSION_2960S.replace(
        "Processor board", "License Level: ipbase\nLicense Type: Permanent\nProcessor board"
    )
    assert read("switch_version", text)["licence"] == "ipbase"


def test_version_of_a_stack() -> None:
    record = read("switch_version", texts.VERSION_STACK)
    assert (record["hostname"], record["version"], record["release"]) == ("core-a", "12.2(55)SE12", [12, 2, 55])
    assert (record["model"], record["family"]) == ("WS-C3750G-12S", "3750G")
    assert record["uptime"] == 30 * 604_800 + 2 * 86_400 + 6 * 3600 + 300
    assert [(m["number"], m["local"], m["model"]) for m in record["members"]] == [
        (1, True, "WS-C3750G-12S"),
        (2, False, "WS-C3750G-24TS"),
    ]


def test_a_version_that_stops_before_its_table_is_a_failure() -> None:
    with pytest.raises(ParseFailure):
        read("switch_version", texts.VERSION_STACK.split("Switch Ports")[0])


# --- routes -------------------------------------------------------------------------------------------------------


def test_a_host_has_no_route_table() -> None:
    record = read("ip_routes", texts.HOST_MODE)
    assert (record["routing"], record["default_gateway"], record["routes"]) == (False, "10.20.0.1", [])
    unset = read("ip_routes", texts.HOST_MODE.replace("10.20.0.1", "not set"))
    assert (unset["routing"], unset["default_gateway"]) == (False, None)
    assert read("route_summary", texts.HOST_MODE)["routing"] is False


def test_equal_paths_wrapped_lines_and_inherited_masks() -> None:
    routes = read("ip_routes", texts.ROUTES_OLD)["routes"]
    assert [(r["prefix"], r["protocol"], r["next_hop"], r["interface"]) for r in routes] == [
        ("10.20.0.0/24", "connected", None, "Vlan20"),
        ("10.30.0.0/24", "connected", None, "Vlan30"),
        ("10.40.0.0/24", "static", "10.20.0.2", None),
        ("172.16.4.0/24", "ospf", "10.20.0.7", "Vlan20"),
        ("172.16.4.0/24", "ospf", "10.30.0.7", "Vlan30"),
        ("172.16.0.0/16", "ospf", "10.20.0.7", "Vlan20"),
        ("192.168.9.0/24", "connected", None, "Vlan9"),
        ("0.0.0.0/0", "static", "10.20.0.1", None),
    ]


def test_a_route_table_without_its_head_is_a_failure() -> None:
    with pytest.raises(ParseFailure):
        read("ip_routes", texts.ROUTES_NEW.split("not set")[1])


def test_a_table_without_routes_is_empty_only_under_its_head() -> None:
    record = read("ip_routes", texts.ROUTES_NEW.split("      10.0.0.0/8")[0])
    assert (record["routing"], record["routes"], record["last_resort"]) == (True, [], None)


def test_what_a_configuration_says_about_routing() -> None:
    record = read("routing_config", texts.CONFIG)
    assert (record["ip_routing"], record["default_gateway"]) == (True, "10.20.0.1")
    assert [(r["prefix"], r["next_hop"], r["interface"], r["distance"]) for r in record["routes"]] == [
        ("0.0.0.0/0", "10.20.0.1", None, None),
        ("10.40.0.0/16", "10.20.0.2", None, None),
        ("10.50.0.0/16", "10.20.0.2", "Vlan20", 200),
    ]
    assert [(a["interface"], a["network"], a["address"]) for a in record["addresses"]] == [
        ("Vlan20", "10.20.0.0/24", "10.20.0.9")
    ]
    assert [(p["number"], p["model"]) for p in record["provisions"]] == [(1, "ws-c2960s-24ts-l")]


@pytest.mark.parametrize(("line", "value"), [("ip routing", True), ("no ip routing", False), ("ip cef", None)])
def test_said_and_not_said(line: str, value: bool | None) -> None:
    assert read("routing_config", texts.CONFIG.replace("ip routing", line))["ip_routing"] is value


def test_a_whole_configuration_is_read_too_and_half_of_one_is_not() -> None:
    whole = "Building configuration...\n\nCurrent configuration : 900 bytes\n!\nversion 15.0\n" + texts.CONFIG.strip(
        "\n"
    )
    assert len(read("routing_config", whole)["routes"]) == 3
    for cut in (texts.CONFIG.replace("hostname acc-7\n", ""), texts.CONFIG.replace("end\n", "")):
        with pytest.raises(ParseFailure):
            read("routing_config", cut)


def test_in_a_filtered_configuration_every_line_is_understood_or_unread() -> None:
    text = texts.CONFIG.replace("ip default-gateway 10.20.0.1", "1.0.02.01 yawetag-tluafed pi")
    assert read("routing_config", text)["unread"] == [[0, 8, 8]]
    assert read("routing_config", "!\n" + text)["unread"] == []


def test_a_stack_without_a_master_is_not_whole() -> None:
    with pytest.raises(ParseFailure):
        read("stack", "\n".join(texts.STACK_DETAIL.split("\n")[:6]))


def test_a_static_route_that_is_not_understood_is_a_failure() -> None:
    with pytest.raises(ParseFailure):
        read("routing_config", texts.CONFIG.replace("name branch", "dhcp 7 x"))


def test_routes_of_a_vrf_are_another_question() -> None:
    text = texts.CONFIG.replace("end\n", "ip route vrf RED 0.0.0.0 0.0.0.0 10.9.9.9\nend\n")
    assert len(read("routing_config", text)["routes"]) == 3


@pytest.mark.parametrize(("marks", "received"), [(".....", 0), ("!!!!!", 5), ("U.U.U", 0)])
def test_ping(marks: str, received: int) -> None:
    text = texts.PING.replace(".!!!!", marks).replace("80 percent (4/5)", f"{received * 20} percent ({received}/5)")
    record = read("ping_result", text)
    assert (record["target"], record["sent"], record["received"]) == ("10.20.0.2", 5, received)
