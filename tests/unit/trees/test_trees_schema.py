"""The JSON Schema for editors accepts what the loader accepts and refuses plain mistakes."""

from __future__ import annotations

import jsonschema
import pytest
import yaml

from tests.unit.trees.tree_texts import GOOD, changed
from troubleshoot.core.values import TYPES
from troubleshoot.trees.schema import json_schema, schema_text

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def errors(text: str) -> int:
    return len(list(VALIDATOR.iter_errors(yaml.safe_load(text))))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_good_tree_as_an_editor_sees_it() -> None:
    assert errors(GOOD) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 3", "version: three"),
        ("summary: The", "sumary: The"),
        ("timeout: 1.5m", "timeout: 90"),
        ("host: <peers>", "host: peers"),
        ("risk: change", "risk: chnge"),
        ("    unknown: ask_output\n", ""),
        ("type: vrf,", "type: vfr,"),
        ("ios: show ip pim interface}", "ois: show ip pim interface}"),
    ],
)
def test_mistakes_show_while_typing(old: str, new: str) -> None:
    assert errors(changed(old, new)) > 0


def test_every_value_type_is_offered() -> None:
    assert json_schema()["$defs"]["ParameterFile"]["properties"]["type"]["enum"] == list(TYPES)


def test_the_text_is_deterministic() -> None:
    assert schema_text() == schema_text()
    assert schema_text().endswith("}\n")
