"""VPN labels of a PE: one for each prefix, for each CE or for the whole VRF (`mpls label mode`)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from troubleshoot.lab.network.bgp.path import Path
from troubleshoot.lab.network.bgp.speaker import Speaker
from troubleshoot.lab.network.vrf import PER_CE, PER_VRF

_FIRST = 200  # far above the labels of the core

Key = tuple[str, str, object]  # router, VRF, what the label stands for


@dataclass(slots=True)
class Allocator:
    """Labels in the order in which they are first needed."""

    numbers: dict[Key, int] = field(default_factory=dict)
    of_prefix: dict[tuple[str, str, IPv4Network], int] = field(default_factory=dict)

    def label(self, speaker: Speaker, path: Path) -> int:
        """The label under which the PE announces a path of one of its VRFs."""
        vrf = speaker.by_rd[path.net.rd]
        what: object = path.net.prefix
        if vrf.label_mode == PER_VRF:
            what = PER_VRF
        elif vrf.label_mode == PER_CE and path.external:
            what = path.next_hop
        key = speaker.name, vrf.name, what
        used = sum(1 for router, *_ in self.numbers if router == speaker.name)
        first = _FIRST + zlib.crc32(speaker.name.encode()) % 50  # labels of two PEs are not the same
        number = self.numbers.setdefault(key, first + used)
        self.of_prefix[speaker.name, vrf.name, path.net.prefix] = number
        return number
