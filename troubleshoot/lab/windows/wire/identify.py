"""WS-Management Identify: product and version (DSP0226, 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshoot.lab.windows.wire.names import IDENTITY, SOAP, WSMAN

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine


def identify_answer(machine: Machine, *, known: bool) -> bytes:
    """The whole envelope; a client that did not log in (``known`` False) does not learn the Windows version."""
    personality = machine.personality
    system = f"OS: {personality.build} SP: {personality.service_pack}.0" if known else "OS: 0.0.0 SP: 0.0"
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
        f"<wsmid:ProtocolVersion>{WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>{system} Stack: {personality.stack}</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()
