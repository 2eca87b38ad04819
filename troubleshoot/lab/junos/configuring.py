"""Configuration mode: the candidate, and how it is looked at, committed and left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troubleshoot.lab.junos.config import Config, Path, Refused, compare, named_by, split
from troubleshoot.lab.junos.context import Args, Context, Handler, Question
from troubleshoot.lab.junos.database import Editor, Way, status

_NO: Final = ("no", "n")


def enter(context: Context, args: Args) -> list[str]:
    """``configure``, ``configure exclusive``, ``configure private``."""
    way = next((way for way in Way if way.value in args), Way.SHARED)
    database, now = context.database, context.plant.now()
    others = list(database.editors)
    modified = database.modified
    editor = Editor(context.user, context.login.terminal, context.login.pid, now, way, active=now)
    database.enter(editor)
    context.editor = editor
    lines = [] if way is Way.SHARED else ["warning: uncommitted changes will be discarded on exit"]
    lines.append("Entering configuration mode")
    if others:
        lines.append("Users currently editing the configuration:")
        lines += [line for other in others for line in status(other, now).split("\n")]
    if way is Way.SHARED and modified:
        lines.append("The configuration has been changed but not committed")
    return lines


# --- showing ------------------------------------------------------------------------------------------------------


def show_active(context: Context, args: Args) -> list[str]:
    """``show configuration``: what is active."""
    return _place(context.database.active, args, ())


def show_candidate(context: Context, args: Args) -> list[str]:
    """``show`` in configuration mode."""
    return _place(context.database.of(_editor(context)), args, _editor(context).edit)


def _place(config: Config, args: Args, edit: Path) -> list[str]:
    words = split(args["path"]) if args.get("path") else []
    return config.shown(_path(words, edit))


def _path(words: list[str], edit: Path) -> Path:
    return named_by(words, edit).path if words else edit


def as_set(context: Context, args: Args) -> list[str]:
    """The same place as `set` lines (``| display set``)."""
    editor = context.editor
    config = context.database.active if editor is None else context.database.of(editor)
    if "number" in args:
        config = context.database.at(int(args["number"])).config
    words = split(args["path"]) if args.get("path") else []
    return config.lines(_path(words, editor.edit if editor is not None else ()))


def compared(context: Context, number: int) -> list[str]:
    """``| compare [rollback N]``: of the candidate, or in operational mode of what is active."""
    if context.editor is not None:
        return context.database.compare(context.editor, number)
    return compare(context.database.active, context.database.at(number).config)


def _editor(context: Context) -> Editor:
    if context.editor is None:
        raise Refused("unknown command.", 0)
    return context.editor


# --- changing -----------------------------------------------------------------------------------------------------


def change(context: Context, line: str) -> list[str]:
    """``set``, ``delete``, ``deactivate`` and ``activate``."""
    remark = context.database.apply(_editor(context), line)
    return [remark] if remark else []


def _edit(context: Context, args: Args) -> list[str]:
    editor = _editor(context)
    editor.edit = named_by(split(args["path"]), editor.edit).path
    return []


def _up(context: Context, _: Args) -> list[str]:
    editor = _editor(context)
    editor.edit = editor.edit[:-1]
    return []


def _top(context: Context, _: Args) -> list[str]:
    _editor(context).edit = ()
    return []


def _status(context: Context, _: Args) -> list[str]:
    now = context.plant.now()
    shown = [line for other in context.database.editors for line in status(other, now).split("\n")]
    return ["Users currently editing the configuration:", *shown]


def _rollback(context: Context, args: Args) -> list[str]:
    return [context.database.rollback(_editor(context), int(args.get("number", "0")))]


def _commit(context: Context, args: Args) -> list[str]:
    context.plant.now()
    confirmed = int(args.get("minutes", "10")) if "confirmed" in args else 0
    comment = args.get("comment_text", "").strip('"')
    said = context.database.commit(_editor(context), confirmed=confirmed, comment=comment)
    return said.split("\n")


def _check(context: Context, _: Args) -> list[str]:
    context.plant.now()
    return [context.database.check(_editor(context))]


def _commit_and_quit(context: Context, args: Args) -> list[str]:
    return [*_commit(context, args), *_left(context)]


# --- leaving ------------------------------------------------------------------------------------------------------


def _exit(context: Context, args: Args) -> list[str]:
    editor = _editor(context)
    if editor.edit and "configuration-mode" not in args:
        editor.edit = editor.edit[:-1]
        return []
    if not context.database.changed(editor):
        return _left(context)
    lines = ["The configuration has been changed but not committed"]
    if editor.way is Way.SHARED:
        ask = "Exit with uncommitted changes? [yes,no] (yes) "
    else:
        lines.append(f"warning: Auto rollback on exiting 'configure {editor.way.value}'")
        ask = "Discard uncommitted changes? [yes,no] (yes) "
    context.question = Question(ask, lambda reply: _answered(context, reply))
    return lines


def _answered(context: Context, reply: str) -> str:
    if reply.strip().lower() in _NO:
        return ""
    lost = context.editor is not None and context.editor.way is not Way.SHARED
    return "\n".join([*(["warning: discarding uncommitted changes", "load complete"] if lost else []), *_left(context)])


def _left(context: Context) -> list[str]:
    context.database.leave(_editor(context))
    context.editor = None
    return ["Exiting configuration mode"]


COMMANDS: Mapping[str, Handler] = {
    "show [<path:line>]": show_candidate,
    "edit <path:line>": _edit,
    "up": _up,
    "top": _top,
    "status": _status,
    "rollback [<number:number>]": _rollback,
    "commit": _commit,
    "commit comment <comment_text:line>": _commit,
    "commit check": _check,
    "commit and-quit": _commit_and_quit,
    "commit confirmed [<minutes:number>]": _commit,
    "commit confirmed <minutes:number> comment <comment_text:line>": _commit,
    "exit [configuration-mode]": _exit,
    "quit": _exit,
}
