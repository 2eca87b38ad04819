"""Exit codes of Windows programs: many are HRESULTs, and the same one is written in three ways."""

from __future__ import annotations


def unsigned(exit_code: int) -> int:
    """An exit code as 32 bits without sign: -2147024891 and 2147942405 are the same."""
    return exit_code & 0xFFFFFFFF


def shown_code(exit_code: int) -> str:
    """``0x80070005``: how Windows documents write an exit code; small ones stay decimal."""
    code = unsigned(exit_code)
    return f"{code:#010x}" if code > 0xFFFF else str(code)
