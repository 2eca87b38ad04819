"""Multicast state of FRRouting: the kernel's table, PIM's upstream state and PIM's RPF cache made one record.

``show ip mroute`` lists only what the kernel forwards, so a broken (S,G) has no row there; ``show ip pim upstream``
has it; the next hop is only in ``show ip pim rpf``. Seen on FRR 8.4, JSON and text alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.frr.mroute_json import json_rows
from troubleshoot.parsing.frr.mroute_rows import KernelRow, Rows, RpfRow, UpstreamRow
from troubleshoot.parsing.frr.mroute_text import text_rows
from troubleshoot.parsing.json_lines import is_json
from troubleshoot.parsing.mroute_entry import new_entry
from troubleshoot.parsing.records import Cites, Mroute, MrouteEntry
from troubleshoot.parsing.values import NO_ADDRESS, seconds

_UNKNOWN = frozenset(("Unknown", "<iif?>", "<ifname?>", "none", ""))


@dataclass(slots=True)
class _Merger:
    entries: dict[tuple[str, str], MrouteEntry] = field(default_factory=dict)

    def kernel(self, row: KernelRow) -> None:
        entry = self._entry(row.group, row.source, row.at)
        entry["incoming_interface"] = _incoming(row.iif)
        entry["installed"] = row.installed
        entry["flags"] = list(row.flags)
        entry["uptime"] = seconds(row.uptime)
        entry["oil"] = list(row.oil)
        entry["oil_null"] = not row.oil

    def upstream(self, row: UpstreamRow) -> None:
        entry = self._entry(row.group, row.source, row.at)
        entry["registering"] = row.registering
        if row.source == "*":
            # In the upstream table this "RPF address" is the RP of the group, "0.0.0.0" where none is known.
            entry["rp"] = row.rpf_address
        if entry["uptime"] is None:
            entry["uptime"] = seconds(row.uptime)
        if row.iif in _UNKNOWN:
            # PIM's view wins over the kernel, which may keep a stale entry for minutes.
            entry["incoming_interface"], entry["rpf_neighbor"] = "Null", NO_ADDRESS
        elif entry["incoming_interface"] is None:
            entry["incoming_interface"] = row.iif

    def rpf(self, row: RpfRow) -> None:
        entry = self.entries.get((row.group, row.source))
        if entry is None:
            return
        entry["at"].extend(row.at)
        if entry["rpf_neighbor"] is None:
            entry["rpf_neighbor"] = _neighbor(row)

    def _entry(self, group: str, source: str, at: Cites) -> MrouteEntry:
        key = (group, source)
        if key in self.entries:
            self.entries[key]["at"].extend(at)
        else:
            self.entries[key] = _new_entry(group, source, at)
        return self.entries[key]


def _incoming(name: str) -> str:
    return "Null" if name in _UNKNOWN else name


def _neighbor(row: RpfRow) -> str:
    """Return the next hop that has to be a PIM neighbor, "0.0.0.0" where none is needed or known.

    FRRouting names the target itself as next hop when it is connected (first-hop router, own RP address).
    """
    own = row.rib_next_hop == row.source or (row.source == "*" and row.interface.startswith("lo"))
    if row.rib_next_hop in ("*", "") or (own and row.rpf_address == NO_ADDRESS):
        return NO_ADDRESS
    return row.rib_next_hop


def _new_entry(group: str, source: str, at: Cites) -> MrouteEntry:
    entry = new_entry(source, group, 32, vrf="default", at=[list(cite) for cite in at])
    entry["installed"] = False
    return entry


def parse(pages: Sequence[Clean]) -> Mroute:
    """Merge ``show ip mroute``, ``show ip pim upstream`` and ``show ip pim rpf`` (JSON or text, in this order).

    The first output is enough where it has a row; without the upstream table an empty answer is refused, because the
    kernel table does not show what is not installed. An entry known to the upstream table alone has ``installed``
    false and ``oil_null`` false.

    Raises:
        ParseFailure: an output is unknown or cut, or the upstream table is missing and nothing is installed.
    """
    if not pages:
        raise ParseFailure("expected the output of show ip mroute")
    merger = _Merger()
    all_rows = [_rows(page, position) for position, page in enumerate(pages)]
    for rows in all_rows:
        for kernel in rows.kernel:
            merger.kernel(kernel)
    for rows in all_rows:
        for upstream in rows.upstream:
            merger.upstream(upstream)
    for rows in all_rows:
        for rpf in rows.rpf:
            merger.rpf(rpf)
    if not merger.entries and not any(rows.kind == "upstream" for rows in all_rows):
        raise ParseFailure("no installed entry; show ip pim upstream is needed to tell whether there is state")
    return Mroute(
        enabled=True,
        entries=list(merger.entries.values()),
        at=[cite for page in pages for cite in page.all()],
        unread=[cite for rows in all_rows for cite in rows.unread],
    )


def _rows(page: Clean, position: int) -> Rows:
    return json_rows(page, position) if is_json(page) else text_rows(page)
