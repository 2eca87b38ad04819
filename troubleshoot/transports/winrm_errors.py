"""Sorts what pywinrm, requests, urllib3, spnego and the system raise into our few kinds. This is the only place.

Faults are known by their numbers only: the sentences beside them are in the host's display language. The numbers are
those of wsmerror.h; ``The request timed out while waiting for output`` is no error and never gets here.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import requests
import urllib3.exceptions
from spnego.exceptions import SpnegoError
from winrm.exceptions import (
    AuthenticationError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import TransportError


class Cause(StrEnum):
    """What went wrong on the way to a Windows host or back."""

    AUTH = "auth"
    UNREACHABLE = "unreachable"
    NAME = "name"
    TLS = "tls"
    TIMEOUT = "timeout"
    LOST = "connection-lost"
    SHELL_GONE = "shell-gone"
    QUOTA = "quota"
    ACCESS_DENIED = "access-denied"
    CODEPAGE = "codepage"
    FAULT = "fault"  # the host declined, for a reason that has no kind of its own
    NOT_SUPPORTED = "not-supported"
    PROTOCOL = "protocol"  # what answers is not WinRM, or not whole


_KINDS: Final = {
    Cause.AUTH: Trouble.AUTH,
    Cause.UNREACHABLE: Trouble.UNREACHABLE,
    Cause.NAME: Trouble.UNREACHABLE,
    Cause.TLS: Trouble.TLS,
    Cause.TIMEOUT: Trouble.TIMEOUT,
    Cause.LOST: Trouble.UNREACHABLE,
    Cause.SHELL_GONE: Trouble.UNREACHABLE,
    Cause.QUOTA: Trouble.REFUSED,
    Cause.ACCESS_DENIED: Trouble.AUTH,
    Cause.CODEPAGE: Trouble.NOT_SUPPORTED,
    Cause.FAULT: Trouble.REFUSED,
    Cause.NOT_SUPPORTED: Trouble.NOT_SUPPORTED,
    Cause.PROTOCOL: Trouble.UNREACHABLE,
}

# The host has read the request and declined it: the command did not run.
DECLINED: Final = frozenset(
    {Cause.AUTH, Cause.SHELL_GONE, Cause.QUOTA, Cause.ACCESS_DENIED, Cause.CODEPAGE, Cause.FAULT}
)

NO_OUTPUT: Final = 2150858793  # a question for output that found none yet
SHELL_GONE: Final = 2150858843
_FAULTS: Final = {
    SHELL_GONE: Cause.SHELL_GONE,
    995: Cause.LOST,  # the operation was aborted because its command or shell ended
    2150859230: Cause.LOST,  # the stream was disconnected
    2150859180: Cause.ACCESS_DENIED,  # AllowRemoteShellAccess is false
    5: Cause.ACCESS_DENIED,
    2147942405: Cause.ACCESS_DENIED,
    2150859072: Cause.CODEPAGE,
    **dict.fromkeys((2150859173, 2150859174, 2150859236, 2150859240, 2150859241), Cause.QUOTA),
}
_SUBCODES: Final = {"AccessDenied": Cause.ACCESS_DENIED, "QuotaLimit": Cause.QUOTA}
_HINTS: Final = {
    Cause.AUTH: "The user name or password was not accepted. It is not tried again; check it first.",
    Cause.UNREACHABLE: "Check address, port and firewalls, and that the WinRM service runs and listens there.",
    Cause.NAME: "Check the name in the inventory, or give an address as `hostname`.",
    Cause.TIMEOUT: "The host took the connection but answers too slowly, or not at all.",
    Cause.LOST: "Did the host restart, or its WinRM service?",
    Cause.SHELL_GONE: "The remote shell ended: it was idle for too long, or the WinRM service restarted.",
    Cause.QUOTA: (
        "This account has too many shells or commands open on the host. Close other sessions, or wait: a shell that "
        "was left behind ends by its idle timeout (winrm get winrm/config/winrs shows the limits)."
    ),
    Cause.ACCESS_DENIED: (
        "The password is right, but the account may not use remote shells: it must be in Administrators (a local "
        "account other than the built-in one needs LocalAccountTokenFilterPolicy), or be given the right."
    ),
    Cause.CODEPAGE: "Name another one: `winrm: {codepage: 437}` for this host.",
    Cause.FAULT: "`troubleshoot explain` says what the number means.",
    Cause.TLS: "Is the port right, and do both sides share a TLS version? Nothing was sent.",
    Cause.PROTOCOL: "Something other than WinRM seems to answer there, or a device in between changes the answers.",
}
_SPEAKS_NO_TLS: Final = "What listens there speaks no TLS: is the port right, or should scheme be http?"


class WinrmError(TransportError):
    """A TransportError with the finer ``cause``, and the fault's ``code`` (0 where there is none)."""

    def __init__(self, cause: Cause, message: str, *, hint: str = "", sent: bool = False, code: int = 0) -> None:
        super().__init__(_KINDS[cause], message, hint=hint or _HINTS.get(cause, ""), sent=sent)
        self.cause = cause
        self.code = code


class LoginRefused(Exception):
    """HTTP 401. ``offered`` are the schemes the host would take; ``tried`` is False if our secret did not leave."""

    def __init__(self, offered: tuple[str, ...], tried: bool) -> None:
        super().__init__("401")
        self.offered = offered
        self.tried = tried


class Unsealed(Exception):
    """An answer that is not sealed came over a sealed connection: anybody could have written it."""


class TooLarge(Exception):
    """One answer is larger than any host would send."""


class Stale(Exception):
    """The sealed connection was closed; its keys are of no use on a new one. Nothing was sent."""


class Aborted(Exception):
    """We ended the connection ourselves. Nothing was sent after that."""


def explain(where: str, error: BaseException) -> WinrmError:
    """The typed error for whatever a library raised; ``where`` names the host. ``sent`` is left to the caller."""
    if isinstance(error, WinrmError):
        return error
    if isinstance(error, WSManFaultError):
        return _fault(where, error)
    if isinstance(error, WinRMTransportError):
        return _http(where, error.code)
    return _login(where, error) or _wire(where, error) or _odd(where, error)


def _fault(where: str, error: WSManFaultError) -> WinrmError:
    code = (error.wsman_fault_code or error.wmierror_code or 0) & 0xFFFFFFFF
    subcode = (error.fault_subcode or "").rpartition(":")[2]
    cause = _FAULTS.get(code) or _SUBCODES.get(subcode, Cause.FAULT)
    return WinrmError(cause, f"{where}: {_FAULT_WORDS[cause]}{_number(code)}{_reason(error.reason, cause)}", code=code)


_FAULT_WORDS: Final = {
    Cause.SHELL_GONE: "the remote shell or command is gone",
    Cause.LOST: "the operation was ended by the host",
    Cause.QUOTA: "the host's quota for remote shells is used up",
    Cause.ACCESS_DENIED: "logged in, but access to remote shells is denied",
    Cause.CODEPAGE: "the host does not accept the code page",
    Cause.FAULT: "the WinRM service declined",
}


def _number(code: int) -> str:
    return f" (fault {code:#010x})" if code else ""


def _reason(text: str, cause: Cause) -> str:
    """The host's own words, one line; only where ours do not say it all."""
    words = "".join(letter if letter.isprintable() else " " for letter in text)
    words = " ".join(words.split())[:200]
    return f": {words}" if cause in (Cause.FAULT, Cause.QUOTA) and words else ""


def _http(where: str, code: int) -> WinrmError:
    if code == 400:
        return WinrmError(Cause.LOST, f"{where}: the session's keys are no longer accepted (HTTP 400)")
    if code == 403:
        return WinrmError(Cause.ACCESS_DENIED, f"{where}: access is forbidden (HTTP 403)")
    if code == 404:
        hint = "Is the port right? The path is usually /wsman; the service may also have no listener."
        return WinrmError(Cause.PROTOCOL, f"{where}: no WinRM there (HTTP 404)", hint=hint)
    if code == 503:
        return WinrmError(Cause.UNREACHABLE, f"{where}: the WinRM service does not answer (HTTP 503)")
    return WinrmError(Cause.PROTOCOL, f"{where}: HTTP {code} without a WinRM answer")


def _login(where: str, error: BaseException) -> WinrmError | None:
    if isinstance(error, LoginRefused):
        return _refused(where, error)
    if isinstance(error, AuthenticationError):
        return WinrmError(Cause.AUTH, f"{where}: the login was refused")
    if isinstance(error, PermissionError):  # requests_ntlm: no challenge in the answer
        return WinrmError(Cause.AUTH, f"{where}: the host broke the NTLM login off", hint="NTLM may be disabled there.")
    name = type(error).__name__
    if name == "KerberosExchangeError":
        hint = "Get a ticket with kinit; `server_name` must be the name that the host's SPN is made out to."
        return WinrmError(Cause.AUTH, f"{where}: no Kerberos login", hint=hint)
    if name == "MutualAuthenticationError":
        return WinrmError(Cause.AUTH, f"{where}: the host did not prove its identity by Kerberos")
    if type(error).__module__.startswith("requests_credssp"):
        return WinrmError(Cause.AUTH, f"{where}: the CredSSP login was refused", hint=_CREDSSP_HINT)
    return None


_CREDSSP_HINT: Final = "Check the password, and that CredSSP is enabled on the host (winrm get winrm/config/service)."


def _refused(where: str, error: LoginRefused) -> WinrmError:
    if error.tried:
        return WinrmError(Cause.AUTH, f"{where}: the login was refused")
    offered = ", ".join(error.offered) or "nothing"
    hint = f"The host offers: {offered}. Choose another `winrm: {{transport: ...}}`; no password was sent."
    return WinrmError(Cause.AUTH, f"{where}: the host does not offer this kind of login", hint=hint)


def _wire(where: str, error: BaseException) -> WinrmError | None:
    chain = tuple(_chain(error))
    for test in (_tls, _timeout, _unreachable, _lost):
        found = test(where, error, chain)
        if found is not None:
            return found
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it, as requests and urllib3 wrap it: in arguments, reasons and causes."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def _tls(where: str, error: BaseException, chain: tuple[BaseException, ...]) -> WinrmError | None:
    if not isinstance(error, requests.exceptions.SSLError | ssl.SSLError | urllib3.exceptions.SSLError):
        return None
    broken = (one for one in chain if isinstance(one, ssl.SSLEOFError | ConnectionResetError))
    if next(broken, None) is not None:
        return WinrmError(Cause.LOST, f"{where}: the connection broke off during TLS", hint=_SPEAKS_NO_TLS)
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            what = one.verify_message or "it cannot be verified"
            return WinrmError(Cause.TLS, f"{where}: the certificate is not accepted: {what}", hint=_CERTIFICATE_HINT)
        if isinstance(one, ssl.SSLError) and one.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
            return WinrmError(Cause.TLS, f"{where}: no TLS there", hint=_SPEAKS_NO_TLS)
    pinned = next((str(one) for one in chain if "Fingerprints did not match" in str(one)), "")
    if pinned:
        return _changed(where, pinned)
    reason = next((one.reason for one in chain if isinstance(one, ssl.SSLError) and one.reason), "it failed")
    return WinrmError(Cause.TLS, f"{where}: no TLS connection: {str(reason).replace('_', ' ').lower()}")


_CERTIFICATE_HINT: Final = (
    "Name the authority's certificate (`winrm: {ca_file: ...}`), or compare the certificate on the host and pin it "
    "(`winrm: {fingerprint: <SHA-256>}`). Nothing was sent."
)


def _changed(where: str, words: str) -> WinrmError:
    got = words.rpartition("got ")[2].strip("\"'). ")
    hint = "Either the certificate was renewed or somebody is in between. Nothing was sent. Find out which."
    return WinrmError(Cause.TLS, f"{where}: the certificate is not the pinned one: it is {got[:64]}", hint=hint)


def _timeout(where: str, error: BaseException, chain: tuple[BaseException, ...]) -> WinrmError | None:
    if any(isinstance(one, urllib3.exceptions.ConnectTimeoutError | requests.ConnectTimeout) for one in chain[:4]):
        if not any(isinstance(one, urllib3.exceptions.NewConnectionError) for one in chain):
            return WinrmError(Cause.UNREACHABLE, f"{where}: no answer to the connection attempt")
        return None
    if isinstance(error, WinRMOperationTimeoutError):
        return WinrmError(Cause.TIMEOUT, f"{where}: the WinRM service did not finish in its time")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError):
        return WinrmError(Cause.TIMEOUT, f"{where}: the host stopped answering")
    return None


def _unreachable(where: str, _: BaseException, chain: tuple[BaseException, ...]) -> WinrmError | None:
    for one in chain:
        if isinstance(one, urllib3.exceptions.NameResolutionError):
            return WinrmError(Cause.NAME, f"{where}: the name cannot be resolved")
    if any(isinstance(one, urllib3.exceptions.NewConnectionError) for one in chain):
        told = (one.strerror for one in chain if isinstance(one, OSError) and one.strerror)
        return WinrmError(Cause.UNREACHABLE, f"{where}: no connection: {next(told, 'it failed')}")
    return None


def _lost(where: str, error: BaseException, _: tuple[BaseException, ...]) -> WinrmError | None:
    if isinstance(error, requests.TooManyRedirects | requests.exceptions.InvalidHeader):
        return None
    if isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError | OSError | Stale | Aborted):
        return WinrmError(Cause.LOST, f"{where}: the connection was lost")
    return None


def _odd(where: str, error: BaseException) -> WinrmError:
    if isinstance(error, WinRMError) and "not installed" in str(error):
        hint = "pip install 'troubleshoot[kerberos]' or 'troubleshoot[credssp]', as the host's transport asks for."
        return WinrmError(Cause.NOT_SUPPORTED, f"{where}: a package for this kind of login is missing", hint=hint)
    if isinstance(error, Unsealed):
        return WinrmError(Cause.PROTOCOL, f"{where}: an answer was not sealed, so it may not be the host's")
    if isinstance(error, SpnegoError):
        return WinrmError(Cause.PROTOCOL, f"{where}: an answer's seal or token is broken")
    if isinstance(error, TooLarge):
        return WinrmError(Cause.PROTOCOL, f"{where}: one answer is larger than a WinRM host sends")
    return WinrmError(Cause.PROTOCOL, f"{where}: the answer is not that of a WinRM service ({type(error).__name__})")
