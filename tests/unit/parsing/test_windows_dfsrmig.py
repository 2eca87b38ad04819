"""`dfsrmig`, `Local State` and the events of the SYSVOL migration, in English and German, whole and damaged."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_reading import read_crlf
from troubleshoot.parsing.failure import ParseFailure

LAGGING = """\
The following domain controllers have not reached Global state ('Prepared'):

Domain Controller (Local Migration State) - DC Type
===================================================

RODC4 ('Start') - Read-only DC
DC12 ('Waiting For Initial Sync') - Writable DC
AzureADKerberos ('Start') - Writable DC

Migration has not yet reached a consistent state on all domain controllers.
State information might be stale due to Active Directory Domain Services latency.
"""
IN_SYNC = """\
All domain controllers have migrated successfully to the Global state ('Redirected').
Migration has reached a consistent state on all domain controllers.
Succeeded.
"""
LAGGING_DE = """\
Die folgenden Domänencontroller haben den globalen Status ("Umgeleitet") nicht erreicht:

Domänencontroller (lokaler Migrationsstatus) - Domänencontrollertyp
===================================================================

RODC4 ("Vorbereitet") - Schreibgeschützter Domänencontroller
DC12 ("Wird umgeleitet") - Beschreibbarer Domänencontroller

Die Migration hat noch keinen konsistenten Status auf allen Domänencontrollern erreicht.
Die Statusinformationen sind wegen der Latenz von Active Directory-Domänendiensten möglicherweise veraltet.
"""
IN_SYNC_DE = """\
Alle Domänencontroller wurden erfolgreich zum globalen Status ("Entfernt") migriert.
Die Migration hat einen konsistenten Status auf allen Domänencontrollern erreicht.
Erfolgreich.
"""
NEVER = """\
DFSR migration has not yet initialized. To start migration please
set global state to desired value.
"""


def test_lagging_controllers() -> None:
    record = read_crlf("dfsrmig_state", LAGGING)
    assert (record["initialized"], record["in_sync"], record["state"]) == (True, False, 1)
    rows = [(dc["name"], dc["state"], dc["read_only"], dc["entra"], dc["at"]) for dc in record["lagging"]]
    assert rows == [
        ("RODC4", 0, True, False, [[0, 6, 6]]),
        ("DC12", 5, False, False, [[0, 7, 7]]),
        ("AzureADKerberos", 0, False, True, [[0, 8, 8]]),
    ]
    assert record["at"] == [[0, 6, 8]]


def test_letter_case_quotes_and_blanks_differ_between_releases() -> None:
    loose = LAGGING.replace("'", '"').replace(" - ", "  -  ").upper()
    record = read_crlf("dfsrmig_state", loose)
    assert [dc["state"] for dc in record["lagging"]] == [0, 5, 0]
    assert [dc["read_only"] for dc in record["lagging"]] == [True, False, False]


def test_german_words_leave_the_numbers_open() -> None:
    record = read_crlf("dfsrmig_state", LAGGING_DE)
    assert [(dc["name"], dc["state"], dc["state_name"], dc["read_only"]) for dc in record["lagging"]] == [
        ("RODC4", None, "Vorbereitet", True),
        ("DC12", None, "Wird umgeleitet", False),
    ]
    assert (record["in_sync"], record["state"]) == (False, None)


@pytest.mark.parametrize(("text", "state"), [(IN_SYNC, 2), (IN_SYNC_DE, None)])
def test_all_in_sync(text: str, state: int | None) -> None:
    record = read_crlf("dfsrmig_state", text)
    assert (record["in_sync"], record["lagging"], record["state"]) == (True, [], state)


def test_never_started() -> None:
    assert not read_crlf("dfsrmig_state", NEVER)["initialized"]
    assert read_crlf("dfsrmig_global", NEVER)["state"] is None
    german = "Die DFSR-Migration wurde noch nicht initialisiert."
    assert not read_crlf("dfsrmig_global", german)["initialized"]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Current DFSR global state: 'Prepared'\nSucceeded.\n", 1),
        ("current dfsr GLOBAL state : 'eliminated'\nSucceeded.\n", 3),
        ('Aktueller globaler DFSR-Status: "Vorbereitet"\nErfolgreich.\n', None),
    ],
)
def test_global_state(text: str, state: int | None) -> None:
    record = read_crlf("dfsrmig_global", text)
    assert (record["initialized"], record["state"]) == (True, state)
    assert record["at"] == [[0, 1, 1]]


@pytest.mark.parametrize("cut", [3, 6, 7, 8])
def test_a_cut_list_is_no_shorter_list(cut: int) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsrmig_state", "\n".join(LAGGING.split("\n")[:cut]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Succeeded.\n",
        "Unable to connect to the Primary DC's AD.\nPlease try again later.\n",
        IN_SYNC + LAGGING,
        "RODC4 ('Start - Read-only DC\n",
        "Migration has not yet reached a consistent state on all domain controllers.\n",
    ],
)
@pytest.mark.parametrize("name", ["dfsrmig_state", "dfsrmig_global"])
def test_what_says_nothing_is_a_failure(name: str, text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf(name, text)


def test_the_pdc_emulator_not_reached_says_what_to_do() -> None:
    with pytest.raises(ParseFailure, match="did not reach the PDC emulator") as caught:
        read_crlf("dfsrmig_global", "Unable to connect to the Primary DC's AD.\n")
    assert "PDC emulator itself" in caught.value.hint


KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\DFSR\Parameters\SysVols\Migrating SysVols"


@pytest.mark.parametrize(("value", "state"), [("0x0", 0), ("0x5", 5), ("0x9", 9)])
def test_local_state(value: str, state: int) -> None:
    record = read_crlf("dfsr_local_state", f"\n{KEY}\n    Local State    REG_DWORD    {value}\n\n")
    assert (record["state"], record["at"]) == (state, [[0, 3, 3]])


@pytest.mark.parametrize(
    "text",
    [
        "ERROR: The system was unable to find the specified registry key or value.\n",
        "FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden.\n",
    ],
)
def test_no_local_state(text: str) -> None:
    assert read_crlf("dfsr_local_state", text)["state"] is None


@pytest.mark.parametrize("value", ["    Local State    REG_DWORD    0xa", "    Local State    REG_SZ    1", ""])
def test_a_strange_local_state(value: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsr_local_state", f"{KEY}\n{value}\n")


EVENT = """\
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='DFSR'/>\
<EventID Qualifiers='49152'>{id}</EventID><TimeCreated SystemTime='2026-10-04T06:12:55.000000000Z'/>\
<EventRecordID>412</EventRecordID></System><EventData><Data>DC19</Data><Data>{error}</Data></EventData></Event>"""


def events(*found: tuple[int, str]) -> str:
    return "<Events>" + "\n".join(EVENT.format(id=event, error=error) for event, error in found) + "</Events>\n"


def test_events_and_their_errors() -> None:
    record = read_crlf("dfsr_events", events((8028, "367"), (8013, "Error: 112 (There is not enough space.)")))
    assert [(event["id"], event["errors"], event["at"]) for event in record["events"]] == [
        (8028, [367], [[0, 1, 1]]),
        (8013, [112], [[0, 2, 2]]),
    ]
    assert record["events"][0]["time"].startswith("2026-10-04T06:12:55")
    assert read_crlf("dfsr_events", "<Events></Events>\n")["events"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<Events>",
        events((8013, "5"))[:-12],
        "<!DOCTYPE x [<!ENTITY a 'b'>]>" + events((8013, "5")),
        events((8013, "5")).replace("8013", "eight"),
        "<Events><Event><System></Event></Events>",
        "The specified channel could not be found.\n" + events(),
    ],
)
def test_damaged_events(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsr_events", text)
