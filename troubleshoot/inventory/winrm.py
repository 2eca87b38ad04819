"""The ``winrm:`` block of a Windows host, typed.

Nothing is guessed and nothing weakens TLS: a certificate is checked against the system's authorities, a ``ca_file``,
or a pinned ``fingerprint``; messages over plain http are always sealed, so basic and certificate need https.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host
from troubleshoot.strict_yaml import Node, to_plain

HTTP_PORT: Final = 5985
HTTPS_PORT: Final = 5986
UTF_8: Final = 65001
CODEPAGES: Final[Mapping[int, str]] = {
    UTF_8: "utf-8",
    **{page: f"cp{page}" for page in (437, 737, 775, 850, 852, 855, 857, 860, 861, 862, 863, 864, 865, 866, 869, 874)},
    **{page: f"cp{page}" for page in (932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)},
}
_KEYS: Final = (
    *("transport", "scheme", "path", "ca_file", "fingerprint", "server_name", "cert_pem", "cert_key_pem"),
    *("codepage", "operation_timeout", "delegation", "service", "realm"),
)
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?")
_PATH: Final = re.compile(r"/[A-Za-z0-9._~/-]*")
_MAX_OPERATION: Final = 60  # seconds; a host does not wait for longer (MaxTimeoutms)

Fail = Callable[[str, str], AuthorError]


class Login(StrEnum):
    """How we prove who we are."""

    NTLM = "ntlm"
    KERBEROS = "kerberos"  # with the tickets of kinit
    CREDSSP = "credssp"
    CERTIFICATE = "certificate"
    BASIC = "basic"


class Scheme(StrEnum):
    """With or without TLS."""

    HTTP = "http"
    HTTPS = "https"


@dataclass(frozen=True, slots=True)
class WinrmOptions:
    """How one Windows host is reached.

    ``fingerprint`` is the SHA-256 of the host's certificate, 64 lower-case hex digits; it stands for the authorities
    unless there is a ``ca_file`` too. ``server_name`` is the name that the certificate or the Kerberos ticket is made
    out to, where ``hostname`` is an address. ``operation_timeout`` is the number of seconds the host may keep one
    question for output open; it does not limit a command. ``codepage`` is that of the shell.
    """

    login: Login = Login.NTLM
    scheme: Scheme = Scheme.HTTP
    path: str = "/wsman"
    ca_file: Path | None = None
    fingerprint: str = ""
    server_name: str = ""
    cert_pem: Path | None = None
    cert_key_pem: Path | None = None
    codepage: int = UTF_8
    operation_timeout: int = 5
    delegation: bool = False
    service: str = "HTTP"
    realm: str = ""

    @property
    def port(self) -> int:
        """The port where the inventory names none."""
        return HTTPS_PORT if self.scheme is Scheme.HTTPS else HTTP_PORT

    @property
    def delegates(self) -> bool:
        """Can a command on the host use our account on a further host (a domain controller)?"""
        return self.login is Login.CREDSSP or (self.login is Login.KERBEROS and self.delegation)


def winrm_options(host: Host) -> WinrmOptions:
    """The options of a host. Raises AuthorError."""
    return _Block(host.winrm, lambda key, message: AuthorError(f"{host.name}: winrm: {key}: {message}")).options()


def check_winrm(node: Node | None) -> None:
    """Refuse a block that could not be used, with the place of what is wrong. Raises AuthorError."""
    if node is None or not isinstance(node.value, dict):
        return
    entries = node.value

    def fail(key: str, message: str) -> AuthorError:
        place = entries[key].place if key in entries else node.place
        return AuthorError(f"{place}: winrm: {key}: {message}")

    _Block({key: to_plain(value) for key, value in entries.items()}, fail).options()


class _Block:
    """Takes typed values out of the untyped block."""

    def __init__(self, block: Mapping[str, Any], fail: Fail) -> None:
        self._block = block
        self._fail = fail

    def options(self) -> WinrmOptions:
        for key in self._block:
            if key not in _KEYS:
                raise self._fail(key, f"unknown key (known: {', '.join(sorted(_KEYS))})")
        login = self._choice("transport", Login, Login.NTLM)
        default = Scheme.HTTPS if login in (Login.BASIC, Login.CERTIFICATE) else Scheme.HTTP
        options = WinrmOptions(
            login=login,
            scheme=self._choice("scheme", Scheme, default),
            path=self._matching("path", _PATH, "/wsman", "not a path such as /wsman"),
            ca_file=self._file("ca_file"),
            fingerprint=self._fingerprint(),
            server_name=self._matching("server_name", _NAME, "", "not a host name"),
            cert_pem=self._file("cert_pem"),
            cert_key_pem=self._file("cert_key_pem"),
            codepage=self._codepage(),
            operation_timeout=self._number("operation_timeout", 5, 1, _MAX_OPERATION),
            delegation=self._flag("delegation"),
            service=self._matching("service", _NAME, "HTTP", "not a service class such as HTTP"),
            realm=self._matching("realm", _NAME, "", "not a Kerberos realm"),
        )
        self._check(options)
        return options

    def _check(self, options: WinrmOptions) -> None:
        secure, login = options.scheme is Scheme.HTTPS, options.login
        if not secure and login in (Login.BASIC, Login.CERTIFICATE):
            raise self._fail("transport", f"{login} needs scheme https")
        for key in ("ca_file", "fingerprint"):
            if not secure and self._text(key):
                raise self._fail(key, "only https has a certificate to check")
        if login is Login.CERTIFICATE and not (options.cert_pem and options.cert_key_pem):
            raise self._fail("transport", "certificate needs cert_pem and cert_key_pem")
        for key in ("cert_pem", "cert_key_pem"):
            if login is not Login.CERTIFICATE and self._text(key):
                raise self._fail(key, "only transport certificate uses it")
        for key in ("delegation", "service", "realm"):
            if login is not Login.KERBEROS and self._text(key):
                raise self._fail(key, "only transport kerberos uses it")

    def _text(self, key: str) -> str:
        value = self._block.get(key)
        if value is None:
            return ""
        if not isinstance(value, str | int | Path):
            raise self._fail(key, "one text is needed here")
        return str(value).strip()

    def _choice(self, key: str, kind: type[StrEnum], default: Any) -> Any:
        text = self._text(key).lower() or default
        if text not in list(kind):
            raise self._fail(key, f"{text!r} is not one of {', '.join(kind)}")
        return kind(text)

    def _matching(self, key: str, pattern: re.Pattern[str], default: str, wrong: str) -> str:
        text = self._text(key) or default
        if text and not pattern.fullmatch(text):
            raise self._fail(key, f"{text!r} is {wrong}")
        return text

    def _file(self, key: str) -> Path | None:
        text = self._text(key)
        return Path(text).expanduser() if text else None

    def _fingerprint(self) -> str:
        text = self._text("fingerprint")
        digits = text.lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
        if text and not re.fullmatch(r"[0-9a-f]{64}", digits):
            raise self._fail("fingerprint", "a SHA-256 has 64 hexadecimal digits (colons may stand between them)")
        return digits

    def _codepage(self) -> int:
        page = self._number("codepage", UTF_8, 1, UTF_8)
        if page not in CODEPAGES:
            raise self._fail("codepage", f"{page} is not known (65001 is UTF-8, 437, 850 and 1252 are usual)")
        return page

    def _number(self, key: str, default: int, low: int, high: int) -> int:
        text = self._text(key) or str(default)
        if not (text.isascii() and text.isdecimal() and low <= int(text[:9]) <= high):
            raise self._fail(key, f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    def _flag(self, key: str) -> bool:
        text = self._text(key).lower() or "no"
        if text not in _TRUE | _FALSE:
            raise self._fail(key, f"{text!r} is neither yes nor no")
        return text in _TRUE
