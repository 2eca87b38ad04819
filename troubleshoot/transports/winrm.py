"""WinRM to Windows hosts.

The wire is pywinrm's ``Protocol``; nothing outside the ``winrm_*`` modules knows that, and none of them is imported
before the first Windows host is reached. What pywinrm does not give (output as it arrives, a limit for a command, an
end to it at once, shells that are always closed, errors by kind) is theirs.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from troubleshoot.core.kinds import Trouble
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.inventory.winrm import Login
from troubleshoot.transports.base import Note, Transport, TransportError
from troubleshoot.transports.winrm_target import Secret, Target, WinrmLimits, target_of

if TYPE_CHECKING:
    from troubleshoot.transports.winrm_errors import WinrmError
    from troubleshoot.transports.winrm_host import Endings
    from troubleshoot.transports.winrm_session import Means, Session

_LAST_WAIT: Final = 2.0  # seconds that closing everything may take
_UNMAPPED: Final = (
    "Certificate logins must be enabled on the host, and the certificate be mapped to a local account "
    "(winrm enumerate winrm/config/service/certmapping shows the mappings)."
)


class WinrmConnector:
    """Opens WinRM connections; holds the threads that work them."""

    def __init__(self, credentials: Credentials, limits: WinrmLimits | None = None) -> None:
        self._credentials = credentials
        self._limits = limits or WinrmLimits()
        self._pools: tuple[ThreadPoolExecutor, ThreadPoolExecutor] | None = None
        self._endings: Endings | None = None
        self._taken: Counter[str] = Counter()

    async def connect(self, host: Host, *, deadline: float, note: Note) -> Transport:
        """Log in and open the shell. Raises TransportError, AuthorError for a wrong ``winrm:`` block."""
        target = target_of(host)
        end = asyncio.get_running_loop().time() + deadline
        if self._taken[target.name] >= self._limits.shells:
            message = f"{target.where}: {self._limits.shells} shells of ours are open there already"
            raise TransportError(Trouble.REFUSED, message)
        self._taken[target.name] += 1
        try:
            return await self._connect(target, end, note)
        except BaseException:
            self._taken[target.name] -= 1
            raise

    async def close(self) -> None:
        """Wait for the shells that are being closed, then end everything; safe to call twice."""
        pools, self._pools = self._pools, None
        endings, self._endings = self._endings, None
        if endings is not None:
            await endings.finish(_LAST_WAIT)
        for pool in pools or ():
            pool.shutdown(wait=False, cancel_futures=True)

    async def _connect(self, target: Target, end: float, note: Note) -> Transport:
        from troubleshoot.transports.winrm_host import WinrmTransport
        from troubleshoot.transports.winrm_session import Session

        secret = await self._secret(target, end)
        means = self._means(target, secret)
        left = min(self._limits.login, end - asyncio.get_running_loop().time())
        session = Session(means, connect=max(left, 0.1))
        endings = self._shared_endings()
        await _opened(session, endings, target, left)
        _tell(target, session, note)
        return WinrmTransport(means, session, endings, lambda: self._release(target.name))

    def _release(self, name: str) -> None:
        self._taken[name] -= 1

    def _means(self, target: Target, secret: Secret) -> Means:
        from troubleshoot.transports.winrm_session import Means
        from troubleshoot.transports.winrm_tls import tls_context

        context = tls_context(target, secret)
        return Means(target, secret, context, self._limits, *self._shared_pools())

    def _shared_pools(self) -> tuple[ThreadPoolExecutor, ThreadPoolExecutor]:
        if self._pools is None:
            limits = self._limits
            self._pools = (
                ThreadPoolExecutor(limits.threads, thread_name_prefix="winrm"),
                ThreadPoolExecutor(limits.helpers, thread_name_prefix="winrm-end"),
            )
        return self._pools

    def _shared_endings(self) -> Endings:
        if self._endings is None:
            from troubleshoot.transports.winrm_host import Endings

            self._endings = Endings(self._limits.cleanup)
        return self._endings

    async def _secret(self, target: Target, end: float) -> Secret:
        try:
            async with asyncio.timeout_at(end):
                return await self._asked(target)
        except TimeoutError:
            message = f"{target.where}: no password was given in time"
            raise TransportError(Trouble.TIMEOUT, message) from None

    async def _asked(self, target: Target) -> Secret:
        login, key_file = target.options.login, target.options.cert_key_pem
        if login is Login.KERBEROS:
            return Secret()
        if login is Login.CERTIFICATE and key_file is not None:
            from troubleshoot.transports.winrm_tls import needs_passphrase

            locked = needs_passphrase(key_file)
            return Secret(passphrase=await self._credentials.passphrase(str(key_file)) if locked else None)
        password = await self._credentials.password(target.name)
        if password is None:
            hint = "Give it by prompt, TROUBLESHOOT_PASSWORD, keyring, password_command or a private inventory file."
            message = f"{target.where}: no password is known for user {target.username!r}"
            raise TransportError(Trouble.AUTH, message, hint=hint)
        return Secret(password)


async def _opened(session: Session, endings: Endings, target: Target, seconds: float) -> None:
    from troubleshoot.transports.winrm_errors import Cause, WinrmError

    try:
        async with asyncio.timeout(seconds):
            await session.open()
    except TimeoutError:
        await endings.end(session, session.stop())
        cause = Cause.TIMEOUT if session.reached else Cause.UNREACHABLE
        step = "login" if session.reached else "connecting"
        raise WinrmError(cause, f"{target.where}: no answer within {max(seconds, 0):.0f} s ({step})") from None
    except BaseException as error:
        await endings.end(session, session.stop())
        if isinstance(error, WinrmError) and error.cause is Cause.AUTH:
            raise _refused(error, target) from None
        raise


def _refused(error: WinrmError, target: Target) -> WinrmError:
    from troubleshoot.transports.winrm_errors import Cause, WinrmError

    if target.options.login is Login.CERTIFICATE:
        return WinrmError(Cause.AUTH, f"{error.message} for certificate {target.options.cert_pem}", hint=_UNMAPPED)
    return WinrmError(Cause.AUTH, f"{error.message} for user {target.account!r}", hint=error.hint)


def _tell(target: Target, session: Session, note: Note) -> None:
    """What a person should know about the connection."""
    if target.options.login is Login.CREDSSP:
        note(f"{target.name}: CredSSP hands the account's password over to the host")
    if session.lossy:
        note(f"{target.name}: the host refuses UTF-8 shells; characters outside code page {session.codepage} are lost")
