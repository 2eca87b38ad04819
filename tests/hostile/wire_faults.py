"""What can go wrong on the way to a device, as scripts of the test device or as servers that are no device at all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.contract.ssh_device import DROP, HANG, MORE, Device, Script

PORT = "GigabitEthernet0/0"
LOOK, BEFORE, APPLY = "show ip pim interface", f"show running-config interface {PORT}", "ip pim sparse-mode"
HEADING = (
    "\r\nAddress          Interface                Ver/   Nbr    Query  DR     DR\r\n"
    "                                          Mode   Count  Intvl  Prior\r\n"
)
OTHER = "10.0.2.1         GigabitEthernet0/1       v2/S   1      30     1      10.0.2.2\r\n"
OWN = f"10.0.1.1         {PORT}       v2/S   1      30     1      10.0.1.2\r\n"
CONFIGURATION = (
    f"Building configuration...\r\n\r\nCurrent configuration : 62 bytes\r\n!\r\ninterface {PORT}\r\n"
    " ip address 10.0.1.1 255.255.255.0\r\nend\r\n\r\n"
)
# step kind -> the command, and the how-many-eth time it is asked
STEPS: Mapping[str, tuple[str, int]] = {
    "look": (LOOK, 1),
    "before": (BEFORE, 1),
    "before again": (BEFORE, 2),
    "apply": (APPLY, 1),
    "verify": (LOOK, 2),
}


def _garbage(_: str) -> Script:
    return (random.Random(5).randbytes(4000).replace(b"#", b"").replace(b">", b""),)


def _drip(text: str) -> Script:
    return tuple(step for char in text * 3 for step in (char, 0.3))


def _half(text: str) -> str:
    return text[: len(text) // 2]


MEGABYTES = 2
# fault -> what stands in the place of an answer
ANSWERS: Mapping[str, Callable[[str], Script]] = {
    "black hole": lambda text: (HANG,),
    "silent after half": lambda text: (_half(text), HANG),
    "reset": lambda text: (DROP,),
    "reset after half": lambda text: (_half(text), DROP),
    "drip": _drip,
    "garbage": _garbage,
    "invalid UTF-8": lambda text: (b"\xff\xfe\x80" * 40, text),
    "NULs": lambda text: (b"\x00" * 200, text),
    "pager": lambda text: (_half(text), MORE, text[len(_half(text)) :]),
    "unknown question": lambda text: ("Destination filename [x]? ", HANG),
    "flood": lambda text: (("x" * 99 + "\r\n") * (MEGABYTES * 10_000), text),
    "one long line": lambda text: ("y" * (MEGABYTES * 1_000_000) + "\r\n", text),
    "refused": lambda text: ("             ^\r\n% Invalid input detected at '^' marker.\r\n\r\n",),
    "not allowed": lambda text: ("Command authorization failed.\r\n",),
    "empty": lambda text: ("",),
    "device reloads": lambda text: ("\r\n*** --- SHUTDOWN NOW ---\r\n", DROP),
    "prompt inside": lambda text: (_half(text) + "\r\nR1#", 0.3, "\r\n" + text[len(_half(text)) :]),
    "escape sequences": lambda text: ("\x1b[2J\x1b]0;x\x07", text),
}
# After a reset a read is asked once more on a new connection; the rest is noise around an answer, or an empty list.
SURVIVED = {
    "reset",
    "reset after half",
    "device reloads",
    "pager",
    "NULs",
    "invalid UTF-8",
    "escape sequences",
    "flood",
    "one long line",
    "prompt inside",
    "drip",
    "empty",
}


@dataclass
class Answers(Mapping[str, Script]):
    """What the device answers: the truth, except at one place."""

    device: Device
    fault: str
    step: str
    counts: dict[str, int] = field(default_factory=dict)

    def __contains__(self, command: object) -> bool:
        return command in (LOOK, BEFORE) or (command == APPLY and self.step == "apply")

    def __getitem__(self, command: str) -> Script:
        self.counts[command] = number = self.counts.get(command, 0) + 1
        text = self._truth(command)
        return ANSWERS[self.fault](text) if STEPS.get(self.step) == (command, number) else (text,)

    def _truth(self, command: str) -> str:
        if command == BEFORE:
            return CONFIGURATION
        sent = self.device.received
        on = sent.count(APPLY) > sent.count(f"no {APPLY}")
        return "" if command == APPLY else HEADING + OTHER + (OWN if on else "")

    def __iter__(self) -> Iterator[str]:
        return iter((LOOK, BEFORE))

    def __len__(self) -> int:
        return 2


# --- no device at all ---------------------------------------------------------------------------------------------

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None]"]
FIRST_WORDS: Mapping[str, bytes | None] = {
    "accepts and is silent": b"",
    "talks HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "garbage for a greeting": bytes(range(128, 256)) * 20,
    "greets and is silent": b"SSH-2.0-Cisco-1.25\r\n",
    "greets and hangs up": None,
    "a flood for a greeting": b"banner line\r\n" * 100_000,
}


@asynccontextmanager
async def no_device(fault: str) -> AsyncIterator[int]:
    """A port behind which something else answers, or nothing."""
    words = FIRST_WORDS[fault]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"SSH-2.0-Cisco-1.25\r\n" if words is None else words)
            if words is not None:
                await reader.read()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
