"""The pages hang together: links lead somewhere, generated pages are current, nothing points to one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.reference import PAGES as GENERATED
from scripts.reference_words import EXIT_CODES
from troubleshoot.trees.library import Library

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "decision_trees" / "README.md"})
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# A path that exists on one machine only; written apart, so that this file does not find itself.
ONE_MACHINE = re.compile(r"(?<![\w.$}/])/(?:wo" + r"rk|home|Users)/\w")
FOLDERS = ("troubleshoot", "tests", "docs", "scripts", "decision_trees", "benchmarks")
TEXTS = (".py", ".md", ".yaml", ".toml", ".sh", ".json", ".svg", ".css", ".tcss", ".sql")


def links(page: Path) -> Iterator[str]:
    for match in LINK.finditer(FENCED.sub("", page.read_text(encoding="utf-8"))):
        yield match[1] or match[2]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere inside the project."""
    found = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_link_into_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](#here) [b](#there) [c](nothing.md) [d](https://example.org)\n", encoding="utf-8")
    assert broken(page) == ["#there", "nothing.md"]


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_generated_page_is_current(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == GENERATED[page](), "write it again: python -m scripts.reference"


def test_nothing_names_a_path_of_one_machine() -> None:
    roots = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if "node_modules" not in path.parts]
    files = [path for path in (*ROOT.glob("*.*"), *roots) if path.suffix in TEXTS and path.is_file()]
    assert files
    assert [str(path) for path in files if ONE_MACHINE.search(path.read_text(encoding="utf-8"))] == []


def test_the_readme_tells_the_same_exit_codes_and_problems() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [row for row in (f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()) if row not in text] == []
    assert [name for name in Library((ROOT / "decision_trees",)).ids() if f"| `{name}` |" not in text] == []
