"""Reaching the WS-Management service of a host, our own or another of the estate."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Call
from troubleshoot.lab.windows.wsman.config import (
    FIREWALLED,
    IP_ADDRESS,
    NAME_NOT_RESOLVED,
    NO_CREDENTIALS,
    UNREACHABLE,
    WsmanError,
    wsman_config,
)

_PROTOCOL = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_OWN = ("", "localhost", "127.0.0.1", ".")
_NETWORK_TIMEOUT = 21.0  # three SYN packets without an answer


@dataclass(frozen=True, slots=True)
class Identity:
    """What Identify answers; anonymous callers see no version numbers."""

    protocol: str
    vendor: str
    version: str


async def reach(call: Call, name: str, *, anonymous: bool) -> Machine:
    """The machine behind a name when its service would answer us. Raises WsmanError with the cause."""
    machine = call.machine if name.casefold() in _OWN else _resolved(call, name)
    config = wsman_config(machine)
    if machine is not call.machine:
        await _through_network(call, name, anonymous, config.firewall)
    listening = any(listener.enabled for listener in config.listeners)
    if not service_control(machine).running("winrm") or not listening:
        raise WsmanError(UNREACHABLE)
    return machine


def _resolved(call: Call, name: str) -> Machine:
    for machine in call.machine.estate.machines.values():
        if name in machine.addresses:
            return machine
    try:
        return call.machine.estate.machine(name)
    except OperatorError:
        raise WsmanError(FIREWALLED if _is_address(name) else NAME_NOT_RESOLVED) from None


async def _through_network(call: Call, name: str, anonymous: bool, firewall: str) -> None:
    if firewall != "open":
        await call.sleep(_NETWORK_TIMEOUT)
        raise WsmanError(FIREWALLED)
    if anonymous:
        return
    if _is_address(name):
        raise WsmanError(IP_ADDRESS)
    if not (call.logon.delegated or call.logon.system):
        raise WsmanError(
            NO_CREDENTIALS, "A specified logon session does not exist. It may already have been terminated. "
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def identity(machine: Machine, *, anonymous: bool) -> Identity:
    """The answer of a service that was reached."""
    personality = machine.personality
    system = "0.0.0 SP: 0.0" if anonymous else f"{personality.build} SP: {personality.service_pack}.0"
    return Identity(_PROTOCOL, "Microsoft Corporation", f"OS: {system} Stack: {personality.stack}")
