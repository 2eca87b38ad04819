"""Lint's reader of conditions agrees with the engine that evaluates them."""

from __future__ import annotations

from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.core import conditions
from troubleshoot.errors import AuthorError
from troubleshoot.trees.expressions import Unreadable, parse
from troubleshoot.trees.inference import GLOBAL_FUNCTIONS, TEXT_METHODS, Inference
from troubleshoot.trees.rules.context import readable
from troubleshoot.trees.shapes import ANY, BOOLEAN, INTEGER, TEXT, ListOf, MapOf, Record, Scalar, Shape, shape_of

ARGUMENTS = {
    "in_network": "'10.0.0.1', '10.0.0.0/8'",
    "duration": "'1s'",
    "timestamp": "'2020-01-01T00:00:00Z'",
    "bytes": "'a'",
    "size": "'a'",
}


def nothing(name: str) -> object:
    raise KeyError(name)


@pytest.mark.parametrize("name", sorted(GLOBAL_FUNCTIONS))
def test_every_function_exists_in_the_engine(name: str) -> None:
    assert conditions.evaluate(f"{name}({ARGUMENTS.get(name, '1')})", nothing).error == ""


@pytest.mark.parametrize("name", sorted(TEXT_METHODS))
def test_every_method_is_for_text_only(name: str) -> None:
    assert conditions.evaluate(f"'abc'.{name}('a')", nothing).error == ""
    assert conditions.evaluate(f"['abc'].{name}('a')", nothing).error != ""


@pytest.mark.parametrize(
    "source",
    [
        "a.b[0].c == 'x' && !(d in [1, 2u, 0x1F]) || e ? f : -g",
        "r'a\\d' != \"it's\" // a comment",
        "xs.map(x, x.y > 1.5e3, x.z).exists_one(q, has(q.b) && size(q.c) >= 2)",
        "{'a': 1, 'b': [true, null]}['a'] % 2 == 0",
        "a ? b : (c ? d : e)",
        "b'abc' == b'abc'",
    ],
)
def test_what_the_engine_reads_lint_reads(source: str) -> None:
    conditions.check(source)
    assert parse(source) is not None


@pytest.mark.parametrize("source", ["", "a b", "a.", "a(", "[1, 2", "a ? b", "x.1", "'open", "a ** b", "a..b"])
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(Unreadable):
        parse(source)
    with pytest.raises(AuthorError):
        conditions.check(source)


def test_a_quantifier_binds_its_variable_only_inside() -> None:
    inference = Inference({"xs": ListOf(Record("X", {"a": TEXT}))})
    inference.shape(parse("xs.exists(x, x.a == '') && x.a == ''"))
    assert [problem.message for problem in inference.problems] == ["unknown name 'x'; did you mean 'xs'?"]
    assert inference.names == {"xs"}


class Inner(TypedDict):
    name: str
    count: int | None
    on: bool | None


class Outer(TypedDict):
    inner: list[Inner]
    best: Inner | None
    by_name: dict[str, Inner]


def test_record_types_become_shapes() -> None:
    outer = shape_of(Outer)
    assert isinstance(outer, Record)
    inner = outer.fields["best"]
    assert isinstance(inner, Record)
    assert outer.fields["inner"] == ListOf(inner)
    assert outer.fields["by_name"] == MapOf(inner)
    assert inner.fields["count"] == Scalar(frozenset({"int", "null"}))
    assert shape_of(bytes) == ANY


@pytest.mark.parametrize(
    ("source", "shape"),
    [
        ("o.inner.size()", INTEGER),
        ("o.inner[0].name", TEXT),
        ("o.inner.filter(i, i.on == true)[0].name", TEXT),
        ("o.inner.map(i, i.name)", ListOf(TEXT)),
        ("o.by_name['x'].name", TEXT),
        ("has(o.best.count) && o.best.count > 1", BOOLEAN),
        ("o.best == null", BOOLEAN),
        ("o.best.count == null ? 'none' : string(o.best.count)", TEXT),
        ("'a' in o.by_name", BOOLEAN),
    ],
)
def test_shapes_are_followed(source: str, shape: Shape) -> None:
    inference = Inference({"o": shape_of(Outer)})
    assert inference.shape(parse(source)) == shape
    assert inference.problems == []


@pytest.mark.parametrize(
    "source",
    [
        "o.inner == 'x'",
        "o.best.count == '1'",
        "o.best.count == true",
        "1 in ['a']",
        "'a' in 'abc'",
        "!o.best.count",
        "o.inner['a'].on",
        "o.best.count[0]",
        "size(o.best.count)",
        "o.best.name && true",
    ],
)
def test_what_cannot_be_right_is_found(source: str) -> None:
    inference = Inference({"o": shape_of(Outer)})
    inference.shape(parse(source))
    assert [problem.rule for problem in inference.problems] == ["wrong-type"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab.()[]{}'\"!-+<>=&|?:,0 \\x", max_size=40))
def test_any_text_is_read_or_refused(source: str) -> None:
    node = readable(source)
    if node is not None:
        Inference({"a": shape_of(Outer)}).shape(node)
