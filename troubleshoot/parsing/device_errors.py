"""The device's own refusals, told apart before any parsing.

A refusal means *nothing was observed*. Sentences that are an answer (``% Network not in table``, ``Group 239.9.9.9
not found``, ``IP Multicast Forwarding is not enabled``) are not refusals: the parsers read them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean, Line, clean
from troubleshoot.parsing.failure import ParseFailure, excerpt


class RefusalKind(StrEnum):
    """Why a device did not carry out a command."""

    INVALID = "invalid_command"  # unknown here, or hidden by privilege or a missing feature
    INCOMPLETE = "incomplete_command"  # the tree's author has to mend it
    AMBIGUOUS = "ambiguous_command"  # likewise
    AUTHORIZATION = "authorization"
    FEATURE_OFF = "feature_off"
    NO_SUCH_VRF = "no_such_vrf"
    TOOL_MISSING = "tool_missing"
    SECOND_HOP = "second_hop"
    FAILED = "script_failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal, the line that says so, and its 1-based number in the raw text."""

    kind: RefusalKind
    text: str
    line: int


class Refused(ParseFailure):
    """The device did not carry out the command; ``refusal`` says why."""

    def __init__(self, refusal: Refusal, part: int = 0) -> None:
        message = f"refused ({refusal.kind.value.replace('_', ' ')}): {excerpt(refusal.text)}"
        super().__init__(message, part, refusal.line, hint=_HINTS.get(refusal.kind, ""))
        self.refusal = refusal


SECOND_HOP_HINT = (
    "Our session cannot pass its credentials on to a further host, so this says nothing about rights. Run it in a "
    "session to that host itself, or use Kerberos with delegation, or CredSSP."
)
_HINTS = {
    RefusalKind.INVALID: "The command is unknown on this release, hidden by privilege, or its feature is not enabled.",
    RefusalKind.INCOMPLETE: "The command of the tree is incomplete.",
    RefusalKind.AMBIGUOUS: "The command of the tree is ambiguous.",
    RefusalKind.AUTHORIZATION: "The login may not run this command; it is no network fault.",
    RefusalKind.FEATURE_OFF: "The feature or its daemon is not running.",
    RefusalKind.NO_SUCH_VRF: "VRF names are case-sensitive.",
    RefusalKind.TOOL_MISSING: "The role or its tools are not installed on this host; that is no finding.",
    RefusalKind.SECOND_HOP: SECOND_HOP_HINT,
    RefusalKind.FAILED: "The script ended with an error; nothing was observed.",
}

_CISCO = (
    (RefusalKind.INVALID, r"% ?Invalid (?:input detected|command) at"),
    (RefusalKind.INVALID, r"(?:% ?Unrecognized command|% ?Unknown command)"),
    (RefusalKind.INCOMPLETE, r"% ?Incomplete command"),
    (RefusalKind.AMBIGUOUS, r"% ?Ambiguous command"),
    (RefusalKind.AUTHORIZATION, r"% ?(?:Permission denied|Authorization failed|Access denied|Not authorized)"),
    (RefusalKind.AUTHORIZATION, r"(?:Error: )?(?:Command|Task) authorization failed"),
    (RefusalKind.FEATURE_OFF, r"%? ?(?:PIM|IGMP|MSDP|BGP|RIP|OSPF)\b.{0,40} not (?:running|enabled|configured)"),
    (
        RefusalKind.NO_SUCH_VRF,
        r"(?:%? ?(?:IP routing table|VRF(?! label )|Table)\b.{0,60}(?:does not exist|not found|not configured)"
        r"|%? ?No such VRF|%? ?(?:Invalid|Unknown) VRF|%? ?(?:There is )?no VRF)",
    ),
)
_JUNOS = (
    (RefusalKind.AUTHORIZATION, r"(?:error: )?permission denied"),
    (RefusalKind.FEATURE_OFF, r"(?:error|warning): .{0,80}\bnot running"),
    (RefusalKind.FEATURE_OFF, r"(?:PIM|IGMP|MSDP|OSPF|BGP) (?:instance )?(?:is )?not (?:running|configured|enabled)"),
    (RefusalKind.NO_SUCH_VRF, r"(?:error: )?.{0,60}(?:instance|table)\b.{0,60}(?:not found|does not exist|unknown)"),
    (RefusalKind.AMBIGUOUS, r"(?:error: )?\S{0,40} ?is ambiguous"),
    (RefusalKind.INCOMPLETE, r"(?:error: )?syntax error, incomplete|missing argument"),
    (RefusalKind.INVALID, r"(?:error: )?(?:syntax error|unknown command|invalid value|invalid command)"),
    (RefusalKind.UNKNOWN, r"error: (?!could not resolve file)"),  # no such log file: that is an answer
)
_FRR = (
    (RefusalKind.INVALID, r"% ?Unknown command"),
    (RefusalKind.INCOMPLETE, r"% ?Command incomplete"),
    (RefusalKind.AMBIGUOUS, r"% ?Ambiguous command"),
    (RefusalKind.FEATURE_OFF, r"\w{2,12} is not running"),
    (RefusalKind.NO_SUCH_VRF, r"%? ?(?:VRF .{0,60}(?:not found|does not exist)|No such VRF|Unknown VRF)"),
    (RefusalKind.AUTHORIZATION, r"Exiting: failed to connect to any daemons|.{0,60}[Pp]ermission denied"),
)
# The numbers and identifiers are the same in every display language; the sentences are English and German.
_WINDOWS = (
    (RefusalKind.TOOL_MISSING, r"'?.{1,80}'? is not recognized as an internal or external command"),
    (RefusalKind.TOOL_MISSING, r"The following command was not found: |Der folgende Befehl wurde nicht gefunden: "),
    (RefusalKind.TOOL_MISSING, r"Der Befehl \S{1,80} ist entweder falsch geschrieben"),
    (RefusalKind.TOOL_MISSING, r"\+ FullyQualifiedErrorId : CommandNotFoundException"),
    (
        RefusalKind.TOOL_MISSING,
        r"(?:\S{1,80} : )?(?:The term '.{1,80}' is not recognized|Die Benennung .{1,80} wurde nicht)",
    ),
    (RefusalKind.SECOND_HOP, r".{0,160}(?:0x80072020|WIN32: 8224|0x8009030E|DsBindWithCred .{1,120} status 5\b)"),
    (RefusalKind.SECOND_HOP, r"(?:\S{1,80} : )?(?:An operations error occurred|Ein Vorgangsfehler ist aufgetreten)"),
    (
        RefusalKind.AUTHORIZATION,
        r"(?:ERROR: |FEHLER: |Error: |\S{1,80} : )?(?:Access is denied|Access denied|Zugriff verweigert"
        r"|The requested operation requires elevation"
        r"|Requested registry access is not allowed|Der angeforderte Registrierungszugriff ist unzul)",
    ),
    (RefusalKind.AUTHORIZATION, r"(?:System error|Systemfehler) 5\b|\[SC\] .{1,80} (?:FAILED|FEHLER) 5:"),
    (RefusalKind.AUTHORIZATION, r"I_NetLogonControl failed: Status = 5\b"),
    (RefusalKind.AUTHORIZATION, r".{0,200}\b0x80070005\b"),
    (RefusalKind.AUTHORIZATION, r"\+ FullyQualifiedErrorId : .{0,60}UnauthorizedAccess"),
    (RefusalKind.INVALID, r"The command line is too long\.|Die Befehlszeile ist zu lang\."),
    (RefusalKind.FAILED, r"\+ FullyQualifiedErrorId : "),
)
# A percent sign that is an answer.
_FINDING = re.compile(
    r"% ?(?:(?:Network|Subnet|Route) not in|No match for RPF|Group |No such interface|No matching routes"
    r"|No BGP neighbors found|Prefix not found|Warning)",
    re.I,
)
_TABLES = {
    platform: tuple((kind, re.compile(pattern, re.I)) for kind, pattern in table)
    for platform, table in (
        (Platform.IOS, _CISCO),
        (Platform.NXOS, _CISCO),
        (Platform.JUNOS, _JUNOS),
        (Platform.FRR, _FRR),
        (Platform.WINDOWS, _WINDOWS),
    )
}
_EDGE = 3


def refusal(platform: Platform, text: str) -> Refusal | None:
    """Return the refusal in a raw output, or ``None``."""
    return refusal_in(platform, clean(text))


def refusal_in(platform: Platform, page: Clean) -> Refusal | None:
    """Return the refusal in a cleaned output, or ``None``.

    Only the first and last lines count: a long output may quote such a sentence (a banner, a description, a log).
    """
    table = _TABLES.get(platform, ())
    edges = page.edges(_EDGE)
    for number, text in edges:
        body = text.strip()
        for kind, pattern in table:
            if pattern.match(body):
                return Refusal(kind, body, number)
    return _unknown(edges) if table and platform is not Platform.WINDOWS else None


def _unknown(edges: Sequence[Line]) -> Refusal | None:
    """A lone percent line that is no known answer is a refusal of a kind we have not met."""
    said = [(number, text.strip()) for number, text in edges if text.strip() != "^"]
    if len(said) == 1 and said[0][1].startswith("%") and not _FINDING.match(said[0][1]):
        return Refusal(RefusalKind.UNKNOWN, said[0][1], said[0][0])
    return None
