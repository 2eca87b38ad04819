"""The committed JSON Schema is the one that the code gives."""

from __future__ import annotations

from pathlib import Path

from troubleshoot.trees.schema import schema_text

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "tree.schema.json"


def test_the_committed_schema_is_current() -> None:
    hint = "write it again: python -m troubleshoot trees schema > docs/tree.schema.json"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), hint
