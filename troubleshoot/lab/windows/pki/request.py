"""One call of certutil: its options and arguments, the files it reads and writes, and how it ends."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.filesystem import FILE_EXISTS as EXISTS
from troubleshoot.lab.windows.filesystem import FileProblem, file_system
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki import errors
from troubleshoot.lab.windows.pki.errors import CertutilError
from troubleshoot.lab.windows.topic import Call

FLAGS: Final = frozenset(
    {"-f", "-enterprise", "-user", "-grouppolicy", "-v", "-silent", "-gmt", "-seconds", "-unicode"}
)
VALUES: Final = frozenset({"-config", "-dc"})
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@dataclass(slots=True)
class Request:
    """``verb`` as typed without its dash; ``arguments`` are what is neither verb nor option."""

    call: Call
    verb: str = ""
    arguments: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return self.call.machine

    @property
    def forced(self) -> bool:
        return "-f" in self.flags

    def argument(self, place: int) -> str:
        """Raises CertutilError where there are fewer."""
        if place >= len(self.arguments):
            raise CertutilError(errors.INVALID, _usage(self.call, self.verb))
        return self.arguments[place]

    def controller(self) -> tuple[Directory, str]:
        """The directory, and the controller that is asked; only the own host can be asked without delegation.

        Raises:
            CertutilError: there is no such controller, or the logon has nothing to show to it.
        """
        directory = self.machine.estate.directory
        if directory is None:
            raise CertutilError(errors.NO_SUCH_DC)
        own = self.machine.name if self.machine.name in directory.controllers else directory.pdc.name
        try:
            name = directory.controller(self.values.get("-dc", own)).name
        except OperatorError:
            raise CertutilError(errors.NO_SUCH_DC) from None
        if name != self.machine.name and not (self.call.logon.delegated or self.call.logon.system):
            raise CertutilError(errors.OPERATIONS)
        return directory, name

    def read_certificate(self, path: str) -> bytes:
        """The DER of a certificate file, be it binary, base64 or PEM. Raises CertutilError."""
        try:
            raw = file_system(self.machine).read(path, self.call.cwd)
        except FileProblem:
            raise CertutilError(errors.NO_FILE) from None
        return _certificate(raw)

    def write_file(self, path: str, data: bytes) -> None:
        """Raises CertutilError: an existing file needs -f."""
        files = file_system(self.machine)
        try:
            if files.exists(path, self.call.cwd) and not self.forced:
                raise FileProblem(EXISTS, path)
            files.write(path, data, self.call.cwd)
        except FileProblem as problem:
            failure = errors.FILE_EXISTS if problem.code == EXISTS else errors.NO_FILE
            raise CertutilError(failure) from None


def _certificate(raw: bytes) -> bytes:
    from cryptography import x509

    der = raw if raw[:1] == b"\x30" else _from_base64(raw)
    try:
        x509.load_der_x509_certificate(der)
    except ValueError:
        raise CertutilError(errors.NO_CERTIFICATE) from None
    return der


def _from_base64(raw: bytes) -> bytes:
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    if _BEGIN in text:
        text = text.partition(_BEGIN)[2].partition(_END)[0]
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except binascii.Error:
        raise CertutilError(errors.NO_CERTIFICATE) from None


def pem(der: bytes) -> str:
    """A certificate between its two lines, 64 characters a line."""
    text = base64.b64encode(der).decode()
    body = "\n".join(text[n : n + 64] for n in range(0, len(text), 64))
    return f"{_BEGIN}\n{body}\n{_END}\n"


def _usage(call: Call, verb: str) -> str:
    return call.text(
        f"CertUtil: -{verb}: Expected at least one more argument.",
        f"CertUtil: -{verb}: Es wird mindestens ein weiteres Argument erwartet.",
    )


def finished(call: Call, verb: str) -> int:
    """Print the last line of a success."""
    call.out(
        call.text(
            f"CertUtil: -{verb} command completed successfully.\n",
            f"CertUtil: -{verb}-Befehl wurde erfolgreich ausgeführt.\n",
        )
    )
    return 0


def failed(call: Call, verb: str, error: CertutilError) -> int:
    """Print the last lines of a failure; the exit code is the HRESULT."""
    failure = error.failure
    if error.said:
        call.out(f"{error.said}\n")
    shown = f"0x{failure.code:08x} ({failure.shown})"
    call.out(
        call.text(
            f"CertUtil: -{verb} command FAILED: {shown}\n", f"CertUtil: -{verb}-Befehl ist fehlgeschlagen: {shown}\n"
        )
    )
    call.out(f"CertUtil: {call.text(failure.english, failure.german)}\n")
    return failure.code
