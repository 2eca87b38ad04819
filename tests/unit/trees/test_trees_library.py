"""Trees are found in several directories, and read only when asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.trees.tree_texts import GOOD, changed
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.trees.library import Library, bundled_dir, read_head, search_dirs
from troubleshoot.trees.lint import lint_library

CALL = """\
id: {0}
title: Tree {0}
version: 1
start: a
steps:
  a:
    why: w
    call: {{tree: {1}, as: r}}
    branches: [{{when: r.outcome == 'healthy', because: b, go: called}}, {{otherwise: true, because: b, go: inconclusive}}]
    unknown: inconclusive
"""


def write(directory: Path, name: str, text: str) -> None:
    (directory / name).mkdir(parents=True)
    (directory / name / "tree.yaml").write_text(text, encoding="utf-8")


def test_an_earlier_directory_wins(tmp_path: Path) -> None:
    write(tmp_path / "own", "rpf-check", changed("title: Why a", "title: My", GOOD))
    write(tmp_path / "bundled", "rpf-check", GOOD)
    write(tmp_path / "bundled", "alpha", CALL.format("alpha", "rpf-check"))
    (tmp_path / "bundled" / "no-tree").mkdir()
    library = Library([tmp_path / "own", tmp_path / "missing", tmp_path / "bundled"])
    assert library.ids() == ("alpha", "rpf-check")
    assert library.get("rpf-check").title.startswith("My router")
    assert library.titles()["rpf-check"].startswith("My router")
    assert library.folder("alpha") == tmp_path / "bundled" / "alpha"


def test_a_tree_is_read_once_and_only_when_asked(tmp_path: Path) -> None:
    write(tmp_path, "rpf-check", GOOD)
    write(tmp_path, "broken", "id: broken\ntitle: A broken one\nsteps: [\n")
    library = Library([tmp_path])
    assert library.get("rpf-check") is library.get("rpf-check")
    assert library.titles()["broken"] == "A broken one"
    with pytest.raises(AuthorError):
        library.load_all()


def test_an_unknown_tree_is_the_operators_mistake(tmp_path: Path) -> None:
    write(tmp_path, "rpf-check", GOOD)
    with pytest.raises(OperatorError, match="there is no tree 'rpf-chek'; did you mean 'rpf-check'"):
        Library([tmp_path]).get("rpf-chek")


def test_the_closure_holds_called_trees(tmp_path: Path) -> None:
    for name, called in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        write(tmp_path, name, CALL.format(name, called))
    assert sorted(Library([tmp_path]).closure("a")) == ["a", "b", "c"]


def test_a_head_is_read_without_the_steps(tmp_path: Path) -> None:
    write(tmp_path, "rpf-check", GOOD.replace("steps:\n", "steps: [ this is not read\n"))
    head = read_head(tmp_path / "rpf-check" / "tree.yaml")
    assert head.id == "rpf-check"
    assert head.summary == "The (S,G) entry has no incoming interface."
    assert head.signatures == ("RPF nbr 0.0.0.0", "0x80338029")


def test_a_head_of_several_lines(tmp_path: Path) -> None:
    text = 'title: >-\n  Two\n\n  lines\nsignatures:\n- first\n- "second: one"\n# end\nsteps: {}\n'
    write(tmp_path, "x", text)
    head = read_head(tmp_path / "x" / "tree.yaml")
    assert head.title == "Two\nlines"
    assert head.signatures == ("first", "second: one")


def test_a_broken_head_is_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path, "rpf-check", GOOD)
    write(tmp_path, "bad", "title: *alias\n")
    library = Library([tmp_path])
    assert [head.id for head in library.heads()] == ["rpf-check"]
    assert "alias" in library.unreadable["bad"]


def test_lint_of_a_library_has_load_errors_too(tmp_path: Path) -> None:
    write(tmp_path, "rpf-check", changed("source == source", "sorce == source"))
    write(tmp_path, "bad", "id: bad\nversion: x\n")
    found = lint_library(Library([tmp_path]))
    assert {item.rule for item in found["bad"]} == {"load"}
    assert found["bad"][0].place.endswith(":1:1")
    assert [item.rule for item in found["rpf-check"]] == ["unknown-field"]


def test_searching_needs_no_schema() -> None:
    """The schema library takes a tenth of a second to load; the first key must not wait for it."""
    code = "import sys, troubleshoot.trees.match; print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_directories_of_the_environment_come_before_the_bundled_ones() -> None:
    environment = {"TROUBLESHOOT_TREES": os.pathsep.join(["/one", "", "/two"])}
    assert search_dirs([Path("/own")], environment) == (Path("/own"), Path("/one"), Path("/two"), bundled_dir())
    assert search_dirs((), {}) == (bundled_dir(),)
    assert bundled_dir().name == "decision_trees"
