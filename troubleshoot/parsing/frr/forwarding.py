"""The forwarding side of ``show ip route vrf V PREFIX json`` of FRRouting: what zebra says the kernel took.

A next hop is at work when it is marked ``fib``. With ``failed`` the kernel refused the route, although it is selected.
"""

from __future__ import annotations

from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import Forwarding, Way
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.forwarding import complete, new_forwarding
from troubleshoot.parsing.json_lines import Node, read_object
from troubleshoot.parsing.table import one_page


def parse(pages: Sequence[Clean]) -> Forwarding:
    """Read one prefix.

    Raises:
        ParseFailure: the text is not the JSON of a route.
    """
    page = one_page(pages)
    record = new_forwarding(page)
    for network, node in read_object(page).members.items():
        for entry in node.items:
            if entry.truth("selected"):
                _fill(record, page, network, entry)
    return complete(record)


def _fill(record: Forwarding, page: Clean, network: str, entry: Node) -> None:
    hops = entry.members.get("nexthops")
    if hops is None:
        raise ParseFailure("the JSON route has no next hops", page.part, entry.first)
    record["found"], record["prefix"] = True, network
    exit_: Node | None = None
    for hop in hops.items:
        if hop.truth("recursive"):
            exit_ = hop
        elif hop.truth("fib"):
            record["ways"].append(_way(page, hop, exit_))
    record["drop"] = not record["ways"]


def _way(page: Clean, hop: Node, exit_: Node | None) -> Way:
    labels = hop.members.get("labels")
    return Way(
        exit=exit_.text("ip") if exit_ and hop.truth("resolver") else None,
        next_hop=hop.text("ip"),
        interface=hop.text("interfaceName"),
        labels=[str(label.value) for label in (labels.items if labels else [])],
        at=page.at(hop.first, hop.last),
    )
