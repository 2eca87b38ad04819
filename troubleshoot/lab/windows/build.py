"""From the `windows:` part of `lab.yaml` to running hosts: checked against the schema, the topics built in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.personality import PERSONALITIES
from troubleshoot.lab.windows.schema import DomainPart, HostPart, WindowsPart
from troubleshoot.lab.windows.seeds import seed_directory
from troubleshoot.lab.windows.topic import Topic
from troubleshoot.lab.windows.topics import topics

Model = TypeVar("Model", bound=BaseModel)

_ROLES = {"standalone": 2, "member": 3, "dc": 4}
_UPTIME = 9 * 86400.0


class Misplaced(AuthorError):
    """An error in the `windows:` part; ``path`` leads to it from there, for a reader who knows the file's lines."""

    def __init__(self, path: tuple[int | str, ...], problem: str) -> None:
        super().__init__(f"{'.'.join(str(part) for part in ('windows', *path))}: {problem}")
        self.path, self.problem = path, problem


def build_estate(plain: Mapping[str, Any], *, pace: float = 0.01, clock: Callable[[], float] = time.time) -> Estate:
    """Boot the hosts of a `windows:` part (plain maps, lists and text).

    ``pace`` scales simulated waiting; ``clock`` gives epoch seconds. Raises :class:`Misplaced` for what is wrong in it.
    """
    part = _checked(WindowsPart, plain, ())
    estate = Estate(pace=pace, clock=clock)
    if part.domain is not None:
        estate.directory = _directory(part.domain, part.hosts)
    for name, host in part.hosts.items():
        estate.machines[name] = _machine(estate, name, host, part.domain)
    if estate.directory is not None:
        seed_directory(estate)
    for name, host in part.hosts.items():
        estate.machines[name].sections["wire"] = host.wire
    parsed = {name: _sections(name, host.sections) for name, host in part.hosts.items()}
    for topic in topics():
        for name, machine in estate.machines.items():
            if topic.section in parsed[name]:
                _build(topic, machine, parsed[name][topic.section])
    return estate


def _build(topic: Topic, machine: Machine, section: Any) -> None:
    try:
        machine.sections[topic.section] = topic.build(machine, section)
    except AuthorError as error:
        raise Misplaced(("hosts", machine.name, topic.section), error.message) from error


def _checked(kind: type[Model], value: Any, path: tuple[int | str, ...]) -> Model:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise Misplaced((*path, *first["loc"]), first["msg"]) from error


def _sections(name: str, written: Mapping[str, Any]) -> dict[str, BaseModel]:
    """Each topic's section, parsed; standard topics always have one."""
    known = {topic.section: topic for topic in topics()}
    for section in written:
        if section not in known:
            raise Misplaced(("hosts", name, section), f"no such section (known: {', '.join(sorted(known))})")
    return {
        topic.section: _section(name, topic, written.get(topic.section))
        for topic in topics()
        if topic.standard or topic.section in written
    }


def _section(name: str, topic: Topic, written: Any) -> BaseModel:
    return _checked(topic.schema, {} if written is None else written, ("hosts", name, topic.section))


def _directory(domain: DomainPart, hosts: Mapping[str, HostPart]) -> Directory:
    for name in domain.controllers:
        if name not in hosts:
            raise Misplaced(("domain", "controllers", name), "no such host under windows.hosts")
    writable = [name for name, part in domain.controllers.items() if not part.read_only]
    if not writable:
        raise Misplaced(("domain", "controllers"), "a domain needs a writable controller")
    pdc = next((name for name, part in domain.controllers.items() if part.pdc), writable[0])
    if pdc not in writable:
        raise Misplaced(("domain", "controllers", pdc), "a read-only controller cannot be the PDC emulator")
    controllers = {
        name: DomainController(name, part.site, part.read_only, name == pdc, part.partners, part.blocked)
        for name, part in domain.controllers.items()
    }
    return Directory(domain.name, domain.netbios, controllers)


def _machine(estate: Estate, name: str, part: HostPart, domain: DomainPart | None) -> Machine:
    role = _role(name, part, domain)
    suffix = f".{domain.name}" if domain is not None and role != _ROLES["standalone"] else ""
    return Machine(
        name=name,
        fqdn=part.fqdn or f"{name}{suffix}",
        personality=PERSONALITIES[part.os],
        estate=estate,
        role=5 if estate.directory is not None and role == 4 and estate.directory.pdc.name == name else role,
        addresses=tuple(str(address) for address in part.addresses),
        booted=estate.clock() - _UPTIME,
    )


def _role(name: str, part: HostPart, domain: DomainPart | None) -> int:
    controls = domain is not None and name in domain.controllers
    if part.role is not None and (part.role == "dc") != controls:
        raise Misplaced(("hosts", name, "role"), "domain controllers are those under windows.domain.controllers")
    if part.role == "member" and domain is None:
        raise Misplaced(("hosts", name, "role"), "a member needs windows.domain")
    return _ROLES["dc" if controls else part.role or ("member" if domain else "standalone")]
