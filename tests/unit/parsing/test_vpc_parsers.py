"""vPC pairs, port channels and teams: old and new images, wrapped cells, what is missing, what was refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.parsing import vpc_texts as texts
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

SINGLE = {
    "vpc_role": texts.ROLE,
    "vpc_keepalive": texts.KEEPALIVE,
    "vpc_parameters": texts.PARAMETERS,
    "lacp_neighbors": texts.NEIGHBORS,
    "lacp_counters": texts.COUNTERS,
    "nxos_ports": texts.PORTS,
    "nxos_features": texts.FEATURES,
}


def read(name: str, *outputs: str) -> dict[str, Any]:
    return parse(name, Platform.NXOS, outputs)


def vpc(text: str, channels: str = texts.CHANNELS) -> dict[str, Any]:
    return read("vpc", text, channels)


def test_the_head_of_show_vpc() -> None:
    state = vpc(texts.NEW)
    assert (state["configured"], state["domain"], state["peer"], state["alive"]) == (True, 100, "ok", True)
    assert (state["consistent"], state["primary"], state["graceful"]) == (True, True, True)
    assert state["unread"] == []


def test_two_tables_with_the_same_head_are_told_apart_by_their_titles() -> None:
    state = vpc(texts.NEW)
    assert [(link["interface"], link["up"], link["vlans"]) for link in state["peer_links"]] == [
        ("port-channel1", True, "1,101-104,310-315,900-950")
    ]
    assert [row["id"] for row in state["vpcs"]] == [1, 11, 12]


def test_reasons_and_lists_that_go_on_in_the_next_lines() -> None:
    first, second, third = vpc(texts.NEW)["vpcs"]
    assert (first["up"], first["consistency"], first["vlans"]) == (True, "success", "101,103-104,310-312")
    assert (second["up"], second["over_peer_link"], second["vlans"]) == (False, True, "")
    assert second["reason"] == "vPC type-1 configuration incompatible - STP interface port type inconsistent"
    assert (third["consistency"], third["reason"]) == ("Not Applicable", "Consistency Check Not Performed")
    assert third["over_peer_link"] is False


def test_each_vpc_has_the_members_of_its_channel_and_cites_both_outputs() -> None:
    first, second, third = vpc(texts.NEW)["vpcs"]
    assert (first["lacp"], [m["flag"] for m in first["members"]]) == (False, ["P"])
    assert [(m["interface"], m["flag"]) for m in second["members"]] == [
        ("Ethernet1/19", "s"),
        ("Ethernet1/20", "I"),
        ("Ethernet1/21", "P"),
        ("Ethernet100/1/22", "H"),
    ]
    assert (third["lacp"], third["members"]) == (False, [])
    assert [part for part, _, _ in second["at"]] == [0, 1]


def test_an_old_image_without_columns() -> None:
    state = vpc(texts.OLD)
    first, second = state["vpcs"]
    assert state["reason"].endswith("STP interface port type inconsistent")
    assert (state["consistent"], state["graceful"], state["primary"]) == (False, None, False)
    assert (first["up"], first["consistency"], first["vlans"]) == (True, "failed", "")
    assert first["reason"] == "vPC type-1 configuration incompatible - STP interface port type inconsistent"
    assert second["vlans"] == "1-40,50"
    assert second["channel"] is None  # its channel is not listed


@pytest.mark.parametrize("indent", ["", "        "])
def test_echo_prompt_and_indentation_of_a_paste(indent: str) -> None:
    dressed = "N5K-1# show vpc\r\n" + "\r\n".join(indent + line for line in texts.NEW.split("\n")) + "\r\nN5K-1# "
    assert [row["reason"] for row in vpc(dressed)["vpcs"]] == [row["reason"] for row in vpc(texts.NEW)["vpcs"]]


def test_syslog_in_the_middle_of_a_row_changes_nothing() -> None:
    lines = texts.NEW.split("\n")
    place = next(index for index, line in enumerate(lines) if "incompatible - STP" in line)
    lines.insert(place, "2025 May 15 10:35:59 sw02 %$ VDC-1 %$ %VPC-3-VPC_PEER_LINK_DOWN: VPC Peer-link is down")
    assert vpc("\n".join(lines))["vpcs"][1]["reason"] == vpc(texts.NEW)["vpcs"][1]["reason"]


def test_no_domain() -> None:
    state = vpc(texts.UNCONFIGURED)
    assert (state["configured"], state["domain"], state["peer"]) == (False, None, "link not configured")
    assert (state["alive"], state["primary"], state["vpcs"], state["peer_links"]) == (False, None, [], [])
    assert state["graceful"] is False


def test_peer_link_and_keepalive_down() -> None:
    state = vpc(texts.SPLIT)
    assert (state["peer"], state["alive"]) == ("link down", False)
    assert state["peer_links"][0]["up"] is False
    assert state["vpcs"][0]["reason"] == "Peer-link is down"


@pytest.mark.parametrize(
    "text",
    [
        texts.LEGEND + texts.HEAD + texts.LINK,  # three vPCs are announced
        texts.LEGEND + texts.HEAD + texts.LINK + texts.TABLE.split("12    Po12")[0],
        texts.LEGEND + texts.HEAD.replace("configured         : 3", "configured         : 0"),  # no peer-link
        texts.TABLE,
        texts.HEAD.replace("vPC role", "vPC rule") + texts.LINK + texts.TABLE,
        "",
        "R1#",
    ],
)
def test_a_cut_or_headless_show_vpc_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        vpc(text)


@pytest.mark.parametrize(
    "channels",
    [
        "",
        texts.CHANNELS.split("Group")[0],
        texts.CHANNELS.split("Group")[1],
        texts.CHANNELS.split("Channel\n")[1],
        texts.CHANNELS + "30    Po30(SU)    Eth      LACP      Eth1/5(",
        texts.CHANNELS + "anything else",
    ],
)
def test_a_cut_or_headless_summary_is_a_failure(channels: str) -> None:
    with pytest.raises(ParseFailure):
        vpc(texts.NEW, channels)


@pytest.mark.parametrize("text", [texts.NEW, texts.OLD, texts.SPLIT], ids=["new", "old", "split"])
def test_a_text_cut_anywhere_loses_no_vpc_without_saying_so(text: str) -> None:
    whole = [(row["id"], row["up"], row["consistency"]) for row in vpc(text)["vpcs"]]
    for cut in range(len(text)):
        try:
            part = vpc(text[:cut])
        except ParseFailure:
            continue
        assert [(row["id"], row["up"], row["consistency"]) for row in part["vpcs"]] == whole, cut


def test_no_port_channel_below_the_heading() -> None:
    assert vpc(texts.UNCONFIGURED, texts.CHANNELS.split("1     Po1(SU)")[0])["channels"] == []


def test_channel_flags_and_protocols() -> None:
    channels = {channel["channel"]: channel for channel in vpc(texts.NEW)["channels"]}
    assert (channels[1]["up"], channels[1]["lacp"], channels[1]["flags"]) == (True, True, ["S", "U"])
    assert (channels[11]["up"], channels[12]["lacp"]) == (False, False)


def test_values_are_compared_by_column() -> None:
    rows = {row["name"]: row for row in read("vpc_parameters", texts.PARAMETERS)["rows"]}
    assert [name for name, row in rows.items() if row["differs"] and row["type"] == 1] == [
        "STP Port Type",
        "STP Port Type, Edge BPDUFilter, Edge BPDUGuard",
        "mode",
    ]
    assert (rows["STP Port Type"]["local"], rows["STP Port Type"]["peer"]) == ("Edge Port", "Normal Port")
    assert rows["lag-id"]["local"] == "[(7f9b, 0-23-4-ee-be-64, 80c8, 0, 0)]"
    assert rows["Allowed VLANs"]["local"] == "14,54-55,57,62,66-70,75,77-79,81"
    assert rows["Allowed VLANs"]["differs"] and rows["Allowed VLANs"]["type"] is None
    assert not rows["Speed"]["differs"]  # the peer did not say
    assert "STP MST Region Instance to VLAN Mapping" in rows


@pytest.mark.parametrize(
    "text",
    [
        texts.PARAMETERS.split("Allowed")[0],
        texts.PARAMETERS.split("Name ")[0],
        texts.PARAMETERS.split("-----------------------\n")[1],
        "\n".join(" ".join(line.split()) for line in texts.PARAMETERS.split("\n")),
        texts.PARAMETERS.replace(
            "mode                        1     active", "mode                        1   active activ"
        ),
    ],
)
def test_a_table_without_its_end_heading_or_columns_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("vpc_parameters", text)


def test_role() -> None:
    role = read("vpc_role", texts.ROLE)
    assert (role["mac"], role["peer_mac"]) == ("0c:7f:4d:a8:51:07", "0c:7f:4d:05:36:07")
    assert (role["role"], role["priority"], role["unread"]) == ("secondary", 4000, [])
    alone = read("vpc_role", texts.ROLE.replace("0c:7f:4d:05:36:07", "00:00:00:00:00:00"))
    assert alone["peer_mac"] is None


def test_keepalive() -> None:
    found = read("vpc_keepalive", texts.KEEPALIVE)
    assert (found["alive"], found["destination"], found["vrf"]) == (True, "10.0.0.2", "management")
    off = read("vpc_keepalive", "vPC keep-alive status             : Disabled\n")
    assert (off["alive"], off["destination"]) == (False, None)
    other = texts.KEEPALIVE.replace("peer is alive  ", "peer is alive, but domain IDs do not match")
    assert read("vpc_keepalive", other)["alive"] is True
    with pytest.raises(ParseFailure):
        read("vpc_keepalive", texts.KEEPALIVE.split("vPC Keep-alive parameters")[0])


def test_lacp() -> None:
    first, second = read("lacp_neighbors", texts.NEIGHBORS)["neighbors"]
    assert (first["interface"], first["channel"], first["partner"]) == ("Ethernet1/1", 10, "5e-2-0-1-0-7")
    assert (first["heard"], second["heard"]) == (True, False)
    counters = read("lacp_counters", texts.COUNTERS)
    assert [(c["interface"], c["channel"], c["sent"], c["received"]) for c in counters["counters"]] == [
        ("Ethernet1/47", 1, 92, 85),
        ("Ethernet1/48", 1, 79, 87),
        ("Ethernet1/1", 10, 136, 0),
    ]
    assert counters["unread"] == []


def test_ports() -> None:
    record = read("nxos_ports", texts.PORTS)
    ports = {port["interface"]: port for port in record["ports"]}
    assert (ports["mgmt0"]["up"], ports["mgmt0"]["address"]) == (True, "10.0.0.1")
    assert (ports["Ethernet1/1"]["up"], ports["Ethernet1/1"]["reason"], ports["Ethernet1/1"]["channel"]) == (
        True,
        None,
        10,
    )
    assert ports["Ethernet1/4"]["reason"] == "suspended(no LACP PDUs)"
    assert (ports["Ethernet1/2"]["reason"], ports["Ethernet1/2"]["channel"]) == ("Administratively down", None)
    assert ports["port-channel10"]["reason"] == "No operational members"
    assert ports["Ethernet100/1/1"]["channel"] == 11
    assert record["unread"] == []


def test_features() -> None:
    features = read("nxos_features", texts.FEATURES)["features"]
    assert [(f["name"], f["enabled"]) for f in features] == [("bgp", False), ("lacp", True), ("vpc", False)]


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("text", ["", "N9K# \n", "something else", "% Permission denied for the role\n"])
def test_what_is_not_recognised_is_a_failure(name: str, text: str) -> None:
    with pytest.raises(ParseFailure):
        read(name, text)


@pytest.mark.parametrize("name", [*SINGLE, "vpc"])
def test_a_feature_that_is_off_is_a_refusal(name: str) -> None:
    text = "                ^\n% Invalid command at '^' marker.\n"
    with pytest.raises(Refused):
        read(name, *([text, texts.CHANNELS] if name == "vpc" else [text]))


def teams(*outputs: str) -> dict[str, Any]:
    return parse("lbfo_teams", Platform.WINDOWS, outputs)


def test_teams() -> None:
    (team,) = teams(*texts.TEAMS)["teams"]
    assert (team["mode"], team["status"]) == ("lacp", "Degraded")
    assert [(m["name"], m["status"], m["reason"]) for m in team["members"]] == [
        ("NIC1", "Active", "NoFailure"),
        ("NIC2", "Failed", "PhysicalMediaDisconnected"),
    ]
    assert [nic["vlan"] for nic in team["interfaces"]] == [None, 7]
    assert teams("end\n", "end\n", "end\n")["teams"] == []


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_table_of_teams_that_was_cut_is_a_failure(part: int) -> None:
    outputs = list(texts.TEAMS)
    outputs[part] = outputs[part].removesuffix("end\n")
    with pytest.raises(ParseFailure):
        teams(*outputs)


@pytest.mark.parametrize(("old", "new"), [("Lacp", "2"), ('"Team1","Active"', '"Team9","Active"')])
def test_a_mode_as_number_and_a_member_of_no_team_are_failures(old: str, new: str) -> None:
    with pytest.raises(ParseFailure):
        teams(*(output.replace(old, new) for output in texts.TEAMS))
