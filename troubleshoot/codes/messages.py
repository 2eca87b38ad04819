"""What Windows itself prints for a code, where that is known (English); short, and the same on every release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_REQUEST: Final = "The WS-Management service cannot process the request. "

MESSAGES: Final[Mapping[int, str]] = MappingProxyType(
    {
        0x80338029: "The WS-Management service cannot complete the operation within the time specified in "
        "OperationTimeout.  ",
        0x80338012: "The client cannot connect to the destination specified in the request. Verify that the service on "
        "the destination is running and is accepting requests. Consult the logs and documentation for the "
        "WS-Management service running on the destination, most commonly IIS or WinRM. If the destination is the WinRM "
        "service, run the following command on the destination to analyze and configure the WinRM service: "
        '"winrm quickconfig". ',
        0x80338126: "WinRM cannot complete the operation. Verify that the specified computer name is valid, that the "
        "computer is accessible over the network, and that a firewall exception for the WinRM service is enabled and "
        "allows access from this computer. By default, the WinRM firewall exception for public profiles limits access "
        "to remote computers within the same local subnet. ",
        0x80338000: _REQUEST + "The service cannot find the resource identified by the resource URI and selectors. ",
        0x8033808A: "The WinRM client cannot process the request. The configuration setting cannot be changed because "
        'it is controlled by policies. The policy would need to be set to "Not Configured" in order to change the '
        "config setting. ",
        0x803380E4: "The WinRM client cannot process the request. If the authentication scheme is different from "
        "Kerberos, or if the client computer is not joined to a domain, then HTTPS transport must be used or the "
        "destination machine must be added to the TrustedHosts configuration setting. Use winrm.cmd to configure "
        "TrustedHosts. Note that computers in the TrustedHosts list might not be authenticated. You can get more "
        "information about that by running the following command: winrm help config. ",
        0x80041002: "Not found ",
        0x80041003: "Access denied ",
        0x80041010: "Invalid class ",
        5: "Access is denied. ",
        995: "The I/O operation has been aborted because of either a thread exit or an application request. ",
        1311: "There are currently no logon servers available to service the logon request. ",
        1355: "The specified domain either does not exist or could not be contacted. ",
        1722: "The RPC server is unavailable. ",
        1789: "The trust relationship between this workstation and the primary domain failed. ",
        8224: "An operations error occurred. ",
        8235: "A referral was returned from the server. ",
        8245: "The server is unwilling to process the request. ",
    }
)
