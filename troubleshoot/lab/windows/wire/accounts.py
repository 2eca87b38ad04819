"""Who may log in to a simulated host, and under which names Windows would find the account."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``domain`` is the NetBIOS name of the directory's domain; empty means local to the host.

    ``admin`` False: the password is right, but every operation ends with fault 5 (access denied).
    ``certificate_upn`` is the user principal name in a client certificate that is mapped to this account.
    """

    user: str
    domain: str = ""
    password: str = field(default="", repr=False)
    elevated: bool = True
    admin: bool = True
    certificate_upn: str = ""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Certificate chain and key in PEM form. ``client_ca``: the host asks for client certificates of this authority.

    ``ca`` is for the other side: what a client has to trust.
    """

    certificate: Path
    key: Path
    client_ca: Path | None = None
    ca: Path | None = None


class AccountBook:
    """The accounts of one host, and the private file with their NT hashes that pyspnego's acceptor reads."""

    def __init__(self, machine: Machine, accounts: Sequence[Account], folder: Path) -> None:
        self._machine = machine
        self._accounts = tuple(sorted(accounts, key=lambda account: not self._is_local(account)))  # local names win
        self.hash_file = folder / "ntlm"
        self._write_hashes()

    @property
    def domain(self) -> str:
        """The domain that an NTLM challenge names: the directory's, or the computer itself."""
        directory = self._machine.estate.directory
        joined = directory is not None and self._machine.role != 2
        return directory.netbios if directory is not None and joined else self._machine.computer

    @property
    def dns_domain(self) -> str:
        """The DNS name of the domain; empty on a standalone host."""
        directory = self._machine.estate.directory
        return directory.domain if directory is not None and self._machine.role != 2 else ""

    def _is_local(self, account: Account) -> bool:
        return account.domain.casefold() in ("", ".", self._machine.computer.casefold())

    def full_name(self, account: Account) -> str:
        """``DOMAIN\\user`` as whoami writes it (a local account: the computer's name)."""
        return f"{self._machine.computer if self._is_local(account) else account.domain}\\{account.user}"

    def _names(self, account: Account) -> Iterator[tuple[str, str]]:
        """Every (domain, user) that a client may send for an account."""
        domains = ["", self._machine.computer, "."] if self._is_local(account) else ["", account.domain]
        if not self._is_local(account) and self.dns_domain:
            domains.append(self.dns_domain)
            yield "", f"{account.user}@{self.dns_domain}"
        for domain in domains:
            yield domain, account.user

    def find(self, domain: str, user: str) -> Account | None:
        """The account behind a name as sent by a client, in any letter case."""
        wanted = (domain.casefold(), user.casefold())
        for account in self._accounts:
            if any((d.casefold(), u.casefold()) == wanted for d, u in self._names(account)):
                return account
        return None

    def find_principal(self, principal: str) -> Account | None:
        """The account of a Kerberos principal ``user@REALM``."""
        user, _, realm = principal.partition("@")
        return self.find(realm, user) if realm else None

    def check_basic(self, name: str, password: str) -> Account | None:
        """Basic serves local accounts only; None where Windows answers 401."""
        domain, _, user = name.rpartition("\\")
        account = self.find(domain, user)
        if account is None or not self._is_local(account):
            return None
        return account if hmac.compare_digest(account.password.encode(), password.encode()) else None

    def find_certificate(self, upn: str) -> Account | None:
        """The account mapped to the user principal name of a client certificate."""
        wanted = upn.casefold()
        return next((a for a in self._accounts if a.certificate_upn and a.certificate_upn.casefold() == wanted), None)

    def _write_hashes(self) -> None:
        from spnego._ntlm_raw.crypto import ntowfv1

        lines: list[str] = []
        for account in self._accounts:
            nt_hash = ntowfv1(account.password).hex().upper()
            for domain, user in self._names(account):
                lines.append(f"{domain}\\{user}" if domain else user)
                lines[-1] += f":0:{'0' * 32}:{nt_hash}:[U]:LCT-0\n"
        handle = os.open(self.hash_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)
