"""The verbs of certutil that show and change stores: -store, -addstore, -delstore, -dsPublish, -pulse, -dump."""

from __future__ import annotations

import asyncio

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.ldap.filters import values_of
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki import errors, ntauth
from troubleshoot.lab.windows.pki.authority import authority
from troubleshoot.lab.windows.pki.errors import CertutilError
from troubleshoot.lab.windows.pki.request import Request
from troubleshoot.lab.windows.pki.show import entry

_PULSE_SECONDS = 4.0


def store(request: Request) -> None:
    """`[-enterprise] -store [name]`, or the LDAP address of an attribute."""
    name = request.arguments[0] if request.arguments else "CA"
    if name.lower().startswith("ldap:"):
        return _directory_store(request, name)
    keyed = name.lower() == "my" and "-enterprise" not in request.flags
    _show(request, name, _members(request, name), keyed)
    return None


def _members(request: Request, name: str) -> list[bytes]:
    machine = request.machine
    if name.lower() == "ntauth" and "-enterprise" in request.flags:
        return list(_copy(machine).certificates.values())
    found = authority(machine)
    if found is not None and name.lower() in ("my", "ca"):
        return [item.der for item in found.certificates]
    if name.lower() in ("my", "ca", "root", "ntauth"):
        return []
    raise CertutilError(errors.NOT_FOUND)


def _copy(machine: Machine) -> ntauth.TrustCopy:
    try:
        return ntauth.trust_copy(machine)
    except LookupError:
        raise CertutilError(errors.NOT_FOUND) from None


def _directory_store(request: Request, address: str) -> None:
    directory, dc = request.controller()
    dn, _, attribute = address.partition("///")[2].partition("?")
    found = directory.read(dn, dc)
    if found is None:
        raise CertutilError(errors.NO_FILE)
    wanted = attribute.partition("?")[0].casefold() or "cacertificate"
    values = [value for value in values_of(found, wanted) if isinstance(value, bytes)]
    _show(request, address, values, keyed=False)


def _show(request: Request, title: str, certificates: list[bytes], keyed: bool) -> None:
    call = request.call
    call.out(f"{title}\n")
    for number, der in enumerate(certificates):
        call.out(entry(request.machine, number, der))
        call.out(
            call.text(
                "  Provider = Microsoft Software Key Storage Provider\n",
                "  Anbieter = Microsoft Software Key Storage Provider\n",
            )
            if keyed
            else call.text("No key provider information\n", "Keine Schlüsselanbieterinformationen\n")
        )
        if number < len(certificates) - 1:
            call.out("\n")


def add(request: Request) -> None:
    """`-enterprise -addstore NTAuth file`."""
    _need_copy(request)
    der = request.read_certificate(request.argument(1))
    _elevated(request)
    new = _copy(request.machine).add(der)
    call = request.call
    call.out("NTAuth\n")
    call.out(
        call.text("Certificate added to store.\n", "Zertifikat wurde zum Speicher hinzugefügt.\n")
        if new
        else call.text("Certificate already in store.\n", "Das Zertifikat befindet sich bereits im Speicher.\n")
    )


def remove(request: Request) -> None:
    """`-enterprise -delstore NTAuth hash`."""
    _need_copy(request)
    wanted = request.argument(1).replace(" ", "")
    _elevated(request)
    der = _copy(request.machine).certificates.get(wanted.lower())
    if der is None:
        raise CertutilError(errors.NOT_FOUND)
    request.call.out("NTAuth\n")
    deleting = request.call.text("Deleting Certificate 0", "Zertifikat 0 wird gelöscht")
    request.call.out(f"{deleting}\n{entry(request.machine, 0, der)}")
    _copy(request.machine).remove(wanted)


def _need_copy(request: Request) -> None:
    if "-enterprise" not in request.flags or request.argument(0).lower() != "ntauth":
        raise CertutilError(errors.INVALID)


def _elevated(request: Request) -> None:
    if not request.call.logon.elevated:
        raise CertutilError(errors.ACCESS_DENIED)


def publish(request: Request) -> None:
    """`-dsPublish file NTAuthCA`: add the certificate to the object of one controller."""
    der = request.read_certificate(request.argument(0))
    if request.argument(1).lower() != "ntauthca":
        raise CertutilError(errors.INVALID)
    directory, dc = request.controller()
    dn = ntauth.ntauth_dn(directory)
    request.call.out(f"ldap:///{dn}?cACertificate\n\n")
    if not directory.may_write(dn, request.call.logon):
        raise CertutilError(errors.ACCESS_DENIED)
    try:
        new = ntauth.publish(directory, der, dc)
    except OperatorError:
        raise CertutilError(errors.UNWILLING) from None
    request.call.out(
        request.call.text("Certificate added to DS store.\n\n", "Zertifikat wurde dem DS-Speicher hinzugefügt.\n\n")
        if new
        else request.call.text(
            "Certificate already in DS store.\n\n", "Zertifikat befindet sich bereits im DS-Speicher.\n\n"
        )
    )


def pulse(request: Request) -> None:
    """`-pulse`: wake automatic enrolment, which refreshes the host's copy of NTAuth after a moment."""
    request.machine.spawn(_refresh_soon(request.machine))


async def _refresh_soon(machine: Machine) -> None:
    """Automatic enrolment at work in the background."""
    await asyncio.sleep(_PULSE_SECONDS * machine.estate.pace)
    if machine.has("certificates"):
        ntauth.trust_copy(machine).refresh()


def dump(request: Request) -> None:
    """`-dump [file]`: a certificate file; without one, the CA that the host knows."""
    call = request.call
    if request.arguments:
        call.out(entry(request.machine, 0, request.read_certificate(request.arguments[0])))
        return
    found = authority(request.machine)
    if found is None:
        raise CertutilError(errors.NO_LOCAL_CA)
    call.out(call.text("Entry 0: (Local)\n", "Eintrag 0: (Lokal)\n"))
    call.out(f"  Name:                   \t`{found.name}'\n  Config:                 \t`{found.config}'\n")
