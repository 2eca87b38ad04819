"""What is known about a host: names, addresses, how to reach it. Never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from troubleshoot.core.kinds import Platform


@dataclass(frozen=True, slots=True)
class Management:
    """How the session to a host runs, where the host's address does not say it.

    ``address`` is the host's own address that our session ends at, ``station`` ours as the host sees it. ``apart``: a
    console or a management network that no change to the host's other interfaces reaches.
    """

    address: str = ""
    station: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """One entry of the inventory.

    ``addresses`` holds every interface address; a hop walk finds the next host by it. ``ssh``, ``winrm``
    and ``dns`` are the per-host wire options of the same names in the inventory file.
    """

    name: str
    hostname: str
    platform: Platform
    port: int | None = None
    username: str | None = None
    groups: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    ssh: Mapping[str, Any] = field(default_factory=dict)
    winrm: Mapping[str, Any] = field(default_factory=dict)
    dns: Mapping[str, Any] = field(default_factory=dict)
    management: Management = field(default_factory=Management)
