"""The operations of the command shell and of the configuration, each from a request to the body of its answer."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from troubleshoot.lab.windows.process import CTRL_C
from troubleshoot.lab.windows.wire import names, refusals
from troubleshoot.lab.windows.wire.envelope import new_id
from troubleshoot.lab.windows.wire.limits import configuration
from troubleshoot.lab.windows.wire.login import Login
from troubleshoot.lab.windows.wire.request import Request, decode_stream, is_true, parse_duration
from troubleshoot.lab.windows.wire.service import Command, Service, Shell

_STATE: Final = f"{names.SHELL}/CommandState"
_HEADROOM: Final = 2600  # bytes of an answer that are not output
_MIXED: Final = 16  # stream elements in one answer before the streams are written one after the other
_INPUT_LIMIT: Final = 64 * 1024 * 1024
_GUID: Final = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_CTRL: Final = {"ctrl_c": CTRL_C, "ctrl_break": CTRL_C}


@dataclass(slots=True)
class Operation:
    """One request of a logged-in user; ``command`` becomes known while it is carried out (for the access log)."""

    request: Request
    login: Login
    client: str
    command: str = ""


Handler = Callable[[Service, Operation], Awaitable[str]]


async def carry_out(service: Service, operation: Operation) -> str:
    """The body of the answer. Raises :class:`refusals.WsmanFault`."""
    if not operation.login.account.admin:
        raise refusals.access_denied()
    request = operation.request
    handler = _HANDLERS.get((request.resource, request.action))
    if handler is None:
        raise _no_handler(request)
    with service.operation(operation.login.name):
        return await handler(service, operation)


def _no_handler(request: Request) -> refusals.WsmanFault:
    if request.resource not in {resource for resource, _ in _HANDLERS}:
        return refusals.invalid_resource(request.resource)
    return refusals.unknown_action(request.action)


# --- shells -----------------------------------------------------------------------------------------------------------


async def _create(service: Service, operation: Operation) -> str:
    if not service.limits.remote_shells:
        raise refusals.shells_forbidden()
    shell = _new_shell(service, operation)
    if shell.id in service.shells:
        raise refusals.already_exists()
    service.add(shell)
    return (
        f"<x:ResourceCreated><a:Address>{escape(operation.request.to)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{names.CMD_SHELL}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell.id}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</x:ResourceCreated>{_describe(shell, service.machine.now)}"
    )


def _new_shell(service: Service, operation: Operation) -> Shell:
    request, now = operation.request, service.machine.now
    element = request.shell_element("Shell")
    if element is None:
        raise refusals.schema_error("The body has no Shell.")
    wanted = element.get("ShellId", "").upper()
    idle = _duration(request, "IdleTimeOut")
    return Shell(
        id=wanted if _GUID.fullmatch(wanted) else new_id(),
        owner=operation.login.name,
        logon=operation.login.logon(),
        client=operation.client,
        codepage=_codepage(service, request.options.get("WINRS_CODEPAGE", "")),
        created=now,
        last_used=now,
        idle_timeout=service.limits.idle_timeout / 1000 if idle is None else _checked_idle(idle),
        lifetime=_duration(request, "Lifetime"),
        cwd=_text(request, "WorkingDirectory") or None,
        name=_text(request, "Name"),
        environment=_environment(request),
        input_streams=_text(request, "InputStreams") or "stdin",
        output_streams=_text(request, "OutputStreams") or "stdout stderr",
    )


def _text(request: Request, name: str) -> str:
    element = request.shell_element(f"Shell/{name}")
    return "" if element is None else (element.text or "").strip()


def _duration(request: Request, name: str) -> float | None:
    text = _text(request, name)
    try:
        return parse_duration(text) if text else None
    except ValueError as error:
        raise refusals.schema_error(f"{name} is not a duration.") from error


def _checked_idle(seconds: float) -> float:
    if not 60 <= seconds <= 2147483.647:  # MaxShellIdleTimeout is 2147483647 ms
        raise refusals.bad_idle_timeout()
    return seconds


def _codepage(service: Service, text: str) -> int:
    if not text:
        return service.machine.personality.oem
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) not in service.codepages:
        raise refusals.codepage_refused(text)
    return int(text)


def _environment(request: Request) -> dict[str, str]:
    variables = request.shell_elements("Shell/Environment/Variable")
    return {variable.get("Name", ""): variable.text or "" for variable in variables if variable.get("Name")}


def _describe(shell: Shell, now: float, state: str = "") -> str:
    fields = [
        ("ShellId", shell.id),
        ("Name", shell.name),
        ("ResourceUri", names.CMD_SHELL),
        ("Owner", shell.owner),
        ("ClientIP", shell.client),
        ("IdleTimeOut", f"PT{shell.idle_timeout:.3f}S"),
        ("InputStreams", shell.input_streams),
        ("OutputStreams", shell.output_streams),
        ("ShellRunTime", _span(now - shell.created)),
        ("ShellInactivity", _span(now - shell.last_used)),
        ("State", state),
    ]
    return f"<rsp:Shell>{''.join(f'<rsp:{k}>{escape(v)}</rsp:{k}>' for k, v in fields if v)}</rsp:Shell>"


def _span(seconds: float) -> str:
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"P{hours // 24}DT{hours % 24}H{minute}M{second}S"


async def _get_shell(service: Service, operation: Operation) -> str:
    request = operation.request
    if not request.shell:
        raise refusals.resource_not_found()
    shell = service.find(request.shell, operation.login.name)
    state = "Connected" if service.machine.personality.version >= (6, 2) else ""
    return _describe(shell, service.machine.now, state)


async def _delete(service: Service, operation: Operation) -> str:
    service.close(service.find(operation.request.shell, operation.login.name))
    return ""


# --- commands ---------------------------------------------------------------------------------------------------------


def _use(service: Service, operation: Operation) -> Shell:
    shell = service.find(operation.request.shell, operation.login.name)
    shell.last_used = service.machine.now
    return shell


def _named(operation: Operation, shell: Shell, command_id: str | None) -> Command:
    command = shell.commands.get((command_id or "").upper())
    if command is None:
        raise refusals.no_command()
    operation.command = command.text
    return command


async def _command(service: Service, operation: Operation) -> str:
    shell, request = _use(service, operation), operation.request
    line = request.shell_element("CommandLine")
    name = request.shell_element("CommandLine/Command")
    if line is None or name is None or not name.text:
        raise refusals.schema_error("The body has no Command.")
    arguments = [element.text or "" for element in request.shell_elements("CommandLine/Arguments")]
    operation.command = " ".join([name.text, *arguments])
    wanted = line.get("CommandId", "").upper()
    if wanted in shell.commands:
        raise refusals.already_exists()
    command = service.start(
        shell,
        operation.command,
        through_cmd=not is_true(request.options.get("WINRS_SKIP_CMD_SHELL")),
        wanted_id=wanted if _GUID.fullmatch(wanted) else "",
    )
    return f"<rsp:CommandResponse><rsp:CommandId>{command.id}</rsp:CommandId></rsp:CommandResponse>"


async def _send(service: Service, operation: Operation) -> str:
    shell = _use(service, operation)
    for stream in operation.request.shell_elements("Send/Stream"):
        command = _named(operation, shell, stream.get("CommandId"))
        data = decode_stream(stream)
        command.received += len(data)
        if command.received > _INPUT_LIMIT:
            raise refusals.out_of_memory()
        command.process.send(data, end=is_true(stream.get("End")))
    return "<rsp:SendResponse/>"


async def _signal(service: Service, operation: Operation) -> str:
    shell = _use(service, operation)
    signal, code = operation.request.shell_element("Signal"), operation.request.shell_element("Signal/Code")
    if signal is None or code is None:
        raise refusals.schema_error("The body has no signal code.")
    command = shell.commands.get(signal.get("CommandId", "").upper())
    kind = (code.text or "").strip().rpartition("/")[2].casefold()
    if command is not None:
        operation.command = command.text
    if kind == "terminate" and command is not None:
        shell.terminate(command)
    elif kind in _CTRL and command is not None:
        command.process.kill(_CTRL[kind])
    elif kind != "terminate" and kind not in _CTRL:
        raise refusals.schema_error("The signal code is not supported.")
    return "<rsp:SignalResponse/>"


async def _receive(service: Service, operation: Operation) -> str:
    shell = _use(service, operation)
    desired = operation.request.shell_element("Receive/DesiredStream")
    if desired is None:
        raise refusals.schema_error("The body has no DesiredStream.")
    command = _named(operation, shell, desired.get("CommandId"))
    if command.delivered:
        raise refusals.no_command()
    budget = _budget(service, operation.request)
    shell.operations += 1
    try:
        async with asyncio.timeout(min(operation.request.timeout, service.limits.max_timeout / 1000)):
            pieces = await _output(command, budget)
    except TimeoutError:
        raise refusals.timed_out() from None
    finally:
        shell.operations -= 1
        shell.last_used = service.machine.now
    wanted = (desired.text or shell.output_streams).split()
    return _receive_answer(command, [piece for piece in pieces if piece[0] in wanted], wanted)


def _budget(service: Service, request: Request) -> int:
    """How many bytes of output fit into an answer, as base64."""
    return max(512, (min(request.envelope, service.limits.max_envelope * 1024) - _HEADROOM) * 3 // 4)


async def _output(command: Command, budget: int) -> list[tuple[str, bytes]]:
    process = command.process
    await asyncio.sleep(0)  # what the program is writing just now comes along
    while True:
        if command.terminated:
            raise refusals.aborted()
        pieces = process.take(budget)
        if pieces or process.finished:
            return pieces
        await process.changed()


def _receive_answer(command: Command, pieces: list[tuple[str, bytes]], wanted: list[str]) -> str:
    attribute = f"CommandId={quoteattr(command.id)}"
    body = "".join(
        f'<rsp:Stream Name="{name}" {attribute}>{base64.b64encode(data).decode()}</rsp:Stream>'
        for name, data in _merged(pieces)
    )
    if not command.process.finished:
        state = f'<rsp:CommandState {attribute} State="{_STATE}/Running"></rsp:CommandState>'
        return f"<rsp:ReceiveResponse>{body}{state}</rsp:ReceiveResponse>"
    command.delivered = True
    ends = "".join(f'<rsp:Stream Name={quoteattr(n)} {attribute} End="true"></rsp:Stream>' for n in wanted)
    code = f"<rsp:ExitCode>{command.process.exit_code}</rsp:ExitCode>"
    state = f'<rsp:CommandState {attribute} State="{_STATE}/Done">{code}</rsp:CommandState>'
    return f"<rsp:ReceiveResponse>{body}{ends}{state}</rsp:ReceiveResponse>"


def _merged(pieces: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Neighbours of one stream together; too many changes of stream would not fit into the envelope."""
    merged = [(name, b"".join(d for _, d in group)) for name, group in groupby(pieces, key=lambda piece: piece[0])]
    if len(merged) <= _MIXED:
        return merged
    return [
        (name, b"".join(d for n, d in pieces if n == name)) for name in sorted({n for n, _ in pieces}, reverse=True)
    ]


# --- configuration ----------------------------------------------------------------------------------------------------


async def _get_config(service: Service, operation: Operation) -> str:
    tree: _Tree = {}
    for path, value in configuration(service.machine).items():
        *blocks, name = path.split("/")
        _block(tree, blocks)[name] = value
    return f'<cfg:Config xmlns:cfg="{names.CONFIG}" xml:lang="en-US">{_settings(tree)}</cfg:Config>'


_Tree = dict[str, "str | _Tree"]


def _block(tree: _Tree, blocks: list[str]) -> _Tree:
    for name in blocks:
        inner = tree.setdefault(name, {})
        assert isinstance(inner, dict)
        tree = inner
    return tree


def _settings(tree: _Tree) -> str:
    return "".join(
        f"<cfg:{name}>{escape(value) if isinstance(value, str) else _settings(value)}</cfg:{name}>"
        for name, value in tree.items()
    )


_HANDLERS: Final[dict[tuple[str, str], Handler]] = {
    (names.CMD_SHELL, names.CREATE): _create,
    (names.CMD_SHELL, names.COMMAND): _command,
    (names.CMD_SHELL, names.SEND): _send,
    (names.CMD_SHELL, names.RECEIVE): _receive,
    (names.CMD_SHELL, names.SIGNAL): _signal,
    (names.CMD_SHELL, names.DELETE): _delete,
    (names.CMD_SHELL, names.GET): _get_shell,
    (names.SHELL, names.GET): _get_shell,
    (names.SHELL, names.DELETE): _delete,
    (names.CONFIG, names.GET): _get_config,
}
