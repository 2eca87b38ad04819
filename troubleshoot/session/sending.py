"""Sending a consented change, once, and saying honestly what is known about it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from troubleshoot.core.detached import Detached
from troubleshoot.core.events import Event, Part, SendAnswered, SendFailed
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.planning import SAVE_AND_RELOAD
from troubleshoot.core.state import FixPlan
from troubleshoot.session.observe import Sink
from troubleshoot.session.source import Source
from troubleshoot.transports.base import Output, TransportError

_DEADLINE: Final = 120.0
_DETACHED_DEADLINE: Final = 300.0  # the restart, three minutes of coming back, reading the log
_RELOAD_DEADLINE: Final = 1500.0  # a stack of old switches takes more than ten minutes


class _Refused(Exception):
    """The device did not accept a line: nothing after it is sent."""


async def send(plan: FixPlan, action: str, source: Source, sink: Sink, now: Callable[[], float]) -> Event:
    """Send the commands of a plan (or of its rollback, or what ends its revert) and report what is known."""
    sending = _Sending(plan, source, sink)
    try:
        refusal = await sending.run(action)
    except TransportError as error:
        return SendFailed(now(), plan.id, action, error.sent or bool(sending.parts), error.kind, error.message)
    except (asyncio.CancelledError, Exception) as error:
        # Whatever happened on our side: bytes may have left, so the outcome is unknown.
        return SendFailed(now(), plan.id, action, True, Trouble.CANCELLED, type(error).__name__)
    return SendAnswered(now(), plan.id, action, sending.parts, refusal)


@dataclass
class _Sending:
    """One plan on its way; ``parts`` is what was answered so far."""

    plan: FixPlan
    source: Source
    sink: Sink
    parts: tuple[Part, ...] = ()

    async def run(self, action: str) -> str:
        """Send everything of an action in order; the device's refusal of a line, or an empty text."""
        try:
            await {"apply": self._apply, "rollback": self._roll_back, "confirm": self._end_revert}[action]()
        except _Refused as refused:
            return str(refused)
        return ""

    async def _apply(self) -> None:
        revert = self.plan.revert
        for command in revert.first if revert else ():
            await self._execute(command)
        await self._by_mode(self.plan.mode, self.plan.commands, revert.how if revert else PLAINLY)

    async def _roll_back(self) -> None:
        """A revert that still waits would fire later: it is ended as well."""
        await self._by_mode(self.plan.rollback_mode, self.plan.rollback, PLAINLY)
        for command in self.plan.revert.confirm if self.plan.revert else ():
            await self._execute(command, optional=True)

    async def _end_revert(self) -> None:
        revert = self.plan.revert
        assert revert is not None
        for command in revert.confirm:
            await self._execute(command)
        if revert.settle != PLAINLY:
            await self._configure((), revert.settle)

    async def _by_mode(self, mode: str, commands: tuple[str, ...], how: Configuring) -> None:
        if mode == "detached":
            await self._detached(commands)
        elif mode == "execute":
            for command in commands:
                await self._execute(command)
        elif commands:
            await self._configure(commands, how)
        if mode == "reload":
            await self._reload()

    async def _configure(self, lines: tuple[str, ...], how: Configuring) -> None:
        output = await self.source.configure(
            self.plan.host, lines, deadline=_DEADLINE, on_chunk=self._tell("configure"), how=how
        )
        self._took("\n".join(lines or how.submit), output)

    async def _execute(self, command: str, *, optional: bool = False) -> None:
        output = await self.source.execute(self.plan.host, command, deadline=_DEADLINE, on_chunk=self._tell(command))
        self._took(command, output, optional=optional)

    async def _detached(self, commands: tuple[str, ...]) -> None:
        job = Detached.of(commands, self.plan.service)
        output = await self.source.detached(
            self.plan.host, job, deadline=_DETACHED_DEADLINE, on_chunk=self._tell(job.name)
        )
        self._took("\n".join(job.commands), output)

    async def _reload(self) -> None:
        save, restart = SAVE_AND_RELOAD
        await self._execute(save)
        output = await self.source.restart(self.plan.host, deadline=_RELOAD_DEADLINE, on_chunk=self._tell(restart))
        self._took(restart, output)

    def _tell(self, command: str) -> Callable[[str], None]:
        return lambda chunk: self.sink(self.plan.host, command, chunk)

    def _took(self, command: str, output: Output, *, optional: bool = False) -> None:
        self.parts = (*self.parts, Part(command, output.text, output.exit_code))
        refusal = output.refusal or output.doubt
        if refusal and not optional:
            raise _Refused(refusal)
