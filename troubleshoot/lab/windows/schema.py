"""The `windows:` part of `lab.yaml`: the domain, and each host with one section a topic."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, field_validator

from troubleshoot.lab.windows.personality import PERSONALITIES
from troubleshoot.lab.windows.topic import Part
from troubleshoot.lab.windows.wiring import WirePart

HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
DnsName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$")]


def _or_empty(value: object) -> object:
    return {} if value is None else value


class ControllerPart(Part):
    """One domain controller; the host of the same name runs it."""

    pdc: bool = False
    read_only: bool = False
    site: str = "Default-First-Site-Name"
    partners: tuple[HostName, ...] = ()
    blocked: bool = False


class DomainPart(Part):
    """The one domain of the estate. Without ``pdc: true`` anywhere, the first writable controller holds the role."""

    name: DnsName
    netbios: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    controllers: dict[HostName, Annotated[ControllerPart, BeforeValidator(_or_empty)]]


class HostPart(BaseModel):
    """One host. Keys besides these are sections of topics."""

    model_config = ConfigDict(extra="allow", frozen=True)

    os: str
    role: Literal["member", "standalone", "dc"] | None = None
    fqdn: DnsName | None = None
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    wire: WirePart = WirePart()

    @field_validator("os")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in PERSONALITIES:
            raise ValueError(f"no such Windows: {value} (known: {', '.join(PERSONALITIES)})")
        return value

    @property
    def sections(self) -> dict[str, Any]:
        """The sections as written, by name."""
        return dict(self.model_extra or {})


class WindowsPart(Part):
    """The whole `windows:` part."""

    domain: DomainPart | None = None
    hosts: dict[HostName, HostPart]
