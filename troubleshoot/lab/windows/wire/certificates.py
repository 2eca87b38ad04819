"""Certificates for the lab: an authority of its own, server certificates good and bad, client certificates."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from troubleshoot.lab.windows.wire.accounts import TlsFiles

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_UPN: Final = "1.3.6.1.4.1.311.20.2.3"  # otherName that carries a user principal name
_UTF8_STRING: Final = 0x0C


def make_tls(
    folder: Path, names: Sequence[str], *, expired: bool = False, trusted: bool = True, self_signed: bool = False
) -> TlsFiles:
    """Write an authority and a server certificate for DNS names and addresses into ``folder``.

    ``ca`` of the result is what a client has to trust; with ``trusted`` False it is another authority's certificate.
    ``expired``: the certificate ended yesterday. Client certificates of :func:`make_client` are accepted.
    """
    authority = _Authority("Lab Authority")
    signer = authority if not self_signed else None
    key = _new_key()
    certificate = _certificate(names[0], key, signer, _names(names), expired=expired)
    shown = authority if trusted else _Authority("Other Authority")
    ca = _write(folder / "ca.pem", _pem(certificate if self_signed and trusted else shown.certificate))
    client_ca = _write(folder / "client-ca.pem", _pem(authority.certificate))
    _write(folder / "ca.key", _key_pem(authority.key))
    return TlsFiles(
        certificate=_write(folder / "server.pem", _pem(certificate)),
        key=_write(folder / "server.key", _key_pem(key)),
        client_ca=client_ca,
        ca=ca,
    )


def make_client(folder: Path, upn: str, name: str = "client") -> TlsFiles:
    """Write a client certificate with a user principal name, signed by the authority of :func:`make_tls`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = upn.encode()
    value = bytes((_UTF8_STRING, len(text))) + text
    other = x509.OtherName(x509.ObjectIdentifier(_UPN), value)
    authority = _Authority.__new__(_Authority)
    authority.certificate = x509.load_pem_x509_certificate((folder / "client-ca.pem").read_bytes())
    authority.key = load_pem_private_key((folder / "ca.key").read_bytes(), None)  # type: ignore[assignment]
    key = _new_key()
    certificate = _certificate(upn.partition("@")[0], key, authority, [other], client=True)
    return TlsFiles(
        certificate=_write(folder / f"{name}.pem", _pem(certificate)), key=_write(folder / f"{name}.key", _key_pem(key))
    )


def principal_names(certificate: bytes) -> list[str]:
    """The user principal names in a DER certificate's subject alternative names."""
    from cryptography import x509

    try:
        extension = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (ValueError, x509.ExtensionNotFound):
        return []
    others = extension.value.get_values_for_type(x509.OtherName)
    return [_utf8(other.value) for other in others if other.type_id.dotted_string == _UPN]


def _utf8(der: bytes) -> str:
    """A DER UTF8String of up to 127 bytes; a longer one is no principal name."""
    if len(der) < 2 or der[0] != _UTF8_STRING or der[1] != len(der) - 2:
        return ""
    return der[2:].decode("utf-8", "replace")


class _Authority:
    def __init__(self, name: str) -> None:
        self.key = _new_key()
        self.certificate = _certificate(name, self.key, None, [], authority=True)


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _names(names: Sequence[str]) -> list[x509.GeneralName]:
    from cryptography import x509

    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    signer: _Authority | None,
    alternatives: Sequence[x509.GeneralName],
    *,
    expired: bool = False,
    authority: bool = False,
    client: bool = False,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signing = signer.key if signer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=-1 if expired else 30))
        .add_extension(x509.BasicConstraints(ca=authority or signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .add_extension(_usage(authority=authority or signer is None), critical=True)
    )
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if not authority:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(signing, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return path
