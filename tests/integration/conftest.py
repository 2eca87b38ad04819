"""The FRR networks as session fixtures; the users of each run in one worker, and are skipped where it cannot be built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration import frr_system
from tests.integration.frr_msdp import MsdpNetwork
from tests.integration.frr_network import FrrNetwork
from tests.integration.frr_rip import RipNetwork
from tests.integration.frr_vpn import MORE_DAEMONS, VpnNetwork

HERE = Path(__file__).parent
# fixture -> the worker that has it
GROUPS = {
    "frr_network": "frr",
    "vpn_network": "frr-vpn",
    "rip_network": "frr-rip",
    "msdp_network": "frr-msdp",
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; with ``--dist loadgroup`` all users of one network share one worker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.integration)
            for fixture in GROUPS.keys() & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(GROUPS[fixture]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud why there was no network: a silent skip looks like a pass."""
    if reason := frr_system.missing_requirement():
        terminalreporter.write_line(f"FRR network tests skipped: {reason}")


@pytest.fixture(scope="session")
def frr_network() -> Iterator[FrrNetwork]:
    """The running, healthy network. A test that breaks it heals it: ``with frr_network.fault(name): ...``."""
    if reason := frr_system.missing_requirement():
        pytest.skip(reason)
    with FrrNetwork.start() as network:
        yield network


@pytest.fixture(scope="session")
def vpn_network() -> Iterator[VpnNetwork]:
    """The running, healthy VPN. A test that breaks it heals it: ``with vpn_network.changed(pe2=[...]): ...``."""
    if reason := frr_system.missing_requirement(*MORE_DAEMONS):
        pytest.skip(reason)
    with VpnNetwork.start() as network:
        yield network


@pytest.fixture(scope="session")
def rip_network() -> Iterator[RipNetwork]:
    """The running, healthy RIP network. A test that breaks it heals it: ``with rip_network.fault(name): ...``."""
    if reason := frr_system.missing_requirement("ripd"):
        pytest.skip(reason)
    with RipNetwork.start() as network:
        yield network


@pytest.fixture(scope="session")
def msdp_network() -> Iterator[MsdpNetwork]:
    """The running, healthy anycast RP. A test that breaks it heals it: ``with msdp_network.changed(rp2=[...]): ...``."""
    if reason := frr_system.missing_requirement():
        pytest.skip(reason)
    with MsdpNetwork.start() as network:
        yield network
