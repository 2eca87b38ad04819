"""Error records: which end a script, and how they look on stderr in each version and language."""

from __future__ import annotations

from typing import Any

from troubleshoot.lab.windows.powershell.session import Place, Session
from troubleshoot.lab.windows.powershell.values import as_text
from troubleshoot.lab.windows.topic import PsError, PsObject


class Stop(PsError):
    """An error that ends the script: thrown, or met while the preference was Stop. ``cause`` is the original."""

    def __init__(self, cause: PsError) -> None:
        super().__init__(cause.message, cause.error_id, category=cause.category, terminating=True)
        self.cause = cause


def ends(error: PsError, session: Session) -> bool:
    """True when an error that reached a statement goes further: to a try block, or to the end of the script."""
    return isinstance(error, Stop) or session.tries > 0 or session.preference("erroraction") == "stop"


def is_quiet(error: PsError, session: Session) -> bool:
    return not isinstance(error, Stop) and session.preference("erroraction") in ("silentlycontinue", "ignore")


def thrown(value: Any) -> Stop:
    """``throw value``; an error record that was caught is thrown again as it was."""
    if isinstance(value, PsObject) and isinstance(value.prop("__error"), PsError):
        return Stop(value.prop("__error"))
    text = as_text(value) if value is not None else "ScriptHalted"
    return Stop(
        PsError(text, text, category=f"OperationStopped: ({text}:String) [], RuntimeException", terminating=True)
    )


def no_property(name: str) -> PsError:
    return PsError(
        f"The property '{name}' cannot be found on this object. Verify that the property exists and can be set.",
        "PropertyNotFound",
        category="InvalidOperation: (:) [], RuntimeException",
        terminating=True,
    )


def unknown_command(session: Session, name: str) -> PsError:
    """CommandNotFoundException in the words of the host's version and language."""
    english = (
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
    )
    german = (
        f'Die Benennung "{name}" wurde nicht als Name eines Cmdlet, einer Funktion, einer Skriptdatei oder eines '
        "ausführbaren Programms erkannt. Überprüfen Sie die Schreibweise des Namens, oder ob der Pfad korrekt ist "
        "(sofern enthalten), und wiederholen Sie den Vorgang."
    )
    return PsError(
        session.call.text(english, german),
        "CommandNotFoundException",
        category=f"ObjectNotFound: ({name}:String) [], CommandNotFoundException",
        terminating=True,
    )


def unknown_parameter(session: Session, command: str, name: str) -> PsError:
    english = f"A parameter cannot be found that matches parameter name '{name}'."
    german = f'Es wurde kein Parameter gefunden, der dem Parameternamen "{name}" entspricht.'
    return PsError(
        session.call.text(english, german),
        f"NamedParameterNotFound,Microsoft.PowerShell.Commands.{command.replace('-', '')}Command",
        category=f"InvalidArgument: (:) [{command}], ParameterBindingException",
        terminating=True,
    )


def shown(error: PsError, session: Session) -> str:
    """The whole text of an error record."""
    origin = error.cause if isinstance(error, Stop) else error
    place = session.places.get(origin) or session.places.get(error)
    lines = [_first_line(error, place, session)]
    if place is not None:
        lines += _position(place, session)
    lines.append(f"    + CategoryInfo          : {_category(error, place)}")
    lines.append(f"    + FullyQualifiedErrorId : {error.error_id or 'RuntimeException'}")
    return "\n".join([*lines, " "])


def _first_line(error: PsError, place: Place | None, session: Session) -> str:
    if place is None or not place.command or (not session.modern and error.error_id == "CommandNotFoundException"):
        return error.message
    return f"{place.command} : {error.message}"


def _position(place: Place, session: Session) -> list[str]:
    first = session.call.text(f"At line:1 char:{place.at + 1}", f"In Zeile:1 Zeichen:{place.at + 1}")
    if not session.modern:
        head, blank, rest = place.source.partition(" ")
        return [f"At line:1 char:{place.at + 1 + len(head)}", f"+ {head} <<<< {blank}{rest}"]
    lead = "... " if place.at else ""
    source = place.source if len(place.source) <= 60 else f"{place.source[:60]} ..."
    marks = "~" * (len(source) - (4 if source is not place.source else 0))
    return [first, f"+ {lead}{source}", f"+ {' ' * len(lead)}{marks}"]


def _category(error: PsError, place: Place | None) -> str:
    command = place.command if place else ""
    if "[" in error.category:
        return (
            error.category.replace("[]", f"[{command}]")
            if error.error_id != "CommandNotFoundException"
            else error.category
        )
    reason = error.error_id.partition(",")[0].rpartition(".")[2]
    reason = reason if reason.endswith("Exception") else "RuntimeException"
    return f"{error.category or 'NotSpecified'}: (:) [{command}], {reason}"
