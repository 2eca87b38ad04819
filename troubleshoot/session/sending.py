"""Sending a consented change, once, and saying honestly what is known about it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from troubleshoot.core.detached import Detached
from troubleshoot.core.events import Event, Part, SendAnswered, SendFailed
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.state import FixPlan
from troubleshoot.session.observe import Sink
from troubleshoot.session.source import Source
from troubleshoot.transports.base import Output, TransportError

_DEADLINE: Final = 120.0
_DETACHED_DEADLINE: Final = 300.0  # the restart, three minutes of coming back, reading the log


async def send(plan: FixPlan, action: str, source: Source, sink: Sink, now: Callable[[], float]) -> Event:
    """Send the commands of a plan (or of its rollback) and report what is known."""
    commands = plan.rollback if action == "rollback" else plan.commands
    mode = plan.rollback_mode if action == "rollback" else plan.mode
    try:
        parts, refusal = await _by_mode(mode, plan, commands, source, sink)
    except TransportError as error:
        return SendFailed(now(), plan.id, action, error.sent, error.kind, error.message)
    except (asyncio.CancelledError, Exception) as error:
        # Whatever happened on our side: bytes may have left, so the outcome is unknown.
        return SendFailed(now(), plan.id, action, True, Trouble.CANCELLED, type(error).__name__)
    return SendAnswered(now(), plan.id, action, parts, refusal)


async def _by_mode(
    mode: str, plan: FixPlan, commands: tuple[str, ...], source: Source, sink: Sink
) -> tuple[tuple[Part, ...], str]:
    if mode == "detached":
        return await _detached(plan.host, Detached.of(commands, plan.service), source, sink)
    sender = _configure if mode == "configure" else _execute
    return await sender(plan.host, commands, source, sink)


async def _detached(host: str, job: Detached, source: Source, sink: Sink) -> tuple[tuple[Part, ...], str]:
    output = await source.detached(
        host, job, deadline=_DETACHED_DEADLINE, on_chunk=lambda chunk: sink(host, job.name, chunk)
    )
    return (Part("\n".join(job.commands), output.text, output.exit_code),), output.refusal or output.doubt


async def _configure(host: str, lines: tuple[str, ...], source: Source, sink: Sink) -> tuple[tuple[Part, ...], str]:
    text = "\n".join(lines)
    output = await source.configure(
        host, lines, deadline=_DEADLINE, on_chunk=lambda chunk: sink(host, "configure", chunk)
    )
    return (Part(text, output.text, output.exit_code),), output.refusal or output.doubt


async def _execute(host: str, commands: tuple[str, ...], source: Source, sink: Sink) -> tuple[tuple[Part, ...], str]:
    parts: tuple[Part, ...] = ()
    for command in commands:
        output = await _one(host, command, source, sink, bool(parts))
        parts = (*parts, Part(command, output.text, output.exit_code))
        if output.refusal:
            return parts, output.refusal
    return parts, ""


async def _one(host: str, command: str, source: Source, sink: Sink, earlier_sent: bool) -> Output:
    try:
        return await source.execute(
            host, command, deadline=_DEADLINE, on_chunk=lambda chunk: sink(host, command, chunk)
        )
    except TransportError as error:
        raise TransportError(error.kind, error.message, hint=error.hint, sent=error.sent or earlier_sent) from error
