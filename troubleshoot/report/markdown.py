"""A report as Markdown (CommonMark with or without the GitHub extensions)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from troubleshoot.core.state import Conclusion, Evidence
from troubleshoot.report.model import FixView, ObservationView, PathEntry, Report, Rival
from troubleshoot.report.safe import markdown as text
from troubleshoot.report.safe import markdown_block as block
from troubleshoot.report.safe import markdown_code as code
from troubleshoot.report.words import OUTCOMES, VERDICTS, fix_status, header, lines_text, when

_MARKS: Final = {"ok": "✓", "broken": "✗", "unknown": "?"}


def markdown(report: Report) -> str:
    """The whole report; raw outputs come last."""
    sections = (_head, _conclusion, _hops, _path, _fixes, _notes, _lacking, _observations)
    return "\n".join(line for section in sections for line in section(report)) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# {text(report.tree.title)}"
    yield ""
    yield from (f"- **{text(name)}** {text(value)}" for name, value in header(report))
    yield ""


def _conclusion(report: Report) -> Iterator[str]:
    found = report.diagnosis or report.conclusion
    if found is None:
        return
    yield f"## {text(OUTCOMES.get(report.outcome, report.outcome))}: {text(found.title)}"
    yield ""
    if found.host:
        yield from (f"Host {code(found.host)}", "")
    if found.explanation:
        yield from (text(found.explanation), "")
    yield from _advice(found)
    yield from _proof(found.evidence)


def _advice(found: Conclusion) -> Iterator[str]:
    if found.advice:
        yield from (f"- {text(item)}" for item in found.advice)
        yield ""


def _proof(items: Iterable[Evidence]) -> Iterator[str]:
    for item in items:
        yield f"{code(item.host)} {code(item.command)} {lines_text(item.lines)} (observation {item.observation}):"
        yield ""
        yield from (block(item.text), "")


def _hops(report: Report) -> Iterator[str]:
    if report.hops:
        yield from ("## Hosts on the way", "")
        for number, hop in enumerate(report.hops, 1):
            yield f"{number}. {_MARKS[hop.state]} {code(hop.host)} {hop.state}{_after(hop.note)}"
        yield ""


def _after(note: str) -> str:
    return f" – {text(note)}" if note else ""


def _path(report: Report) -> Iterator[str]:
    if report.path:
        yield from ("## The way to it", "")
        for number, entry in enumerate(report.path, 1):
            yield from _entry(number, entry)


def _entry(number: int, entry: PathEntry) -> Iterator[str]:
    where = f" on {code(entry.host)}" if entry.host else ""
    yield f"### {number}. {text(entry.title)}{where}"
    yield ""
    if entry.why:
        yield from (f"Why: {text(entry.why)}", "")
    yield f"→ {code(entry.decision)}: {text(entry.because)} ({text(entry.kind)}, {when(entry.at)})"
    yield ""
    yield from _rivals(entry.rivals)
    yield from _proof(entry.cites)


def _rivals(rivals: tuple[Rival, ...]) -> Iterator[str]:
    for rival in rivals:
        judged = f"{code(rival.when)} {VERDICTS[rival.verdict]}" if rival.when else "otherwise"
        yield f"- not {code(rival.go)}: {judged}{_after(rival.reason)}"
    if rivals:
        yield ""


def _fixes(report: Report) -> Iterator[str]:
    if report.fixes:
        yield from ("## Fixes", "")
        for fix in report.fixes:
            yield from _fix(fix)


def _fix(fix: FixView) -> Iterator[str]:
    yield f"### {text(fix.title)} on {code(fix.host)}"
    yield ""
    yield f"- **Status** {text(fix_status(fix))}{_after(fix.message)}"
    yield f"- **Risk** {text(fix.risk)}{_after(fix.blast_radius)}"
    if fix.verify:
        yield f"- **Verify** {code(fix.verify)}"
    yield from (f"- **Note** {text(remark)}" for remark in fix.remarks)
    if fix.no_rollback:
        yield f"- **No rollback** {text(fix.no_rollback)}"
    yield ""
    yield from _commands("Commands", fix.commands)
    yield from _commands("Rollback", fix.rollback)
    yield from _numbers("Before", fix.before)
    for command, output in fix.answers:
        yield from (f"The device answered {code(command)}:", "", block(output), "")
    yield from _numbers("Verified by", fix.checks)


def _commands(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield from (f"{title}:", "", block("\n".join(lines)), "")


def _numbers(title: str, numbers: tuple[int, ...]) -> Iterator[str]:
    if numbers:
        yield from (f"{title}: observation {', '.join(map(str, numbers))}", "")


def _notes(report: Report) -> Iterator[str]:
    if report.notes:
        yield from ("## Notes", "")
        for note in report.notes:
            yield f"- {when(note.at)}{_after(note.by)}: {text(note.text)}"
        yield ""


def _lacking(report: Report) -> Iterator[str]:
    if report.needs:
        yield from ("## Needed to go on", "")
        yield from (f"- {code(need.host)}: {code(need.command)}" for need in report.needs)
        yield ""
    if report.errors:
        yield from ("## Errors", "")
        yield from (f"- {code(fault.host)} {text(fault.kind)}: {text(fault.message)}" for fault in report.errors)
        yield ""


def _observations(report: Report) -> Iterator[str]:
    if report.observations:
        yield from ("## What was seen", "")
        for view in report.observations:
            yield from _observation(view)


def _observation(view: ObservationView) -> Iterator[str]:
    seen = view.seen
    yield f"### Observation {seen.number}: {code(seen.name)} on {code(seen.host)}"
    yield ""
    yield f"{when(seen.at)}, {text(seen.via)}"
    yield ""
    problem = seen.message or seen.doubt
    if seen.trouble or problem:
        yield from (f"**{text(str(seen.trouble or 'doubtful'))}** {text(problem)}", "")
    for part, lines in zip(seen.parts, view.cited, strict=True):
        cited = f", cited {lines_text(lines)}" if lines else ""
        yield from (f"{code(part.command)}{cited}", "", block(part.text), "")
    if view.facts:
        yield from ("Read as:", "", block(view.facts), "")
