"""Which function reads which output: the only door from raw text to records.

Parsers are chosen by name, never guessed from a command: a foreign parser that finds nothing looks like "no entry".
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import Any

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.parsing.areas import (
    bgp,
    certificates,
    dns,
    domain,
    msdp,
    multicast,
    mvpn,
    ospf,
    rip,
    switching,
    tracing,
    virtual_machines,
    vpc,
    windows_hosts,
)
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.clean import Clean, clean
from troubleshoot.parsing.device_errors import RefusalKind, Refused, refusal_in
from troubleshoot.parsing.failure import ParseFailure

_LARGE = 200_000  # characters
_ROOT = "troubleshoot.parsing."
_AREAS = (
    bgp,
    certificates,
    dns,
    domain,
    msdp,
    multicast,
    mvpn,
    ospf,
    rip,
    switching,
    tracing,
    virtual_machines,
    vpc,
    windows_hosts,
)

TABLE: Mapping[str, Parser] = MappingProxyType({name: row for area in _AREAS for name, row in area.PARSERS.items()})


def parser_names() -> tuple[str, ...]:
    """Return the names a tree may put after ``parse:``, sorted."""
    return tuple(sorted(TABLE))


def platforms(name: str) -> tuple[Platform, ...]:
    """Return the platforms that a parser reads.

    Raises:
        AuthorError: there is no parser of this name.
    """
    return tuple(_row(name).reads)


def record_type(name: str) -> type:
    """Return the ``TypedDict`` class of a parser's record.

    Raises:
        AuthorError: there is no parser of this name.
    """
    return _row(name).record


def parse(name: str, platform: Platform, outputs: Sequence[str]) -> dict[str, Any]:
    """Clean the raw outputs of one collect item, refuse refusals, and return the record.

    Args:
        name: a parser of :func:`parser_names`.
        platform: what printed the text.
        outputs: one raw text per command sent, in the order sent.

    Raises:
        Refused: a device refused a command (a :class:`ParseFailure` with ``refusal``).
        ParseFailure: a text is empty, unknown, cut or stops at a pager: *cannot tell*.
        AuthorError: no such parser, or not for this platform.
    """
    row = _row(name)
    if platform not in row.reads:
        raise AuthorError(f"parser {name!r} does not read {platform.value} output")
    with _collector_paused(sum(map(len, outputs)) > _LARGE):
        return _parse(name, platform, [clean(text, part) for part, text in enumerate(outputs)])


@contextmanager
def _collector_paused(pause: bool) -> Iterator[None]:
    """Records hold no reference cycles, but making 10^5 of them would start the cycle collector again and again, and
    once more at the end: it doubles the time of a large table."""
    pause = pause and gc.isenabled() and not gc.get_freeze_count()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.freeze()  # both together count all that lives as old, so that only a full collection looks at it
            gc.unfreeze()
            gc.enable()


def _parse(name: str, platform: Platform, pages: Sequence[Clean]) -> dict[str, Any]:
    if (off := _feature_off(TABLE[name], platform, pages)) is not None:
        return off
    for page in pages:
        found = refusal_in(platform, page)
        if found is not None:
            raise Refused(found, page.part)
        if page.pager is not None:
            raise ParseFailure("the output stops at a pager", page.part, page.pager)
    if not pages:
        raise ParseFailure("there is no output to read")
    module, _, function = TABLE[name].reads[platform].partition(":")
    record: dict[str, Any] = getattr(import_module(_ROOT + module), function)(pages)
    return record


def _row(name: str) -> Parser:
    try:
        return TABLE[name]
    except KeyError:
        raise AuthorError(f"no parser {name!r}", hint=f"one of: {', '.join(parser_names())}") from None


def _feature_off(row: Parser, platform: Platform, pages: Sequence[Clean]) -> dict[str, Any] | None:
    """``pimd is not running`` refuses most questions, but it answers whether multicast routing is on."""
    if row.off is None:
        return None
    found = [refusal_in(platform, page) for page in pages]
    said = [(page, item) for page, item in zip(pages, found, strict=True) if item is not None]
    if len(said) != len(found) or not said or any(item.kind is not RefusalKind.FEATURE_OFF for _, item in said):
        return None
    return {**row.off, "at": [cite for page, item in said for cite in page.at(item.line)], "unread": []}
