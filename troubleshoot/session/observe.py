"""Making one observation: send the commands of an item, keep what came back, read it with the item's parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from troubleshoot.core.events import Observed, Part
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.state import Item
from troubleshoot.parsing.device_errors import SECOND_HOP_HINT
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse
from troubleshoot.session.source import Source
from troubleshoot.transports.base import Output, TransportError

# Trouble of the connection itself: other commands to the same host would only repeat it.
CONNECTION_TROUBLE = frozenset({Trouble.UNREACHABLE, Trouble.AUTH, Trouble.HOST_KEY, Trouble.TLS})

Sink = Callable[[str, str, str], None]


@dataclass(slots=True)
class Seen:
    """What one item gave, before it becomes an event."""

    parts: tuple[Part, ...] = ()
    record: Mapping[str, Any] | None = None
    trouble: Trouble | None = None
    message: str = ""
    hint: str = ""
    doubt: str = ""
    via: str = "live"


async def observe(
    item: Item, source: Source, sink: Sink, pasted: Mapping[tuple[str, str], str], *, sample: int = 1
) -> Seen:
    """Observe one item. Never raises for what a host does: trouble is a result."""
    seen = Seen(via="captured" if source.mode == "captures" else "live")
    if sample > 1 and source.mode == "captures":
        # The same recording again would read as "nothing changes".
        seen.trouble, seen.message = Trouble.NOT_SEEN, f"one capture of {item.commands[0]!r} shows no change over time"
        return seen
    for command in item.commands:
        try:
            output = await _output(item, command, source, sink, pasted, seen)
        except TransportError as error:
            return _troubled(seen, error)
        seen.parts = (*seen.parts, Part(command, output.text, output.exit_code))
        seen.doubt = seen.doubt or output.doubt
        if output.refusal:
            return _refused(seen, command, output.refusal, item)
    return _read(item, seen)


async def _output(
    item: Item, command: str, source: Source, sink: Sink, pasted: Mapping[tuple[str, str], str], seen: Seen
) -> Output:
    text = pasted.get((item.host, command))
    if text is not None:
        seen.via = "pasted"
        return Output(text)

    def on_chunk(chunk: str) -> None:
        sink(item.host, command, chunk)

    return await source.read(item.host, command, deadline=item.timeout, on_chunk=on_chunk)


def _troubled(seen: Seen, error: TransportError) -> Seen:
    seen.trouble, seen.message, seen.hint = error.kind, error.message, error.hint
    return seen


def _refused(seen: Seen, command: str, refusal: str, item: Item) -> Seen:
    seen.trouble = Trouble.REFUSED
    seen.message = f"the device did not accept {command!r}: {refusal}"
    seen.hint = SECOND_HOP_HINT if item.second_hop else ""
    return seen


def _read(item: Item, seen: Seen) -> Seen:
    if not item.parse:
        seen.record = {}
        return seen
    try:
        seen.record = parse(item.parse, item.platform, [part.text for part in seen.parts])
    except ParseFailure as error:
        seen.trouble, seen.message, seen.hint = Trouble.PARSE, error.message, error.hint
    except Exception as error:  # a bug in a parser must not end an incident; it is one more thing that cannot be read
        seen.trouble = Trouble.PARSE
        seen.message = f"our own parser {item.parse!r} failed with {type(error).__name__}"
        seen.hint = "Please report it with the output."
    return seen


def to_event(seen: Seen, item: Item, *, at: float, round_: int, seconds: float) -> Observed:
    return Observed(
        at,
        round_,
        item.name,
        item.host,
        parts=seen.parts,
        record=seen.record,
        trouble=seen.trouble,
        message=seen.message,
        hint=seen.hint,
        doubt=seen.doubt,
        via=seen.via,
        seconds=round(seconds, 3),
    )
