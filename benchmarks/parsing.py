"""(d) Reading a large `show ip mroute` against ntc-templates (TextFSM) and Genie."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import Any

from benchmarks.measure import Timing, interleaved, note, ratio_table, table, timed

LARGE, SMALL = 10_000, 1_000
_LEGEND = """\
IP Multicast Routing Table
Flags: D - Dense, S - Sparse, B - Bidir Group, s - SSM Group, C - Connected,
       L - Local, P - Pruned, R - RP-bit set, F - Register flag,
       T - SPT-bit set, J - Join SPT, M - MSDP created entry, E - Extranet
Outgoing interface flags: H - Hardware switched, A - Assert winner, p - PIM Join
 Timers: Uptime/Expires
 Interface state: Interface, Next-Hop or VCD, State/Mode

"""

Reader = Callable[[str], int]


def mroute_table(entries: int) -> str:
    """`show ip mroute` of IOS with ``entries`` (S,G) entries and two outgoing interfaces each, in the one shape that
    all three readers take in full (no `A`/`p` flags, no VCD, no Pkts)."""
    return _LEGEND + "\n".join(map(_entry, range(entries)))


def _entry(number: int) -> str:
    group = IPv4Address(int(IPv4Address("232.10.0.0")) + number)
    source = IPv4Address(int(IPv4Address("172.20.0.0")) + number % 500)
    neighbor = f"172.31.{number % 200}.{number % 250 + 1}"
    return (
        f"({source}, {group}), 3d04h/00:02:{number % 60:02d}, flags: sT\n"
        f"  Incoming interface: TenGigabitEthernet1/0/{number % 24}, RPF nbr {neighbor}\n"
        "  Outgoing interface list:\n"
        f"    Vlan{100 + number % 400}, Forward/Sparse, 3d04h/00:02:{number % 50 + 10}\n"
        f"    GigabitEthernet2/0/{number % 48}, Forward/Sparse, 1d02h/00:03:{number % 30 + 10}\n"
    )


def ours(text: str) -> int:
    """Our parser, through the same door as a session uses; counts the outgoing interfaces."""
    from troubleshoot.core.kinds import Platform
    from troubleshoot.parsing.registry import parse

    record = parse("mroute", Platform.IOS, [text])
    if record["unread"]:
        raise RuntimeError("our parser left lines unread")
    return sum(len(entry["oil"]) for entry in record["entries"])


def ntc(text: str) -> int:
    """ntc-templates with the template named by platform and command."""
    from ntc_templates.parse import parse_output

    rows: list[dict[str, Any]] = parse_output(platform="cisco_ios", command="show ip mroute", data=text)
    return sum(len(row["outgoing_interface"]) for row in rows)


def genie(text: str) -> int:
    """Genie's parser with its schema check, without a device behind it."""
    from genie.libs.parser.iosxe.show_mcast import ShowIpMroute

    with contextlib.redirect_stdout(io.StringIO()):
        record = ShowIpMroute(device=None).parse(output=text)
    families = [family for vrf in record["vrf"].values() for family in vrf["address_family"].values()]
    groups = [group for family in families for group in family["multicast_group"].values()]
    sources = [source for group in groups for source in group["source_address"].values()]
    return sum(len(source["outgoing_interface_list"]) for source in sources)


def run(rounds: int) -> None:
    """Print ratios for both sizes, and whether the time grows in proportion."""
    logging.getLogger("genie").setLevel(logging.ERROR)
    readers = _available({"troubleshoot": ours, "ntc-templates": ntc, "Genie": genie})
    timings = {size: _race(readers, mroute_table(size), size, count) for size, count in _sizes(rounds)}
    for size, found in timings.items():
        ratio_table(f"(d) `show ip mroute`, {size} entries, 2 outgoing interfaces each", found, ["troubleshoot"])
    rows = [_growth(name, timings[SMALL][name], timings[LARGE][name]) for name in readers]
    head = ["", f"us an entry at {SMALL}", f"us an entry at {LARGE}", "ratio (1.00 is linear)"]
    table(f"(d) growth from {SMALL} to {LARGE} entries", head, rows)


def _sizes(rounds: int) -> tuple[tuple[int, int], ...]:
    return (SMALL, rounds), (LARGE, max(2, rounds // 3))


def _available(readers: dict[str, Reader]) -> dict[str, Reader]:
    """Those that are installed and that read the table in full."""
    text, found = mroute_table(20), {}
    for name, read in readers.items():
        try:
            count = read(text)
        except ImportError as error:
            note(f"(d) {name} is not installed ({error.name}); left out")
            continue
        if count != 40:
            raise RuntimeError(f"{name} read {count} of 40 outgoing interfaces: the comparison would not be fair")
        found[name] = read
    return found


def _race(readers: dict[str, Reader], text: str, size: int, rounds: int) -> dict[str, Timing]:
    for name, read in readers.items():
        if (count := read(text)) != 2 * size:
            raise RuntimeError(f"{name} read {count} of {2 * size} outgoing interfaces")
    return interleaved({name: timed(partial(read, text)) for name, read in readers.items()}, rounds, warm=False)


def _growth(name: str, small: Timing, large: Timing) -> list[str]:
    each = [small.best / SMALL, large.best / LARGE]
    return [name, f"{each[0] * 1e6:.1f}", f"{each[1] * 1e6:.1f}", f"{each[1] / each[0]:.2f}"]
