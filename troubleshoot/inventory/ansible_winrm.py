"""Ansible's connection variables of its winrm plugin as our own ``winrm:`` block.

The names and defaults are those of docs.ansible.com, "ansible.builtin.winrm": without a port it is https on 5986, and
port 5985 means http. What would weaken the connection is refused, not copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from troubleshoot.inventory.winrm import HTTP_PORT, Login, Scheme
from troubleshoot.strict_yaml import Node

_PREFIX: Final = "ansible_winrm_"
_KEYS: Final[Mapping[str, str]] = {
    "transport": "transport",
    "scheme": "scheme",
    "path": "path",
    "ca_trust_path": "ca_file",
    "cert_pem": "cert_pem",
    "cert_key_pem": "cert_key_pem",
    "operation_timeout_sec": "operation_timeout",
    "kerberos_delegation": "delegation",
    "kerberos_hostname_override": "server_name",
    "service": "service",
    "realm": "realm",
}
_LOGINS: Final[Mapping[str, str]] = {"ssl": Login.BASIC, "plaintext": Login.BASIC}
_CHECKED: Final = _PREFIX + "server_cert_validation"


def winrm_block(variables: Mapping[str, Node], port: Node | None) -> Node:
    """The block for these variables. Raises AuthorError."""
    validation = variables.get(_CHECKED)
    if validation is not None and validation.value != "validate":
        hint = "Name the authority (ansible_winrm_ca_trust_path), or pin the certificate: winrm: {fingerprint: ...}."
        raise validation.error(f"{_CHECKED}: certificates are always checked", hint=hint)
    found = {key: variables[_PREFIX + name] for name, key in _KEYS.items() if _PREFIX + name in variables}
    if "transport" in found:
        found["transport"] = _login(found["transport"])
    if "scheme" not in found:
        plain = port is not None and port.value == str(HTTP_PORT)
        found["scheme"] = Node((Scheme.HTTP if plain else Scheme.HTTPS).value, 1, 1)
    place = next(iter(found.values()))
    return Node(dict(found), place.line, place.column, place.source)


def _login(node: Node) -> Node:
    """Ansible takes a list, too; the first one is tried first there, and the only one here."""
    first = node.value[0] if isinstance(node.value, list) and node.value else node
    text = str(first.value).split(",")[0].strip()
    return replace(first, value=str(_LOGINS.get(text, text)))
