"""What all readers of VRFs have in common."""

from __future__ import annotations

from troubleshoot.parsing.areas.bgp import Vrf
from troubleshoot.parsing.records import Cites


def new_vrf(name: str, at: Cites, style: str | None = None) -> Vrf:
    """A VRF of which only the name is known."""
    return Vrf(
        name=name, rd=None, rd_number=None, rd_auto=False, being_deleted=False, style=style, imports=[], exports=[],
        import_map=None, export_map=None, label_mode=None, best_external=False, interfaces=[], at=at,
    )  # fmt: skip


def set_rd(vrf: Vrf, rd: str | None) -> None:
    """Give a VRF its RD; ``None`` where it has none."""
    vrf["rd"] = rd
    vrf["rd_number"] = int(rd.rpartition(":")[2]) if rd else None
