"""The tree that `winrm get` prints: names below names by indentation, `Name = value [Source="GPO"]` at the leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure, excerpt

_LEAF = re.compile(r"([A-Za-z][\w.]{0,80})(?: = ?(.*?))?(?:\s*\[Source=\"(\w{1,20})\"\])?")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One setting: the names above it (``Config/Service``), its text, and who set it (``GPO``), where said."""

    section: str
    name: str
    value: str
    source: str
    line: int


def read_tree(page: Clean, lines: Sequence[Line]) -> list[Leaf]:
    """Read the leaves in order; a name without a value and without names below it is a leaf with an empty value.

    Raises:
        ParseFailure: a line is not part of such a tree.
    """
    leaves: list[Leaf] = []
    above: list[tuple[int, str]] = []
    for index, (number, text) in enumerate(lines):
        depth = len(text) - len(text.lstrip())
        match = _LEAF.fullmatch(text.strip())
        if match is None:
            raise ParseFailure(f"not a line of a winrm answer: {excerpt(text)!r}", page.part, number)
        above = [(level, name) for level, name in above if level < depth]
        if match[2] is None and _is_section(lines, index, depth):
            above.append((depth, match[1]))
        else:
            section = "/".join(name for _, name in above)
            leaves.append(Leaf(section, match[1], (match[2] or "").strip(), match[3] or "", number))
    return leaves


def _is_section(lines: Sequence[Line], index: int, depth: int) -> bool:
    if index + 1 == len(lines):
        return False
    following = lines[index + 1][1]
    return len(following) - len(following.lstrip()) > depth
