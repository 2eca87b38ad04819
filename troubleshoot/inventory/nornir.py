"""Nornir's SimpleInventory: ``hosts.yaml``, ``groups.yaml``, ``defaults.yaml``, or the hosts file alone.

A value is taken from the host, else from its groups in the order given (each with its own groups), else from the
defaults; ``data`` is inherited key by key (https://nornir.readthedocs.io, tutorial "Inventory").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troubleshoot.inventory.build import Settings, check_keys, items, mapping
from troubleshoot.strict_yaml import Node

_FIELDS: Final = ("hostname", "port", "username", "password", "platform")
_KEYS: Final = (*_FIELDS, "groups", "data", "connection_options", "name")


@dataclass(frozen=True, slots=True)
class Sources:
    """The three files as nodes; absent ones are None."""

    hosts: Node
    groups: Node | None = None
    defaults: Node | None = None


def nornir_settings(sources: Sources) -> Iterator[Settings]:
    """The settings of every host, inheritance applied. Raises AuthorError."""
    groups = mapping(sources.groups, "the groups file")
    for what, entries in (("group", groups), ("host", mapping(sources.hosts, "the hosts file"))):
        for name, node in entries.items():
            check_keys(node, _KEYS, f"{what} {name!r}")
    for name, node in mapping(sources.hosts, "the hosts file").items():
        yield _settings(name, node, sources, groups)


def _settings(name: str, node: Node, sources: Sources, groups: Mapping[str, Node]) -> Settings:
    lineage = tuple(_lineage(node, groups, ()))
    entries = [node, *(groups[group] for group in lineage)]
    if sources.defaults is not None:
        entries.append(sources.defaults)
    fields: dict[str, Node] = {}
    data: dict[str, Node] = {}
    for entry in reversed(entries):
        values = mapping(entry, f"host {name!r}")
        fields |= {key: values[key] for key in _FIELDS if key in values and values[key].value is not None}
        data |= mapping(values.get("data"), "data")
    return Settings(name, sources.hosts.key_place(name), fields, data, lineage)


def _lineage(node: Node, groups: Mapping[str, Node], trail: tuple[str, ...]) -> Iterator[str]:
    """The groups of an entry, nearest first, each once."""
    seen: set[str] = set()
    for item in items(mapping(node, "an entry").get("groups")):
        group = str(item.value)
        if group not in groups:
            raise item.error(f"unknown group {group!r}")
        if group in trail:
            raise item.error(f"the groups go in a circle: {' -> '.join((*trail, group))}")
        for name in (group, *_lineage(groups[group], groups, (*trail, group))):
            if name not in seen:
                seen.add(name)
                yield name
