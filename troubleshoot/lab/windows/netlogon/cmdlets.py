"""Test-ComputerSecureChannel and Reset-ComputerMachinePassword (PowerShell up to 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.netlogon.channel import Channel, find_channel, other_end, set_password, verdict
from troubleshoot.lab.windows.topic import CmdletCall, PsError

_DENIED: Final = "Access is denied."


async def test_channel(call: CmdletCall) -> Sequence[Any]:
    """``Test-ComputerSecureChannel [-Repair] [-Server NAME] [-Credential C]``: a bare true or false."""
    channel = _own(call, "Test-ComputerSecureChannel")
    if not call.get("repair"):
        return [verdict(channel) == 0]
    _set(call, channel, "Cannot reset the secure channel password for the computer account in the domain.")
    return [verdict(channel) == 0]


async def reset_password(call: CmdletCall) -> Sequence[Any]:
    """``Reset-ComputerMachinePassword [-Server NAME] [-Credential C]``: silent."""
    channel = _own(call, "Reset-ComputerMachinePassword")
    _set(call, channel, "The machine account password for the computer cannot be reset.")
    return []


def _own(call: CmdletCall, name: str) -> Channel:
    channel = find_channel(call.machine) if call.machine.role < 4 else None
    if channel is None:
        raise PsError(
            f"Cannot verify the secure channel password for the computer account in the domain. {name} is for members.",
            "OperationFailed",
            category="InvalidOperation",
        )
    if not call.logon.elevated and not call.logon.system:
        raise PsError(_DENIED, "UnauthorizedAccessException", category="PermissionDenied")
    return channel


def _set(call: CmdletCall, channel: Channel, problem: str) -> None:
    """A new password on both ends: the domain controller wants to see somebody with rights."""
    known = call.logon.delegated or call.get("credential") is not None
    server = str(call.get("server") or "")
    try:
        name = channel.directory.controller(server).name if server else _writable(channel)
    except OperatorError:
        name = ""
    if not name:
        raise PsError(f"{problem} The RPC server is unavailable.", "OperationFailed", category="OperationStopped")
    if not known or not set_password(channel, name):
        raise PsError(f"{problem} {_DENIED}", "OperationFailed", category="OperationStopped")


def _writable(channel: Channel) -> str:
    end = other_end(channel)
    if end is None:
        return ""
    read_only = channel.directory.controllers[end.name].read_only
    return channel.directory.pdc.name if read_only else end.name
