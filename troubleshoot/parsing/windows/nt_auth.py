"""Which CAs are trusted for logon: the object in the directory, and the copy of it that a host keeps."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshoot.parsing.areas.certificates import NtAuthCache, NtAuthObject, TrustedCertificate
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.fields import Field, every, one, read_fields

_PLACEHOLDER = "AA=="  # one zero byte: the class demands a value, so an object without certificates has this one
_OFF = 0x8000  # AEPolicy: automatic enrolment is switched off


def parse_object(pages: Sequence[Clean]) -> NtAuthObject:
    """Read `server=`, `configuration=`, `dn=`, `rodc=`, one `certificate=` (base64) for each value, and `end`.

    `writable=`, where the command prints it, says whether the asking account may write the certificates.

    Raises:
        ParseFailure: one is missing (an unreadable object has no `dn`), or a value is no certificate.
    """
    page = one_page(pages)
    fields = read_fields(page, ("server", "configuration", "dn", "rodc"))
    name = one(fields, "dn", page)
    if not name.value.casefold().startswith("cn=ntauthcertificates,"):
        raise name.unfit("the object NTAuthCertificates")
    writable = every(fields, "writable")[:1]
    return NtAuthObject(
        server=one(fields, "server", page).value.lower(),
        configuration=one(fields, "configuration", page).value,
        read_only=one(fields, "rodc", page).truth(),
        may_write=writable[0].truth() if writable else None,
        certificates=[_trusted(field, field.certificate_hash()) for field in _values(fields)],
        at=page.all(),
        unread=[],
    )


def parse_cache(pages: Sequence[Clean]) -> NtAuthCache:
    """Read `present=`, one `hash=` for each registry key of the copy, `policy=` where a policy is set, and `end`.

    Raises:
        ParseFailure: `present` is missing, a key is no hash, or there are keys below a key that is not there.
    """
    page = one_page(pages)
    fields = read_fields(page, ("present",))
    present = one(fields, "present", page).truth()
    hashes = every(fields, "hash")
    if hashes and not present:
        raise ParseFailure("the copy is not there, but has certificates", page.part, hashes[0].line)
    policy = [field for field in every(fields, "policy") if field.value]
    return NtAuthCache(
        certificates=[_trusted(field, field.sha1()) for field in hashes],
        refreshes=not any(field.integer() & _OFF for field in policy),
        at=page.all(),
        unread=[],
    )


def _values(fields: Sequence[Field]) -> list[Field]:
    return [field for field in every(fields, "certificate") if field.value != _PLACEHOLDER]


def _trusted(field: Field, found: str) -> TrustedCertificate:
    return TrustedCertificate(hash=found, at=field.at)
