"""What happened in every incident, stored before anything is done about it."""

from troubleshoot.journal.base import IncidentSummary, JournalLike, incident_id
from troubleshoot.journal.memory import MemoryJournal
from troubleshoot.journal.places import default_path
from troubleshoot.journal.store import Journal

__all__ = ["IncidentSummary", "Journal", "JournalLike", "MemoryJournal", "default_path", "incident_id"]
