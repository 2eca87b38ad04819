"""`gpupdate`, `net share`, `chcp`, `timeout`."""

from __future__ import annotations

from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import Call


async def gpupdate(call: Call) -> int:
    """Topics that react to Group Policy hear of it by the event ``policy-refreshed``."""
    old = call.machine.personality.version < (6, 2)
    words = {arg.casefold() for arg in call.args}
    call.out(
        call.text(
            "Updating Policy...\n\n" if old else "Updating policy...\n\n", "Die Richtlinie wird aktualisiert...\n\n"
        )
    )
    await call.sleep(4.0)
    rows = []
    if "/target:user" not in words:
        call.machine.emit("policy-refreshed")
        rows.append(
            (
                "Computer Policy update has completed successfully.",
                "Die Aktualisierung der Computerrichtlinie wurde erfolgreich abgeschlossen.",
            )
        )
    if "/target:computer" not in words:
        rows.append(
            (
                "User Policy update has completed successfully.",
                "Die Aktualisierung der Benutzerrichtlinie wurde erfolgreich abgeschlossen.",
            )
        )
    call.out("".join(f"{call.text(*row)}\n" for row in (rows[::-1] if old else rows)) + "\n")
    return 0


async def net_share(call: Call) -> int:
    """The list of shares; one share with its folder."""
    shares = system_state(call.machine).shares
    done = call.text("The command completed successfully.", "Der Befehl wurde erfolgreich ausgeführt.")
    words = [arg for arg in call.args if not arg.startswith("/")]
    if words:
        name = next((known for known in shares if known.casefold() == words[0].casefold()), None)
        if name is None:
            missing = ("This shared resource does not exist.", "Diese freigegebene Ressource ist nicht vorhanden.")
            more = call.text(
                "More help is available by typing NET HELPMSG 2310.",
                "Sie erhalten weitere Hilfe, wenn Sie NET HELPMSG 2310 eingeben.",
            )
            call.err(f"{call.text(*missing)}\n\n{more}\n\n")
            return 2
        label, path = call.text("Share name", "Freigabename"), call.text("Path", "Pfad")
        call.out(f"{label:<18}{name}\n{path:<18}{shares[name]}\n{done}\n\n")
        return 0
    headings = call.text(
        "Share name   Resource                        Remark\n",
        "Freigabename Ressource                       Beschreibung\n",
    )
    rows = "".join(f"{name:<12} {folder:<31} {_remark(call, name)}\n" for name, folder in shares.items())
    call.out(f"\n{headings}\n{'-' * 79}\n{rows}{done}\n\n")
    return 0


def _remark(call: Call, name: str) -> str:
    remarks = {
        "C$": ("Default share", "Standardfreigabe"),
        "IPC$": ("Remote IPC", "Remote-IPC"),
        "ADMIN$": ("Remote Admin", "Remoteverwaltung"),
        "NETLOGON": ("Logon server share", "Ressource für Anmeldeserver"),
        "SYSVOL": ("Logon server share", "Ressource für Anmeldeserver"),
    }
    return call.text(*remarks.get(name, ("", "")))


async def chcp(call: Call) -> int:
    """Shows the code page; a program cannot change that of the shell which started it here."""
    call.out(call.text(f"Active code page: {call.codepage}\n", f"Aktive Codepage: {call.codepage}.\n"))
    return 0


async def timeout(call: Call) -> int:
    """Refuses to run without a console, as over WinRM; `ping -n` is the way to wait."""
    call.err(
        call.text(
            "ERROR: Input redirection is not supported, exiting the process immediately.\n",
            "FEHLER: Die Eingabeumleitung wird nicht unterstützt. Der Prozess wird sofort beendet.\n",
        )
    )
    return 1
