"""What the error codes in Windows tickets mean, offline: WS-Management, and the neighbours that come with them.

Numbers and names are those of the Windows SDK (`wsmerror.h`, `winerror.h`, `wbemcli.h`); gist and advice are ours.
"""

from __future__ import annotations

from troubleshoot.codes.lookup import Meaning, facility, lookup, number_of
from troubleshoot.codes.table import Code, find, helpmsg

__all__ = ["Code", "Meaning", "facility", "find", "helpmsg", "lookup", "number_of"]
