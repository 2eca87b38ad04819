"""BGP in a configuration, family by family: what is set for one VRF, and the lines to restore it.

`maximum-paths` counts only in the family in which it stands: the global one is not inherited by a VRF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpConfig, BgpFamily
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.config import check_end, parse_blocks, parse_set
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import one_page

_BGP = re.compile(r"router bgp ([\d.]{1,12})(?: vrf (\S{1,64}))?$")
_FAMILY = re.compile(r"address-family (\S{1,20})(?: (?:unicast )?vrf (\S{1,64})| (\S{1,20}))?$")
_VRF = re.compile(r"vrf (\S{1,64})$")
_MAXIMUM = re.compile(r"maximum-paths(?: (?P<kind>ibgp|eibgp|mixed))?(?P<unequal> unequal-cost)? (?P<number>\d{1,4})\b")
_RELAX = re.compile(r"bgp bestpath as-path multipath-relax|bestpath as-path multipath-relax")
_LEAVE = ("exit-address-family", "exit-peer-policy", "exit")


def _family(vrf: str, at: Cites) -> BgpFamily:
    return BgpFamily(vrf=vrf, lines=[], maximum_paths=None, ibgp=None, eibgp=None, unequal_cost=False, at=at)


class _Blocks:
    """Walks the indented lines of `router bgp` of one page."""

    def __init__(self, page: Clean) -> None:
        self.page = page
        self.record = BgpConfig(
            asn=None,
            families=[],
            as_path_relax=False,
            peer_type_relax=[],
            load_balance=None,
            at=page.all(),
            unread=[],
        )
        self.inside = False
        self.instance: str | None = None  # FRRouting has an instance for each VRF, NX-OS a block
        self.family: BgpFamily | None = None
        self.block: int | None = None  # the line of a family whose end has not come yet

    def read(self) -> BgpConfig:
        parse_blocks([self.page])  # refuses what is no configuration
        for number, text in self.page.lines:
            self._line(number, text)
        if self.record["asn"] is None:
            raise ParseFailure("the configuration has no `router bgp`", self.page.part, self.page.lines[0][0])
        return self.record

    def check_families(self) -> None:
        """A `section` of IOS has no last line, but each family in it has one.

        Raises:
            ParseFailure: the text ends inside a family, or before the first one, without which no VRF has routes.
        """
        if self.block is None or self.block:
            raise ParseFailure("the BGP configuration is not whole", self.page.part, self.page.lines[-1][0])

    def _line(self, number: int, text: str) -> None:
        body = text.strip()
        if match := _BGP.match(body):
            self.inside, self.family = True, None
            self.record["asn"], self.instance = match[1], match[2]
            self._open("default" if match[2] is None else match[2], number)
            self.family = None
        elif not text.startswith(" ") and body != "!":
            self.inside = False
        elif self.inside and body != "!":
            self._inner(number, body)

    def _inner(self, number: int, body: str) -> None:
        self.record["as_path_relax"] = self.record["as_path_relax"] or _RELAX.match(body) is not None
        if body == "bgp bestpath peer-type multipath-relax":
            self.record["peer_type_relax"].append(self.instance or "default")
        if match := _FAMILY.match(body):
            self.block = number
            self._enter(match, number)
        elif match := _VRF.match(body):
            self.instance, self.family = match[1], None
        elif body in _LEAVE:
            self.family, self.block = None, 0 if body == "exit-address-family" else self.block
        elif self.family is not None:
            _take(self.family, body)
            self.family["at"][0][2] = number

    def _enter(self, match: re.Match[str], number: int) -> None:
        kind, vrf, variant = match[1], match[2], match[3]
        if kind != "ipv4" or (variant or "unicast") != "unicast":
            self.family = None  # vpnv4, ipv6, mdt: not the family of a VRF
        else:
            self._open(vrf or self.instance or "default", number)

    def _open(self, vrf: str, number: int) -> None:
        known = next((family for family in self.record["families"] if family["vrf"] == vrf), None)
        self.family = known or _family(vrf, self.page.at(number))
        if known is None:
            self.record["families"].append(self.family)


def _take(family: BgpFamily, body: str) -> None:
    family["lines"].append(body)
    match = _MAXIMUM.match(body)
    if match is None:
        return
    number = int(match["number"])
    if match["kind"] == "ibgp":
        family["ibgp"] = number
    elif match["kind"] in ("eibgp", "mixed"):
        family["eibgp"] = number
    else:
        family["maximum_paths"] = number
    family["unequal_cost"] = family["unequal_cost"] or match["unequal"] is not None


def parse_ios(pages: Sequence[Clean]) -> BgpConfig:
    """Read ``show running-config | section router bgp``, or the same of the startup configuration.

    Raises:
        ParseFailure: no configuration, none with `router bgp`, or a text that ends inside it.
    """
    return _indented(pages, section=True)


def parse_nxos(pages: Sequence[Clean]) -> BgpConfig:
    """Read ``show running-config bgp``: the same blocks, `vrf V` with a family inside; nothing marks their ends.

    Raises:
        ParseFailure: no configuration, or none with `router bgp`.
    """
    return _indented(pages)


def _indented(pages: Sequence[Clean], *, section: bool = False) -> BgpConfig:
    blocks = _Blocks(one_page(pages))
    record = blocks.read()
    if section:
        blocks.check_families()
    # The block of the process itself is no family unless it holds lines of the global one.
    record["families"] = [each for each in record["families"] if each["vrf"] != "default" or each["lines"]]
    return record


def parse_frr(pages: Sequence[Clean]) -> BgpConfig:
    """Read ``show running-config`` of FRRouting, which shares load over all equal paths unless a limit is set.

    Raises:
        ParseFailure: no configuration, none with `router bgp`, or one without its last line.
    """
    check_end(pages)
    return _indented(pages)


# --- Junos -------------------------------------------------------------------------------------------------------

_MULTIPATH = re.compile(r"set routing-instances (\S{1,64}) routing-options multipath\b(.{0,120})$")
_INSTANCE_BGP = re.compile(r"set routing-instances (\S{1,64}) (.{1,190})$")
_BALANCE = re.compile(
    r"set policy-options policy-statement (\S{1,64}) (?:term \S{1,64} )?then load-balance per-(?:packet|flow)"
)
_EXPORT = re.compile(r"set routing-options forwarding-table export (?:\[ )?(\S{1,64})")
_ASN = re.compile(r"set routing-options autonomous-system ([\d.]{1,12})\b")


def parse_junos(pages: Sequence[Clean]) -> BgpConfig:
    """Read the set lines of routing-instances, routing-options and policy-options, in that order.

    The last may be empty: a router without policies prints nothing for them. `multipath` of an instance has no number
    and stands for as many paths as there are; with `equal-external-internal` it mixes both kinds.

    Raises:
        ParseFailure: a text was not recognised.
    """
    if len(pages) != 3:
        raise ParseFailure(f"expected three outputs, got {len(pages)}")
    record = BgpConfig(
        asn=None, families=[], as_path_relax=False, peer_type_relax=[], load_balance=False, at=[], unread=[]
    )
    exported, balancing = set[str](), set[str]()
    for page in pages:
        if not page.lines and page.part == 2:
            continue
        lines = parse_set([page])["lines"]
        record["at"] += page.all()
        for line in lines:
            _set_line(record, line["text"], line["at"], exported, balancing)
    record["load_balance"] = bool(exported & balancing)
    return record


def _set_line(record: BgpConfig, body: str, at: Cites, exported: set[str], balancing: set[str]) -> None:
    if match := _INSTANCE_BGP.match(body):
        _instance(record, match[1], body, at)
    elif match := _ASN.match(body):
        record["asn"] = match[1]
    elif match := _EXPORT.match(body):
        exported.add(match[1])
    elif match := _BALANCE.match(body):
        balancing.add(match[1])


def _instance(record: BgpConfig, vrf: str, body: str, at: Cites) -> None:
    family = next((each for each in record["families"] if each["vrf"] == vrf), None)
    if family is None:
        family = _family(vrf, [*at])
        record["families"].append(family)
    family["lines"].append(body)
    family["at"][0] = [family["at"][0][0], family["at"][0][1], at[0][2]]
    if match := _MULTIPATH.match(body):
        family["ibgp"] = family["maximum_paths"] = _JUNOS_PATHS
        family["unequal_cost"] = "vpn-unequal-cost" in match[2]
        family["eibgp"] = _JUNOS_PATHS if "equal-external-internal" in match[2] else None


_JUNOS_PATHS = 16  # the default number of next hops of a multipath
