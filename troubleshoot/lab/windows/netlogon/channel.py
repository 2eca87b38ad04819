"""The secure channel of a member: computed from passwords, account, clocks and what can be reached.

Passwords are versions (numbers): a domain controller accepts the current and the previous one, as in MS-NRPC 3.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.directory import Attributes, Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control

SUCCESS: Final = 0
ACCESS_DENIED: Final = 5
NOT_ACTIVE: Final = 1062
NO_LOGON_SERVERS: Final = 1311
NO_SUCH_DOMAIN: Final = 1355
TIME_SKEW: Final = 1398
NO_LSA_SECRET: Final = 1786
NO_SAM_ACCOUNT: Final = 1787
RPC_UNAVAILABLE: Final = 1722
NAMES: Final = {
    SUCCESS: "NERR_Success",
    ACCESS_DENIED: "ERROR_ACCESS_DENIED",
    NOT_ACTIVE: "ERROR_SERVICE_NOT_ACTIVE",
    NO_LOGON_SERVERS: "ERROR_NO_LOGON_SERVERS",
    NO_SUCH_DOMAIN: "ERROR_NO_SUCH_DOMAIN",
    TIME_SKEW: "ERROR_TIME_SKEW",
    NO_LSA_SECRET: "ERROR_NO_TRUST_LSA_SECRET",
    NO_SAM_ACCOUNT: "ERROR_NO_TRUST_SAM_ACCOUNT",
    RPC_UNAVAILABLE: "RPC_S_SERVER_UNAVAILABLE",
}
PASSWORD: Final = "unicodePwd"  # noqa: S105  # the attribute; here it holds the version
_DISABLED: Final = 2
_SKEW: Final = 300.0  # seconds


@dataclass(slots=True)
class Channel:
    """What a host keeps about its own password and channel. On a domain controller: how it can be reached."""

    machine: Machine
    password: int | None = None  # None: the LSA secret is missing
    controller: str = ""  # the domain controller that the channel goes to
    serves: bool = True  # a domain controller that the locator finds
    finds: bool = True  # a member whose DNS leads to the domain
    logons: bool = True  # a domain controller that accepts channels
    rpc: bool = True  # a domain controller whose RPC ports can be reached

    @property
    def directory(self) -> Directory:
        found = self.machine.estate.directory
        assert found is not None  # checked where the section is built
        return found


def status(code: int) -> str:
    """A Win32 error as nltest shows it."""
    return f"Status = {code} 0x{code:x} {NAMES.get(code, 'ERROR')}"


def account_of(directory: Directory, computer: str, dc: str) -> Attributes | None:
    """The account of a computer in a domain controller's copy; a deleted one is none."""
    wanted = f"{computer}$".casefold()
    objects = directory.controllers[dc].objects.values()
    return next((i for i in objects if str(i.get("sAMAccountName", "")).casefold() == wanted), None)


def located(channel: Channel) -> list[Machine]:
    """The domain controllers that the locator finds, the own site first."""
    if not channel.finds:
        return []
    return [machine for machine in _controllers(channel) if _serves(machine)]


def _controllers(channel: Channel) -> Iterator[Machine]:
    for name in sorted(channel.directory.controllers, key=lambda n: not channel.directory.controllers[n].pdc):
        yield channel.machine.estate.machines[name]


def _serves(machine: Machine) -> bool:
    present = machine.has("netlogon")
    return service_control(machine).running("Netlogon") and (not present or machine.state("netlogon", Channel).serves)


def other_end(channel: Channel) -> Machine | None:
    """The domain controller that the channel goes to, or would go to."""
    found = located(channel)
    chosen = [machine for machine in found if machine.name == channel.controller]
    return next(iter(chosen or found), None)


def verdict(channel: Channel) -> int:
    """The Win32 error with which a connection ends."""
    end = other_end(channel)
    if end is None:
        return NO_LOGON_SERVERS
    far = find_channel(end) or Channel(end)
    if not far.logons:
        return NO_LOGON_SERVERS
    if not far.rpc:
        return RPC_UNAVAILABLE
    if channel.password is None:
        return NO_LSA_SECRET
    if abs(channel.machine.now - end.now) > _SKEW:
        return TIME_SKEW
    account = account_of(channel.directory, channel.machine.computer, end.name)
    if account is None or int(account.get("userAccountControl", 0)) & _DISABLED:
        return NO_SAM_ACCOUNT
    known = int(account.get(PASSWORD, 1))
    return SUCCESS if channel.password in (known, known - 1) else ACCESS_DENIED


def find_channel(machine: Machine) -> Channel | None:
    """The channel of a host that has one."""
    return machine.state("netlogon", Channel) if machine.has("netlogon") else None


def point_to(channel: Channel, name: str) -> bool:
    """Let the channel go to another domain controller; False where there is none of this name."""
    try:
        channel.controller = channel.directory.controller(name).name
    except OperatorError:
        return False
    return True


def set_password(channel: Channel, dc: str) -> bool:
    """Give the member and its account on ``dc`` a new password; False where there is no account or it is read-only."""
    directory = channel.directory
    account = account_of(directory, channel.machine.computer, dc)
    if account is None or directory.controllers[dc].read_only:
        return False
    version = max(int(account.get(PASSWORD, 1)), channel.password or 0) + 2
    changes = {PASSWORD: version, "pwdLastSet": file_time(channel.machine.now)}
    directory.write(str(account["distinguishedName"]), changes, dc)
    channel.password = version
    channel.controller = dc
    return True


def file_time(seconds: float) -> int:
    """Epoch seconds as 100 ns since 1601."""
    return int((seconds + 11_644_473_600) * 10_000_000)
