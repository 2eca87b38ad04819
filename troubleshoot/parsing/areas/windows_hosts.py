"""Normal forms of what hosts say about WinRM, services, terminal sessions and Virtual Machine Manager.

The conventions are those of :mod:`troubleshoot.parsing.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class WinrmSetting(TypedDict):
    """One setting of WinRM."""

    section: str  # Config, Config/Service, Config/Client/Auth ...
    name: str
    value: str
    number: int | None  # the value, where it is a whole number
    policy: bool  # set by Group Policy
    at: Cites


class WinrmConfig(TypedDict):
    """``winrm get winrm/config``: all settings, and the two that decide whether long operations come to an end.

    ``max_timeout`` is MaxTimeoutms (milliseconds), ``max_operations`` is MaxConcurrentOperationsPerUser of the service;
    ``at`` cites these two.
    """

    max_timeout: WinrmSetting
    max_operations: WinrmSetting
    settings: list[WinrmSetting]
    at: Cites
    unread: Cites


class WinrmIdentify(TypedDict):
    """``winrm identify``: does the service of a host answer."""

    answered: bool
    vendor: str | None
    version: str | None  # `OS: 6.3.9600 SP: 0.0 Stack: 3.0`; an anonymous question gets `OS: 0.0.0`
    code: str | None  # of the failure, lower case: 0x80338012
    at: Cites
    unread: Cites


class WinrmHelp(TypedDict):
    """``winrm helpmsg``: the text that Windows has for a code, in the host's language."""

    text: str
    at: Cites
    unread: Cites


class PluginQuota(TypedDict):
    """How many operations one user may run at once through a plug-in of WinRM (3.0 and later)."""

    plugin: str
    operations: int
    at: Cites


class PluginQuotas(TypedDict):
    """The quotas of all plug-ins of a host."""

    quotas: list[PluginQuota]
    at: Cites
    unread: Cites


class Service(TypedDict):
    """``sc query NAME``: one service. ``installed`` is False where the host says that it has none of this name."""

    installed: bool
    name: str | None
    display: str | None  # sc enumdepend only
    state: str | None  # stopped, start_pending, stop_pending, running, continue_pending, pause_pending, paused
    exit_code: int | None  # why it stopped; 1077: never started since the boot
    at: Cites


class ServiceState(Service):
    """The record of one `sc query`."""

    unread: Cites


class Dependants(TypedDict):
    """``sc enumdepend NAME``: the services that need another one."""

    services: list[Service]
    at: Cites
    unread: Cites


class ManagedComputer(TypedDict):
    """One computer that VMM manages (``Get-SCVMMManagedComputer``)."""

    name: str
    state: str | None  # Responding, NotResponding, AccessDenied ...
    version_state: str | None  # UpToDate, UpgradeAvailable, NeedUpgrade ...
    agent_version: str | None
    at: Cites


class ManagedComputers(TypedDict):
    """The computers that were asked for; none where VMM does not manage them."""

    computers: list[ManagedComputer]
    at: Cites
    unread: Cites


class WmiTiming(TypedDict):
    """How long one enumeration of virtual machines took inside the host (no network in it)."""

    version: str  # of Windows: 6.1.7601
    namespace: str
    milliseconds: int
    at: Cites
    unread: Cites


class TerminalSession(TypedDict):
    """One session of a host."""

    id: int
    name: str | None  # console, rdp-tcp#12; None: the session was left behind, or waits
    user: str | None
    user_cut: bool  # the name fills its column: there may be more of it
    state: str  # active, connected, disconnected, listening, idle, down, init, shadow
    kind: str  # user, services, console, listener, other
    own: bool  # the session in which the command ran
    at: Cites


class TerminalSessions(TypedDict):
    """``query session``: all sessions of a host. Logons without a session (services, WinRM) are not among them."""

    sessions: list[TerminalSession]
    at: Cites
    unread: Cites


class SessionUser(TypedDict):
    """One line of ``query user``."""

    user: str
    session: str | None
    id: int
    state: str
    idle: int | None  # whole minutes without input; None: not said
    logon: str  # in the host's own notation
    own: bool
    at: Cites


class SessionUsers(TypedDict):
    """``query user``: who has a session. ``nobody`` is what the host says, not an empty answer."""

    nobody: bool
    users: list[SessionUser]
    at: Cites
    unread: Cites


_WINDOWS = Platform.WINDOWS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "service": Parser(ServiceState, {_WINDOWS: "windows.services:parse_service"}),
        "service_dependants": Parser(Dependants, {_WINDOWS: "windows.services:parse_dependants"}),
        "terminal_sessions": Parser(TerminalSessions, {_WINDOWS: "windows.sessions:parse_sessions"}),
        "terminal_users": Parser(SessionUsers, {_WINDOWS: "windows.sessions:parse_users"}),
        "vmm_computers": Parser(ManagedComputers, {_WINDOWS: "windows.scvmm:parse_computers"}),
        "winrm_config": Parser(WinrmConfig, {_WINDOWS: "windows.wsman:parse_config"}),
        "winrm_helpmsg": Parser(WinrmHelp, {_WINDOWS: "windows.wsman:parse_helpmsg"}),
        "winrm_identify": Parser(WinrmIdentify, {_WINDOWS: "windows.wsman:parse_identify"}),
        "winrm_plugin_quotas": Parser(PluginQuotas, {_WINDOWS: "windows.wsman:parse_plugin_quotas"}),
        "wmi_timing": Parser(WmiTiming, {_WINDOWS: "windows.scvmm:parse_timing"}),
    }
)
