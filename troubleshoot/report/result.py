"""The public JSON of a run, ``troubleshoot.result/1``; its schema is `result.schema.json`. Keys are never renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from troubleshoot.core.model import Tree
from troubleshoot.core.state import Conclusion, Evidence, State
from troubleshoot.core.values import Value
from troubleshoot.report.build import build
from troubleshoot.report.model import Fault, FixView, PathEntry, Report

SCHEMA: Final = "troubleshoot.result/1"


def result(state: State, tree: Tree) -> dict[str, Any]:
    """The result of ``state``; ``tree`` is the one the incident was started with."""
    return result_of(build(state, tree), state.parameters)


def result_of(report: Report, parameters: Mapping[str, Value]) -> dict[str, Any]:
    tree = report.tree
    return {
        "schema": SCHEMA,
        "incident": report.incident,
        "mode": report.mode,
        "tree": {"id": tree.id, "version": tree.version, "sha256": tree.sha256, "title": tree.title},
        "parameters": {name: _value(value) for name, value in parameters.items() if value is not None},
        "outcome": report.outcome,
        "diagnosis": _diagnosis(report.diagnosis),
        "conclusion": _conclusion(report.conclusion),
        "path": [_entry(entry) for entry in report.path],
        "fixes": [_fix(fix) for fix in report.fixes if not fix.refused],
        "not_offered": [{"id": fix.id, "host": fix.host, "reason": fix.refused} for fix in report.fixes if fix.refused],
        "needs": [{"host": need.host, "command": need.command} for need in report.needs],
        "errors": [_error(fault) for fault in report.errors],
        "started": report.started,
        "ended": report.ended,
    }


def _value(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _diagnosis(found: Conclusion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "id": found.id,
        "title": found.title,
        "host": found.host,
        "explanation": found.explanation,
        "evidence": [_evidence(item) for item in found.evidence],
        "advice": list(found.advice),
    }


def _conclusion(found: Conclusion | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "verdict": found.verdict,
        "id": found.id,
        "title": found.title,
        "explanation": found.explanation,
        "evidence": [_evidence(item) for item in found.evidence],
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "host": item.host,
        "command": item.command,
        "lines": list(item.lines),
        "text": item.text,
        "observation": item.observation,
    }


def _entry(entry: PathEntry) -> dict[str, Any]:
    return {
        "step": entry.step,
        "host": entry.host,
        "branch": entry.decision,
        "because": entry.because,
        "tree": entry.tree,
        "kind": entry.kind,
    }


def _fix(fix: FixView) -> dict[str, Any]:
    return {
        "id": fix.id,
        "host": fix.host,
        "risk": fix.risk,
        "commands": list(fix.commands),
        "rollback": list(fix.rollback),
        "verify": fix.verify,
        "status": fix.status,
        "title": fix.title,
        "message": fix.message,
        "remarks": list(fix.remarks),
    }


def _error(fault: Fault) -> dict[str, Any]:
    return {"host": fault.host, "kind": fault.kind, "message": fault.message}
