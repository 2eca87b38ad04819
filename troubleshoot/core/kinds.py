"""The words that several rooms share: platforms, what can go wrong with an observation, how risky a command is."""

from __future__ import annotations

from enum import StrEnum


class Platform(StrEnum):
    """What kind of command line a host speaks."""

    IOS = "ios"  # IOS and IOS-XE
    NXOS = "nxos"
    JUNOS = "junos"
    FRR = "frr"  # vtysh
    LINUX = "linux"
    WINDOWS = "windows"
    DNS = "dns"  # no command line: a question that we ask the host's DNS server ourselves


class Trouble(StrEnum):
    """Why something could not be observed. The first nine are the ``kind`` of an error in the JSON result."""

    UNREACHABLE = "unreachable"
    AUTH = "auth"
    HOST_KEY = "host_key"
    TLS = "tls"
    TIMEOUT = "timeout"
    REFUSED = "refused"  # the device or our read-only guard did not accept the command
    PARSE = "parse"
    NOT_SUPPORTED = "not_supported"
    AUTHOR = "author"  # the tree is at fault
    NOT_SEEN = "not_seen"  # offline: the command was not captured
    DOUBTFUL = "doubtful"  # the output may be incomplete
    CANCELLED = "cancelled"


class Risk(StrEnum):
    """What a fix can cost, in rising order."""

    READ = "read"
    CHANGE = "change"  # one setting, reversible, no session lost
    SESSION = "session"  # may drop sessions or flows
    OUTAGE = "outage"  # a service or site is down meanwhile
    IRREVERSIBLE = "irreversible"

    @property
    def rank(self) -> int:
        """Position in rising order; compare risks by it."""
        return list(Risk).index(self)
