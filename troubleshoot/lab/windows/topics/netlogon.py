"""Netlogon: the machine password, the secure channel, the locator and the clock."""

from __future__ import annotations

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.netlogon import cmdlets, tools
from troubleshoot.lab.windows.netlogon.channel import PASSWORD, Channel, file_time
from troubleshoot.lab.windows.netlogon.nltest import nltest
from troubleshoot.lab.windows.seeds import computer_dn
from troubleshoot.lab.windows.topic import Part, Topic

_DISABLED = 2


class AccountPart(Part):
    """The account in the directory. ``behind`` are domain controllers whose copy has a password two versions older."""

    password: int = Field(default=4, ge=1)
    password_age: float = Field(default=864_000.0, ge=0)
    missing: bool = False
    disabled: bool = False
    behind: tuple[str, ...] = ()


class NetlogonPart(Part):
    """``password`` is the version that this host has (default: the account's); ``skew`` seconds its clock is ahead.

    ``serves``, ``logons`` and ``rpc`` are of domain controllers: can the locator find it, does it accept channels,
    can its RPC ports be reached. ``finds`` is of a member: does its DNS lead to the domain.
    """

    password: int | None = Field(default=None, ge=1)
    secret: bool = True
    skew: float = 0.0
    controller: str = ""
    serves: bool = True
    logons: bool = True
    rpc: bool = True
    finds: bool = True
    account: AccountPart = AccountPart()


def _build(machine: Machine, part: NetlogonPart) -> Channel:
    machine.skew = part.skew
    directory = machine.estate.directory
    if machine.role == 2 or directory is None:
        return Channel(machine, finds=False)
    _seed_account(machine, directory, part.account)
    password = part.account.password if part.password is None else part.password
    return Channel(
        machine,
        password=password if part.secret else None,
        controller=part.controller,
        serves=part.serves,
        logons=part.logons,
        finds=part.finds,
        rpc=part.rpc,
    )


def _seed_account(machine: Machine, directory: Directory, part: AccountPart) -> None:
    dn = computer_dn(directory, machine)
    present = directory.read(dn) or {}
    if strange := set(part.behind) - set(directory.controllers):
        raise AuthorError(f"{min(strange)} is no domain controller")
    if part.missing:
        for controller in directory.controllers.values():
            controller.objects.pop(dn.casefold(), None)
            controller.stamps.pop(dn.casefold(), None)
        return
    control = int(present.get("userAccountControl", 0x1000)) | (_DISABLED if part.disabled else 0)
    age = machine.estate.clock() - part.password_age
    values = {PASSWORD: part.password, "pwdLastSet": file_time(age), "userAccountControl": control}
    older = {PASSWORD: max(part.password - 2, 1), "pwdLastSet": file_time(age - 40 * 86400)}
    directory.seed(dn, {**present, **values, **older}, part.behind)
    directory.seed(dn, {**present, **values}, [name for name in directory.controllers if name not in part.behind])


TOPIC = Topic(
    section="netlogon",
    schema=NetlogonPart,
    build=_build,
    tools={
        "nltest": nltest,
        "netdom": tools.netdom,
        "w32tm": tools.w32tm,
        "klist": tools.klist,
        "dsmod": tools.dsmod,
    },
    cmdlets={
        "test-computersecurechannel": cmdlets.test_channel,
        "reset-computermachinepassword": cmdlets.reset_password,
    },
    standard=True,
)
