"""The WinRM listener of a simulated host: a loopback port that opens and closes with the host's `winrm` service."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from troubleshoot.lab.windows.wire.accounts import Account, AccountBook, TlsFiles
from troubleshoot.lab.windows.wire.certificates import principal_names
from troubleshoot.lab.windows.wire.connection import Connection, Front
from troubleshoot.lab.windows.wire.disturbances import FaultPlan
from troubleshoot.lab.windows.wire.http import HttpStream
from troubleshoot.lab.windows.wire.login import Authenticator, LoginAttempt, Offer
from troubleshoot.lab.windows.wire.ntlm import NtlmHost
from troubleshoot.lab.windows.wire.service import AccessEntry, Service, Shell

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine

LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 256


@dataclass(frozen=True, slots=True)
class Comeback:
    """How a stopped service returns: ``delay`` real seconds late (infinite: never), with another certificate,
    or refusing every login for its first ``unauthorized`` seconds."""

    delay: float = 0.0
    https: TlsFiles | None = None
    unauthorized: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What one listener offers. ``basic`` and ``credssp``: None follows the host's configuration."""

    basic: bool | None
    credssp: bool | None
    keytab: Path | None
    allow_unencrypted: bool
    idle_close: float
    plan: FaultPlan


@dataclass(slots=True, eq=False)
class _Open:
    """What exists only while the port is open."""

    server: asyncio.Server
    connections: dict[asyncio.Task[None], HttpStream] = field(default_factory=dict)


class Listener:
    """An open WinRM port. Made by :func:`troubleshoot.lab.windows.wire.listen`."""

    def __init__(
        self,
        machine: Machine,
        accounts: Sequence[Account],
        service: Service,
        settings: Settings,
        https: TlsFiles | None,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lab-winrm-"))
        self._machine, self._service, self._settings, self._https = machine, service, settings, https
        self._book = AccountBook(machine, accounts, self._folder)
        self._host = _ntlm_host(machine, self._book)
        self._numbers = itertools.count(1)
        self._open: _Open | None = None
        self._reserved: socket.socket | None = None
        self._returning: asyncio.Task[None] | None = None
        self._restarting: asyncio.Task[None] | None = None
        self._refuse_until = 0.0
        self._closed = False
        self.port = 0
        self.comeback = Comeback()

    # --- what tests and the lab look at ------------------------------------------------------------------------------

    @property
    def service(self) -> Service:
        """The state that all listeners of a host share; pass it to the next ``listen`` of the same host."""
        return self._service

    @property
    def plan(self) -> FaultPlan:
        """The disturbances of this listener; more can be added while it runs."""
        return self._settings.plan

    @property
    def log(self) -> list[AccessEntry]:
        """Every request, oldest first; without secrets."""
        return list(self._service.log)

    @property
    def logins(self) -> list[LoginAttempt]:
        """Every login attempt, oldest first."""
        return list(self._service.logins)

    @property
    def shells(self) -> list[Shell]:
        """The open shells."""
        self._service.expire()
        return list(self._service.shells.values())

    @property
    def listening(self) -> bool:
        return self._open is not None

    # --- opening and closing -----------------------------------------------------------------------------------------

    async def open(self, port: int = 0, *, running: bool = True) -> None:
        """Take the port, and listen on it if the service runs; then follow the service's stops and starts."""
        self._reserve(port)
        if running:
            await self.start()
        self._machine.on("service-stopped:winrm", self.stop)
        self._machine.on("service-started:winrm", self._come_back)
        self._machine.on("reboot", self.stop)

    def _reserve(self, port: int) -> None:
        """Hold the port while the service is stopped: bound but not listening, it refuses connections."""
        self._reserved = _bound_socket(port)
        self.port = self._reserved.getsockname()[1]
        if os.name != "posix":
            self._reserved.close()

    async def start(self, https: TlsFiles | None = None) -> None:
        """Listen again on the same port; ``https`` changes the certificate. Does nothing when it listens already."""
        if self._open is not None or self._closed:
            return
        self._https = https or self._https
        context = _tls_context(self._https) if self._https is not None else None
        listening = _bound_socket(self.port)
        server = await asyncio.start_server(
            self._accept, sock=listening, ssl=context, backlog=_BACKLOG, limit=256 * 1024
        )
        self._open = _Open(server)

    def stop(self) -> None:
        """The service stops: no port, all connections reset, all shells closed, their programs killed."""
        if self._returning is not None:
            self._returning.cancel()
            self._returning = None
        opened, self._open = self._open, None
        if opened is None:
            return
        opened.server.close()
        for task, stream in list(opened.connections.items()):
            stream.reset()
            if task is not _current_task():
                task.cancel()
        # Later, as the program that stops the service may itself run in one of these shells and must die like the rest.
        asyncio.get_running_loop().call_soon(self._service.end_all)

    def _come_back(self) -> None:
        if not self._closed and self._open is None:
            self._returning = asyncio.get_running_loop().create_task(self._return())

    async def _return(self) -> None:
        comeback = self.comeback
        if comeback.delay == float("inf"):
            return
        await asyncio.sleep(comeback.delay)
        self._refuse_until = time.monotonic() + comeback.unauthorized
        await self.start(comeback.https)

    async def restart(self, down: float = 0.0) -> None:
        """Stop, wait real seconds, and return as :attr:`comeback` says."""
        self.stop()
        await asyncio.sleep(down)
        await self._return()

    def _restart_soon(self, down: float) -> None:
        self._restarting = asyncio.get_running_loop().create_task(self.restart(down))

    async def close(self) -> None:
        """End for good; safe to call twice."""
        if self._closed:
            return
        tasks = list(self._open.connections) if self._open is not None else []
        self.stop()
        self._closed = True
        if self._restarting is not None:
            self._restarting.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=5)
        self._service.end_all()
        if self._reserved is not None:
            self._reserved.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- connections -------------------------------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = self._open
        stream = HttpStream(reader, writer)
        if opened is None:
            stream.reset()
            return
        connection = Connection(
            next(self._numbers), self._front(), stream, self._authenticator(writer), _peer_of(writer)
        )
        task = asyncio.get_running_loop().create_task(connection.serve())
        opened.connections[task] = stream
        task.add_done_callback(lambda done: opened.connections.pop(done, None))

    def _front(self) -> Front:
        settings = self._settings
        return Front(
            service=self._service,
            plan=settings.plan,
            secure=self._https is not None,
            allow_unencrypted=self._unencrypted,
            refuses_logins=lambda: time.monotonic() < self._refuse_until,
            idle_close=settings.idle_close,
            restart=self._restart_soon,
        )

    def _unencrypted(self) -> bool:
        return self._settings.allow_unencrypted or self._service.limits.unencrypted

    def _authenticator(self, writer: asyncio.StreamWriter) -> Authenticator:
        tls = writer.get_extra_info("ssl_object")
        return Authenticator(self._book, self._host, self._offer(), lambda: _upns_of(tls), self._service.logins.append)

    def _offer(self) -> Offer:
        settings, limits = self._settings, self._service.limits
        basic = _first(settings.basic, limits.basic)
        asks_certificate = self._https is not None and self._https.client_ca is not None
        return Offer(
            negotiate=_first(limits.negotiate),
            kerberos_keytab=settings.keytab if _first(limits.kerberos) else None,
            basic=basic and (self._https is not None or self._unencrypted()),
            credssp=_first(settings.credssp, limits.credssp),
            certificate=asks_certificate and _first(limits.certificate),
        )


def _first(*choices: bool | None) -> bool:
    """The first choice that was made; on when none was."""
    return next((choice for choice in choices if choice is not None), True)


def _current_task() -> asyncio.Task[object] | None:
    with contextlib.suppress(RuntimeError):
        return asyncio.current_task()
    return None


def _bound_socket(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((LOOPBACK, port))
    except OSError:
        made.close()
        raise
    return made


def _tls_context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    if files.client_ca is not None:
        context.load_verify_locations(files.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _peer_of(writer: asyncio.StreamWriter) -> str:
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def _upns_of(tls: ssl.SSLObject | None) -> list[str]:
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return principal_names(certificate) if certificate else []


def _ntlm_host(machine: Machine, book: AccountBook) -> NtlmHost:
    numbers = [int(part) for part in machine.personality.build.split(".")]
    return NtlmHost(
        computer=machine.computer,
        domain=book.domain,
        dns_computer=machine.fqdn,
        dns_domain=book.dns_domain,
        version=(numbers[0], numbers[1], numbers[2]),
        hash_file=book.hash_file,
    )
