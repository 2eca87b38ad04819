"""What all readers of forwarding tables have in common: how many different exits an entry has."""

from __future__ import annotations

from troubleshoot.parsing.areas.bgp import Forwarding, Way
from troubleshoot.parsing.clean import Clean


def new_forwarding(page: Clean) -> Forwarding:
    """An entry of which nothing is known yet."""
    return Forwarding(found=False, prefix=None, drop=False, ways=[], exits=0, at=page.all(), unread=[])


def complete(record: Forwarding) -> Forwarding:
    """Count the exits: equal links to one PE are one exit, one link to two PEs is two.

    The innermost label is the one that the far PE gave, but two PEs may give the same one: several ways with one label
    are one exit or several.
    """
    exits = {_exit(way) for way in record["ways"]}
    told_apart = len(record["ways"]) == len(exits) or len(exits) > 1 or all(way["exit"] for way in record["ways"])
    record["exits"] = len(exits) if told_apart else None
    return record


def _exit(way: Way) -> tuple[str | None, ...]:
    if way["exit"]:
        return (way["exit"],)
    if way["labels"]:
        return (None, way["labels"][-1])
    return (None, None, way["next_hop"], way["interface"])
