"""Certificates of the simulated CAs are real ones: indices, keys, cross certificates, extensions, signatures."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from troubleshoot.lab.windows.pki.certificates import CaCertificate, Renewal, make
from troubleshoot.lab.windows.pki.show import ca_version, name

DAY = 86400
# Installed, new key, same key, same key, new key: the example of Microsoft's page on the renewal of CAs.
RENEWALS = [Renewal(1_600_000_000 + n * 400 * DAY, 3650, new) for n, new in enumerate((True, True, False, False, True))]


def made() -> list[CaCertificate]:
    return make("Test CA", "corp.example", "Root CA", RENEWALS)


def test_the_suffixes_of_files_count_renewals_and_keys_apart() -> None:
    assert [(item.index, item.key, item.suffix) for item in made() if item.cross is None] == [
        (0, 0, ""),
        (1, 1, "(1)"),
        (2, 1, "(2)"),
        (3, 1, "(3)"),
        (4, 4, "(4)"),
    ]
    assert [item.suffix for item in made() if item.cross is not None] == ["(0-1)", "(1-0)", "(1-4)", "(4-1)"]


def test_the_version_extension_packs_both_numbers() -> None:
    parsed = [x509.load_der_x509_certificate(item.der) for item in made()[:5]]
    assert [ca_version(item) for item in parsed] == ["V0.0", "V1.1", "V2.1", "V3.1", "V4.4"]


def test_equal_keys_and_different_ones() -> None:
    keys = [x509.load_der_x509_certificate(item.der).public_key() for item in made()[:5]]
    assert keys[1] == keys[2] == keys[3]
    assert len({key.public_numbers().x for key in keys if isinstance(key, ec.EllipticCurvePublicKey)}) == 3


def test_signatures_and_names() -> None:
    root = make("Root CA", "corp.example", None, RENEWALS[:1])[0]
    parsed = x509.load_der_x509_certificate(made()[0].der)
    parsed.verify_directly_issued_by(x509.load_der_x509_certificate(root.der))
    assert (name(parsed.subject), name(parsed.issuer)) == (made()[0].subject, made()[0].issuer)
    assert made()[0].subject == "CN=Test CA, DC=corp, DC=example"
    assert root.self_signed
    assert not made()[0].self_signed


def test_a_cross_certificate_is_signed_by_the_other_key() -> None:
    certificates = {item.suffix: x509.load_der_x509_certificate(item.der) for item in made()}
    certificates["(0-1)"].verify_directly_issued_by(certificates["(1-0)"])
    assert certificates["(0-1)"].public_key() == certificates["(1)"].public_key()


def test_the_same_every_time() -> None:
    assert [item.sha1 for item in made()] == [item.sha1 for item in made()]
    assert len({item.sha1 for item in made()}) == 9
    other = make("Other CA", "corp.example", "Root CA", RENEWALS)
    assert not {item.sha1 for item in made()} & {item.sha1 for item in other}


def test_large_indices_are_encoded_as_positive_numbers() -> None:
    renewals = [Renewal(1_600_000_000 + n * DAY, 3650, n == 0 or n == 129) for n in range(131)]
    parsed = x509.load_der_x509_certificate(make("Busy CA", "corp.example", None, renewals)[130].der)
    assert ca_version(parsed) == "V130.129"


@pytest.mark.parametrize("index", range(5))
def test_a_thumbprint_is_that_of_the_bytes(index: int) -> None:
    item = made()[index]
    from cryptography.hazmat.primitives import hashes

    assert x509.load_der_x509_certificate(item.der).fingerprint(hashes.SHA1()).hex() == item.sha1
