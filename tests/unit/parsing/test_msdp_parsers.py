"""MSDP sessions, caches and RP configurations of four platforms: whole, noisy, cut and refused texts."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

IOS, NXOS, JUNOS, FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR

IOS_PEERS = """\
MSDP Peer 10.88.0.2 (?), AS ?
  Connection status:
    State: Up, Resets: 0, Connection source: Loopback7 (10.88.0.1)
    Uptime(Downtime): 3w1d, Messages sent/received: 31207/31254
    Output messages discarded: 0
    Peer is member of mesh-group LAB-RP
  SA Filtering:
    Input (S,G) filter: 111, route-map: none
    Input RP filter: none, route-map: none
    Output (S,G) filter: none, route-map: none
    Output RP filter: none, route-map: none
  SAs learned from this peer: 31
  Number of connection transitions to Established state: 1
  MD5 signature protection on MSDP TCP connection: not enabled
  Message counters:
    RPF Failure count: 4
    SA Messages in/out: 412/57
MSDP Peer 10.88.0.3 (?), AS 65001
  Connection status:
    State: Listen, Resets: 44, Connection source: Loopback7 (10.88.0.1)
    Uptime(Downtime): 00:01:07, Messages sent/received: 12/9
  SAs learned from this peer: 0
  Number of connection transitions to Established state: 44
  Message counters:
    RPF Failure count: 0
    SA Messages in/out: 3/2
"""
IOS_CACHE = """\
MSDP Source-Active Cache - 2 entries
(10.51.1.10, 239.11.10.10), RP 10.88.0.2, BGP/AS 0, 00:23:11/00:05:02, Peer 10.88.0.2
(10.51.2.10, 239.11.10.11), RP 10.88.0.2, AS ?,00:10:02/00:05:38, Peer 10.88.0.2
Learned from peer 10.88.0.2, RPF peer 10.88.0.2,
SAs received: 9, Encapsulated data received: 1
"""
NXOS_SUMMARY = """\
MSDP Peer Status Summary for VRF "default"
Local ASN: 0, originator-id: 10.88.0.1

Number of configured peers:  2
Number of established peers: 1
Number of shutdown peers:    1

Peer            Peer        Connection      Uptime/   Last msg  (S,G)s
Address         ASN         State           Downtime  Received  Received
10.88.0.2       0           Established     07:12:40  00:00:33  31
10.88.0.3       0           Admin-shutdown  1d02h     never     0
"""
NXOS_PEER = """\
MSDP peer 10.88.0.2 for VRF "default"
AS 0, local address: 10.88.0.1 (loopback7)
  Description: none
  Connection status: Inactive, Connecting in: 00:00:17
    Uptime(Downtime): 00:03:10
    Last reset reason: none
    Password: not set
  Keepalive Interval: 60 sec
  Keepalive Timeout: 90 sec
  Reconnection Interval: 10 sec
  Policies:
    SA in: LAB-IN, SA out: none
    SA limit: unlimited
  Member of mesh-group: LAB-RP
  Statistics (in/out):
    Last messaged received: never
    SAs: 12/4, SA-Requests: 0/0, SA-Responses: 0/0
    In/Out Ctrl Msgs: 0/0, In/Out Data Msgs: 0/0
    Remote/Local Port 639/51234
    RPF check failures: 3
    Established Transitions: 2
"""
NXOS_CACHE = """\
MSDP SA Route Cache for VRF "default" - 1 entries
Source          Group           RP               ASN         Uptime
10.51.1.10      239.11.10.10    10.88.0.2        0           00:23:11
"""
JUNOS_PEERS = """\
Peer address    Local address   State       Last up/down Peer-Group   SA Count
10.88.0.2       10.88.0.1       Established  5d 19:25:44 LAB-RP       3/3
10.88.0.3       10.88.0.1       Listen          00:02:01 LAB-RP       0/0
"""
JUNOS_CACHE = """\
Group address   Source address  Peer address    Originator      Flags
239.11.10.10    10.51.1.10      10.88.0.2       10.88.0.2       Accept
239.11.10.11    10.51.2.10      local           10.88.0.1       Accept
                10.51.2.11      10.88.0.2       10.88.0.2       Reject
"""


def read(name: str, platform: Platform, *texts: str) -> Any:
    return parse(name, platform, list(texts))


def peers(platform: Platform, *texts: str) -> dict[str, Any]:
    return {peer["address"]: peer for peer in read("msdp_peers", platform, *texts)["peers"]}


def test_ios_peers() -> None:
    record = read("msdp_peers", IOS, IOS_PEERS)
    up, other = record["peers"]
    assert (up["state"], up["local"], up["source"], up["asn"]) == ("up", "10.88.0.1", "Loopback7", None)
    assert (up["mesh_group"], up["filter_in"], up["filter_out"], up["password"]) == ("LAB-RP", "111", "none", False)
    assert (up["sa_count"], up["rpf_failures"], up["sa_in"], up["sa_out"]) == (31, 4, 412, 57)
    assert (other["state"], other["asn"], other["resets"], other["transitions"]) == ("listen", "65001", 44, 44)
    assert other["age"] == 67
    assert record["unread"] == []


@pytest.mark.parametrize(
    "text", ["MSDP Peer 10.88.0.2 (?), AS ?\n", "MSDP Peer 10.88.0.2 (?), AS ?\n  Connection status:\n"]
)
def test_ios_a_peer_without_its_state_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("msdp_peers", IOS, text)


def test_ios_cache() -> None:
    first, second = read("msdp_cache", IOS, IOS_CACHE)["entries"]
    assert (first["source"], first["group"], first["rp"], first["peer"]) == (
        "10.51.1.10",
        "239.11.10.10",
        "10.88.0.2",
        "10.88.0.2",
    )
    assert (first["age"], second["expires"]) == (1391, 338)
    empty = read("msdp_cache", IOS, "MSDP Source-Active Cache - 0 entries\n")
    assert (empty["entries"], empty["enabled"]) == ([], True)


def test_a_cache_with_fewer_entries_than_it_announces_is_a_failure() -> None:
    for platform, text in ((IOS, IOS_CACHE), (NXOS, NXOS_CACHE.replace(" - 1 ", " - 2 "))):
        with pytest.raises(ParseFailure, match="announced"):
            read("msdp_cache", platform, "\n".join(text.split("\n")[:2]) if platform is IOS else text)


def test_nxos_summary_and_peers_are_put_together() -> None:
    found = peers(NXOS, NXOS_SUMMARY, NXOS_PEER)
    assert set(found) == {"10.88.0.2", "10.88.0.3"}
    assert found["10.88.0.3"]["state"] == "shutdown"
    assert (found["10.88.0.2"]["local"], found["10.88.0.2"]["source"]) == ("10.88.0.1", "loopback7")
    detail = peers(NXOS, NXOS_PEER)["10.88.0.2"]
    assert (detail["state"], detail["mesh_group"], detail["filter_in"], detail["filter_out"]) == (
        "inactive",
        "LAB-RP",
        "LAB-IN",
        "none",
    )
    assert (detail["rpf_failures"], detail["transitions"], detail["sa_in"], detail["password"]) == (3, 2, 12, False)
    assert read("msdp_peers", NXOS, NXOS_SUMMARY)["originator"] == "10.88.0.1"


@pytest.mark.parametrize("kept", [10, 11])
def test_nxos_a_summary_that_was_cut_is_a_failure(kept: int) -> None:
    with pytest.raises(ParseFailure, match="2 peers are announced"):
        read("msdp_peers", NXOS, "\n".join(NXOS_SUMMARY.split("\n")[: kept - 1]))


def test_nxos_cache() -> None:
    (entry,) = read("msdp_cache", NXOS, NXOS_CACHE)["entries"]
    assert (entry["source"], entry["group"], entry["rp"], entry["age"]) == (
        "10.51.1.10",
        "239.11.10.10",
        "10.88.0.2",
        1391,
    )


def test_junos_peers() -> None:
    found = peers(JUNOS, JUNOS_PEERS)
    up, other = found["10.88.0.2"], found["10.88.0.3"]
    assert (up["state"], up["local"], up["sa_count"]) == ("up", "10.88.0.1", 3)
    assert up["age"] == 5 * 86400 + 19 * 3600 + 25 * 60 + 44
    assert (other["state"], other["age"]) == ("listen", 121)


def test_junos_cache_knows_own_sources_and_refused_ones() -> None:
    first, own, refused = read("msdp_cache", JUNOS, JUNOS_CACHE)["entries"]
    assert (first["peer"], first["local"], first["accepted"]) == ("10.88.0.2", False, True)
    assert (own["local"], own["peer"], own["rp"]) == (True, None, "10.88.0.1")
    assert (refused["group"], refused["source"], refused["accepted"]) == ("239.11.10.11", "10.51.2.11", False)


def test_junos_a_source_without_its_group_is_a_failure() -> None:
    heading, _, _, alone = JUNOS_CACHE.split("\n")[:4]
    with pytest.raises(ParseFailure, match="without its group"):
        read("msdp_cache", JUNOS, f"{heading}\n{alone}\n")


@pytest.mark.parametrize("name", ["msdp_peers", "msdp_cache"])
@pytest.mark.parametrize("platform", [IOS, NXOS, JUNOS])
@pytest.mark.parametrize("text", ["hello\n", "Neighbor  V  AS\n10.1.1.1 4 65001\n", "\x00\x00\n"])
def test_another_text_is_a_failure(name: str, platform: Platform, text: str) -> None:
    with pytest.raises(ParseFailure):
        read(name, platform, text)
