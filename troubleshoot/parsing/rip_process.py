"""What a RIP process looks like while its lines are read, whatever the platform."""

from __future__ import annotations

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.rip import RipFilterState, RipGateway, RipInterfaceState, RipProcess
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.values import seconds


class RipDraft:
    """Collects the parts of a :class:`RipProcess` from ``page``; what nothing was said about stays ``None``."""

    def __init__(self, platform: Platform, page: Clean) -> None:
        self.page = page
        self.version: str | None = None
        self.auto_summary: bool | None = None
        self.invalid: int | None = None
        self.maximum_paths: int | None = None
        self.networks: list[str] = []
        self.interfaces: list[RipInterfaceState] = []
        self.gateways: list[RipGateway] = []
        self.filters: list[RipFilterState] = []
        self.unread: list[int] = []
        self._platform = platform

    def add_filter(self, at: Cites, direction: str, interface: str | None, name: str) -> None:
        """A list that filters updates, on one interface or on all."""
        where = None if interface is None else canonical(self._platform, interface)
        self.filters.append(RipFilterState(direction=direction, interface=where, name=name, at=at))

    def add_interface(
        self, at: Cites, name: str, send: str | None, receive: str | None, key: str | None, *, passive: bool
    ) -> None:
        """An interface on which RIP runs."""
        shown = canonical(self._platform, name)
        self.interfaces.append(
            RipInterfaceState(interface=shown, send=send, receive=receive, key_chain=key, passive=passive, at=at)
        )

    def add_gateway(self, at: Cites, address: str, last_update: str, bad: tuple[int, int] | None = None) -> None:
        """A neighbor; ``bad`` are its bad packets and bad routes, where they are counted."""
        packets, routes = bad or (None, None)
        self.gateways.append(
            RipGateway(address=address, last_update=seconds(last_update), bad_packets=packets, bad_routes=routes, at=at)
        )

    def record(self, *, running: bool) -> RipProcess:
        """The process as a whole."""
        return RipProcess(
            running=running,
            version=self.version,
            auto_summary=self.auto_summary,
            networks=self.networks,
            interfaces=self.interfaces,
            gateways=self.gateways,
            filters=self.filters,
            invalid=self.invalid,
            maximum_paths=self.maximum_paths,
            at=self.page.all(),
            unread=self.page.spans(self.unread),
        )
