"""Writes docs/reference.md and decision_trees/README.md from the code and the trees: ``python -m scripts.reference``.

With ``--check`` nothing is written; the exit code is 1 when a file is not current.
"""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
import sys
import tokenize
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import click

from scripts.reference_words import ENVIRONMENT, EXIT_CODES, FUNCTIONS, LINT
from troubleshoot.cli import app
from troubleshoot.core import conditions, events, kinds, values
from troubleshoot.core.model import Tree
from troubleshoot.errors import ExitCode
from troubleshoot.parsing import records, registry
from troubleshoot.trees.library import Library
from troubleshoot.tui import actions

ROOT: Final = Path(__file__).resolve().parent.parent
REFERENCE: Final = ROOT / "docs" / "reference.md"
INDEX: Final = ROOT / "decision_trees" / "README.md"
_PACKAGE: Final = ROOT / "troubleshoot"
_VARIABLE: Final = re.compile(r"TROUBLESHOOT_[A-Z]+(?:_[A-Z]+)*")
_DOUBLE: Final = re.compile("(?<!`)``(?!`)")  # docstrings mark code as reStructuredText does
_SCREENS: Final = {
    actions.HOME: "first screen",
    actions.PARAMETERS: "parameters",
    actions.RUN: "walk",
    actions.LIST: "lists and output",
    actions.FIX: "fix",
}


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def _same_names(told: Mapping[Any, object], known: set[Any], what: str) -> None:
    """Raise where the sentences of `reference_words` and the code do not name the same things."""
    if set(told) != known:
        raise SystemExit(f"{what}: say something about, or drop: {sorted(set(told) ^ known)}")


# --- command line -------------------------------------------------------------------------------------------------


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(app.cli)
    yield "troubleshoot", app.cli
    for name in app.cli.list_commands(context):
        command = app.cli.get_command(context, name)
        assert command is not None
        yield f"troubleshoot {name}", command
        if isinstance(command, click.Group):
            yield from ((f"troubleshoot {name} {below}", item) for below, item in sorted(command.commands.items()))


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    about = inspect.cleandoc(command.help or "").partition("\n\n\b")[0].partition("\f")[0]
    rows = [row for item in command.params if (row := _option(item, context))]
    options = table(("option", "meaning"), rows) if rows else ""
    return "\n\n".join(part for part in (f"### {name}", f"```text\n{name} {usage}\n```", about, options) if part)


def _option(item: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    if not isinstance(item, click.Option):
        return None
    names = ", ".join(item.opts)
    metavar = "" if item.is_flag else f" {item.make_metavar(context)}"
    shown = isinstance(item.default, str | int | float | Path) and item.default != "" and not item.is_flag
    meaning = f"{item.help or ''} Default: `{item.default}`." if shown else item.help or ""
    repeated = " May be given several times." if item.multiple else ""
    return code(f"{names}{metavar}"), (meaning + repeated).strip()


def command_line() -> str:
    codes = {int(item) for item in ExitCode}
    _same_names(EXIT_CODES, codes, "exit codes")
    exits = table(("code", "meaning"), [(str(number), EXIT_CODES[number]) for number in sorted(codes)])
    commands = "\n\n".join(_command(name, command) for name, command in _commands())
    return f"## Command line\n\n{commands}\n\n## Exit codes\n\n{exits}\n\n## Environment\n\n{environment()}"


def environment() -> str:
    found: set[str] = set()
    for path in _PACKAGE.rglob("*.py"):
        found |= set(_VARIABLE.findall(path.read_text(encoding="utf-8")))
    _same_names(ENVIRONMENT, found, "environment variables")
    return table(("variable", "meaning"), [(code(name), text) for name, text in ENVIRONMENT.items()])


def keys() -> str:
    rows = [
        (name, f"`{actions.key_name(item)}`", item.label, item.help)
        for screen, name in _SCREENS.items()
        for item in actions.of(screen)
    ]
    return "## Keys\n\n" + table(("where", "key", "name", "what it does"), rows)


# --- trees --------------------------------------------------------------------------------------------------------


def types() -> str:
    rows = [(code(name), values.wanted(name), "yes" if name in values.COMMAND_TYPES else "no") for name in values.TYPES]
    return "## Types of parameters and variables\n\n" + table(("type", "a value is", "may stand in a command"), rows)


def expressions() -> str:
    _same_names(FUNCTIONS, set(conditions.FUNCTIONS), "functions")
    rows = [(code(form), text) for form, text in FUNCTIONS.values()]
    rows += [
        (code("here.name, here.platform, here.addresses"), "the host where the walk is"),
        (code("seen.NAME"), "true when the observation NAME could be read"),
        (code("NAME_first"), "with `samples` and in a verify: the first sample of the observation NAME"),
    ]
    limits = [
        (f"{conditions.MAX_LENGTH} characters", "length of an expression"),
        (str(conditions.MAX_DEPTH), "nesting of brackets"),
        (f"{conditions.MAX_LIST} records", "longest list that is judged"),
        (f"{conditions.MAX_LIST_FILTER} records", "longest list for `filter`"),
        (f"{conditions.MAX_LIST_MAP} records", "longest list for `map`"),
    ]
    head = "## Conditions\n\nConditions are CEL. These functions and names are added to the language:\n\n"
    return f"{head}{table(('form', 'value'), rows)}\n\n{table(('limit', 'of'), limits)}"


def parsers() -> str:
    rows = [
        (code(name), ", ".join(platform.value for platform in registry.platforms(name)), _link(name))
        for name in registry.parser_names()
    ]
    comments = _record_comments()
    shown = dict.fromkeys(kind for name in registry.parser_names() for kind in _with_parts(registry.record_type(name)))
    fields = "\n\n".join(_record(kind, comments) for kind in shown)
    head = table(("parser", "platforms", "record"), rows)
    intro = inspect.cleandoc(records.__doc__ or "").partition("Conventions\n")[2]
    return f"## Parsers and records\n\n{head}\n\n{inspect.cleandoc(intro)}\n\n{fields}"


def _link(parser: str) -> str:
    name = registry.record_type(parser).__name__
    return f"[{name}](#{name.lower()})"


def _with_parts(kind: type) -> Iterator[type]:
    yield kind
    for hint in typing.get_type_hints(kind).values():
        for item in (hint, *typing.get_args(hint)):
            if typing.is_typeddict(item):
                yield from _with_parts(item)


def _record(kind: type, comments: Mapping[tuple[str, str], str]) -> str:
    rows = [
        (code(name), _hint(hint), comments.get((kind.__name__, name), ""))
        for name, hint in typing.get_type_hints(kind).items()
    ]
    about = f"{inspect.cleandoc(kind.__doc__)}\n\n" if kind.__doc__ and "dict(" not in kind.__doc__ else ""
    return f"### {kind.__name__}\n\n{about}{table(('field', 'type', 'meaning'), rows)}"


def _hint(hint: Any) -> str:
    text = hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
    return code(re.sub(r"troubleshoot\.parsing\.[\w.]+\.", "", text).replace("list[list[int]]", "cites"))


def _record_comments() -> dict[tuple[str, str], str]:
    """The comment behind each field of a record, by class and field."""
    modules = {registry.record_type(name).__module__ for name in registry.parser_names()}
    return {key: text for name in sorted(modules) for key, text in _comments_in(import_module(name)).items()}


def _comments_in(module: ModuleType) -> dict[tuple[str, str], str]:
    source = inspect.getsource(module)
    by_line = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            fields = (item for item in node.body if isinstance(item, ast.AnnAssign))
            found |= {(node.name, ast.unparse(item.target)): by_line.get(item.lineno, "") for item in fields}
    return found


def lint() -> str:
    levels = _lint_rules()
    _same_names(LINT, set(levels), "lint rules")
    rows = [(code(rule), " or ".join(sorted(levels[rule])), LINT[rule]) for rule in sorted(levels)]
    return "## Lint rules\n\n" + table(("rule", "level", "found where"), rows)


def _lint_rules() -> dict[str, set[str]]:
    """Every rule that the code can report, with its levels, out of the calls that report it."""
    found: dict[str, set[str]] = {"load": {"error"}}
    for path in (_PACKAGE / "trees").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (level := _level(node)):
                rule = node.args[0]
                if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
                    found.setdefault(rule.value, set()).add(level)
    return found


def _level(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return {"error": "error", "warning": "warning", "_report": "error"}.get(name, "") if len(call.args) > 1 else ""


# --- journal and result -------------------------------------------------------------------------------------------


def journal() -> str:
    rows = [
        (code(name), ", ".join(code(field) for field in kind.__dataclass_fields__), _about(kind))
        for name, kind in events.EVENTS.items()
    ]
    troubles = ", ".join(code(item.value) for item in kinds.Trouble)
    risks = ", ".join(code(item.value) for item in kinds.Risk)
    return (
        "## Events of the journal\n\n"
        f"{table(('event', 'fields', 'meaning'), rows)}\n\nTrouble with an observation: {troubles}.\n\n"
        f"Risk of a fix, rising: {risks}."
    )


def _about(kind: type) -> str:
    text = inspect.cleandoc(kind.__doc__ or "").replace("\n", " ")
    return "" if text.startswith(f"{kind.__name__}(") else text


def result() -> str:
    schema = json.loads((_PACKAGE / "report" / "result.schema.json").read_text(encoding="utf-8"))
    rows = [row for name, node in schema["properties"].items() for row in _keys(name, node, schema)]
    return "## Result of `run --json`\n\n" + table(("key", "value", "meaning"), rows)


def _keys(name: str, node: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kind = _resolved(node, schema)
    yield code(name), _kind(kind), str(node.get("description", ""))
    prefix = name
    if kind.get("type") == "array":
        prefix, kind = f"{name}[]", _resolved(kind["items"], schema)
    for key, below in kind.get("properties", {}).items():
        yield from _keys(f"{prefix}.{key}", below, schema)


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node without its reference; of `null or an object` the object."""
    if "$ref" in node:
        found: Mapping[str, Any] = schema["$defs"][node["$ref"].rpartition("/")[2]]
        return found
    objects = [item for item in node.get("oneOf", ()) if item.get("type") == "object"]
    return {**objects[0], "nullable": True} if objects else node


def _kind(node: Mapping[str, Any]) -> str:
    if "const" in node:
        return code(node["const"])
    if "enum" in node:
        return ", ".join(code(item) for item in node["enum"])
    kind = node.get("type", "any")
    text = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{text} or null" if node.get("nullable") else text


# --- pages --------------------------------------------------------------------------------------------------------

_SECTIONS: Final[tuple[Callable[[], str], ...]] = (
    command_line,
    keys,
    types,
    expressions,
    parsers,
    lint,
    journal,
    result,
)


def reference() -> str:
    """The text of docs/reference.md."""
    head = "# Reference\n\nGenerated by `python -m scripts.reference`; do not edit."
    text = "\n\n".join([head, *(section() for section in _SECTIONS)])
    return _DOUBLE.sub("`", text) + "\n"


def index() -> str:
    """The text of decision_trees/README.md."""
    library = Library((ROOT / "decision_trees",))
    rows = [_problem(library.get(name), library.folder(name)) for name in library.ids()]
    listed = table(("problem", "what it finds", "platforms", "lab"), rows)
    return (
        "# Decision trees\n\nGenerated by `python -m scripts.reference`; do not edit.\n\n"
        f"{listed}\n\nOne folder a problem: `tree.yaml` (what to look at and how to judge it), `cases/` (recorded\n"
        "evidence and the verdict it must give), `lab.yaml` (faults to rehearse). How to write one:\n"
        "[docs/write-a-tree.md](../docs/write-a-tree.md).\n"
    )


def _problem(tree: Tree, folder: Path) -> tuple[str, ...]:
    items = (item for step in tree.steps.values() for item in getattr(step, "collect", ()))
    used = {platform for item in items for platform in item.commands}
    platforms = ", ".join(item.value for item in kinds.Platform if item in used)
    lab = "yes" if (folder / "lab.yaml").is_file() else "no"
    return f"[{tree.id}]({tree.id}/tree.yaml)", tree.title, platforms, lab


PAGES: Final[Mapping[Path, Callable[[], str]]] = {REFERENCE: reference, INDEX: index}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` compare them."""
    old = [path for path, make in PAGES.items() if not path.is_file() or path.read_text(encoding="utf-8") != make()]
    if "--check" in arguments:
        sys.stderr.writelines(f"{path}: not current\n" for path in old)
        return int(bool(old))
    for path in old:
        path.write_text(PAGES[path](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
