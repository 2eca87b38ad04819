"""`sc`: the control manager's own tool. Its exit code is the Win32 error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.catalog import AUTO, DISABLED, DRIVER, MANUAL, OWN
from troubleshoot.lab.windows.services.control import (
    ACCESS_DENIED,
    NEVER_STARTED,
    Refused,
    Service,
    ServiceControl,
    State,
    service_control,
)
from troubleshoot.lab.windows.services.words import error_text
from troubleshoot.lab.windows.topic import Call

_TYPES: Final = {DRIVER: "1  KERNEL_DRIVER", OWN: "10  WIN32_OWN_PROCESS", 0x20: "20  WIN32_SHARE_PROCESS"}
_STARTS: Final = {AUTO: "2   AUTO_START", MANUAL: "3   DEMAND_START", DISABLED: "4   DISABLED"}
_START_WORDS: Final = {"auto": AUTO, "demand": MANUAL, "disabled": DISABLED, "delayed-auto": AUTO}
_NO_SERVER: Final = 1722

Verb = Callable[[Call, ServiceControl, tuple[str, ...]], Awaitable[int]]


async def sc(call: Call) -> int:
    """`sc [\\\\server] verb ...`."""
    args = call.args
    machine = call.machine
    if args and args[0].startswith("\\\\"):
        found = _remote(call, args[0])
        if isinstance(found, int):
            return _failed(call, "OpenSCManager", found)
        machine, args = found, args[1:]
    verb = VERBS.get(args[0].casefold()) if args else None
    if verb is None:
        call.out(_USAGE)
        return 1639
    return await verb(call, service_control(machine), args[1:])


def _remote(call: Call, name: str) -> Machine | int:
    """Another host's control manager, or the error: no such host, or no credentials to show there."""
    try:
        machine = call.machine.estate.machine(name)
    except OperatorError:
        return _NO_SERVER
    here = machine is call.machine
    return machine if here or call.logon.delegated or call.logon.system else ACCESS_DENIED


_USAGE: Final = (
    "DESCRIPTION:\n"
    "        SC is a command line program used for communicating with the\n"
    "        Service Control Manager and services.\n"
    "USAGE:\n"
    "        sc <server> [command] [service name] <option1> <option2>...\n\n"
)


def _failed(call: Call, step: str, code: int) -> int:
    word = call.text("FAILED", "FEHLER")
    call.out(f"[SC] {step} {word} {code}:\n\n{error_text(call.machine, code)}\n\n")
    return code


def _status(service: Service, name: str = "", *, extended: bool = False, display: bool = False) -> str:
    """One block of `sc query`; the words of this block are the same in every display language."""
    running = service.state is State.RUNNING
    accepts = (
        "STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN" if running else "NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN"
    )
    stopped_code = NEVER_STARTED if service.state is State.STOPPED and not service.started else service.exit_code
    pending = service.state in (State.START_PENDING, State.STOP_PENDING)
    lines = [
        f"\nSERVICE_NAME: {name or service.name} ",
        *([f"DISPLAY_NAME: {service.display}"] if display else []),
        f"        TYPE               : {_TYPES[service.type]}  ",
        f"        STATE              : {int(service.state)}  {service.state.name} ",
        f"                                ({accepts})",
        f"        WIN32_EXIT_CODE    : {stopped_code}  (0x{stopped_code:x})",
        "        SERVICE_EXIT_CODE  : 0  (0x0)",
        f"        CHECKPOINT         : 0x{1 if pending else 0:x}",
        f"        WAIT_HINT          : 0x{3000 if pending else 0:x}",
    ]
    if extended:
        lines += [f"        PID                : {service.pid}", "        FLAGS              : "]
    return "\n".join(lines) + "\n"


async def query(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    return _query(call, control, args, extended=False)


async def query_extended(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    return _query(call, control, args, extended=True)


def _query(call: Call, control: ServiceControl, args: tuple[str, ...], *, extended: bool) -> int:
    if not args or args[0].endswith("="):
        options = _options(args)
        wanted = {"all": set(State), "inactive": {State.STOPPED}}.get(
            options.get("state", ""), set(State) - {State.STOPPED}
        )
        for service in sorted(control.services.values(), key=lambda s: s.key):
            if service.type != DRIVER and service.state in wanted:
                call.out(_status(service, extended=extended, display=True))
        return 0
    found = control.services.get(args[0].casefold())
    if found is None:
        return _failed(call, "EnumQueryServicesStatus:OpenService", 1060)
    call.out(_status(found, args[0], extended=extended))
    return 0


def _options(args: tuple[str, ...]) -> dict[str, str]:
    """`name= value` pairs; the blank behind the equals sign belongs there."""
    pairs = zip(args[::2], args[1::2], strict=False)
    return {name.casefold().rstrip("="): value for name, value in pairs}


async def query_config(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    service = control.services.get(args[0].casefold()) if args else None
    if service is None:
        return _failed(call, "OpenService", 1060)
    start = _STARTS[service.start_type] + ("  (DELAYED)" if service.delayed else "")
    needed = [f"        DEPENDENCIES       : {service.depends[0] if service.depends else ''}"]
    needed += [f"                           : {name}" for name in service.depends[1:]]
    lines = [
        f"[SC] QueryServiceConfig {call.text('SUCCESS', 'ERFOLG')}",
        "",
        f"SERVICE_NAME: {args[0]}",
        f"        TYPE               : {_TYPES[service.type]} ",
        f"        START_TYPE         : {start}",
        "        ERROR_CONTROL      : 1   NORMAL",
        f"        BINARY_PATH_NAME   : {service.binary}",
        "        LOAD_ORDER_GROUP   : ",
        "        TAG                : 0",
        f"        DISPLAY_NAME       : {service.display}",
        *needed,
        f"        SERVICE_START_NAME : {service.account}",
    ]
    call.out("\n".join(lines) + "\n")
    return 0


async def dependants(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    service = control.services.get(args[0].casefold()) if args else None
    if service is None:
        return _failed(call, "OpenService", 1060)
    found = control.dependants(service)
    call.out(f"Enum: entriesread  = {len(found)}\n")
    for other in found:
        call.out(_status(other, display=True))
    return 0


async def start(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    service = _opened(call, control, args, "StartService: OpenService")
    if isinstance(service, int):
        return service
    try:
        control.start(service)
    except Refused as refused:
        return _failed(call, "StartService", refused.code)
    call.out(_status(service, args[0], extended=True))
    return 0


async def stop(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    """Returns as soon as the control was sent."""
    service = _opened(call, control, args, "OpenService")
    if isinstance(service, int):
        return service
    try:
        control.stop(service)
    except Refused as refused:
        return _failed(call, "ControlService", refused.code)
    call.out(_status(service, args[0]))
    return 0


def _opened(call: Call, control: ServiceControl, args: tuple[str, ...], step: str) -> Service | int:
    """The service to change, or the error when it is absent or the caller has no rights."""
    service = control.services.get(args[0].casefold()) if args else None
    if service is None:
        return _failed(call, step, 1060)
    return service if call.logon.elevated or call.logon.system else _failed(call, step, ACCESS_DENIED)


async def configure(call: Call, control: ServiceControl, args: tuple[str, ...]) -> int:
    """`sc config name start= auto|demand|disabled|delayed-auto`, `depend=`, `DisplayName=`."""
    service = _opened(call, control, args, "OpenService")
    if isinstance(service, int):
        return service
    options = _options(args[1:])
    start_word = options.get("start", "").casefold()
    if not options or (start_word and start_word not in _START_WORDS):
        call.out(_USAGE)
        return 1639
    if start_word:
        control.configure(service, _START_WORDS[start_word], delayed=start_word == "delayed-auto")
    if "depend" in options:
        service.depends = tuple(name for name in options["depend"].split("/") if name)
    service.display = options.get("displayname", service.display)
    call.out(f"[SC] ChangeServiceConfig {call.text('SUCCESS', 'ERFOLG')}\n")
    return 0


VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "query": query,
        "queryex": query_extended,
        "qc": query_config,
        "enumdepend": dependants,
        "start": start,
        "stop": stop,
        "config": configure,
    }
)
