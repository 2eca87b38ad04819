"""How certutil shows a certificate, in the language of the host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from troubleshoot.lab.windows.dates import short_date, short_time
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki.ntauth import sha1

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name

_VERSION = "1.3.6.1.4.1.311.21.1"
_SHORT = {"2.5.4.3": "CN", "0.9.2342.19200300.100.1.25": "DC", "2.5.4.10": "O", "2.5.4.6": "C"}  # by object identifier


def entry(machine: Machine, number: int, der: bytes) -> str:
    """One block of `certutil -store`. Raises ValueError where ``der`` is no certificate."""
    from cryptography import x509

    return "".join(f"{line}\n" for line in _lines(machine, number, x509.load_der_x509_certificate(der), der))


def _lines(machine: Machine, number: int, certificate: Certificate, der: bytes) -> Iterator[str]:
    text = machine.personality.text
    subject, issuer = name(certificate.subject), name(certificate.issuer)
    yield f"================ {text('Certificate', 'Zertifikat')} {number} ================"
    yield f"{text('Serial Number', 'Seriennummer')}: {certificate.serial_number:032x}"
    yield f"{text('Issuer', 'Aussteller')}: {issuer}"
    yield f" {text('NotBefore', 'Nicht vor')}: {_moment(machine, certificate.not_valid_before_utc.timestamp())}"
    yield f" {text('NotAfter', 'Nicht nach')}: {_moment(machine, certificate.not_valid_after_utc.timestamp())}"
    yield f"{text('Subject', 'Antragsteller')}: {subject}"
    if version := ca_version(certificate):
        yield f"{text('CA Version', 'Version der Zertifizierungsstelle')}: {version}"
    yield (
        text("Signature matches Public Key", "Signatur stimmt mit dem öffentlichen Schlüssel überein.")
        if (subject == issuer)
        else text("Non-root Certificate", "Kein Stammzertifikat")
    )
    if subject == issuer:
        yield text(
            "Root Certificate: Subject matches Issuer", "Stammzertifikat: Antragsteller stimmt mit Aussteller überein"
        )
    yield f"{text('Cert Hash(sha1)', 'Zertifikathash(sha1)')}: {_hash(machine, sha1(der))}"


def name(value: Name) -> str:
    """A name as certutil writes it, the most specific part first."""
    parts = [f"{_SHORT.get(item.oid.dotted_string, item.oid.dotted_string)}={item.value!s}" for item in value]
    return ", ".join(reversed(parts))


def ca_version(certificate: Certificate) -> str:
    """``V2.1``: certificate index and key index; empty for what is no certificate of a Windows CA."""
    for extension in certificate.extensions:
        if extension.oid.dotted_string == _VERSION:
            packed = int.from_bytes(extension.value.public_bytes()[2:], "big")
            return f"V{packed & 0xFFFF}.{packed >> 16}"
    return ""


def _moment(machine: Machine, seconds: float) -> str:
    return f"{short_date(machine, seconds)} {short_time(machine, seconds)}"


def _hash(machine: Machine, value: str) -> str:
    """Windows 8 and Server 2012 dropped the blanks."""
    if machine.personality.version >= (6, 2):
        return value
    return " ".join(value[n : n + 2] for n in range(0, len(value), 2))
