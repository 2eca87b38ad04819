"""WinRM on a loopback port in front of a simulated Windows host: WS-Management command shells, as Windows serves them.

Sources: [MS-WSMV], DMTF DSP0226; NTLM and CredSSP by pyspnego. Nothing heavy is imported before :func:`listen`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from troubleshoot.lab.windows.wire.accounts import Account, TlsFiles
from troubleshoot.lab.windows.wire.disturbances import FaultPlan

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine
    from troubleshoot.lab.windows.wire.listener import Listener
    from troubleshoot.lab.windows.wire.service import Launch, Service

__all__ = ["CODEPAGES", "Account", "FaultPlan", "TlsFiles", "listen", "make_client", "make_tls"]

CODEPAGES: Final = frozenset((437, 850, 852, 858, 866, 1250, 1251, 1252, 65001))


async def listen(
    machine: Machine,
    accounts: Sequence[Account],
    *,
    launch: Launch | None = None,
    https: TlsFiles | None = None,
    allow_unencrypted: bool = False,
    port: int = 0,
    faults: FaultPlan | None = None,
    idle_close: float = 120.0,
    running: bool = True,
    basic: bool | None = None,
    credssp: bool | None = None,
    keytab: Path | None = None,
    codepages: Collection[int] = CODEPAGES,
    wmi_quota_faults: bool = False,
    service: Service | None = None,
) -> Listener:
    """Serve WinRM for ``machine`` on a loopback port, over http or (with ``https``) over TLS.

    ``launch`` starts programs (default: the simulated host's own). ``idle_close`` is in real seconds. ``running``
    False: the host's `winrm` service is stopped, connections are refused until it starts. ``basic`` and ``credssp``
    None: as the host's configuration says (`Service/Auth`), and on where it has none; Basic is offered over https, and
    over http only where unencrypted traffic is allowed. ``keytab`` enables Kerberos (needs python-gssapi).
    ``codepages`` are those a shell may ask for. ``wmi_quota_faults``: quota faults carry MSFT_WmiError.
    ``service`` of an earlier listener of the same host makes both show the same shells. Raises OSError for a port
    that is taken, and ImportError for a keytab without gssapi.
    """
    from troubleshoot.lab.windows import programs
    from troubleshoot.lab.windows.wire.listener import Listener, Settings
    from troubleshoot.lab.windows.wire.service import Service

    if keytab is not None:
        import_module("gssapi")  # fail now, not at the first login
    shared = service or Service(
        machine, launch or programs.launch, frozenset(codepages), wmi_faults=wmi_quota_faults, shown=programs.shown
    )
    settings = Settings(
        basic, credssp, keytab, allow_unencrypted, idle_close, FaultPlan() if faults is None else faults
    )
    listener = Listener(machine, accounts, shared, settings, https)
    try:
        await listener.open(port, running=running)
    except BaseException:
        await listener.close()
        raise
    return listener


def make_tls(
    folder: Path, names: Sequence[str], *, expired: bool = False, trusted: bool = True, self_signed: bool = False
) -> TlsFiles:
    """Server certificate and authority; see :func:`troubleshoot.lab.windows.wire.certificates.make_tls`."""
    from troubleshoot.lab.windows.wire import certificates

    return certificates.make_tls(folder, names, expired=expired, trusted=trusted, self_signed=self_signed)


def make_client(folder: Path, upn: str, name: str = "client") -> TlsFiles:
    """Client certificate; see :func:`troubleshoot.lab.windows.wire.certificates.make_client`."""
    from troubleshoot.lab.windows.wire import certificates

    return certificates.make_client(folder, upn, name)
