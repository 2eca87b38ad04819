"""A simulated certification authority: its certificates, what it offers, and what it logs when it starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki.certificates import CaCertificate
from troubleshoot.lab.windows.pki.ntauth import KEY_SERVICES, trust_copy

PROVIDER: Final = "Microsoft-Windows-CertificationAuthority"
SERVICE: Final = "certsvc"
KINDS: Final = {"enterprise_root": 0, "enterprise_sub": 1, "standalone_root": 3, "standalone_sub": 4}
VALID: Final = 3

# (event number, event level, data by name, epoch seconds)
Log = Callable[[int, str, dict[str, str], float], None]

# Display names of the templates that Windows brings along.
TEMPLATES: Final = {
    "Administrator": "Administrator",
    "DomainController": "Domain Controller",
    "DomainControllerAuthentication": "Domain Controller Authentication",
    "KerberosAuthentication": "Kerberos Authentication",
    "Machine": "Computer",
    "SmartcardLogon": "Smartcard Logon",
    "SubCA": "Subordinate Certification Authority",
    "User": "User",
    "WebServer": "Web Server",
}


@dataclass(slots=True)
class Authority:
    """One CA. ``states`` holds the state of certificates that are not valid (2 revoked, 4 expired), by index."""

    machine: Machine
    name: str
    kind: int
    certificates: Sequence[CaCertificate]
    crosses: Sequence[CaCertificate]
    states: dict[int, int] = field(default_factory=dict)
    log: Log | None = None

    @property
    def enterprise(self) -> bool:
        return self.kind <= KINDS["enterprise_sub"]

    @property
    def config(self) -> str:
        """As `certutil -config` takes it."""
        return f"{self.machine.fqdn}\\{self.name}"

    def state_of(self, index: int) -> int:
        return self.states.get(index, VALID)

    def missing(self) -> list[int]:
        """The indices of valid certificates that the host's own copy of NTAuth lacks."""
        if not self.enterprise:
            return []
        trusted = trust_copy(self.machine).certificates
        return [item.index for item in self.certificates if item.sha1 not in trusted and self.state_of(item.index) == 3]

    def started(self, missing: Sequence[int] | None = None, at: float | None = None) -> None:
        """Log what a start logs; ``missing`` and ``at`` are for starts of the past."""
        when = self.machine.now if at is None else at
        for index in self.missing() if missing is None else missing:
            data = {"CACertIdentifier": str(index), "CACommonName": self.name}
            self._write(93, "warning", data, when)
        self._write(26, "information", {"CACommonName": self.name, "DCName": self._controller()}, when + 1)

    def not_started(self, at: float) -> None:
        """Log a start that failed."""
        reason = self.machine.personality.text(
            "The system cannot find the file specified. 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)",
            "Das System kann die angegebene Datei nicht finden. 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)",
        )
        self._write(100, "error", {"CACommonName": self.name, "ErrorCode": reason}, at)

    def _controller(self) -> str:
        source = trust_copy(self.machine).source if self.enterprise else None
        return self.machine.estate.machine(source).fqdn if source else ""

    def _write(self, number: int, level: str, data: dict[str, str], when: float) -> None:
        if self.log is not None:
            self.log(number, level, data, when)


def service_dn(directory: Directory, name: str) -> str:
    """The enrolment service of a CA."""
    return f"CN={name},CN=Enrollment Services,{KEY_SERVICES},{directory.configuration}"


def template_dn(directory: Directory, name: str) -> str:
    """A certificate template."""
    return f"CN={name},CN=Certificate Templates,{KEY_SERVICES},{directory.configuration}"


def offered(directory: Directory, name: str, dc: str | None = None) -> list[str]:
    """The templates of a CA as a controller has them."""
    found = directory.read(service_dn(directory, name), dc)
    return list(found.get("certificateTemplates", ())) if found else []


def authority(machine: Machine) -> Authority | None:
    """The CA of a host, or None where it has none."""
    return machine.state("ca", Authority) if machine.has("ca") else None
