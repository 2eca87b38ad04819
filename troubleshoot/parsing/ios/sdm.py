"""``show sdm prefer`` of Catalyst switches: the template in use, the one after the next reload, and their sizes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import SdmSize, SdmTemplate
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, fail_unknown, one_page

_QUOTED = r"[\"\u201c\u201d']{1,2}([\w \-+]{1,60})[\"\u201c\u201d']{1,2}"
_CURRENT = re.compile(
    rf"The current template is (?:the )?(?:{_QUOTED}|([\w\-]{{1,30}}(?: [\w\-]{{1,30}}){{0,4}})) template", re.I
)
_ASKED = re.compile(rf"{_QUOTED} template:?$", re.I)
_NINE = re.compile(r"(?:This|Showing SDM Template Info|This is the) ?(?:is the ([\w \-]{1,40}) template\.?)?$", re.I)
_PENDING = re.compile(rf"On next reload,? (?:the )?template will be {_QUOTED} template", re.I)
_SIZE = re.compile(r"number of (.{3,60}?)\s*:\s+(\d{1,6}(?:\.\d{1,4})?)\s?([kK]?)$")
_KNOWN = re.compile(
    r"The selected template optimizes|the switch to support this level"
    r"|(?:\d{1,4} )?routed interfaces and \d{1,5}[kK]? VLANs|\d{1,4} routed interfaces|the resources in$|features for$",
    re.I,
)
_NAMES = {
    "unicast mac addresses": "mac",
    "ipv4 igmp groups + multicast routes": "multicast",
    "igmp groups + multicast routes": "multicast",
    "ipv4 igmp groups": "multicast",
    "igmp groups": "multicast",
    "ipv4 unicast routes": "routes",
    "unicast routes": "routes",
    "directly-connected ipv4 hosts": "direct_routes",
    "directly connected hosts": "direct_routes",
    "directly-connected hosts": "direct_routes",
    "indirect ipv4 routes": "indirect_routes",
    "indirect routes": "indirect_routes",
    "ipv4 policy based routing aces": "pbr",
    "policy based routing aces": "pbr",
    "ipv4/mac qos aces": "qos",
    "qos aces": "qos",
    "ipv4/mac security aces": "acl",
    "security aces": "acl",
}
_CLASSES = ("aggregate ", "aggregator ", "desktop ")
# The display says "IPv4 and IPv6", the command "dual-ipv4-and-ipv6".
_KEYWORDS = re.compile(
    r"(?:default|access|routing|vlan|qos|ipe|lanbase-routing|dual-ipv4-and-ipv6(?: (?:default|routing|vlan))?)"
)


def parse(pages: Sequence[Clean]) -> SdmTemplate:
    """Read one template.

    Raises:
        ParseFailure: no template is named, or the list of sizes stops before its end (the line about a change to come
            stands below it: without the end nobody knows whether there is one).
    """
    page = one_page(pages)
    reading = Reading(page)
    record = _new(page)
    for number, text in page.lines:
        if not _line(record, page, number, text.strip()):
            reading.skip(number)
        elif record["name"]:
            reading.row()
    if not record["name"]:
        fail_unknown(page)
    if record["form"] == "catalyst3k" and not any(size["resource"] == "acl" for size in record["sizes"]):
        raise ParseFailure("the list of sizes is not whole", page.part, page.lines[-1][0])
    record["unread"] = reading.unread()
    return record


def _new(page: Clean) -> SdmTemplate:
    return SdmTemplate(
        form="catalyst3k",
        name="",
        current=False,
        aggregator=False,
        keywords=None,
        pending=None,
        pending_keywords=None,
        sizes=[],
        at=page.all(),
        unread=[],
    )


def _line(record: SdmTemplate, page: Clean, number: int, body: str) -> bool:
    """Take in one line; whether it was understood."""
    if match := _PENDING.match(body):
        pending = " ".join(match[1].split())
        record["pending"], record["pending_keywords"] = pending, _keywords(pending)
    elif match := _CURRENT.match(body):
        _named(record, match[1] or match[2], current=True)
    elif match := _ASKED.match(body):
        _named(record, match[1], current=False)
    elif match := _NINE.match(body):
        _nine(record, match[1])
    elif match := _SIZE.match(body):
        record["sizes"].append(_size(match, page.at(number)))
    else:
        return bool(_KNOWN.search(body)) or record["form"] == "catalyst9k"
    return True


def _nine(record: SdmTemplate, name: str | None) -> None:
    record["form"] = "catalyst9k"
    if name:
        record["name"], record["current"] = name.strip().strip('"'), True


def _named(record: SdmTemplate, name: str, *, current: bool) -> None:
    record["name"], record["current"] = " ".join(name.split()), current
    record["aggregator"] = record["name"].lower().startswith(_CLASSES[:2])
    record["keywords"] = _keywords(record["name"])


def _keywords(name: str) -> str | None:
    """What follows `sdm prefer` to select the template of this name, without its class."""
    plain = name.lower()
    for word in _CLASSES:
        plain = plain.removeprefix(word)
    plain = plain.replace("dual ipv4 and ipv6", "dual-ipv4-and-ipv6")
    if plain.startswith("ipv4 and ipv6"):
        plain = "dual-ipv4-and-ipv6" + plain.removeprefix("ipv4 and ipv6")
    return plain if _KEYWORDS.fullmatch(plain) else None


def _size(match: re.Match[str], at: list[list[int]]) -> SdmSize:
    name = " ".join(match[1].lower().split())
    amount = float(match[2]) * (1024 if match[3] else 1)
    return SdmSize(resource=_NAMES.get(name, match[1]), amount=int(amount), at=at)
