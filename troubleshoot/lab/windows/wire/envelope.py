"""Answers: envelopes with the prefixes of Windows, around a body or a fault."""

from __future__ import annotations

import uuid
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from troubleshoot.lab.windows.wire.names import (
    ADDRESSING_FAULT_ACTION,
    ANONYMOUS,
    FAULT,
    PREFIXES,
    WMI_ERROR,
    WSMAN_FAULT_ACTION,
)
from troubleshoot.lab.windows.wire.refusals import WsmanFault

_NAMESPACES: Final = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())


def new_id() -> str:
    """An upper-case GUID without braces."""
    return str(uuid.uuid4()).upper()


def answer(action: str, relates_to: str, body: str) -> bytes:
    """An envelope; ``body`` is XML, everything else is text. ``relates_to`` is the request's MessageID verbatim."""
    relation = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f'<s:Envelope xml:lang="en-US" {_NAMESPACES}><s:Header><a:Action>{escape(action)}</a:Action>'
        f"<a:MessageID>uuid:{new_id()}</a:MessageID><a:To>{ANONYMOUS}</a:To>{relation}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(refusal: WsmanFault, relates_to: str, machine: str) -> bytes:
    """The envelope of a fault; ``machine`` is the computer's name in the detail."""
    addressing = refusal.subcode.startswith("a:")
    text = escape(refusal.text)
    body = (
        f"<s:Fault><s:Code><s:Value>{refusal.value}</s:Value><s:Subcode><s:Value>{refusal.subcode}</s:Value>"
        f'</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason>'
        f"<s:Detail>{_detail(refusal, text, machine)}</s:Detail></s:Fault>"
    )
    return answer(ADDRESSING_FAULT_ACTION if addressing else WSMAN_FAULT_ACTION, relates_to, body)


def _detail(refusal: WsmanFault, text: str, machine: str) -> str:
    uri = f"<w:FaultDetail>{refusal.detail}</w:FaultDetail>" if refusal.detail else ""
    if refusal.wmi:
        return (
            f'{uri}<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" '
            f'xmlns:p="{WMI_ERROR}"><p:Message>{text}</p:Message><p:MessageID>HRESULT 0x{refusal.code:x}</p:MessageID>'
            f"<p:error_Category>30</p:error_Category><p:error_Code>{refusal.code}</p:error_Code>"
            f"<p:error_Type>HRESULT</p:error_Type><p:error_WindowsErrorMessage>{text}</p:error_WindowsErrorMessage>"
            "</p:MSFT_WmiError>"
        )
    return (
        f'{uri}<f:WSManFault xmlns:f="{FAULT}" Code="{refusal.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{text}</f:Message></f:WSManFault>"
    )
