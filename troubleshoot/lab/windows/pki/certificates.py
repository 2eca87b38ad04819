"""Real certificates for the simulated certification authorities, the same ones at every build for the same day.

Extensions as AD CS sets them (MS-WCCE 2.2.2.7): CA Version 1.3.6.1.4.1.311.21.1 holds the certificate index in its low
and the key index in its high 16 bits; Previous CA Certificate Hash 1.3.6.1.4.1.311.21.2 follows at renewal.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Name, UnrecognizedExtension

_DAY: Final = 86400
_VERSION, _PREVIOUS = "1.3.6.1.4.1.311.21.1", "1.3.6.1.4.1.311.21.2"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group of P-256


@dataclass(frozen=True, slots=True)
class Renewal:
    """One certificate of a CA to make: valid from and for how many days, and whether it came with a new key."""

    begins: int  # epoch seconds
    days: int
    new_key: bool


@dataclass(frozen=True, slots=True)
class CaCertificate:
    """One made certificate. ``key`` is the key index, ``cross`` marks one that links two keys and is no index."""

    der: bytes
    index: int
    key: int
    subject: str  # as certutil writes it: CN=..., DC=corp, DC=example
    issuer: str
    serial: str
    begins: float
    ends: float
    cross: tuple[int, int] | None = None

    @property
    def sha1(self) -> str:
        """The thumbprint, lower-case hex."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest()

    @property
    def self_signed(self) -> bool:
        return self.subject == self.issuer

    @property
    def suffix(self) -> str:
        """What the name of its file carries: nothing, (2), or (0-1) for a cross certificate."""
        if self.cross is not None:
            return f"({self.cross[0]}-{self.cross[1]})"
        return f"({self.index})" if self.index else ""


def make(name: str, domain: str, parent: str | None, renewals: Sequence[Renewal]) -> list[CaCertificate]:
    """The certificates of CA ``name``, then its cross certificates; ``parent`` is None for a root CA."""
    return list(_made(name, domain, parent, tuple(renewals)))


@lru_cache(maxsize=64)
def _made(name: str, domain: str, parent: str | None, renewals: tuple[Renewal, ...]) -> tuple[CaCertificate, ...]:
    made: list[CaCertificate] = []
    key = 0
    for index, renewal in enumerate(renewals):
        key = index if renewal.new_key else key
        made.append(_Maker(name, domain, parent).certificate(index, key, renewal, made[-1] if made else None))
    return (*made, *_crossing(name, domain, made, renewals))


def _crossing(
    name: str, domain: str, made: Sequence[CaCertificate], renewals: Sequence[Renewal]
) -> Iterator[CaCertificate]:
    """Where the key changed between two certificates, each key signs the other's."""
    maker = _Maker(name, domain, None)
    for old, new in itertools.pairwise(made):
        if old.key != new.key:
            yield maker.cross(old, new, renewals[new.index])
            yield maker.cross(new, old, renewals[new.index])


@dataclass(frozen=True, slots=True)
class _Maker:
    name: str
    domain: str
    parent: str | None

    def certificate(self, index: int, key: int, renewal: Renewal, previous: CaCertificate | None) -> CaCertificate:
        issuer, signer = (self.name, key) if self.parent is None else (self.parent, 0)
        der, serial = self._signed(issuer, signer, key, index, renewal, previous)
        ends = renewal.begins + renewal.days * _DAY
        return CaCertificate(der, index, key, self._shown(self.name), self._shown(issuer), serial, renewal.begins, ends)

    def cross(self, by: CaCertificate, of: CaCertificate, renewal: Renewal) -> CaCertificate:
        der, serial = self._signed(self.name, by.key, of.key, of.index, renewal, None, salt=f"cross{by.key}")
        ends = renewal.begins + renewal.days * _DAY
        shown = self._shown(self.name)
        return CaCertificate(der, of.index, of.key, shown, shown, serial, renewal.begins, ends, (by.key, of.key))

    def _shown(self, name: str) -> str:
        return ", ".join((f"CN={name}", *(f"DC={part}" for part in self.domain.split("."))))

    def _signed(
        self,
        issuer: str,
        signer: int,
        key: int,
        index: int,
        renewal: Renewal,
        previous: CaCertificate | None,
        salt: str = "",
    ) -> tuple[bytes, str]:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization

        serial = _number(f"serial {self.name} {index} {salt}", 16) >> 1
        begins = datetime.fromtimestamp(renewal.begins, UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_distinguished(self.name, self.domain))
            .issuer_name(_distinguished(issuer, self.domain))
            .public_key(_key(self.name, key).public_key())
            .serial_number(serial)
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=renewal.days))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_raw(_VERSION, _integer(key << 16 | index)), critical=False)
        )
        if previous is not None:
            digest = hashlib.sha1(previous.der, usedforsecurity=False).digest()
            builder = builder.add_extension(_raw(_PREVIOUS, b"\x04\x14" + digest), critical=False)
        signed = builder.sign(_key(issuer, signer), hashes.SHA256(), ecdsa_deterministic=True)
        return signed.public_bytes(serialization.Encoding.DER), f"{serial:032x}"


def _distinguished(name: str, domain: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    parts = [x509.NameAttribute(NameOID.DOMAIN_COMPONENT, part) for part in reversed(domain.split("."))]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])


@lru_cache(maxsize=64)
def _key(name: str, index: int) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(_number(f"key {name} {index}", 32) % (_ORDER - 1) + 1, ec.SECP256R1())


def _number(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "big")


def _raw(oid: str, value: bytes) -> UnrecognizedExtension:
    from cryptography import x509

    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)


def _integer(value: int) -> bytes:
    """DER of a small INTEGER that is not negative."""
    raw = value.to_bytes(max(1, value.bit_length() // 8 + 1), "big")
    return bytes([2, len(raw)]) + raw
