"""Recorded cases of a problem: evidence, and the path and diagnosis it must give. Loading only; the session runs them.

decision_trees/<problem>/cases/<case>.yaml
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from troubleshoot import strict_yaml
from troubleshoot.errors import AuthorError
from troubleshoot.strict_yaml import Node
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.load import validated
from troubleshoot.trees.scalars import Identifier, Prose, Scalar, Strict, refuse

MAX_CASE_BYTES: Final = 1 << 20
OUTCOMES: Final = (
    "healthy",
    "diagnosed",
    "fixed",
    "fix_failed",
    "rolled_back",
    "unknown",
    "inconclusive",
    "error",
    "aborted",
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case must come to. ``path`` is exact: ``step@host`` in order; empty where the case does not say."""

    outcome: str
    diagnosis: str | None
    host: str | None
    path: tuple[str, ...]
    evidence: tuple[str, ...]  # texts that must occur in the cited lines


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded case. Exactly one of ``captures`` (a file) and ``hosts`` (inline evidence) is there.

    ``hosts`` is the YAML node under ``hosts:``, in the form of a captures file.
    """

    name: str
    path: Path
    title: str
    parameters: Mapping[str, str]
    answers: Mapping[str, str]
    expect: Expected
    captures: Path | None = None
    hosts: Node | None = field(default=None, repr=False)


def _outcome(value: Any) -> str:
    if value not in OUTCOMES:
        hint = did_you_mean(str(value), OUTCOMES) or "; known are " + ", ".join(OUTCOMES)
        raise refuse(f"unknown outcome {str(value)[:40]!r}{hint}")
    return str(value)


def _or_null(value: Any) -> Any:
    return None if value in ("null", "~", None) else value


def _joined(value: Any) -> Any:
    """A list parameter may be written as a list or, as on the command line, with commas."""
    if isinstance(value, list) and value and all(isinstance(item, str) and "," not in item for item in value):
        return ",".join(value)
    return value


Parameter = Annotated[Scalar, BeforeValidator(_joined)]
NameOrNull = Annotated[Identifier | None, BeforeValidator(_or_null)]
TextOrNull = Annotated[Prose | None, BeforeValidator(_or_null)]


class ExpectFile(Strict):
    outcome: Annotated[str, BeforeValidator(_outcome)]
    diagnosis: NameOrNull = None
    host: TextOrNull = None
    path: list[Prose] = Field([])
    evidence: list[Prose] = Field([])


class CaseFile(Strict):
    title: Prose
    parameters: dict[Identifier, Parameter]
    answers: dict[Identifier, Scalar] = Field({})
    captures: Prose | None = None
    hosts: Annotated[Any, WithJsonSchema({"type": "object"})] = None
    expect: ExpectFile

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.captures is None) is (self.hosts is None):
            raise refuse("a case has either `captures` with a file name or `hosts` with the evidence")
        return self


def load_cases(problem_dir: Path) -> list[Case]:
    """The cases of a problem's folder, in the order of their file names; none where it has no ``cases`` folder.

    A file that only holds evidence for others (no ``expect``, ``hosts`` at the top) is not a case.

    Raises:
        AuthorError: a file is not a case; the message begins with ``file:line:column``.
    """
    roots = [(path, _root(path)) for path in sorted((problem_dir / "cases").glob("*.yaml"))]
    return [_case(path, root) for path, root in roots if not _is_evidence(root)]


def load_case(path: Path) -> Case:
    """Read one case. Raises as :func:`load_cases`."""
    return _case(path, _root(path))


def _root(path: Path) -> Node:
    return strict_yaml.load_file(path, max_bytes=MAX_CASE_BYTES)


def _is_evidence(root: Node) -> bool:
    return isinstance(root.value, dict) and root.value.keys() == {"hosts"}


def _case(path: Path, root: Node) -> Case:
    file = validated(CaseFile, root)
    expect = file.expect
    return Case(
        name=path.stem,
        path=path,
        title=file.title,
        parameters=file.parameters,
        answers=file.answers,
        expect=Expected(expect.outcome, expect.diagnosis, expect.host, tuple(expect.path), tuple(expect.evidence)),
        captures=_captures(path, root, file.captures) if file.captures is not None else None,
        hosts=root.value["hosts"] if file.hosts is not None and isinstance(root.value, dict) else None,
    )


def _captures(case: Path, root: Node, name: str) -> Path:
    """The evidence file beside a case; it may be in the problem's folder, never outside of it."""
    folder = case.absolute().parent
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.parent.resolve()):
        raise AuthorError(f"{root.key_place('captures')}: captures: {name!r} is outside of the problem's folder")
    if not path.is_file():
        raise AuthorError(f"{root.key_place('captures')}: captures: there is no file {name!r}")
    return path
