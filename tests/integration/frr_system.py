"""What the test network takes from the operating system: namespaces, cables, processes, one lock, and their removal.

Everything carries the prefix of its network (``tsfrr`` for the multicast one); only things that carry it are ever
removed, so a leftover of a killed test run is found again and nothing else is touched. Networks with different prefixes
can stand beside each other.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

PREFIX = "tsfrr"
STATE = Path("/run") / PREFIX
FRR_RUN = Path("/var/run/frr")
FRR_ETC = Path("/etc/frr")
FRR_BIN = Path("/usr/lib/frr")
LOGIN = PREFIX


def state_folder(prefix: str) -> Path:
    """Where a network keeps its logs, keys and markers."""
    return Path("/run") / prefix


def missing_requirement(*more_daemons: str) -> str | None:
    """Why the network cannot be built here, or None."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "needs root (network namespaces)"
    tools = [tool for tool in ("ip", "unshare", "vtysh", "sshd", "ssh-keygen", "useradd") if not shutil.which(tool)]
    tools += [
        daemon for daemon in ("zebra", "ospfd", "staticd", "pimd", *more_daemons) if not (FRR_BIN / daemon).exists()
    ]
    if tools:
        return f"not installed: {', '.join(tools)} (packages frr, openssh-server, iproute2)"
    return None


def run(*command: str, stdin: str | None = None) -> str:
    """Run a command to its end; CalledProcessError carries its output."""
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=60, check=False)
    if done.returncode:
        message = f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def namespace(name: str, prefix: str = PREFIX) -> str:
    """The namespace (and FRR path space) of a node."""
    return f"{prefix}-{name}"


def inside(name: str, prefix: str = PREFIX) -> list[str]:
    """The words that put a command into a node's network namespace, with the node's name as its host name."""
    space = namespace(name, prefix)
    return ["ip", "netns", "exec", space, "unshare", "--uts", "sh", "-c", f'hostname {name} && exec "$@"', "sh"]


def add_namespace(name: str, prefix: str = PREFIX) -> None:
    """A namespace that forwards, with its loopback up and without reverse path filters."""
    run("ip", "netns", "add", namespace(name, prefix))
    settings = ("ip_forward=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0")
    run(*inside(name, prefix), "sysctl", "-qw", *(f"net.ipv4.{setting}" for setting in settings))
    run("ip", "-n", namespace(name, prefix), "link", "set", "lo", "up")


def add_cable(one: str, one_interface: str, other: str, other_interface: str, prefix: str = PREFIX) -> None:
    """A veth pair between two nodes, both ends up."""
    near, far = namespace(one, prefix), namespace(other, prefix)
    ends = ("netns", near, "type", "veth", "peer", "name", other_interface, "netns", far)
    run("ip", "link", "add", "name", one_interface, *ends)
    run("ip", "-n", near, "link", "set", one_interface, "up")
    run("ip", "-n", far, "link", "set", other_interface, "up")


def spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, its words going to ``log``."""
    with log.open("ab") as sink:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one process, politely first, and wait for it."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def wait_for(what: str, condition: Callable[[], bool], seconds: float, pause: float = 0.2) -> float:
    """Poll until ``condition`` holds; return the seconds it took, TimeoutError with ``what`` otherwise."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            message = f"not within {seconds:.0f} s: {what}"
            raise TimeoutError(message)
        time.sleep(pause)
    return time.monotonic() - begin


@contextmanager
def machine_lock(seconds: float = 300, prefix: str = PREFIX) -> Iterator[None]:
    """Only one network of a prefix at a time on a machine; the lock goes with the process that holds it."""
    with Path(f"/run/{prefix}.lock").open("w") as handle:

        def acquired() -> bool:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            return False

        wait_for("another test network on this machine to end", acquired, seconds)
        yield


def cleanup(prefix: str = PREFIX) -> None:
    """Remove what an earlier run left behind: processes, namespaces, folders, the login user. Safe to repeat."""
    for name in _own_namespaces(prefix):
        _end(partial(_pids_inside, name))
        run("ip", "netns", "delete", name)
    _end(partial(_own_login_servers, prefix))
    for parent in (FRR_RUN, FRR_ETC):
        for folder in parent.glob(f"{prefix}-*"):
            shutil.rmtree(folder)
    shutil.rmtree(state_folder(prefix), ignore_errors=True)
    with suppress(KeyError):
        pwd.getpwnam(prefix)
        run("userdel", prefix)


def _pids_inside(space: str) -> list[int]:
    return [int(pid) for pid in run("ip", "netns", "pids", space).split()]


def _own_namespaces(prefix: str) -> list[str]:
    names = [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line.strip()]
    return [name for name in names if name.startswith(f"{prefix}-")]


def _own_login_servers(prefix: str) -> list[int]:
    """The SSH servers that run on our configuration, and the sessions and shells of our user."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_own_login(folder, prefix)]


def _is_own_login(folder: Path, prefix: str) -> bool:
    with suppress(OSError):
        program = (folder / "exe").readlink().name
        words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        if program == "sshd":
            return f"{state_folder(prefix)}/" in words or f"sshd: {prefix}" in words
        return program == "vtysh" and f"-N {prefix}-" in words
    return False


def _end(pids: Callable[[], list[int]]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids():
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        with suppress(TimeoutError):
            wait_for("processes to end", lambda: not pids(), 3, 0.1)
            return
