"""Certification authorities: the section `ca` of a host, its service, its certificates, what the forest knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.events import ERROR, INFORMATION, WARNING, write_event
from troubleshoot.lab.windows.filesystem import file_system
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki import ntauth
from troubleshoot.lab.windows.pki.authority import KINDS, PROVIDER, SERVICE, Authority, service_dn, template_dn
from troubleshoot.lab.windows.pki.certificates import Renewal, make
from troubleshoot.lab.windows.pki.ntauth import KEY_SERVICES, TrustCopy
from troubleshoot.lab.windows.registry.store import registry
from troubleshoot.lab.windows.seeds import domain_sid
from troubleshoot.lab.windows.services.control import Service, State, service_control
from troubleshoot.lab.windows.topic import Part, Topic

_DAY: Final = 86400
_CONFIGURATION: Final = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration"
_FOLDER: Final = "C:\\Windows\\System32\\CertSrv\\CertEnroll"
_LEVELS: Final = {"information": INFORMATION, "warning": WARNING, "error": ERROR}
_ENROLL: Final = "0e10c968-78fb-11d2-90d4-00c04f79dc55"
_STATES: Final = {"valid": 3, "revoked": 2, "expired": 4}


class CertificatePart(Part):
    """One certificate of the CA, in the order of their indices."""

    days_ago: int = Field(ge=0)
    days: int = 1825
    new_key: bool = False
    published: bool | tuple[str, ...] = True  # in NTAuth of all controllers, of none, of these
    cached: bool = True  # in the CA's own copy
    state: Literal["valid", "revoked", "expired"] = "valid"


class StartPart(Part):
    """A start of the service in the past. Without ``missing``, what the CA's copy lacks now."""

    hours_ago: float
    missing: tuple[int, ...] | None = None
    failed: bool = False


class TemplatePart(Part):
    """A template that the CA offers; ``enrollers`` are SIDs or the two letters of SDDL."""

    enrollers: tuple[str, ...] = ("DU",)


class CaPart(Part):
    """A whole CA."""

    name: str
    type: Literal["enterprise_root", "enterprise_sub", "standalone_root", "standalone_sub"] = "enterprise_sub"
    certificates: tuple[CertificatePart, ...] = Field(min_length=1)
    starts: tuple[StartPart, ...] = (StartPart(hours_ago=50),)
    templates: dict[str, TemplatePart | None] = Field(default={"User": None, "Machine": None, "WebServer": None})
    unoffered: tuple[str, ...] = ()  # of the templates: in the directory, but this CA does not issue them
    running: bool = True
    known: bool = True  # False: the forest has no enrolment service of this name
    may_publish: bool = True  # may an administrator who comes over the network write NTAuth
    reads_from: str | None = None  # the controller that the CA reads from; default: the PDC emulator
    automatic_enrolment: bool | None = None  # what the policy says; None: not configured


def _build(machine: Machine, part: CaPart) -> Authority:
    directory = machine.estate.directory
    if directory is None:
        raise AuthorError("a CA of this lab needs a domain")
    made = make(part.name, directory.domain, _parent(part), [_renewal(machine, item) for item in part.certificates])
    found = Authority(
        machine,
        part.name,
        KINDS[part.type],
        [item for item in made if item.cross is None],
        [item for item in made if item.cross is not None],
        {index: _STATES[item.state] for index, item in enumerate(part.certificates) if item.state != "valid"},
        lambda number, level, data, when: write_event(
            machine, "Application", PROVIDER, number, _LEVELS[level], data, age=machine.now - when
        ),
    )
    _files(machine, found)
    if found.enterprise:
        _publish(directory, part, found)
    _own_copy(machine, part, found)
    _configuration(machine, found)
    _service(machine, part, found)
    return found


def _parent(part: CaPart) -> str | None:
    return "Nordwind Root CA" if part.type.endswith("_sub") else None


def _renewal(machine: Machine, part: CertificatePart) -> Renewal:
    today = int(machine.now) // _DAY * _DAY
    return Renewal(today - part.days_ago * _DAY + 8 * 3600, part.days, part.new_key)


def _files(machine: Machine, found: Authority) -> None:
    """The folder in which the newest file is not always the newest certificate."""
    files = file_system(machine)
    for item in (*found.certificates, *found.crosses):
        age = machine.now - item.begins
        files.put(f"{_FOLDER}\\{machine.fqdn}_{found.name}{item.suffix}.crt", item.der, age=age)


def _publish(directory: Directory, part: CaPart, found: Authority) -> None:
    ntauth.seed_empty(directory)
    for item, written in zip(found.certificates, part.certificates, strict=True):
        if written.published is not False:
            ntauth.seed(directory, item.der, None if written.published is True else written.published)
    if not part.may_publish:
        directory.denied.add(ntauth.ntauth_dn(directory).casefold())
    for name in ("Enrollment Services", "Certificate Templates"):
        directory.seed(
            f"CN={name},{KEY_SERVICES},{directory.configuration}",
            {"objectClass": "container", "name": name, "cn": name},
        )
    if part.known:
        directory.seed(service_dn(directory, part.name), dict(_enrolment_service(part, found)))
    for name, template in part.templates.items():
        directory.seed(template_dn(directory, name), dict(_template(directory, name, template or TemplatePart())))


def _enrolment_service(part: CaPart, found: Authority) -> Iterator[tuple[str, object]]:
    yield "objectClass", "pKIEnrollmentService"
    yield "name", part.name
    yield "cn", part.name
    yield "dNSHostName", found.machine.fqdn
    yield "certificateTemplates", [name for name in part.templates if name not in part.unoffered]
    yield "cACertificate", [found.certificates[-1].der]


def _template(directory: Directory, name: str, part: TemplatePart) -> Iterator[tuple[str, object]]:
    sid = domain_sid(directory)
    entries = [f"(OA;;CR;{_ENROLL};;{trustee})" for trustee in ("DA", f"{sid}-519", *part.enrollers)]
    yield "objectClass", "pKICertificateTemplate"
    yield "name", name
    yield "cn", name
    yield "nTSecurityDescriptor", f"O:{sid}-519G:{sid}-519D:PAI{''.join(entries)}(A;;LCRPLORC;;;AU)"


def _own_copy(machine: Machine, part: CaPart, found: Authority) -> None:
    """The host's copy of NTAuth: what its controller has, but for what the lab's author says."""
    directory = machine.estate.directory
    assert directory is not None  # _build looked
    copy = TrustCopy(machine, part.reads_from or directory.pdc.name)
    copy.refresh()
    for item, written in zip(found.certificates, part.certificates, strict=True):
        copy.remove(item.sha1)
        if written.cached and found.enterprise:
            copy.add(item.der)
    if part.automatic_enrolment is not None:
        policy = 7 if part.automatic_enrolment else ntauth.DISABLED
        registry(machine).set(ntauth.POLICY_KEY, "AEPolicy", policy)
    machine.sections["certificates"] = copy


def _configuration(machine: Machine, found: Authority) -> None:
    """What the CA keeps in the registry; the hashes are in the order of the indices, their bytes apart."""
    store = registry(machine)
    store.set(_CONFIGURATION, "Active", found.name)
    key = f"{_CONFIGURATION}\\{found.name}"
    store.set(key, "CommonName", found.name)
    store.set(key, "CAServerName", machine.fqdn)
    store.set(key, "CAType", found.kind)
    hashes = (item.sha1 for item in found.certificates)
    spaced = (" ".join(value[n : n + 2] for n in range(0, len(value), 2)) for value in hashes)
    store.set(key, "CACertHash", tuple(spaced), "REG_MULTI_SZ")


def _service(machine: Machine, part: CaPart, found: Authority) -> None:
    display = machine.personality.text("Active Directory Certificate Services", "Active Directory-Zertifikatdienste")
    state = State.RUNNING if part.running else State.STOPPED
    service_control(machine).add(Service(name="CertSvc", display=display, state=state, start_seconds=3.0))
    for start in sorted(part.starts, key=lambda item: -item.hours_ago):
        when = machine.now - start.hours_ago * 3600
        if start.failed:
            found.not_started(when)
        else:
            found.started(start.missing, when)
    machine.on(f"service-started:{SERVICE}", found.started)


TOPIC = Topic(section="ca", schema=CaPart, build=_build)
