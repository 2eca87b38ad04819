"""Logging in on one TCP connection: Negotiate, Kerberos, CredSSP, Basic and client certificates."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from troubleshoot.lab.windows.topic import Logon
from troubleshoot.lab.windows.wire import framing
from troubleshoot.lab.windows.wire.accounts import Account, AccountBook

if TYPE_CHECKING:
    from spnego import ContextProxy

    from troubleshoot.lab.windows.wire.ntlm import HostNegotiate, HostNtlm, NtlmHost

BASIC_CHALLENGE: Final = 'Basic realm="WSMAN"'
CERTIFICATE_SCHEME: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
_NEW_NTLM: Final = b"NTLMSSP\x00\x01\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """One attempt, for tests: scheme, the user as the client named it, and ``ok`` or why not. Never a secret."""

    scheme: str
    user: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Login:
    """An authenticated user of a connection (Basic: of one request)."""

    account: Account
    name: str
    scheme: str
    delegated: bool

    def logon(self) -> Logon:
        """As whom the programs of this user run."""
        return Logon(self.name, elevated=self.account.elevated, delegated=self.delegated)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a listener accepts, in the order of its 401 answers."""

    negotiate: bool = True
    kerberos_keytab: Path | None = None
    basic: bool = False
    credssp: bool = False
    certificate: bool = False

    def challenges(self) -> tuple[str, ...]:
        """The values of WWW-Authenticate, one line each."""
        lines = [
            (self.negotiate, "Negotiate"),
            (self.kerberos_keytab is not None, "Kerberos"),
            (self.basic, BASIC_CHALLENGE),
            (self.credssp, "CredSSP"),
            (self.certificate, CERTIFICATE_SCHEME),
        ]
        return tuple(text for wanted, text in lines if wanted)


@dataclass(frozen=True, slots=True)
class Step:
    """What to answer to an Authorization header: a login, or 401 with the lines of WWW-Authenticate."""

    login: Login | None
    challenges: tuple[str, ...] = ()
    goes_on: bool = False  # the handshake has a further leg


class Authenticator:
    """The login state of one connection: who is logged in, and the keys that seal its messages."""

    def __init__(
        self,
        book: AccountBook,
        host: NtlmHost,
        offer: Offer,
        certificate_upns: Callable[[], Sequence[str]],
        record: Callable[[LoginAttempt], None],
    ) -> None:
        self._book, self._host, self._offer = book, host, offer
        self._certificate_upns, self._record = certificate_upns, record
        self._context: ContextProxy | None = None
        self._negotiate: HostNegotiate | None = None
        self._ntlm: HostNtlm | None = None
        self._scheme = ""
        self.login: Login | None = None

    @property
    def challenges(self) -> tuple[str, ...]:
        """The lines of WWW-Authenticate for a client that did not say who it is."""
        return self._offer.challenges()

    @property
    def sealed(self) -> bool:
        """True where the connection has keys, so that messages can and must be sealed over http."""
        return self.login is not None and self._context is not None and self._context.complete

    def authorize(self, header: str) -> Step:
        """Take one Authorization header; never raises."""
        scheme, _, credentials = header.strip().partition(" ")
        kind = scheme.casefold()
        if kind == "basic" and self._offer.basic:
            return self._basic(credentials)
        if header.strip() == CERTIFICATE_SCHEME and self._offer.certificate:
            return self._certificate()
        handshakes = {
            "negotiate": self._offer.negotiate,
            "ntlm": self._offer.negotiate,  # not advertised, but understood
            "kerberos": self._offer.kerberos_keytab is not None,
            "credssp": self._offer.credssp,
        }
        if handshakes.get(kind):
            return self._handshake(kind, credentials)
        return self._refused(scheme[:80], "", "scheme not offered")

    def log_out(self) -> None:
        """Forget who is logged in, and the keys."""
        self.login, self._context, self._negotiate, self._ntlm = None, None, None, None

    def _refused(self, scheme: str, user: str, why: str) -> Step:
        self._record(LoginAttempt(scheme, user, why))
        return Step(None, self._offer.challenges())

    def _accepted(self, account: Account, scheme: str, user: str, delegated: bool, token: str = "") -> Step:
        self._record(LoginAttempt(scheme, user, "ok"))
        login = Login(account, self._book.full_name(account), scheme, delegated)
        return Step(login, (token,) if token else ())

    def _basic(self, credentials: str) -> Step:
        try:
            name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return self._refused("Basic", "", "bad base64")
        account = self._book.check_basic(name, password)
        if account is None:
            return self._refused("Basic", name, "wrong password or not a local account")
        # The host now has the password itself: it can log on to further hosts.
        return self._accepted(account, "Basic", name, delegated=True)

    def _certificate(self) -> Step:
        upns = self._certificate_upns()
        for upn in upns:
            account = self._book.find_certificate(upn)
            if account is not None:
                return self._accepted(account, "Certificate", upn, delegated=False)
        return self._refused("Certificate", next(iter(upns), ""), "not mapped" if upns else "no certificate")

    def _handshake(self, kind: str, credentials: str) -> Step:
        try:
            token = base64.b64decode(credentials, validate=True)
        except (binascii.Error, ValueError):
            return self._forget(kind, "bad base64")
        if self._starts(kind, token):
            self._begin(kind)
        if self._context is None or not token:
            return self._forget(kind, "bad token")
        try:
            reply = self._context.step(token)
        except Exception as error:
            # pyspnego raises what its parsers raise (struct, ASN.1, StopIteration, ssl); all mean: not logged in.
            return self._forget(kind, type(error).__name__)
        line = _line(kind, reply)
        return self._finish(kind, line) if self._context.complete else Step(None, (line,), goes_on=True)

    def _starts(self, kind: str, token: bytes) -> bool:
        if kind == "credssp":
            return self._scheme != kind or self._context is None or self._context.complete
        return self._context is None or token.startswith((_NEW_NTLM, b"\x60"))

    def _begin(self, kind: str) -> None:
        from spnego._context import GSSMech
        from spnego._credssp import CredSSPProxy

        from troubleshoot.lab.windows.wire.ntlm import HostNegotiate, HostNtlm

        self.login = None
        self._scheme = kind
        self._ntlm = HostNtlm(self._host)
        mechanisms: dict[GSSMech, Any] = {GSSMech.ntlm: self._ntlm}
        if self._offer.kerberos_keytab is not None:
            mechanisms = {GSSMech.kerberos: _kerberos(self._offer.kerberos_keytab), **mechanisms}
        self._negotiate = HostNegotiate(mechanisms)
        self._context = self._negotiate
        if kind == "credssp":
            self._context = CredSSPProxy(usage="accept", protocol="credssp", credssp_negotiate_context=self._negotiate)

    def _finish(self, kind: str, line: str) -> Step:
        assert self._negotiate is not None
        account, user = self._who()
        if account is None:
            return self._forget(kind, "unknown account")
        step = self._accepted(account, _scheme_name(kind), user, self._delegated(kind), line)
        self.login = step.login
        return step

    def _who(self) -> tuple[Account | None, str]:
        assert self._negotiate is not None
        if self._negotiate.negotiated_protocol == "kerberos":
            principal = self._negotiate.client_principal or ""
            return self._book.find_principal(principal), principal
        domain, user = self._claimed()
        return self._book.find(domain, user), _shown(domain, user)

    def _claimed(self) -> tuple[str, str]:
        return (self._ntlm.claimed if self._ntlm is not None else None) or ("", "")

    def _delegated(self, kind: str) -> bool:
        from spnego import ContextReq

        assert self._negotiate is not None
        return kind == "credssp" or (
            self._negotiate.negotiated_protocol == "kerberos"
            and bool(self._negotiate.context_attr & ContextReq.delegate)
        )

    def _forget(self, kind: str, why: str) -> Step:
        user = _shown(*self._claimed())
        self.log_out()
        return self._refused(_scheme_name(kind), user, why)

    def unseal(self, body: bytes) -> bytes:
        """The plain message. Raises :class:`framing.BadFrame` for whatever these keys do not open."""
        if self._context is None or self.login is None:
            raise framing.BadFrame("no keys")
        try:
            return b"".join(self._open(part) for part in framing.parts(body))
        except framing.BadFrame:
            self._context = None  # the stream cipher is out of step for good
            raise

    def _open(self, part: framing.SealedPart) -> bytes:
        assert self._context is not None
        try:
            plain = self._context.unwrap_winrm(part.signature, part.data)
        except Exception as error:
            raise framing.BadFrame("cannot be opened") from error
        if len(plain) > part.length:
            raise framing.BadFrame("longer than promised")
        return plain

    def seal(self, plain: bytes, protocol: str) -> tuple[str, bytes]:
        """Content type and body of a sealed answer."""
        context = self._context
        assert context is not None

        def wrap(piece: bytes) -> tuple[bytes, bytes, int]:
            result = context.wrap_winrm(piece)
            return result.header, result.data, result.padding_length

        return framing.seal(plain, protocol, wrap)


def _line(kind: str, token: bytes | None) -> str:
    name = _scheme_name(kind)
    return f"{name} {base64.b64encode(token).decode()}" if token else name


def _scheme_name(kind: str) -> str:
    return {"negotiate": "Negotiate", "ntlm": "NTLM", "kerberos": "Kerberos", "credssp": "CredSSP"}[kind]


def _shown(domain: str, user: str) -> str:
    return f"{domain}\\{user}" if domain else user


def _kerberos(keytab: Path) -> Any:
    from spnego._gss import GSSAPIProxy

    credentials = import_module("gssapi").Credentials(usage="accept", store={"keytab": str(keytab)})
    return GSSAPIProxy(usage="accept", protocol="kerberos", _gssapi_credential=credentials)
