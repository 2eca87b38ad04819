"""The strict reader keeps text as written, remembers places, and refuses what hides its meaning."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.strict_yaml import MAX_DEPTH, Node, load, load_file, to_plain


def refused(text: str | bytes, **options: int) -> str:
    with pytest.raises(AuthorError) as caught:
        load(text, source="t.yaml", **options)
    return caught.value.message


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "on",
        "010",
        "52:54:00:12:34:56",
        "1_000",
        "0x1F",
        "1e3",
        "null",
        "~",
        "2026-01-02",
        "190:20:30",
        ".inf",
        "=",
    ],
)
def test_scalars_stay_what_was_written(written: str) -> None:
    assert to_plain(load(f"value: {written}\n")) == {"value": written}


def test_maps_lists_and_blocks_keep_their_shape() -> None:
    text = "a:\n  - x\n  - 'no'\n  - b: c\nd: |\n  one\n    two\ne: {f: [1, 2]}\n"
    assert to_plain(load(text)) == {"a": ["x", "no", {"b": "c"}], "d": "one\n  two\n", "e": {"f": ["1", "2"]}}


def test_only_an_empty_plain_scalar_has_no_value() -> None:
    assert to_plain(load("a:\nb: ''\nc: [ ]\nd: {}\n")) == {"a": None, "b": "", "c": [], "d": {}}
    assert load("").value is None
    assert load("# a comment only\n").value is None


def test_places_are_one_based_for_keys_and_values() -> None:
    root = load("top:\n  inner:  value\n", source="t.yaml")
    assert isinstance(root.value, dict)
    top = root.value["top"]
    assert isinstance(top.value, dict)
    assert top.value["inner"].place == "t.yaml:2:11"
    assert top.key_place("inner") == "t.yaml:2:3"
    assert str(top.key_error("inner", "odd")) == "t.yaml:2:3: odd"
    assert str(top.value["inner"].error("wrong")) == "t.yaml:2:11: wrong"


def test_quoted_is_remembered() -> None:
    root = load("a: 'x'\nb: x\nc: |\n  x\n")
    assert isinstance(root.value, dict)
    assert [root.value[key].quoted for key in "abc"] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: 2\n", "t.yaml:1:4: anchor &x is not allowed"),
        ("a: 1\nb: *x\n", "t.yaml:2:4: alias *x is not allowed"),
        (
            "a: !!python/object:os.system x\n",
            "t.yaml:1:4: tag tag:yaml.org,2002:python/object:os.system is not allowed",
        ),
        ("a: !!str 1\n", "t.yaml:1:4: tag tag:yaml.org,2002:str is not allowed"),
        ("a: !vault |\n  $ANSIBLE_VAULT\n", "t.yaml:1:4: tag !vault is not allowed"),
        ("!!map {a: 1}\n", "t.yaml:1:1: tag tag:yaml.org,2002:map is not allowed"),
        ("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: duplicate key 'a' (first at line 1) is not allowed"),
        ("a: 1\n<<: {b: 2}\n", "t.yaml:2:1: merge key << is not allowed"),
        ("a: 1\n---\nb: 2\n", "t.yaml:2:1: a second document is not allowed"),
        ("a:\n  ? [x, y]\n  : 1\n", "t.yaml:2:5: a list or map as a key is not allowed"),
        ("a: {{ x }}\n", "t.yaml:1:5: a list or map as a key is not allowed"),
        ("a: {'': 1, ? : 2}\n", "t.yaml:1:14: an empty key is not allowed"),
        (b"a: 1\nb: \xff\n", "t.yaml:2:4: not UTF-8 text (byte 0xff)"),
        ("a: 1\nb: x\x1b[31m\n", "t.yaml:2:5: character U+001B is not allowed in YAML"),
    ],
)
def test_refusals_name_file_line_and_column(text: str | bytes, message: str) -> None:
    assert refused(text) == message


@pytest.mark.parametrize(
    "text", ["a: [1, 2\n", "a: 'x\n", "a: b: c\n", "\ta: 1\n", "a: @x\n", "- 1\nb: 2\n", "%FOO\na\n--- b"]
)
def test_broken_yaml_is_an_author_error_with_a_place(text: str) -> None:
    assert refused(text).startswith("t.yaml:")


def test_depth_is_bounded_and_deep_input_ends_fast() -> None:
    load("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    started = time.perf_counter()
    assert "nesting deeper than 64 levels" in refused("[" * 100_000)
    assert "nesting deeper than 64 levels" in refused("- " * 3_000 + "x")
    assert time.perf_counter() - started < 5


def test_size_is_bounded() -> None:
    assert "larger than 100 bytes" in refused("a: " + "x" * 100, max_bytes=100)
    assert "larger than 100 bytes" in refused("a: " + "é" * 60, max_bytes=100)
    assert "larger than 1048576 bytes" in refused(b"a: " + b"x" * (1 << 20))


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: r1\r\nport: 022\r\n")
    assert to_plain(load_file(path)) == {"name": "r1", "port": "022"}
    with pytest.raises(OperatorError, match=r"missing\.yaml: cannot be read"):
        load_file(tmp_path / "missing.yaml")


def test_a_node_is_a_value() -> None:
    assert load("a: 1") == load("a: 1")
    assert isinstance(load("- 1"), Node)
