"""VRFs as the configuration defines them; `ip vrf` and `vrf definition` are different parents on IOS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.bgp import Vrf, Vrfs
from troubleshoot.parsing.bgp_entry import RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.config import check_end, parse_blocks, parse_set
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import ConfigLine
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.vrf_record import new_vrf, set_rd

_IOS_PARENT = re.compile(r"(?:(?P<new>vrf definition)|ip vrf) ([^\s]{1,64})$")
_RD_LINE = re.compile(rf"rd (?:(auto)|({RD}))$")
_TARGET = re.compile(r"route-target (import|export|both) (\S{3,40})(?: stitching)?$")
_MAP = re.compile(r"(import|export) (?:ipv4 unicast )?map (\S{1,64})")
_FORWARDING = re.compile(r"(?:ip )?vrf forwarding (\S{1,64})$|vrf member (\S{1,64})$")
_LABEL_MODE = re.compile(
    r"mpls label mode (?:vrf (\S{1,64})|all-vrfs) protocol \S{3,12} (per-[\w\-]{2,12}|vrf-conn-aggr)"
)


def parse_ios(pages: Sequence[Clean]) -> Vrfs:
    """Read ``show running-config | section vrf``, or more of the configuration.

    Raises:
        ParseFailure: no configuration, or none that defines a VRF.
    """
    page = one_page(pages)
    vrfs: dict[str, Vrf] = {}
    lines = parse_blocks(pages)["lines"]
    for line in lines:
        match = _IOS_PARENT.match(line["section"])
        if match:
            style = "definition" if match["new"] else "ip"
            _defined(vrfs.setdefault(match[2], new_vrf(match[2], [*line["at"]], style)), line)
    _members(vrfs, lines, Platform.IOS)
    return _record(vrfs, page)


def _defined(vrf: Vrf, line: ConfigLine) -> None:
    """Take what one line says; a VRF without an RD line has none."""
    body = line["text"]
    if match := _RD_LINE.match(body):
        vrf["rd_auto"] = match[1] is not None
        set_rd(vrf, match[2])
    elif match := _TARGET.match(body):
        _target(vrf, match[1], match[2])
    elif match := _MAP.match(body):
        vrf["import_map" if match[1] == "import" else "export_map"] = match[2]
    vrf["at"][0] = [vrf["at"][0][0], vrf["at"][0][1], line["at"][0][2]]


def _target(vrf: Vrf, direction: str, target: str) -> None:
    for name, words in (("imports", ("import", "both")), ("exports", ("export", "both"))):
        known: list[str] = vrf[name]  # type: ignore[literal-required]  # one of the two lists
        if direction in words and target not in known:
            known.append(target)


def _members(vrfs: dict[str, Vrf], lines: Iterable[ConfigLine], platform: Platform) -> None:
    for line in lines:
        match = _FORWARDING.match(line["text"])
        if match and line["section"].startswith("interface "):
            vrf = vrfs.get(match[1] or match[2])
            if vrf is not None:
                vrf["interfaces"].append(canonical(platform, line["section"].split(maxsplit=1)[1]))
        elif (match := _LABEL_MODE.match(line["text"])) and (match[1] is None or match[1] in vrfs):
            for name in [match[1]] if match[1] else vrfs:
                vrfs[name]["label_mode"] = match[2]


def _record(vrfs: dict[str, Vrf], page: Clean) -> Vrfs:
    if not vrfs:
        raise ParseFailure("the configuration defines no VRF", page.part, page.lines[0][0] if page.lines else None)
    return Vrfs(vrfs=list(vrfs.values()), at=page.all(), unread=[])


# --- NX-OS -------------------------------------------------------------------------------------------------------


def parse_nxos(pages: Sequence[Clean]) -> Vrfs:
    """Read ``show running-config vrf V`` or more of the configuration.

    Raises:
        ParseFailure: no configuration, or none that defines a VRF.
    """
    page = one_page(pages)
    return _record({vrf["name"]: vrf for vrf in nxos_vrfs(page)}, page)


def nxos_vrfs(page: Clean) -> list[Vrf]:
    """The VRFs of a configuration of NX-OS.

    Raises:
        ParseFailure: no configuration.
    """
    vrfs: dict[str, Vrf] = {}
    lines = parse_blocks([page])["lines"]
    for line in lines:
        if match := re.match(r"vrf context (\S{1,64})$", line["section"]):
            _defined(vrfs.setdefault(match[1], new_vrf(match[1], [*line["at"]], "context")), line)
    _members(vrfs, lines, Platform.NXOS)
    return list(vrfs.values())


# --- Junos -------------------------------------------------------------------------------------------------------

_INSTANCE = re.compile(r"set routing-instances (\S{1,64}) (.{1,200})$")
_AFTER_LABELS = ("protocols", "routing-options", "forwarding-options", "no-vrf-advertise", "vrf-advertise-selective")


def parse_junos(pages: Sequence[Clean]) -> Vrfs:
    """Read ``show configuration routing-instances [V] | display set``.

    An instance that names policies (`vrf-import`) instead of a target has them as `import_map` and `export_map`; its
    route targets are then not known, and the lists are empty.

    Raises:
        ParseFailure: no set line of a routing instance.
    """
    page = one_page(pages)
    vrfs: dict[str, Vrf] = {}
    for line in parse_set(pages)["lines"]:
        if match := _INSTANCE.match(line["text"]):
            vrf = vrfs.setdefault(match[1], new_vrf(match[1], [*line["at"]], "instance"))
            _instance(vrf, match[2])
            _label_mode(vrf, match[2].split()[0])
            vrf["at"][0] = [vrf["at"][0][0], vrf["at"][0][1], line["at"][0][2]]
    return _record(vrfs, page)


def _instance(vrf: Vrf, body: str) -> None:
    words = body.split()
    if words[0] == "route-distinguisher" and re.fullmatch(RD, words[-1]):
        set_rd(vrf, words[-1])
    elif words[0] == "vrf-target":
        _target(vrf, words[1] if len(words) == 3 else "both", words[-1].removeprefix("target:"))
    elif words[0] in ("vrf-import", "vrf-export"):
        vrf["import_map" if words[0] == "vrf-import" else "export_map"] = words[-1]
    elif words[0] == "interface":
        vrf["interfaces"].append(words[-1])


def _label_mode(vrf: Vrf, word: str) -> None:
    """The mode after this statement. Without `vrf-table-label` it is per CE, but only a later statement shows that."""
    if word == "vrf-table-label" or vrf["label_mode"] == "per-vrf":
        vrf["label_mode"] = "per-vrf"
    else:
        named = vrf["rd"] and (vrf["imports"] or vrf["import_map"])
        vrf["label_mode"] = "per-ce" if named and word in _AFTER_LABELS else None


# --- FRRouting ---------------------------------------------------------------------------------------------------

_FRR_BGP = re.compile(r"router bgp [\d.]{1,12}(?: vrf (\S{1,64}))?$")
_FRR_RD = re.compile(rf"rd vpn export ({RD})$")
_FRR_TARGET = re.compile(r"rt vpn (import|export|both) (\S.{0,400})$")
_FRR_MAP = re.compile(r"route-map vpn (import|export) (\S{1,64})$")


def parse_frr(pages: Sequence[Clean]) -> Vrfs:
    """Read ``show running-config``: a VRF of the VPN is an instance of BGP.

    FRRouting gives one label to a whole VRF. Without `export vpn` the VRF exports nothing, whatever its route targets
    are, and without `rd vpn export` neither; the same holds for `import vpn`.

    Raises:
        ParseFailure: no configuration, none with BGP, or one without its last line.
    """
    page = one_page(pages)
    check_end(pages)
    vrfs: dict[str, Vrf] = {}
    said: dict[str, set[str]] = {}
    for line in parse_blocks(pages)["lines"]:
        if match := _FRR_BGP.match(line["section"]):
            name = match[1] or "default"
            vrf = vrfs.setdefault(name, new_vrf(name, [*line["at"]], "bgp"))
            vrf["label_mode"] = "per-vrf"
            _frr_line(vrf, said.setdefault(name, set()), line["text"])
            vrf["at"][0] = [vrf["at"][0][0], vrf["at"][0][1], line["at"][0][2]]
    for name, vrf in vrfs.items():
        vrf["imports"] = vrf["imports"] if "import vpn" in said[name] else []
        vrf["exports"] = vrf["exports"] if "export vpn" in said[name] else []
    return _record(vrfs, page)


def _frr_line(vrf: Vrf, said: set[str], body: str) -> None:
    if body in ("import vpn", "export vpn"):
        said.add(body)
    elif match := _FRR_RD.match(body):
        set_rd(vrf, match[1])
    elif match := _FRR_TARGET.match(body):
        for target in match[2].split():
            _target(vrf, match[1], target)
    elif match := _FRR_MAP.match(body):
        vrf["import_map" if match[1] == "import" else "export_map"] = match[2]
