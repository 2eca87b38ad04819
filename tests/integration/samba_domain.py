"""A real domain controller for tests: Samba on a loopback address of its own, everything in one folder.

Needs root and the Debian packages samba, samba-ad-dc, samba-ad-provision, krb5-user.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

REALM = "CORP.EXAMPLE"
DOMAIN = "CORP"
_PROGRAMS = ("samba", "samba-tool", "kinit")
_START_SECONDS = 60.0


def missing() -> str:
    """Why no domain controller can be run here; an empty text if one can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a Samba domain controller needs root"
    absent = [program for program in _PROGRAMS if shutil.which(program) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True, slots=True)
class SambaDomain:
    """A running domain. ``environment`` makes Kerberos programs of this process and its children use it."""

    folder: Path
    address: str
    admin_password: str

    @property
    def environment(self) -> dict[str, str]:
        return {"KRB5_CONFIG": str(self.folder / "krb5.conf"), "KRB5CCNAME": f"FILE:{self.folder / 'tickets'}"}

    def tool(self, *arguments: str) -> str:
        """Run samba-tool on the domain's own database."""
        command = ["samba-tool", *arguments, f"--configfile={self.folder / 'etc' / 'smb.conf'}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=self._env(), check=False)
        assert done.returncode == 0, f"{command[:4]}: {done.stdout}{done.stderr}"
        return done.stdout

    def add_user(self, name: str, password: str) -> None:
        self.tool("user", "create", name, password)

    def add_service(self, account: str, principal: str) -> Path:
        """An account that this service principal belongs to; returns the keytab of the service."""
        self.tool("user", "create", account, f"Aa1-{secrets.token_urlsafe(12)}")
        self.tool("spn", "add", principal, account)
        keytab = self.folder / f"{account}.keytab"
        self.tool("domain", "exportkeytab", str(keytab), f"--principal={principal}")
        return keytab

    def log_in(self, user: str, password: str) -> None:
        """Get a ticket that may be passed on."""
        command = ["kinit", "-f", f"{user}@{REALM}"]
        done = subprocess.run(
            command, input=f"{password}\n", capture_output=True, text=True, timeout=30, env=self._env(), check=False
        )
        assert done.returncode == 0, done.stderr

    def log_out(self) -> None:
        (self.folder / "tickets").unlink(missing_ok=True)

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


@contextmanager
def samba_domain(folder: Path, address: str) -> Iterator[SambaDomain]:
    """Provision and run a domain controller on ``address`` (127.x.y.z) until the end of the context."""
    password = f"Aa1-{secrets.token_urlsafe(12)}"
    domain = SambaDomain(folder, address, password)
    _provision(domain)
    log = (folder / "samba.log").open("wb")
    process = subprocess.Popen(
        ["samba", "-i", "-M", "single", f"--configfile={folder / 'etc' / 'smb.conf'}"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, **domain.environment},
    )
    try:
        _wait_for(address, 88, process)
        _wait_for(address, 389, process)
        yield domain
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        log.close()


def _provision(domain: SambaDomain) -> None:
    folder = domain.folder
    command = [
        *("samba-tool", "domain", "provision", f"--realm={REALM}", f"--domain={DOMAIN}", "--server-role=dc"),
        *("--dns-backend=SAMBA_INTERNAL", f"--adminpass={domain.admin_password}", "--host-name=dc1"),
        *(f"--host-ip={domain.address}", f"--targetdir={folder}", "--use-rfc2307"),
        *(f"--option=interfaces={domain.address}/8", "--option=bind interfaces only=yes"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    settings = folder / "etc" / "smb.conf"
    lines = [line for line in settings.read_text().splitlines() if "dns forwarder" not in line]
    lines.insert(lines.index("[global]") + 1, f"\tlog file = {folder / 'log.%m'}")
    settings.write_text("\n".join(lines) + "\n")
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
        " dns_canonicalize_hostname = false\n rdns = false\n forwardable = true\n"
        f"[realms]\n {REALM} = {{\n  kdc = {domain.address}\n }}\n"
        f"[domain_realm]\n .{REALM.lower()} = {REALM}\n"
    )


def _wait_for(address: str, port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "samba ended"
        with suppress(OSError), socket.create_connection((address, port), timeout=1):
            return
        time.sleep(0.2)
    raise AssertionError(f"samba does not listen on {address}:{port}")
