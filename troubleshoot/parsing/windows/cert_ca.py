"""What a CA says about itself: registry values, `certutil -cainfo`, its certificate, its templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from troubleshoot.parsing.areas.certificates import (
    CaCertificate,
    CaCertificateHash,
    CaCertificateState,
    CaConfiguration,
    CaTemplate,
    CaTemplates,
)
from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.console import console_lines
from troubleshoot.parsing.windows.fields import MAX_CERTIFICATE, Field, every, one, read_fields, sha1

_ENTERPRISE = frozenset({0, 1})  # ENUM_ENTERPRISE_ROOTCA, ENUM_ENTERPRISE_SUBCA (CAType of certsrv.h)
_STANDALONE = frozenset({3, 4})
_STATE = re.compile(r".{1,60}\[(?P<index>\d{1,4})\]: (?P<state>\d)(?: -- .{1,60})?")
_VERSION = re.compile(
    r".{1,60}\[(?P<index>\d{1,4})\]: 0x(?P<packed>[0-9a-fA-F]{1,8})(?: \(\d{1,10}\))?"
    r"(?: -- V(?P<cert>\d{1,4})\.(?P<key>\d{1,4}))?"
)
_TEMPLATE = re.compile(r"(?P<name>[^\s:]{1,64}): .{1,256}")
_DONE = re.compile(r"CertUtil: -(?P<verb>[A-Za-z.]{2,20})(?:[ -]\w.{0,200})")
_FAILED = re.compile(r"0x[0-9a-fA-F]{8}")


def parse_configuration(pages: Sequence[Clean]) -> CaConfiguration:
    """Read `ca=`, `server=`, `type=` and one `hash=` for each certificate index, and `end`.

    Raises:
        ParseFailure: one of them is missing, the kind of CA is unknown, or no certificate is known.
    """
    page = one_page(pages)
    fields = read_fields(page, ("ca", "server", "type"))
    kind = one(fields, "type", page)
    if kind.integer() not in _ENTERPRISE | _STANDALONE:
        raise kind.unfit("a known kind of CA")
    certificates = [_certificate(number, field) for number, field in enumerate(every(fields, "hash"))]
    if not certificates or certificates[-1]["hash"] is None:
        raise ParseFailure("the CA names no certificate of its own", page.part)
    return CaConfiguration(
        name=one(fields, "ca", page).value,
        server=one(fields, "server", page).value.lower(),
        enterprise=kind.integer() in _ENTERPRISE,
        newest=len(certificates) - 1,
        certificates=certificates,
        at=page.all(),
        unread=[],
    )


def _certificate(index: int, field: Field) -> CaCertificateHash:
    found = sha1(field.value)
    if found is None and field.value not in ("", "-"):
        raise field.unfit("a SHA-1 hash")
    return CaCertificateHash(index=index, hash=found, at=field.at)


def parse_state(pages: Sequence[Clean]) -> CaCertificateState:
    """Read `certutil -cainfo certstate N`, then `certutil -cainfo certversion N`.

    Raises:
        ParseFailure: an answer has no line of its property, they speak of different certificates, or certutil failed.
    """
    if len(pages) != 2:
        raise ParseFailure("two outputs were expected")
    state, version = _property(pages[0], _STATE), _property(pages[1], _VERSION)
    if state["index"] != version["index"]:
        raise ParseFailure("state and version are those of different certificates", 1)
    index, key = _numbers(version)
    return CaCertificateState(
        state=int(state["state"]),
        index=index,
        key=key,
        at=[cite for page in pages for cite in page.all()],
        unread=[],
    )


def _numbers(version: re.Match[str]) -> tuple[int, int]:
    """Certificate and key index: as written (V2.1), else as packed (CANAMEIDTOICERT, CANAMEIDTOIKEY of certsrv.h)."""
    if version["cert"] is not None:
        return int(version["cert"]), int(version["key"])
    packed = int(version["packed"], 16)
    return packed & 0xFFFF, packed >> 16


def _property(page: Clean, pattern: re.Pattern[str]) -> re.Match[str]:
    lines = _answer(page, "cainfo")
    found = [match for _, text in lines if (match := pattern.fullmatch(text.strip()))]
    if len(found) != 1:
        raise ParseFailure("the property is not in the output", page.part, lines[0][0] if lines else None)
    return found[0]


def _answer(page: Clean, verb: str) -> list[Line]:
    """The lines before certutil's last one, which says in any language how it went."""
    lines = console_lines(page)
    done = _DONE.fullmatch(lines[-1][1])
    if done is None or done["verb"].lower() != verb:
        raise ParseFailure("the output does not end as certutil ends", page.part, lines[-1][0])
    if _FAILED.search(lines[-1][1]):
        raise ParseFailure(f"certutil failed: {excerpt(lines[-1][1])!r}", page.part, lines[-1][0])
    return lines[:-1]


def parse_certificate(pages: Sequence[Clean]) -> CaCertificate:
    """Read `hash=`, `subject=`, `until=` and `certificate=` (base64), and `end`.

    Raises:
        ParseFailure: one is missing, or the certificate is cut, too long, or not the one of the hash.
    """
    page = one_page(pages)
    fields = read_fields(page, ("hash", "subject", "until", "certificate"))
    certificate, wanted = one(fields, "certificate", page), one(fields, "hash", page)
    if len(certificate.value) > MAX_CERTIFICATE:
        raise ParseFailure(f"a certificate of {len(certificate.value)} characters is too long", page.part)
    if certificate.certificate_hash() != wanted.sha1():
        raise ParseFailure("the certificate does not have the hash that stands beside it", page.part, certificate.line)
    return CaCertificate(
        hash=wanted.sha1(),
        subject=one(fields, "subject", page).value,
        certificate=certificate.value,
        expires=_seconds(one(fields, "until", page)),
        at=page.all(),
        unread=[],
    )


def _seconds(field: Field) -> int:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,7})?Z", field.value)
    if match is None:
        raise field.unfit("a time in UTC")
    return int(datetime.fromisoformat(f"{match[1]}+00:00").timestamp())


def parse_templates(pages: Sequence[Clean]) -> CaTemplates:
    """Read `certutil -CATemplates`.

    Raises:
        ParseFailure: certutil failed, did not end, or a line is no template.
    """
    page = one_page(pages)
    templates = [_template(page, number, text) for number, text in _answer(page, "catemplates")]
    return CaTemplates(templates=templates, at=page.all(), unread=[])


def _template(page: Clean, number: int, text: str) -> CaTemplate:
    match = _TEMPLATE.fullmatch(text.strip())
    if match is None:
        raise ParseFailure(f"not a template: {excerpt(text)!r}", page.part, number)
    return CaTemplate(name=match["name"], at=page.at(number))
