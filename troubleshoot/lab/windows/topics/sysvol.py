"""SYSVOL replication of domain controllers: the services DFSR and NtFrs, dfsrmig, dfsrdiag."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.events import ERROR, INFORMATION, event_log, write_event
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.registry.store import DWORD, registry
from troubleshoot.lab.windows.seeds import computer_dn
from troubleshoot.lab.windows.services.control import Service, service_control
from troubleshoot.lab.windows.services.control import State as ServiceState
from troubleshoot.lab.windows.sysvol.dfsrmig import TOOLS
from troubleshoot.lab.windows.sysvol.objects import STEP, account_values, new_object
from troubleshoot.lab.windows.sysvol.state import (
    ELIMINATED,
    KEY,
    LOG,
    PROCESS_BLOCKED,
    START,
    Sysvol,
    spread,
)
from troubleshoot.lab.windows.topic import Part, Topic

_FIRST_WITHOUT_FRS: Final = 17763
Goal = Literal["start", "prepared", "redirected", "eliminated", "none"]
Local = Literal[
    "start",
    "prepared",
    "redirected",
    "eliminated",
    "preparing",
    "initial_sync",
    "redirecting",
    "eliminating",
    "undo_redirecting",
    "undo_preparing",
]
_NAMES: Final = get_args(Local)  # a state's number is its place


class SysvolPart(Part):
    """One domain controller.

    ``goal`` is the global state in its own copy of the directory (``none``: a migration was never started), which
    changed ``changed`` seconds ago. ``published`` is what the others know of its ``state`` (default: the same).
    ``dfsr_member`` and ``frs_member`` say whether its member objects exist; by default as fits the state.
    """

    goal: Goal = "eliminated"
    changed: float = Field(default=200_000.0, ge=0)
    state: Local = "eliminated"
    published: Local | None = None
    dfsr_member: bool | None = None
    frs_member: bool | None = None
    hindrance: Literal["process_blocked", "disk", "initial_sync"] | None = None
    error: Annotated[int, Field(ge=0, le=65535)] = 112
    polls: bool = True
    tools: bool = True
    entra: bool = False  # the domain has the object of Microsoft Entra Kerberos


def _build(machine: Machine, part: SysvolPart) -> Sysvol:
    directory = machine.estate.directory
    if directory is None or machine.name not in directory.controllers:
        raise AuthorError("only a domain controller has SYSVOL")
    sysvol = Sysvol(
        machine,
        state=_NAMES.index(part.state),
        hindrance=part.hindrance or "",
        error=part.error,
        polls=part.polls,
        installed=part.tools,
    )
    _add_services(machine, sysvol)
    _seed(directory, sysvol, part)
    event_log(machine).register(LOG)
    sysvol.share()
    _past_events(sysvol, part)
    if part.goal != "none":
        registry(machine).set(KEY, "Local State", sysvol.state, DWORD)
    machine.on("service-started:dfsr", lambda: _polled(sysvol))
    return sysvol


def _polled(sysvol: Sysvol) -> None:
    if sysvol.poll():
        spread(sysvol.machine)


def _add_services(machine: Machine, sysvol: Sysvol) -> None:
    control = service_control(machine)
    named = machine.personality.text("DFS Replication", "DFS-Replikation")
    control.add(Service("DFSR", named, ("RpcSs", "EventLog", "NTDS"), group="image:DFSRs.exe"))
    if int(machine.personality.build.rpartition(".")[2]) < _FIRST_WITHOUT_FRS:
        named = machine.personality.text("File Replication", "Dateireplikation")
        state = ServiceState.STOPPED if sysvol.state == ELIMINATED else ServiceState.RUNNING
        control.add(Service("NtFrs", named, ("RpcSs", "EventLog"), state, group="image:ntfrs.exe"))


# --- the directory as it was long ago -----------------------------------------------------------------------------


def _seed(directory: Directory, sysvol: Sysvol, part: SysvolPart) -> None:
    machine, objects = sysvol.machine, sysvol.objects
    computer = machine.computer
    own = directory.controllers[machine.name]
    everywhere = list(directory.controllers)
    account = directory.read(computer_dn(directory, machine)) or {}
    values = account_values(read_only=own.read_only, build=machine.personality.build)
    directory.seed(computer_dn(directory, machine), {**account, **values})
    if part.goal != "none":
        _seed_goal(own, objects.settings_dn, _NAMES.index(part.goal), machine.now - part.changed)
        _seed_reached(directory, sysvol, part)
    if part.dfsr_member if part.dfsr_member is not None else sysvol.state != START:
        directory.seed(objects.dfsr_dn(computer), new_object("msDFSR-Member", f"CN={computer}"), everywhere)
    if part.frs_member if part.frs_member is not None else sysvol.state != ELIMINATED:
        directory.seed(objects.frs_dn(computer), new_object("nTFRSMember", f"CN={computer}"), everywhere)
    if part.entra:
        _seed_entra(directory)


def _seed_reached(directory: Directory, sysvol: Sysvol, part: SysvolPart) -> None:
    """What the domain controllers know of each other's states; its own copy has the truth where it may write."""
    dn = sysvol.objects.local_dn(sysvol.machine.computer)
    known = _NAMES.index(part.published or part.state)
    plain = new_object("msDFSR-LocalSettings", dn)
    if known != START:
        directory.seed(dn, plain | {"msDFSR-Flags": known * STEP})
    if known != sysvol.state and not sysvol.read_only:
        directory.seed(dn, plain | {"msDFSR-Flags": sysvol.state * STEP}, [sysvol.machine.name])


def _seed_goal(own: DomainController, dn: str, goal: int, changed: float) -> None:
    """Each domain controller has the copy that its section describes; the PDC emulator's is the newest."""
    moment = datetime.fromtimestamp(changed, UTC)
    values = {"msDFSR-Flags": goal * STEP, "whenChanged": moment}
    own.objects[dn.casefold()] = {"distinguishedName": dn} | new_object("msDFSR-GlobalSettings", dn) | values
    own.stamps[dn.casefold()] = 2 if own.pdc else 1


def _seed_entra(directory: Directory) -> None:
    name = "AzureADKerberos"
    dn = f"CN={name},OU=Domain Controllers,{directory.base}"
    values = {"sAMAccountName": f"{name}$", "primaryGroupID": 521, "userAccountControl": 0x5011000}
    directory.seed(dn, new_object("computer", dn) | values)


def _past_events(sysvol: Sysvol, part: SysvolPart) -> None:
    """What the log holds of the way to the present state."""
    machine, age = sysvol.machine, max(part.changed - 120, 1)
    own = [machine.computer]
    for state, event in ((1, 8014), (2, 8017), (3, 8019)):
        if sysvol.state in range(state, 4):
            write_event(machine, LOG, "DFSR", event, INFORMATION, own, age=age + 10 * (3 - state))
    error = PROCESS_BLOCKED if part.hindrance == "process_blocked" else part.error
    if part.hindrance == "process_blocked":
        write_event(machine, LOG, "DFSR", 8028, ERROR, [*own, str(error), "SYSVOL"], age=age)
    if part.hindrance in ("process_blocked", "disk"):
        write_event(machine, LOG, "DFSR", 8013, ERROR, [*own, str(error), "SYSVOL"], age=age - 1 if age > 1 else 0)


TOPIC = Topic(section="sysvol", schema=SysvolPart, build=_build, tools=TOOLS)
