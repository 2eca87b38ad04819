"""The simulated Active Directory: objects with one copy per domain controller, and replication between the copies."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshoot.errors import OperatorError

if TYPE_CHECKING:
    from troubleshoot.lab.windows.topic import Logon

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
    denied: set[str] = field(default_factory=set)  # lower-case DNs that only the system may write

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

    def below(self, dn: str, dc: str | None = None, *, direct: bool = False) -> list[Attributes]:
        """One DC's copies of the objects below ``dn`` (only its children where ``direct``), in order of their DN."""
        where = self.controller(dc) if dc else self.pdc
        ending = f",{dn.casefold()}"
        keys = sorted(key for key in where.objects if key.endswith(ending))
        return [where.objects[key] for key in keys if not direct or _parent(key) == dn.casefold()]

    def may_write(self, dn: str, logon: Logon) -> bool:
        """May this account change the object, as far as permissions go."""
        return logon.system or dn.casefold() not in self.denied

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
        for _ in self.controllers:
            for puller in self.controllers.values():
                self.pull(puller.name, under)
        return [dc.name for dc in self.controllers.values() if dc.blocked]

    def sources(self, puller: str) -> list[DomainController]:
        """The DCs that one pulls from."""
        asking = self.controller(puller)
        names = asking.partners or tuple(name for name in self.controllers if name != asking.name)
        return [found for name in names if not (found := self.controllers[name]).read_only]

    def pull(self, puller: str, under: str = "", outside: str = "") -> bool:
        """Let one DC take what is newer at its partners; False where its inbound replication fails.

        ``under`` is the naming context, ``outside`` one inside of it that is left out.
        """
        asking, suffix = self.controller(puller), under.casefold()
        if asking.blocked:
            return False
        for source in self.sources(puller):
            for key, stamp in source.stamps.items():
                if outside and key.endswith(outside.casefold()):
                    continue
                if key.endswith(suffix) and stamp > asking.stamps.get(key, 0):
                    asking.objects[key] = dict(source.objects[key])
                    asking.stamps[key] = stamp
        return True


def _parent(key: str) -> str:
    """The DN of the container; a comma behind a backslash belongs to a name."""
    place = key.find(",")
    while place > 0 and key[place - 1] == "\\":
        place = key.find(",", place + 1)
    return key[place + 1 :] if place >= 0 else ""
