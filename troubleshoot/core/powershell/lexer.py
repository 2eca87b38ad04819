"""Reading PowerShell's tokens. What a piece of text means depends on where it stands, so the parser asks for tokens.

Only what this module is sure about passes: typographic quotes and dashes (which PowerShell takes for plain ones),
other characters outside of ASCII outside of strings, control characters, backticks outside of strings, here-strings.
Source: Windows PowerShell Language Specification 3.0, section 2.
"""

from __future__ import annotations

import re
from typing import Final

from troubleshoot.errors import AuthorError

MAX_SCRIPT: Final = 20_000  # characters that the parser looks at
MAX_DEPTH: Final = 100

_NUMBER = re.compile(
    r"(?:0[xX][0-9a-fA-F]{1,16}|(?:\d{1,18}(?:\.\d{1,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,3})?)[lL]?(?:[kKmMgGtTpP][bB])?"
)
_SCALES: Final = {"kb": 10, "mb": 20, "gb": 30, "tb": 40, "pb": 50}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SCOPED = re.compile(r"(?:(env|global|script|local):)?([A-Za-z_][A-Za-z0-9_]*)", re.IGNORECASE)
_BRACED = re.compile(r"\{(?:(env|global|script|local):)?([A-Za-z_][A-Za-z0-9_]*(?:\(x86\))?)\}", re.IGNORECASE)
_TYPE = re.compile(r"\[\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?:\[\])?)\s*\]")
_BARE = re.compile(r"[A-Za-z0-9_*?.:/\\~%+!=\[\]^@-]+")
_UNSURE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2013-\u2015\u2018-\u201e\u2028\u2029\ud800-\udfff\ufeff\ufffd]"
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "$": "$", "`": "`", "'": "'"}


class PsSyntaxError(AuthorError):
    """The script is not in the subset. ``at`` is the character offset."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"PowerShell: {message} at character {at + 1}")
        self.at = at


class Scanner:
    """The script and a position in it."""

    def __init__(self, text: str) -> None:
        self.text, self.pos, self.depth = text, 0, 0
        self.in_string = 0  # how many double-quoted strings are open around the position
        if len(text) > MAX_SCRIPT:
            raise PsSyntaxError(f"longer than {MAX_SCRIPT} characters", MAX_SCRIPT)
        found = _UNSURE.search(text)
        if found:
            raise self.error("a character that PowerShell may read differently from how it looks", found.start())

    def error(self, message: str, at: int | None = None) -> PsSyntaxError:
        return PsSyntaxError(message, self.pos if at is None else at)

    def peek(self, length: int = 1) -> str:
        return self.text[self.pos : self.pos + length]

    def starts(self, text: str) -> bool:
        return self.text.startswith(text, self.pos)

    def take(self, text: str) -> bool:
        """Go past ``text`` if it stands here."""
        if not self.starts(text):
            return False
        self.pos += len(text)
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.error(f"{text!r} is expected")

    def blanks(self, *, lines: bool = False) -> None:
        """Go past blanks and comments, with ``lines`` also past line ends."""
        while True:
            char = self.peek()
            if char in (" ", "\t") or (lines and char in ("\r", "\n")):
                self.pos += 1
            elif char == "#" or self.starts("<#"):
                self._comment()
            else:
                return

    def _comment(self) -> None:
        if self.pos and self.text[self.pos - 1] not in " \t\r\n;{}(|":
            raise self.error("a comment must stand behind a blank")
        if self.peek() == "<":
            self._block_comment()
            return
        if re.match(r"#\s*requires", self.text[self.pos :], re.IGNORECASE):
            raise self.error("#requires is not supported")
        while self.peek() not in ("", "\r", "\n"):
            self.pos += 1

    def _block_comment(self) -> None:
        end = self.text.find("#>", self.pos)
        if end < 0:
            raise self.error("a comment without an end")
        self.pos = end + 2

    def match(self, pattern: re.Pattern[str]) -> str:
        """What matches here, gone past; empty when nothing does."""
        found = pattern.match(self.text, self.pos)
        if not found:
            return ""
        self.pos = found.end()
        return found.group()

    # --- tokens ----------------------------------------------------------------------------------------------------

    def number(self) -> tuple[int | float, str] | None:
        """A number and how it was typed, or None where no number stands on its own."""
        start = self.pos
        source = self.match(_NUMBER)
        if source and not re.match(r"[A-Za-z0-9_]|\.(?!\.)", self.peek(2)):
            return number_value(source), source
        self.pos = start
        return None

    def name(self) -> str:
        """An identifier."""
        found = self.match(_NAME)
        if not found or _joins(self.peek()):
            raise self.error("a plain name is expected")
        return found

    def variable(self) -> tuple[str, str]:
        """Scope and name of the variable behind the dollar sign, which has been taken; both lower case."""
        char, after = self.peek(), self.text[self.pos + 1 : self.pos + 2]
        if char in ("_", "?") and not _joins(after) and after not in ("?", ":"):
            self.pos += 1
            return "", char
        pattern = _BRACED if char == "{" else _SCOPED
        found = pattern.match(self.text, self.pos)
        if not found:
            raise self.error("a variable of this form is not supported")
        self.pos = found.end()
        if char != "{" and (_joins(self.peek()) or self.peek() in ("?", ":")):
            raise self.error("a variable of this form is not supported")
        return (found.group(1) or "").lower(), found.group(2).lower()

    def single_quoted(self) -> str:
        """A string in single quotes; the first quote stands here."""
        start, pieces = self.pos, []
        while self.take("'"):
            end = self.text.find("'", self.pos)
            if end < 0:
                raise self.error("a string without an end", start)
            pieces.append(self.text[self.pos : end])
            self.pos = end + 1
        value = "'".join(pieces)
        if "\n" in value or "\r" in value:
            raise self.error("a string over several lines", start)
        return value

    def escape(self) -> str:
        """The character that a backtick inside double quotes stands for; the backtick has been taken."""
        char = self.peek()
        if char not in _ESCAPES or not char:
            raise self.error("this backtick escape is not supported")
        self.pos += 1
        return _ESCAPES[char]

    def type_name(self) -> str | None:
        """``[Type.Name]`` in lower case without ``system.``, or None."""
        found = _TYPE.match(self.text, self.pos)
        if not found:
            return None
        self.pos = found.end()
        return found.group(1).lower().removeprefix("system.")

    def bare_word(self) -> str:
        """An unquoted argument. Raises PsSyntaxError where quotes or variables are glued to it."""
        start = self.pos
        word = self.match(_BARE)
        if not word or self.peek() not in ("", " ", "\t", "\r", "\n", ",", ";", "|", ")", "}"):
            raise self.error("put this argument in quotes", start)
        return word

    def end_of_argument(self) -> None:
        """Check that nothing is glued to the argument that ends here."""
        if self.peek() not in ("", " ", "\t", "\r", "\n", ",", ";", "|", ")", "}"):
            raise self.error("put this argument in quotes")


def _joins(char: str) -> bool:
    """True for a character that would continue a name (PowerShell takes letters of every script)."""
    return bool(char) and (char == "_" or char.isalnum() or ord(char) > 127)


def number_value(source: str) -> int | float:
    """The value of a number as PowerShell reads it: ``0x80041010`` is a signed 32 bit number, ``1kb`` is 1024."""
    text = source.lower()
    scale = _SCALES.get(text[-2:], 0)
    text = (text[:-2] if scale else text).rstrip("l")
    if text.startswith("0x"):
        value: int | float = _signed(int(text, 16))
    else:
        value = float(text) if re.search("[.e]", text) else int(text)
    return value * (1 << scale)


def _signed(value: int) -> int:
    for bits in (32, 64):
        if 1 << (bits - 1) <= value < 1 << bits:
            return value - (1 << bits)
    return value
