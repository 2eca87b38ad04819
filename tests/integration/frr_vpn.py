"""A real VPN on one machine: FRR routers with VPNv4, a route reflector and LDP in network namespaces, SSH logins.

Needs what the multicast network needs, and bgpd and ldpd. See ``frr_vpn_topology`` for the picture.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.integration import frr_system as system
from tests.integration import frr_vpn_topology as topology
from tests.integration.frr_lab import FrrLab
from tests.integration.frr_router import FrrRouter
from tests.integration.frr_vpn_topology import PREFIX, VpnNode

MORE_DAEMONS = ("bgpd", "ldpd")

# zebra hands out labels only where the kernel has MPLS, which it reads from a file. Without MPLS in the kernel a file of
# that name is put over /proc/sys/net, for these processes alone: implicit-null labels need nothing from the kernel.
_PRIVATE = """\
hostname {name}
if [ ! -e /proc/sys/net/mpls ]; then
  mount -t tmpfs none /mnt
  mkdir -p /mnt/mpls/conf && echo 100000 > /mnt/mpls/platform_labels
  for room in /proc/sys/net/*/; do
    mkdir "/mnt/$(basename "$room")" && mount --bind "$room" "/mnt/$(basename "$room")"
  done
  mount --rbind /mnt /proc/sys/net
fi
mount -t tmpfs none /run/netns
{vrf}
touch {marker}
exec sleep infinity
"""
_VRF = """\
ip netns add {vrf} && ip -n {vrf} link set lo up
ip -n {vrf} link add customer type veth peer name site
ip -n {vrf} link set customer up && ip -n {vrf} link set site up
ip -n {vrf} address add 10.1.{number}.1/24 dev customer
"""


class VpnRouter(FrrRouter):
    """A router whose daemons share a mount namespace, in which they see their own VRF and nobody else's."""

    all_daemons = topology.DAEMONS
    prefix = PREFIX

    def __init__(self, node: VpnNode) -> None:
        super().__init__(node)
        self.vpn_node = node
        self._holder: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        """Make the mount namespace; it lives as long as the process that holds it."""
        state = system.state_folder(PREFIX)
        marker = state / f"{self.node.name}-ready"
        vrf = _VRF.format(vrf=topology.VRF, number=self.vpn_node.number) if self.vpn_node in topology.PES else ""
        script = _PRIVATE.format(name=self.node.name, vrf=vrf, marker=marker)
        command = ["ip", "netns", "exec", self.space, "unshare", "--mount", "--uts", "sh", "-ec", script]
        self._holder = system.spawn(command, state / f"{self.node.name}-holder.log")
        system.wait_for(f"{self.node.name}: its mount namespace", marker.exists, 10, 0.05)

    def _configuration(self, daemon: str) -> str:
        return topology.daemon_configuration(self.vpn_node, daemon)

    def _inside(self) -> list[str]:
        assert self._holder is not None
        return ["nsenter", "--target", str(self._holder.pid), "--mount", "--net", "--uts"]

    def _options(self, daemon: str) -> list[str]:
        return ["-n"] if daemon == "zebra" and self.vpn_node in topology.PES else []


class VpnNetwork(FrrLab[VpnRouter]):
    """The running VPN: both PEs' paths are in the kernel of the third."""

    prefix = PREFIX

    @classmethod
    def laid_out(cls) -> Self:
        return cls({node.name: VpnRouter(node) for node in topology.NODES}, topology.NODES)

    def build(self) -> None:
        self._lay_cables()
        for router in self.routers.values():
            router.write_files()
            router.hold()
        self.start_daemons("zebra")
        self.start_daemons("staticd", "ldpd", "bgpd")
        self.start_logins()
        self.wait_paths(2)

    def _lay_cables(self) -> None:
        system.add_namespace("core", PREFIX)
        core = system.namespace("core", PREFIX)
        system.run("ip", "-n", core, "link", "add", "bridge", "type", "bridge")
        system.run("ip", "-n", core, "link", "set", "bridge", "up")
        for name in self.routers:
            system.add_namespace(name, PREFIX)
            system.add_cable(name, "eth0", "core", name, PREFIX)
            system.run("ip", "-n", core, "link", "set", name, "master", "bridge")

    # -- what is true -------------------------------------------------------------------------------------------------

    def kernel_next_hops(self, router: str = "pe3", site: str = topology.GLOBAL_SITE) -> set[str]:
        """The next hops of a site's route in the kernel of a router: what packets really do."""
        space = system.namespace(router, PREFIX)
        words = system.run("ip", "-n", space, "route", "show", site).split()
        return {words[place + 1] for place, word in enumerate(words) if word == "via"}

    def wait_paths(self, count: int, seconds: float = 30) -> None:
        """Wait until the kernel of the PE that sends has that many next hops."""
        what = f"{count} next hops in the kernel of pe3"
        system.wait_for(what, lambda: len(self.kernel_next_hops()) == count, seconds)

    # -- the routers --------------------------------------------------------------------------------------------------

    @contextmanager
    def changed(self, **lines: list[str]) -> Iterator[None]:
        """The network with these configuration lines on the named routers; at the end their BGP is as it was built."""
        for name, commands in lines.items():
            self.routers[name].configure(commands)
        try:
            yield
        finally:
            for name in lines:
                self.routers[name].reset("bgpd")
            self.wait_paths(2)

    def log(self, router: str, daemon: str) -> Path:
        """Where a daemon's words are."""
        return system.state_folder(PREFIX) / f"{router}-{daemon}.log"
