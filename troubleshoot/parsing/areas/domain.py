"""Normal forms of what is read about domains, SYSVOL migration and computer accounts.

The conventions are those of :mod:`troubleshoot.parsing.records`. States of the SYSVOL migration are numbers, because
their names are printed in the language of the host: 0 Start, 1 Prepared, 2 Redirected, 3 Eliminated, and on the way
4 Preparing, 5 Waiting for initial sync, 6 Redirecting, 7 Eliminating, 8 Undo redirecting, 9 Undo preparing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class DomainRole(TypedDict):
    """Which part a host plays in its domain (`Win32_ComputerSystem`, `Win32_OperatingSystem`)."""

    role: int  # DomainRole: 0 and 2 stand alone, 1 and 3 member, 4 domain controller, 5 PDC emulator
    controller: bool
    pdc: bool
    joined: bool
    name: str
    domain: str  # the DNS name of the domain, or the workgroup
    version: str  # 10.0.17763
    build: int
    at: Cites
    unread: Cites


class DfsrGlobal(TypedDict):
    """`dfsrmig /getglobalstate`: what the domain shall reach."""

    initialized: bool  # False: a migration was never started
    state: int | None  # None: a name in a language that is not known
    at: Cites
    unread: Cites


class LaggingController(TypedDict):
    """One domain controller that has not reached the global state."""

    name: str
    state: int | None
    state_name: str
    type: str
    read_only: bool | None  # None: the type is in a language that is not known
    entra: bool  # the object of Microsoft Entra Kerberos, which is no server
    at: Cites


class DfsrMigration(TypedDict):
    """`dfsrmig /getmigrationstate`: who has not reached the global state."""

    initialized: bool
    in_sync: bool
    state: int | None  # the global state, where the text names it
    lagging: list[LaggingController]
    at: Cites
    unread: Cites


class DfsrSettings(TypedDict):
    """One domain controller's copy of `CN=DFSR-GlobalSettings`."""

    initialized: bool
    state: int | None  # the global state; None where it is not initialized
    age: int | None  # seconds since the object was last changed in this copy
    domain_dn: str
    at: Cites
    unread: Cites


class DfsrLocalState(TypedDict):
    """`Local State` in the registry of one domain controller: what it has really reached."""

    state: int | None  # None: there is no such value, so this host has not begun
    at: Cites
    unread: Cites


class DfsrMembers(TypedDict):
    """The objects that make one domain controller a member of the two replication sets of SYSVOL."""

    dfsr: bool  # msDFSR-Member
    frs: bool  # nTFRSMember
    at: Cites
    unread: Cites


class Controller(TypedDict):
    """One domain controller as the directory knows it."""

    name: str
    read_only: bool
    build: int | None  # 17763 and above: Windows without FRS
    entra: bool
    state: int | None  # the local state that it wrote into the directory; None where it wrote none
    at: Cites


class Controllers(TypedDict):
    """All domain controllers."""

    controllers: list[Controller]
    at: Cites
    unread: Cites


class DfsrEvent(TypedDict):
    """One event of the log `DFS Replication`."""

    id: int
    time: str  # UTC, ISO 8601
    errors: list[int]  # Win32 errors among its data
    at: Cites


class DfsrEvents(TypedDict):
    """Events of the migration, newest first as asked for."""

    events: list[DfsrEvent]
    at: Cites
    unread: Cites


class SecureChannel(TypedDict):
    """`nltest /sc_query` or `/sc_verify`: the member's channel to its domain."""

    failed: int | None  # the program itself was refused with this error: it says nothing about the channel
    controller: str | None  # the domain controller at the other end; None: no one
    short: str | None  # its name without the domain
    connection: int | None  # Win32 error of the connection, 0 is good
    verification: int | None  # Win32 error of the test; None: not tested (a query)
    healthy: bool  # both are 0
    at: Cites
    unread: Cites


class LocatedController(TypedDict):
    """`nltest /dsgetdc`: the domain controller that the locator finds."""

    found: bool
    error: int | None  # why none was found
    name: str | None  # without leading backslashes
    address: str | None
    domain: str | None
    flags: list[str]  # PDC, GC, WRITABLE ...
    at: Cites
    unread: Cites


class TimeOffset(TypedDict):
    """`w32tm /stripchart`: how far the asked computer's clock is ahead of the local one."""

    offset: int  # whole seconds, the median of the samples; negative: the other clock is behind
    skew: int  # the same without its sign
    samples: int
    at: Cites
    unread: Cites


class ComputerAccount(TypedDict):
    """The account of a computer in one domain controller's copy of the directory."""

    found: bool
    copies: int  # accounts of this name
    enabled: bool | None
    dn: str | None
    server: str  # the NetBIOS name of the domain controller that was asked
    domain: str  # its domain, as DNS writes it
    password_set: str | None  # UTC, ISO 8601; None: never
    password_age: int | None  # seconds
    at: Cites
    unread: Cites


class RejoinGuard(TypedDict):
    """What speaks against letting a host leave its domain."""

    services: list[str]  # services that do not survive it, as installed
    user: str  # as whom the session runs
    local_login: bool  # the session runs under an account of the host itself
    at: Cites
    unread: Cites


_WINDOWS = Platform.WINDOWS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "ad_computer": Parser(ComputerAccount, {_WINDOWS: "windows.directory:parse_account"}),
        "dfsr_controllers": Parser(Controllers, {_WINDOWS: "windows.directory:parse_controllers"}),
        "dfsr_events": Parser(DfsrEvents, {_WINDOWS: "windows.dfsr_events:parse"}),
        "dfsr_local_state": Parser(DfsrLocalState, {_WINDOWS: "windows.dfsrmig:parse_local_state"}),
        "dfsr_members": Parser(DfsrMembers, {_WINDOWS: "windows.directory:parse_members"}),
        "dfsr_settings": Parser(DfsrSettings, {_WINDOWS: "windows.directory:parse_settings"}),
        "dfsrmig_global": Parser(DfsrGlobal, {_WINDOWS: "windows.dfsrmig:parse_global"}),
        "dfsrmig_state": Parser(DfsrMigration, {_WINDOWS: "windows.dfsrmig:parse_migration"}),
        "domain_role": Parser(DomainRole, {_WINDOWS: "windows.directory:parse_role"}),
        "nltest_dsgetdc": Parser(LocatedController, {_WINDOWS: "windows.nltest:parse_located"}),
        "nltest_sc": Parser(SecureChannel, {_WINDOWS: "windows.nltest:parse_channel"}),
        "rejoin_guard": Parser(RejoinGuard, {_WINDOWS: "windows.directory:parse_rejoin"}),
        "w32tm_offset": Parser(TimeOffset, {_WINDOWS: "windows.nltest:parse_offset"}),
    }
)
