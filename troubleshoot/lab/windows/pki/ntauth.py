"""NTAuth: the directory's object, one copy per domain controller, and the copy that every host keeps of it."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.registry.store import registry

KEY_SERVICES: Final = "CN=Public Key Services,CN=Services"
CACHE_KEY: Final = "HKLM\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\NTAuth\\Certificates"
POLICY_KEY: Final = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\AutoEnrollment"
DISABLED: Final = 0x8000  # of AEPolicy
_CERTIFICATE: Final = 32


def ntauth_dn(directory: Directory) -> str:
    """The DN of the object."""
    return f"CN=NTAuthCertificates,{KEY_SERVICES},{directory.configuration}"


def sha1(der: bytes) -> str:
    """A certificate's thumbprint, lower-case hex."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest()


def published(directory: Directory, dc: str | None = None) -> list[bytes]:
    """The certificates in one controller's copy of the object."""
    found = directory.read(ntauth_dn(directory), dc)
    return list(found.get("cACertificate", ())) if found else []


def seed(directory: Directory, der: bytes, on: tuple[str, ...] | None) -> None:
    """Put a certificate into the copies of the given controllers (default: all), as if it were there for long."""
    for name in directory.controllers if on is None else on:
        values = published(directory, name)
        if der not in values:
            directory.seed(ntauth_dn(directory), _attributes([*values, der]), [name])


def seed_empty(directory: Directory) -> None:
    """The object as it is before the first CA."""
    if directory.read(ntauth_dn(directory)) is None:
        directory.seed(ntauth_dn(directory), _attributes([]))


def _attributes(values: list[bytes]) -> dict[str, object]:
    return {
        "objectClass": "certificationAuthority",
        "name": "NTAuthCertificates",
        "cn": "NTAuthCertificates",
        "cACertificate": values,
    }


def publish(directory: Directory, der: bytes, dc: str) -> bool:
    """Add a certificate on a controller; False where it is there already. Raises OperatorError on a read-only one."""
    values = published(directory, dc)
    if der in values:
        return False
    directory.write(ntauth_dn(directory), {"cACertificate": [*values, der]}, dc)
    return True


@dataclass(slots=True)
class TrustCopy:
    """A host's own copy of NTAuth, which lives in its registry. ``source`` is the controller it is read from."""

    machine: Machine
    source: str | None

    @property
    def refreshes(self) -> bool:
        """False where the policy for automatic enrolment says "disabled"."""
        policy = registry(self.machine).get(POLICY_KEY, "AEPolicy")
        return not (isinstance(policy, int) and policy & DISABLED)

    @property
    def certificates(self) -> dict[str, bytes]:
        """The certificates by thumbprint, lower case."""
        found: dict[str, bytes] = {}
        for key in registry(self.machine).children(CACHE_KEY):
            blob = key.values.get("blob")
            if blob is not None and isinstance(blob.data, bytes):
                found[key.path.rpartition("\\")[2].lower()] = _unpacked(blob.data)
        return found

    def refresh(self) -> None:
        """What automatic enrolment does first: take the object as the host's controller has it."""
        directory = self.machine.estate.directory
        if directory is None or self.source is None or not self.refreshes:
            return
        wanted = {sha1(der) for der in published(directory, self.source)}
        for gone in self.certificates.keys() - wanted:
            self.remove(gone)
        for der in published(directory, self.source):
            self.add(der)

    def add(self, der: bytes) -> bool:
        """Add one; False where it is there already."""
        known = sha1(der) in self.certificates
        registry(self.machine).set(f"{CACHE_KEY}\\{sha1(der).upper()}", "Blob", _packed(der), "REG_BINARY")
        return not known

    def remove(self, thumbprint: str) -> bool:
        """False where there is no such one."""
        return registry(self.machine).delete_key(f"{CACHE_KEY}\\{thumbprint.upper()}")


def _packed(der: bytes) -> bytes:
    """A serialized store element: CERT_SHA1_HASH_PROP_ID, then CERT_CERT_PROP_ID (wincrypt.h)."""
    parts = ((3, hashlib.sha1(der, usedforsecurity=False).digest()), (_CERTIFICATE, der))
    return b"".join(struct.pack("<III", number, 1, len(data)) + data for number, data in parts)


def _unpacked(blob: bytes) -> bytes:
    place = 0
    while place + 12 <= len(blob):
        number, _, size = struct.unpack_from("<III", blob, place)
        if number == _CERTIFICATE:
            return blob[place + 12 : place + 12 + size]
        place += 12 + size
    return b""


def trust_copy(machine: Machine) -> TrustCopy:
    """The copy of a host. Raises LookupError on one without (it is no domain member)."""
    return machine.state("certificates", TrustCopy)
