"""The service control manager: which services there are, who depends on whom, starting and stopping in real order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.catalog import AUTO, DISABLED, DRIVER, OWN, SHARE

ACCESS_DENIED: Final = 5
DEPENDANTS_RUNNING: Final = 1051
NO_CONTROL_NOW: Final = 1061
ALREADY_RUNNING: Final = 1056
IS_DISABLED: Final = 1058
NO_SUCH_SERVICE: Final = 1060
NOT_STARTED: Final = 1062
DEPENDENCY_FAILED: Final = 1068
NEVER_STARTED: Final = 1077
_PATIENCE: Final = 1.0  # real seconds that a wait lasts at least, however fast the lab's time runs


class State(IntEnum):
    """The numbers that `sc query` shows."""

    STOPPED = 1
    START_PENDING = 2
    STOP_PENDING = 3
    RUNNING = 4


class Refused(Exception):
    """The control manager does not do it: ``code`` is the Win32 error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Service:
    """One service. Times are simulated seconds; ``fails`` is the Win32 error with which every start ends."""

    name: str
    display: str
    depends: tuple[str, ...] = ()
    state: State = State.RUNNING
    start_type: int = AUTO
    delayed: bool = False
    account: str = "LocalSystem"
    group: str = ""  # svchost group, image:<file>, driver:<file>; empty: an image named after the service
    stop_seconds: float = 2.0
    start_seconds: float = 1.0
    hangs_stopping: bool = False
    fails: int = 0
    pid: int = 0
    started: float = 0.0  # epoch seconds of the last start
    exit_code: int = 0

    @property
    def key(self) -> str:
        return self.name.casefold()

    @property
    def type(self) -> int:
        if self.group.startswith("driver:"):
            return DRIVER
        return OWN if not self.group or (self.group.startswith("image:") and "lsass" not in self.group) else SHARE

    @property
    def binary(self) -> str:
        """The image path with its arguments."""
        kind, _, image = self.group.partition(":")
        if kind == "driver":
            return f"system32\\drivers\\{image}"
        if kind == "image":
            return f"C:\\Windows\\system32\\{image}"
        if self.group:
            return f"C:\\Windows\\System32\\svchost.exe -k {self.group}"
        return f"C:\\Program Files\\{self.display}\\{self.name}.exe"


@dataclass(slots=True)
class ServiceControl:
    """All services of a host by lower-case name."""

    machine: Machine
    services: dict[str, Service] = field(default_factory=dict)
    images: dict[str, tuple[int, float]] = field(default_factory=dict)  # host process -> its id and start
    next_pid: int = 500
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # set at the next change of any state

    def add(self, service: Service) -> Service:
        """Register a service that a role brings; where the lab's author described it, his words stay."""
        present = self.services.setdefault(service.key, service)
        if present.state is State.RUNNING and not present.pid:
            self._run(present, self.machine.booted + 20)
        return present

    def find(self, name: str) -> Service | None:
        """By name, else by display name."""
        wanted = name.casefold()
        found = self.services.get(wanted)
        return found or next((s for s in self.services.values() if s.display.casefold() == wanted), None)

    def get(self, name: str) -> Service:
        """By name or display name; raises Refused."""
        found = self.find(name)
        if found is None:
            raise Refused(NO_SUCH_SERVICE)
        return found

    def running(self, name: str) -> bool:
        """False where there is no such service, too."""
        found = self.services.get(name.casefold())
        return found is not None and found.state is State.RUNNING

    def dependants(self, service: Service, *, active: bool = False) -> list[Service]:
        """All that need it, directly or not, those that stop first at the front."""
        ordered: dict[str, Service] = {}
        for other in self.services.values():
            if service.key in (name.casefold() for name in other.depends):
                for needed in (*self.dependants(other), other):
                    ordered.setdefault(needed.key, needed)
        return [s for s in ordered.values() if not active or s.state is not State.STOPPED]

    def required(self, service: Service) -> Iterator[Service]:
        """What it needs directly."""
        return (self.services[name.casefold()] for name in service.depends if name.casefold() in self.services)

    def stop(self, service: Service) -> None:
        """Begin to stop; the rest happens in the background. Raises Refused."""
        if service.state is State.STOPPED:
            raise Refused(NOT_STARTED)
        if service.state is not State.RUNNING:
            raise Refused(NO_CONTROL_NOW)
        if self.dependants(service, active=True):
            raise Refused(DEPENDANTS_RUNNING)
        self._enter(service, State.STOP_PENDING)
        self.machine.spawn(self._stopping(service))

    def start(self, service: Service) -> None:
        """Begin to start, with what it needs; the rest happens in the background. Raises Refused."""
        if service.state is not State.STOPPED:
            raise Refused(ALREADY_RUNNING)
        if service.start_type == DISABLED:
            raise Refused(IS_DISABLED)
        for needed in self.required(service):
            if needed.state is State.STOPPED and (needed.start_type == DISABLED or needed.fails):
                raise Refused(DEPENDENCY_FAILED)
        if service.fails:
            service.exit_code = service.fails
            raise Refused(service.fails)
        self._enter(service, State.START_PENDING)
        self.machine.spawn(self._starting(service))

    async def settled(self, service: Service, wanted: State, seconds: float = 30.0) -> bool:
        """Wait until a service is in a state, at most so many simulated seconds."""
        try:
            async with asyncio.timeout(max(seconds * self.machine.estate.pace, _PATIENCE)):
                while service.state is not wanted:
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True

    def _enter(self, service: Service, state: State) -> None:
        service.state = state
        event, self.changed = self.changed, asyncio.Event()
        event.set()

    async def _stopping(self, service: Service) -> None:
        await asyncio.sleep(service.stop_seconds * self.machine.estate.pace)
        if service.hangs_stopping or service.state is not State.STOP_PENDING:
            return
        self._end(service)

    async def _starting(self, service: Service) -> None:
        for needed in list(self.required(service)):
            if needed.state is State.STOPPED:
                self.start(needed)
            await self.settled(needed, State.RUNNING)
        await asyncio.sleep(service.start_seconds * self.machine.estate.pace)
        if service.state is State.START_PENDING:
            self._run(service, self.machine.now)
            self._report(service, "running", "Ausgeführt")
            self.machine.emit(f"service-started:{service.key}")

    def _end(self, service: Service) -> None:
        service.pid, service.exit_code = 0, 0
        self._enter(service, State.STOPPED)
        self._forget_image(service)
        self._report(service, "stopped", "Beendet")
        self.machine.emit(f"service-stopped:{service.key}")

    def _run(self, service: Service, moment: float) -> None:
        service.started, service.exit_code = moment, 0
        if service.type != DRIVER:
            service.pid = self._image_of(service, moment)
        self._enter(service, State.RUNNING)

    def _image_key(self, service: Service) -> str:
        """Since build 17763 each service has a svchost.exe of its own; lsass.exe always holds several services."""
        split = int(self.machine.personality.build.rpartition(".")[2]) >= 17763 and service.group != "rpcss"
        shared = service.type == SHARE and (not split or service.group.startswith("image:"))
        return service.group.casefold() if shared else service.key

    def _image_of(self, service: Service, moment: float) -> int:
        key = self._image_key(service)
        if key not in self.images:
            self.next_pid += 4 * (3 + len(self.images) % 7)
            self.images[key] = (self.next_pid, moment)
        return self.images[key][0]

    def _forget_image(self, service: Service) -> None:
        key = self._image_key(service)
        if not any(s.pid and self._image_key(s) == key for s in self.services.values()):
            self.images.pop(key, None)

    def _report(self, service: Service, english: str, german: str) -> None:
        from troubleshoot.lab.windows.events import write_event

        state = self.machine.personality.text(english, german)
        data = {"param1": service.display, "param2": state}
        write_event(self.machine, "System", "Service Control Manager", 7036, data=data)

    def configure(self, service: Service, start_type: int, *, delayed: bool = False) -> None:
        """Change how a service starts; the registry shows it too."""
        service.start_type, service.delayed = start_type, delayed
        if self.machine.has("registry"):
            from troubleshoot.lab.windows.registry.store import registry

            key = f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\{service.name}"
            registry(self.machine).set(key, "Start", start_type)

    def power_off(self) -> None:
        """All services end at once, as at a shutdown."""
        for service in self.services.values():
            if service.state is not State.STOPPED and service.type != DRIVER:
                self._end(service)
        self.images.clear()

    async def power_on(self) -> None:
        """Start everything that starts by itself."""
        for service in list(self.services.values()):
            if service.start_type == AUTO and service.state is State.STOPPED and not service.fails:
                self.start(service)
                await self.settled(service, State.RUNNING)


def service_control(machine: Machine) -> ServiceControl:
    """The control manager of a host."""
    return machine.state("services", ServiceControl)
