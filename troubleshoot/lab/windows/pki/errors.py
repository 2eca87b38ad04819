"""How certutil fails: the HRESULT, its Win32 or NTE name, and the sentence of the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Failure:
    """One kind. ``shown`` is what stands in brackets behind the code."""

    code: int
    shown: str
    english: str
    german: str


class CertutilError(Exception):
    """certutil ends with this failure; ``said`` is a line that it prints before."""

    def __init__(self, failure: Failure, said: str = "") -> None:
        super().__init__(failure.english)
        self.failure, self.said = failure, said


OPERATIONS: Final = Failure(
    0x80072020,
    "WIN32: 8224 ERROR_DS_OPERATIONS_ERROR",
    "An operations error occurred.",
    "Es ist ein Vorgangsfehler aufgetreten.",
)
ACCESS_DENIED: Final = Failure(0x80070005, "WIN32: 5 ERROR_ACCESS_DENIED", "Access is denied.", "Zugriff verweigert")
UNWILLING: Final = Failure(
    0x80072035,
    "WIN32: 8245 ERROR_DS_UNWILLING_TO_PERFORM",
    "The server is unwilling to process the request.",
    "Der Server ist nicht bereit, die Anforderung zu verarbeiten.",
)
NO_SUCH_DC: Final = Failure(
    0x8007203A,
    "WIN32: 8250 ERROR_DS_SERVER_DOWN",
    "The server is not operational.",
    "Der Server ist nicht funktionstüchtig.",
)
NO_SERVER: Final = Failure(
    0x800706BA,
    "WIN32: 1722 RPC_S_SERVER_UNAVAILABLE",
    "The RPC server is unavailable.",
    "Der RPC-Server ist nicht verfügbar.",
)
NO_LOCAL_CA: Final = Failure(
    0x80070103,
    "WIN32/HTTP: 259 ERROR_NO_MORE_ITEMS",
    "No more data is available.",
    "Es sind keine Daten mehr verfügbar.",
)
NO_FILE: Final = Failure(
    0x80070002,
    "WIN32: 2 ERROR_FILE_NOT_FOUND",
    "The system cannot find the file specified.",
    "Das System kann die angegebene Datei nicht finden.",
)
FILE_EXISTS: Final = Failure(
    0x80070050, "WIN32: 80 ERROR_FILE_EXISTS", "The file exists.", "Die Datei ist bereits vorhanden."
)
NO_CERTIFICATE: Final = Failure(
    0x8009310B, "ASN: 267 CRYPT_E_ASN1_BADTAG", "ASN1 bad tag value met.", "ASN1: Ungültiger Tagwert."
)
NOT_FOUND: Final = Failure(
    0x80092004,
    "-2146885628 CRYPT_E_NOT_FOUND",
    "Cannot find object or property.",
    "Objekt oder Eigenschaft nicht gefunden.",
)
INVALID: Final = Failure(
    0x80070057, "WIN32: 87 ERROR_INVALID_PARAMETER", "The parameter is incorrect.", "Falscher Parameter."
)
