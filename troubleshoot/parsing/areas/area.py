"""One row of the table of parsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troubleshoot.core.kinds import Platform


@dataclass(frozen=True, slots=True)
class Parser:
    """A question that trees may ask: the form of its record, and who reads it on which platform.

    ``reads`` holds ``module:function`` below :mod:`troubleshoot.parsing`; modules are loaded when they are first used.
    ``off`` is the record of a device that says that the feature is not running, where that answers the question.
    """

    record: type
    reads: Mapping[Platform, str]
    off: Mapping[str, Any] | None = None
