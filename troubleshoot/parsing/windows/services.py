"""`sc query` and `sc enumdepend`: services by number, because the words behind the numbers are for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.windows_hosts import Dependants, Service, ServiceState
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import fail_unknown, one_page

_NAME = re.compile(r"SERVICE_NAME\s*:\s*(\S.{0,255}?)\s*$", re.I)
_DISPLAY = re.compile(r"DISPLAY_NAME\s*:\s*(\S.{0,255}?)\s*$", re.I)
_STATE = re.compile(r"(?:STATE|STATUS)\s*:\s*([1-7])\b\s*(\w*)", re.I)
_EXIT = re.compile(r"WIN32_EXIT_CODE\s*:\s*(\d{1,10})\b", re.I)
_END = re.compile(r"WAIT_HINT\s*:", re.I)
_FAILED = re.compile(r"\[SC\]\s+\S{1,80}(?:\s+\S{1,20}){1,2}\s+(\d{1,5})\s*:?\s*$", re.I)
_COUNT = re.compile(r"Enum:\s*\w+\s*=\s*(\d{1,5})\s*$", re.I)
_NO_SUCH_SERVICE = 1060

STOPPED, RUNNING = 1, 4
_WORDS = {
    1: "stopped",
    2: "start_pending",
    3: "stop_pending",
    4: "running",
    5: "continue_pending",
    6: "pause_pending",
    7: "paused",
}


def parse_service(pages: Sequence[Clean]) -> ServiceState:
    """Read ``sc query NAME`` of one service.

    Raises:
        ParseFailure: the answer is cut, holds several services, or is a failure other than 1060 (no such service).
    """
    page = one_page(pages)
    failure = _failure(page)
    if failure is not None:
        number, line = failure
        if number != _NO_SUCH_SERVICE:
            raise ParseFailure(f"sc failed with {number}", page.part, line)
        absent = Service(installed=False, name=None, display=None, state=None, exit_code=None, at=page.at(line))
        return ServiceState(**absent, unread=[])
    found = _services(page)
    if len(found) != 1:
        raise ParseFailure(f"expected one service, got {len(found)}", page.part)
    return ServiceState(**found[0], unread=[])


def parse_dependants(pages: Sequence[Clean]) -> Dependants:
    """Read ``sc enumdepend NAME``; the number of services stands in front, so that a cut list is noticed.

    Raises:
        ParseFailure: the number is missing or does not fit, or the command failed.
    """
    page = one_page(pages)
    failure = _failure(page)
    if failure is not None:
        raise ParseFailure(f"sc failed with {failure[0]}", page.part, failure[1])
    counts = [(int(match[1]), number) for number, text in page.lines if (match := _COUNT.match(text.strip()))]
    if len(counts) != 1:
        fail_unknown(page)
    count, line = counts[0]
    services = _services(page) if count else []
    if len(services) != count:
        raise ParseFailure(f"the list announces {count} services and holds {len(services)}", page.part, line)
    return Dependants(services=services, at=page.all(), unread=[])


def _failure(page: Clean) -> tuple[int, int] | None:
    """The number of an `[SC]` failure and its line."""
    return next(((int(m[1]), number) for number, text in page.lines if (m := _FAILED.match(text.strip()))), None)


def _services(page: Clean) -> list[Service]:
    """Every block from SERVICE_NAME to WAIT_HINT."""
    found: list[Service] = []
    current: Service | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _NAME.match(body):
            _fail_cut(page, current)
            current = Service(
                installed=True, name=match[1], display=None, state=None, exit_code=None, at=page.at(number)
            )
        elif current is not None:
            _take(current, body)
            current["at"][0][2] = number
            if _END.match(body):
                found.append(_whole(page, current))
                current = None
    _fail_cut(page, current)
    if not found:
        fail_unknown(page)
    return found


def _take(service: Service, body: str) -> None:
    if match := _DISPLAY.match(body):
        service["display"] = match[1]
    elif match := _STATE.match(body):
        service["state"] = _WORDS[int(match[1])]
    elif match := _EXIT.match(body):
        service["exit_code"] = int(match[1])


def _whole(page: Clean, service: Service) -> Service:
    if service["state"] is None:
        raise ParseFailure(f"no state for {excerpt(service['name'] or '')!r}", page.part, service["at"][0][1])
    return service


def _fail_cut(page: Clean, service: Service | None) -> None:
    if service is not None:
        raise ParseFailure(f"the block of {excerpt(service['name'] or '')!r} is cut", page.part, service["at"][0][1])
