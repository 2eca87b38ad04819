"""Incidents of cert-enrollment-event-93 on its lab, with a look into the directory and the CA."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.contract.windows_support import Running, running
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki import ntauth
from troubleshoot.lab.windows.pki.authority import Authority, authority
from troubleshoot.session.sources import HubSource

PROBLEM: Final = "cert-enrollment-event-93"


@dataclass(frozen=True, slots=True)
class Forest:
    """The lab with a fault in it, seen from inside."""

    lab: Running
    folder: Path

    @property
    def ca(self) -> Machine:
        return self.lab.estate.machines["ca01"]

    @property
    def authority(self) -> Authority:
        found = authority(self.ca)
        assert found is not None
        return found

    @property
    def directory(self) -> Directory:
        assert self.lab.estate.directory is not None
        return self.lab.estate.directory

    def published(self, dc: str) -> list[str]:
        """The thumbprints in one controller's NTAuth, sorted."""
        return sorted(ntauth.sha1(der) for der in ntauth.published(self.directory, dc))

    def cached(self) -> list[str]:
        """Those in the CA's own copy, sorted."""
        return sorted(ntauth.trust_copy(self.ca).certificates)

    def thumbprints(self) -> list[str]:
        """Those of all certificates of the CA, sorted; cross certificates are not among them."""
        return sorted(item.sha1 for item in self.authority.certificates)

    def issues(self) -> bool:
        """The lab's own truth: every controller and the CA trust each of its certificates."""
        return all(
            found == self.thumbprints() for found in (self.cached(), *map(self.published, self.directory.controllers))
        )

    async def walk(self, *fixes: str, source: HubSource | None = None, **changed: str) -> State:
        """One incident from its start to its end, consenting to ``fixes`` whatever their risk."""
        journal = self.folder / "journal.db"
        return await self.lab.walk(*fixes, journal=journal, source=source, risk=Risk.IRREVERSIBLE, **changed)


@asynccontextmanager
async def forest(fault: str, folder: Path) -> AsyncIterator[Forest]:
    """Boot the lab with ``fault`` in place."""
    async with running(PROBLEM, fault) as lab:
        yield Forest(lab, folder)
