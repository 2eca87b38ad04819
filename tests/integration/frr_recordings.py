"""Record what every router of the test network prints, healthy and with each fault, in the public form for captures.

Run as root in the checkout: ``python -m tests.integration.frr_recordings [FAULT ...]``; it rewrites
``tests/integration/recordings/<fault>.yaml``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.integration.frr_faults import FAULTS
from tests.integration.frr_network import FrrNetwork
from tests.integration.frr_topology import GROUP, ROUTERS, SOURCE

HEALTHY = "healthy"
FOLDER = Path(__file__).parent / "recordings"
SETTLE_SECONDS = 12
WITH_JSON = (
    "show ip mroute",
    f"show ip mroute {GROUP}",
    f"show ip mroute {SOURCE} {GROUP}",
    "show ip mroute count",
    "show ip pim upstream",
    f"show ip pim upstream {GROUP}",
    "show ip pim join",
    "show ip pim rpf",
    "show ip pim interface",
    "show ip pim neighbor",
    "show ip pim rp-info",
    "show ip igmp groups",
    "show ip igmp interface",
    f"show ip route {SOURCE}",
    "show interface brief",
)
TEXT_ONLY = (
    f"show ip pim nexthop-lookup {SOURCE} {GROUP}",
    f"show ip rpf {SOURCE}",
    "show ip multicast",
    "show running-config",
)
COMMANDS = (*(f"{command}{kind}" for command in WITH_JSON for kind in ("", " json")), *TEXT_ONLY)


def record(network: FrrNetwork) -> str:
    """The captures document of the network as it is now."""
    hosts = {node.name: node.addresses for node in ROUTERS}
    return "".join(document(hosts, COMMANDS, network.vtysh))


def record_all(faults: list[str]) -> None:
    """Build the network and write one file per fault (all of them, and the healthy network, where none is named)."""
    FOLDER.mkdir(exist_ok=True)
    with FrrNetwork.start() as network:
        for name in faults or [HEALTHY, *FAULTS]:
            if name == HEALTHY:
                _write(name, network)
            else:
                with network.fault(name):
                    _write(name, network)


def _write(name: str, network: FrrNetwork) -> None:
    time.sleep(SETTLE_SECONDS)
    (FOLDER / f"{name}.yaml").write_text(record(network), encoding="utf-8")


def document(
    hosts: Mapping[str, Sequence[str]], commands: Sequence[str], ask: Callable[[str, str], str]
) -> Iterator[str]:
    """What routers (names with their addresses) answer to ``ask(name, command)``, in the public form for captures."""
    yield "hosts:\n"
    for name, addresses in hosts.items():
        yield f"  {name}:\n    platform: frr\n    addresses: [{', '.join(addresses)}]\n    commands:\n"
        for command in commands:
            yield f"      - command: {command}\n        output: {_literal(ask(name, command))}\n"


def _literal(text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    if lines == [""]:
        return '""'
    # The explicit indentation lets the first line begin with blanks, as FRR's tables do.
    return "\n".join(["|2", *(f"          {line}" if line else "" for line in lines)])


if __name__ == "__main__":
    record_all(sys.argv[1:])
