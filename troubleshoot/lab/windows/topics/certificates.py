"""Certificates of every host: certutil, the drive Cert:, [ADSI], and the host's own copy of NTAuth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from troubleshoot.lab.windows.ldap.entries import bind, cast_searcher, new_entry, new_searcher
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki.authority import authority
from troubleshoot.lab.windows.pki.certificates import CaCertificate
from troubleshoot.lab.windows.pki.certutil import certutil
from troubleshoot.lab.windows.pki.ntauth import TrustCopy
from troubleshoot.lab.windows.powershell.types import TypeHandler, register
from troubleshoot.lab.windows.topic import Drive, Part, PsError, PsObject, Topic

register("adsi", TypeHandler(cast=bind))
register("directoryservices.directoryentry", TypeHandler(cast=bind, new=new_entry))
register("adsisearcher", TypeHandler(cast=cast_searcher))
register("directoryservices.directorysearcher", TypeHandler(cast=cast_searcher, new=new_searcher))


class CertificatesPart(Part):
    """Nothing to write: what a host trusts follows from the directory and, on a CA, from its section."""


def _build(machine: Machine, part: CertificatesPart) -> TrustCopy:
    copy = _copy(machine)
    machine.on("policy-refreshed", copy.refresh)
    return copy


def _copy(machine: Machine) -> TrustCopy:
    if isinstance(present := machine.sections.get("certificates"), TrustCopy):
        return present
    directory = machine.estate.directory
    copy = TrustCopy(machine, directory.pdc.name if directory is not None and machine.role != 2 else None)
    if copy.source is not None:
        copy.refresh()
    return copy


# --- Cert:\ ---------------------------------------------------------------------------------------------------------


def _own(machine: Machine) -> Sequence[CaCertificate]:
    found = authority(machine)
    return found.certificates if found is not None else ()


def _item(machine: Machine, path: tuple[str, ...]) -> PsObject:
    folded = [part.casefold() for part in path if part]
    if folded[:2] == ["localmachine", "my"] and len(folded) == 2:
        return PsObject("System.Security.Cryptography.X509Certificates.X509Store", {"Name": "My"})
    found = next(
        (item for item in _children(machine, path[:-1]) if item["Thumbprint"].casefold() == folded[-1:][0]), None
    )
    if found is None:
        shown = "\\".join(path)
        raise PsError(
            machine.personality.text(
                f"Cannot find path 'Cert:\\{shown}' because it does not exist.",
                f'Der Pfad "Cert:\\{shown}" kann nicht gefunden werden, da er nicht vorhanden ist.',
            ),
            "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
            category=f"ObjectNotFound: (Cert:\\{shown}:String) [Get-Item], ItemNotFoundException",
        )
    return found


def _children(machine: Machine, path: tuple[str, ...]) -> list[PsObject]:
    folded = [part.casefold() for part in path if part]
    return [_certificate(item) for item in _own(machine)] if folded == ["localmachine", "my"] else []


def _certificate(item: CaCertificate) -> PsObject:
    properties: dict[str, Any] = {
        "Thumbprint": item.sha1.upper(),
        "Subject": item.subject,
        "Issuer": item.issuer,
        "NotBefore": _local(item.begins),
        "NotAfter": _local(item.ends),
        "SerialNumber": item.serial.upper(),
        "HasPrivateKey": True,
        "RawData": item.der,
    }
    return PsObject("System.Security.Cryptography.X509Certificates.X509Certificate2", properties)


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


TOPIC = Topic(
    section="certificates",
    schema=CertificatesPart,
    build=_build,
    tools={"certutil": certutil},
    drives={"cert": Drive(_item, _children)},
    standard=True,
)
