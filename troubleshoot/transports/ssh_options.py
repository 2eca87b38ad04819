"""The ``ssh:`` block of a host, typed; and what the user's own ssh_config adds where a host asks for it.

Nothing is taken from ssh_config unseen: only for hosts with ``ssh: {config: PATH}`` (or ``config: yes`` for the usual
file), only the four settings below, and each is noted.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host

# What switches of the years before 2012 speak and current clients no longer offer by themselves.
LEGACY_KEX: Final = (
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group1-sha1",
)
LEGACY_ENCRYPTION: Final = ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc")
LEGACY_HOST_KEY: Final = ("ssh-rsa",)

AUTH_METHODS: Final = ("publickey", "password", "keyboard-interactive")
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


@dataclass(frozen=True, slots=True)
class PhaseLimits:
    """Longest time in seconds that each part of a login may take; the caller's own deadline wins."""

    connect: float = 10.0
    key_exchange: float = 15.0
    login: float = 20.0
    prompt: float = 15.0


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """What holds for all hosts of a session.

    ``known_hosts`` are only read. ``own_known_hosts`` is read too and takes new entries if ``accept_new_host_keys``.
    """

    known_hosts: tuple[Path, ...] = ()
    own_known_hosts: Path | None = None
    accept_new_host_keys: bool = False
    limits: PhaseLimits = field(default_factory=PhaseLimits)


def user_known_hosts() -> Path:
    """The user's own known_hosts file."""
    return Path.home() / ".ssh" / "known_hosts"


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Algorithms that are allowed for one host besides the current defaults."""

    kex: tuple[str, ...] = ()
    encryption: tuple[str, ...] = ()
    host_key: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kex or self.encryption or self.host_key)

    def __str__(self) -> str:
        return ", ".join((*self.kex, *self.encryption, *self.host_key))


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how one SSH connection is made. ``jumps`` are names or ``user@host:port``, the first hop first."""

    name: str
    host: str
    port: int
    username: str
    auth: tuple[str, ...] = ("publickey", "password")
    keys: tuple[Path, ...] | None = None
    agent: bool = True
    legacy: Algorithms = Algorithms()
    jumps: tuple[str, ...] = ()
    config: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """``r1 (192.0.2.1:22)``: how errors name it."""
        return f"{self.name} ({self.host}:{self.port})"


def target_of(host: Host) -> Target:
    """Type the host's ``ssh:`` block. Raises AuthorError for an unknown key or a wrong value."""
    options = _Options(host.name, host.ssh)
    target = Target(
        name=host.name,
        host=host.hostname,
        port=host.port or 22,
        username=host.username or "",
        auth=options.auth(),
        keys=options.keys(),
        agent=options.flag("agent", True),
        legacy=options.legacy(),
        jumps=options.words("jump"),
        config=options.config(),
    )
    options.finish()
    return _completed(_with_config(target, host))


def literal_target(text: str, config: Path | None = None) -> Target:
    """The target of ``[user@]host[:port]`` or of an ssh_config alias."""
    username, _, rest = text.rpartition("@")
    host, port = _split_port(rest)
    plain = Host(name=text, hostname=host, platform=Platform.LINUX, port=port, username=username or None)
    target = Target(name=text, host=host, port=port or 22, username=username, config=config)
    return _completed(_with_config(target, plain))


def _split_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, tail = text[1:].partition("]")
        port = tail.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if port and not port.isdecimal():
        raise AuthorError(f"{text!r} is not host:port")
    return host, int(port) if port else None


def _completed(target: Target) -> Target:
    return target if target.username else replace(target, username=getpass.getuser())


def _with_config(target: Target, host: Host) -> Target:
    """What ssh_config says, for what the inventory left open."""
    if target.config is None:
        return target
    settings = _read_config(target.config, target.host, host)
    found: dict[str, Any] = {}
    if settings.get("Hostname") not in (None, target.host):
        found["host"] = str(settings["Hostname"])
    if host.port is None and "Port" in settings:
        found["port"] = int(settings["Port"])
    if not host.username and settings.get("User"):
        found["username"] = str(settings["User"])
    if target.keys is None and settings.get("IdentityFile"):
        found["keys"] = tuple(Path(name).expanduser() for name in settings["IdentityFile"])
    if not target.jumps and settings.get("ProxyJump"):
        found["jumps"] = tuple(name.strip() for name in str(settings["ProxyJump"]).split(","))
    told = ", ".join(sorted(found))
    notes = (*target.notes, f"{target.name}: {told} taken from {target.config}") if found else target.notes
    return replace(target, **found, notes=notes)


def _read_config(path: Path, alias: str, host: Host) -> dict[str, Any]:
    from asyncssh.config import ConfigParseError, SSHClientConfig

    try:
        user = getpass.getuser()
        config = SSHClientConfig.load(None, [path], False, False, False, user, host.username or (), alias, ())
    except (OSError, ConfigParseError) as error:
        raise AuthorError(f"{host.name}: ssh config {path} cannot be used: {error}") from error
    names = ("Hostname", "Port", "User", "IdentityFile", "ProxyJump")
    return {name: config.get(name) for name in names if config.get(name) is not None}


class _Options:
    """Takes typed values out of the untyped block and notices what nobody took."""

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        self._name = name
        self._rest = dict(block)

    def flag(self, key: str, default: bool) -> bool:
        value = self._rest.pop(key, default)
        return value if isinstance(value, bool) else self._truth(key, str(value))

    def words(self, key: str) -> tuple[str, ...]:
        value = self._rest.pop(key, None) or ()
        items: Iterable[Any] = value.split(",") if isinstance(value, str) else value
        return tuple(str(item).strip() for item in items)

    def auth(self) -> tuple[str, ...]:
        methods = self.words("auth") or ("publickey", "password")
        wrong = [method for method in methods if method not in AUTH_METHODS]
        if wrong:
            raise self._error(f"auth: {wrong[0]!r} is not one of {', '.join(AUTH_METHODS)}")
        if "password" in methods and "keyboard-interactive" in methods:
            raise self._error("auth: password and keyboard-interactive together cost two attempts per wrong password")
        return methods

    def keys(self) -> tuple[Path, ...] | None:
        if "keys" not in self._rest:
            return None
        return tuple(Path(name).expanduser() for name in self.words("keys"))

    def legacy(self) -> Algorithms:
        value = self._rest.pop("legacy", False)
        explicit = Algorithms(self.words("kex"), self.words("encryption"), self.words("host_key"))
        allowed = value if isinstance(value, bool) else self._truth("legacy", str(value))
        if not allowed:
            return explicit
        return Algorithms(
            explicit.kex or LEGACY_KEX, explicit.encryption or LEGACY_ENCRYPTION, explicit.host_key or LEGACY_HOST_KEY
        )

    def config(self) -> Path | None:
        value = self._rest.pop("config", None)
        if value in (None, False) or str(value).lower() in _FALSE:
            return None
        if str(value).lower() in _TRUE:
            return Path.home() / ".ssh" / "config"
        return Path(str(value)).expanduser()

    def finish(self) -> None:
        if self._rest:
            raise self._error(f"unknown key {sorted(self._rest)[0]!r}")

    def _truth(self, key: str, text: str) -> bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise self._error(f"{key}: {text!r} is neither yes nor no")

    def _error(self, message: str) -> AuthorError:
        return AuthorError(f"{self._name}: ssh: {message}")
