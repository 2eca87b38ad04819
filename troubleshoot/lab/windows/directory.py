"""The simulated Active Directory: objects with one copy per domain controller, and replication between the copies."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troubleshoot.errors import OperatorError

Attributes = dict[str, Any]


@dataclass(slots=True)
class DomainController:
    """One DC's copy of the directory. ``partners`` are the DCs it pulls from; a read-only DC never is one."""

    name: str  # the inventory name of the host
    site: str = "Default-First-Site-Name"
    read_only: bool = False
    pdc: bool = False
    partners: tuple[str, ...] = ()
    blocked: bool = False  # inbound replication fails
    objects: dict[str, Attributes] = field(default_factory=dict)  # lower-case DN -> attributes
    stamps: dict[str, int] = field(default_factory=dict)  # lower-case DN -> version of the copy
    guid: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(slots=True)
class Directory:
    """One forest with one domain."""

    domain: str  # corp.example
    netbios: str  # CORP
    controllers: dict[str, DomainController] = field(default_factory=dict)
    version: int = 0

    @property
    def base(self) -> str:
        """The DN of the domain: ``DC=corp,DC=example``."""
        return ",".join(f"DC={part}" for part in self.domain.split("."))

    @property
    def configuration(self) -> str:
        return f"CN=Configuration,{self.base}"

    @property
    def pdc(self) -> DomainController:
        """The DC that holds the PDC emulator role."""
        return next(dc for dc in self.controllers.values() if dc.pdc)

    def controller(self, name: str) -> DomainController:
        """A DC by any form of its name. Raises OperatorError."""
        wanted = name.casefold().partition(".")[0].rstrip("$")
        found = self.controllers.get(wanted)
        if found is None:
            raise OperatorError(f"the lab has no domain controller {name}")
        return found

    def read(self, dn: str, dc: str | None = None) -> Attributes | None:
        """One DC's copy of an object (default: the PDC emulator's), or None where it has none."""
        where = self.controller(dc) if dc else self.pdc
        return where.objects.get(dn.casefold())

    def write(self, dn: str, changes: Mapping[str, Any], dc: str | None = None) -> None:
        """Set attributes on one writable DC; the others learn by :meth:`replicate`. Raises OperatorError on an RODC."""
        where = self.controller(dc) if dc else self.pdc
        if where.read_only:
            raise OperatorError(f"{where.name} is read-only")
        self.version += 1
        key = dn.casefold()
        where.objects[key] = {**where.objects.get(key, {}), "distinguishedName": dn, **changes}
        where.stamps[key] = self.version

    def seed(self, dn: str, attributes: Mapping[str, Any], on: Iterable[str] | None = None) -> None:
        """Put an object on the given DCs (default: all) as if replicated long ago."""
        self.version += 1
        for name in self.controllers if on is None else on:
            controller = self.controller(name)
            controller.objects[dn.casefold()] = {"distinguishedName": dn, **attributes}
            controller.stamps[dn.casefold()] = self.version

    def replicate(self, under: str = "") -> list[str]:
        """Carry newer objects below ``under`` to every DC that can pull; returns the DCs that could not."""
        suffix = under.casefold()
        for _ in self.controllers:
            for puller in self.controllers.values():
                if not puller.blocked:
                    self._pull(puller, suffix)
        return [dc.name for dc in self.controllers.values() if dc.blocked]

    def _pull(self, puller: DomainController, suffix: str) -> None:
        names = puller.partners or tuple(n for n in self.controllers if n != puller.name)
        for source in (self.controllers[name] for name in names):
            if source.read_only:
                continue
            for key, stamp in source.stamps.items():
                if key.endswith(suffix) and stamp > puller.stamps.get(key, 0):
                    puller.objects[key] = dict(source.objects[key])
                    puller.stamps[key] = stamp
