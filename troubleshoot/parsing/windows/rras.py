"""RIP below Routing and Remote Access (`netsh routing ip rip dump`), and all addresses of a Windows server.

Names of parameters: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-r2-and-2008/cc733129(v=ws.10)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from troubleshoot.parsing.areas.rip import RrasInterface, RrasRip, ServerAddress, ServerAddresses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.values import address
from troubleshoot.parsing.windows.console import console_lines
from troubleshoot.parsing.windows.rows import Row, read_rows

_COMMAND = re.compile(
    r"(add|set|delete) (interface|flags|announcefilter|acceptfilter|neighbor|peerfilter|global)\b(.*)$", re.IGNORECASE
)
_TAG = re.compile(r'([A-Za-z]{2,20}) ?= ?("[^"]{0,256}"|\S{1,512})')
_FILTER = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})\s*[-,/]\s*(\d{1,3}(?:\.\d{1,3}){3})$")
_BEGIN, _END = re.compile(r"pushd routing ip rip$", re.IGNORECASE), re.compile(r"popd$", re.IGNORECASE)
_MODES: Final = {
    **dict.fromkeys(("none", "disable", "disabled", "silent"), "none"),
    **{word: word for word in ("rip1", "rip1compat", "rip2")},
}
_FILTER_MODES: Final = {word: word for word in ("disable", "include", "exclude")}
# `show flags` and the help of netsh write the flag in more than one way.
_HOST_FLAG = re.compile(r"(?:announce|send|include|advertise)_?host(?:routes?)?$")


def parse_rip(pages: Sequence[Clean]) -> RrasRip:
    """Read `netsh routing ip rip dump`. The script is in English whatever the display language.

    Raises:
        ParseFailure: it is no such script, or its end is missing.
    """
    page = one_page(pages)
    lines = console_lines(page)
    first = next((place for place, (_, text) in enumerate(lines) if _BEGIN.match(text)), None)
    if first is None:
        fail_unknown(page)
    reading = _Script(page)
    for number, text in lines[(first or 0) + 1 :]:
        if _END.match(text):
            return reading.record()
        reading.line(number, text)
    raise ParseFailure("the script has no end (popd)", page.part, lines[-1][0])


class _Script:
    def __init__(self, page: Clean) -> None:
        self._page = page
        self._installed: bool | None = None
        self._found: dict[str, RrasInterface] = {}
        self._unread: list[int] = []

    def line(self, number: int, text: str) -> None:
        """Take one command of the script."""
        word = text.casefold()
        if word in ("install", "uninstall"):
            self._installed = word == "install"
        elif not text.startswith("#") and not self._command(number, text):
            self._unread.append(number)

    def _command(self, number: int, text: str) -> bool:
        match = _COMMAND.match(text)
        if match is None:
            return False
        tags = {key.casefold(): value.strip('"') for key, value in _TAG.findall(match[3])}
        verb, noun = match[1].casefold(), match[2].casefold()
        if noun in ("neighbor", "peerfilter", "global", "acceptfilter"):
            return True
        if not tags.get("name"):
            return False
        return verb == "delete" or self._about(number, noun, tags)

    def _about(self, number: int, noun: str, tags: Mapping[str, str]) -> bool:
        item = self._found.setdefault(tags["name"].casefold(), _blank(tags["name"]))
        item["at"] += self._page.at(number)
        if noun == "flags":
            return _flags(item, tags)
        if noun == "announcefilter":
            return _filter(item, tags)
        return _settings(item, tags)

    def record(self) -> RrasRip:
        """All that the script says.

        Raises:
            ParseFailure: it says neither that RIP is installed nor that it is not.
        """
        if self._installed is None:
            raise ParseFailure("the script neither installs nor uninstalls RIP", self._page.part)
        return RrasRip(
            installed=self._installed,
            interfaces=list(self._found.values()),
            at=self._page.all(),
            unread=self._page.spans(self._unread),
        )


def _blank(name: str) -> RrasInterface:
    return RrasInterface(
        name=name,
        announce=None,
        accept=None,
        periodic=None,
        host_routes=None,
        password=None,
        filter_mode=None,
        filters=[],
        at=[],
    )


def _settings(item: RrasInterface, tags: Mapping[str, str]) -> bool:
    """`add interface` and `set interface`; a word that is not known is not taken, and the line is unread."""
    low = {key: value.casefold() for key, value in tags.items()}
    if "announce" in low:
        item["announce"] = _MODES.get(low["announce"])
    if "accept" in low:
        item["accept"] = _MODES.get(low["accept"])
    if "annfiltmode" in low:
        item["filter_mode"] = _FILTER_MODES.get(low["annfiltmode"])
    if "updatemode" in low:
        item["periodic"] = {"periodic": True, "demand": False}.get(low["updatemode"])
    if "authmode" in low:
        item["password"] = {"authnone": False, "authsimplepassword": True}.get(low["authmode"])
    known = {"announce": _MODES, "accept": _MODES, "annfiltmode": _FILTER_MODES}
    return all(low[key] in words for key, words in known.items() if key in low)


def _flags(item: RrasInterface, tags: Mapping[str, str]) -> bool:
    if "flag" not in tags:
        return False
    words = [word.strip() for word in tags["flag"].casefold().split(",")]
    item["host_routes"] = any(_HOST_FLAG.match(word) for word in words)
    return True


def _filter(item: RrasInterface, tags: Mapping[str, str]) -> bool:
    match = _FILTER.match(tags.get("filter", ""))
    low, high = (address(match[1]), address(match[2])) if match else (None, None)
    if low is None or high is None:
        return False
    item["filters"].append(f"{low}-{high}")
    return True


# --- addresses ----------------------------------------------------------------------------------------------------


def parse_addresses(pages: Sequence[Clean]) -> ServerAddresses:
    """Join the names of the connections and the addresses of the adapters by the adapter's index.

    Raises:
        ParseFailure: one of the two tables is missing or cut, an adapter with addresses has no name, or an address
            has no mask.
    """
    if len(pages) != 2:
        raise ParseFailure(f"expected the adapters and their addresses, got {len(pages)} outputs")
    names = {row["Index"]: row for row in read_rows(pages[0], ("Index", "NetConnectionID"))}
    columns = ("Index", "FullDNSRegistrationEnabled", "IPAddress", "IPSubnet")
    found = [item for row in read_rows(pages[1], columns) for item in _addresses(row, names)]
    if not found:
        raise ParseFailure("no adapter has an IPv4 address", pages[1].part)
    return ServerAddresses(addresses=found, at=[cite for page in pages for cite in page.all()], unread=[])


def _addresses(row: Row, names: Mapping[str, Row]) -> list[ServerAddress]:
    name = names.get(row["Index"])
    if name is None:
        raise _unfit(row, "Index", "that of a named adapter")
    pairs = list(zip_longest(row["IPAddress"].split(), row["IPSubnet"].split()))
    return [_one(row, name, shown, mask) for shown, mask in pairs if ":" not in (shown or "")]


def _one(row: Row, name: Row, shown: str | None, mask: str | None) -> ServerAddress:
    if shown is None or address(shown) is None:
        raise _unfit(row, "IPAddress", "an address for each mask")
    if mask is None or address(mask) is None:
        raise _unfit(row, "IPSubnet", "a mask for each address")
    return ServerAddress(
        adapter=name["NetConnectionID"],
        address=shown,
        mask=mask,
        registers=row.flag("FullDNSRegistrationEnabled"),
        at=[*name.at, *row.at],
    )


def _unfit(row: Row, column: str, wanted: str) -> ParseFailure:
    part, line, _ = row.at[0]
    return ParseFailure(f"{column} is {excerpt(row[column])!r}, not {wanted}", part, line)
