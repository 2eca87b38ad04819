"""The file format of a tree, strict: what an author may write, before it becomes the values of `core.model`.

Every scalar arrives as text (see `troubleshoot.strict_yaml`) and is typed by `scalars`. Unknown keys are refused. What
needs more than one place of the file to be judged (targets, names in conditions) is the business of lint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Self

from pydantic import Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.scalars import (
    TYPE_SCHEMA,
    Boolean,
    Command,
    Commands,
    Duration,
    Expression,
    HostRef,
    Identifier,
    PlatformName,
    Positive,
    Prose,
    RiskName,
    Scalar,
    Signature,
    Strict,
    TreeId,
    TypeName,
    refuse,
)


class ParameterFile(Strict):
    """What the operator must say before the walk starts."""

    type: TypeName
    ask: Prose | None = Field(None, description="The question to the operator.")
    help: Prose | None = None
    required: Boolean = True
    default: Scalar | None = None
    choices: list[Scalar] = Field([])
    many: Boolean = Field(False, description="A list of values; a host item is then asked on each of them.")
    example: Scalar | None = None


class VariableFile(Strict):
    """A typed value that the walk sets. The short form is the type alone."""

    type: TypeName
    many: Boolean = False

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"type": data} if isinstance(data, str) else data


_VARIABLE_SCHEMA: Final = {
    "anyOf": [
        TYPE_SCHEMA,
        {
            "type": "object",
            "properties": {"type": TYPE_SCHEMA, "many": {"type": "boolean"}},
            "required": ["type"],
            "additionalProperties": False,
        },
    ]
}


class CollectFile(Strict):
    """One observation: commands per platform on one host, read by one parser."""

    host: HostRef
    commands: dict[PlatformName, Commands] = Field(min_length=1)
    parse: Identifier | None = Field(None, description="The parser; the name of the observation where it is left out.")
    timeout: Duration = 30.0
    second_hop: Boolean = Field(False, description="The command needs our credentials on a further host.")


def _collect_form(value: Any) -> str:
    return "names" if isinstance(value, list) else "items"


CollectsFile = Annotated[
    Annotated[dict[Identifier, CollectFile], Field(min_length=1), Tag("items")]
    | Annotated[list[Identifier], Field(min_length=1), Tag("names")],
    Discriminator(_collect_form),
    Field(description="What to observe: written out by name, or a list of names out of `observations`."),
]


class BranchFile(Strict):
    """One way out of a judging step: `when` with a condition, or `otherwise: true` as the last one."""

    when: Expression | None = None
    otherwise: Boolean = False
    because: Prose
    go: Identifier
    set: dict[Identifier, Expression] = Field({})
    cite: list[Expression] = Field([])

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.when is None) is not self.otherwise:
            raise refuse("a branch has either `when` or `otherwise: true`")
        return self


class StepFile(Strict):
    title: Prose | None = None
    why: Prose = Field(description="What this step is good for, for the person who watches.")
    unknown: Identifier = Field(description="Where to go when it cannot be told: a step, or `inconclusive`.")


class CollectStepFile(StepFile):
    """Observe, then judge. Without `collect` it judges what is already known."""

    collect: CollectsFile | None = None
    samples: Positive = Field(1, description="Observe this often; earlier samples are bound to `<name>_first`.")
    every: Duration | None = Field(None, description="Time between two samples.")
    at_most: Positive | None = Field(None, description="How often this step may be entered on one host.")
    branches: list[BranchFile] = Field(min_length=1)


class AnswerFile(Strict):
    value: Scalar
    label: Prose
    go: Identifier
    because: Prose | None = None


class ChoiceStepFile(StepFile):
    """A question with given answers."""

    ask: Prose
    answers: list[AnswerFile] = Field(min_length=1)


class ValueStepFile(StepFile):
    """A question whose typed answer is stored in a variable."""

    ask: Prose
    variable: Identifier
    go: Identifier


class HopFile(Strict):
    host: HostRef
    to: Expression = Field(description="Gives the address or name of the next host.")
    max: Positive = 32


class HopStepFile(StepFile):
    """Go to the next host."""

    hop: HopFile
    go: Identifier
    visited: Identifier = Field(description="Where to go when the host was visited before.")


class CallFile(Strict):
    tree: TreeId
    arguments: dict[Identifier, Expression] = Field({}, alias="with")
    name: Identifier = Field(alias="as")


class CallStepFile(StepFile):
    """Walk another tree and judge its result `{outcome, diagnosis, host}`; `go: called` adopts it."""

    call: CallFile
    branches: list[BranchFile] = Field(min_length=1)


class ConclusionFile(Strict):
    """The end of a walk."""

    title: Prose
    explanation: Prose | None = None
    host: HostRef | None = None
    claims: list[Expression] = Field([], description="The observations that prove it.")
    cite: list[Expression] = Field([], description="Expressions whose records prove it, more precise than claims.")
    proven_by: list[Identifier] = Field([], description="Earlier steps whose deciding lines belong to the proof.")


class InconclusiveFile(ConclusionFile):
    advice: list[Prose] = Field([])


class DiagnosisFile(InconclusiveFile):
    fixes: list[Identifier] = Field([])


class DiagnosisStepFile(Strict):
    diagnosis: DiagnosisFile


class HealthyStepFile(Strict):
    healthy: ConclusionFile


class InconclusiveStepFile(Strict):
    inconclusive: InconclusiveFile


_KEYS: Final = ("diagnosis", "healthy", "inconclusive", "hop", "call")


def _step_kind(step: Any) -> str:
    if isinstance(step, dict):
        for key in _KEYS:
            if key in step:
                return f"{key} step"
        if "ask" in step:
            return "value step" if "variable" in step else "choice step"
    return "collect step"


AnyStepFile = Annotated[
    Annotated[CollectStepFile, Tag("collect step")]
    | Annotated[ChoiceStepFile, Tag("choice step")]
    | Annotated[ValueStepFile, Tag("value step")]
    | Annotated[HopStepFile, Tag("hop step")]
    | Annotated[CallStepFile, Tag("call step")]
    | Annotated[DiagnosisStepFile, Tag("diagnosis step")]
    | Annotated[HealthyStepFile, Tag("healthy step")]
    | Annotated[InconclusiveStepFile, Tag("inconclusive step")],
    Discriminator(_step_kind),
]


class ActionFile(Strict):
    """Configuration lines, EXEC commands, or commands that must outlive our session: one of the three.

    With `reload` the configuration lines, if any, are saved and the device is restarted.
    """

    configure: list[Command] = Field([])
    execute: list[Command] = Field([])
    detached: list[Command] = Field([], description="Run in a scheduled task, because they end our own session.")
    restarts: Command | None = Field(None, description="The service that `detached` lines restart.")
    reload: Boolean = Field(False, description="Save the configuration and restart the device.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.reload and (self.execute or self.detached):
            raise refuse("`reload` goes with `configure` lines only")
        if not self.reload and sum(map(bool, (self.configure, self.execute, self.detached))) != 1:
            raise refuse("write one of `configure`, `execute` and `detached`, with at least one line")
        if bool(self.detached) is not bool(self.restarts):
            raise refuse("`detached` and `restarts` belong together")
        return self


class VerifyFile(Strict):
    """Proof that a fix worked: observe until `when` holds."""

    collect: CollectsFile
    when: Expression
    within: Duration
    every: Duration = 5.0


class WatchFile(Strict):
    """While a test is on, show this again and again."""

    collect: CollectsFile
    within: Duration
    every: Duration = 5.0


class RecheckFile(Strict):
    """After the verify, walk the whole tree again until it is healthy."""

    within: Duration
    every: Duration = 15.0


class FixFile(Strict):
    title: Prose
    host: HostRef
    risk: RiskName
    blast_radius: Prose
    before: dict[PlatformName, Commands] = Field({})
    apply: dict[PlatformName, ActionFile] = Field(min_length=1)
    rollback: dict[PlatformName, ActionFile] = Field({})
    no_rollback: Prose | None = Field(None, description="Why there is no way back.")
    verify: VerifyFile
    recheck: RecheckFile | None = None
    temporary: Boolean = Field(False, description="A test: it is taken back after its verify, whatever happens.")
    watch: WatchFile | None = Field(None, description="What to show while a test is on.")

    @model_validator(mode="after")
    def _can_be_taken_back(self) -> Self:
        if self.temporary and not self.rollback:
            raise refuse("a temporary fix needs a `rollback`")
        if self.watch is not None and not self.temporary:
            raise refuse("`watch` is for a temporary fix")
        return self


class TreeFile(Strict):
    """A decision tree: what an expert would look at, how to judge it, and what would cure it."""

    id: TreeId
    title: Prose
    summary: Prose | None = None
    version: Positive
    signatures: list[Signature] = Field([], description="Text an engineer pastes; it finds this tree.")
    references: list[Prose] = Field([])
    parameters: dict[Identifier, ParameterFile] = Field({})
    variables: dict[Identifier, Annotated[VariableFile, WithJsonSchema(_VARIABLE_SCHEMA)]] = Field({})
    observations: dict[Identifier, CollectFile] = Field({}, description="Observations that several steps make.")
    facts: dict[Identifier, Expression] = Field({}, description="Named conditions, evaluated when one asks.")
    start: Identifier
    steps: dict[Identifier, AnyStepFile] = Field(min_length=1)
    fixes: dict[Identifier, FixFile] = Field({})

    @model_validator(mode="after")
    def _names_observations(self) -> Self:
        for path, collect in self._collects():
            for number, name in enumerate(collect if isinstance(collect, list) else ()):
                if name not in self.observations:
                    text = f"there is no observation {name!r}{did_you_mean(name, self.observations)}"
                    raise PydanticCustomError("author", "{text}", {"text": text, "path": (*path, number)})
        return self

    def _collects(self) -> Iterator[tuple[tuple[str, ...], CollectsFile | None]]:
        for name, step in self.steps.items():
            if isinstance(step, CollectStepFile):
                yield ("steps", name, "collect"), step.collect
        for name, fix in self.fixes.items():
            yield ("fixes", name, "verify", "collect"), fix.verify.collect
            if fix.watch is not None:
                yield ("fixes", name, "watch", "collect"), fix.watch.collect


_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a tree file as an editor sees it (YAML 1.2 scalars)."""
    schema = _tidy(TreeFile.model_json_schema(by_alias=True, mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A troubleshoot decision tree",
    }


def _tidy(node: Any) -> Any:
    """Leave out what misleads an author: null as a value, defaults in our own units, names of our classes."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy(value) for key, value in node.items() if not _noise(key, value)}
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    options = [item for item in tidy.get("anyOf", ()) if item != {"type": "null"}]
    if len(options) == 1 and len(node["anyOf"]) == 2:
        del tidy["anyOf"]
        return options[0] | tidy
    return tidy


def _noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and not isinstance(value, dict | bool))


def schema_text() -> str:
    """The text of ``docs/tree.schema.json``; the same on every run."""
    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
