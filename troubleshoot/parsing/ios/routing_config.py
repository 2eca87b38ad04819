"""What a running configuration of IOS says about IP routing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.switching import ProvisionLine, RoutingConfig, StaticLine, SviAddress
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.values import IPV4, prefix

_HOSTNAME = re.compile(r"hostname \S{1,63}$")
_ROUTING = re.compile(r"(no )?ip routing$")
_GATEWAY = re.compile(rf"ip default-gateway ({IPV4})$")
_STATIC = re.compile(
    rf"ip route (?P<network>{IPV4}) (?P<mask>{IPV4})(?: (?P<interface>(?!name\b)[A-Za-z][\w/.\-]{{1,40}}))?"
    rf"(?: (?P<hop>{IPV4}))?"
    r"(?: (?P<distance>\d{1,3}))?(?: (?:permanent|name \S{1,50}|tag \d{1,10}|track \d{1,4})){0,4}$"
)
_PROTOCOL = re.compile(r"router (\S{2,20}(?: \S{1,30})?)$")
_INTERFACE = re.compile(r"interface (\S{2,60})$")
_ADDRESS = re.compile(rf"ip address ({IPV4}) ({IPV4})(?: secondary)?$")
_WHOLE = re.compile(r"!|Current configuration|Building configuration|Using \d+ out of|version \d")
_PASSED = re.compile(
    r"hostname |end$|(?:no )?ip (?:address|rout(?:e|ing)[ \-]|default-gateway)|router |interface |switch \d"
)
_PROVISION = re.compile(r"switch (\d{1,2}) provision (\S{4,40})$")


def parse(pages: Sequence[Clean]) -> RoutingConfig:
    """Read the configuration, whole or filtered by ``| include`` with ``^hostname`` and ``^end`` among the patterns.

    Lines of other subjects are passed over in a whole configuration; in a filtered one there are none, and what is not
    understood is unread. The global table only: routes of a VRF are not this question.

    Raises:
        ParseFailure: the text does not reach from ``hostname`` to ``end``, so that an absent line would prove nothing;
            or an ``ip route`` line was not understood.
    """
    page = one_page(pages)
    record = RoutingConfig(
        ip_routing=None,
        default_gateway=None,
        routes=[],
        protocols=[],
        addresses=[],
        provisions=[],
        at=page.all(),
        unread=[],
    )
    bodies = [(number, text.strip()) for number, text in page.lines]
    if not any(_HOSTNAME.match(body) for _, body in bodies) or bodies[-1][1] != "end":
        where = bodies[-1][0] if bodies else None
        raise ParseFailure("the configuration is not whole (no hostname, or no end)", page.part, where)
    whole = any(_WHOLE.match(body) for _, body in bodies)
    interface = ""
    skipped: list[int] = []
    for number, body in bodies:
        if match := _INTERFACE.match(body):
            interface = canonical(Platform.IOS, match[1])
        elif match := _ADDRESS.match(body):
            _address(record, interface, match, page.at(number))
        elif not _line(record, body, page, number) and not whole and not _PASSED.match(body):
            skipped.append(number)
    record["unread"] = page.spans(skipped)
    return record


def _line(record: RoutingConfig, body: str, page: Clean, number: int) -> bool:
    """Take in one line; whether it is about routing."""
    if match := _ROUTING.match(body):
        record["ip_routing"] = not match[1]
    elif match := _GATEWAY.match(body):
        record["default_gateway"] = match[1]
    elif match := _PROTOCOL.match(body):
        record["protocols"].append(match[1])
    elif match := _PROVISION.match(body):
        record["provisions"].append(ProvisionLine(number=int(match[1]), model=match[2], at=page.at(number)))
    elif body.startswith("ip route ") and not body.startswith("ip route vrf "):
        record["routes"].append(_static(body, page, number))
    else:
        return False
    return True


def _static(body: str, page: Clean, number: int) -> StaticLine:
    match = _STATIC.match(body)
    network = prefix(match["network"], match["mask"]) if match else None
    if match is None or network is None:
        raise ParseFailure("a static route that is not understood", page.part, number)
    interface = match["interface"]
    return StaticLine(
        prefix=network,
        next_hop=match["hop"],
        interface=canonical(Platform.IOS, interface) if interface else None,
        distance=int(match["distance"]) if match["distance"] else None,
        at=page.at(number),
    )


def _address(record: RoutingConfig, interface: str, match: re.Match[str], at: list[list[int]]) -> None:
    network = prefix(match[1], match[2])
    if interface and network:
        record["addresses"].append(SviAddress(interface=interface, network=network, address=match[1], at=at))
