"""One FRR router in a namespace of its own: its configuration files, its daemons, its command line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.integration.frr_system import FRR_BIN, FRR_ETC, FRR_RUN, System, run, spawn, stop, wait_for


class FrrRouter:
    """The daemons of one router; ``files`` are their start-up configurations by name."""

    def __init__(self, system: System, name: str, files: Mapping[str, str]) -> None:
        self.name = name
        self.space = system.namespace(name)
        self._system, self._files = system, files
        self._etc = FRR_ETC / self.space
        self._run = FRR_RUN / self.space
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def write_files(self) -> None:
        """Create the folders and start-up files that ``-N`` makes the daemons and vtysh look for."""
        self._etc.mkdir()
        self._run.mkdir()
        self._write("vtysh.conf", f"no service integrated-vtysh-config\nhostname {self.name}\n")
        for daemon, text in self._files.items():
            self._write(f"{daemon}.conf", text)
        for folder in (self._etc, self._run):
            folder.chmod(0o2770)
            shutil.chown(folder, "frr", "frr")

    def start(self, daemon: str) -> None:
        """Start one daemon on its configuration file."""
        # Without -f a daemon reads nothing where the machine's own /etc/frr/frr.conf exists.
        options = ("-N", self.space, "-P", "0", "--log", "stdout", "-f", str(self._etc / f"{daemon}.conf"))
        command = [*self._system.inside(self.name), str(FRR_BIN / daemon), *options]
        self._daemons[daemon] = spawn(command, self._system.state / f"{self.name}-{daemon}.log")

    def wait_ready(self, daemons: Iterable[str]) -> None:
        """Wait until vtysh reaches the daemons."""
        wanted = set(daemons)
        wait_for(
            f"{self.name}: {', '.join(sorted(wanted))}",
            lambda: wanted <= self._answering(),
            20,
        )

    def _answering(self) -> set[str]:
        with suppress(RuntimeError):  # vtysh gives up while there is no daemon at all
            return set(self.vtysh("show daemons").split())
        return set()

    def restart(self, daemon: str) -> None:
        """Restart a daemon with its running configuration, so that only state learned from now on remains."""
        self._restart(daemon, self.vtysh("show running-config", daemon=daemon))

    def reset(self, daemon: str) -> None:
        """Restart a daemon with the configuration the network was built with."""
        self._restart(daemon, self._files[daemon])

    def _restart(self, daemon: str, configuration: str) -> None:
        stop(self._daemons.pop(daemon))
        self._write(f"{daemon}.conf", configuration)
        self.start(daemon)
        self.wait_ready([daemon])

    def configure(self, lines: Iterable[str]) -> None:
        """Enter configuration lines; RuntimeError with vtysh's words where one is refused."""
        self.vtysh("configure terminal", *lines)

    def configure_leniently(self, lines: Iterable[str]) -> None:
        """Enter configuration lines and go on where one is refused, because what it takes away is gone already."""
        run("vtysh", "-N", self.space, stdin="\n".join(["configure terminal", *lines, "end", ""]))

    def vtysh(self, *commands: str, daemon: str | None = None) -> str:
        """What vtysh prints for the commands, one session."""
        only = ["-d", daemon] if daemon else []
        words = [word for command in commands for word in ("-c", command)]
        return run("vtysh", "-N", self.space, *only, *words)

    def _write(self, name: str, text: str) -> None:
        path = Path(self._etc / name)
        path.write_text(text)
        path.chmod(0o640)
        shutil.chown(path, "frr", "frr")
