"""Network Load Balancing on one host: how it is set up, what its adapter really has, and how the cluster converged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from troubleshoot.parsing.areas.virtual_machines import NlbCluster, NlbHost, NlbSetup, NlbState
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.values import address
from troubleshoot.parsing.windows.mac import cluster_mac, mac
from troubleshoot.parsing.windows.rows import Row, read_rows

_SETTINGS: Final = (
    "PSChildName",
    "ClusterIPAddress",
    "ClusterNetworkMask",
    "ClusterName",
    "MulticastSupportEnable",
    "IGMPSupport",
    "HostPriority",
)


def parse_setup(pages: Sequence[Clean]) -> NlbSetup:
    """Join four answers: the NLB settings of the registry, adapters, their IP addresses, their own hardware addresses.

    Raises:
        ParseFailure: one of the four is missing, cut, or holds what cannot be such a value.
    """
    if len(pages) != 4:
        raise ParseFailure(f"expected the four outputs of the adapters, got {len(pages)}")
    settings = [row for row in read_rows(pages[0], _SETTINGS) if row["ClusterIPAddress"] not in ("", "0.0.0.0")]  # noqa: S104
    adapters = {
        row["GUID"].upper(): row for row in read_rows(pages[1], ("GUID", "NetConnectionID", "Name", "MACAddress"))
    }
    bound = {row["SettingID"].upper(): row for row in read_rows(pages[2], ("SettingID", "IPAddress"))}
    own = {row["InstanceName"]: row for row in read_rows(pages[3], ("InstanceName", "Address"))}
    # NLB leaves the settings of an adapter behind when the adapter is removed: those are no cluster any more.
    present = [row for row in settings if row["PSChildName"].upper() in adapters]
    clusters = [_cluster(row, adapters[row["PSChildName"].upper()], bound, own) for row in present]
    at = [cite for cluster in clusters for cite in cluster["at"]] or [cite for page in pages for cite in page.all()]
    return NlbSetup(clusters=clusters, adapters=len(bound), at=at, unread=[])


def _cluster(row: Row, adapter: Row, bound: Mapping[str, Row], own: Mapping[str, Row]) -> NlbCluster:
    guid = row["PSChildName"].upper()
    vip = address(row["ClusterIPAddress"].strip())
    if vip is None or ":" in vip:
        raise _unfit(row, "ClusterIPAddress")
    mode = _mode(row)
    used, born = bound.get(guid), own.get(adapter["Name"])
    addresses = used["IPAddress"].split() if used else []
    made, nic = cluster_mac(vip, mode), mac(adapter["MACAddress"])
    return NlbCluster(
        guid=guid,
        vip=vip,
        mask=row.optional("ClusterNetworkMask"),
        name=row.optional("ClusterName"),
        mode=mode,
        mac=made,
        priority=row.integer("HostPriority"),
        adapter=adapter.optional("NetConnectionID"),
        nic_mac=nic,
        own_mac=mac(born["Address"]) if born else None,
        addresses=addresses,
        has_vip=vip in addresses,
        has_mac=nic == made,
        at=[cite for part in (row, adapter, used, born) if part for cite in part.at],
    )


def _mode(row: Row) -> str:
    """IGMP mode is multicast with one more switch; without a value NLB takes unicast, as after setup."""
    multicast, igmp = row.integer("MulticastSupportEnable"), row.integer("IGMPSupport")
    if multicast:
        return "igmp" if igmp else "multicast"
    return "unicast"


def _unfit(row: Row, column: str) -> ParseFailure:
    part, line, _ = row.at[0]
    return ParseFailure(f"{column} is {excerpt(row[column])!r}", part, line)


# --- nlb query ----------------------------------------------------------------------------------------------------

_CLUSTER = re.compile(r"Cluster\D{0,20}(\d{1,3}(?:\.\d{1,3}){3})")
_HOST = re.compile(r"Host (\d{1,2})\b(.{1,300})$")
_MEMBERS = re.compile(r"\d{1,2}(?:\s*,\s*\d{1,2})*$")
_LISTING: Final = ("converged", "converging", "draining")  # states in which the hosts of the cluster follow
_BANNER = re.compile(r"WLBS\b|.{0,60}\(c\) ?\d{4}", re.IGNORECASE)
# MicrosoftNLB_Node.StatusCode: https://learn.microsoft.com/previous-versions/windows/desktop/wlbs (MicrosoftNLB_Node)
_CODES: Final[Mapping[int, tuple[str, bool | None]]] = {
    1005: ("stopped", None),
    1006: ("converging", None),
    1007: ("converged", False),
    1008: ("converged", True),
    1009: ("draining", None),
    1013: ("suspended", None),
}
_WORDS: Final = (
    ("suspended", r"\bsuspended|\bunterbrochen"),  # such a host is stopped as well, and says both
    ("stopped", r"\bis stopped|\bangehalten|\bbeendet"),
    ("disconnected", r"\bdisconnected|\bgetrennt"),
    ("draining", r"\bdraining|\bausgleich"),
    ("converging", r"\bconverging|\bwird (?:gerade )?(?:konvergiert|zusammengef)|\bkonvergiert gerade"),
    ("converged", r"\bconverged|\bkonvergiert|\bzusammengef"),
)
_DEFAULT = re.compile(r"\b(?:DEFAULT|STANDARD)\b")


def parse_query(pages: Sequence[Clean]) -> NlbState:
    """Read `nlb query` and the node list of its WMI provider.

    The provider's code is taken where there is one node of this host, because it is the same in every language; else
    the English or German words count.

    Raises:
        ParseFailure: an answer is missing or cut, a host line names no known state, or its member list is missing.
    """
    if len(pages) != 2:
        raise ParseFailure(f"expected the query and the node list, got {len(pages)} outputs")
    codes = _codes(pages[1])
    hosts, unread = _hosts(pages[0], codes)
    if not hosts and codes:
        raise ParseFailure("the provider has a node of this host, but `nlb query` shows none", pages[0].part)
    if not pages[0].lines:
        raise ParseFailure("the output is empty", pages[0].part)
    return NlbState(hosts=hosts, at=[*pages[0].all(), *pages[1].all()], unread=unread)


def _codes(page: Clean) -> dict[tuple[str, int], int]:
    """Status codes of this host's own nodes by cluster address and host number (remote nodes have the code 0)."""
    found: dict[tuple[str, int], int] = {}
    for row in read_rows(page, ("Name", "StatusCode")):
        vip, sign, number = row["Name"].rpartition(":")
        code = row.integer("StatusCode")
        if not sign or not number.isdigit():
            raise _unfit(row, "Name")
        if code:
            found[vip, int(number)] = code
    return found


def _hosts(page: Clean, codes: Mapping[tuple[str, int], int]) -> tuple[list[NlbHost], Cites]:
    hosts: list[NlbHost] = []
    skipped: list[int] = []
    vip: str | None = None
    wanting = 0  # the line of a host whose member list must follow
    for number, text in page.lines:
        body = text.strip()
        if wanting and _MEMBERS.match(body):
            hosts[-1]["members"] = [int(part) for part in re.findall(r"\d+", body)]
            hosts[-1]["at"][0][2] = number
            wanting = 0
        elif wanting:
            break
        elif match := _CLUSTER.match(body):
            vip = match[1]
        elif match := _HOST.match(body):
            hosts.append(_host(page, number, vip, match, codes))
            wanting = number if body.endswith(":") or hosts[-1]["state"] in _LISTING else 0
        elif not _BANNER.match(body):
            skipped.append(number)
    if wanting:
        raise ParseFailure("the list of hosts in the cluster is missing", page.part, wanting)
    return hosts, page.spans(skipped)


def _host(
    page: Clean, line: int, vip: str | None, match: re.Match[str], codes: Mapping[tuple[str, int], int]
) -> NlbHost:
    number, said = int(match[1]), match[2]
    code = next((value for (place, node), value in codes.items() if node == number and vip in (None, place)), None)
    state, default = _state(code, said)
    if not state:
        raise ParseFailure(f"no known state of convergence: {excerpt(match.string)!r}", page.part, line)
    return NlbHost(vip=vip, host_id=number, state=state, default=default, members=[], at=page.at(line))


def _state(code: int | None, said: str) -> tuple[str, bool | None]:
    if code is not None and code in _CODES:
        return _CODES[code]
    state = next((name for name, words in _WORDS if re.search(words, said, re.IGNORECASE)), "")
    return state, bool(_DEFAULT.search(said)) if state == "converged" else None
