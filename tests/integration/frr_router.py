"""One FRR router in a namespace of its own: its configuration files, its daemons, its command line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.integration import frr_system as system
from tests.integration.frr_ssh import Node
from tests.integration.frr_topology import DAEMONS, Router, daemon_configuration


class FrrRouter:
    """The daemons of one router; ``node`` says what it is."""

    all_daemons: tuple[str, ...] = DAEMONS
    prefix = system.PREFIX

    def __init__(self, node: Node) -> None:
        self.node = node
        self.space = system.namespace(node.name, self.prefix)
        self._etc = system.FRR_ETC / self.space
        self._run = system.FRR_RUN / self.space
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def write_files(self) -> None:
        """Create the folders and start-up files that ``-N`` makes the daemons and vtysh look for."""
        self._etc.mkdir()
        self._run.mkdir()
        self._write("vtysh.conf", f"no service integrated-vtysh-config\nhostname {self.node.name}\n")
        for daemon in self.all_daemons:
            self._write(f"{daemon}.conf", self._configuration(daemon))
        for folder in (self._etc, self._run):
            folder.chmod(0o2770)
            shutil.chown(folder, "frr", "frr")

    def start(self, daemon: str) -> None:
        """Start one daemon on its configuration file."""
        # Without -f a daemon reads nothing where the machine's own /etc/frr/frr.conf exists.
        options = ("-N", self.space, "-P", "0", "--log", "stdout", "-f", str(self._etc / f"{daemon}.conf"))
        command = [*self._inside(), str(system.FRR_BIN / daemon), *self._options(daemon), *options]
        log = system.state_folder(self.prefix) / f"{self.node.name}-{daemon}.log"
        self._daemons[daemon] = system.spawn(command, log)

    def _configuration(self, daemon: str) -> str:
        """What a daemon starts with."""
        assert isinstance(self.node, Router)
        return daemon_configuration(self.node, daemon)

    def _inside(self) -> list[str]:
        """The words that put a daemon where it belongs."""
        return system.inside(self.node.name, self.prefix)

    def _options(self, daemon: str) -> list[str]:
        """Words of its own for a daemon."""
        return []

    def wait_ready(self, daemons: Iterable[str] | None = None) -> None:
        """Wait until vtysh reaches the daemons (all, where none is named)."""
        wanted = set(self.all_daemons if daemons is None else daemons)
        system.wait_for(
            f"{self.node.name}: {', '.join(sorted(wanted))}",
            lambda: wanted <= self._answering(),
            20,
        )

    def _answering(self) -> set[str]:
        with suppress(RuntimeError):  # vtysh gives up while there is no daemon at all
            return set(self.vtysh("show daemons").split())
        return set()

    def restart_pimd(self) -> None:
        """Restart pimd with its running configuration, so that only state learned from now on remains."""
        self.restart("pimd")

    def reset_pimd(self) -> None:
        """Restart pimd with the configuration the network was built with."""
        self.reset("pimd")

    def restart(self, daemon: str) -> None:
        """Restart a daemon with its running configuration, so that only state learned from now on remains."""
        self._restart(daemon, self.vtysh("show running-config", daemon=daemon))

    def reset(self, daemon: str) -> None:
        """Restart a daemon with the configuration the network was built with."""
        self._restart(daemon, self._configuration(daemon))

    def _restart(self, daemon: str, configuration: str) -> None:
        system.stop(self._daemons.pop(daemon))
        self._write(f"{daemon}.conf", configuration)
        self.start(daemon)
        self.wait_ready([daemon])

    def configure(self, lines: Iterable[str]) -> None:
        """Enter configuration lines; RuntimeError with vtysh's words where one is refused."""
        self.vtysh("configure terminal", *lines)

    def configure_leniently(self, lines: Iterable[str]) -> None:
        """Enter configuration lines and go on where one is refused, because what it takes away is gone already."""
        system.run("vtysh", "-N", self.space, stdin="\n".join(["configure terminal", *lines, "end", ""]))

    def vtysh(self, *commands: str, daemon: str | None = None) -> str:
        """What vtysh prints for the commands, one session."""
        only = ["-d", daemon] if daemon else []
        words = [word for command in commands for word in ("-c", command)]
        return system.run("vtysh", "-N", self.space, *only, *words)

    def _write(self, name: str, text: str) -> None:
        path = Path(self._etc / name)
        path.write_text(text)
        path.chmod(0o640)
        shutil.chown(path, "frr", "frr")
