"""The detailed entry of a prefix: ``show ip bgp P``, ``show bgp vpnv4 unicast ... P``."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from troubleshoot.lab.ios.bgp.finding import NOT_FOUND, View, matching
from troubleshoot.lab.ios.context import Args
from troubleshoot.lab.ios.vrf import old_software
from troubleshoot.lab.network.bgp.choice import Chosen
from troubleshoot.lab.network.bgp.config import MaximumPaths
from troubleshoot.lab.network.bgp.path import Net, Origin, Path
from troubleshoot.lab.network.model import NOWHERE
from troubleshoot.lab.network.vrf import PER_VRF, vrf_of

_ORIGINS = {Origin.IGP: "IGP", Origin.EGP: "EGP", Origin.INCOMPLETE: "incomplete"}


def entries(view: View, args: Args) -> str:
    """All entries that are meant, one below the other."""
    nets = matching(view, args)
    return "\n".join(line for net in nets for line in _entry(view, net)) if nets else NOT_FOUND


def version(net: Net) -> int:
    """A table version: a number that stays with the prefix."""
    return zlib.crc32(str(net).encode()) % 900 + 2


def _entry(view: View, net: Net) -> Iterator[str]:
    chosen = view.nets[net]
    best = f"best #{chosen.paths.index(chosen.best) + 1}" if chosen.best else "no best path"
    yield f"BGP routing table entry for {net}, version {version(net)}"
    yield f"Paths: ({len(chosen.paths)} available, {best}{_table(view, net)})"
    limits = multipath(view.speaker.limits(net))
    if limits:
        yield f"Multipath: {limits}"
    yield from ("  Advertised to update-groups:", "     1         ") if _told(view, net) else (_NOT_TOLD,)
    for path in chosen.paths:
        yield from _path(view, net, chosen, path)


_NOT_TOLD = "  Not advertised to any peer"


def _table(view: View, net: Net) -> str:
    if old_software(view.device.router):
        return f", table {view.speaker.vrf_name(net)}" if view.speaker.vrf_name(net) else ""
    if not net.rd:
        return ", table default"
    name = view.speaker.vrf_name(net)
    return f", table {name}" if name else ", no table"


def multipath(limits: MaximumPaths) -> str:
    """The words of the `Multipath:` line."""
    if limits.eibgp:
        return "eiBGP"
    internal = limits.ibgp or limits.ibgp_unequal
    return " ".join(word for word, on in (("eBGP", limits.ebgp), ("iBGP", internal)) if on)


def _told(view: View, net: Net) -> bool:
    told = view.device.state.bgp.outcome.told
    return any(net == n for end, sent in told.items() if end.router == view.device.box for _, n in sent)


def _path(view: View, net: Net, chosen: Chosen, path: Path) -> Iterator[str]:
    old = old_software(view.device.router)
    if not old:
        yield "  Refresh Epoch 1"
    yield f"  {_origin_line(path)}"
    yield f"    {_from_line(view, path, old)}"
    yield f"      {_attributes(chosen, path)}"
    if path.targets:
        yield f"      Extended Community: {' '.join(f'RT:{t}' for t in sorted(path.targets))}"
    if path.originator:
        clusters = " ".join(f"{c}" for c in path.cluster_list)
        yield f"      Originator: {path.originator}, Cluster list: {clusters}"
    if net.rd:
        yield f"      mpls labels in/out {_label_in(view, net, path)}/{_label_out(view, net, path)}"
    if not old:
        yield f"      rx pathid: 0, tx pathid: {'0x0' if path is chosen.best else '0'}"


def _origin_line(path: Path) -> str:
    line = " ".join(str(asn) for asn in path.as_path) or "Local"
    if path.imported_from is not None:
        where = path.imported_vrf or "global"
        line += f", imported path from {path.imported_from} ({where})"
    received = path.source is not None and path.source.client and path.imported_from is None
    return f"{line}, (Received from a RR-client)" if received else line


def _from_line(view: View, path: Path, old: bool) -> str:
    source, vrf = path.source, vrf_of(path.table)
    metric = view.speaker.metric(path)
    reached = " (inaccessible)" if metric is None else f" (metric {metric})" if metric else ""
    plain = not path.net.rd
    via = "" if old or plain else f" (via vrf {vrf})" if vrf else " (via default)"
    heard = f"{source.address} ({source.router_id})" if source else f"0.0.0.0 ({view.speaker.router_id})"
    return f"{path.next_hop}{reached}{via} from {heard}"


def _attributes(chosen: Chosen, path: Path) -> str:
    words = [f"Origin {_ORIGINS[path.origin]}"]
    if path.med is not None:
        words.append(f"metric {path.med}")
    words.append(f"localpref {path.local_pref}")
    if path.weight:
        words.append(f"weight {path.weight}")
    words += ["valid", "sourced" if path.local else "external" if path.external else "internal"]
    if path.local and path.origin is Origin.IGP:
        words.append("local")
    if path in chosen.shared and len(chosen.shared) > 1:
        words.append("multipath")
    if path is chosen.best:
        words.append("best")
    return ", ".join(words)


def _label_in(view: View, net: Net, path: Path) -> str:
    speaker = view.speaker
    vrf = speaker.by_rd.get(net.rd)
    number = view.device.state.bgp.allocated.get((speaker.name, vrf.name, net.prefix)) if vrf else None
    if vrf is None or number is None or not any(_own(p) for p in view.nets[net].paths):
        return "nolabel"
    aggregate = vrf.label_mode == PER_VRF or (path.local and path.next_hop == NOWHERE)
    return f"IPv4 VRF Aggr:{number}" if aggregate else str(number)


def _own(path: Path) -> bool:
    """Whether the PE itself holds the path towards a customer: then it gives the prefix a label."""
    return not path.vpn and path.imported_from is None


def _label_out(view: View, net: Net, path: Path) -> str:
    if path.label is not None:
        return str(path.label)
    attached = path.local and path.next_hop == NOWHERE
    return f"nolabel({view.speaker.vrf_name(net)})" if attached else "nolabel"
