"""Multicast in VPNs as the whole running configuration of an IOS router sets it up.

What the configuration does *not* say counts here (no PIM on the loopback, no activation), so it has to be whole: it
names the router, and its last line is `end`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.bgp import Vrf
from troubleshoot.parsing.areas.mvpn import MvpnConfig, MvpnInterface, MvpnNeighbor, MvpnRp, MvpnVrf
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.config import parse_blocks
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.values import IPV4, address
from troubleshoot.parsing.vrf_config import parse_ios

_PARENT = re.compile(r"(?:vrf definition|ip vrf) (\S{1,64})$")
_FAMILY = re.compile(r"address-family (\S{1,20})(?: (.{1,80}))?$")
_ROUTER_BGP = re.compile(r"router bgp ([\d.]{1,12})$")
_INTERFACE = re.compile(r"interface (\S{1,60})(?: .{1,40})?$")
_LEAVE = ("exit-address-family", "exit-vrf")

_MDT_DEFAULT = re.compile(rf"mdt default ({IPV4})$")
_MDT_DATA = re.compile(rf"mdt data ({IPV4} {IPV4})\b")
_MDT_OTHER = re.compile(r"mdt (?:default mpls|overlay use-bgp|partitioned)\b")
_NEXT_HOP = re.compile(r"bgp next-hop (\S{1,60})$")
_ROUTING = re.compile(r"ip multicast-routing(?: vrf (\S{1,64}))?(?P<distributed> distributed)?$")
_MULTIPATH = re.compile(r"ip multicast (?:vrf (\S{1,64}) )?multipath(?: .{1,60})?$")
_SSM = re.compile(r"ip pim (?:vrf (\S{1,64}) )?ssm (?:default|range \S{1,64})$")
_RP = re.compile(
    rf"ip pim (?:vrf (\S{{1,64}}) )?rp-address ({IPV4})(?P<acl> (?!override\b|bidir\b)\S{{1,64}})?"
    r"(?P<override> override)?(?P<bidir> bidir)?$"
)
_FALLBACK = re.compile(rf"ip mroute vrf (\S{{1,64}}) {IPV4} {IPV4} fallback-lookup vrf (\S{{1,64}})")
_SELECT = re.compile(r"ip multicast vrf (\S{1,64}) rpf select (?:vrf (\S{1,64})|(global))\b")
_NEIGHBOR = re.compile(
    r"neighbor (\S{1,64}) (?:(?P<activate>activate)|update-source (?P<source>\S{1,60})|peer-group (?P<group>\S{1,64}))$"
)
_ADDRESS = re.compile(rf"ip address ({IPV4}) {IPV4}$")
_FORWARDING = re.compile(r"(?:ip )?vrf forwarding (\S{1,64})$")
_PIM = re.compile(r"ip pim ((?:sparse|dense|sparse-dense)-mode|passive)$")


def parse(pages: Sequence[Clean]) -> MvpnConfig:
    """Read ``show running-config``.

    Raises:
        ParseFailure: this is no configuration, or not a whole one.
    """
    page = one_page(pages)
    lines = parse_blocks(pages)["lines"]
    number, last = page.lines[-1]
    if last != "end" or not any(line["text"].startswith("hostname ") for line in lines):
        raise ParseFailure("the configuration is not whole from `hostname` to `end`", page.part, number)
    return _Reader(page).read()


class _Reader:
    """One pass over the lines: which block, which address family in it, what the line sets."""

    def __init__(self, page: Clean) -> None:
        self.page = page
        self.vrfs = {vrf["name"]: _new_vrf(vrf) for vrf in _basic(page)}
        self.next_hops: dict[str, str] = {}  # VRF -> interface
        self.interfaces: dict[str, MvpnInterface] = {}
        self.neighbors: dict[str, MvpnNeighbor] = {}  # peer groups among them
        self.groups: dict[str, str] = {}  # neighbor -> peer group
        self.record = MvpnConfig(
            multicast_routing=False, distributed=False, multipath=None, ssm=False, asn=None, mdt_family=False,
            neighbors=[], interfaces=[], vrfs=[], at=page.all(), unread=[],
        )  # fmt: skip
        self.block: Callable[[int, str], None] | None = None
        self.name = self.family = ""

    def read(self) -> MvpnConfig:
        for number, text in self.page.lines:
            body = text.strip()
            if body == "!":
                continue
            if not text.startswith(" "):
                self._open(number, body)
            elif self.block is not None:
                self.block(number, body)
        record = self.record
        record["neighbors"] = self._carriers()
        for vrf in self.vrfs.values():
            self._finish(vrf)
        record["vrfs"], record["interfaces"] = [*self.vrfs.values()], [*self.interfaces.values()]
        return record

    def _carriers(self) -> list[MvpnNeighbor]:
        """The neighbors for VPNs; what stands at a peer group holds for its members."""
        for member, group in self.groups.items():
            own, shared = self.neighbors[member], self.neighbors.get(group)
            if shared is not None:
                own["update_source"] = own["update_source"] or shared["update_source"]
                own["vpn"], own["mdt"] = own["vpn"] or shared["vpn"], own["mdt"] or shared["mdt"]
        return [n for n in self.neighbors.values() if address(n["address"]) and (n["vpn"] or n["mdt"])]

    def _open(self, number: int, body: str) -> None:
        self.block, self.name, self.family = None, "", ""
        if match := _PARENT.match(body):
            self.block, self.name = self._in_vrf, match[1]
            self._global(number, body)
        elif match := _INTERFACE.match(body):
            self.block, self.name = self._in_interface, canonical(Platform.IOS, match[1])
            self.interfaces[self.name] = MvpnInterface(
                interface=self.name, address=None, vrf=None, pim=None, shut=False, at=self.page.at(number)
            )
        elif match := _ROUTER_BGP.match(body):
            self.block, self.record["asn"] = self._in_bgp, match[1]
        else:
            self._global(number, body)

    def _in_family(self, body: str) -> bool:
        """Follow the address families of a block; whether the line was about that."""
        if match := _FAMILY.match(body):
            self.family = f"{match[1]} {match[2] or ''}".strip()
            return True
        if body in _LEAVE:
            self.family = ""
            return True
        return False

    def _in_vrf(self, number: int, body: str) -> None:
        vrf = self.vrfs.get(self.name)
        if vrf is None or self._in_family(body) or self.family.startswith("ipv6"):
            return
        if match := _MDT_DEFAULT.match(body):
            vrf["mdt_default"] = match[1]
        elif match := _MDT_DATA.match(body):
            vrf["mdt_data"].append(match[1])
        elif _MDT_OTHER.match(body):
            vrf["mdt_other"] = body
        elif match := _NEXT_HOP.match(body):
            self.next_hops[self.name] = canonical(Platform.IOS, match[1])

    def _in_interface(self, number: int, body: str) -> None:
        interface = self.interfaces[self.name]
        interface["at"][0][2] = number
        if match := _ADDRESS.match(body):
            interface["address"] = match[1]
        elif match := _FORWARDING.match(body):
            interface["vrf"] = match[1]
        elif match := _PIM.match(body):
            interface["pim"] = match[1]
        elif body == "shutdown":
            interface["shut"] = True

    def _in_bgp(self, number: int, body: str) -> None:
        match = None if self._in_family(body) else _NEIGHBOR.match(body)
        self.record["mdt_family"] = self.record["mdt_family"] or self.family == "ipv4 mdt"
        if match is None or self.family not in ("", "vpnv4", "vpnv4 unicast", "ipv4 mdt"):
            return
        neighbor = self.neighbors.setdefault(match[1], _new_neighbor(match[1]))
        neighbor["at"] += self.page.at(number)
        if match["group"]:
            self.groups[match[1]] = match["group"]
        elif match["source"]:
            neighbor["update_source"] = canonical(Platform.IOS, match["source"])
        elif self.family:
            neighbor["mdt" if self.family == "ipv4 mdt" else "vpn"] = True

    def _global(self, number: int, body: str) -> None:
        """Lines that stand outside of blocks, for the global table or for a VRF that they name."""
        if match := _ROUTING.match(body):
            self._switched_on(match, number)
        elif match := _MULTIPATH.match(body):
            self._setting(match[1], number)["multipath"] = body
        elif match := _SSM.match(body):
            self._setting(match[1], number)["ssm"] = True
        elif match := _RP.match(body):
            self._rp(match, number)
        elif (match := _FALLBACK.match(body)) and match[1] in self.vrfs:
            self._vrf(match[1], number)["fallback"].append(match[2])
        elif (match := _SELECT.match(body)) and match[1] in self.vrfs:
            self._vrf(match[1], number)["select"].append(match[2] or "default")

    def _vrf(self, name: str, number: int) -> MvpnVrf:
        vrf = self.vrfs[name]
        vrf["at"] += self.page.at(number)
        return vrf

    def _setting(self, name: str | None, number: int) -> MvpnVrf | MvpnConfig:
        if name is None:
            return self.record
        return self._vrf(name, number) if name in self.vrfs else _new_vrf(None)

    def _switched_on(self, match: re.Match[str], number: int) -> None:
        self._setting(match[1], number)["multicast_routing"] = True
        self.record["distributed"] = self.record["distributed"] or match["distributed"] is not None

    def _rp(self, match: re.Match[str], number: int) -> None:
        if match[1] not in self.vrfs:
            return  # the global table's RPs are asked for where they count
        self._vrf(match[1], number)["rps"].append(
            MvpnRp(
                rp=match[2],
                acl=(match["acl"] or "").strip() or None,
                override=match["override"] is not None,
                bidir=match["bidir"] is not None,
                at=self.page.at(number),
            )
        )

    def _finish(self, vrf: MvpnVrf) -> None:
        """What follows from lines elsewhere: the source of the tunnel, interfaces in dense mode."""
        sources = [n["update_source"] for n in self.record["neighbors"] if n["vpn"] and n["update_source"]]
        name = self.next_hops.get(vrf["name"]) or next(iter(sources), None)
        vrf["mdt_interface"] = name
        if name is not None and (found := self.interfaces.get(name)) is not None:
            vrf["mdt_source"], vrf["mdt_pim"] = found["address"], found["pim"] is not None
            vrf["mdt_up"] = not found["shut"]
        inside = (i for i in self.interfaces.values() if i["vrf"] == vrf["name"])
        vrf["dense"] = [i["interface"] for i in inside if i["pim"] == "dense-mode"]


def _basic(page: Clean) -> list[Vrf]:
    """The VRFs that the configuration defines; none is an answer here."""
    if not any(_PARENT.match(text) for _, text in page.lines):
        return []
    return parse_ios([page])["vrfs"]


def _new_vrf(vrf: Vrf | None) -> MvpnVrf:
    at: Cites = [[*vrf["at"][0]]] if vrf else []
    return MvpnVrf(
        name=vrf["name"] if vrf else "", style=vrf["style"] if vrf else None, rd=vrf["rd"] if vrf else None,
        imports=vrf["imports"] if vrf else [], exports=vrf["exports"] if vrf else [],
        export_map=vrf["export_map"] if vrf else None, multicast_routing=False, mdt_default=None, mdt_data=[],
        mdt_other=None, mdt_interface=None, mdt_source=None, mdt_pim=None, mdt_up=None, ssm=False, rps=[], dense=[],
        multipath=None, fallback=[], select=[], at=at,
    )  # fmt: skip


def _new_neighbor(name: str) -> MvpnNeighbor:
    return MvpnNeighbor(address=name, update_source=None, vpn=False, mdt=False, at=[])
