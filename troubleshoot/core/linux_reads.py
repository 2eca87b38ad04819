"""Which commands of Linux only read. iproute2 takes abbreviations (`ip l s eth0 down` sets), so words are listed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# Programs that only read, each with the arguments with which that is certain.
_READS: Final[Mapping[str, str]] = {
    "uname": r"(-[asnrvmo]+)?",
    "uptime": "",
    "hostname": "(-[fisd])?",
    "date": "(-u)?",
    "id": r"[a-z0-9_-]*",
    "ps": r"-?[aefuxwl]*",
    "df": r"(-[hiPT]+)?",
    "free": r"(-[hmgw]+)?",
    "ss": r"(-[tulnpaswm46]+)?",
    "getent": r"(hosts|ahosts|services|protocols) [A-Za-z0-9.:-]+",
}
_OBJECTS: Final = r"(?:address|addr|a|link|l|route|r|rule|neighbour|neighbor|neigh|n|maddress|maddr|mroute|vrf|netns)"
_IP: Final = re.compile(
    r"ip(?: -(?:4|6|d|details|s|stats|statistics|o|oneline|j|json|p|pretty|br|brief|h|human))*"
    rf" (?:{_OBJECTS}(?: (?:show|list|ls)(?P<more>(?: [A-Za-z0-9./:@_-]+)*))?"
    r"|(?:route|r) get [0-9A-Fa-f.:]+(?: (?:from|iif|oif|vrf|mark) [A-Za-z0-9.:@_-]+)*)"
)
_SHELL: Final = re.compile(r"[;&|<>`$(){}\\\n\r*?\[\]~!#'\"]|[^\x20-\x7e]")


def linux_problem(command: str) -> str:
    """Why ``command`` is not certain to only read; empty when it is."""
    if _SHELL.search(command):
        return "holds a shell character"
    words = command.split()
    if words[0] == "vtysh":
        return "ask vtysh as a host of platform frr"
    line = " ".join(words)
    if words[0] == "ip":
        return "" if _IP.fullmatch(line) else "ip: not known to only read"
    arguments = _READS.get(words[0])
    known = arguments is not None and re.fullmatch(arguments, " ".join(words[1:]))
    return "" if known else "not a command that only reads"
