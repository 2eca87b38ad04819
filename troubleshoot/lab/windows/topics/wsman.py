"""WS-Management: winrm, the WSMan: drive, Test-WSMan."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Drive, Part, Topic
from troubleshoot.lab.windows.wsman import drive
from troubleshoot.lab.windows.wsman.config import Listener, WsmanConfig, flat, fresh
from troubleshoot.lab.windows.wsman.winrm import winrm


class ListenerPart(Part):
    """One listener."""

    transport: Literal["HTTP", "HTTPS"] = "HTTP"
    address: str = "*"
    port: int = Field(default=5985, ge=1, le=65535)
    hostname: str = ""
    enabled: bool = True
    thumbprint: str = ""


class WsmanPart(Part):
    """What differs from a fresh host. ``config`` and ``policy`` are trees as `winrm get winrm/config` shows them.

    ``slow`` maps a WMI namespace to the simulated seconds that its provider takes.
    """

    config: dict[str, Any] = Field(default_factory=dict)
    policy: dict[str, Any] = Field(default_factory=dict)
    listeners: tuple[ListenerPart, ...] = (ListenerPart(),)
    firewall: Literal["open", "blocked", "public"] = "open"
    slow: dict[str, float] = Field(default_factory=dict)


def _build(machine: Machine, part: WsmanPart) -> WsmanConfig:
    config = fresh(machine)
    config.values.update(_known(config, part.config))
    config.policy.update(_known(config, part.policy))
    config.listeners = [Listener(**item.model_dump()) for item in part.listeners]
    config.firewall = part.firewall
    config.slow = {name.casefold().replace("/", "\\"): seconds for name, seconds in part.slow.items()}
    return config


def _known(config: WsmanConfig, tree: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, value in flat(tree).items():
        known = config.canonical(path)
        if known is None:
            raise AuthorError(f"no such setting: {path}")
        found[known] = value
    return found


TOPIC = Topic(
    section="wsman",
    schema=WsmanPart,
    build=_build,
    tools={"winrm": winrm},
    cmdlets={"test-wsman": drive.test_wsman},
    drives={"wsman": Drive(drive.item, drive.children, drive.change)},
    standard=True,
)
