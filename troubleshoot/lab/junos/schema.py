"""Which statements the simulated routers know, and of what form: the part of Junos' hierarchy that the lab needs.

Source: Juniper, Junos OS CLI reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}"
_ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}"
_PREFIX = rf"{_ADDRESS}/\d{{1,2}}"
_NUMBER = r"\d{1,10}"
_UNIT = r"[a-z]{2,4}-\d+/\d+/\d+(?:\.\d+)?|(?:lo0|fxp0|irb|ae\d+)(?:\.\d+)?"
_TEXT = r".{1,200}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A statement.

    ``key``: a name follows its keyword, and there may be several (``area 0.0.0.0``). ``value``: a value follows, and
    there is one (``host-name mx1``), or with ``several`` a list. ``bare``: names follow without a keyword.
    ``inline``: it is shown on one line.
    """

    children: Mapping[str, Kind] = field(default_factory=dict)
    key: str = ""
    value: str = ""
    several: bool = False
    bare: str = ""
    inline: bool = False

    @property
    def argument(self) -> str:
        """The pattern of the word after the keyword; empty where none follows."""
        return self.key or self.value

    @property
    def container(self) -> bool:
        """Whether other statements stand in it."""
        return bool(self.children or self.bare)

    def takes(self, word: str) -> bool:
        """Whether a word may stand in it without a keyword."""
        return bool(self.bare and re.fullmatch(self.bare, word))


def _leaf(pattern: str) -> Kind:
    return Kind(value=pattern)


def _named(pattern: str, children: Mapping[str, Kind] | None = None, *, inline: bool = False) -> Kind:
    return Kind(children or {}, key=pattern, inline=inline)


def _block(children: Mapping[str, Kind]) -> Kind:
    return Kind(children)


FLAG = Kind()
_LIST = Kind(value=_NAME, several=True)


def traceoptions(flags: str, modifiers: tuple[str, ...] = ("detail", "disable", "receive", "send")) -> Kind:
    """A traceoptions statement whose flags are among ``flags``."""
    file = Kind(
        {
            "size": _leaf(r"\d{1,10}[kKmMgG]?"),
            "files": _leaf(r"\d{1,4}"),
            "match": _leaf(_TEXT),
            "world-readable": FLAG,
            "no-world-readable": FLAG,
        },
        bare=_NAME,
        inline=True,
    )
    return _block({"file": file, "flag": _named(flags, dict.fromkeys(modifiers, FLAG), inline=True)})


_COMMON = "all|general|normal|policy|route|state|task|timer|packets"
_OSPF_FLAGS = f"{_COMMON}|database-description|error|event|flooding|hello|lsa-ack|lsa-request|lsa-update|spf"
_PIM_FLAGS = f"{_COMMON}|assert|autorp|bootstrap|cache|graft|hello|join|mdt|prune|register|rp"
_RIP_FLAGS = f"{_COMMON}|auth|error|expiration|holddown|request|trigger|update"
_BGP_FLAGS = f"{_COMMON}|4byte-as|bfd|damping|keepalive|open|refresh|update"
_SNMP_FLAGS = (
    "all|general|interface-stats|nonvolatile-sets|pdu|protocol-timeouts|routing-socket|subagent|timer|varbind-error"
)

_OSPF_INTERFACE = _named(
    _UNIT,
    {
        "interface-type": _leaf("p2p|nbma|p2mp"),
        "passive": FLAG,
        "hello-interval": _leaf(_NUMBER),
        "dead-interval": _leaf(_NUMBER),
        "metric": _leaf(_NUMBER),
        "authentication": _block(
            {
                "simple-password": _leaf(_TEXT),
                "md5": _named(_NUMBER, {"key": _leaf(_TEXT)}),
            }
        ),
    },
)
_AREA_TYPE = _block({"no-summaries": FLAG})
_OSPF = _block(
    {
        "traceoptions": traceoptions(_OSPF_FLAGS),
        "export": _LIST,
        "area": _named(
            rf"{_ADDRESS}|{_NUMBER}", {"stub": _AREA_TYPE, "nssa": _AREA_TYPE, "interface": _OSPF_INTERFACE}
        ),
    }
)
_PIM = _block(
    {
        "traceoptions": traceoptions(_PIM_FLAGS),
        "rp": _block({"local": _block({"address": _leaf(_ADDRESS)}), "static": _block({"address": _named(_ADDRESS)})}),
        "interface": _named(
            f"{_UNIT}|all", {"mode": _leaf("sparse|dense|sparse-dense"), "version": _leaf("[12]"), "disable": FLAG}
        ),
    }
)
_RIP = _block(
    {
        "traceoptions": traceoptions(_RIP_FLAGS),
        "authentication-type": _leaf("md5|simple|none"),
        "authentication-key": _leaf(_TEXT),
        "group": _named(_NAME, {"export": _LIST, "neighbor": _named(_UNIT, {"send": _leaf("none|multicast")})}),
    }
)
_BGP = _block(
    {
        "traceoptions": traceoptions(_BGP_FLAGS),
        "group": _named(
            _NAME,
            {
                "traceoptions": traceoptions(_BGP_FLAGS),
                "type": _leaf("internal|external"),
                "peer-as": _leaf(_NUMBER),
                "export": _LIST,
                "neighbor": _named(_ADDRESS, {"peer-as": _leaf(_NUMBER), "description": _leaf(_TEXT)}),
            },
        ),
    }
)
_PROTOCOLS = {"bgp": _BGP, "ospf": _OSPF, "pim": _PIM, "rip": _RIP}
_SNMP = _block(
    {
        "traceoptions": traceoptions(_SNMP_FLAGS, ()),
        "location": _leaf(_TEXT),
        "contact": _leaf(_TEXT),
        "community": _named(
            _NAME,
            {
                "authorization": _leaf("read-only|read-write"),
                "clients": Kind(bare=_PREFIX, children={}),
            },
        ),
    }
)
_SYSTEM = _block(
    {
        "host-name": _leaf(_NAME),
        "services": _block({"ssh": FLAG, "netconf": _block({"ssh": FLAG})}),
        "syslog": _block({"file": _named(_NAME, {"any": _leaf("any|notice|info"), "authorization": _leaf("info")})}),
        "login": _block({"user": _named(_NAME, {"class": _leaf(_NAME)})}),
    }
)
_INTERFACES = Kind(bare=_UNIT.replace(r"(?:\.\d+)?", ""))
_INTERFACE = _block(
    {
        "description": _leaf(_TEXT),
        "disable": FLAG,
        "mtu": _leaf(_NUMBER),
        "unit": _named(
            _NUMBER,
            {
                "description": _leaf(_TEXT),
                "family": _named("inet|inet6|iso|mpls", {"mtu": _leaf(_NUMBER), "address": _named(_PREFIX)}),
            },
        ),
    }
)
_ROUTING = {
    "router-id": _leaf(_ADDRESS),
    "autonomous-system": _leaf(_NUMBER),
    "static": _block({"route": _named(_PREFIX, {"next-hop": _leaf(_ADDRESS), "discard": FLAG})}),
}
# In the order in which Junos shows them.
ROOT = _block(
    {
        "system": _SYSTEM,
        "interfaces": _INTERFACES,
        "snmp": _SNMP,
        "routing-options": _block(_ROUTING),
        "protocols": _block(_PROTOCOLS),
        "routing-instances": Kind(bare=_NAME),
    }
)
_INSTANCE = _block(
    {
        "instance-type": _leaf("virtual-router|vrf"),
        "interface": _named(_UNIT),
        "routing-options": _block(_ROUTING),
        "protocols": _block(_PROTOCOLS),
    }
)


def below_bare(kind: Kind) -> Kind:
    """What stands in a container that is named by a word without a keyword: an interface, a routing-instance."""
    return {id(_INTERFACES): _INTERFACE, id(ROOT.children["routing-instances"]): _INSTANCE}.get(id(kind), FLAG)
