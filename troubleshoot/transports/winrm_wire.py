"""One WinRM connection: the requests of the shell protocol ([MS-WSMV] 3.1.4), errors typed, for one thread at a time.

Shell and command ids belong to the account, not to a connection: another wire may go on with them, or end them.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol

from troubleshoot.transports.winrm_errors import DECLINED, Cause, Stale, WinrmError, explain
from troubleshoot.transports.winrm_http import Http
from troubleshoot.transports.winrm_target import Secret, Target

T = TypeVar("T")

_IDLE: Final = 90.0  # seconds; hosts close a connection that was idle for two minutes
_SHELL_IDLE: Final = "PT1800.000S"  # a shell that we could not close ends after this time
_INPUT: Final = 48 * 1024  # bytes of standard input in one request


class Wire:
    """Created without any traffic; the first request logs in."""

    def __init__(self, target: Target, secret: Secret, context: ssl.SSLContext | None, *, connect: float) -> None:
        """``connect`` is the longest time in seconds for opening a TCP connection."""
        self.where = target.where
        self._used = 0.0
        options = target.options
        try:
            self._http = Http(target, secret, context, connect=connect)
            self._protocol = Protocol(
                target.endpoint,
                transport=options.login.value,
                username=target.account or None,
                password=secret.password,
                cert_pem=self._http.cert_pem,
                cert_key_pem=self._http.cert_key_pem,
                read_timeout_sec=options.operation_timeout + 10,
                operation_timeout_sec=options.operation_timeout,
                proxy=None,
            )
        except Exception as error:
            raise explain(self.where, error) from None
        self._protocol.transport = self._http

    @property
    def began(self) -> bool:
        """Has anything of the newest request left?"""
        return self._http.line.began

    @began.setter
    def began(self, value: bool) -> None:
        self._http.line.began = value

    @property
    def reached(self) -> bool:
        """Has there ever been a TCP connection?"""
        return self._http.line.reached

    def login(self) -> None:
        """Log in, where the kind of login can be done before the first request."""
        self._exchange(lambda: None)

    def create(self, codepage: int) -> str:
        """Open a shell; its id. A host that declines our idle timeout is asked for its own."""

        def opened(idle_timeout: str | None) -> str:
            return self._exchange(lambda: self._protocol.open_shell(codepage=codepage, idle_timeout=idle_timeout))

        try:
            return opened(_SHELL_IDLE)
        except WinrmError as error:
            if error.cause is not Cause.FAULT:
                raise
        return opened(None)

    def command(self, shell: str, line: str, *, piped: bool) -> str:
        """Start a command; its id. ``piped`` if :meth:`send` follows.

        The error's ``sent`` is False only if the command certainly did not run.
        """
        try:
            return self._exchange(lambda: self._protocol.run_command(shell, line, console_mode_stdin=not piped))
        except WinrmError as error:
            error.sent = self.began and error.cause not in DECLINED
            raise

    def send(self, shell: str, command: str, data: bytes) -> None:
        """Give the command its standard input, and close it."""
        pieces = [data[start : start + _INPUT] for start in range(0, len(data), _INPUT)] or [b""]
        for piece in pieces[:-1]:
            self._input(shell, command, piece, end=False)
        self._input(shell, command, pieces[-1], end=True)

    def _input(self, shell: str, command: str, piece: bytes, *, end: bool) -> None:
        self._exchange(lambda: self._protocol.send_command_input(shell, command, piece, end=end))

    def receive(self, shell: str, command: str) -> tuple[bytes, bytes, int | None]:
        """Wait for output: stdout, stderr, and the exit code once the command has ended."""

        def poll() -> tuple[bytes, bytes, int | None]:
            try:
                out, errors, code, done = self._protocol.get_command_output_raw(shell, command)
            except WinRMOperationTimeoutError:  # nothing new within the operation timeout: not an error at all
                return b"", b"", None
            return out, errors, code if done else None

        return self._exchange(poll)

    def terminate(self, shell: str, command: str) -> None:
        """End a command if it still runs, and let the host forget it."""
        self._exchange(lambda: self._protocol.cleanup_command(shell, command))

    def delete(self, shell: str) -> None:
        """Close a shell; everything in it ends."""
        self._exchange(lambda: self._protocol.close_shell(shell, close_session=False))

    def close(self) -> None:
        """Close the connection. Not while another thread uses it: that is what :meth:`abort` is for."""
        with suppress(Exception):
            self._http.close_session()

    def abort(self) -> None:
        """End the connection from any thread; what waits for it fails."""
        self._http.abort()

    def _exchange(self, work: Callable[[], T]) -> T:
        """Run one request. A connection that was closed in the idle time is replaced first, with nothing lost."""
        try:
            if time.monotonic() - self._used > _IDLE:
                self._http.close_session()
            try:
                return self._logged_in(work)
            except Stale:
                self._http.close_session()
                return self._logged_in(work)
        except Exception as error:
            found = explain(self.where, error)
            if found.cause in (Cause.LOST, Cause.PROTOCOL, Cause.TIMEOUT):
                self.close()  # its keys are out of step
            raise found from None
        finally:
            self._used = time.monotonic()

    def _logged_in(self, work: Callable[[], T]) -> T:
        self._http.line.began = False
        self._http.build_session()
        self._http.line.began = False
        return work()
