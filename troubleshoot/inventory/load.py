"""Reads an inventory: a Nornir SimpleInventory folder, one hosts file, or an Ansible inventory."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.inventory.ansible import ansible_settings, groups_from_ini, groups_from_yaml, vault_error
from troubleshoot.inventory.build import Secrets, Settings, host_from, private, take_secrets
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.inventory.nornir import Sources, nornir_settings
from troubleshoot.strict_yaml import Node, load_file

_YAML = (".yaml", ".yml")
_ANSIBLE_NAMES = ("inventory.yaml", "inventory.yml", "inventory.ini", "hosts.ini", "inventory", "hosts")
_GROUP_KEYS = frozenset({"hosts", "children", "vars"})


@dataclass(frozen=True, slots=True)
class Inventory:
    """All hosts by name. ``warnings`` are for the person who called; secrets are kept apart and never shown."""

    hosts: Mapping[str, Host]
    warnings: tuple[str, ...] = ()
    secrets: Secrets = field(default_factory=Secrets, repr=False, compare=False)

    def get(self, name: str) -> Host | None:
        """The host of this name; letter case matters only where two names differ in nothing else."""
        if name in self.hosts:
            return self.hosts[name]
        alike = [host for host in self.hosts.values() if host.name.lower() == name.lower()]
        return alike[0] if len(alike) == 1 else None

    def by_address(self, address: str) -> Host | None:
        """The host that owns an address (or has it as ``hostname``). Raises OperatorError if several do."""
        wanted = _normal(address)
        owners = [host for host in self.hosts.values() if wanted in _addresses(host)]
        if len(owners) > 1:
            names = " and ".join(host.name for host in owners)
            raise OperatorError(
                f"address {address} belongs to {names}", hint="Remove it from all but one host of the inventory."
            )
        return owners[0] if owners else None

    def credentials(self, **options: Any) -> Credentials:
        """The secrets of these hosts; ``options`` are those of :class:`Credentials`."""
        return Credentials(passwords=self.secrets.passwords, enable_secrets=self.secrets.enable, **options)


def load_inventory(path: Path, *, accept_open_files: bool = False) -> Inventory:
    """Read the inventory at ``path``.

    Secrets in a file that others can read are ignored with a warning, unless ``accept_open_files``: then they are
    used with a warning. Raises AuthorError (file:line) for its content, OperatorError when it cannot be read.
    """
    warnings: list[str] = []
    if path.is_dir():
        settings, files = _from_folder(path)
    else:
        settings, files = _from_file(path), (path,)
    for folder in ("group_vars", "host_vars"):
        if (path if path.is_dir() else path.parent).joinpath(folder).is_dir():
            warnings.append(f"{path}: the {folder} folder beside it is not read")
    return _inventory(list(settings), files, warnings, accept_open_files)


def _inventory(
    settings: list[Settings], files: tuple[Path, ...], warnings: list[str], accept_open_files: bool
) -> Inventory:
    secrets = Secrets()
    found = [take_secrets(entry, secrets) for entry in settings]
    hosts = {entry.name: host_from(entry) for entry in settings}
    exposed = [str(file) for file in files if any(found) and not private(file)]
    if exposed:
        what = "are used" if accept_open_files else "are ignored"
        warnings.append(f"{', '.join(exposed)}: others can read this file; the passwords in it {what} (chmod 600)")
        secrets = secrets if accept_open_files else Secrets()
    return Inventory(hosts, tuple(warnings), secrets)


def _from_folder(path: Path) -> tuple[Iterable[Settings], tuple[Path, ...]]:
    hosts, groups, defaults = (_yaml_in(path, name) for name in ("hosts", "groups", "defaults"))
    if hosts is not None and not _is_ansible(root := _load(hosts)):
        sources = Sources(root, *(_load(file) if file else None for file in (groups, defaults)))
        return nornir_settings(sources), tuple(file for file in (hosts, groups, defaults) if file)
    file = next((path / name for name in _ANSIBLE_NAMES if (path / name).is_file()), hosts)
    if file is None:
        raise OperatorError(f"{path}: no inventory in this folder", hint="A hosts.yaml is needed (Nornir or Ansible).")
    return _from_file(file), (file,)


def _from_file(path: Path) -> Iterable[Settings]:
    return _from_yaml(path) if path.suffix in _YAML else ansible_settings(groups_from_ini(_text(path), str(path)))


def _yaml_in(folder: Path, name: str) -> Path | None:
    return next((folder / f"{name}{suffix}" for suffix in _YAML if (folder / f"{name}{suffix}").is_file()), None)


def _from_yaml(path: Path) -> Iterable[Settings]:
    root = _load(path)
    if not isinstance(root.value, dict):
        raise root.error("an inventory is a map of hosts or groups")
    return ansible_settings(groups_from_yaml(root)) if _is_ansible(root) else nornir_settings(Sources(root))


def _load(path: Path) -> Node:
    try:
        return load_file(path)
    except AuthorError as error:
        raise vault_error(error) from None


def _is_ansible(root: Node) -> bool:
    """Ansible's top level names groups: each has hosts, children or vars and nothing else."""
    if not isinstance(root.value, dict) or not root.value:
        return False
    return all(_is_group(name, node) for name, node in root.value.items())


def _is_group(name: str, node: Node) -> bool:
    if node.value is None:
        return name in ("all", "ungrouped")
    return name == "all" or (isinstance(node.value, dict) and bool(node.value) and set(node.value) <= _GROUP_KEYS)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AuthorError(f"{path}:1:1: not UTF-8 text", hint="Save the file as UTF-8.") from error


def _addresses(host: Host) -> set[str]:
    return {_normal(address) for address in (*host.addresses, host.hostname)}


def _normal(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address.lower()
