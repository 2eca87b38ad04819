"""Reads a command line the way cmd.exe does.

Lowest to highest: `&`, `||`, `&&`, `|`. A caret takes the meaning from the next character, quotes take it from all but
each other. Blanks before a redirection or an operator belong to the command (`echo` prints them).
"""

from __future__ import annotations

import re
from typing import Final

from troubleshoot.lab.windows.cmd.tree import Block, For, If, Joined, Node, Redirect, Simple

_BLANKS: Final = " \t,;="
_REDIRECT: Final = re.compile(r"(\d?)(<|>>|>)(?:&(\d)|[ \t,;=]*(\"[^\"]*\"?|[^\s,;=&|<>()\"]+(?:\"[^\"]*\"?)?)|)")
_FOR: Final = re.compile(r"for\s+(/[lL]\s+)?%([A-Za-z])\s+in\s+\(([^)]*)\)\s+do\s+", re.I)
_IF_WORD: Final = re.compile(r'\s*((?:"[^"]*"|[^\s"=()]|=(?!=))+|==)')


class CmdSyntax(Exception):
    """A line that cmd.exe does not understand; ``at`` is what it stumbles over (empty: the line ends too early)."""

    def __init__(self, at: str) -> None:
        super().__init__(at)
        self.at = at


def parse(line: str) -> Node | None:
    """The commands of a line, or None for an empty one. Raises CmdSyntax."""
    reader = _Reader(line.replace("\r\n", "\n").partition("\n")[0])
    node = reader.sequence()
    if not reader.done:
        raise CmdSyntax(reader.rest[0])
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0

    @property
    def rest(self) -> str:
        return self.text[self.position :]

    @property
    def done(self) -> bool:
        return not self.rest.strip(_BLANKS)

    @property
    def _ended(self) -> bool:
        return self.done or (self.depth > 0 and self._peek(")"))

    def sequence(self) -> Node | None:
        """Commands joined by single `&`; nothing may follow the last one."""
        if self._ended:
            return None
        left = self.either()
        while self._take("&"):
            if self._ended:
                break
            left = Joined("&", left, self.either())
        return left

    def either(self) -> Node:
        left = self.both()
        while self._take("||"):
            left = Joined("||", left, self.both())
        return left

    def both(self) -> Node:
        left = self.pipe()
        while self._take("&&"):
            left = Joined("&&", left, self.pipe())
        return left

    def pipe(self) -> Node:
        left = self.command()
        if not self._peek("||") and self._take("|"):
            return Joined("|", left, self.pipe())
        return left

    def command(self) -> Node:
        self._skip("@" + _BLANKS)
        if self._take("("):
            return self._block()
        if match := _FOR.match(self.rest):
            return self._for(match)
        if re.match(r"if\s", self.rest, re.I):
            return self._if()
        return self._simple()

    def _block(self) -> Node:
        self.depth += 1
        body = self.sequence()
        self.depth -= 1
        if not self._take(")"):
            raise CmdSyntax("")
        redirects: list[Redirect] = []
        self._skip(_BLANKS)
        while match := _REDIRECT.match(self.rest):
            redirects.append(self._redirect(match))
            self._skip(_BLANKS)
        return Block(body, tuple(redirects))

    def _for(self, match: re.Match[str]) -> Node:
        self.position += match.end()
        return For(match[2], (match[1] or "").strip().lower(), match[3], self.command())

    def _if(self) -> Node:
        self.position += 2
        negated = fold = False
        words: list[str] = []
        while (word := self._word()).casefold() in ("not", "/i"):
            negated, fold = negated or word.casefold() == "not", fold or word.casefold() == "/i"
        words.append(word)
        if word.casefold() in ("exist", "errorlevel", "defined"):
            words.append(self._word())
        else:
            words += [self._word(), self._word()]
        then = self.command()
        match = re.match(r"\s*else\s", self.rest, re.I)
        if match is None:
            return If(negated, fold, tuple(words), then, None)
        self.position += match.end()
        return If(negated, fold, tuple(words), then, self.command())

    def _word(self) -> str:
        match = _IF_WORD.match(self.rest)
        if match is None:
            raise CmdSyntax(self.rest.strip()[:1])
        self.position += match.end()
        return match[1]

    def _simple(self) -> Node:
        pieces: list[str] = []
        redirects: list[Redirect] = []
        quoted = False
        while self.position < len(self.text):
            char = self.text[self.position]
            if char == '"':
                quoted = not quoted
            elif not quoted and char == "^":
                self.position += 1
                char = self.text[self.position : self.position + 1]
            elif not quoted and (char in "&|" or (char == ")" and self.depth)):
                break
            elif not quoted and (match := self._redirection(pieces)):
                redirects.append(self._redirect(match))
                continue
            pieces.append(char)
            self.position += 1
        text = "".join(pieces)
        if not text.strip(_BLANKS) and not redirects:
            raise CmdSyntax(self.rest[:2] if self.rest[:2] in ("&&", "||") else self.rest[:1])
        return Simple(text, tuple(redirects))

    def _redirection(self, before: list[str]) -> re.Match[str] | None:
        match = _REDIRECT.match(self.rest)
        if match and match[1] and before and before[-1] not in _BLANKS:
            return None  # a digit at the end of a word is no handle
        return match

    def _redirect(self, match: re.Match[str]) -> Redirect:
        handle = int(match[1]) if match[1] else (0 if match[2] == "<" else 1)
        if match[3] is None and not match[4]:
            raise CmdSyntax(self.rest[match.end() : match.end() + 1])
        self.position += match.end()
        if match[3] is not None:
            return Redirect(handle, "&", match[3])
        return Redirect(handle, match[2], match[4].strip('"'))

    def _peek(self, text: str) -> bool:
        return self.text[self.position :].lstrip(" \t").startswith(text)

    def _take(self, text: str) -> bool:
        if not self._peek(text) or (text == "&" and self._peek("&&")):
            return False
        self.position = self.text.index(text, self.position) + len(text)
        return True

    def _skip(self, characters: str) -> None:
        while self.position < len(self.text) and self.text[self.position] in characters:
            self.position += 1
