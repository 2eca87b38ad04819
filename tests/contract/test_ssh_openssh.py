"""The same adapter against OpenSSH and a real shell."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from tests.contract.ssh_device import Bench
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.host_keys import entry

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
needs_sshd = pytest.mark.skipif(
    os.name != "posix"
    or not Path(SSHD).exists()
    or getattr(os, "geteuid", lambda: 1)() != 0
    or not Path("/run/sshd").is_dir(),
    reason="needs root, OpenSSH's server and /run/sshd",
)
pytestmark = needs_sshd


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """One OpenSSH server on the loopback that accepts one key."""
    host_key, mine = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    host_key.write_private_key(tmp_path / "host_key")
    mine.write_private_key(tmp_path / "id")
    (tmp_path / "host_key").chmod(0o600)
    (tmp_path / "authorized").write_bytes(mine.export_public_key())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {tmp_path}/host_key\nAuthorizedKeysFile {tmp_path}/authorized\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
        f"PidFile {tmp_path}/pid\nLogLevel ERROR\n"
    )
    with subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            ssh = {"agent": "no", "keys": [str(tmp_path / "id")]}
            host = Host("web1", "127.0.0.1", Platform.LINUX, port=port, username=getpass.getuser(), ssh=ssh)
            found = Bench({"web1": host}, tmp_path)
            found.known_hosts.write_text(entry("127.0.0.1", port, host_key) + "\n")
            yield found
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("sshd did not start")


async def test_text_is_exact_and_has_an_exit_code(bench: Bench) -> None:
    hub = bench.hub()
    output = await hub.execute("web1", r"printf 'a\r\n\377b'; printf err >&2; exit 3", deadline=8)
    assert (output.text, output.exit_code, output.doubt) == ("a\r\n\ufffdberr", 3, "")
    read = await hub.read("web1", "uname -s", deadline=8)
    assert (read.text, read.exit_code) == ("Linux\n", 0)
    await hub.close()


async def test_output_streams(bench: Bench) -> None:
    hub = bench.hub()
    chunks: list[str] = []
    output = await hub.execute("web1", "echo one; sleep 0.3; echo two", deadline=8, on_chunk=chunks.append)
    await hub.close()
    assert chunks == ["one\n", "two\n"]
    assert output.text == "one\ntwo\n"


async def test_configuration_stops_at_the_first_failure(bench: Bench, tmp_path: Path) -> None:
    hub = bench.hub()
    lines = [f"touch {tmp_path}/first", "false", f"touch {tmp_path}/second"]
    output = await hub.configure("web1", lines, deadline=8)
    await hub.close()
    assert (output.exit_code, "'false' ended with exit code 1" in output.refusal) == (1, True)
    assert (tmp_path / "first").exists()
    assert not (tmp_path / "second").exists()


async def test_deadline_and_cancel(bench: Bench) -> None:
    hub = bench.hub()
    with pytest.raises(TransportError) as caught:
        await hub.execute("web1", "sleep 30", deadline=0.5)
    assert (caught.value.kind, caught.value.sent) == (Trouble.TIMEOUT, True)
    task = asyncio.create_task(hub.execute("web1", "sleep 30", deadline=60))
    await asyncio.sleep(0.6)
    started = time.perf_counter()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.perf_counter() - started < 1
    assert (await hub.execute("web1", "echo alive", deadline=8)).text == "alive\n"
    await hub.close()


async def test_a_key_that_is_not_accepted(bench: Bench, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "other")
    host = bench.hosts["web1"]
    bench.hosts["web1"] = replace(host, ssh={**host.ssh, "keys": [str(tmp_path / "other")]})
    hub = bench.hub()
    with pytest.raises(TransportError) as caught:
        await hub.read("web1", "uname -s", deadline=8)
    await hub.close()
    assert caught.value.kind is Trouble.AUTH


async def test_a_shell_prompt_that_is_none_of_the_platforms_times_out(bench: Bench) -> None:
    host = bench.hosts["web1"]
    bench.hosts["web1"] = replace(host, platform=Platform.JUNOS)
    hub = bench.hub()
    with pytest.raises(TransportError) as caught:
        await hub.read("web1", "show version", deadline=1.5)
    await hub.close()
    assert caught.value.kind is Trouble.TIMEOUT
