"""What a command handler may know and change: the device, the user, the mode of this session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.terminal import Question


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of the command line. ``prompt`` is what the prompt shows between name and mark.

    ``parent`` is the mode around it: `exit` goes there, and its commands are taken as well. Below the global mode it is
    left out.
    """

    name: str
    prompt: str = ""
    parent: Mode | None = None

    USER: ClassVar[Mode]
    EXEC: ClassVar[Mode]
    CONFIG: ClassVar[Mode]
    INTERFACE: ClassVar[Mode]
    OSPF: ClassVar[Mode]
    STANDARD_ACL: ClassVar[Mode]
    EXTENDED_ACL: ClassVar[Mode]

    @property
    def configuring(self) -> bool:
        """Whether this is a configuration mode."""
        return self.prompt.startswith("(")


Mode.USER = Mode("user")
Mode.EXEC = Mode("exec")
Mode.CONFIG = Mode("global configuration", "(config)")
Mode.INTERFACE = Mode("interface", "(config-if)")
Mode.OSPF = Mode("router ospf", "(config-router)")
Mode.STANDARD_ACL = Mode("standard access list", "(config-std-nacl)")
Mode.EXTENDED_ACL = Mode("extended access list", "(config-ext-nacl)")


@dataclass(slots=True)
class Context:
    """One session on one router."""

    device: Device
    user: str
    enable_secret: str = field(repr=False, default="")
    mode: Mode = Mode.USER
    target: str = ""  # the interface, process or access list being configured
    page_length: int = 24
    width: int = 80
    closed: bool = False
    question: Question | None = None
    _around: list[tuple[Mode, str]] = field(default_factory=list)  # the modes between the global one and this one
    _boots: int = -1

    def __post_init__(self) -> None:
        self._boots = self.device.boots

    @property
    def cut(self) -> bool:
        """Whether the device was reloaded since the login: no session survives that."""
        return self.device.boots != self._boots

    def enter(self, mode: Mode, target: str = "") -> str:
        """Go into ``mode`` for ``target``; the mode around it, if it is its parent, is remembered. No output."""
        if mode.parent is not None and mode.parent == self.mode:
            self._around.append((self.mode, self.target))
        elif mode.parent is None:
            self._around.clear()
        self.mode, self.target = mode, target
        return ""

    def leave(self) -> str:
        """Go one mode up (`exit`), never out of configuration. No output."""
        self.mode, self.target = self._around.pop() if self._around else (Mode.CONFIG, "")
        return ""

    def end(self) -> str:
        """Leave configuration (`end`, Ctrl-Z). No output."""
        self._around.clear()
        self.mode, self.target = Mode.EXEC, ""
        return ""

    @property
    def target_around(self) -> str:
        """The target of the mode around this one (the AS of a `router bgp` in its address family)."""
        return self._around[-1][1] if self._around else ""


Args = dict[str, str]
Handler = Callable[[Context, Args], str]
