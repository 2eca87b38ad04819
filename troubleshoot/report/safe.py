"""The doors for device text: one function per sink. Whatever comes through is text there and nothing else.

Control characters become visible instead of vanishing: a hidden escape sequence is evidence, too.
"""

from __future__ import annotations

import html as _html
import re
from typing import Final

# C0 without TAB and LF, DEL, C1; line and paragraph separators; zero-width and direction marks; lone surrogates;
# non-characters. Any of them can hide, reorder or break text.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
# Also the start of an address: GitHub makes links of those by itself.
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]{}<>&|~#!$]|:(?=//)|(?<=[wW]{3})\.")
_BLOCK_START: Final = re.compile(r"^(?:[-+=]|[0-9]{1,9}[.)](?= |$))")
_BACKTICKS: Final = re.compile("`+")


def visible(text: str) -> str:
    """Control, invisible and direction characters in a readable form; TAB and LF stay. Line numbers do not change."""
    return _HIDDEN.sub(_picture, text.replace("\r\n", "\n")) if _HIDDEN.search(text) else text


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"


def one_line(text: str) -> str:
    """Text for a place that has one line: line ends and blank runs become one blank."""
    return visible(" ".join(text.split()))


def html(text: str) -> str:
    """Text for HTML content and quoted attributes."""
    return _html.escape(visible(text), quote=True)


def markdown(text: str) -> str:
    """A sentence in Markdown: on one line, nothing in it is markup, a link, an image, HTML or the start of a block."""
    escaped = _MARKDOWN.sub(_escaped, one_line(text))
    return _BLOCK_START.sub(lambda match: f"{match.group()[:-1]}\\{match.group()[-1]}", escaped)


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(char, f"\\{char}")


def markdown_code(text: str) -> str:
    """Code within a line of Markdown, in backticks that the text cannot close."""
    shown = one_line(text) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    return f"{ticks} {shown} {ticks}" if "`" in shown else f"{ticks}{shown}{ticks}"


def markdown_block(text: str) -> str:
    """A fenced block of Markdown whose fence is longer than any run of backticks in the text."""
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
