"""Which answers of a device mean that it did not carry out what it was sent."""

from __future__ import annotations

import re
from typing import Final

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import RefusalKind, refusal

# These two are answers about the network ("pimd is not running"): the parsers and the tree judge them.
_FINDINGS: Final = frozenset({RefusalKind.FEATURE_OFF, RefusalKind.NO_SUCH_VRF})
_REMARK: Final = re.compile(
    r"%\s?(?:Warning|Note|Info)|.*(?:removed|will be|has been|may |please |scheduled for )", re.IGNORECASE
)
_EDGE: Final = 2000


def read_refusal(platform: Platform, text: str) -> str:
    """The device's line that refuses a command which reads, or an empty text."""
    found = refusal(platform, _edges(text))
    return "" if found is None or found.kind in _FINDINGS else found.text


def change_refusal(platform: Platform, text: str) -> str:
    """The same for a line that changes something; remarks about a line that was accepted do not count."""
    found = refusal(platform, _edges(text))
    if found is None or (found.kind is RefusalKind.UNKNOWN and _REMARK.match(found.text)):
        return ""
    return found.text


def _edges(text: str) -> str:
    """Refusals stand at the beginning or the end; the middle of a long output need not be searched."""
    return text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
