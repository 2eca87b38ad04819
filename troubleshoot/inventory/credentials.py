"""Secrets of hosts: found when they are needed, kept in memory only, never shown.

Sources, first one wins: the inventory file (accepted from a file that only its owner can read), the environment
(``TROUBLESHOOT_PASSWORD_<HOST>``, then ``TROUBLESHOOT_PASSWORD``), a ``password_command``, the system's keyring, a
person. ``<HOST>`` is the host's name in capitals, everything but letters and digits as ``_``.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from troubleshoot.errors import OperatorError

Ask = Callable[[str], Awaitable[str | None]]

KEYRING_SERVICE = "troubleshoot"
_COMMAND_SECONDS = 30.0


class Credentials:
    """Gives out secrets by host name. ``repr`` shows none."""

    def __init__(
        self,
        *,
        passwords: Mapping[str, str] | None = None,
        enable_secrets: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        password_command: Sequence[str] = (),
        use_keyring: bool = False,
        ask: Ask | None = None,
        command_timeout: float = _COMMAND_SECONDS,
    ) -> None:
        """``ask`` gets a question for a person and returns the answer or None.

        ``password_command`` is a program and its arguments; ``{host}`` in an argument is the host's name. It is run
        without a shell and prints the password on its first line within ``command_timeout`` seconds.
        """
        self._passwords = dict(passwords or {})
        self._enable = dict(enable_secrets or {})
        self._environ = os.environ if environ is None else environ
        self._command = tuple(password_command)
        self._use_keyring = use_keyring
        self._ask = ask
        self._command_timeout = command_timeout
        self._known: set[str] = set(self._passwords.values()) | set(self._enable.values())
        self._listeners: list[Callable[[str], None]] = []
        self._locks: dict[str, asyncio.Lock] = {}

    def __repr__(self) -> str:
        return "Credentials(...)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not copied out of the process")

    async def password(self, host: str) -> str | None:
        """The login password of a host, or None. A person is asked once per host, whoever asks for it meanwhile."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            if host not in self._passwords:
                found = await self._find_password(host)
                if found is None:
                    return None
                self._passwords[host] = self._keep(found)
            return self._passwords[host]

    async def enable_secret(self, host: str) -> str | None:
        """The secret for ``enable``, or None: then the login password's rights must do."""
        if host in self._enable:
            return self._enable[host]
        return self._keep_optional(self._from_environment("TROUBLESHOOT_ENABLE", host))

    async def passphrase(self, key_file: str) -> str | None:
        """The passphrase of a private key file, or None."""
        found = self._environ.get("TROUBLESHOOT_PASSPHRASE")
        if found is None and self._ask is not None:
            found = await self._ask(f"Passphrase of {key_file}")
        return self._keep_optional(found)

    def forget(self, host: str) -> None:
        """Drop a password that was refused, so that a person can be asked again."""
        self._passwords.pop(host, None)

    def known_secrets(self) -> frozenset[str]:
        """All secrets given out or configured so far, to be redacted."""
        named = {value for key, value in self._environ.items() if _is_ours(key)}
        return frozenset(secret for secret in self._known | named if secret)

    async def _find_password(self, host: str) -> str | None:
        found = self._from_environment("TROUBLESHOOT_PASSWORD", host)
        if found is None and self._command:
            found = await self._from_command(host)
        if found is None and self._use_keyring:
            found = await asyncio.to_thread(_from_keyring, host)
        if found is None and self._ask is not None:
            found = await self._ask(f"Password for {host}")
        return found

    def _from_environment(self, name: str, host: str) -> str | None:
        return self._environ.get(f"{name}_{environment_name(host)}", self._environ.get(name))

    def _child_environment(self, host: str) -> dict[str, str]:
        """The password program learns which host is asked for, and none of our own secrets."""
        kept = {name: value for name, value in self._environ.items() if not _is_ours(name)}
        return kept | {"TROUBLESHOOT_HOST": host}

    async def _from_command(self, host: str) -> str | None:
        arguments = [argument.replace("{host}", host) for argument in self._command]
        program = arguments[0]
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._child_environment(host),
            )
        except OSError as error:
            raise OperatorError(f"password_command {program}: cannot be run: {error.strerror or error}") from error
        output = await self._output(process, program)
        if process.returncode:
            raise OperatorError(f"password_command {program}: ended with exit code {process.returncode}")
        return output.decode("utf-8", "replace").partition("\n")[0].rstrip("\r") or None

    async def _output(self, process: asyncio.subprocess.Process, program: str) -> bytes:
        try:
            output, _ = await asyncio.wait_for(process.communicate(), self._command_timeout)
        except TimeoutError:
            message = f"password_command {program}: no answer within {self._command_timeout:.0f} s"
            raise OperatorError(message) from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()  # reap it and close its pipe while the loop still runs
        return output

    def _keep(self, secret: str) -> str:
        self._known.add(secret)
        for listener in self._listeners:
            listener(secret)
        return secret

    def tell(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with every secret, known or found later, so that it can be redacted from the start."""
        self._listeners.append(listener)
        for secret in self._known:
            listener(secret)

    def _keep_optional(self, secret: str | None) -> str | None:
        return None if secret is None else self._keep(secret)


def environment_name(host: str) -> str:
    """The host's part of an environment variable's name: ``core-sw1.example`` is ``CORE_SW1_EXAMPLE``."""
    return re.sub(r"[^A-Z0-9]", "_", host.upper())


def _is_ours(name: str) -> bool:
    return name.startswith(("TROUBLESHOOT_PASSWORD", "TROUBLESHOOT_ENABLE", "TROUBLESHOOT_PASSPHRASE"))


def _from_keyring(host: str) -> str | None:
    """The password that the user stored with ``keyring set troubleshoot HOST``; the package is optional."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError as error:
        raise OperatorError("keyring: the package is not installed", hint="pip install keyring") from error
    try:
        found = keyring.get_password(KEYRING_SERVICE, host)
    except Exception as error:  # a backend may raise anything
        raise OperatorError(f"keyring: {type(error).__name__}") from None
    return None if found is None else str(found)
