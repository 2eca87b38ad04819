"""What arrives from a remote command, piece by piece: decoded, handed on, and kept within limits."""

from __future__ import annotations

import codecs
from collections import deque
from typing import Final

from troubleshoot.inventory.winrm import CODEPAGES
from troubleshoot.transports.base import OnChunk
from troubleshoot.transports.clixml import holds_clixml, plain_errors

HEAD: Final = 6 * 1024 * 1024  # characters kept of the beginning
TAIL: Final = 2 * 1024 * 1024  # and of the end
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"


class Kept:
    """A text of any length of which the beginning and the end are kept."""

    def __init__(self, head: int = HEAD, tail: int = TAIL) -> None:
        self._head_left = head
        self._tail_limit = tail
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self.missing = 0

    def add(self, text: str) -> None:
        """Take the next piece."""
        first, rest = text[: self._head_left], text[self._head_left :]
        self._head_left -= len(first)
        if first:
            self._head.append(first)
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
            self._trim()

    def _trim(self) -> None:
        while self._tail_size - len(self._tail[0]) >= self._tail_limit:
            dropped = self._tail.popleft()
            self._tail_size -= len(dropped)
            self.missing += len(dropped)

    def text(self) -> str:
        """All that was kept; a line of ours stands where something is missing."""
        head, tail = "".join(self._head), "".join(self._tail)
        return f"{head}\n[... {self.missing} characters were not kept ...]\n{tail}" if self.missing else head + tail


class Stream:
    """One output stream: bytes in the shell's code page in, text out.

    Characters are split anywhere between two answers, so one decoder lives as long as the stream.
    """

    def __init__(self, codepage: int, on_chunk: OnChunk | None) -> None:
        self._decoder = codecs.getincrementaldecoder(CODEPAGES[codepage])("replace")
        self._on_chunk = on_chunk
        self.kept = Kept()
        self.replaced = False

    def add(self, data: bytes, *, final: bool = False) -> None:
        """Take the next bytes."""
        text = self._decoder.decode(data, final)
        if not text:
            return
        self.replaced = self.replaced or _REPLACED in text
        self.kept.add(text)
        if self._on_chunk is not None:
            self._on_chunk(text)


class Received:
    """Both streams of one command."""

    def __init__(self, codepage: int, on_chunk: OnChunk | None, *, powershell: bool) -> None:
        self._on_chunk = on_chunk
        self._late = powershell  # its error stream can be read as a whole only
        self.out = Stream(codepage, on_chunk)
        self.errors = Stream(codepage, None if powershell else on_chunk)

    def add(self, out: bytes, errors: bytes) -> None:
        """Take what one answer brought."""
        self.out.add(out)
        self.errors.add(errors)

    def text(self) -> str:
        """Standard output, then the errors on lines of their own."""
        self.out.add(b"", final=True)
        self.errors.add(b"", final=True)
        text, errors = self.out.kept.text(), self.errors.kept.text()
        if holds_clixml(errors):
            errors = plain_errors(errors)
        if self._late and errors and self._on_chunk is not None:
            self._on_chunk(errors)
        return f"{text}\r\n{errors}" if text and errors and not text.endswith("\n") else text + errors

    @property
    def lossy(self) -> bool:
        """Did some bytes mean nothing in the code page?"""
        return self.out.replaced or self.errors.replaced

    @property
    def doubt(self) -> str:
        """Why the text may be incomplete."""
        missing = self.out.kept.missing + self.errors.kept.missing
        return f"the answer is too long: {missing} characters in its middle were not kept" if missing else ""
