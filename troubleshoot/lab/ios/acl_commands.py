"""Access lists: numbered lines, named lists, and the reading of their entries."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.config_commands import NOT_CREATED, edit
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.ios.grammar import is_address
from troubleshoot.lab.network.model import AccessList, AclLine, Router

_PROTOCOLS = ("ip", "udp", "tcp", "icmp", "igmp", "pim")


def entry(permit: bool, text: str, *, extended: bool) -> AclLine | None:
    """The entry after `permit` or `deny`; None where it cannot be read."""
    tokens = text.lower().split()
    protocol = "ip"
    if extended:
        if not tokens or tokens[0] not in _PROTOCOLS:
            return None
        protocol = tokens.pop(0)
    source = _endpoint(tokens)
    destination = _endpoint(tokens) if extended else None
    if source is None or (extended and destination is None) or tokens:
        return None
    return AclLine(permit, source, destination, protocol)


def _endpoint(tokens: list[str]) -> IPv4Network | None:
    """`any`, `host A`, `A WILDCARD` or a lone address, taken off ``tokens``."""
    if not tokens:
        return None
    first = tokens.pop(0)
    if first == "any":
        return IPv4Network("0.0.0.0/0")
    if first == "host":
        return IPv4Network(tokens.pop(0)) if tokens and is_address(tokens[0]) else None
    if not is_address(first):
        return None
    if tokens and is_address(tokens[0]):
        return network_of(first, tokens.pop(0), inverse=True)
    return IPv4Network(IPv4Address(first))


def is_extended(name: str) -> bool:
    """Whether a list number belongs to the extended ranges."""
    return name.isdigit() and (100 <= int(name) <= 199 or 2000 <= int(name) <= 2699)


def _numbered(context: Context, args: Args) -> str:
    name = args["list"]
    if "no" in args:  # classic IOS: the whole numbered list goes, whatever line is named
        return edit(context, lambda r: r.without_access_list(name))
    line = entry("permit" in args, args["entry"], extended=is_extended(name))
    return NOT_CREATED if line is None else _append(context, AccessList(name, extended=is_extended(name)), line)


def _append(context: Context, empty: AccessList, line: AclLine) -> str:
    def change(router: Router) -> Router:
        acl = router.access_list(empty.name) or empty
        return router if line in acl.lines else router.with_access_list(replace(acl, lines=(*acl.lines, line)))

    return edit(context, change)


def _named(context: Context, args: Args) -> str:
    name, extended = args["list"], "extended" in args
    if "no" in args:
        return edit(context, lambda r: r.without_access_list(name))
    router = context.device.router
    if router.access_list(name) is None:
        fresh = AccessList(name, extended=extended, numbered=name.isdigit())
        context.device.configure(router.with_access_list(fresh))
    return context.enter(Mode.EXTENDED_ACL if extended else Mode.STANDARD_ACL, name)


def _entry_line(context: Context, args: Args) -> str:
    acl = context.device.router.access_list(context.target)
    line = entry("permit" in args, args["entry"], extended=context.mode == Mode.EXTENDED_ACL)
    if line is None or acl is None:
        return NOT_CREATED
    if "no" not in args:
        return _append(context, acl, line)
    left = replace(acl, lines=tuple(entry for entry in acl.lines if entry != line))
    return edit(context, lambda r: r.with_access_list(left))


GLOBAL: dict[str, Handler] = {
    "[no] access-list <list:number> {permit|deny} <entry:line>": _numbered,
    "no access-list <list:number>": _numbered,
    "[no] ip access-list {standard|extended} <list:word>": _named,
}
ENTRIES: dict[str, Handler] = {"[no] {permit|deny} <entry:line>": _entry_line}
