"""One WS-Management request: bytes to a frozen value, strictly, with the fault that Windows gives where it refuses."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from troubleshoot.lab.windows.wire import refusals
from troubleshoot.lab.windows.wire.names import ADDRESSING, IDENTITY, SHELL, SOAP, WSMAN

_DURATION: Final = re.compile(
    r"P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})S)?)?",
    re.ASCII,
)
_SECONDS: Final = (365 * 86400, 30 * 86400, 86400, 3600, 60, 1)
DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_ENVELOPE: Final = 153600


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed envelope. ``timeout`` is in seconds, ``envelope`` (largest answer the client takes) in bytes.

    ``shell`` is the upper-case ShellId selector; option names are upper-case.
    """

    body: Element
    action: str = ""
    message_id: str = ""
    resource: str = ""
    to: str = ""
    shell: str = ""
    timeout: float = DEFAULT_TIMEOUT
    envelope: int = DEFAULT_ENVELOPE
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_identify(self) -> bool:
        return self.body.find(f"{{{IDENTITY}}}Identify") is not None

    def shell_element(self, path: str) -> Element | None:
        """An element of the body, by path of names in the shell namespace."""
        return self.body.find("/".join(f"{{{SHELL}}}{name}" for name in path.split("/")))

    def shell_elements(self, path: str) -> list[Element]:
        """All elements of the body at a path of names in the shell namespace."""
        return self.body.findall("/".join(f"{{{SHELL}}}{name}" for name in path.split("/")))


def parse_duration(text: str) -> float:
    """Seconds of an xs:duration (``PT20S``, ``PT60.000S``, ``P0DT0H1M0S``). Raises ValueError, also for negative ones.

    A year counts 365 days and a month 30, as there is no calendar to count on (XML Schema 1.1, 3.3.6).
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or text.strip()[-1:] in ("P", "T"):
        raise ValueError("not a duration")
    return sum(float(value) * unit for value, unit in zip(found.groups(), _SECONDS, strict=True) if value)


def parse_request(data: bytes) -> Request:
    """Read an envelope. Raises :class:`refusals.WsmanFault` for what is no SOAP envelope or breaks a rule."""
    root = _parse_xml(data)
    if root.tag != f"{{{SOAP}}}Envelope":
        raise refusals.schema_error("The root element is not a SOAP 1.2 envelope.")
    body = root.find(f"{{{SOAP}}}Body")
    if body is None:
        raise refusals.schema_error("The envelope has no Body.")
    header = root.find(f"{{{SOAP}}}Header")
    return _with_header(Element("none") if header is None else header, body)


def _parse_xml(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise refusals.invalid_xml() from error
    return root


def _with_header(header: Element, body: Element) -> Request:
    message_id = _text(header, ADDRESSING, "MessageID")
    try:
        return Request(
            body=body,
            action=_text(header, ADDRESSING, "Action"),
            message_id=message_id,
            resource=_text(header, WSMAN, "ResourceURI"),
            to=_text(header, ADDRESSING, "To"),
            shell=_shell_id(header),
            timeout=_timeout(header),
            envelope=_envelope(header),
            options=dict(_options(header)),
        )
    except refusals.WsmanFault as fault:
        fault.relates_to = message_id
        raise


def _text(header: Element, namespace: str, name: str) -> str:
    return (header.findtext(f"{{{namespace}}}{name}") or "").strip()


def _shell_id(header: Element) -> str:
    for selector in header.iterfind(f"{{{WSMAN}}}SelectorSet/{{{WSMAN}}}Selector"):
        if selector.get("Name", "").casefold() == "shellid":
            return (selector.text or "").strip().upper()
    return ""


def _options(header: Element) -> Iterator[tuple[str, str]]:
    for option in header.iterfind(f"{{{WSMAN}}}OptionSet/{{{WSMAN}}}Option"):
        yield option.get("Name", "").upper(), (option.text or "").strip()


def _timeout(header: Element) -> float:
    text = _text(header, WSMAN, "OperationTimeout")
    try:
        return parse_duration(text) if text else DEFAULT_TIMEOUT
    except ValueError as error:
        raise refusals.bad_timeout() from error


def _envelope(header: Element) -> int:
    text = _text(header, WSMAN, "MaxEnvelopeSize")
    if text and not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise refusals.schema_error("MaxEnvelopeSize is not a number.")
    return int(text) if text else DEFAULT_ENVELOPE


def decode_stream(element: Element) -> bytes:
    """The bytes of a ``rsp:Stream``. Raises :class:`refusals.WsmanFault`."""
    text = "".join((element.text or "").split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusals.schema_error("A Stream is not base64.") from error


def is_true(text: str | None) -> bool:
    """An xs:boolean as clients write it."""
    return (text or "").strip().casefold() in ("true", "1")
