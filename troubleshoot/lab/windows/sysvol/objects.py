"""The directory objects of the migration, in one domain controller's copy.

Names and classes as in MS-DFSR and in https://learn.microsoft.com/windows-server/storage/dfs-replication/migrate-sysvol-to-dfsr.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Final

from troubleshoot.lab.windows.directory import Attributes, Directory

STEP: Final = 16  # msDFSR-Flags holds sixteen times the number of the state
_WRITABLE_GROUP, _READ_ONLY_GROUP = 516, 521


class Objects:
    """The objects as the domain controller ``dc`` sees them; its writes go to a writable one where it is read-only."""

    def __init__(self, directory: Directory, dc: str) -> None:
        self.directory, self.dc = directory, dc

    @property
    def _system(self) -> str:
        return f"CN=System,{self.directory.base}"

    @property
    def settings_dn(self) -> str:
        return f"CN=DFSR-GlobalSettings,{self._system}"

    def dfsr_dn(self, computer: str) -> str:
        return f"CN={computer},CN=Topology,CN=Domain System Volume,{self.settings_dn}"

    def frs_dn(self, computer: str) -> str:
        return f"CN={computer},CN=Domain System Volume (SYSVOL share),CN=File Replication Service,{self._system}"

    def local_dn(self, computer: str) -> str:
        return f"CN=DFSR-LocalSettings,CN={computer},OU=Domain Controllers,{self.directory.base}"

    def find(self, dn: str) -> Attributes | None:
        """An object that has not been deleted."""
        found = self.directory.read(dn, self.dc)
        return None if found is None or found.get("isDeleted") else found

    def goal(self) -> int | None:
        """The global state; None where a migration was never started."""
        found = self.find(self.settings_dn)
        return None if found is None else int(found["msDFSR-Flags"]) // STEP

    def reached(self, computer: str) -> int:
        """The local state that a domain controller published; Start where it published none."""
        found = self.find(self.local_dn(computer))
        return 0 if found is None else int(found["msDFSR-Flags"]) // STEP

    def set_goal(self, state: int, now: float) -> None:
        moment = datetime.fromtimestamp(now, UTC)
        self._write(self.settings_dn, "msDFSR-GlobalSettings", {"msDFSR-Flags": state * STEP, "whenChanged": moment})

    def set_reached(self, computer: str, state: int) -> None:
        self._write(self.local_dn(computer), "msDFSR-LocalSettings", {"msDFSR-Flags": state * STEP})

    def add_dfsr(self, computer: str) -> None:
        self._write(self.dfsr_dn(computer), "msDFSR-Member", {})

    def add_frs(self, computer: str) -> None:
        self._write(self.frs_dn(computer), "nTFRSMember", {})

    def delete(self, dn: str) -> bool:
        """Leave a tombstone; False where there is nothing to delete."""
        if self.find(dn) is None:
            return False
        self._write(dn, "tombstone", {"isDeleted": True, "cn": ""})
        return True

    def read_only(self) -> list[str]:
        """The computer names of the read-only domain controllers."""
        accounts = self.directory.below(f"OU=Domain Controllers,{self.directory.base}", self.dc, direct=True)
        return [str(item["name"]) for item in accounts if item.get("primaryGroupID") == _READ_ONLY_GROUP]

    def all(self) -> list[str]:
        """The names of everything below Domain Controllers."""
        accounts = self.directory.below(f"OU=Domain Controllers,{self.directory.base}", self.dc, direct=True)
        return [str(item["name"]) for item in accounts if item.get("objectClass") == "computer"]

    def _write(self, dn: str, kind: str, values: dict[str, Any]) -> None:
        where = self.dc if not self.directory.controllers[self.dc].read_only else self.directory.pdc.name
        self.directory.write(dn, new_object(kind, dn) | values, where)


def new_object(kind: str, dn: str) -> dict[str, Any]:
    """The attributes that every object has."""
    name = dn.partition(",")[0].partition("=")[2]
    return {"objectClass": kind, "cn": name, "name": name, "objectGUID": str(uuid.uuid4()), "isDeleted": False}


def account_values(*, read_only: bool, build: str) -> dict[str, Any]:
    """What a domain controller's account says about it, besides what every computer account has."""
    major, minor, number = build.split(".")[:3]
    group = _READ_ONLY_GROUP if read_only else _WRITABLE_GROUP
    return {"primaryGroupID": group, "operatingSystemVersion": f"{major}.{minor} ({number})"}
