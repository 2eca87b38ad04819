"""A report as one HTML file: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.resources import files

from troubleshoot.core.state import Conclusion, Evidence
from troubleshoot.report.hop_map import hop_map
from troubleshoot.report.model import FixView, ObservationView, PathEntry, Report, Rival
from troubleshoot.report.safe import html as text
from troubleshoot.report.words import OUTCOMES, VERDICTS, fix_status, header, lines_text, when


def html(report: Report) -> str:
    """The whole page; raw outputs are folded, the lines that prove something are marked in them."""
    sections = (_head, _conclusion, _hops, _path, _fixes, _notes, _lacking, _observations)
    body = "\n".join(piece for section in sections for piece in section(report))
    title = text(f"{report.incident}: {report.tree.title}")
    return f"{_start(title)}<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"


@cache
def _style() -> str:
    return (files("troubleshoot.report") / "style.css").read_text("utf-8")


def _start(title: str) -> str:
    """The policy allows this one style sheet, by its hash, and nothing else at all."""
    style = _style()
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n"
    )


def _code(value: str) -> str:
    return f"<code>{text(value)}</code>"


def _pre(value: str) -> str:
    return f"<pre>{text(value)}</pre>"


def _head(report: Report) -> Iterator[str]:
    yield f"<h1>{text(report.tree.title)}</h1>"
    rows = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in header(report))
    yield f"<dl>{rows}</dl>"


def _conclusion(report: Report) -> Iterator[str]:
    found = report.diagnosis or report.conclusion
    if found is None:
        return
    headline = f"{OUTCOMES.get(report.outcome, report.outcome)}: {found.title}"
    host = f"<p>Host {_code(found.host)}</p>" if found.host else ""
    yield f'<section class="verdict {text(report.outcome)}"><h2>{text(headline)}</h2>{host}'
    yield f"<p>{text(found.explanation)}</p>{_advice(found)}"
    yield from _proof(found.evidence)
    yield "</section>"


def _advice(found: Conclusion) -> str:
    items = "".join(f"<li>{text(item)}</li>" for item in found.advice)
    return f"<ul>{items}</ul>" if items else ""


def _proof(items: Iterable[Evidence]) -> Iterator[str]:
    for item in items:
        link = f'<a href="#o{item.observation}">observation {item.observation}</a>'
        yield f"<p>{_code(item.host)} {_code(item.command)} {lines_text(item.lines)} ({link})</p>"
        yield _numbered(item.text, item.lines, ())


def _numbered(value: str, numbers: Iterable[int], cited: Collection[int]) -> str:
    """Lines with their numbers; the numbers are drawn by the style sheet, so that copied text is the output alone."""
    lines = zip(numbers, value.split("\n"), strict=False)
    shown = (f"<span{_cited(number in cited)} data-n={number}>{text(line)}</span>" for number, line in lines)
    return f"<pre>{''.join(shown)}</pre>"


def _cited(marked: bool) -> str:
    return " class=cited" if marked else ""


def _hops(report: Report) -> Iterator[str]:
    if report.hops:
        yield f"<h2>Hosts on the way</h2>{hop_map(report.hops)}"


def _path(report: Report) -> Iterator[str]:
    if report.path:
        yield "<h2>The way to it</h2>"
        for number, entry in enumerate(report.path, 1):
            yield from _entry(number, entry)


def _entry(number: int, entry: PathEntry) -> Iterator[str]:
    where = f" on {_code(entry.host)}" if entry.host else ""
    yield f"<h3>{number}. {text(entry.title)}{where}</h3>"
    if entry.why:
        yield f'<p class="quiet">{text(entry.why)}</p>'
    yield f"<p>→ {_code(entry.decision)} {text(entry.because)}"
    yield f'<span class="quiet">({text(entry.kind)}, {when(entry.at)})</span></p>'
    yield from _rivals(entry.rivals)
    yield from _proof(entry.cites)


def _rivals(rivals: tuple[Rival, ...]) -> Iterator[str]:
    if rivals:
        items = "".join(f"<li>{_rival(rival)}</li>" for rival in rivals)
        yield f"<details><summary>Why not another branch</summary><ul>{items}</ul></details>"


def _rival(rival: Rival) -> str:
    judged = f"{_code(rival.when)} {VERDICTS[rival.verdict]}" if rival.when else "otherwise"
    reason = f" – {text(rival.reason)}" if rival.reason else ""
    return f"{_code(rival.go)}: {judged}{reason}"


def _fixes(report: Report) -> Iterator[str]:
    if report.fixes:
        yield "<h2>Fixes</h2>"
        for fix in report.fixes:
            yield from _fix(fix)


def _fix(fix: FixView) -> Iterator[str]:
    yield f"<h3>{text(fix.title)} on {_code(fix.host)}</h3><dl>"
    for name, value in _fix_rows(fix):
        yield f"<dt>{name}</dt><dd>{value}</dd>"
    yield "</dl>"
    for title, lines in (("Commands", fix.commands), ("Rollback", fix.rollback)):
        if lines:
            yield f"<p>{title}</p>{_pre(chr(10).join(lines))}"
    for command, output in fix.answers:
        yield f"<details><summary>Answer to {_code(command)}</summary>{_pre(output)}</details>"


def _fix_rows(fix: FixView) -> Iterator[tuple[str, str]]:
    status = fix_status(fix)
    yield "Status", text(f"{status} – {fix.message}" if fix.message else status)
    yield "Risk", text(f"{fix.risk} – {fix.blast_radius}" if fix.blast_radius else fix.risk)
    if fix.verify:
        yield "Verify", _code(fix.verify)
    yield from (("Note", text(remark)) for remark in fix.remarks)
    if fix.no_rollback:
        yield "No rollback", text(fix.no_rollback)
    for name, numbers in (("Before", fix.before), ("Verified by", fix.checks)):
        if numbers:
            yield name, ", ".join(f'<a href="#o{number}">observation {number}</a>' for number in numbers)


def _notes(report: Report) -> Iterator[str]:
    if report.notes:
        items = "".join(f"<li>{when(note.at)} {text(note.by)}: {text(note.text)}</li>" for note in report.notes)
        yield f"<h2>Notes</h2><ul>{items}</ul>"


def _lacking(report: Report) -> Iterator[str]:
    needs = "".join(f"<li>{_code(need.host)} {_code(need.command)}</li>" for need in report.needs)
    if needs:
        yield f"<h2>Needed to go on</h2><ul>{needs}</ul>"
    faults = "".join(
        f"<li>{_code(fault.host)} {text(fault.kind)}: {text(fault.message)}</li>" for fault in report.errors
    )
    if faults:
        yield f"<h2>Errors</h2><ul>{faults}</ul>"


def _observations(report: Report) -> Iterator[str]:
    if report.observations:
        yield "<h2>What was seen</h2>"
        for view in report.observations:
            yield from _observation(view)


def _observation(view: ObservationView) -> Iterator[str]:
    seen = view.seen
    yield f'<h3 id="o{seen.number}">{seen.number}. {_code(seen.name)} on {_code(seen.host)}</h3>'
    yield f'<p class="quiet">{when(seen.at)}, {text(seen.via)}</p>'
    problem = seen.message or seen.doubt
    if seen.trouble or problem:
        yield f"<p><strong>{text(str(seen.trouble or 'doubtful'))}</strong> {text(problem)}</p>"
    for part, lines in zip(seen.parts, view.cited, strict=True):
        cited = f' <span class="quiet">{lines_text(lines)}</span>' if lines else ""
        numbered = _numbered(part.text, range(1, part.text.count("\n") + 2), frozenset(lines))
        yield f"<details><summary>{_code(part.command)}{cited}</summary>{numbered}</details>"
    if view.facts:
        yield f"<details><summary>Read as</summary>{_pre(view.facts)}</details>"
