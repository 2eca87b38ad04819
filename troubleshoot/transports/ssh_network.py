"""An interactive command line of a network device over SSH."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from scrapli.driver.network import AsyncNetworkDriver
from scrapli.driver.network.base_driver import PrivilegeLevel

from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.commands import check_sendable
from troubleshoot.transports.refusals import change_refusal, read_refusal
from troubleshoot.transports.ssh_dialogue import Answer, Dialogue
from troubleshoot.transports.ssh_errors import WIRE_ERRORS
from troubleshoot.transports.ssh_login import Attempt, connect_options, watched
from troubleshoot.transports.ssh_operation import Operations
from troubleshoot.transports.ssh_platforms import COMMAND_LINES, QUESTION, CommandLine, reply

_NEVER = 86_400.0  # scrapli calls its own time-outs failed logins; ours apply
_TERMINAL = (511, 500)  # columns, rows: wide enough that no echo is folded


async def open_network(
    attempt: Attempt, platform: Platform, credentials: Credentials, tunnel: Any, deadline: float
) -> NetworkTransport:
    """Log in, reach the command line, and learn its prompt. Raises TransportError."""
    line = COMMAND_LINES.get(platform)
    if line is None:
        message = f"{attempt.target.where}: platform {platform} has no command line over SSH"
        raise TransportError(Trouble.NOT_SUPPORTED, message)
    options = await connect_options(attempt, credentials, tunnel)
    driver = _driver(attempt, line, options | {"term_size": _TERMINAL})
    dialogue = Dialogue(driver.transport, line)
    try:
        await watched(attempt, _reach_prompt(attempt, driver, dialogue, line, credentials), deadline)
    except BaseException:
        _abort(driver)
        raise
    return NetworkTransport(attempt.target.where, platform, line, driver, dialogue)


def _driver(attempt: Attempt, line: CommandLine, options: dict[str, Any]) -> AsyncNetworkDriver:
    level = PrivilegeLevel(
        pattern=f"^{line.exec_prompt.pattern}$",
        name="exec",
        previous_priv="",
        deescalate="",
        escalate="",
        escalate_auth=False,
        escalate_prompt="",
    )
    return AsyncNetworkDriver(
        host=attempt.target.host,
        port=attempt.target.port,
        auth_username=attempt.target.username,
        auth_strict_key=False,  # asyncssh checks the key, and does so before a credential leaves
        transport="asyncssh",
        transport_options={"asyncssh": options},
        privilege_levels={"exec": level},
        default_desired_privilege_level="exec",
        timeout_socket=_NEVER,
        timeout_transport=0,
        timeout_ops=0,
    )


async def _reach_prompt(
    attempt: Attempt, driver: AsyncNetworkDriver, dialogue: Dialogue, line: CommandLine, credentials: Credentials
) -> None:
    await driver.open()
    prompt = await dialogue.first_prompt()
    if line.is_shell(prompt):
        prompt = (await dialogue.settled("cli")).prompt
    await dialogue.begin(line.prepare, prompt)
    if line.enable and dialogue.prompt.rstrip().endswith(">"):
        privileged = await _enable(attempt, dialogue, line, credentials)
        if privileged:  # with settings that may have been refused before
            await dialogue.begin(line.prepare, privileged)


async def _enable(attempt: Attempt, dialogue: Dialogue, line: CommandLine, credentials: Credentials) -> str:
    """Become privileged where a secret for that is known; exactly one attempt. The new prompt, or an empty text."""
    name = attempt.target.name
    secret = await credentials.enable_secret(name)
    if secret is None:
        attempt.note(f"{name}: no enable secret is known: commands that need privilege will be refused")
        return ""
    answer = await dialogue.settled("enable")
    final = answer.prompt
    if answer.question:
        final = await dialogue.secret(secret, lambda text: line.is_prompt(text) or bool(QUESTION.fullmatch(text)))
    if final.rstrip().endswith("#"):
        return final
    message = f"{attempt.target.where}: the enable secret was refused"
    raise TransportError(Trouble.AUTH, message, hint="The login itself was accepted. The secret is not tried again.")


class NetworkTransport:
    """One session on a network device; implements :class:`~troubleshoot.transports.base.Transport`."""

    def __init__(
        self, where: str, platform: Platform, line: CommandLine, driver: AsyncNetworkDriver, dialogue: Dialogue
    ) -> None:
        self._where = where
        self._platform = platform
        self._line = line
        self._driver = driver
        self._dialogue = dialogue
        self._operations = Operations(where, self._drop, self._alive)

    async def read(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that only reads."""
        check_sendable(command, where=self._where)

        async def work() -> Output:
            self._operations.sent = True
            answer = await self._dialogue.confirmed(command, on_chunk)
            self._require_end(command, answer)
            return Output(answer.text, doubt=answer.doubt, refusal=read_refusal(self._platform, answer.text))

        return await self._operations.run(work, deadline=deadline)

    async def execute(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one EXEC command that changes something. A question is answered only where it is part of the command."""
        check_sendable(command, where=self._where)

        async def work() -> Output:
            self._operations.sent = True
            answer = await self._dialogue.settled(command, on_chunk=on_chunk, exact=True)
            text = answer.text
            while answer.question and (said := reply(command, answer.question)) is not None:
                text += f"{answer.question}{said}\n"
                answer = await self._dialogue.settled(said, on_chunk=on_chunk, exact=True)
                text += answer.text
            self._require_end(command, answer)
            return Output(text, refusal=change_refusal(self._platform, text))

        return await self._operations.run(work, deadline=deadline)

    async def restart(self, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Send `reload`, answer its questions, and wait until the device cuts the connection.

        ``refusal`` says that the device is still there and at its prompt.
        """

        async def work() -> Output:
            self._operations.sent = True
            text, said = "", "reload"
            try:
                while True:
                    answer = await self._dialogue.settled(said, on_chunk=on_chunk)
                    text += answer.text
                    answering = reply("reload", answer.question) if answer.question else None
                    if answering is None:
                        break
                    text, said = f"{text}{answer.question}{answering}\n", answering
            except WIRE_ERRORS:  # it is gone: that is what was wanted
                self._operations.drop("the device restarts")
                return Output(text)
            self._require_end("reload", answer)
            return Output(text, refusal=change_refusal(self._platform, text) or "the device did not restart")

        return await self._operations.run(work, deadline=deadline)

    async def configure(self, lines: Sequence[str], *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Enter configuration mode, send ``lines``, leave it.

        The text is the whole dialogue. The first refused line ends it; on Junos nothing is committed then.
        """
        return await self.provisionally(lines, PLAINLY, deadline=deadline, on_chunk=on_chunk)

    async def provisionally(
        self, lines: Sequence[str], how: Configuring, *, deadline: float, on_chunk: OnChunk | None = None
    ) -> Output:
        """The same with another way into configuration mode, or another way to make the lines active."""
        for line in lines:
            check_sendable(line, where=self._where)
        return await self._operations.run(lambda: self._configure(lines, on_chunk, how), deadline=deadline)

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        session = self._driver.transport.session
        self._operations.drop("it was closed")
        if session is not None:
            with suppress(Exception):
                await asyncio.wait_for(session.wait_closed(), 0.5)

    async def _configure(self, lines: Sequence[str], on_chunk: OnChunk | None, how: Configuring) -> Output:
        record = _Record(on_chunk)
        refused = await self._enter(how.enter or self._line.enter, record)
        if refused:
            return Output(record.text, refusal=refused)
        for line in (*lines, *(how.submit or self._line.submit)):
            refused = await self._line_sent(line, record)
            if refused:
                break
        if refused and self._line.abandon:
            await self._sent(self._line.abandon, record)
        if self._line.is_config(record.prompt):
            await self._sent(self._line.leave, record)
        await self._require_left(record)
        return Output(record.text, refusal=refused)

    async def _enter(self, command: str, record: _Record) -> str:
        """Enter configuration mode; the reason why it could not be entered, or an empty text."""
        refused = await self._sent(command, record)
        if self._line.is_config(record.prompt):
            return ""
        return refused or "configuration mode was not entered"

    async def _line_sent(self, line: str, record: _Record) -> str:
        refused = await self._sent(line, record)
        if not refused and not self._line.is_config(record.prompt):
            return f"configuration mode ended after {line!r}"
        return refused

    async def _sent(self, line: str, record: _Record) -> str:
        """Send one line; the device's refusal of it, or an empty text."""
        self._operations.sent = True
        answer = await self._dialogue.settled(line)
        record.add(line, answer)
        self._require_end(line, answer)
        return change_refusal(self._platform, answer.text)

    async def _require_left(self, record: _Record) -> None:
        """The next command must find the prompt that was learned, also after a change of the host's name."""
        if record.prompt != self._dialogue.prompt:
            await self._dialogue.learn()
        if self._line.is_config(self._dialogue.prompt):
            self._operations.drop("configuration mode could not be left")

    def _require_end(self, command: str, answer: Answer) -> None:
        """A device that waits for an answer of a person gets none from us."""
        if answer.doubt:
            self._operations.drop(answer.doubt)
        if answer.question:
            self._operations.drop("the device waits for an answer")
            message = f"{self._where}: {command!r}: the device asks {answer.question.strip()[:120]!r} and got no answer"
            raise TransportError(Trouble.REFUSED, message, sent=True)

    def _alive(self) -> bool:
        """Has the device left the connection open while nothing was going on?"""
        transport = self._driver.transport
        session, stdin, stdout = transport.session, transport.stdin, transport.stdout
        return bool(session and not session.is_closed() and not stdin.is_closing() and not stdout.at_eof())

    def _drop(self) -> None:
        _abort(self._driver)


class _Record:
    """The dialogue of a configuration change as a person would have seen it."""

    def __init__(self, on_chunk: OnChunk | None) -> None:
        self._on_chunk = on_chunk
        self.text = ""
        self.prompt = ""

    def add(self, line: str, answer: Answer) -> None:
        part = f"{self.prompt}{line}\n{answer.text}"
        self.prompt = answer.prompt
        self.text += part
        if self._on_chunk is not None:
            self._on_chunk(part)


def _abort(driver: AsyncNetworkDriver) -> None:
    """End the connection at once; what the device still sends is lost on purpose."""
    session = driver.transport.session
    if session is not None:
        session.abort()
