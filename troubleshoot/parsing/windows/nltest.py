"""`nltest` and `w32tm /stripchart`: a member's way to its domain.

`nltest` ends with *The command completed successfully* although the status lines carry an error, so only these count.
They look alike in every language: `Status = <dec> 0x<hex> <NAME>`. Source:
https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2012-r2-and-2012/cc731935(v=ws.11)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Final

from troubleshoot.parsing.areas.domain import LocatedController, SecureChannel, TimeOffset
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.console import DONE, console_lines

_STATUS: Final = re.compile(r"(.{0,120}?)\bStatus = (\d{1,10}) 0x([0-9a-fA-F]{1,8})(?: [\w*]{1,60})?")
_FLAGS: Final = re.compile(r"[A-Za-z]{4,20}: ([0-9a-fA-F]{1,8})\b.{0,80}")
_CONTROL: Final = re.compile(r"I_NetLogonControl|.{0,60}\bfailed:|.{0,60}\bfehlgeschlagen:", re.IGNORECASE)
_LOCATING: Final = re.compile(r".{0,80}(?:failed|fehlgeschlagen|Fehler)", re.IGNORECASE)
_SERVER: Final = re.compile(r"\\\\([A-Za-z0-9][A-Za-z0-9_.:-]{0,252})$")
_LABEL: Final = re.compile(r"([A-Za-z][A-Za-z .\u00c0-\u017f-]{0,40}?) ?: ?(\S.{0,400}|)$")
_WORDS: Final = re.compile(r"[A-Z_0-9 ]{2,400}")
_DNS_NAME: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}")
_TESTED: Final = 0x80  # NETLOGON_VERIFY_STATUS_RETURNED: the second status line was asked for

_SAMPLE: Final = re.compile(r"\d{1,2}:\d\d:\d\d(?: [AP]M)?, ([+-]\d{1,12}[.,]\d{1,9})s")
_NO_SAMPLE: Final = re.compile(r"\d{1,2}:\d\d:\d\d(?: [AP]M)?, \S{1,20}: (0x[0-9A-Fa-f]{8})")
_ANNOUNCED: Final = re.compile(
    r"(?:Collecting |Es werden )?(\d{1,3}) (?:samples|Proben|Beispiele)\b.{0,40}", re.IGNORECASE
)


def parse_channel(pages: Sequence[Clean]) -> SecureChannel:
    """Read `nltest /sc_query:`, `/sc_verify:` or `/sc_reset:`.

    Raises:
        ParseFailure: there is no status line, one that was announced is missing, or the end is.
    """
    page = one_page(pages)
    lines = console_lines(page)
    found = [(number, *_status(page, number, match)) for number, text in lines if (match := _STATUS.fullmatch(text))]
    if not found:
        raise ParseFailure(f"no status in the output: {excerpt(lines[0][1])!r}", page.part, lines[0][0])
    if _CONTROL.match(found[0][1]):
        return _channel(page.at(found[0][0]), failed=found[0][2])
    if not DONE.match(lines[-1][1]) or len(found) > 2 or (_tested(lines) and len(found) != 2):
        raise ParseFailure("the output is cut or holds several answers", page.part, lines[-1][0])
    codes = [code for _, _, code in found]
    controller = next((match[1] for _, text in lines if (match := _SERVER.search(text))), None)
    return _channel(page.at(found[0][0], found[-1][0]), codes=codes, controller=controller)


def parse_located(pages: Sequence[Clean]) -> LocatedController:
    """Read `nltest /dsgetdc:`.

    Raises:
        ParseFailure: there is neither a domain controller with an address and flags, nor the error that there is none.
    """
    page = one_page(pages)
    lines = console_lines(page)
    for number, text in lines:
        if (match := _STATUS.fullmatch(text)) and _LOCATING.match(match[1]):
            _, code = _status(page, number, match)
            return _located(page.at(number), error=code)
    values = [(number, found[2].strip()) for number, text in lines if (found := _LABEL.match(text))]
    servers = [(number, match[1]) for number, value in values if (match := _SERVER.match(value))]
    flags = next((value.split() for _, value in values if _WORDS.fullmatch(value) and "DS" in value.split()), [])
    if len(servers) < 2 or not flags or not DONE.match(lines[-1][1]):
        raise ParseFailure("no domain controller and no error in the output", page.part, lines[-1][0])
    (first, name), (second, address) = servers[:2]
    domain = next((value for number, value in values if number > second and _DNS_NAME.fullmatch(value)), None)
    return _located(page.at(first, lines[-1][0]), name=name, address=address, domain=domain, flags=flags)


def parse_offset(pages: Sequence[Clean]) -> TimeOffset:
    """Read `w32tm /stripchart /computer: /samples: /dataonly`.

    Raises:
        ParseFailure: a sample is missing, or the computer did not answer one.
    """
    page = one_page(pages)
    lines = console_lines(page)
    announced = next((int(found[1]) for _, text in lines if (found := _ANNOUNCED.fullmatch(text))), None)
    failed = next(((number, found[1]) for number, text in lines if (found := _NO_SAMPLE.fullmatch(text))), None)
    if failed:
        raise ParseFailure(f"the time of the other computer could not be read: {failed[1]}", page.part, failed[0])
    samples = [(number, found[1]) for number, text in lines if (found := _SAMPLE.fullmatch(text))]
    if not samples or announced is None or len(samples) != announced:
        raise ParseFailure(f"{len(samples)} of {announced or 'unknown'} samples", page.part, lines[-1][0])
    offset = round(median(float(value.replace(",", ".")) for _, value in samples))
    at = page.at(samples[0][0], samples[-1][0])
    return TimeOffset(offset=offset, skew=abs(offset), samples=len(samples), at=at, unread=[])


# --- small parts --------------------------------------------------------------------------------------------------


def _status(page: Clean, number: int, match: re.Match[str]) -> tuple[str, int]:
    """The words before a status and its number, which is printed twice."""
    if int(match[2]) != int(match[3], 16):
        raise ParseFailure(f"a status contradicts itself: {excerpt(match[0])!r}", page.part, number)
    return match[1], int(match[2])


def _tested(lines: Sequence[tuple[int, str]]) -> bool:
    flags = next((int(found[1], 16) for _, text in lines if (found := _FLAGS.fullmatch(text))), 0)
    return bool(flags & _TESTED)


def _channel(
    at: list[list[int]], *, failed: int | None = None, codes: Sequence[int] = (), controller: str | None = None
) -> SecureChannel:
    return SecureChannel(
        failed=failed,
        controller=controller,
        short=controller.partition(".")[0] if controller else None,
        connection=codes[0] if codes else None,
        verification=codes[1] if len(codes) > 1 else None,
        healthy=list(codes) == [0, 0],
        at=at,
        unread=[],
    )


def _located(
    at: list[list[int]],
    *,
    error: int | None = None,
    name: str | None = None,
    address: str | None = None,
    domain: str | None = None,
    flags: Sequence[str] = (),
) -> LocatedController:
    return LocatedController(
        found=name is not None,
        error=error,
        name=name,
        address=address,
        domain=domain,
        flags=list(flags),
        at=at,
        unread=[],
    )
