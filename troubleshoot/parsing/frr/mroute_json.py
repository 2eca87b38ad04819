"""The JSON forms of ``show ip mroute``, ``show ip pim upstream`` and ``show ip pim rpf``."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.frr.mroute_rows import KernelRow, Kind, Rows, RpfRow, UpstreamRow, outgoing
from troubleshoot.parsing.json_lines import Node, read_object
from troubleshoot.parsing.records import OutgoingInterface
from troubleshoot.parsing.values import address, seconds

_ORDER: tuple[Kind, ...] = ("kernel", "upstream", "rpf")
_PROTOCOL = "protocol"


def json_rows(page: Clean, position: int) -> Rows:
    """Read one of the three outputs; what it is shows in its members, ``{}`` is told by its position.

    Raises:
        ParseFailure: it is none of the three.
    """
    root = read_object(page)
    kind = _kind(page, root, position)
    rows = Rows(kind)
    for group, source, node in _entries(root):
        _add(rows, page, group, source, node)
    rows.unread = [[page.part, node.first, node.last] for node in _strange(root)]
    if rows.unread and not (rows.kernel or rows.upstream or rows.rpf):
        raise ParseFailure("no entry could be read", page.part, rows.unread[0][1])
    return rows


def _kind(page: Clean, root: Node, position: int) -> Kind:
    first = next((node for _, _, node in _entries(root)), None)
    members = first.members if first else {}
    if "ribNexthop" in members or "nexthopLookups" in root.members:
        return "rpf"
    if "inboundInterface" in members:
        return "upstream"
    if "iif" in members or "oilSize" in members or "installed" in members:
        return "kernel"
    if not root.members and position < len(_ORDER):
        return _ORDER[position]
    names = ", ".join(list(root.members)[:3])
    raise ParseFailure(f"unknown JSON with members {excerpt(names)!r}", page.part, root.first)


def _entries(root: Node) -> Iterator[tuple[str, str, Node]]:
    for group, sources in root.objects():
        if address(group):
            for source, node in sources.objects():
                if source == "*" or address(source):
                    yield group, source, node


def _strange(root: Node) -> Iterator[Node]:
    return (node for key, node in root.objects() if not address(key))


def _add(rows: Rows, page: Clean, group: str, source: str, node: Node) -> None:
    at = page.at(node.first, node.last)
    if rows.kind == "kernel":
        rows.kernel.append(
            KernelRow(
                group=group,
                source=source,
                iif=_need(page, node, "iif"),
                flags=node.text("flags") or "",
                installed=bool(node.truth("installed")),
                uptime=node.text("upTime") or "",
                oil=_oil(page, node),
                at=at,
            )
        )
    elif rows.kind == "upstream":
        registering = node.text("regState") == "RegJoined" or "RegJ" in (node.text("state") or "").split(",")
        iif, rpf_address = _need(page, node, "inboundInterface"), node.text("rpfAddress")
        rows.upstream.append(UpstreamRow(group, source, iif, rpf_address, registering, node.text("upTime") or "", at))
    else:
        interface, rib = _need(page, node, "rpfInterface"), _need(page, node, "ribNexthop")
        rows.rpf.append(RpfRow(group, source, interface, node.text("rpfAddress") or "", rib, at))


def _need(page: Clean, node: Node, key: str) -> str:
    value = node.text(key)
    if value is None:
        raise ParseFailure(f"the JSON entry has no {key}", page.part, node.first)
    return value


def _oil(page: Clean, node: Node) -> list[OutgoingInterface]:
    """The list is absent, not empty, when there is no outgoing interface."""
    oil = node.members.get("oil")
    return [] if oil is None else [_oif(page, name, member) for name, member in oil.objects()]


def _oif(page: Clean, name: str, node: Node) -> OutgoingInterface:
    """Flags are the reasons: ``igmp``, ``pim``, ``inherited`` ... of ``protocolIgmp``, ``protocolPim`` ..."""
    reasons = [key[len(_PROTOCOL) :].lower() for key in node.members if key.startswith(_PROTOCOL) and node.truth(key)]
    return outgoing(name, seconds(node.text("upTime") or ""), reasons, page.at(node.first, node.last))
