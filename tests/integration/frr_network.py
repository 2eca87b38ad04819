"""A real multicast network on one machine: FRR routers in network namespaces, a sender, a receiver, SSH logins.

Needs root, FRR 8.4 or later, OpenSSH's server and iproute2. See ``frr_topology`` for the picture, ``frr_faults`` for
what can be broken.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.integration import frr_system as system
from tests.integration import frr_topology as topology
from tests.integration import multicast_probe
from tests.integration.frr_faults import FAULTS, Fault
from tests.integration.frr_router import FrrRouter
from tests.integration.frr_ssh import LoginServers
from tests.integration.multicast_probe import COUNTER
from troubleshoot.inventory.model import Host

PACKET_INTERVAL = 0.05  # seconds between two packets of the sender
PACKETS_PER_SECOND = 1 / PACKET_INTERVAL
TTL = 32


class FrrNetwork:
    """The running network. Build it with ``with FrrNetwork.start() as net``."""

    group = topology.GROUP
    source = topology.SOURCE
    receiver = topology.RECEIVER
    rp = topology.RP

    def __init__(self) -> None:
        self.routers = {node.name: FrrRouter(node) for node in topology.ROUTERS}
        self._logins = LoginServers(system.STATE)
        self._probes: dict[str, subprocess.Popen[bytes]] = {}
        self._ttl = TTL
        self._fault: Fault | None = None
        self._healthy_configuration: dict[str, str] = {}

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """Build the network, wait until the stream reaches the receiver, and take everything away at the end."""
        with system.machine_lock():
            system.cleanup()
            network = cls()
            try:
                network._build()
                yield network
            finally:
                for process in network._probes.values():
                    system.stop(process)
                system.cleanup()

    def _build(self) -> None:
        system.STATE.mkdir(mode=0o755)
        self._lay_cables()
        for router in self.routers.values():
            router.write_files()
        self._start_daemons("zebra")  # first: a daemon that finds no zebra tries again only after 10 s
        self._start_daemons(*(daemon for daemon in topology.DAEMONS if daemon != "zebra"))
        self._logins.start(list(self.routers))
        self.start_receiver()
        self.start_sender()
        self.wait_healthy()
        self._healthy_configuration = self._running_configurations()

    def _start_daemons(self, *daemons: str) -> None:
        for router in self.routers.values():
            for daemon in daemons:
                router.start(daemon)
        for router in self.routers.values():
            router.wait_ready(daemons)

    def _lay_cables(self) -> None:
        ends = (topology.SENDER, topology.LISTENER)
        for name in [*self.routers, *(end.name for end in ends)]:
            system.add_namespace(name)
        for one, one_interface, other, other_interface in topology.links():
            system.add_cable(one, one_interface.name, other, other_interface.name)
        for end in ends:
            system.add_cable(end.router, topology.router(end.router).towards(end.name).name, end.name, "eth0")
            space = system.namespace(end.name)
            system.run("ip", "-n", space, "address", "add", end.address, "dev", "eth0")
            system.run("ip", "-n", space, "route", "add", "default", "via", end.gateway)

    # -- how to log in ------------------------------------------------------------------------------------------------

    @property
    def hosts(self) -> list[Host]:
        """The routers as inventory hosts; login by the key in ``ssh["keys"]`` or by ``password``."""
        return [self._logins.host(router.node) for router in self.routers.values()]

    @property
    def password(self) -> str:
        """The login user's password on every router."""
        return self._logins.password

    @property
    def key_path(self) -> Path:
        """The private key that every router accepts."""
        return self._logins.key_path

    @property
    def known_hosts_text(self) -> str:
        """The routers' host keys in the format of ``known_hosts``."""
        return self._logins.known_hosts_text

    # -- the routers --------------------------------------------------------------------------------------------------

    def vtysh(self, router: str, *commands: str) -> str:
        """What a router's vtysh prints for the commands."""
        return self.routers[router].vtysh(*commands)

    def restart_pimd(self, router: str) -> None:
        """Restart a router's pimd with its present configuration: old multicast state is gone."""
        self.routers[router].restart_pimd()

    # -- the stream ---------------------------------------------------------------------------------------------------

    def start_sender(self, ttl: int = TTL) -> None:
        """Start the sender; it sends ``PACKETS_PER_SECOND`` packets with that time to live."""
        if "sender" not in self._probes:
            words = (self.source, self.group, str(topology.UDP_PORT), str(ttl), str(PACKET_INTERVAL))
            self._start_probe("sender", topology.SENDER.name, "send", *words)
            self._ttl = ttl

    def start_receiver(self) -> None:
        """Start the receiver: it joins the group by IGMP and counts."""
        if "receiver" not in self._probes:
            self._counter.write_bytes(COUNTER.pack(0))
            words = (self.receiver, self.group, str(topology.UDP_PORT), str(self._counter))
            self._start_probe("receiver", topology.LISTENER.name, "receive", *words)

    def stop_sender(self) -> None:
        """Stop the sender."""
        self._stop_probe("sender")

    def stop_receiver(self) -> None:
        """Stop the receiver: it leaves the group."""
        self._stop_probe("receiver")

    def received(self, seconds: float) -> int:
        """How many packets the receiver gets within that time, beginning now."""
        before = self._count()
        time.sleep(seconds)
        return self._count() - before

    def is_flowing(self) -> bool:
        """Whether the receiver gets at least half of what is sent, for one second."""
        return self.received(1) >= PACKETS_PER_SECOND / 2

    def wait_flowing(self, seconds: float = 60) -> float:
        """Wait for the stream; return the seconds it took, TimeoutError if it does not come."""
        return system.wait_for("the stream at the receiver", self.is_flowing, seconds, 0)

    def is_silent(self) -> bool:
        """Whether the stream is off, over three seconds.

        A single packet is no stream: the first one that a router forwards on the shared tree is what makes it join the
        source tree, and with that broken it is the last one too.
        """
        return self.received(3) <= 1

    def wait_silent(self, seconds: float = 300) -> float:
        """Wait until the stream is off; return the seconds it took."""
        return system.wait_for("the stream to stop", self.is_silent, seconds, 0)

    def _start_probe(self, role: str, node: str, *words: str) -> None:
        command = [*system.inside(node), sys.executable, str(Path(multicast_probe.__file__)), *words]
        self._probes[role] = system.spawn(command, system.STATE / f"{role}.log")

    def _stop_probe(self, role: str) -> None:
        if role in self._probes:
            system.stop(self._probes.pop(role))

    @property
    def _counter(self) -> Path:
        return system.STATE / "received"

    def _count(self) -> int:
        count: int = COUNTER.unpack(self._counter.read_bytes())[0]
        return count

    # -- faults -------------------------------------------------------------------------------------------------------

    @contextmanager
    def fault(self, name: str) -> Iterator[Fault]:
        """The network with that fault; healthy again at the end."""
        self.apply_fault(name)
        try:
            yield FAULTS[name]
        finally:
            self.heal()

    def apply_fault(self, name: str) -> None:
        """Break the healthy network and return when the stream has stopped."""
        self._fault = fault = FAULTS[name]
        for router, lines in fault.apply.items():
            self.routers[router].configure(lines)
        self._set_probes(sender=fault.sender, receiver=fault.receiver, ttl=fault.ttl or TTL)
        adjacencies = self._adjacencies()
        for router in fault.restart:
            self.restart_pimd(router)
        # Before its neighbors are back a router may fall back to the shared tree, and the silence would not last.
        system.wait_for("PIM neighbors", lambda: self._are_neighbors(adjacencies), 60)
        self.wait_silent()

    def heal(self) -> None:
        """Take the fault away, whether or not someone else has mended it, and return when the network is healthy."""
        fault, self._fault = self._fault, None
        if fault is None:
            return
        for router, lines in fault.revert.items():
            self.routers[router].configure_leniently(lines)
        self._reset_changed()
        for name in fault.restart_healed:
            self.restart_pimd(name)
        self._set_probes(sender=True, receiver=True, ttl=TTL)
        try:
            self.wait_healthy(30)
        except TimeoutError:
            for node in self.routers.values():
                node.reset_pimd()
            self.wait_healthy()

    def wait_healthy(self, seconds: float = 90) -> None:
        """Wait until every PIM neighbor is up, the stream arrives, and it arrives over the source tree."""
        system.wait_for("PIM neighbors", lambda: self._are_neighbors(topology.links()), seconds)
        self.wait_flowing(seconds)
        system.wait_for("the source tree", lambda: self._accepted_on() == topology.HEALTHY_INCOMING, seconds)

    def _adjacencies(self) -> list[topology.Link]:
        """The links that run PIM at both ends."""
        table = {name: self._first_words(name, "show ip pim interface") for name in self.routers}
        return [link for link in topology.links() if link[1].name in table[link[0]] and link[3].name in table[link[2]]]

    def _are_neighbors(self, links: Sequence[topology.Link]) -> bool:
        table = {name: self._first_words(name, "show ip pim neighbor") for name in self.routers}
        return all(link[1].name in table[link[0]] and link[3].name in table[link[2]] for link in links)

    def _first_words(self, router: str, command: str) -> set[str]:
        return {line.split()[0] for line in self.vtysh(router, command).splitlines() if line.strip()}

    def _accepted_on(self) -> dict[str, str]:
        """On which interface the receiver's router joined each tree; the shared tree's source is ``*``."""
        rows = [line.split() for line in self.vtysh("r5", f"show ip pim upstream {self.group}").splitlines()]
        return {row[1]: row[0] for row in rows if row[2:4] == [self.group, "J"]}

    def _running_configurations(self) -> dict[str, str]:
        return {name: router.vtysh("show running-config") for name, router in self.routers.items()}

    def _reset_changed(self) -> None:
        """Take back what others changed meanwhile in pimd; RuntimeError where something else has changed."""
        for name in self._changed():
            self.routers[name].reset_pimd()
        if changed := self._changed():
            message = f"the configuration of {', '.join(changed)} is not what it was"
            raise RuntimeError(message)

    def _changed(self) -> list[str]:
        present = self._running_configurations()
        return [name for name, healthy in self._healthy_configuration.items() if present[name] != healthy]

    def _set_probes(self, *, sender: bool, receiver: bool, ttl: int) -> None:
        if not sender or ttl != self._ttl:
            self.stop_sender()
        if not receiver:
            self.stop_receiver()
        if sender:
            self.start_sender(ttl)
        if receiver:
            self.start_receiver()
