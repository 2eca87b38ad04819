"""What cmd.exe says, in the host's display language."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.filesystem import FILE_EXISTS, FileProblem
from troubleshoot.lab.windows.machine import Machine

_FILE_PROBLEMS: Final = {
    2: ("The system cannot find the file specified.", "Das System kann die angegebene Datei nicht finden."),
    3: ("The system cannot find the path specified.", "Das System kann den angegebenen Pfad nicht finden."),
    5: ("Access is denied.", "Zugriff verweigert"),
    32: (
        "The process cannot access the file because it is being used by another process.",
        "Der Prozess kann nicht auf die Datei zugreifen, da sie von einem anderen Prozess verwendet wird.",
    ),
    53: ("The network path was not found.", "Der Netzwerkpfad wurde nicht gefunden."),
    145: ("The directory is not empty.", "Das Verzeichnis ist nicht leer."),
}


def file_problem(machine: Machine, problem: FileProblem) -> str:
    """The system's text for a refused file operation."""
    if problem.code == FILE_EXISTS:
        return machine.personality.text(
            f"A subdirectory or file {problem.path} already exists.",
            f"Ein Unterverzeichnis oder eine Datei mit dem Namen {problem.path} existiert bereits.",
        )
    english, german = _FILE_PROBLEMS[problem.code]
    return machine.personality.text(english, german)


def not_recognized(machine: Machine, name: str) -> str:
    return machine.personality.text(
        f"'{name}' is not recognized as an internal or external command,\noperable program or batch file.\n",
        f'Der Befehl "{name}" ist entweder falsch geschrieben oder\nkonnte nicht gefunden werden.\n',
    )


def too_long(machine: Machine) -> str:
    return machine.personality.text("The command line is too long.\n", "Die Befehlszeile ist zu lang.\n")


def unexpected(machine: Machine, at: str) -> str:
    if not at:
        return machine.personality.text("The syntax of the command is incorrect.\n", "Syntaxfehler.\n")
    return machine.personality.text(
        f"{at} was unexpected at this time.\n",
        f'"{at}" kann syntaktisch an dieser Stelle nicht verarbeitet werden.\n',
    )


def syntax(machine: Machine) -> str:
    return machine.personality.text("The syntax of the command is incorrect.\n", "Syntaxfehler.\n")
