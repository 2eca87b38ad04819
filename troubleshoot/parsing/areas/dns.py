"""DNS: what a server answers to one question."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class DnsRecord(TypedDict):
    """One resource record of an answer."""

    name: str  # lower case, without the final dot
    type: str  # A, SRV ...
    ttl: int  # seconds
    data: str  # as printed; names in lower case without the final dot
    at: Cites


class DnsAnswer(TypedDict):
    """The answer of one server. ``answers`` is None where it did not answer the question (SERVFAIL, REFUSED)."""

    name: str | None  # what was asked
    type: str | None
    status: str  # NOERROR, NXDOMAIN, SERVFAIL, REFUSED ...
    authoritative: bool
    recursion: bool  # the server would ask others for us
    answers: list[DnsRecord] | None
    authority: list[DnsRecord]
    at: Cites
    unread: Cites


PARSERS: Mapping[str, Parser] = MappingProxyType({"dns_answer": Parser(DnsAnswer, {Platform.DNS: "dig:parse"})})
