"""Normal forms of certification authority observations; the conventions are those of `parsing.records`.

SHA-1 hashes (what Windows calls the thumbprint) are 40 lower-case hex digits without blanks, whatever the host printed.
Times are whole seconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class CaEvent(TypedDict):
    id: int
    number: int  # EventRecordID: rises with every event of the log
    time: int
    ca: str | None  # CACommonName; None: the event does not name the CA
    index: int | None  # event 93: number of the CA certificate that is missing in NTAuth
    error: str | None  # event 100: the code at the end of its data
    at: Cites


class CaEvents(TypedDict):
    """Events of the certification authority, newest first."""

    events: list[CaEvent]
    at: Cites
    unread: Cites


class CaCertificateHash(TypedDict):
    index: int  # certificate index: 0 at installation, one more at every renewal
    hash: str | None  # None: the certificate of this index was removed
    at: Cites


class CaConfiguration(TypedDict):
    """What the registry of a CA says about it."""

    name: str
    server: str  # DNS name, lower case
    enterprise: bool  # False: a stand-alone CA, which does not use NTAuth
    newest: int  # highest certificate index
    certificates: list[CaCertificateHash]
    at: Cites
    unread: Cites


class CaCertificateState(TypedDict):
    """State and version of one CA certificate (`certutil -cainfo certstate N`, `certversion N`)."""

    state: int  # 1 error, 2 revoked, 3 valid, 4 not valid (expired)
    index: int  # certificate index (the c of Vc.k)
    key: int  # key index (the k of Vc.k)
    at: Cites
    unread: Cites


class CaCertificate(TypedDict):
    """One certificate of the CA itself, with all its bytes."""

    hash: str
    subject: str
    certificate: str  # DER, base64
    expires: int
    at: Cites
    unread: Cites


class CaTemplate(TypedDict):
    name: str
    at: Cites


class CaTemplates(TypedDict):
    """Templates that a CA issues (`certutil -CATemplates`)."""

    templates: list[CaTemplate]
    at: Cites
    unread: Cites


class TrustedCertificate(TypedDict):
    hash: str
    at: Cites


class NtAuthObject(TypedDict):
    """One domain controller's copy of the object NTAuthCertificates."""

    server: str  # DNS name of the domain controller, lower case
    configuration: str  # DN of the configuration naming context
    read_only: bool
    may_write: bool | None  # may the account that asked add a certificate; None: not asked
    certificates: list[TrustedCertificate]
    at: Cites
    unread: Cites


class NtAuthCache(TypedDict):
    """A host's own copy of NTAuth."""

    certificates: list[TrustedCertificate]
    refreshes: bool  # False: a policy switches automatic enrolment off, and with it the refresh of the copy
    at: Cites
    unread: Cites


class RingController(TypedDict):
    name: str  # lower case
    dns: str | None
    read_only: bool
    at: Cites


class ControllerRing(TypedDict):
    """All domain controllers of the forest as one of them knows them, in the order of their names.

    ``next`` and ``next_dns`` name the one after the controller that was asked, the first one after the last: who goes
    on in this order meets each of them once.
    """

    controllers: list[RingController]
    next: str
    next_dns: str | None
    at: Cites
    unread: Cites


class EnrollmentService(TypedDict):
    name: str
    server: str | None  # DNS name, lower case
    templates: list[str]
    at: Cites


class EnrollmentServices(TypedDict):
    """The enterprise CAs that the directory knows."""

    services: list[EnrollmentService]
    at: Cites
    unread: Cites


class Enroller(TypedDict):
    trustee: str  # SID, or the two letters that SDDL has for a well-known one
    administrative: bool  # administrators, the system and its domain controllers: no ordinary user or computer
    at: Cites


class TemplateRights(TypedDict):
    """Who may enrol for a certificate template."""

    enrollers: list[Enroller]
    denied: list[Enroller]
    at: Cites
    unread: Cites


class ReplicationLink(TypedDict):
    context: str  # DN of the naming context, lower case
    source: str  # name of the domain controller it is pulled from, lower case
    failures: int  # consecutive ones
    status: int  # Win32 code of the last try; 0: it worked
    at: Cites


class ReplicationLinks(TypedDict):
    """From where a domain controller pulls, and how that went (`repadmin /showrepl ... /csv`)."""

    links: list[ReplicationLink]
    at: Cites
    unread: Cites


_WINDOWS = Platform.WINDOWS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "ca_events": Parser(CaEvents, {_WINDOWS: "windows.cert_events:parse"}),
        "ca_configuration": Parser(CaConfiguration, {_WINDOWS: "windows.cert_ca:parse_configuration"}),
        "ca_certificate_state": Parser(CaCertificateState, {_WINDOWS: "windows.cert_ca:parse_state"}),
        "ca_certificate": Parser(CaCertificate, {_WINDOWS: "windows.cert_ca:parse_certificate"}),
        "ca_templates": Parser(CaTemplates, {_WINDOWS: "windows.cert_ca:parse_templates"}),
        "nt_auth_object": Parser(NtAuthObject, {_WINDOWS: "windows.nt_auth:parse_object"}),
        "nt_auth_cache": Parser(NtAuthCache, {_WINDOWS: "windows.nt_auth:parse_cache"}),
        "controller_ring": Parser(ControllerRing, {_WINDOWS: "windows.cert_directory:parse_controllers"}),
        "enrollment_services": Parser(EnrollmentServices, {_WINDOWS: "windows.cert_directory:parse_services"}),
        "template_rights": Parser(TemplateRights, {_WINDOWS: "windows.cert_directory:parse_rights"}),
        "replication_links": Parser(ReplicationLinks, {_WINDOWS: "windows.replication:parse_links"}),
    }
)
