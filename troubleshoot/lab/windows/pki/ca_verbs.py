"""The verbs of certutil that ask a certification authority: -CAInfo, -ca.cert, -CATemplates, -ping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.pki import errors
from troubleshoot.lab.windows.pki.authority import SERVICE, TEMPLATES, Authority, authority, offered
from troubleshoot.lab.windows.pki.certificates import CaCertificate
from troubleshoot.lab.windows.pki.errors import CertutilError
from troubleshoot.lab.windows.pki.request import Request, pem
from troubleshoot.lab.windows.services.control import service_control

_STATES: Final = {2: ("Revoked", "Gesperrt"), 3: ("Valid", "Gültig"), 4: ("Invalid", "Ungültig")}
_KINDS: Final = {
    0: ("Enterprise Root CA", "Stammzertifizierungsstelle des Unternehmens"),
    1: ("Enterprise Subordinate CA", "Untergeordnete Zertifizierungsstelle des Unternehmens"),
    3: ("Stand-alone Root CA", "Eigenständige Stammzertifizierungsstelle"),
    4: ("Stand-alone Subordinate CA", "Eigenständige untergeordnete Zertifizierungsstelle"),
}


def asked(request: Request) -> Authority:
    """The CA that a call speaks to: the host's own, or that of -config. Raises CertutilError."""
    machine = request.machine
    config = request.values.get("-config")
    if config is not None:
        try:
            machine = machine.estate.machine(config.partition("\\")[0])
        except OperatorError:
            raise CertutilError(errors.NO_SERVER) from None
    found = authority(machine)
    if found is None:
        raise CertutilError(errors.NO_SERVER if config else errors.NO_LOCAL_CA, "" if config else _no_local(request))
    if machine is not request.machine and not (request.call.logon.delegated or request.call.logon.system):
        raise CertutilError(errors.ACCESS_DENIED)
    if not service_control(machine).running(SERVICE):
        raise CertutilError(errors.NO_SERVER)
    return found


def _no_local(request: Request) -> str:
    return request.call.text(
        "CertUtil: No local Certification Authority; use -config option",
        "CertUtil: Keine lokale Zertifizierungsstelle; verwenden Sie die Option -config",
    )


def info(request: Request) -> None:
    """`-CAInfo [property [index]]`; without a property, the usual ones."""
    found = asked(request)
    name = request.arguments[0].lower() if request.arguments else ""
    if not name:
        for show in _PROPERTIES.values():
            show(request, found, None)
        return
    if name not in _PROPERTIES:
        raise CertutilError(errors.INVALID)
    _PROPERTIES[name](request, found, _index(request, found))


def _index(request: Request, found: Authority) -> int | None:
    if len(request.arguments) < 2 or request.arguments[1] == "*":
        return None
    text = request.arguments[1]
    if not text.isdigit() or int(text) >= len(found.certificates):
        raise CertutilError(errors.INVALID)
    return int(text)


def _chosen(found: Authority, index: int | None) -> list[CaCertificate]:
    return [item for item in found.certificates if index in (None, item.index)]


def _name(request: Request, found: Authority, index: int | None) -> None:
    request.call.out(f"{request.call.text('CA name', 'Name der Zertifizierungsstelle')}: {found.name}\n")


def _sanitized(request: Request, found: Authority, index: int | None) -> None:
    label = request.call.text("Sanitized CA short name (DS name)", "Bereinigter kurzer Name der Zertifizierungsstelle")
    request.call.out(f"{label}: {found.name}\n")


def _type(request: Request, found: Authority, index: int | None) -> None:
    label = request.call.text("CA type", "Typ der Zertifizierungsstelle")
    request.call.out(f"{label}: {found.kind} -- {request.call.text(*_KINDS[found.kind])}\n")


def _count(request: Request, found: Authority, index: int | None) -> None:
    label = request.call.text("CA cert count", "Anzahl der Zertifizierungsstellenzertifikate")
    request.call.out(f"{label}: {len(found.certificates)}\n")


def _state(request: Request, found: Authority, index: int | None) -> None:
    label = request.call.text("CA cert", "Zertifizierungsstellenzertifikat")
    for item in _chosen(found, index):
        state = found.state_of(item.index)
        request.call.out(f"{label}[{item.index}]: {state} -- {request.call.text(*_STATES[state])}\n")


def _version(request: Request, found: Authority, index: int | None) -> None:
    label = request.call.text("CA cert version", "Version des Zertifizierungsstellenzertifikats")
    for item in _chosen(found, index):
        packed = item.key << 16 | item.index
        request.call.out(f"{label}[{item.index}]: 0x{packed:x} ({packed}) -- V{item.index}.{item.key}\n")


def _cross(sign: str) -> Callable[[Request, Authority, int | None], None]:
    def show(request: Request, found: Authority, index: int | None) -> None:
        label = request.call.text(f"Cross cert{sign}", f"Kreuzzertifikat{sign}")
        for item in _chosen(found, index):
            step = item.key + 1 if sign == "+" else item.key - 1
            has = any(cross.cross in ((item.key, step), (step, item.key)) for cross in found.crosses)
            state = 3 if has else 0
            shown = request.call.text(*_STATES[3]) if has else request.call.text("Incomplete", "Unvollständig")
            request.call.out(f"{label}[{item.index}]: {state} -- {shown}\n")

    return show


_PROPERTIES: Final[Mapping[str, Callable[[Request, Authority, int | None], None]]] = {
    "name": _name,
    "sanitizedname": _sanitized,
    "type": _type,
    "certcount": _count,
    "certstate": _state,
    "certversion": _version,
    "crossstate+": _cross("+"),
    "crossstate-": _cross("-"),
}


def certificate(request: Request) -> None:
    """`-ca.cert file [index]`: the CA's certificate of this index, the newest by default."""
    found = asked(request)
    path = request.argument(0)
    index = _index(request, found)
    item = found.certificates[-1 if index is None else index]
    request.write_file(path, item.der)
    label = request.call.text("CA cert", "Zertifizierungsstellenzertifikat")
    state = found.state_of(item.index)
    request.call.out(f"{label}[{item.index}]: {state} -- {request.call.text(*_STATES[state])}\n{pem(item.der)}")


def templates(request: Request) -> None:
    """`-CATemplates`: their display names come from the directory."""
    found = asked(request)
    directory, dc = request.controller()
    ending = request.call.text("Auto-Enroll: Access is denied.", "Automatisch registrieren: Zugriff verweigert")
    for name in offered(directory, found.name, dc):
        request.call.out(f"{name}: {TEMPLATES.get(name, name)} -- {ending}\n")


def ping(request: Request) -> None:
    """`-ping`: is the CA there."""
    config = request.values.get("-config")
    local = authority(request.machine)
    shown = config or (local.config if local else "")
    if shown:
        opening = request.call.text(f"Connecting to {shown} ...", f"Verbindung mit {shown} wird hergestellt ...")
        request.call.out(f"{opening}\n")
    found = asked(request)
    request.call.out(
        request.call.text(
            f'Server "{found.name}" ICertRequest2 interface is alive (31ms)\n',
            f'Schnittstelle ICertRequest2 des Servers "{found.name}" ist aktiv (31ms)\n',
        )
    )
