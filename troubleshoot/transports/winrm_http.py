"""The HTTP side of one WinRM connection: pywinrm's transport with what it leaves open closed.

pywinrm and requests would obey proxy and CA variables of the environment, read ``.netrc``, follow redirects with the
login in hand, take unsealed answers on a sealed connection, and send a message unsealed after a login that failed.
Here one pool with one connection is made for one endpoint, with a TLS context of our own, and a connection can be
ended from another thread at any time. It also knows whether anything left for the host.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3.connection import HTTPConnection, HTTPSConnection
from winrm.exceptions import WinRMTransportError
from winrm.transport import Transport as PywinrmTransport

from troubleshoot.inventory.winrm import Login
from troubleshoot.transports.winrm_errors import Aborted, LoginRefused, Stale, TooLarge, Unsealed
from troubleshoot.transports.winrm_target import Secret, Target

_MAX_ANSWER: Final = 16 * 1024 * 1024  # bytes; hosts send at most 500 KB by default
_SCHEMES: Final = {
    Login.NTLM: ("ntlm", "negotiate"),
    Login.KERBEROS: ("kerberos", "negotiate"),
    Login.CREDSSP: ("credssp",),
    Login.BASIC: ("basic",),
    Login.CERTIFICATE: (),
}

# Without a handler they would write over the screen; at their debug level some of them write login tokens.
for _name in ("urllib3", "requests", "spnego", "winrm", "requests_credssp", "requests_kerberos"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).setLevel(logging.WARNING)


class Line:
    """The TCP connection below, as another thread may see it: was anything sent, and end it now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._aborted = False
        self.began = False  # some byte of the current request has left
        self.reached = False  # there was a connection at some time

    def opened(self, sock: socket.socket) -> socket.socket:
        """Take a handle of a new connection; TLS may later wrap the original. Returns the handle."""
        handle = sock.dup()
        self.reached = True
        with self._lock:
            if self._aborted:
                handle.close()
                raise Aborted
            self._sockets.add(handle)
        return handle

    def closed(self, handle: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(handle)
        handle.close()

    def sending(self) -> None:
        """Called before bytes leave. Raises Aborted instead once the line was ended."""
        with self._lock:
            if self._aborted:
                raise Aborted
            self.began = True

    def abort(self) -> None:
        """End the connection, whatever a thread does with it now; nothing leaves any more."""
        with self._lock:
            self._aborted = True
            for handle in self._sockets:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)


class Http(PywinrmTransport):
    """One HTTP session with one host. Not for two threads at once, :meth:`abort` excepted."""

    def __init__(self, target: Target, secret: Secret, context: ssl.SSLContext | None, *, connect: float) -> None:
        """``connect`` is the number of seconds that opening a TCP connection may take."""
        options = target.options
        super().__init__(
            endpoint=target.endpoint,
            username=target.account or None,
            password=secret.password,
            service=options.service,
            ca_trust_path=None,  # type: ignore[arg-type]  # None is documented: no path besides
            cert_pem=str(options.cert_pem) if options.cert_pem else None,
            cert_key_pem=str(options.cert_key_pem) if options.cert_key_pem else None,
            read_timeout_sec=options.operation_timeout + 10,
            kerberos_delegation=options.delegation,
            kerberos_hostname_override=options.server_name or None,
            auth_method=options.login.value,
            message_encryption="auto" if target.secure else "always",
            proxy=None,
        )
        self.line = Line()
        self._target = target
        self._context = context
        self._connect = connect

    def build_session(self) -> requests.Session:
        """Log in where the login comes first; a failed one leaves nothing behind that a message could be sent on."""
        if self.session is not None:
            return self.session
        try:
            session = super().build_session()
        except BaseException:
            self.close_session()
            raise
        self._own(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        """The login that agrees on the keys."""
        self._own(session)
        super().setup_encryption(session)

    def close_session(self) -> None:
        """Close the connection and forget the keys; the next message logs in again."""
        super().close_session()
        self.encryption = None

    def abort(self) -> None:
        """End it from any thread."""
        self.line.abort()

    def _own(self, session: requests.Session) -> None:
        """Nothing of the environment counts, and all connections are ours."""
        session.trust_env = False
        session.proxies = {}
        session.cert = None  # the TLS context has it
        session.headers["Accept-Encoding"] = "identity"
        if isinstance(session.auth, HTTPBasicAuth):  # requests would encode text as Latin-1, or fail to
            session.auth = HTTPBasicAuth((self.username or "").encode(), (self.password or "").encode())
        if not isinstance(session.adapters.get("https://"), _Adapter):
            adapter = _Adapter(self._pool())
            session.adapters.clear()
            session.mount("http://", adapter)
            session.mount("https://", adapter)

    def _pool(self) -> urllib3.HTTPConnectionPool:
        target, name = self._target, self._target.options.server_name or None
        plain, secure = _connections(self)
        if not target.secure:
            pool = urllib3.HTTPConnectionPool(target.url_host, target.port, maxsize=1)
            pool.ConnectionCls = plain
            return pool
        tls = urllib3.HTTPSConnectionPool(
            target.url_host,
            target.port,
            maxsize=1,
            ssl_context=self._context,
            assert_fingerprint=target.options.fingerprint or None,
            server_hostname=name,
        )
        tls.ConnectionCls = secure
        return tls

    def _send_message_request(
        self, session: requests.Session, prepared_request: requests.PreparedRequest
    ) -> requests.Response:
        response = session.send(
            prepared_request,
            timeout=(self._connect, self.read_timeout_sec),
            allow_redirects=False,
            stream=True,
            verify=True,
            proxies={},
        )
        if not getattr(response, "_content_consumed", False):  # a login step may have read it
            response._content = _body(response)
        if response.status_code == 200:
            return response
        if response.status_code == 401:
            raise self._refused(response)
        text = self._get_message_response_text(response) if response.content else b""
        raise WinRMTransportError("http", response.status_code, text.decode("utf-8", "replace"))

    def _refused(self, response: requests.Response) -> LoginRefused:
        offered = response.headers.get("WWW-Authenticate", "")
        schemes = tuple(dict.fromkeys(word.strip().split(" ")[0] for word in offered.split(",") if word.strip()))
        wanted = _SCHEMES[self._target.options.login]
        known = not wanted or any(scheme.lower() in wanted for scheme in schemes)
        return LoginRefused(tuple(scheme[:20] for scheme in schemes if scheme.isalnum())[:6], tried=known)

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        if self.encryption is None:
            return response.content
        if self.encryption.protocol_string.decode() in response.headers.get("Content-Type", ""):
            return self.encryption.parse_encrypted_response(response)
        if response.status_code == 200:
            raise Unsealed
        return b""


def _body(response: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read(1 << 18, decode_content=False):
        size += len(part)
        if size > _MAX_ANSWER:
            response.close()
            raise TooLarge
        parts.append(part)
    response.raw.release_conn()
    return b"".join(parts)


class _Adapter(HTTPAdapter):
    """Sends everything over one pool, whatever URL, proxy or TLS setting requests would choose."""

    def __init__(self, pool: urllib3.HTTPConnectionPool) -> None:
        super().__init__(max_retries=0)
        self._own_pool = pool

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        return self._own_pool

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        """What requests before 2.32.2 calls."""
        return self._own_pool

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """The pool's own TLS context does it."""

    def close(self) -> None:
        self._own_pool.close()
        super().close()


def _connections(http: Http) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """The two classes of connections, tied to the line of ``http``."""

    class Tied(HTTPConnection):
        _handle: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            if http.encryption is not None:
                raise Stale
            sock = super()._new_conn()
            try:
                self._handle = http.line.opened(sock)
            except Aborted:
                sock.close()
                raise
            return sock

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            http.line.sending()
            super().send(data)

        def close(self) -> None:
            super().close()
            handle, self._handle = self._handle, None
            if handle is not None:
                http.line.closed(handle)

    class TiedTls(Tied, HTTPSConnection):
        pass

    return Tied, TiedTls
