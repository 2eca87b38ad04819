"""Names of the wire: namespaces with the prefixes that Windows writes, action URIs, resource URIs.

Source: DMTF DSP0226 (WS-Management 1.x) and [MS-WSMV].
"""

from __future__ import annotations

from typing import Final

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMAN_MS: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
IDENTITY: Final = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
CONFIG: Final = "http://schemas.microsoft.com/wbem/wsman/1/config"
WMI_ERROR: Final = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"

ANONYMOUS: Final = f"{ADDRESSING}/role/anonymous"
CMD_SHELL: Final = f"{SHELL}/cmd"
SOAP_TYPE: Final = "application/soap+xml;charset=UTF-8"

CREATE: Final = f"{TRANSFER}/Create"
GET: Final = f"{TRANSFER}/Get"
DELETE: Final = f"{TRANSFER}/Delete"
COMMAND: Final = f"{SHELL}/Command"
SEND: Final = f"{SHELL}/Send"
RECEIVE: Final = f"{SHELL}/Receive"
SIGNAL: Final = f"{SHELL}/Signal"

WSMAN_FAULT_ACTION: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
ADDRESSING_FAULT_ACTION: Final = f"{ADDRESSING}/fault"
UNEXPECTED_SELECTORS: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors"

PREFIXES: Final = {
    "s": SOAP,
    "a": ADDRESSING,
    "x": TRANSFER,
    "w": WSMAN,
    "p": WSMAN_MS,
    "rsp": SHELL,
}
