"""``show vrf detail`` and ``show ip vrf detail`` of IOS and IOS-XE; only the IPv4 unicast part of a VRF is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.bgp import Vrf, Vrfs
from troubleshoot.parsing.bgp_entry import RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.vrf_record import new_vrf, set_rd

_VRF = re.compile(
    rf"VRF ([^\s;]{{1,64}})(?: \(VRF Id = \d+\))?; default RD (?P<rd>{RD}|<not set>)(?P<auto> ?\(auto\))?"
    r"(?P<rest>(?:; .{0,120})?)$"
)
_FAMILY = re.compile(r"Address family (\w+)(?: (\w+))?(?: \(Table ID = .{1,40}\))?:?(?P<off>.{0,3}not active\.?)?$")
_EXPORT = re.compile(r"(No )?Export VPN route-target communities")
_IMPORT = re.compile(r"(No )?Import VPN route-target communities")
_TARGETS = re.compile(r"(?:RT:\S{3,40}\s*){1,20}$")
_MAP = re.compile(r"(No )?(?P<kind>[Ii]mport|[Ee]xport) route-map(?:: ?(?P<name>\S{1,64}))?$")
_LABELS = re.compile(r"VRF label allocation mode: (per-[\w\-]{2,20})(?: ?\(Label \d+\))?")
_PROTECTION = re.compile(r"Prefix protection with additional path enabled")
_INTERFACES = re.compile(r"(No )?[Ii]nterfaces:?$")
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z\-]{0,30}\d[\w/.:]{0,20}$")
_KNOWN = re.compile(
    r"(?:Flags: |Description: |VRF label distribution|VRF Table ID|No global export|Global (?:ex|im)port|No Global"
    r"|Route (?:warning )?limit|Unicast |CSC |Prefix |MTU |Connected addresses|VPNID|SRv6|Import route-map for|No VPN)",
    re.I,
)


def parse(pages: Sequence[Clean]) -> Vrfs:
    """Read all VRFs of the output.

    Raises:
        ParseFailure: no VRF was recognised, or the last one ends before its route targets.
    """
    return _Reader(one_page(pages)).read()


class _Reader:
    def __init__(self, page: Clean) -> None:
        self.page = page
        self.reading = Reading(page)
        self.vrfs: list[Vrf] = []
        self.ipv4 = True  # old releases print no families
        self.targets: list[str] | None = None
        self.listing = False
        self.whole = False

    def read(self) -> Vrfs:
        for number, text in self.page.lines:
            self._line(number, text.strip())
        self._close()
        return Vrfs(vrfs=self.vrfs, at=self.page.all(), unread=self.reading.unread())

    def _line(self, number: int, body: str) -> None:
        if match := _VRF.match(body):
            self._close()
            self._open(match, number)
        elif not self.vrfs:
            self.reading.skip(number)
        elif self._inside(self.vrfs[-1], body):
            self.vrfs[-1]["at"][0][2] = number
        elif not _KNOWN.match(body) and self.ipv4:
            self.reading.skip(number)

    def _open(self, match: re.Match[str], number: int) -> None:
        self.reading.row()
        vrf = new_vrf(match[1], self.page.at(number))
        set_rd(vrf, None if match["rd"] == "<not set>" else match["rd"])
        vrf["rd_auto"] = match["auto"] is not None
        vrf["being_deleted"] = "being deleted" in match["rest"]
        self.vrfs.append(vrf)
        self.ipv4, self.targets, self.listing, self.whole = True, None, False, False

    def _close(self) -> None:
        if self.vrfs and not self.whole and not self.vrfs[-1]["being_deleted"]:
            raise ParseFailure(
                "the VRF is not whole: its route targets are missing", self.page.part, self.vrfs[-1]["at"][0][2]
            )

    def _inside(self, vrf: Vrf, body: str) -> bool:
        if match := _FAMILY.match(body):
            self.ipv4 = match[1].lower() == "ipv4" and (match[2] or "unicast").lower() == "unicast"
            self.whole = self.whole or (self.ipv4 and match["off"] is not None)
            self.targets, self.listing = None, False
        elif not self.ipv4 or not (self._lists(vrf, body) or self._facts(vrf, body)):
            return False
        return True

    def _lists(self, vrf: Vrf, body: str) -> bool:
        if match := _EXPORT.match(body):
            self.targets = vrf["exports"]
        elif match := _IMPORT.match(body):
            # Without any there is a sentence instead of the heading.
            self.targets, self.whole = vrf["imports"], match[1] is not None
        elif self.targets is not None and _TARGETS.match(body):
            self.targets += [word[3:] for word in body.split()]
            self.whole = self.whole or self.targets is vrf["imports"]
        elif match := _INTERFACES.match(body):
            self.listing = match[1] is None
        elif self.listing and all(_INTERFACE.match(word) for word in body.split()):
            vrf["interfaces"] += [canonical(Platform.IOS, word) for word in body.split()]
        else:
            return False
        return True

    def _facts(self, vrf: Vrf, body: str) -> bool:
        self.listing = False
        if match := _MAP.match(body):
            key = "import_map" if match["kind"].lower() == "import" else "export_map"
            vrf[key] = match["name"]  # type: ignore[literal-required]  # one of the two keys
        elif match := _LABELS.match(body):
            vrf["label_mode"] = match[1]
        elif _PROTECTION.match(body):
            vrf["best_external"] = True
        elif body.startswith("Old CLI format"):
            vrf["style"] = "ip"
        elif body.startswith("New CLI format"):
            vrf["style"] = "definition"
        else:
            return False
        return True
