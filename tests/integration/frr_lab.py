"""What every network of FRR routers has: namespaces that are taken away again, daemons, SSH logins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Generic, Self, TypeVar

from tests.integration import frr_system as system
from tests.integration.frr_router import FrrRouter
from tests.integration.frr_ssh import LoginServers, Node
from troubleshoot.inventory.model import Host

R = TypeVar("R", bound=FrrRouter)


class FrrLab(Generic[R]):
    """A network in namespaces that begin with ``prefix``. Build it with ``with Network.start() as net``."""

    prefix: str

    def __init__(self, routers: Mapping[str, R], reached: Sequence[Node]) -> None:
        self.routers = routers
        self._reached = reached
        self._logins = LoginServers(system.state_folder(self.prefix), self.prefix)

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """Build the network, wait until it works, and take everything away at the end."""
        with system.machine_lock(prefix=cls.prefix):
            system.cleanup(cls.prefix)
            network = cls.laid_out()
            try:
                system.state_folder(cls.prefix).mkdir(mode=0o755)
                network.build()
                yield network
            finally:
                network.stop()
                system.cleanup(cls.prefix)

    @classmethod
    def laid_out(cls) -> Self:
        """The network on paper."""
        raise NotImplementedError

    def build(self) -> None:
        """Lay cables, start daemons and logins, and wait until all works."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop what the network started besides daemons."""

    def start_daemons(self, *daemons: str) -> None:
        """Start these daemons on all routers and wait until they answer."""
        for router in self.routers.values():
            for daemon in daemons:
                router.start(daemon)
        for router in self.routers.values():
            router.wait_ready(daemons)

    def start_logins(self) -> None:
        """Start an SSH server on each router that is to be reached."""
        self._logins.start([node.name for node in self._reached])

    def vtysh(self, router: str, *commands: str) -> str:
        """What a router's vtysh prints for the commands."""
        return self.routers[router].vtysh(*commands)

    # -- how to log in ------------------------------------------------------------------------------------------------

    @property
    def hosts(self) -> list[Host]:
        """The routers as inventory hosts; login by the key in ``ssh["keys"]`` or by ``password``."""
        return [self._logins.host(node) for node in self._reached]

    @property
    def password(self) -> str:
        """The login user's password on every router."""
        return self._logins.password

    @property
    def known_hosts_text(self) -> str:
        """The routers' host keys in the format of ``known_hosts``."""
        return self._logins.known_hosts_text
