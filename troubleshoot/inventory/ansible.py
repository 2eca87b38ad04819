"""Ansible's static inventories, YAML and INI: hosts, groups, children, variables in the file itself.

Read are the connection variables and, as extra variables of the same names as in our own files, ``addresses``,
``roles``, ``ssh``, ``winrm``; without the last, the winrm plugin's own variables. Variables nearer to the host win
(docs.ansible.com, "How to build your inventory").
Not read: ``group_vars`` and ``host_vars`` folders, plugins, templates, vault-encrypted values.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.errors import AuthorError
from troubleshoot.inventory.ansible_winrm import winrm_block
from troubleshoot.inventory.build import Settings, mapping
from troubleshoot.strict_yaml import Node

_VARIABLES: Final[Mapping[str, str]] = {
    "ansible_host": "hostname",
    "ansible_port": "port",
    "ansible_user": "username",
    "ansible_ssh_user": "username",
    "ansible_password": "password",
    "ansible_ssh_pass": "password",
    "ansible_network_os": "platform",
}
_BECOME: Final = ("ansible_become_password", "ansible_become_pass")
_DATA: Final = ("addresses", "roles", "ssh", "winrm")
_WINRM: Final = frozenset({"winrm", "ansible.builtin.winrm"})
_WINDOWS_CONNECTIONS: Final = _WINRM | {"psrp", "ansible.builtin.psrp"}
_VAULT_HINT: Final = "Give the secret by prompt, environment, keyring or `password_command` instead."
_RANGE: Final = re.compile(r"\[(?:(\d+):(\d+)|([a-z]):([a-z]))\]")


@dataclass(slots=True)
class Group:
    """One group: its variables, member hosts with their own variables, and child groups."""

    variables: dict[str, Node] = field(default_factory=dict)
    hosts: dict[str, dict[str, Node]] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)


Groups = dict[str, Group]


def ansible_settings(groups: Groups) -> Iterator[Settings]:
    """The settings of every host. Raises AuthorError."""
    parents: dict[str, list[str]] = {}
    for name, group in groups.items():
        for child in group.children:
            parents.setdefault(child, []).append(name)
    names = dict.fromkeys(host for group in groups.values() for host in group.hosts)
    for host in names:
        members = [group for group in groups if host in groups[group].hosts]
        yield _settings(host, members, groups, parents)


def groups_from_yaml(root: Node) -> Groups:
    """The groups of a YAML inventory."""
    groups: Groups = {}
    for name, node in mapping(root, "the inventory").items():
        _add_group(groups, name, node)
    return groups


def groups_from_ini(text: str, source: str) -> Groups:
    """The groups of an INI inventory."""
    groups: Groups = {}
    section, kind = "ungrouped", ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)[#;].*$", "", raw).strip()
        if line.startswith("[") and line.endswith("]") and "=" not in line:
            section, _, kind = line[1:-1].partition(":")
            groups.setdefault(section, Group())
        elif line:
            _add_line(groups.setdefault(section, Group()), kind, line, _Place(source, number))
    return groups


@dataclass(frozen=True, slots=True)
class _Place:
    source: str
    line: int

    def node(self, value: str) -> Node:
        return Node(value, self.line, 1, self.source)

    def error(self, message: str) -> AuthorError:
        return AuthorError(f"{self.source}:{self.line}:1: {message}")


def _add_group(groups: Groups, name: str, node: Node) -> None:
    group = groups.setdefault(name, Group())
    parts = mapping(node, f"group {name!r}")
    for key in parts:
        if key not in ("hosts", "children", "vars"):
            raise node.key_error(key, f"group {name!r}: unknown key {key!r}", hint="Known: hosts, children, vars.")
    group.variables |= mapping(parts.get("vars"), "vars")
    hosts = parts.get("hosts")
    for pattern, variables in mapping(hosts, "hosts").items():
        for host in _expanded(pattern):
            group.hosts.setdefault(host, {}).update(mapping(variables, f"host {host!r}"))
    for child, below in mapping(parts.get("children"), "children").items():
        group.children[child] = None
        _add_group(groups, child, below)


def _add_line(group: Group, kind: str, line: str, place: _Place) -> None:
    if kind == "children":
        group.children[line] = None
    elif kind == "vars":
        key, equals, value = line.partition("=")
        if not equals:
            raise place.error("name=value is needed in a :vars section")
        group.variables[key.strip()] = place.node(value.strip().strip("'\""))
    elif kind:
        raise place.error(f"unknown kind of section {kind!r}")
    else:
        _add_host(group, line, place)


def _add_host(group: Group, line: str, place: _Place) -> None:
    try:
        pattern, *assignments = shlex.split(line)
    except ValueError as error:
        raise place.error(f"cannot be read: {error}") from None
    variables = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise place.error(f"name=value is needed, not {assignment!r}")
        variables[key] = place.node(value)
    for host in _expanded(pattern):
        group.hosts.setdefault(host, {}).update(variables)


def _expanded(pattern: str) -> list[str]:
    """``r[1:3]`` is r1, r2, r3; leading zeros are kept."""
    found = _RANGE.search(pattern)
    if found is None:
        return [pattern]
    first, last, low, high = found.groups()
    if first is not None:
        values = [str(number).zfill(len(first)) for number in range(int(first), min(int(last), int(first) + 9999) + 1)]
    else:
        values = [chr(code) for code in range(ord(low), ord(high) + 1)]
    before, after = pattern[: found.start()], pattern[found.end() :]
    return [name for value in values for name in _expanded(f"{before}{value}{after}")]


def _settings(name: str, members: list[str], groups: Groups, parents: Mapping[str, list[str]]) -> Settings:
    lineage = list(dict.fromkeys(group for member in members for group in _ancestors(member, parents)))
    variables: dict[str, Node] = {}
    for group in ("all", *reversed(lineage)):
        variables |= groups[group].variables if group in groups else {}
    for member in reversed(lineage):
        variables |= groups[member].hosts.get(name, {})
    place = next(iter(variables.values())).place if variables else name
    shown = tuple(group for group in lineage if group not in ("all", "ungrouped"))
    return Settings(name, place, _fields(variables), _data(variables), shown)


def _ancestors(group: str, parents: Mapping[str, list[str]]) -> Iterator[str]:
    """The group and the groups above it, nearest first."""
    waiting, seen = [group], {group}
    while waiting:
        name = waiting.pop(0)
        yield name
        above = [parent for parent in parents.get(name, ()) if parent not in seen]
        seen.update(above)
        waiting.extend(above)


def _fields(variables: Mapping[str, Node]) -> dict[str, Node]:
    fields = {}
    for variable, name in _VARIABLES.items():
        if variable in variables:
            fields[name] = _checked(variables[variable], variable)
    connection = variables.get("ansible_connection")
    if "platform" not in fields:
        windows = connection is not None and connection.value in _WINDOWS_CONNECTIONS
        fields["platform"] = Node("windows" if windows else "linux", 1, 1)
    return fields


def _data(variables: Mapping[str, Node]) -> dict[str, Node]:
    data = {name: _split(variables[name]) for name in _DATA if name in variables}
    connection = variables.get("ansible_connection")
    if "winrm" not in data and connection is not None and connection.value in _WINRM:
        data["winrm"] = winrm_block(variables, variables.get("ansible_port"))
    for name in _BECOME:
        if name in variables:
            data["enable_secret"] = _checked(variables[name], name)
    return data


def _split(node: Node) -> Node:
    """An INI file has no lists: commas separate."""
    if not isinstance(node.value, str):
        return node
    parts = [Node(part.strip(), node.line, node.column, node.source) for part in node.value.split(",")]
    return Node(parts, node.line, node.column, node.source)


def _checked(node: Node, variable: str) -> Node:
    text = node.value if isinstance(node.value, str) else ""
    if text.startswith(("$ANSIBLE_VAULT", "!vault")):
        raise node.error(f"{variable}: vault-encrypted values are not read", hint=_VAULT_HINT)
    if "{{" in text:
        raise node.error(f"{variable}: templates are not evaluated", hint="Write the value itself.")
    return node


def vault_error(error: AuthorError) -> AuthorError:
    """The strict reader's refusal of ``!vault``, in words that say what to do."""
    if "tag !vault" not in error.message:
        return error
    place = error.message.partition(": tag")[0]
    return AuthorError(f"{place}: vault-encrypted values are not read", hint=_VAULT_HINT)
