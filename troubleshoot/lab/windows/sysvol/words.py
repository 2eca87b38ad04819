"""What dfsrmig says, in English and German."""

from __future__ import annotations

from typing import Final

STATES: Final = (
    ("Start", "Start"),
    ("Prepared", "Vorbereitet"),
    ("Redirected", "Umgeleitet"),
    ("Eliminated", "Entfernt"),
    ("Preparing", "Wird vorbereitet"),
    ("Waiting For Initial Sync", "Wartet auf Erstsynchronisierung"),
    ("Redirecting", "Wird umgeleitet"),
    ("Eliminating", "Wird entfernt"),
    ("Undo Redirecting", "Umleitung wird rückgängig gemacht"),
    ("Undo Preparing", "Vorbereitung wird rückgängig gemacht"),
)
KINDS: Final = {
    True: ("Read-only DC", "Schreibgeschützter Domänencontroller"),
    False: ("Writable DC", "Beschreibbarer Domänencontroller"),
}
SUCCEEDED: Final = ("Succeeded.\n", "Erfolgreich.\n")
NEVER: Final = (
    "DFSR migration has not yet initialized. To start migration please\nset global state to desired value.\n",
    "Die DFSR-Migration wurde noch nicht initialisiert. Legen Sie zum Starten\nden globalen Status fest.\n",
)
CURRENT: Final = ("Current DFSR global state: '{}'\n", 'Aktueller globaler DFSR-Status: "{}"\n')
IN_SYNC: Final = (
    "All domain controllers have migrated successfully to the Global state ('{}').\n"
    "Migration has reached a consistent state on all domain controllers.\n",
    'Alle Domänencontroller wurden erfolgreich zum globalen Status ("{}") migriert.\n'
    "Die Migration hat einen konsistenten Status auf allen Domänencontrollern erreicht.\n",
)
LAGGING_HEAD: Final = (
    "The following domain controllers have not reached Global state ('{}'):\n\n"
    "Domain Controller (Local Migration State) - DC Type\n"
    "===================================================\n\n",
    'Die folgenden Domänencontroller haben den globalen Status ("{}") nicht erreicht:\n\n'
    "Domänencontroller (lokaler Migrationsstatus) - Domänencontrollertyp\n"
    "===================================================================\n\n",
)
LAGGING_ROW: Final = ("{} ('{}') - {}\n", '{} ("{}") - {}\n')
LAGGING_TAIL: Final = (
    "\nMigration has not yet reached a consistent state on all domain controllers.\n"
    "State information might be stale due to Active Directory Domain Services latency.\n",
    "\nDie Migration hat noch keinen konsistenten Status auf allen Domänencontrollern erreicht.\n"
    "Die Statusinformationen sind wegen der Latenz der Active Directory-Domänendienste möglicherweise veraltet.\n",
)
UNREACHED: Final = (
    "Unable to connect to the Primary DC's AD.\nPlease make sure that the PDC is reachable and try again later.\n",
    "Es konnte keine Verbindung mit dem Active Directory des PDC hergestellt werden.\n"
    "Wiederholen Sie den Vorgang später.\n",
)
INVALID: Final = (
    "Invalid state change requested.\n",
    "Es wurde eine ungültige Statusänderung angefordert.\n",
)
CHANGED: Final = (
    "Current DFSR global state: '{}'\nNew DFSR global state: '{}'\n\n"
    "Migration will proceed to '{}' state. DFSR service will\n"
    "copy the contents of SYSVOL to SYSVOL_DFSR\nfolder.\n\n",
    'Aktueller globaler DFSR-Status: "{}"\nNeuer globaler DFSR-Status: "{}"\n\n'
    'Die Migration wird mit dem Status "{}" fortgesetzt.\n\n',
)
NO_RODC: Final = (
    "There is no read-only domain controller of this name.\n",
    "Es gibt keinen schreibgeschützten Domänencontroller dieses Namens.\n",
)
USAGE: Final = """\
Command line syntax for dfsrmig:

DFSRMIG  [/SetGlobalState <state> | /GetGlobalState | /GetMigrationState |
          /CreateGlobalObjects |
          /DeleteRoNtfrsMember [read_only_domain_controller_name] |
          /DeleteRoDfsrMember [read_only_domain_controller_name]]
"""
