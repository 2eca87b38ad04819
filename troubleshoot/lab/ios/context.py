"""What a command handler may know and change: the device, the user, the mode of this session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from troubleshoot.lab.ios.device import Device


class Mode(StrEnum):
    """Modes of the command line; the value is what the prompt shows between name and mark."""

    USER = "user"
    EXEC = ""
    CONFIG = "(config)"
    INTERFACE = "(config-if)"
    ROUTER = "(config-router)"
    STANDARD_ACL = "(config-std-nacl)"
    EXTENDED_ACL = "(config-ext-nacl)"

    @property
    def configuring(self) -> bool:
        """Whether this is a configuration mode."""
        return self.value.startswith("(")


@dataclass(slots=True)
class Question:
    """Something the router asks before it goes on; ``answer`` gets the reply. ``secret``: the reply is not echoed."""

    prompt: str
    answer: Callable[[str], str]
    secret: bool = False


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


Args = dict[str, str]
Handler = Callable[[Context, Args], str]
