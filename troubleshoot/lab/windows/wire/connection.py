"""One client connection: requests in, logins and seals checked, operations carried out, answers out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from troubleshoot.lab.windows.wire import envelope, framing, names, refusals
from troubleshoot.lab.windows.wire.disturbances import Disturbance, FaultPlan, Kind
from troubleshoot.lab.windows.wire.http import Head, HttpRefusal, HttpStream, Reply
from troubleshoot.lab.windows.wire.identify import identify_answer
from troubleshoot.lab.windows.wire.login import Login
from troubleshoot.lab.windows.wire.operations import Operation, carry_out
from troubleshoot.lab.windows.wire.request import Request, parse_request
from troubleshoot.lab.windows.wire.service import AccessEntry

if TYPE_CHECKING:
    from troubleshoot.lab.windows.wire.login import Authenticator
    from troubleshoot.lab.windows.wire.service import Service

_LOG: Final = logging.getLogger(__name__)
_BEFORE_LOGIN: Final = 1024 * 1024
_FRAME: Final = 64 * 1024  # a sealed body is larger than its envelope
_PATHS: Final = ("/wsman", "/wsman-anon/identify")


@dataclass(frozen=True, slots=True)
class Front:
    """What a connection knows of the listener that took it."""

    service: Service
    plan: FaultPlan
    secure: bool
    allow_unencrypted: Callable[[], bool]
    refuses_logins: Callable[[], bool]
    idle_close: float
    restart: Callable[[float], None]


class _Gone(Exception):
    """The client left before its answer."""


@dataclass(slots=True)
class _Exchange:
    """One request on its way: what is known of it so far."""

    head: Head
    body: bytes = b""
    action: str = ""
    request: Request | None = None
    command: str = ""
    user: str = ""
    outcome: str = "ok"
    protocol: str | None = None
    disturbance: Disturbance | None = None
    token: tuple[str, ...] = ()
    decided: bool = False  # a login was accepted or refused by it


class Connection:
    """Serves one TCP connection until it ends."""

    def __init__(self, number: int, front: Front, stream: HttpStream, authenticator: Authenticator, peer: str) -> None:
        self._number, self._front, self._stream = number, front, stream
        self._authenticator, self._peer = authenticator, peer

    async def serve(self) -> None:
        """Answer until either side ends the connection; never raises for what a client does."""
        try:
            if not await self._meet(self._front.plan.take("Connect")):
                return
            while await self._one():
                pass
        except (ConnectionError, TimeoutError, _Gone, OSError):
            pass
        finally:
            self._stream.writer.transport.close()

    async def _meet(self, disturbance: Disturbance | None) -> bool:
        if disturbance is None:
            return True
        if disturbance.kind is Kind.DELAY:
            await asyncio.sleep(disturbance.seconds)
            return True
        if disturbance.kind is Kind.SILENCE:
            await self._stream.left()
        elif disturbance.kind is Kind.RESET:
            self._stream.reset()
        return False

    async def _one(self) -> bool:
        try:
            async with asyncio.timeout(self._front.idle_close):
                head = await self._stream.next_head()
                if head is None:
                    return False
                exchange = _Exchange(head)
                self._check_head(head)
                exchange.body = await self._stream.body(self._body_limit())
        except HttpRefusal as refusal:
            await self._stream.send(Reply(refusal.status, headers=refusal.headers, closing=True))
            await self._stream.finish()
            return False
        return await self._exchange(exchange)

    def _body_limit(self) -> int:
        if self._authenticator.login is None:
            return _BEFORE_LOGIN
        return self._front.service.limits.max_envelope * 1024 + _FRAME

    @staticmethod
    def _check_head(head: Head) -> None:
        if head.path.partition("?")[0].rstrip("/").casefold() not in _PATHS:
            raise HttpRefusal(404)
        if head.method != "POST":
            raise HttpRefusal(405, headers=[("Allow", "POST")])

    async def _exchange(self, exchange: _Exchange) -> bool:
        """Carry a request out and answer it; False ends the connection."""
        started = time.monotonic()
        try:
            reply = await self._unless_client_leaves(self._reply(exchange))
            going_on = await self._deliver(exchange, reply)
        except (_Gone, ConnectionError):
            exchange.outcome = "gone"
            going_on = False
        finally:
            self._log(exchange, started)
        return going_on

    async def _unless_client_leaves(self, work: Coroutine[None, None, Reply | None]) -> Reply | None:
        loop = asyncio.get_running_loop()
        task, leaving = loop.create_task(work), loop.create_task(self._stream.left())
        try:
            await asyncio.wait((task, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise _Gone
            return task.result()
        finally:
            task.cancel()
            leaving.cancel()
            await asyncio.wait((task, leaving))

    def _log(self, exchange: _Exchange, started: float) -> None:
        entry = AccessEntry(
            time=self._front.service.clock(),
            connection=self._number,
            action=exchange.action or "Unknown",
            shell=exchange.request.shell if exchange.request else "",
            command=self._front.service.shown(exchange.command),
            ms=(time.monotonic() - started) * 1000,
            outcome=exchange.outcome,
            user=exchange.user,
        )
        self._front.service.log.append(entry)

    async def _deliver(self, exchange: _Exchange, reply: Reply | None) -> bool:
        kind = exchange.disturbance.kind if exchange.disturbance is not None else None
        if reply is None:
            if kind is Kind.RESET:
                self._stream.reset()
            elif kind is Kind.SILENCE:
                await self._stream.left()
            return False
        if kind is Kind.HALF:
            await self._stream.send_half(reply)
            self._stream.reset()
            return False
        await self._stream.send(reply)
        return not reply.closing

    # --- from a request to its answer --------------------------------------------------------------------------------

    async def _reply(self, exchange: _Exchange) -> Reply | None:
        """The answer, or None where a disturbance swallows it."""
        try:
            login = self._admit(exchange)
            if exchange.decided and (disturbance := self._front.plan.take("Login")) is not None:
                exchange.disturbance = disturbance
                if disturbance.kind is not Kind.DELAY:
                    self._authenticator.log_out()
                    return await self._disturbed(exchange, disturbance, None)
                await asyncio.sleep(disturbance.seconds)
            return login if isinstance(login, Reply) else await self._answered(exchange, login)
        except HttpRefusal as refusal:
            exchange.outcome = f"http {refusal.status}"
            return Reply(refusal.status, headers=refusal.headers, closing=refusal.closing)
        except Exception as error:
            _LOG.exception("the simulated WinRM service failed")
            exchange.outcome = f"error {type(error).__name__}"
            return Reply(500, closing=True)

    def _admit(self, exchange: _Exchange) -> Login | Reply | None:
        """Who asks; None for an Identify that needs no login; a Reply where login is not done or nothing is asked."""
        headers = exchange.head.headers
        anonymous = headers.get("wsmanidentify", "").casefold() == "unauthenticated"
        if anonymous or exchange.head.path.casefold().startswith("/wsman-anon"):
            exchange.request = self._plain_request(exchange, exchange.body)
            if exchange.request.is_identify:
                return None
            raise HttpRefusal(401, headers=self._challenges())
        login = self._login(exchange)
        if isinstance(login, Reply):
            return login
        exchange.user = login.name
        self._open(exchange)
        if not exchange.body:
            exchange.action = "Login"
            return Reply(200, headers=_authenticate_lines(exchange.token))
        return login

    def _challenges(self) -> tuple[tuple[str, str], ...]:
        return _authenticate_lines(self._authenticator.challenges)

    def _login(self, exchange: _Exchange) -> Login | Reply:
        header = exchange.head.headers.get("authorization")
        if header is None:
            if self._authenticator.login is not None:
                return self._authenticator.login
            self._refuse_old_keys(exchange)
            exchange.action, exchange.outcome = "Login", "http 401"
            return Reply(401, headers=self._challenges())
        step = self._authenticator.authorize(header)
        exchange.decided = step.login is not None or not step.goes_on
        if step.login is not None and not self._front.refuses_logins():
            exchange.token = step.challenges
            return step.login
        exchange.action, exchange.outcome = "Login", "http 401"
        if step.login is None:
            return Reply(401, headers=_authenticate_lines(step.challenges))
        self._authenticator.log_out()
        return Reply(401, headers=self._challenges())

    @staticmethod
    def _refuse_old_keys(exchange: _Exchange) -> None:
        """A sealed message on a new connection: its keys belong to one that is gone."""
        if exchange.head.headers.get("content-type", "").casefold().startswith("multipart/"):
            exchange.action = "Login"
            raise HttpRefusal(400)

    def _open(self, exchange: _Exchange) -> None:
        """Check the content type, unseal, and refuse what must be sealed."""
        content_type = exchange.head.headers.get("content-type", "")
        if not exchange.body:
            return
        try:
            exchange.protocol = framing.protocol_of(content_type)
            if exchange.protocol is not None:
                exchange.body = self._authenticator.unseal(exchange.body)
                return
        except framing.BadFrame as error:
            raise HttpRefusal(400) from error
        if content_type.partition(";")[0].strip().casefold() != "application/soap+xml":
            raise HttpRefusal(415)
        if self._authenticator.sealed and not self._front.secure and not self._front.allow_unencrypted():
            exchange.action = "Login"
            raise HttpRefusal(500)

    @staticmethod
    def _plain_request(exchange: _Exchange, body: bytes) -> Request:
        try:
            return parse_request(body)
        except refusals.WsmanFault as error:
            exchange.action = "Identify"
            raise HttpRefusal(400) from error

    async def _answered(self, exchange: _Exchange, login: Login | None) -> Reply | None:
        service = self._front.service
        try:
            exchange.request = exchange.request or parse_request(exchange.body)
        except refusals.WsmanFault as fault:
            return self._fault(exchange, fault, fault.relates_to)
        request = exchange.request
        exchange.action = "Identify" if request.is_identify else _short(request.action)
        exchange.disturbance = disturbance = self._front.plan.take(exchange.action)
        if disturbance is not None and not disturbance.after:
            early = await self._before(exchange, disturbance)
            if early is not _TRUE_ANSWER:
                return early
        reply = await self._true_answer(exchange, request, login, service)
        if disturbance is not None and disturbance.after and disturbance.kind is not Kind.HALF:
            return await self._disturbed(exchange, disturbance, reply)
        return reply

    async def _before(self, exchange: _Exchange, disturbance: Disturbance) -> Reply | None:
        if disturbance.kind is Kind.DELAY:
            await asyncio.sleep(disturbance.seconds)
            return _TRUE_ANSWER
        if disturbance.kind is Kind.VANISH:
            shell = self._front.service.shells.get(exchange.request.shell if exchange.request else "")
            if shell is not None:
                self._front.service.close(shell)
            return _TRUE_ANSWER
        if disturbance.kind is Kind.RELATES:
            return _TRUE_ANSWER
        return await self._disturbed(exchange, disturbance, None)

    async def _disturbed(self, exchange: _Exchange, disturbance: Disturbance, reply: Reply | None) -> Reply | None:
        exchange.outcome = disturbance.kind.value
        match disturbance.kind:
            case Kind.STATUS:
                exchange.outcome = f"http {disturbance.status}"
                lines = self._challenges() if disturbance.status == 401 else ()
                return Reply(disturbance.status, disturbance.body, disturbance.content_type, lines)
            case Kind.FAULT:
                made = refusals.WsmanFault(disturbance.code, f"Fault {disturbance.code}. ", "s:Receiver")
                return self._fault(exchange, made, exchange.request.message_id if exchange.request else "")
            case Kind.GARBLE:
                return Reply(200, b"<s:Envelope><s:Body>", names.SOAP_TYPE)
            case Kind.DELAY:
                await asyncio.sleep(disturbance.seconds)
                return reply
            case Kind.RESTART:
                self._front.restart(disturbance.seconds)
                return None
            case _:
                return None

    async def _true_answer(self, exchange: _Exchange, request: Request, login: Login | None, service: Service) -> Reply:
        if request.is_identify:
            return self._sealed(exchange, 200, identify_answer(service.machine, known=login is not None))
        assert login is not None
        operation = Operation(request, login, self._peer)
        relates_to = request.message_id
        if exchange.disturbance is not None and exchange.disturbance.kind is Kind.RELATES:
            relates_to = f"uuid:{envelope.new_id()}"
        try:
            body = await carry_out(service, operation)
        except refusals.WsmanFault as fault:
            return self._fault(exchange, fault, relates_to)
        finally:
            exchange.command = operation.command
        return self._sealed(exchange, 200, envelope.answer(f"{request.action}Response", relates_to, body))

    def _fault(self, exchange: _Exchange, fault: refusals.WsmanFault, relates_to: str) -> Reply:
        exchange.outcome = f"fault {fault.code}"
        return self._sealed(exchange, 500, envelope.fault(fault, relates_to, self._front.service.machine.computer))

    def _sealed(self, exchange: _Exchange, status: int, plain: bytes) -> Reply:
        lines = _authenticate_lines(exchange.token)
        if exchange.protocol is None:
            return Reply(status, plain, names.SOAP_TYPE, lines)
        content_type, body = self._authenticator.seal(plain, exchange.protocol)
        return Reply(status, body, content_type, lines)


_TRUE_ANSWER: Final = Reply(0)


def _authenticate_lines(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("WWW-Authenticate", value) for value in values)


def _short(action: str) -> str:
    return action.rpartition("/")[2][:40] or "Unknown"
