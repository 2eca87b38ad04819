"""Text that wants to be more than text: terminal escapes, markup of every kind, HTML, formulas, broken characters."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

PIECES: Final = (
    "\x1b]52;c;Y2FsYw==\x07", "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b[31mred\x1b[0m", "\x1bP1$r0m\x1b\\", "\x1b[?1049l",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "\x9b31m", "\x9d0;t\x9c", "\x90q\x9c", "\x85", "\x84",
    "\x00", "\x07", "\x08\x08\x08", "\x0b", "\x0c", "\x7f", "\r", "a\rb", "\u202e", "\u2066", "\u200f", "\u200b", "\u2028",
    "\u2029", "\ufeff", "\u00ad", "\u061c", "\u180e", "\ufffe", "\U000e0041", "\ud800", "\udfff", "e" + "\u0301" * 40,
    "[/", "[@click=app.quit]x[/]", "[bold red]", "[link=https://evil.example]", "[/bold]", "\\[", "$&", "[[", "]]",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</pre></details><h1>", "<!--", "-->", "&lt;", "&#x1b;",
    "\"'><svg/onload=1>", "]]>", "javascript:alert(1)", "<a href=//evil.example>", "<?php", "<style>*{display:none}</style>",
    "```", "````", "~~~", "`x`", "# title", "## h", "- item", "1. item", "| a | b |", "|---|---|", "> quote", "***", "---",
    "===", "![i](https://evil.example/x.png)", "[l](javascript:1)", "<https://evil.example>", "https://evil.example",
    "www.evil.example", "@everyone", "[ref]: https://evil.example", "\\", "\\`", "&nbsp;", "$x^2$", "{{7*7}}", "${7*7}",
    "{% raw %}", "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3", "%s%n%x", "%(name)s", "{0.__class__}", "../../etc/passwd",
    "r1#", "r1(config)#", "mx1> ", "PS C:\\>", "--More--", "Password:", "% Invalid input", "\t\t", " " * 30, "\u3000", "\xa0",
    "日本語", "😀", "👨‍👩‍👧", "ﬀ", "ＡＢＣ", "İ",
)  # fmt: skip

ALONE: Final = (
    "```",
    "````",
    "`" * 9,
    "~~~",
    "---",
    "===",
    "</details>",
    "| --- |",
    "> ",
    "# x",
    "- x",
    "1. x",
    "[r]: /x",
)


def text(chance: random.Random) -> str:
    """One hostile text of one line: up to five pieces, some plain words, rarely a very long line."""
    if chance.random() < 0.05:
        return chance.choice(ALONE)  # what ends or begins something only where it has the line for itself
    parts = [chance.choice(PIECES) for _ in range(chance.randint(1, 5))]
    parts.insert(chance.randint(0, len(parts)), chance.choice(("", "eth0 ", " up", "10.0.0.1")))
    if chance.random() < 0.001:
        parts.append(chance.choice(PIECES) * 20_000)
    return "".join(parts).replace("\n", " ")


def texts(seed: int, count: int) -> Iterator[str]:
    """``count`` texts, the same ones for one seed."""
    chance = random.Random(seed)
    return (text(chance) for _ in range(count))
