"""The WS-Management configuration of a fresh host, in the order in which `winrm get winrm/config` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troubleshoot.lab.windows.personality import Personality

_UNLIMITED: Final = "2147483647"
_BOUNDLESS: Final = "4294967295"
_PORTS: Final = {"HTTP": "5985", "HTTPS": "5986"}


def default_config(personality: Personality) -> dict[str, str]:
    """Settings by path (``Service/Auth/Basic``); an empty value is a setting that is not set."""
    old = personality.version < (6, 2)
    plain: dict[str, str] = {
        "MaxEnvelopeSizekb": "150" if old else "500",
        "MaxTimeoutms": "60000",
        "MaxBatchItems": "32000",
        "MaxProviderRequests": _BOUNDLESS,
    }
    _add(plain, "Client", {"NetworkDelayms": "5000", "URLPrefix": "wsman", "AllowUnencrypted": "false"})
    client_auth = ("Basic", "Digest", "Kerberos", "Negotiate", "Certificate")
    _add(plain, "Client/Auth", {**dict.fromkeys(client_auth, "true"), "CredSSP": "false"})
    _add(plain, "Client/DefaultPorts", _PORTS)
    plain["Client/TrustedHosts"] = ""
    _add(plain, "Service", _service(old))
    _add(plain, "Winrs", _winrs(personality))
    return plain


def _add(plain: dict[str, str], block: str, values: Mapping[str, str]) -> None:
    plain.update((f"{block}/{name}", value) for name, value in values.items())


def _service(old: bool) -> dict[str, str]:
    users = "(A;;GR;;;ER)" if old else "(A;;GA;;;RM)(A;;GR;;;IU)"
    service: dict[str, str] = {
        "RootSDDL": f"O:NSG:BAD:P(A;;GA;;;BA){users}S:P(AU;FA;GA;;;WD)(AU;SA;GWGX;;;WD)",
        "MaxConcurrentOperations": _BOUNDLESS,
        "MaxConcurrentOperationsPerUser": "15" if old else "1500",
        "EnumerationTimeoutms": "60000" if old else "240000",
        "MaxConnections": "25" if old else "300",
        "MaxPacketRetrievalTimeSeconds": "120",
        "AllowUnencrypted": "false",
    }
    auth = {"Basic": "false", "Kerberos": "true", "Negotiate": "true", "Certificate": "false", "CredSSP": "false"}
    _add(service, "Auth", {**auth, "CbtHardeningLevel": "Relaxed"})
    _add(service, "DefaultPorts", _PORTS)
    compatibility = {"EnableCompatibilityHttpListener": "false", "EnableCompatibilityHttpsListener": "false"}
    service |= {"IPv4Filter": "*", "IPv6Filter": "*", **compatibility, "CertificateThumbprint": ""}
    return service if old else {**service, "AllowRemoteAccess": "true"}


def _winrs(personality: Personality) -> dict[str, str]:
    users, processes, memory, shells = _UNLIMITED, _UNLIMITED, _UNLIMITED, _UNLIMITED
    if personality.version < (6, 2):
        users, processes, memory, shells = "5", "15", "150", "5"
    elif personality.version < (10, 0):
        users, processes, memory, shells = "10", "25", "1024", "30"
    return {
        "AllowRemoteShellAccess": "true",
        "IdleTimeout": "180000" if personality.version < (6, 2) else "7200000",
        "MaxConcurrentUsers": users,
        "MaxShellRunTime": _UNLIMITED,
        "MaxProcessesPerShell": processes,
        "MaxMemoryPerShellMB": memory,
        "MaxShellsPerUser": shells,
    }


PLUGINS: Final = ("microsoft.powershell", "microsoft.powershell.workflow", "WMI Provider", "Event Forwarding Plugin")


def plugin_quotas() -> dict[str, str]:
    """Quotas that each plug-in has since WinRM 3.0."""
    return {
        "MaxIdleTimeoutms": _UNLIMITED,
        "MaxConcurrentUsers": _UNLIMITED,
        "IdleTimeoutms": "7200000",
        "MaxMemoryPerShellMB": _UNLIMITED,
        "MaxProcessesPerShell": _UNLIMITED,
        "MaxConcurrentCommandsPerShell": _UNLIMITED,
        "MaxShells": _UNLIMITED,
        "MaxShellsPerUser": _UNLIMITED,
        "MaxConcurrentOperationsPerUser": _UNLIMITED,
    }
