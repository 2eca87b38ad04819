"""One SSH login, watched phase by phase: host key before any credential, one attempt per secret, a limit per phase."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncssh

from troubleshoot.core.kinds import Trouble
from troubleshoot.errors import TroubleshootError
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.transports.base import Note, TransportError
from troubleshoot.transports.host_keys import HostKeys, KeyState, describe, entry
from troubleshoot.transports.ssh_errors import WIRE_ERRORS, Phase, connect_error, timed_out
from troubleshoot.transports.ssh_options import PhaseLimits, Target

T = TypeVar("T")

for _name in ("asyncssh", "scrapli"):  # without a handler they would write over the screen
    logging.getLogger(_name).addHandler(logging.NullHandler())
# So would warnings about old algorithms; the host's visible note says it better.
warnings.filterwarnings("ignore", module=r"asyncssh\.crypto")


@dataclass(slots=True)
class Attempt:
    """What one login has come to so far."""

    target: Target
    host_keys: HostKeys
    limits: PhaseLimits
    note: Note
    phase: Phase = Phase.CONNECT
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    failure: TroubleshootError | None = None
    secret_used: bool = False
    secret_missing: bool = False
    challenge: str = ""

    def enter(self, phase: Phase) -> None:
        """Go on to the next phase; its own limit starts now."""
        self.phase = phase
        self.changed.set()

    @property
    def limit(self) -> float:
        """Seconds that the current phase may take."""
        limits = self.limits
        return {
            Phase.CONNECT: limits.connect,
            Phase.KEY_EXCHANGE: limits.key_exchange,
            Phase.LOGIN: limits.login,
            Phase.ASKING: float("inf"),
            Phase.PROMPT: limits.prompt,
        }[self.phase]

    def failed(self, error: BaseException) -> TroubleshootError:
        """The error to show for a login that ended with ``error``."""
        if self.failure is not None:
            return self.failure
        found = connect_error(self.target.where, self.phase, error)
        if found.kind is not Trouble.AUTH:
            return found
        return TransportError(
            Trouble.AUTH, f"{found.message} for user {self.target.username!r}", hint=self._login_hint()
        )

    def _login_hint(self) -> str:
        if self.challenge:
            return f"The host asks for {self.challenge!r}, which cannot be answered from here."
        if self.secret_used:
            return "The password or key was not accepted. It is not tried again; check it first."
        if self.secret_missing:
            return "No password is known for this host, and no key was accepted."
        return "No key was accepted, and the host offers no other method that `ssh: {auth: ...}` allows."


class LoginClient(asyncssh.SSHClient):
    """asyncssh's questions during a login, answered once each."""

    def __init__(self, attempt: Attempt, password: Callable[[], Awaitable[str | None]]) -> None:
        self._attempt = attempt
        self._password = password

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        """TCP stands."""
        self._attempt.enter(Phase.KEY_EXCHANGE)

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Called for a key that the known_hosts files do not vouch for."""
        attempt = self._attempt
        host, port = attempt.target.host, attempt.target.port
        if attempt.host_keys.state(host, addr, port, key) is KeyState.CHANGED:
            attempt.failure = _changed_key(attempt.target, key)
            return False
        if not attempt.host_keys.accept_new:
            attempt.failure = _unknown_key(attempt.target, key)
            return False
        return self._accept(key)

    def _accept(self, key: asyncssh.SSHKey) -> bool:
        attempt = self._attempt
        try:
            attempt.host_keys.remember(attempt.target.host, attempt.target.port, key)
        except OSError as error:
            message = f"{attempt.target.where}: the new host key cannot be stored: {error.strerror or error}"
            attempt.failure = TransportError(Trouble.HOST_KEY, message)
            return False
        attempt.note(f"{attempt.target.name}: new host key accepted: {describe(key)}")
        return True

    async def password_auth_requested(self) -> str | None:
        """The password, the first time only."""
        return await self._secret()

    def kbdint_auth_requested(self) -> str:
        """Any kind of keyboard-interactive login."""
        self._attempt.enter(Phase.LOGIN)
        return ""

    async def kbdint_challenge_received(self, *challenge: Any) -> list[str] | None:
        """Answer the question for the password (name, instructions, language, prompts); nothing else."""
        prompts = challenge[-1]
        if not prompts:
            return []
        question, echo = prompts[-1]
        attempt = self._attempt
        if len(prompts) > 1 or echo:
            attempt.challenge = str(question).strip()[:80]
            return None
        secret = await self._secret()
        return None if secret is None else [secret]

    def auth_completed(self) -> None:
        """Logged in."""
        self._attempt.enter(Phase.PROMPT)

    async def _secret(self) -> str | None:
        attempt = self._attempt
        if attempt.secret_used:
            return None
        attempt.enter(Phase.ASKING)
        try:
            secret = await self._password()
        except TroubleshootError as error:  # asyncssh would turn it into a lost connection
            attempt.failure, secret = error, None
        attempt.enter(Phase.LOGIN)
        attempt.secret_used, attempt.secret_missing = secret is not None, secret is None
        return secret


async def connect_options(attempt: Attempt, credentials: Credentials, tunnel: Any) -> dict[str, Any]:
    """The arguments of ``asyncssh.connect`` for one target. They hold no password: it is asked for when needed."""
    target = attempt.target

    async def password() -> str | None:
        return await credentials.password(target.name)

    options: dict[str, Any] = {
        "host": target.host,
        "port": target.port,
        "username": target.username,
        "config": None,
        "known_hosts": attempt.host_keys.match,
        "server_host_key_algs": attempt.host_keys.algorithms(target.host, target.port, target.legacy.host_key),
        "client_factory": lambda: LoginClient(attempt, password),
        "preferred_auth": target.auth,
        "password": None,
        "client_keys": await _client_keys(target, credentials),
        "agent_path": () if target.agent else None,
        "gss_auth": False,
        "gss_kex": False,
        "login_timeout": 0,
        "tunnel": tunnel,
    }
    if target.legacy.kex:
        options["kex_algs"] = "+" + ",".join(target.legacy.kex)
    if target.legacy.encryption:
        options["encryption_algs"] = "+" + ",".join(target.legacy.encryption)
    return options


async def _client_keys(target: Target, credentials: Credentials) -> Any:
    """The named keys, unlocked; without names the user's usual ones, skipping those with a passphrase."""
    if "publickey" not in target.auth:
        return None
    if target.keys is None:
        return ()
    return [await _private_key(target, str(path), credentials) for path in target.keys] or None


async def _private_key(target: Target, path: str, credentials: Credentials) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except OSError as error:
        message = f"{target.where}: key file {path} cannot be read: {error.strerror}"
        raise TransportError(Trouble.AUTH, message) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):  # perhaps it only needs a passphrase
        passphrase = await credentials.passphrase(path)
    try:
        return asyncssh.read_private_key(path, passphrase)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:  # its words hold no secret
        raise TransportError(Trouble.AUTH, f"{target.where}: key file {path} cannot be used: {error}") from None


async def watched(attempt: Attempt, opening: Awaitable[T], deadline: float) -> T:
    """Run a login; give up when its phase, or the whole, takes too long. Raises TransportError only."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    task = asyncio.ensure_future(opening)
    try:
        while not task.done():
            allowed = min(attempt.limit, end - loop.time())
            attempt.changed.clear()
            if not await _progress(task, attempt.changed, allowed):
                raise timed_out(attempt.target.where, attempt.phase, max(0.0, min(attempt.limit, deadline)))
        return await task
    except WIRE_ERRORS as error:
        raise attempt.failed(error) from None
    finally:
        await _stop(task)


async def _progress(task: asyncio.Future[Any], changed: asyncio.Event, seconds: float) -> bool:
    """Wait until the task ends or its phase changes; False when neither happens in time."""
    waiter = asyncio.ensure_future(changed.wait())
    try:
        timeout = None if seconds == float("inf") else max(0.0, seconds)
        done, _ = await asyncio.wait({task, waiter}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        waiter.cancel()


async def _stop(task: asyncio.Future[Any]) -> None:
    """End an unfinished login; a library that does not let go is left behind after half a second."""
    if task.done():
        return
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    task.cancel()
    await asyncio.wait({task}, timeout=0.5)


def _changed_key(target: Target, key: asyncssh.SSHKey) -> TransportError:
    message = f"{target.where}: the host key has CHANGED: the host presents {describe(key)}"
    hint = (
        "Either the device was replaced or somebody is in between. Nothing was sent. Find out which; if the new key is "
        "right, remove the old entry from known_hosts by hand."
    )
    return TransportError(Trouble.HOST_KEY, message, hint=hint)


def _unknown_key(target: Target, key: asyncssh.SSHKey) -> TransportError:
    message = f"{target.where}: the host key is not known: the host presents {describe(key)}"
    hint = (
        "Compare the fingerprint on the device, then use --accept-new-host-keys or add this line to known_hosts: "
        f"{entry(target.host, target.port, key)}"
    )
    return TransportError(Trouble.HOST_KEY, message, hint=hint)
