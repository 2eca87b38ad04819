"""Running configurations: indented blocks (IOS, NX-OS, FRRouting) and Junos ``| display set``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import ConfigLine, ConfigLines
from troubleshoot.parsing.table import fail_unknown, one_page

_FRAME = re.compile(
    r"(?:Building configuration|Current configuration|Using \d+ out of|!(?:Command|Running|Time|No conf|$|!)"
    r"|! ?Last config|##|end$)",
    re.I,
)
_FIRST = re.compile(r"[a-z!][\w\-]*(?:\s|$)", re.I)
_SET = re.compile(r"(?:set|delete|activate|deactivate|protect|unprotect|annotate) \S")


def parse_blocks(pages: Sequence[Clean]) -> ConfigLines:
    """Read ``show running-config`` or a part of it.

    ``section`` is the last less-indented line at column 0; it is empty where the text shows none, as the output of
    ``| include`` does for lines that all stand inside some block.

    Raises:
        ParseFailure: the text is empty (a filter that matched nothing prints nothing: that is *cannot tell*).
    """
    page = one_page(pages)
    if not page.lines:
        fail_unknown(page)
    orphaned = page.indent > 0 and not any(text.startswith(" ") for _, text in page.lines)
    section = ""
    lines: list[ConfigLine] = []
    for number, text in page.lines:
        body = text.strip()
        if not text.startswith(" ") and not orphaned:
            section = body
        if body != "!" and not _FRAME.match(body):
            lines.append(ConfigLine(text=body, section=section, at=page.at(number)))
    if lines and not _FIRST.match(lines[0]["text"]):
        raise ParseFailure("this does not look like a configuration", page.part, lines[0]["at"][0][1])
    return ConfigLines(lines=lines, at=page.all(), unread=[])


def parse_set(pages: Sequence[Clean]) -> ConfigLines:
    """Read Junos ``show configuration ... | display set``: each line stands alone.

    Raises:
        ParseFailure: the text is empty or holds no ``set`` line.
    """
    page = one_page(pages)
    lines = [
        ConfigLine(text=text.strip(), section=text.strip(), at=page.at(number))
        for number, text in page.lines
        if _SET.match(text.strip())
    ]
    if not lines:
        fail_unknown(page)
    read = {line["at"][0][1] for line in lines}
    return ConfigLines(lines=lines, at=page.all(), unread=page.spans(n for n, _ in page.lines if n not in read))


def check_end(pages: Sequence[Clean]) -> None:
    """A whole configuration ends with the line `end`.

    Raises:
        ParseFailure: one of the texts does not.
    """
    for page in pages:
        if page.lines and page.lines[-1][1].strip() != "end":
            raise ParseFailure("the configuration is cut off: its last line, end, is missing", page.part, page.last)
