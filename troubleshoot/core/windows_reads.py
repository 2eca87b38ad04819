"""Which programs of Windows only read, and with which arguments that is certain.

A program that is not in the table is refused, and so is an argument that its entry does not name: many tools read and
write by the same verb and differ in one option (`certutil -store` with a file name writes it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import category, normalize

from troubleshoot.core.cmd_line import CmdLine, read_cmd_line


@dataclass(frozen=True, slots=True)
class Reads:
    """How a program only reads.

    ``verbs``: the first word must be one of these (empty: any). ``options``: words that start with ``/`` or ``-``
    must match this expression as a whole. ``most``: how many further words there may be. ``server``: what may
    stand before the verb.
    """

    verbs: str = ""
    options: str = ""
    most: int = 99
    server: str = ""


TABLE: Final[Mapping[str, Reads]] = {
    "winrm": Reads(
        "g|get|e|enum|enumerate|id|identify|helpmsg|help",
        r"-(?:r|remote|a|auth|authentication|f|format|t|timeout|filter|dialect|returntype|rt|ad|encoding)(?::\S.*)?"
        r"|-(?:ssl|usessl|shallow|basepropertiesonly|skipcacheck|skipcncheck|skiprevcheck|defaultcreds)",
    ),
    "sc": Reads(
        "query|queryex|qc|qdescription|qfailure|qtriggerinfo|enumdepend|getdisplayname|getkeyname|sdshow",
        server=r"\\\\[a-z0-9._-]+",
    ),
    "net": Reads("start|share|use|view|statistics|config|session|time", most=1),
    "nltest": Reads(
        options=r"/(?:sc_query|sc_verify|dsgetdc|dclist|server|dsgetsite|domain_trusts|parentdomain|whowill"
        r"|finduser|dsgetdcname)(?::.*)?|/(?:force|pdc|gc|kdc|timeserv|ldaponly|writable|ret_dns|ret_netbios"
        r"|avoidself|primary|direct_in|direct_out|all_trusts|v)"
    ),
    "certutil": Reads(
        options=r"-(?:cainfo|store|verifystore|catemplates|ping|pingadmin|getreg|dump|template|dstemplate|schema"
        r"|enterprise|user|grouppolicy|v|silent|gmt|seconds|unicode|config|dc|tcainfo|adca|error)",
        most=3,
    ),
    "dfsrmig": Reads(options=r"/get(?:global|migration)state", most=0),
    "dfsrdiag": Reads("backlog|replicationstate|replstate|guid2name|idrecord", r"/\S+"),
    "repadmin": Reads(
        options=r"/(?:showrepl|replsummary|replsum|showobjmeta|showattr|showutdvec|queue|showbackup|istg|bridgeheads"
        r"|viewlist|latency|failcache|showconn|showcert|showismr?|showtime|all|csv|errorsonly|intersite|repsto|verbose"
        r"|filter:.*|atts:.*|bysrc|bydest|sort:\w+)"
    ),
    "netdom": Reads("query|verify", r"/(?:domain|d|server|s|enum|verbose)(?::\S+)?"),
    "w32tm": Reads(
        options=r"/(?:query|stripchart|monitor|tz|status|source|peers|configuration|verbose|dataonly|ntte|ntpte"
        r"|computer:\S+|computers:\S+|samples:[0-9]{1,2}|period:[0-9]{1,2}|domain:\S+|packetinfo|threads:\d+)",
        most=1,
    ),
    "wevtutil": Reads(
        "qe|query-events|gl|get-log|gli|get-log-info|el|enum-logs|ep|enum-publishers|gp|get-publisher",
        r"/(?:q|query|c|count|rd|reversedirection|f|format|e|element|l|locale|lf|logfile|r|remote|ge|getevents|gm"
        r"|getmessage|a|authentication|uni|unicode)(?::.*)?",
        most=1,
    ),
    "reg": Reads("query", r"/(?:v|ve|s|f|k|d|c|e|t|z|se|reg:32|reg:64)"),
    "query": Reads("session|user|process|termserver", r"/(?:server:\S+|counter|mode|flow|connect|vm|sm)", most=1),
    "qwinsta": Reads(options=r"/(?:server:\S+|counter|mode|flow|connect|vm|sm)", most=1),
    "quser": Reads(options=r"/server:\S+", most=1),
    "qprocess": Reads(options=r"/(?:server:\S+|id:\d+|system)", most=1),
    "ipconfig": Reads(options="/(?:all|displaydns|allcompartments)", most=0),
    "systeminfo": Reads(options=r"/(?:fo|nh|s)", most=2),
    "whoami": Reads(options=r"/(?:all|user|groups|priv|logonid|fo|nh|upn|fqdn|claims)", most=1),
    "hostname": Reads(most=0),
    "ver": Reads(most=0),
    "vol": Reads(most=1),
    "echo": Reads(options="[/-].*"),
    "date": Reads("/t", most=0),  # alone it asks for a new one
    "time": Reads("/t", most=0),
    "dir": Reads(options=r"/(?:[a-z4]|[ot]:?\S{1,4}|a:?\S{1,4}|-c)+", most=1),
    "type": Reads(most=1),
    "where": Reads(options=r"/(?:r|q|f|t)", most=2),
    "tasklist": Reads(options=r"/(?:svc|v|m|fi|fo|nh|s|apps)", most=6),
    "driverquery": Reads(options=r"/(?:v|si|fo|nh)", most=1),
    "getmac": Reads(options=r"/(?:v|fo|nh|s)", most=2),
    "ping": Reads(options=r"[-/](?:n|w|l|4|6|a|f|i|S)", most=5),
    "tracert": Reads(options=r"[-/](?:d|h|w|4|6)", most=3),
    "nslookup": Reads(options=r"-(?:type|q|querytype|timeout|retry|debug|norecurse)(?:=\S+)?", most=2),
    "arp": Reads(options=r"[-/](?:a|g|n|v)", most=2),
    "route": Reads("print", "-[46]", most=2),
    "netstat": Reads(options=r"[-/][anbefopqrsty]+", most=1),
    "nbtstat": Reads(options=r"[-/](?:n|c|s|a)", most=1),
    "nlb": Reads("query|display|params|ip2mac|queryport", most=3),
    "wlbs": Reads("query|display|params|ip2mac|queryport", most=3),
    "klist": Reads("tickets|tgt|sessions|kcd_cache|-li|-lh", "-l[ih]", most=4),
    "setspn": Reads(options=r"[-/](?:q|l|x|f|t|p)", most=2),
    "gpresult": Reads(options=r"/(?:r|v|z|scope|user|s)", most=3),
    "schtasks": Reads(options=r"/(?:query|tn|fo|v|nh|xml|s)", most=3),
    "dcdiag": Reads(options=r"/(?:test:(?!dns\b)\w+|s:\S+|v|q|e|a|i|n:\S+|skip:\w+)", most=0),
    "dnscmd": Reads(
        "/info|/zoneinfo|/enumzones|/enumrecords|/zoneprint|/statistics|/enumdirectorypartitions",
        r"/(?:type|node|child|continue|detail|authority|additional|primary|secondary|forward|reverse|ds|file"
        r"|directorypartition)\S*",
        server=r"[a-z0-9._-]+",
    ),
    "auditpol": Reads(options=r"/(?:get|list|category:\S+|subcategory:\S+|r)", most=1),
    "icacls": Reads(most=1),
}
# What may stand before `show`. netsh takes abbreviations of its verbs, so a list of what writes would never be whole.
_NETSH_CONTEXT: Final = re.compile(
    "interface|int|ip|ipv4|ipv6|tcp|udp|portproxy|teredo|6to4|isatap|httpstunnel|advfirewall|firewall|consec|mainmode"
    "|monitor|winhttp|http|winsock|dnsclient|namespace|bridge|lan|wlan|dhcpclient|routing|rip|ospf|nat|dhcp|server"
    "|scope|trace|rpc|filter|ras|nps|nap|wfp|branchcache|[0-9.]+"
)
_NETSH_RIP_DUMP: Final = ["routing", "ip", "rip", "dump"]  # writes a script to the console; it takes no file
# Characters beyond ASCII that a program of the ANSI kind gets as a quote, a dash or a slash ("best fit").
_LETTERS: Final = frozenset({"Ll", "Lu", "Lo", "Lm", "Nd", "Mn", "Mc"})
_SPLIT_QUOTE: Final = re.compile(r'\\"|(?<=\S)""|""(?=\S)')
_FAR: Final = re.compile(r"[\\/]{2}")
_OWN: Final = re.compile(r"[a-z]:[\\/]+|ldap:///(?![\\/])", re.IGNORECASE)  # a drive; the own domain's directory
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)  # names of resources in winrm
_DEVICE: Final = re.compile(
    r"(?:.*[\\/:])?(?:con|aux|prn|com[0-9]|lpt[0-9]|conin\$|conout\$)(?:[.: ].*)?", re.IGNORECASE
)
_OPENS_FILES: Final = frozenset({"type", "certutil", "dir", "vol", "where", "icacls", "wevtutil"})
_CERTUTIL_VERBS: Final = re.compile(
    r"-(?:cainfo|store|verifystore|catemplates|ping|pingadmin|getreg|dump|template|dstemplate|schema|tcainfo|adca|error)"
)
# Options of certutil that take the next word.
_CERTUTIL_VALUES: Final = frozenset({"-config", "-dc"})


def windows_problem(command: str, powershell: Callable[[str], str]) -> str:
    """Why ``command`` is not certain to only read; empty when it is. ``powershell`` judges ``PS ...>`` commands."""
    if command.startswith("PS"):
        return powershell(command)
    line = read_cmd_line(command)
    if isinstance(line, str):
        return line
    return _spelling_problem(command) or _far_problem(line) or _program_problem(line)


def _spelling_problem(command: str) -> str:
    """What the program may read differently from cmd.exe."""
    if any(ord(char) > 127 and not _is_letter(char) for char in command):
        return "holds a character that a program may take for another one"
    if _SPLIT_QUOTE.search(command):
        return "holds a quote that the program may not take for one"
    first = command.split()[0].lower()
    if first.endswith((".com", ".bat", ".cmd")) and first != "winrm.cmd":
        return "not a program that is known to only read"
    return ""


def _is_letter(char: str) -> bool:
    return category(char) in _LETTERS and normalize("NFKC", char) == char


def _far_problem(line: CmdLine) -> str:
    """A file of another host, opened by its name, sends the account's login there."""
    words = list(line.words)
    if line.program == "sc" and words and re.fullmatch(TABLE["sc"].server, words[0].lower()):
        words = words[1:]
    for word in words:
        own = _OWN.match(word)
        bare = word[own.end() :] if own else word
        if _FAR.search(_WEB.sub("", bare) if line.program == "winrm" else bare):
            return f"{line.program}: reaches for another host"
        if line.program in _OPENS_FILES and _DEVICE.fullmatch(bare):
            return f"{line.program}: reads from a device"
    return ""


def _program_problem(line: CmdLine) -> str:
    if line.program == "netsh":
        return _netsh_problem(line)
    reads = TABLE.get(line.program)
    if reads is None:
        return "not a program that is known to only read"
    problem = _arguments_problem(line, reads)
    special = _SPECIAL.get(line.program)
    return problem or (special(line) if special else "")


def _arguments_problem(line: CmdLine, reads: Reads) -> str:
    words = [word.lower() for word in line.words]
    if reads.server and words and words[0] not in reads.verbs.split("|") and re.fullmatch(reads.server, words[0]):
        words = words[1:]
    if reads.verbs:
        if not words or words[0] not in reads.verbs.split("|"):
            return f"{line.program}: this verb is not known to only read"
        words = words[1:]
    options = [word for word in words if word[:1] in "/-" and len(word) > 1]
    strange = next((word for word in options if not re.fullmatch(reads.options, word, re.IGNORECASE)), None)
    if strange is not None:
        return f"{line.program}: option {strange[:40]!r} is not known to only read"
    return f"{line.program}: too many arguments" if len(words) - len(options) > reads.most else ""


def _netsh_problem(line: CmdLine) -> str:
    words = [word.lower() for word in line.words]
    if words == _NETSH_RIP_DUMP:
        return ""
    place = words.index("show") if "show" in words else len(words)
    known = all(_NETSH_CONTEXT.fullmatch(word) for word in words[:place])
    if place == len(words) or not known or any(word[:1] in "-/" for word in words):
        return "netsh: only `show` is known to only read"
    return "netsh: shows keys" if any(word.startswith("key") for word in words) else ""


def _certutil_problem(line: CmdLine) -> str:
    words = [word.lower() for word in line.words]
    verbs = [word for word in words if _CERTUTIL_VERBS.fullmatch(word)]
    if len(verbs) != 1:
        return "certutil: wants one reading verb"
    behind = words[words.index(verbs[0]) + 1 :]
    values = [word for number, word in enumerate(behind) if number == 0 or behind[number - 1] not in _CERTUTIL_VALUES]
    positional = [word for word in values if not word.startswith("-")]
    most = 2 if verbs[0] in ("-store", "-verifystore", "-cainfo", "-tcainfo") else 1
    return f"certutil: {verbs[0]} with more arguments may write a file" if len(positional) > most else ""


def _net_problem(line: CmdLine) -> str:
    verb, rest = line.words[0].lower(), line.words[1:]
    if verb in ("start", "use", "view", "session") and rest:
        return f"net {verb} with an argument changes something"
    return "net: changes something" if any("=" in word or "/" in word for word in rest) else ""


def _ping_problem(line: CmdLine) -> str:
    words = [word.lower() for word in line.words]
    counts = [words[n + 1] for n, word in enumerate(words[:-1]) if word in ("-n", "/n")]
    waits = [words[n + 1] for n, word in enumerate(words[:-1]) if word in ("-w", "/w")]
    fit = all(re.fullmatch("[0-9]{1,2}", count) for count in counts)
    return "" if fit and all(re.fullmatch("[0-9]{1,5}", wait) for wait in waits) else "ping: too many"


def _nbtstat_problem(line: CmdLine) -> str:
    return "nbtstat: never ends" if any(word.isdigit() for word in line.words) else ""


def _nslookup_problem(line: CmdLine) -> str:
    """Without a name, or with '-' in its place, it takes commands from its input."""
    names = [word for word in line.words if not re.match("-[a-z]", word, re.IGNORECASE)]
    return "" if names and names[0] != "-" else "nslookup: wants a name"


def _netstat_problem(line: CmdLine) -> str:
    words = [word for word in line.words if word[:1] not in "-/"]
    protocols = r"(?:tcp|udp|icmp|ip)(?:v6)?"
    return "" if all(re.fullmatch(protocols, word, re.IGNORECASE) for word in words) else "netstat: never ends"


def _klist_problem(line: CmdLine) -> str:
    """`klist -li 0x3e7 purge` purges."""
    known = r"-l[ih]|0x[0-9a-f]{1,16}|[0-9]{1,20}|tickets|tgt|sessions|kcd_cache"
    strange = [word for word in line.words if not re.fullmatch(known, word, re.IGNORECASE)]
    return "klist: changes something" if strange else ""


def _bounded_problem(line: CmdLine) -> str:
    words = [word.lower() for word in line.words]
    if "/stripchart" in words and not any(word.startswith("/samples:") for word in words):
        return "w32tm /stripchart without /samples never ends"
    return ""


def _schtasks_problem(line: CmdLine) -> str:
    return "" if any(word.lower() == "/query" for word in line.words) else "schtasks: only /query reads"


def _auditpol_problem(line: CmdLine) -> str:
    first = line.words[0].lower() if line.words else ""
    return "" if first in ("/get", "/list") else "auditpol: only /get and /list read"


_SPECIAL: Final[Mapping[str, Callable[[CmdLine], str]]] = {
    "certutil": _certutil_problem,
    "net": _net_problem,
    "ping": _ping_problem,
    "netstat": _netstat_problem,
    "nbtstat": _nbtstat_problem,
    "nslookup": _nslookup_problem,
    "klist": _klist_problem,
    "w32tm": _bounded_problem,
    "schtasks": _schtasks_problem,
    "auditpol": _auditpol_problem,
}
