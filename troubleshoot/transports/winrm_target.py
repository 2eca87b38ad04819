"""Where and as whom one Windows host is reached; and what holds for all of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host
from troubleshoot.inventory.winrm import Login, Scheme, WinrmOptions, winrm_options


@dataclass(frozen=True, slots=True)
class WinrmLimits:
    """Longest times in seconds, and what one session may take of a host."""

    connect: float = 10.0
    login: float = 30.0
    cleanup: float = 1.5  # for stopping a command and closing its shell when a person waits
    restart: float = 180.0
    shells: int = 3  # a host of 2008 R2 allows five per account
    threads: int = 16
    helpers: int = 4


@dataclass(frozen=True, slots=True)
class Secret:
    """The password of the account, or the passphrase of its key; never shown."""

    password: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One WinRM service and the account."""

    name: str
    host: str
    port: int
    username: str
    options: WinrmOptions

    @property
    def where(self) -> str:
        """``hv01 (192.0.2.1:5985)``: how errors name it."""
        return f"{self.name} ({self.url_host}:{self.port})"

    @property
    def url_host(self) -> str:
        """The host as URLs write it."""
        return _bracketed(self.host)

    @property
    def endpoint(self) -> str:
        """The complete URL."""
        return f"{self.options.scheme}://{self.url_host}:{self.port}{self.options.path}"

    @property
    def secure(self) -> bool:
        return self.options.scheme is Scheme.HTTPS

    @property
    def account(self) -> str:
        """The user name as the login sends it; a Kerberos principal is ``name@REALM`` instead of ``DOMAIN\\name``."""
        if self.options.login is not Login.KERBEROS:
            return self.username
        name, realm = self.username.rpartition("\\")[2], self.options.realm
        return f"{name}@{realm}" if realm and name and "@" not in name else name


def target_of(host: Host) -> Target:
    """Raises AuthorError for a wrong ``winrm:`` block."""
    options = winrm_options(host)
    if not host.username and options.login not in (Login.KERBEROS, Login.CERTIFICATE):
        raise AuthorError(
            f"{host.name}: winrm: {options.login} needs a username",
            hint="Write it as `username: DOMAIN\\name`, or `name` for a local account of the host.",
        )
    return Target(host.name, host.hostname, host.port or options.port, host.username or "", options)


def _bracketed(host: str) -> str:
    """An IPv6 address as URLs write it (RFC 3986; RFC 6874 for the zone)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{host.replace('%', '%25')}]" if address.version == 6 else host
