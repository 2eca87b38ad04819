"""Services: sc, net start, net stop, the service cmdlets and Win32_Service."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, RootModel

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services import cmdlets, net
from troubleshoot.lab.windows.services.catalog import AUTO, DISABLED, MANUAL, Standard, catalog_for
from troubleshoot.lab.windows.services.control import Service, ServiceControl, State
from troubleshoot.lab.windows.services.sc import sc
from troubleshoot.lab.windows.topic import Part, Topic

_STARTS: Final = {"auto": AUTO, "delayed": AUTO, "manual": MANUAL, "disabled": DISABLED}


class ServicePart(Part):
    """One service; what is absent has the system's default. Seconds are simulated ones."""

    display: str | None = None
    depends: tuple[str, ...] | None = None
    state: Literal["running", "stopped", "start_pending", "stop_pending"] | None = None
    start: Literal["auto", "delayed", "manual", "disabled"] | None = None
    account: str | None = None
    group: str | None = None
    stop_seconds: float = Field(default=2.0, ge=0)
    start_seconds: float = Field(default=1.0, ge=0)
    hangs_stopping: bool = False
    fails: int = Field(default=0, ge=0)
    absent: bool = False


class ServicesPart(RootModel[dict[str, Annotated[ServicePart, BeforeValidator(lambda v: {} if v is None else v)]]]):
    """Services by name, added to those that every Windows has."""

    root: dict[str, Annotated[ServicePart, BeforeValidator(lambda v: {} if v is None else v)]] = {}


def _build(machine: Machine, part: ServicesPart) -> ServiceControl:
    control = ServiceControl(machine)
    written = {name.casefold(): (name, item) for name, item in part.root.items()}
    for standard in catalog_for(machine.role):
        _, item = written.pop(standard.name.casefold(), ("", ServicePart()))
        if not item.absent:
            control.add(_standard(machine, standard, item))
    for name, item in written.values():
        control.add(_service(name, item))
    return control


def _standard(machine: Machine, standard: Standard, item: ServicePart) -> Service:
    base = ServicePart(
        display=machine.personality.text(standard.display, standard.german),
        depends=standard.depends,
        state="running" if standard.running else "stopped",
        start={AUTO: "auto", MANUAL: "manual", DISABLED: "disabled"}[standard.start],  # type: ignore[arg-type]
        account=standard.account,
        group=standard.group,
    )
    return _service(standard.name, base.model_copy(update=item.model_dump(exclude_unset=True)))


def _service(name: str, item: ServicePart) -> Service:
    return Service(
        name=name,
        display=item.display or name,
        depends=item.depends or (),
        state=State[(item.state or "running").upper()],
        start_type=_STARTS[item.start or "auto"],
        delayed=item.start == "delayed",
        account=item.account or "LocalSystem",
        group=item.group or "",
        stop_seconds=item.stop_seconds,
        start_seconds=item.start_seconds,
        hangs_stopping=item.hangs_stopping,
        fails=item.fails,
    )


TOPIC = Topic(
    section="services",
    schema=ServicesPart,
    build=_build,
    tools={"sc": sc, "net": net.net, "net start": net.start, "net stop": net.stop},
    cmdlets={
        "get-service": cmdlets.get_service,
        "start-service": cmdlets.start_service,
        "stop-service": cmdlets.stop_service,
        "restart-service": cmdlets.restart_service,
        "set-service": cmdlets.set_service,
    },
    wmi={("root\\cimv2", "win32_service"): cmdlets.win32_service},
    standard=True,
)
