"""The terminal in front of a session: echo, line editing, ``--More--``, immediate `?` help. No I/O of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

MAX_INPUT = 254  # as on IOS; what is longer is not taken
_MORE = " --More-- "
_ESCAPE, _ENTER, _LINE_FEED, _BELL = "\x1b", "\r", "\n", "\a"


class CommandLine(Protocol):
    """What stands behind a terminal: a line goes in, text and the next prompt come out."""

    @property
    def prompt(self) -> str: ...
    @property
    def closed(self) -> bool: ...
    @property
    def asks(self) -> bool: ...
    @property
    def asks_secret(self) -> bool: ...
    @property
    def page_length(self) -> int: ...
    def greeting(self) -> str: ...
    def execute(self, line: str) -> str: ...
    def end(self) -> None: ...
    def interrupt(self) -> None: ...
    def help(self, line: str) -> str: ...
    def complete(self, line: str) -> str: ...


@runtime_checkable
class HangsUp(Protocol):
    """A session that the device has to clean up after when the connection is gone."""

    def hang_up(self) -> None: ...


class Terminal:
    """One login. ``log`` takes each line that was submitted, secrets excepted; ``more`` is the word of the pager."""

    def __init__(self, cli: CommandLine, log: Callable[[str], None], more: str = _MORE) -> None:
        self._cli, self._log = cli, log
        self._more = more
        self._erase_more = "\b" * (len(more) - 1) + " " * (len(more) - 2) + "\b" * (len(more) - 1)
        self._line = ""
        self._pending: list[str] = []  # output lines still to be shown
        self._paging = False
        self._after_return = False
        self._escape = ""
        self._keys: dict[str, Callable[[], str]] = {
            "\x7f": self._rub_out,
            "\b": self._rub_out,
            "\x15": self._kill,
            "\x17": self._kill_word,
            "\x03": self._interrupt,
            "\x1a": self._end,
            "\t": self._complete,
            "?": self._help,
            _ENTER: self._submit,
        }

    @property
    def closed(self) -> bool:
        """Whether the user logged out."""
        return self._cli.closed

    def start(self) -> bytes:
        """What appears after login: banners, then the prompt."""
        return self._encode(f"{self._cli.greeting()}\n{self._cli.prompt}")

    def hang_up(self) -> None:
        """The connection is gone."""
        if isinstance(self._cli, HangsUp):
            self._cli.hang_up()

    def run(self, command: str) -> bytes:
        """The answer to one command without a terminal (an SSH exec request)."""
        self._log(command)
        return self._encode(self._cli.execute(command) + "\n")

    def feed(self, data: bytes) -> bytes:
        """Take typed bytes; returns what the terminal prints."""
        return self._encode("".join(self._key(key) for key in data.decode("utf-8", "replace")))

    def _encode(self, text: str) -> bytes:
        return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()

    def _key(self, key: str) -> str:
        if self.closed:
            return ""
        after_return, self._after_return = self._after_return, key == _ENTER
        if key == _LINE_FEED:
            if after_return:
                return ""
            key = _ENTER
        if self._swallow(key):
            return ""
        if self._paging:
            return self._page_key(key)
        if self._secret and key not in (_ENTER, "\x7f", "\b", "\x15", "\x03"):
            return self._type(key)
        return self._keys[key]() if key in self._keys else self._type(key)

    def _swallow(self, key: str) -> bool:
        """Cursor keys and other escape sequences do nothing."""
        if key == _ESCAPE:
            self._escape = key
            return True
        if not self._escape:
            return False
        self._escape += key
        introduced = self._escape[1] in "[O"
        if not introduced or (len(self._escape) > 2 and (key.isalpha() or key == "~")) or len(self._escape) > 8:
            self._escape = ""
        return True

    @property
    def _secret(self) -> bool:
        return self._cli.asks_secret

    def _type(self, key: str) -> str:
        if not key.isprintable() or len(self._line) >= MAX_INPUT:
            return _BELL
        self._line += key
        return "" if self._secret else key

    def _rub_out(self) -> str:
        if not self._line:
            return ""
        self._line = self._line[:-1]
        return "" if self._secret else "\b \b"

    def _kill(self) -> str:
        return "".join(self._rub_out() for _ in range(len(self._line)))

    def _kill_word(self) -> str:
        keep = self._line.rstrip().rpartition(" ")
        return "".join(self._rub_out() for _ in range(len(self._line) - len(keep[0] + keep[1])))

    def _interrupt(self) -> str:
        self._line = ""
        self._cli.interrupt()
        return f"\n{self._cli.prompt}"

    def _end(self) -> str:
        self._cli.end()
        self._line = ""
        return f"^Z\n{self._cli.prompt}"

    def _complete(self) -> str:
        rest = self._cli.complete(self._line)
        self._line += rest
        return rest

    def _help(self) -> str:
        if self._cli.asks:
            return self._type("?")
        return f"?\n{self._cli.help(self._line)}\n\n{self._cli.prompt}{self._line}"

    def _submit(self) -> str:
        line, self._line = self._line, ""
        if not self._secret and line.strip():
            self._log(line)
        output = self._cli.execute(line)
        if self.closed:
            return "\n"
        self._pending = output.split("\n") if output else []
        return "\n" + self._show(self._page)

    @property
    def _page(self) -> int:
        """How many lines fit; all where paging is off."""
        length = self._cli.page_length
        return length - 1 if length > 0 else len(self._pending)

    def _show(self, count: int) -> str:
        shown, self._pending = self._pending[:count], self._pending[count:]
        text = "".join(f"{line}\n" for line in shown)
        self._paging = bool(self._pending)
        return text + (self._more if self._paging else self._cli.prompt)

    def _page_key(self, key: str) -> str:
        if key in (" ", "f"):
            return self._erase_more + self._show(self._page)
        if key == _ENTER:
            return self._erase_more + self._show(1)
        self._pending, self._paging = [], False
        return f"{self._erase_more}\n{self._cli.prompt}"
