"""Trees that mean harm: lint and test of each end in a clear error, soon."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.support import Ran, troubleshoot
from tests.figures import Figures, soaking

MOST_SECONDS = 2.0  # of CPU, on top of what a plain tree takes

_HEAD = """\
id: evil
title: A tree
summary: A tree.
version: 1
signatures: [evil things]
references: [https://example.com]
parameters:
  router: {type: host, ask: Which router}
"""
_STEP = """\
  {id}:
    title: State
    why: Because.
    {more}
    collect:
      route: {{host: <router>, commands: {{ios: show ip route 10.0.0.1}}, parse: route}}
    branches:
      - {{when: "{when}", because: It holds., go: {go}}}
      - {{otherwise: true, because: fine, go: {go}}}
    unknown: dunno
"""
_ENDS = """\
  end:
    diagnosis: {title: It is so, claims: [route]}
  dunno:
    inconclusive: {title: Cannot tell}
"""
_CASE = """\
title: A case
parameters: {router: r1}
hosts:
  r1:
    platform: ios
    commands:
      - command: show ip route 10.0.0.1
        output: |
          Routing entry for 10.0.0.0/24
            Known via "connected", distance 0, metric 0 (connected)
            Routing Descriptor Blocks:
            * directly connected, via GigabitEthernet0/1
                Route metric is 0, traffic share count is 1
expect: {outcome: diagnosed, diagnosis: end}
"""
_CALL = """\
  call:
    why: Because.
    call: {tree: TREE, with: {router: router}, as: result}
    branches: [{otherwise: true, because: x, go: dunno}]
    unknown: dunno
"""


def _tree(when: str = "route.found", *, facts: str = "", more: str = "at_most: 2", go: str = "end") -> str:
    return _HEAD + facts + "start: state\nsteps:\n" + _STEP.format(id="state", when=when, more=more, go=go) + _ENDS


def _nested(depth: int, inner: str = "true") -> str:
    for number in range(depth):
        inner = f"[0,1,2,3,4,5,6,7,8,9].all(x{number}, {inner})"
    return inner


def _facts(levels: int, wide: int) -> str:
    """Each fact names all of the level below: without memory they would be looked up wide ** levels times."""
    lines = ["facts:", *(f"  f0_{i}: nothing.x" for i in range(wide))]
    for level in range(1, levels):
        below = " && ".join(f"f{level - 1}_{i}" for i in range(wide))
        lines += [f"  f{level}_{i}: {below}" for i in range(wide)]
    return "\n".join(lines) + "\n"


def _aliases() -> str:
    levels = "abcdefghi"
    return "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
        for before, name in zip(("a0", *levels), levels, strict=False)
    )


def _circle(folder: Path) -> None:
    """Two trees that call each other."""
    for name, other in (("evil", "evil-too"), ("evil-too", "evil")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        text = _HEAD.replace("id: evil", f"id: {name}").replace("evil things", f"{name} things")
        text += (
            "start: call\nsteps:\n"
            + _CALL.replace("TREE", other)
            + "  dunno:\n    inconclusive: {title: Cannot tell}\n"
        )
        (folder / name / "tree.yaml").write_text(text, "utf-8")


# Name, the tree, and what lint and test say (None: the tree is odd but harmless, and the verb may pass).
_BOMBS: list[tuple[str, Callable[[], bytes | str], str, str | None]] = [
    (
        "quantifiers in quantifiers",
        lambda: _tree(_nested(12)),
        "tree.yaml:18:10: error: condition is too much work",
        "tree.yaml:18:10: ",
    ),
    ("quantifiers behind a comment", lambda: _tree(_nested(11, "true // )\n\n")), "too much work", "too much work"),
    (
        "quantifiers behind a raw string",
        lambda: _tree("r'\\\\' == '' || " + _nested(9)),
        "too much work",
        "too much work",
    ),
    ("brackets", lambda: _tree("(" * 400 + "true" + ")" * 400), "nested deeper than 16", "tree.yaml:18:10: "),
    ("huge numbers", lambda: _tree("9" * 18 + "*9" * 400 + " > 0"), "0 errors", None),
    ("a long condition", lambda: _tree("true || " * 500 + "true"), "tree.yaml:", "tree.yaml:"),
    ("a regular expression", lambda: _tree("'" + "a" * 300 + "b'.matches('(a+)+$')"), "0 errors", None),
    ("a repetition of repetitions", lambda: _tree("'a'.matches('((a{1,1000}){1,1000}){1,1000}')"), "0 errors", None),
    ("signs", lambda: _tree("!" * 990 + "true"), "0 errors", None),
    ("facts of facts", lambda: _tree("f7_0", facts=_facts(8, 40)), "unknown name 'nothing'", None),
    (
        "facts in a circle",
        lambda: _tree("a", facts="facts: {a: b && c, b: a && c, c: a && b}\n"),
        "depends on itself",
        None,
    ),
    ("a loop", lambda: _tree("true", more="samples: 1", go="state"), "no bound", "entered too often"),
    ("a loop with a huge bound", lambda: _tree("true", more="at_most: 999999999", go="state"), "at_most", "at_most"),
    ("endless samples", lambda: _tree("true", more="samples: 999999999"), "samples", "samples"),
    ("deep lists", lambda: "a: " + "[" * 100_000, "nesting deeper than 64", "tree.yaml:1:"),
    ("deep maps", lambda: "a: " + "{a: " * 60_000, "nesting deeper than 64", "tree.yaml:1:"),
    ("deep blocks", lambda: "".join(" " * n + "a:\n" for n in range(600)), "nesting deeper than 64", "tree.yaml:"),
    ("aliases of aliases", _aliases, "anchor &a0 is not allowed", "tree.yaml:1:"),
    ("a tag", lambda: "id: !!python/object/apply:os.system [id]\n", "tag", "tree.yaml:1:"),
    ("a huge file", lambda: "id: " + "x" * 20_000_000, "larger than", "tree.yaml:1:"),
    ("many keys", lambda: "".join(f"k{n}: x\n" for n in range(25_000)), "tree.yaml:", "tree.yaml:"),
    ("many equal keys", lambda: "a: x\n" * 50_000, "duplicate key 'a'", "tree.yaml:2:"),
    ("blanks", lambda: " " * 262_000, "tree.yaml:1:", "tree.yaml:1:"),
    ("question marks", lambda: "? " * 130_000, "tree.yaml:1:", "tree.yaml:1:"),
    ("dashes", lambda: "- " * 130_000, "nesting deeper than 64", "tree.yaml:1:"),
    ("another encoding", lambda: "id: evil".encode("utf-16"), "not UTF-8", "tree.yaml:1:"),
    ("zeros", lambda: b"\x00" * 100_000, "U+0000", "tree.yaml:1:"),
]
# A share of them for each kind of defence runs in CI; each costs two processes.
_CI = {"quantifiers in quantifiers", "facts of facts", "aliases of aliases"}
_CHOSEN = [bomb for bomb in _BOMBS if soaking() or bomb[0] in _CI]


def _measured(home: Path, verb: str, folder: Path) -> tuple[Ran, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = troubleshoot(home, "trees", verb, "evil", "--trees", folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ran, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _laid(folder: Path, content: bytes | str) -> Path:
    (folder / "evil" / "cases").mkdir(parents=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "evil" / "tree.yaml").write_bytes(data)
    (folder / "evil" / "cases" / "one.yaml").write_text(_CASE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The CPU time of each verb for a tree without malice."""
    home = tmp_path_factory.mktemp("plain")
    folder = _laid(home / "trees", _tree())
    times = {}
    for verb in ("lint", "test"):
        ran, times[verb] = _measured(home, verb, folder)
        assert ran.code == 0, ran.out + ran.err
    return times


@pytest.mark.skipif(sys.platform == "win32", reason="CPU time of children")
@pytest.mark.parametrize(("name", "content", "lint", "test"), _CHOSEN, ids=[bomb[0] for bomb in _CHOSEN])
def test_lint_and_test_of_a_malicious_tree_end_soon_in_a_clear_error(
    name: str,
    content: Callable[[], bytes | str],
    lint: str,
    test: str | None,
    plain: dict[str, float],
    tmp_path: Path,
    figure: Figures,
) -> None:
    folder = _laid(tmp_path / "trees", content())
    for verb, said in (("lint", lint), ("test", test)):
        ran, seconds = _measured(tmp_path, verb, folder)
        told = ran.out + ran.err
        figure.worst("malicious tree: CPU above a plain one", max(0.0, seconds - plain[verb]), "s")
        assert seconds - plain[verb] < MOST_SECONDS, (verb, seconds)
        assert "internal error" not in told and "Traceback" not in told
        assert said is None or said in told, told[:500]
        assert ran.code in ((0, 1, 2) if said in (None, "0 errors") else (1, 2)), told[:500]
        assert len(told) < 200_000


def test_trees_that_call_each_other_are_an_error_of_both_verbs(tmp_path: Path) -> None:
    folder = tmp_path / "trees"
    _circle(folder)
    for verb in ("lint", "test"):
        ran = troubleshoot(tmp_path, "trees", verb, "evil", "--trees", folder)
        assert ran.code == 2, ran.out + ran.err
        assert "'evil-too' calls 'evil' again" in ran.out + ran.err
        assert "evil/tree.yaml:" in ran.out + ran.err
