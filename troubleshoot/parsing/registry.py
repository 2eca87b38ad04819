"""Which function reads which output: the only door from raw text to records.

Parsers are chosen by name, never guessed from a command: a foreign parser that finds nothing looks like "no entry".
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import Any

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.parsing import records
from troubleshoot.parsing.clean import Clean, clean
from troubleshoot.parsing.device_errors import RefusalKind, Refused, refusal_in
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.windows import records_cert, records_domain, records_host, records_vm

_LARGE = 200_000  # characters
_ROOT = "troubleshoot.parsing."
_IOS, _NXOS, _JUNOS, _FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR
_WINDOWS = Platform.WINDOWS

TABLE: Mapping[str, Mapping[Platform, str]] = MappingProxyType(
    {
        "mroute": {
            _IOS: "ios.mroute:parse",
            _NXOS: "nxos.mroute:parse",
            _JUNOS: "junos.mroute:parse",
            _FRR: "frr.mroute:parse",
        },
        "mroute_count": {
            _IOS: "ios.counters:parse",
            _NXOS: "nxos.mroute:parse_count",
            _JUNOS: "junos.mroute:parse_count",
            _FRR: "frr.counters:parse",
        },
        "rpf": {
            _IOS: "ios.rpf:parse",
            _NXOS: "nxos.route:parse_rpf",
            _JUNOS: "junos.route:parse_rpf",
            _FRR: "frr.rpf:parse",
        },
        "route": {
            _IOS: "ios.route:parse",
            _NXOS: "nxos.route:parse",
            _JUNOS: "junos.route:parse",
            _FRR: "frr.route:parse",
        },
        "pim_interfaces": {
            _IOS: "ios.pim:parse_interfaces",
            _NXOS: "nxos.pim:parse_interfaces",
            _JUNOS: "junos.pim:parse_interfaces",
            _FRR: "frr.pim:parse_interfaces",
        },
        "pim_neighbors": {
            _IOS: "ios.pim:parse_neighbors",
            _NXOS: "nxos.pim:parse_neighbors",
            _JUNOS: "junos.pim:parse_neighbors",
            _FRR: "frr.pim:parse_neighbors",
        },
        "rp_mapping": {
            _IOS: "ios.pim:parse_rp_mapping",
            _NXOS: "nxos.pim:parse_rp",
            _JUNOS: "junos.pim:parse_rps",
            _FRR: "frr.pim:parse_rp_info",
        },
        "igmp_groups": {
            _IOS: "ios.igmp:parse_groups",
            _NXOS: "nxos.igmp:parse_groups",
            _JUNOS: "junos.igmp:parse_groups",
            _FRR: "frr.igmp:parse_groups",
        },
        "igmp_interfaces": {
            _IOS: "ios.igmp:parse_interfaces",
            _NXOS: "nxos.igmp:parse_interfaces",
            _JUNOS: "junos.igmp:parse_interfaces",
            _FRR: "frr.igmp:parse_interfaces",
        },
        "multicast_global": {
            _IOS: "ios.system:parse_multicast",
            _NXOS: "nxos.system:parse_feature",
            _FRR: "frr.system:parse_multicast",
        },
        "interfaces": {
            _IOS: "ios.system:parse_interfaces",
            _NXOS: "nxos.system:parse_interfaces",
            _JUNOS: "junos.system:parse_interfaces",
            _FRR: "frr.system:parse_interfaces",
        },
        "config_lines": {
            _IOS: "config:parse_blocks",
            _NXOS: "config:parse_blocks",
            _JUNOS: "config:parse_set",
            _FRR: "config:parse_blocks",
        },
        "ad_computer": {_WINDOWS: "windows.directory:parse_account"},
        "dfsr_controllers": {_WINDOWS: "windows.directory:parse_controllers"},
        "dfsr_events": {_WINDOWS: "windows.dfsr_events:parse"},
        "dfsr_local_state": {_WINDOWS: "windows.dfsrmig:parse_local_state"},
        "dfsr_members": {_WINDOWS: "windows.directory:parse_members"},
        "dfsr_settings": {_WINDOWS: "windows.directory:parse_settings"},
        "dfsrmig_global": {_WINDOWS: "windows.dfsrmig:parse_global"},
        "dfsrmig_state": {_WINDOWS: "windows.dfsrmig:parse_migration"},
        "domain_role": {_WINDOWS: "windows.directory:parse_role"},
        "nltest_dsgetdc": {_WINDOWS: "windows.nltest:parse_located"},
        "nltest_sc": {_WINDOWS: "windows.nltest:parse_channel"},
        "rejoin_guard": {_WINDOWS: "windows.directory:parse_rejoin"},
        "service": {_WINDOWS: "windows.services:parse_service"},
        "service_dependants": {_WINDOWS: "windows.services:parse_dependants"},
        "terminal_sessions": {_WINDOWS: "windows.sessions:parse_sessions"},
        "terminal_users": {_WINDOWS: "windows.sessions:parse_users"},
        "vmm_computers": {_WINDOWS: "windows.scvmm:parse_computers"},
        "winrm_config": {_WINDOWS: "windows.wsman:parse_config"},
        "winrm_helpmsg": {_WINDOWS: "windows.wsman:parse_helpmsg"},
        "winrm_identify": {_WINDOWS: "windows.wsman:parse_identify"},
        "winrm_plugin_quotas": {_WINDOWS: "windows.wsman:parse_plugin_quotas"},
        "wmi_timing": {_WINDOWS: "windows.scvmm:parse_timing"},
        "w32tm_offset": {_WINDOWS: "windows.nltest:parse_offset"},
        "computer": {Platform.WINDOWS: "windows.computer:parse"},
        "nlb_setup": {Platform.WINDOWS: "windows.nlb:parse_setup"},
        "nlb_state": {Platform.WINDOWS: "windows.nlb:parse_query"},
        "vm_adapters": {Platform.WINDOWS: "windows.hyperv:parse_adapters"},
        "vm_memory": {Platform.WINDOWS: "windows.hyperv:parse_memory"},
        "vm_host_memory": {Platform.WINDOWS: "windows.hyperv:parse_host_memory"},
        "windows_events": {Platform.WINDOWS: "windows.events:parse"},
        "ca_events": {_WINDOWS: "windows.cert_events:parse"},
        "ca_configuration": {_WINDOWS: "windows.cert_ca:parse_configuration"},
        "ca_certificate_state": {_WINDOWS: "windows.cert_ca:parse_state"},
        "ca_certificate": {_WINDOWS: "windows.cert_ca:parse_certificate"},
        "ca_templates": {_WINDOWS: "windows.cert_ca:parse_templates"},
        "nt_auth_object": {_WINDOWS: "windows.nt_auth:parse_object"},
        "nt_auth_cache": {_WINDOWS: "windows.nt_auth:parse_cache"},
        "controller_ring": {_WINDOWS: "windows.cert_directory:parse_controllers"},
        "enrollment_services": {_WINDOWS: "windows.cert_directory:parse_services"},
        "template_rights": {_WINDOWS: "windows.cert_directory:parse_rights"},
        "replication_links": {_WINDOWS: "windows.replication:parse_links"},
    }
)

_RECORDS: Mapping[str, type] = MappingProxyType(
    {
        "mroute": records.Mroute,
        "mroute_count": records.MrouteCounts,
        "rpf": records.Rpf,
        "route": records.Route,
        "pim_interfaces": records.PimInterfaces,
        "pim_neighbors": records.PimNeighbors,
        "rp_mapping": records.RpMappings,
        "igmp_groups": records.IgmpGroups,
        "igmp_interfaces": records.IgmpInterfaces,
        "multicast_global": records.MulticastGlobal,
        "interfaces": records.Interfaces,
        "config_lines": records.ConfigLines,
        "ad_computer": records_domain.ComputerAccount,
        "dfsr_controllers": records_domain.Controllers,
        "dfsr_events": records_domain.DfsrEvents,
        "dfsr_local_state": records_domain.DfsrLocalState,
        "dfsr_members": records_domain.DfsrMembers,
        "dfsr_settings": records_domain.DfsrSettings,
        "dfsrmig_global": records_domain.DfsrGlobal,
        "dfsrmig_state": records_domain.DfsrMigration,
        "domain_role": records_domain.DomainRole,
        "nltest_dsgetdc": records_domain.LocatedController,
        "nltest_sc": records_domain.SecureChannel,
        "rejoin_guard": records_domain.RejoinGuard,
        "w32tm_offset": records_domain.TimeOffset,
        "computer": records_vm.Computer,
        "nlb_setup": records_vm.NlbSetup,
        "nlb_state": records_vm.NlbState,
        "vm_adapters": records_vm.VmAdapters,
        "vm_memory": records_vm.Vms,
        "vm_host_memory": records_vm.VmHostMemory,
        "service": records_host.ServiceState,
        "service_dependants": records_host.Dependants,
        "terminal_sessions": records_host.TerminalSessions,
        "terminal_users": records_host.SessionUsers,
        "vmm_computers": records_host.ManagedComputers,
        "winrm_config": records_host.WinrmConfig,
        "winrm_helpmsg": records_host.WinrmHelp,
        "winrm_identify": records_host.WinrmIdentify,
        "winrm_plugin_quotas": records_host.PluginQuotas,
        "wmi_timing": records_host.WmiTiming,
        "windows_events": records_vm.WindowsEvents,
        "ca_events": records_cert.CaEvents,
        "ca_configuration": records_cert.CaConfiguration,
        "ca_certificate_state": records_cert.CaCertificateState,
        "ca_certificate": records_cert.CaCertificate,
        "ca_templates": records_cert.CaTemplates,
        "nt_auth_object": records_cert.NtAuthObject,
        "nt_auth_cache": records_cert.NtAuthCache,
        "controller_ring": records_cert.ControllerRing,
        "enrollment_services": records_cert.EnrollmentServices,
        "template_rights": records_cert.TemplateRights,
        "replication_links": records_cert.ReplicationLinks,
    }
)


def parser_names() -> tuple[str, ...]:
    """Return the names a tree may put after ``parse:``, sorted."""
    return tuple(sorted(TABLE))


def platforms(name: str) -> tuple[Platform, ...]:
    """Return the platforms that a parser reads.

    Raises:
        AuthorError: there is no parser of this name.
    """
    return tuple(_row(name))


def record_type(name: str) -> type:
    """Return the ``TypedDict`` class of a parser's record.

    Raises:
        AuthorError: there is no parser of this name.
    """
    _row(name)
    return _RECORDS[name]


def parse(name: str, platform: Platform, outputs: Sequence[str]) -> dict[str, Any]:
    """Clean the raw outputs of one collect item, refuse refusals, and return the record.

    Args:
        name: a parser of :func:`parser_names`.
        platform: what printed the text.
        outputs: one raw text per command sent, in the order sent.

    Raises:
        Refused: a device refused a command (a :class:`ParseFailure` with ``refusal``).
        ParseFailure: a text is empty, unknown, cut or stops at a pager: *cannot tell*.
        AuthorError: no such parser, or not for this platform.
    """
    row = _row(name)
    if platform not in row:
        raise AuthorError(f"parser {name!r} does not read {platform.value} output")
    with _collector_paused(sum(map(len, outputs)) > _LARGE):
        return _parse(name, platform, [clean(text, part) for part, text in enumerate(outputs)])


@contextmanager
def _collector_paused(pause: bool) -> Iterator[None]:
    """Records hold no reference cycles, but making 10^5 of them would start the cycle collector again and again, and
    once more at the end: it doubles the time of a large table."""
    pause = pause and gc.isenabled() and not gc.get_freeze_count()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.freeze()  # both together count all that lives as old, so that only a full collection looks at it
            gc.unfreeze()
            gc.enable()


def _parse(name: str, platform: Platform, pages: Sequence[Clean]) -> dict[str, Any]:
    if (off := _multicast_off(name, platform, pages)) is not None:
        return off
    for page in pages:
        found = refusal_in(platform, page)
        if found is not None:
            raise Refused(found, page.part)
        if page.pager is not None:
            raise ParseFailure("the output stops at a pager", page.part, page.pager)
    if not pages:
        raise ParseFailure("there is no output to read")
    module, _, function = TABLE[name][platform].partition(":")
    record: dict[str, Any] = getattr(import_module(_ROOT + module), function)(pages)
    return record


def _row(name: str) -> Mapping[Platform, str]:
    try:
        return TABLE[name]
    except KeyError:
        raise AuthorError(f"no parser {name!r}", hint=f"one of: {', '.join(parser_names())}") from None


def _multicast_off(name: str, platform: Platform, pages: Sequence[Clean]) -> dict[str, Any] | None:
    """``pimd is not running`` refuses every other question, but it answers whether multicast routing is on."""
    if name != "multicast_global" or len(pages) != 1:
        return None
    found = refusal_in(platform, pages[0])
    if found is None or found.kind is not RefusalKind.FEATURE_OFF:
        return None
    return {"enabled": False, "multipath": None, "at": pages[0].at(found.line), "unread": []}
