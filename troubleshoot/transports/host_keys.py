"""Who a host is, by its SSH host key: known, unknown, changed or revoked, decided before any credential leaves.

The files are OpenSSH's ``known_hosts`` (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). As OpenSSH does, an entry without a port
may vouch for a host on another port but is never the reason to call its key changed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import TransportError

_SSH_PORT = 22
Matches = tuple[Sequence[Any], ...]


class KeyState(StrEnum):
    """What the known_hosts files say about a key that a host presents."""

    UNKNOWN = "unknown"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(slots=True)
class HostKeys:
    """The known_hosts files of one session.

    ``files`` are only read; ``own`` is read too, and takes new entries when ``accept_new`` is set.
    """

    files: tuple[Path, ...] = ()
    own: Path | None = None
    accept_new: bool = False
    _known: asyncssh.SSHKnownHosts | None = field(default=None, repr=False)

    def match(self, host: str, addr: str, port: int | None) -> Matches:
        """The trusted, authority and revoked keys of a host; the form that asyncssh asks for."""
        matches = self._at_port(host, addr, port or _SSH_PORT)
        if port in (None, _SSH_PORT) or any(matches[:2]):
            return matches
        return self._at_port(host, addr, _SSH_PORT)

    def state(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> KeyState:
        """What the files say about ``key``."""
        if key in self.match(host, addr, port)[0]:
            return KeyState.KNOWN
        return KeyState.CHANGED if self._at_port(host, addr, port)[0] else KeyState.UNKNOWN

    def algorithms(self, host: str, port: int, extra: Sequence[str] = ()) -> list[str]:
        """Host key algorithms to offer: the known keys' first, so that a server shows the key we know."""
        trusted, authorities, *_ = self.match(host, "", port)
        known = [name for key in trusted for name in key.sig_algorithms]
        certificates = get_default_certificate_algs()
        ordered = [*(certificates if authorities else ()), *known, *get_default_public_key_algs()]
        names = [name.decode("ascii") for name in ordered]
        return list(dict.fromkeys([*names, *extra]))

    def remember(self, host: str, port: int, key: asyncssh.SSHKey) -> None:
        """Write an entry for a host that has none to our own file. Raises OSError."""
        if self.own is None:
            raise FileNotFoundError("no known_hosts file of our own is configured")
        line = entry(host, port, key)
        self.own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.own, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
        finally:
            os.close(descriptor)
        self._known = None

    def _at_port(self, host: str, addr: str, port: int) -> Matches:
        """Entries for exactly this port, by name and by address."""
        names = dict.fromkeys(name for name in (host, addr) if name)
        found = [self._load().match(_pattern(name, port), "", None) for name in names]
        return tuple([entry for match in found for entry in match[kind]] for kind in range(7))

    def _load(self) -> asyncssh.SSHKnownHosts:
        if self._known is None:
            paths = [*self.files, *((self.own,) if self.own else ())]
            self._known = asyncssh.SSHKnownHosts()
            for path in paths:
                _load_into(self._known, path)
        return self._known


def _load_into(known: asyncssh.SSHKnownHosts, path: Path) -> None:
    try:
        known.load(path.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise TransportError(Trouble.HOST_KEY, f"{path}: known_hosts file cannot be read: {error}") from error


def _pattern(host: str, port: int) -> str:
    return host if port == _SSH_PORT else f"[{host}]:{port}"


def entry(host: str, port: int, key: asyncssh.SSHKey) -> str:
    """One known_hosts line."""
    algorithm, data = key.export_public_key("openssh").decode("ascii").split()[:2]
    return f"{_pattern(host, port)} {algorithm} {data}"


def describe(key: asyncssh.SSHKey) -> str:
    """``ssh-ed25519 SHA256:...``, as `ssh-keygen -lf` writes it."""
    return f"{key.get_algorithm()} {key.get_fingerprint('sha256')}"
