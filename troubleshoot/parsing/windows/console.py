"""What native programs of Windows print on a console: their lines without the prompts of a paste."""

from __future__ import annotations

import re
from typing import Final

from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure

_PROMPT: Final = re.compile(r"(?:PS )?[A-Za-z]:\\[^>]{0,200}>")
# Printed in either language when a program is done; some programs print it after a failure too.
DONE: Final = re.compile(
    r"(?:The command completed successfully|The operation completed successfully|Succeeded"
    r"|Der Befehl wurde (?:erfolgreich )?ausgef\S{1,4}hrt|Der Vorgang wurde erfolgreich|Erfolgreich)\b",
    re.IGNORECASE,
)


def console_lines(page: Clean) -> list[Line]:
    """Return the lines of a program's output, trimmed; the prompts of a paste are left out.

    Raises:
        ParseFailure: there are none.
    """
    lines = [(number, text.strip()) for number, text in page.lines if not _PROMPT.match(text.lstrip())]
    if not lines:
        raise ParseFailure("the output is empty", page.part)
    return lines
