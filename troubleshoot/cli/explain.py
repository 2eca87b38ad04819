"""``troubleshoot explain``: what a WSMan, HRESULT or Win32 code means, without asking any host."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from troubleshoot.cli import output
from troubleshoot.errors import ExitCode

if TYPE_CHECKING:
    from troubleshoot.codes import Meaning

_SHORT = "a short number: other programs use it for something else, so look at what stands around it"


# A negative code must not be taken for options.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("code", nargs=-1, type=click.UNPROCESSED)
@click.option("--json", "as_json", is_flag=True, help="Print what is known as JSON.")
def explain(code: Sequence[str], as_json: bool) -> int:
    """Explain each CODE (or the codes of a text, also on stdin): hexadecimal, unsigned or signed decimal.

    Exit code 0 when at least one code is known, 5 when none of them is, 2 when there is no code in the text.
    """
    from troubleshoot.codes import lookup

    text = " ".join(code) or ("" if sys.stdin.isatty() else sys.stdin.read(100_000))
    meanings = lookup(text)
    if not meanings:
        raise click.UsageError("there is no code in this text; write it as 0x80338029, 2150858793 or -2144108503")
    if as_json:
        output.json_data([_plain(meaning) for meaning in meanings])
    else:
        output.data("\n\n".join(_human(meaning) for meaning in meanings))
    return 0 if any(meaning.code for meaning in meanings) else int(ExitCode.INCONCLUSIVE)


def _human(meaning: Meaning) -> str:
    lines = [f"{_hex(meaning)}  ({meaning.number}, {meaning.signed})  {_title(meaning)}"]
    if meaning.code is None:
        lines.append("  not in the table")
    else:
        lines += [f"  {meaning.code.gist}", f"  next: {meaning.code.next_step}"]
        lines += [f"  Windows says: {meaning.code.message.strip()}"] if meaning.code.message else []
    lines += [f"  note: {_SHORT}"] if meaning.ambiguous else []
    return "\n".join(lines)


def _title(meaning: Meaning) -> str:
    from troubleshoot.codes import facility

    if meaning.code is not None:
        return meaning.code.name
    origin = facility(meaning.number)
    return f"unknown, from {origin}" if origin else "unknown"


def _plain(meaning: Meaning) -> dict[str, Any]:
    from troubleshoot.codes import facility

    code = meaning.code
    return {
        "text": meaning.spelling,
        "hex": _hex(meaning),
        "unsigned": meaning.number,
        "signed": meaning.signed,
        "known": code is not None,
        "ambiguous": meaning.ambiguous,
        "facility": facility(meaning.number) or None,
        "name": code.name if code else None,
        "family": code.family if code else None,
        "gist": code.gist if code else None,
        "next_step": code.next_step if code else None,
        "message": code.message.strip() or None if code else None,
    }


def _hex(meaning: Meaning) -> str:
    return meaning.hex if not meaning.ambiguous else f"0x{meaning.number:X}"
