"""System error texts of the service tools in both display languages."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.machine import Machine

_TEXTS: Final = {
    2: ("The system cannot find the file specified.", "Das System kann die angegebene Datei nicht finden."),
    5: ("Access is denied.", "Zugriff verweigert"),
    1051: (
        "A stop control has been sent to a service that other running services are dependent on.",
        "Ein Beendigungssteuerzeichen wurde an einen Dienst gesendet, von dem andere Dienste abhängen.",
    ),
    1053: (
        "The service did not respond to the start or control request in a timely fashion.",
        "Der Dienst antwortete nicht rechtzeitig auf die Start- oder Steuerungsanforderung.",
    ),
    1056: ("An instance of the service is already running.", "Es wird bereits eine Instanz des Dienstes ausgeführt."),
    1058: (
        "The service cannot be started, either because it is disabled or because it has no enabled devices "
        "associated with it.",
        "Der angegebene Dienst kann nicht gestartet werden. Er ist deaktiviert oder nicht mit aktivierten Geräten "
        "verbunden.",
    ),
    1060: (
        "The specified service does not exist as an installed service.",
        "Der angegebene Dienst ist kein installierter Dienst.",
    ),
    1061: (
        "The service cannot accept control messages at this time.",
        "Der Dienst kann zurzeit keine Steuerungsmeldungen annehmen.",
    ),
    1062: ("The service has not been started.", "Der Dienst wurde nicht gestartet."),
    1067: ("The process terminated unexpectedly.", "Der Prozess wurde unerwartet beendet."),
    1068: (
        "The dependency service or group failed to start.",
        "Der Abhängigkeitsdienst oder die Abhängigkeitsgruppe konnte nicht gestartet werden.",
    ),
    1069: (
        "The service did not start due to a logon failure.",
        "Der Dienst konnte wegen einer fehlerhaften Anmeldung nicht gestartet werden.",
    ),
    1722: ("The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar."),
}


def error_text(machine: Machine, code: int) -> str:
    """The system's text for a Win32 error that these tools meet."""
    return machine.personality.text(*_TEXTS.get(code, (f"Error {code}.", f"Fehler {code}.")))
