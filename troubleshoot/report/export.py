"""One incident as one file: Markdown, HTML or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from troubleshoot.core.events import Event
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.errors import OperatorError
from troubleshoot.report.build import build
from troubleshoot.report.html import html
from troubleshoot.report.markdown import markdown
from troubleshoot.report.model import Report
from troubleshoot.report.result import result_of


def export(state: State, tree: Tree, format: str, events: Iterable[Event] = ()) -> str:  # noqa: A002 - public name
    """The report of ``state`` as text in ``format``: md, html or json.

    Safe to open and to publish as far as its text goes: nothing that a device printed is interpreted.

    Raises:
        OperatorError: there is no such format.
    """
    render = _FORMATS.get(format)
    if render is None:
        raise OperatorError(f"there is no format {format!r}", hint=f"One of {', '.join(_FORMATS)}.")
    return render(build(state, tree, events), state)


def result_text(result: Mapping[str, Any]) -> str:
    """A result as JSON text: ASCII only, so that it cannot carry terminal controls."""
    return json.dumps(_finite(result), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _json(report: Report, state: State) -> str:
    return result_text({**result_of(report, state.parameters), "timeline": report.timeline})


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity; a device may print them."""
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_FORMATS: Final[Mapping[str, Callable[[Report, State], str]]] = {
    "md": lambda report, _: markdown(report),
    "html": lambda report, _: html(report),
    "json": _json,
}
FORMATS: Final = tuple(_FORMATS)
