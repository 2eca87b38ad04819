"""A conversation with an interactive command line: send a line, know where its answer begins and ends.

The answer begins after the echo of the command. It ends at the exact prompt learned at login; and since a line of
output can look like that prompt while the device pauses, an end is confirmed by an empty line: only a command line
that is really waiting answers it with a second prompt right after the first. That costs one round trip, the one saved
by sending a command without waiting for its echo. At login, settings of the terminal and two empty lines are typed
ahead, which takes one round trip in all; what comes back proves that they were taken one by one, or they are repeated.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from troubleshoot.transports.base import OnChunk
from troubleshoot.transports.ssh_platforms import PAGER, PASSWORD, QUESTION, CommandLine

TAIL = 2000  # characters that decide about the state
LIMIT = 64 * 1024 * 1024  # characters of one answer
_SILENCE = 0.5  # seconds without data that make an unclear end worth asking about
_SETTLE = 0.06  # seconds without data that end an answer which must not be confirmed by an empty line
_ANSWER = 2.0  # seconds in which a waiting command line answers an empty line
_ASKS = 3  # unanswered empty lines until we give up

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78c]|[\x00\x07]")
_PROMPT_LINE = re.compile(r"(?:\x1b\[[0-9;?]*[A-Za-z]|\{[\w:.\-]+\}|\[edit[^\]\r\n]*\])\Z")
_BREAK = re.compile(r"[\r\n]|\x08+")
_MASTER = re.compile(r"\{[\w:.\-]+\}")
_LINE_END = re.compile(r"\r*\n")
_BLANK = re.compile(r"[\s\x08]+")


class Wire(Protocol):
    """The byte stream under a dialogue."""

    async def read(self) -> bytes:
        """Some bytes as soon as there are any; raises at the end of the stream."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes."""
        ...


class State(Enum):
    """How the received text ends."""

    RUNNING = auto()
    PROMPT = auto()
    PAGER = auto()
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the text without echo and prompt, the prompt that ended it, and why it may be incomplete."""

    text: str
    prompt: str
    doubt: str = ""
    question: str = ""


def last_line(text: str) -> str:
    """The unfinished last line as a terminal would show it."""
    start = max(text.rfind("\n"), text.rfind("\r"), len(text) - TAIL - 1) + 1
    line = text[start:]
    if line.isascii() and line.isprintable():  # nothing to interpret
        return line
    return _BREAK.split(_CONTROL.sub("", line))[-1]


def trailing_prompts(text: str, end: int, prompt: str, most: int) -> tuple[int, int]:
    """How many times (at most ``most``) ``prompt`` stands right before ``end``, and where the first of them begins."""
    bare = prompt.rstrip()
    count, cut = 0, end
    while count < most:
        start = max(0, cut - TAIL)
        body = start + _between(text[start:cut])
        if not text.endswith(bare, start, body):
            break
        count, cut = count + 1, body - len(bare)
    return count, cut


def _between(text: str) -> int:
    """Where blanks and the lines that belong to a prompt (``{master}``, ``[edit]``) begin at the end of a text."""
    end = len(text.rstrip())
    while found := _PROMPT_LINE.search(text, max(0, end - 200), end):
        end = len(text[: found.start()].rstrip())
    return end


def visible(text: str) -> str:
    """What a reader sees of a text: no blanks, no control sequences."""
    return _BLANK.sub("", _CONTROL.sub("", text))


def echo_end(text: str, command: str) -> int:
    """Where the answer begins: after the line that ends the echo of ``command``; -1 if it has not been echoed yet."""
    wanted = visible(command)
    position = -1
    for _ in range(40):  # lines of a banner or log may come in between
        position = text.find("\n", position + 1)
        if position < 0:
            return -1
        if visible(text[:position]).endswith(wanted):
            return position + 1
    return -1


def mangled_echo_end(text: str, command: str) -> int:
    """The same for an echo that the device folded or shortened: its first line begins as the command does."""
    position = text.find("\n")
    return position + 1 if visible(text[: position + 1]).startswith(visible(command)[:12]) else 0


def in_step(text: str, commands: Sequence[str]) -> str:
    """The exact prompt, if each command came back right behind it and three of it, with nothing between, end ``text``.

    Empty if not, or not yet.
    """
    prompt = last_line(text)
    mark, seen = visible(prompt), _MASTER.sub("", visible(text))
    position = 0
    for command in commands:
        typed = mark + visible(command)
        position = seen.find(typed, position) + len(typed)
        if position < len(typed):
            return ""
    ended = bool(mark) and seen.endswith(mark * 3, position)
    return prompt if ended and _line_before(text) == prompt else ""  # "R1#" may be the first piece of "R1# "


def _line_before(text: str) -> str:
    """The last line that is finished and is neither blank nor ``{master}``."""
    shown = (last_line(line) for line in reversed(_LINE_END.split(text)[:-1]))
    return next((line for line in shown if _MASTER.sub("", visible(line))), "")


class Reception:
    """Collects what arrives after one command and hands on what is certainly output."""

    def __init__(
        self, command: str, line: CommandLine, prompt: str, *, on_chunk: OnChunk | None = None, echoes: bool = True
    ) -> None:
        self._command = command
        self._line = line
        self._prompt = prompt
        self._on_chunk = on_chunk
        self._handed = 0
        self.text = ""
        self.begin = -1 if echoes else 0
        self.asked = 0

    def add(self, chunk: str) -> None:
        """Take a chunk."""
        self.text += chunk
        if self.begin < 0 and "\n" in chunk:
            self.begin = echo_end(self.text, self._command)
        if self.begin >= 0 and self._on_chunk is not None:
            self._hand_on(self._certain())

    def state(self) -> State:
        """How the text ends now."""
        line = last_line(self.text)
        if not line:
            return State.RUNNING
        if line == self._prompt if self._prompt else self._line.is_prompt(line):
            return State.PROMPT
        if PAGER.fullmatch(line):
            return State.PAGER
        return State.QUESTION if QUESTION.fullmatch(line) else State.RUNNING

    def ended(self) -> bool:
        """Has the command been echoed, and does a prompt stand at the end?"""
        return self.begin >= 0 and self.state() is State.PROMPT

    def confirmed(self) -> bool:
        """Was an empty line answered by a second prompt right after the first?"""
        return self.asked > 0 and self.prompts() > 1

    def prompts(self) -> int:
        """The number of prompts that stand at the end, at most those we caused."""
        return trailing_prompts(self.text, len(self.text), self._prompt, self.asked + 1)[0]

    def prompt_seen(self) -> bool:
        """Does the prompt stand near the end, perhaps followed by something else (a log line)?"""
        return self.text.find(self._prompt.rstrip(), max(self.begin, len(self.text) - TAIL, 0)) >= 0

    def wants_password(self) -> bool:
        """Is the whole answer so far the question for a password?"""
        return self.begin >= 0 and bool(PASSWORD.fullmatch(self.text, self.begin))

    def finish(self, doubt: str = "", question: str = "") -> Answer:
        """Cut the answer out."""
        prompt = last_line(self.text)
        begin = self.begin if self.begin >= 0 else mangled_echo_end(self.text, self._command)
        cut = max(begin, self._cut(prompt))
        self._hand_on(cut)
        return Answer(self.text[begin:cut], prompt, doubt, question)

    def _cut(self, prompt: str) -> int:
        if self._prompt:
            return trailing_prompts(self.text, len(self.text), self._prompt, self.asked + 1)[1]
        return len(self.text) - len(prompt) if self.text.endswith(prompt) else len(self.text)

    def _hand_on(self, end: int) -> None:
        start = max(self._handed, self.begin, 0)
        if end > start and self._on_chunk is not None:
            self._handed = end
            self._on_chunk(self.text[start:end])

    def _certain(self) -> int:
        """Up to where the text cannot be (a part of) the closing prompt."""
        text, prompt = self.text, self._prompt
        if not prompt:
            return max(text.rfind("\n"), text.rfind("\r")) + 1
        end = len(text) - next(size for size in range(len(prompt), -1, -1) if text.endswith(prompt[:size]))
        count, first = trailing_prompts(text, end, prompt, self.asked + 1)
        return first if count else end


class Dialogue:
    """Talks to one command line; the caller sees to it that only one operation runs at a time."""

    def __init__(self, wire: Wire, line: CommandLine) -> None:
        self._wire = wire
        self._line = line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._confirms = True
        self._echoes = True
        self._echoed = False  # proven, so that a late echo does not count as none
        self.prompt = ""
        self.sent = False

    async def first_prompt(self) -> str:
        """Wait for what looks like a prompt after a login. A console that waits for RETURN gets one."""
        greeting = Reception("", self._line, "")
        for patience in (3.0, 5.0, None):
            while not self._line.greets(last_line(greeting.text)):
                if not await self._more(greeting, patience):
                    self._send("")
                    break
        return last_line(greeting.text)

    async def begin(self, commands: Sequence[str], shown: str) -> None:
        """Send settings of the terminal and learn the prompt, in one round trip where the device keeps up.

        ``shown`` is the prompt that stands there; it may be a look-alike in a banner. What is typed ahead proves
        itself: see :func:`in_step`. Otherwise everything is done again step by step.
        """
        if not await self._typed_ahead(commands, shown):
            for command in commands:
                await self.prepare(command)
            await self.learn()

    async def _typed_ahead(self, commands: Sequence[str], shown: str) -> bool:
        reception = Reception("".join(commands[-1:]), self._line, "")
        self._send("\n".join((*commands, "", "")))
        # Without an echo nothing tells an answer that comes late from that of the next command: wait for longer.
        while await self._more(reception, _SILENCE if reception.ended() else _ANSWER):
            prompt = in_step(shown + reception.text, commands)
            if prompt and self._line.is_prompt(prompt):
                self.prompt, self._confirms, self._echoes = prompt, True, True
                return True
        self._echoed = reception.begin >= 0
        return False

    async def prepare(self, command: str) -> None:
        """Send a setting of the terminal, and see whether the device echoes what it is sent."""
        reception = await self._receive(command, "", on_chunk=None, pause=0)
        self._echoes = self._echoed or reception.begin >= 0

    async def learn(self) -> None:
        """Remember the exact prompt, and whether an empty line is answered with nothing but a prompt."""
        for pause in (0, _SETTLE, _SILENCE):
            first = await self.settled("", pause=pause)
            second = await self.settled("", pause=pause)
            empty = not _MASTER.sub("", visible(second.text))
            if first.prompt == second.prompt and (empty or pause):
                self.prompt, self._confirms = second.prompt, empty
                return
        raise EOFError("the device shows another prompt each time")

    async def confirmed(self, command: str, on_chunk: OnChunk | None = None) -> Answer:
        """Send a command that only reads, and return its whole answer; pagers are answered."""
        if not self._confirms:
            return await self.settled(command, on_chunk=on_chunk, exact=True, pause=_SILENCE)
        reception = Reception(command, self._line, self.prompt, on_chunk=on_chunk, echoes=self._echoes)
        self._send(command)
        silent = 0
        while not reception.confirmed():
            state = reception.state()
            if state is State.PAGER:
                self._wire.write(b" ")
            elif silent or reception.ended():
                self._ask(reception)
            if await self._more(reception, self._patience(reception, state, silent)):
                silent = 0
                continue
            silent += 1
            if state is State.QUESTION:
                return reception.finish(question=last_line(reception.text))
            if silent > _ASKS:
                return reception.finish(doubt="the device does not confirm that its output has ended")
        await self._drain(reception)
        return reception.finish()

    async def settled(
        self, command: str, *, on_chunk: OnChunk | None = None, exact: bool = False, pause: float = _SETTLE
    ) -> Answer:
        """Send a command that must not be followed by anything, and return what came up to a prompt and a pause.

        ``exact``: only the learned prompt ends the answer. A question of the device ends it too.
        """
        prompt = self.prompt if exact else ""
        reception = await self._receive(command, prompt, on_chunk=on_chunk, pause=pause)
        question = last_line(reception.text) if reception.state() is State.QUESTION else ""
        return reception.finish(question=question)

    async def _receive(self, command: str, prompt: str, *, on_chunk: OnChunk | None, pause: float) -> Reception:
        """Send a command and receive until a prompt or a question stands at the end and nothing follows."""
        reception = Reception(command, self._line, prompt, on_chunk=on_chunk, echoes=self._echoes)
        self._send(command)
        while True:
            state = reception.state()
            unclear = reception.begin < 0 or (state is State.QUESTION and not reception.wants_password())
            quiet = (_SILENCE if unclear else pause) if state in (State.PROMPT, State.QUESTION) else None
            if state is State.PAGER:
                self._wire.write(b" ")
            if not await self._more(reception, quiet):
                return reception

    async def secret(self, secret: str, done: Callable[[str], bool]) -> str:
        """Type a secret that is not echoed; return the last line that ``done`` accepts."""
        reception = Reception("", self._line, "")
        self._wire.write(secret.encode() + b"\n")
        while not done(last_line(reception.text)):
            await self._more(reception, None)
        return last_line(reception.text)

    def _send(self, command: str) -> None:
        self.sent = True
        self._wire.write(command.encode() + b"\n")

    def _ask(self, reception: Reception) -> None:
        reception.asked += 1
        self._wire.write(b"\n")

    def _patience(self, reception: Reception, state: State, silent: int) -> float | None:
        """Seconds to wait for data before something is done about the silence; None: as long as it takes."""
        if reception.asked and state is State.PROMPT:
            return _ANSWER * (1 << silent)
        if state is State.PROMPT or last_line(reception.text).endswith(self.prompt.rstrip()):
            return _SILENCE
        return _ANSWER * (1 << silent) if state is State.QUESTION or reception.prompt_seen() else None

    async def _drain(self, reception: Reception) -> None:
        """Take the prompts that further empty lines brought."""
        while reception.prompts() < reception.asked + 1:
            if not await self._more(reception, _SETTLE):
                return

    async def _more(self, reception: Reception, seconds: float | None) -> bool:
        """Add one chunk; False when none came in time."""
        try:
            async with asyncio.timeout(seconds):
                data = await self._wire.read()
        except TimeoutError:
            return False
        if not data:
            raise EOFError("the device closed the connection")
        reception.add(self._decoder.decode(data))
        if len(reception.text) > LIMIT:
            raise EOFError(f"more than {LIMIT} characters of output")
        return True
