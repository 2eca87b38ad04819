"""What netsh says, in both display languages."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.topic import Call

UNKNOWN: Final = (
    "The following command was not found: {0}.\n",
    "Der folgende Befehl wurde nicht gefunden: {0}.\n",
)
SYNTAX: Final = (
    "The syntax supplied for this command is not valid. Check help for the correct syntax.\n\n",
    "Die Syntax für diesen Befehl ist nicht gültig. Überprüfen Sie die richtige Syntax in der Hilfe.\n\n",
)
NO_PROTOCOL: Final = (
    "The specified protocol identifier is not known to the router.\n\n",
    "Die angegebene Protokollkennung ist dem Router nicht bekannt.\n\n",
)
NO_INTERFACE: Final = (
    "An interface with such a name is not registered with the router.\n\n",
    "Eine Schnittstelle dieses Namens ist nicht beim Router registriert.\n\n",
)
TWICE: Final = ("The object already exists.\n\n", "Das Objekt ist bereits vorhanden.\n\n")
ABSENT: Final = ("Element not found.\n\n", "Element nicht gefunden.\n\n")
ELEVATION: Final = (
    "The requested operation requires elevation (Run as administrator).\n\n",
    "Der angeforderte Vorgang erfordert erhöhte Rechte (Als Administrator ausführen).\n\n",
)


class Refused(Exception):
    """netsh does not do it; ``said`` is the sentence in both languages."""

    def __init__(self, said: tuple[str, str]) -> None:
        super().__init__(said[0])
        self.said = said


def say(call: Call, said: tuple[str, str], *words: str) -> None:
    """Print a sentence in the host's display language."""
    call.out(call.text(*said).format(*words))
