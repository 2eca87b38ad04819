"""The cmdlets that every PowerShell has. They register themselves when their module is imported."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Final

_MODULES: Final = (
    "pipeline",
    "selecting",
    "measuring",
    "converting",
    "writing",
    "objects",
    "paths",
    "wmi",
    "formatting",
    "texts",
)


@lru_cache(maxsize=1)
def load() -> None:
    """Import every module of this package once."""
    for name in _MODULES:
        import_module(f"{__name__}.{name}")
