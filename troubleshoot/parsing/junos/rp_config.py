"""What the configuration of Junos (``| display set``) says about the work of a rendezvous point.

What a group says holds for its peers, what stands above the groups holds for all; the nearest word wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing import config
from troubleshoot.parsing.areas.msdp import RpConfig
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import Cites, ConfigLine
from troubleshoot.parsing.rp_config import PEER, Found
from troubleshoot.parsing.values import IPV4

_NAME = re.compile(r"set (?:groups \S+ )?system host-name \S")
_ADDRESS = re.compile(rf"set interfaces (\S+) unit (\d+) family inet address ({IPV4})/(\d{{1,2}})(?:\s|$)")
_ROUTER_ID = re.compile(rf"set routing-options router-id ({IPV4})$")
_PROTOCOL = re.compile(r"set protocols (ospf|bgp) ")
_RP = r"set protocols pim rp local (?:family inet )?"
_SHARED = re.compile(rf"{_RP}address ({IPV4})$")
_MEMBER = re.compile(rf"{_RP}anycast-pim (?:rp-set address|local-address) ({IPV4})(?: forward-msdp-sa)?$")
_MSDP = re.compile(r"set protocols msdp ")
_GROUP = re.compile(
    r"set protocols msdp group (?P<group>\S+) (?P<what>mode|local-address|import|export) (?P<value>\S+)$"
)
_PEER = re.compile(rf"set protocols msdp (?:group (?P<group>\S+) )?peer {PEER}(?: (?P<what>\S+)(?: (?P<value>.+))?)?$")
_OVERALL = re.compile(r"set protocols msdp (?P<what>local-address|import|export) (?P<value>\S+)$")
_KNOWN = re.compile(
    r"set protocols msdp (?:group \S+ )?(?:traceoptions|active-source-limit|rib-group|data-encapsulation|hold-time"
    r"|keep-alive|source|disable)\b"
)
_KEYS = {"local-address": "source", "import": "filter_in", "export": "filter_out"}


@dataclass(slots=True)
class _Groups:
    """What groups say, and which peer is in which."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)  # "" stands for all peers
    of: dict[str, str] = field(default_factory=dict)

    def note(self, group: str, what: str, value: str) -> None:
        if what == "mode":
            self.said.setdefault(group, {}).update({"mesh_group": group} if value == "mesh-group" else {})
        else:
            self.said.setdefault(group, {})[_KEYS[what]] = value

    def hand_down(self, found: Found) -> None:
        for own, item in found.peers.items():
            for level in (self.of.get(own, ""), ""):
                for key, value in self.said.get(level, {}).items():
                    if item.get(key) is None:
                        item.update({key: value})  # type: ignore[misc]


def parse(pages: Sequence[Clean]) -> RpConfig:
    """Read ``show configuration ... | display set`` of the system's name, protocols, routing options and ``lo0``.

    Raises:
        ParseFailure: the line with the system's name is missing, so that nothing proves what is not there; or there
            are members of an anycast set without the RP's address.
    """
    lines, unread = _lines(pages)
    found, groups = Found(Platform.JUNOS, default="router"), _Groups()
    for line in lines:
        if not (_take(found, line) or _take_msdp(found, groups, line)) and _MSDP.match(line["text"]):
            found.unread += line["at"]
    groups.hand_down(found)
    _take_set(found, lines)
    return found.record(pages, unread)


def _lines(pages: Sequence[Clean]) -> tuple[list[ConfigLine], Cites]:
    read = [config.parse_set([page]) for page in pages if page.lines]
    lines = [line for each in read for line in each["lines"]]
    if not any(_NAME.match(line["text"]) for line in lines):
        raise ParseFailure("the configuration shows no host-name, so it may not be whole")
    return lines, [cite for each in read for cite in each["unread"]]


def _take(found: Found, line: ConfigLine) -> bool:
    text = line["text"]
    if match := _ADDRESS.match(text):
        found.own(f"{match[1]}.{match[2]}", match[3], match[4], line["at"], None)
    elif match := _ROUTER_ID.match(text):
        process = found.process("routing-options", line["at"])
        process["router_id"] = match[1]
    elif match := _PROTOCOL.match(text):
        found.process("routing-options", line["at"])
    else:
        return False
    return True


def _take_msdp(found: Found, groups: _Groups, line: ConfigLine) -> bool:
    text = line["text"]
    if match := _PEER.match(text):
        item = found.peer(match["peer"], line)
        groups.of.setdefault(match["peer"], match["group"] or "")
        if match["what"] in _KEYS and match["value"]:
            item.update({_KEYS[match["what"]]: match["value"]})  # type: ignore[misc]
        item["password"] |= match["what"] == "authentication-key"
        item["shutdown"] |= match["what"] == "disable"
    elif match := _GROUP.match(text) or _OVERALL.match(text):
        groups.note(match.groupdict().get("group") or "", match["what"], match["value"])
    else:
        return _KNOWN.match(text) is not None
    return True


def _take_set(found: Found, lines: Sequence[ConfigLine]) -> None:
    shared = next((match[1] for line in lines if (match := _SHARED.match(line["text"]))), None)
    for line in lines:
        if match := _MEMBER.match(line["text"]):
            if shared is None:
                raise ParseFailure("members of an anycast set without the RP's address", *line["at"][0][:2])
            found.member(shared, [match[1]], line["at"])
