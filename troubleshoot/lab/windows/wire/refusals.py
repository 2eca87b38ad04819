"""The SOAP faults of the WinRM service: code, value, subcode and text of each.

Source: [MS-WSMV] 2.2.4.43, DSP0226 annex, and the texts of `winrm helpmsg`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.windows.wire.names import UNEXPECTED_SELECTORS

TIMED_OUT: Final = 2150858793
NOT_FOUND: Final = 2150858843  # of a shell and of a command alike: only the text differs
ABORTED: Final = 995
ACCESS_DENIED: Final = 5
QUOTA_SHELLS: Final = 2150859173
QUOTA_SHELLS_PLUGIN: Final = 2150859236
QUOTA_OPERATIONS: Final = 2150859174
QUOTA_OPERATIONS_PLUGIN: Final = 2150859240
QUOTA_COMMANDS: Final = 2150859241
INVALID_RESOURCE: Final = 2150858811
RESOURCE_NOT_FOUND: Final = 2150858752
INVALID_XML: Final = 2150858819
SCHEMA: Final = 2150858817
BAD_TIMEOUT: Final = 2150858767
UNKNOWN_ACTION: Final = 2150858753
SHELLS_FORBIDDEN: Final = 2150859180
NO_PROGRAM: Final = 2147942402
CODEPAGE: Final = 2150859072
IDLE_TIMEOUT_BOUNDS: Final = 2150859250
ALREADY_EXISTS: Final = 183
OUT_OF_MEMORY: Final = 14

_FOR_FAULT: Final = "The WS-Management service cannot process the request. "


@dataclass(slots=True)
class WsmanFault(Exception):
    """A refusal on its way to the client. ``wmi`` asks for the MSFT_WmiError form of the detail."""

    code: int
    text: str
    value: str = "s:Sender"
    subcode: str = "w:InternalError"
    detail: str = ""  # a wsman faultDetail URI
    wmi: bool = False
    relates_to: str = ""

    def __post_init__(self) -> None:
        Exception.__init__(self, f"{self.code}: {self.text}")


def timed_out() -> WsmanFault:
    """Nothing to report within OperationTimeout: the normal end of a long poll."""
    text = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  "
    return WsmanFault(TIMED_OUT, text, "s:Receiver", "w:TimedOut")


def _not_found(text: str) -> WsmanFault:
    return WsmanFault(NOT_FOUND, text, subcode="w:InvalidSelectors", detail=UNEXPECTED_SELECTORS)


def no_shell(shell: str) -> WsmanFault:
    """The shell is gone, was never there, or belongs to another user."""
    return _not_found(
        f"{_FOR_FAULT}The request for the Windows Remote Shell with ShellId {shell} failed because the shell was not "
        "found on the server. Possible causes are: the specified ShellId is incorrect or the shell no longer exists "
        "on the server. Provide the correct ShellId or create a new shell and retry the operation. "
    )


def no_command() -> WsmanFault:
    """The command is gone or was never there."""
    return _not_found(
        f"{_FOR_FAULT}The request is for a command identifier that does not exist. "
        "Possible causes are: the specified command identifier is incorrect or the command has ended. "
    )


def aborted() -> WsmanFault:
    """The operation was pending while its command was terminated or its shell deleted."""
    text = "The I/O operation has been aborted because of either a thread exit or an application request. "
    return WsmanFault(ABORTED, text, "s:Receiver")


def access_denied() -> WsmanFault:
    """The password was right; the account has no right to use the service."""
    return WsmanFault(ACCESS_DENIED, "Access is denied. ", subcode="w:AccessDenied")


def too_many_shells(limit: int, *, plugin: bool, wmi: bool = False) -> WsmanFault:
    """Quota of shells per user; ``plugin`` is the code of hosts since Windows 8."""
    text = (
        f"{_FOR_FAULT}This user is allowed a maximum number of {limit} concurrent shells, which has been exceeded. "
        "Close existing shells or raise the quota for this user. "
    )
    return _quota(QUOTA_SHELLS_PLUGIN if plugin else QUOTA_SHELLS, text, wmi)


def too_many_operations(limit: int, *, plugin: bool, wmi: bool = False) -> WsmanFault:
    """Quota of operations that a user may have under way."""
    text = (
        f"{_FOR_FAULT}The maximum number of concurrent operations for this user has been exceeded. "
        f"Close existing operations for this user, or raise the quota for this user. The current limit is {limit}. "
    )
    return _quota(QUOTA_OPERATIONS_PLUGIN if plugin else QUOTA_OPERATIONS, text, wmi)


def too_many_commands(limit: int, *, wmi: bool = False) -> WsmanFault:
    """Quota of programs per shell."""
    text = (
        f"{_FOR_FAULT}The maximum number of concurrent commands for this shell has been exceeded. "
        f"Close existing commands or raise the quota. The current limit is {limit}. "
    )
    return _quota(QUOTA_COMMANDS, text, wmi)


def _quota(code: int, text: str, wmi: bool) -> WsmanFault:
    return WsmanFault(code, text, "s:Receiver", "w:InternalError", wmi=wmi)


def invalid_resource(uri: str) -> WsmanFault:
    """A resource that is not in the catalog, for example a PowerShell remoting endpoint."""
    text = (
        f"{_FOR_FAULT}The resource URI ({uri}) was not found in the "
        "WS-Management catalog. The catalog contains the metadata that describes resources, or logical endpoints. "
    )
    return WsmanFault(INVALID_RESOURCE, text, subcode="a:DestinationUnreachable")


def resource_not_found() -> WsmanFault:
    """The resource is known, but there is no such instance."""
    text = f"{_FOR_FAULT}The service cannot find the resource identified by the resource URI and selectors. "
    return WsmanFault(RESOURCE_NOT_FOUND, text, subcode="a:DestinationUnreachable")


def invalid_xml() -> WsmanFault:
    """The request is no well-formed XML, or has a document type."""
    text = f"{_FOR_FAULT}The request contains invalid XML. "
    return WsmanFault(INVALID_XML, text, subcode="w:SchemaValidationError")


def schema_error(what: str) -> WsmanFault:
    """Well-formed, but not what the schema asks for."""
    text = f"{_FOR_FAULT}The XML is not valid against the schema. {what} "
    return WsmanFault(SCHEMA, text, subcode="w:SchemaValidationError")


def bad_timeout() -> WsmanFault:
    """OperationTimeout is no positive duration."""
    text = f"{_FOR_FAULT}The OperationTimeout value is negative or not a valid duration. "
    return WsmanFault(BAD_TIMEOUT, text, subcode="w:InvalidTimeout")


def unknown_action(action: str) -> WsmanFault:
    """The resource has no such operation."""
    text = f"{_FOR_FAULT}The action ({action}) is not supported by the service. "
    return WsmanFault(UNKNOWN_ACTION, text, subcode="a:ActionNotSupported")


def shells_forbidden() -> WsmanFault:
    """AllowRemoteShellAccess is false."""
    text = f"{_FOR_FAULT}The service is configured to not accept any remote shell requests. "
    return WsmanFault(SHELLS_FORBIDDEN, text, "s:Receiver")


def no_program() -> WsmanFault:
    """The executable of a command that skips cmd.exe does not exist."""
    return WsmanFault(NO_PROGRAM, "The system cannot find the file specified. ", "s:Receiver")


def codepage_refused(codepage: str) -> WsmanFault:
    """WINRS_CODEPAGE names a code page that the host does not have."""
    text = f"The WinRM Shell client cannot process the request. The server cannot set Code Page {codepage}. "
    return WsmanFault(CODEPAGE, text)


def already_exists() -> WsmanFault:
    """The client chose a ShellId or CommandId that is in use."""
    text = "Cannot create a file when that file already exists. "
    return WsmanFault(ALREADY_EXISTS, text, subcode="w:AlreadyExists")


def out_of_memory() -> WsmanFault:
    """More input than the host keeps for a program that does not read it."""
    return WsmanFault(OUT_OF_MEMORY, "Not enough storage is available to complete this operation. ", "s:Receiver")


def bad_idle_timeout() -> WsmanFault:
    """IdleTimeOut of a shell is below a minute or above the host's maximum."""
    text = f"{_FOR_FAULT}The IdleTimeOut value of the shell is out of bounds. "
    return WsmanFault(IDLE_TIMEOUT_BOUNDS, text)
