"""`key=value` lines in which a key may stand again and again, and the final `end`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.windows.rows import until_end

MAX_CERTIFICATE = 6000  # characters of base64: 4500 bytes, twice what a certificate with a 4096-bit key takes
_SHA1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    value: str
    page: Clean
    line: int

    @property
    def at(self) -> Cites:
        return self.page.at(self.line)

    def unfit(self, wanted: str) -> ParseFailure:
        """The failure to raise when the value is not ``wanted``."""
        return ParseFailure(f"{self.key} is {excerpt(self.value)!r}, not {wanted}", self.page.part, self.line)

    def integer(self) -> int:
        """The value as a whole number. Raises ParseFailure."""
        if not re.fullmatch(r"\d{1,10}", self.value):
            raise self.unfit("a whole number")
        return int(self.value)

    def truth(self) -> bool:
        """The value as true or false; .NET writes them in English on every host. Raises ParseFailure."""
        if self.value.casefold() not in ("true", "false"):
            raise self.unfit("true or false")
        return self.value.casefold() == "true"

    def sha1(self) -> str:
        """The value as a hash, blanks removed. Raises ParseFailure."""
        found = sha1(self.value)
        if found is None:
            raise self.unfit("a SHA-1 hash")
        return found

    def certificate_hash(self) -> str:
        """The hash of the certificate that the value holds in base64. Raises ParseFailure."""
        return hashlib.sha1(_der(self), usedforsecurity=False).hexdigest()


def sha1(text: str) -> str | None:
    """A hash as hosts print it (``51 37 A5 ...`` or ``5137a5...``) in its normal form; None where it is none."""
    joined = re.sub(r"\s", "", text).lower()
    return joined if _SHA1.fullmatch(joined) else None


def _der(field: Field) -> bytes:
    try:
        raw = base64.b64decode(field.value, validate=True)
    except binascii.Error:
        raise field.unfit("base64") from None
    # SEQUENCE with a length of two bytes that is the rest: anything else is not one whole certificate (X.690, 8.1.3).
    if raw[:2] != b"\x30\x82" or int.from_bytes(raw[2:4], "big") != len(raw) - 4:
        raise field.unfit("one whole certificate")
    return raw


def read_fields(page: Clean, required: Sequence[str] = ()) -> list[Field]:
    """Read the lines before `end`, in their order; keys become lower case, and an empty value stays an empty text.

    Raises:
        ParseFailure: the final `end` is missing, a line is not `key=value`, or one of ``required`` is not there.
    """
    fields = [_field(page, number, text) for number, text in until_end(page)]
    for key in required:
        one(fields, key, page)
    return fields


def _field(page: Clean, number: int, text: str) -> Field:
    key, sign, value = text.partition("=")
    if not sign or not re.fullmatch(r"\s*[A-Za-z]{1,20}\s*", key):
        raise ParseFailure(f"not a key=value line: {excerpt(text)!r}", page.part, number)
    return Field(key.strip().casefold(), value.strip(), page, number)


def one(fields: Sequence[Field], key: str, page: Clean) -> Field:
    """The only field of this key, with a value. Raises ParseFailure."""
    found = [field for field in fields if field.key == key]
    if len(found) != 1 or not found[0].value:
        raise ParseFailure(f"the output lacks {key!r}, or has it more than once", page.part)
    return found[0]


def every(fields: Sequence[Field], key: str) -> list[Field]:
    """All fields of this key."""
    return [field for field in fields if field.key == key]
