"""What a DNS server knows: zones as records, and the answer to a question computed from them (RFC 1034, 4.3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone

from troubleshoot.errors import AuthorError

_TTL = 3600
_IN = dns.rdataclass.IN
_CHAIN = 8  # aliases that are followed


@dataclass(slots=True)
class Zones:
    """The zones of one server; they can change while it runs."""

    zones: dict[dns.name.Name, dns.zone.Zone] = field(default_factory=dict)
    trouble: str = ""  # servfail, refused, silent, truncate, garbage

    def add(self, zone: str, line: str) -> None:
        """Add a record, written as in a zone file: ``NAME [TTL] TYPE DATA``, names relative to the zone."""
        rrset = _record(zone, line)
        existing = self._zone(zone).find_rdataset(rrset.name, rrset.rdtype, create=True)
        for rdata in rrset:
            existing.add(rdata, rrset.ttl)

    def remove(self, zone: str, line: str) -> bool:
        """Remove a record; whether it was there."""
        known, rrset = self._zone(zone), _record(zone, line)
        existing = known.get_rdataset(rrset.name, rrset.rdtype)
        if existing is None:
            return False
        kept = [rdata for rdata in existing if rdata not in rrset]
        if len(kept) == len(existing):
            return False
        known.delete_rdataset(rrset.name, rrset.rdtype)
        if kept:
            known.replace_rdataset(rrset.name, dns.rdataset.from_rdata_list(existing.ttl, kept))
        return True

    def _zone(self, name: str) -> dns.zone.Zone:
        found = self.zones.get(dns.name.from_text(name))
        if found is None:
            raise KeyError(name)
        return found

    # --- answering ---

    def answer(self, query: dns.message.Message) -> dns.message.Message | None:
        """The answer to a question; None where the server stays silent."""
        if self.trouble == "silent":
            return None
        reply = dns.message.make_response(query)
        if self.trouble in ("servfail", "refused"):
            reply.set_rcode(dns.rcode.SERVFAIL if self.trouble == "servfail" else dns.rcode.REFUSED)
            return reply
        if len(query.question) != 1:
            reply.set_rcode(dns.rcode.FORMERR)
            return reply
        self._fill(reply, query.question[0].name, query.question[0].rdtype)
        return reply

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        zone = self._best(name)
        if zone is None:
            reply.set_rcode(dns.rcode.REFUSED)
            return
        for _ in range(_CHAIN):
            cut = _delegation(zone, name)
            if cut is not None:
                reply.authority.append(cut)
                return
            reply.flags |= dns.flags.AA
            node = zone.get_node(name)
            if node is None and not _has_below(zone, name):
                reply.set_rcode(dns.rcode.NXDOMAIN)
                reply.authority.extend(_soa(zone))
                return
            found = node.get_rdataset(_IN, kind) if node else None
            alias = node.get_rdataset(_IN, dns.rdatatype.CNAME) if node and found is None else None
            if alias is None:
                reply.answer.extend([_rrset(name, found)] if found else [])
                reply.authority.extend([] if found else _soa(zone))
                return
            reply.answer.append(_rrset(name, alias))
            name = alias[0].target
            zone = self._best(name) or zone
            if not name.is_subdomain(zone.origin or dns.name.root):
                return

    def _best(self, name: dns.name.Name) -> dns.zone.Zone | None:
        """The zone with the longest name that holds ``name``."""
        fitting = [origin for origin in self.zones if name.is_subdomain(origin)]
        return self.zones[max(fitting, key=len)] if fitting else None


def zones_from(records: Mapping[str, Sequence[str]], server: str, trouble: str = "") -> Zones:
    """Build the zones; each gets an SOA and an NS record of ``server``. Raises AuthorError."""
    zones = Zones(trouble=trouble)
    for name, lines in records.items():
        origin = dns.name.from_text(name)
        zone = dns.zone.Zone(origin, relativize=False)
        zones.zones[origin] = zone
        head = (f"@ SOA {server}.{name}. hostmaster.{name}. 1 900 600 86400 3600", f"@ NS {server}.{name}.")
        for line in (*head, *lines):
            zones.add(name, line)
    return zones


def _record(zone: str, line: str) -> dns.rrset.RRset:
    words = line.split()
    ttl = int(words.pop(1)) if len(words) > 1 and words[1].isdecimal() else _TTL
    try:
        name, kind, data = words[0], words[1], " ".join(words[2:])
        origin = dns.name.from_text(zone)
        owner = origin if name == "@" else dns.name.from_text(name, origin)
        rdata = dns.rdata.from_text(dns.rdataclass.IN, kind, data, origin=origin, relativize=False)
        return dns.rrset.from_rdata(owner, ttl, rdata)
    except (IndexError, dns.exception.DNSException, ValueError) as error:
        raise AuthorError(f"lab: dns: zone {zone}: not a record: {line!r} ({error})") from None


def _delegation(zone: dns.zone.Zone, name: dns.name.Name) -> dns.rrset.RRset | None:
    """The NS records of a zone cut at or above ``name``, below the zone's own apex."""
    origin = zone.origin or dns.name.root
    for ancestor in _ancestors(name, origin):
        cut = zone.get_rdataset(ancestor, dns.rdatatype.NS)
        if cut is not None:
            return _rrset(ancestor, cut)
    return None


def _ancestors(name: dns.name.Name, origin: dns.name.Name) -> Iterator[dns.name.Name]:
    while name != origin and name.is_subdomain(origin):
        yield name
        name = name.parent()


def _has_below(zone: dns.zone.Zone, name: dns.name.Name) -> bool:
    """An empty name between the zone and one of its records exists (RFC 8020)."""
    return any(other.is_subdomain(name) for other in zone.nodes)


def _soa(zone: dns.zone.Zone) -> list[dns.rrset.RRset]:
    origin = zone.origin or dns.name.root
    found = zone.get_rdataset(origin, dns.rdatatype.SOA)
    return [_rrset(origin, found)] if found else []


def _rrset(name: dns.name.Name, rdataset: dns.rdataset.Rdataset) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))
