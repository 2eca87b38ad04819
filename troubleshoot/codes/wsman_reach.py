"""Codes of WS-Management on the way to the service: ``(number, name, gist, next step)``.

Names stand without their prefix ``ERROR_WSMAN_``; a name that begins with ``ERROR_`` is whole.
"""

from __future__ import annotations

from typing import Final

Row = tuple[int, str, str, str]

REACH: Final[tuple[Row, ...]] = (
    (
        0x80338012,
        "DESTINATION_UNREACHABLE",
        "The client found no WinRM service at the address.",
        "On the target look at the service and at `winrm enumerate winrm/config/listener`; "
        "from the client test TCP 5985 and 5986.",
    ),
    (
        0x80338126,
        "NETWORK_TIMEDOUT",
        "Nothing came back over the network in time.",
        "Test the port from the client. A firewall that drops, a host that is down, "
        "or a public network profile (local subnet only).",
    ),
    (
        0x80338112,
        "HTTP_SERVICE_UNAVAILABLE_STATUS",
        "The connection was refused, or HTTP 503.",
        "Start the WinRM service; look for another owner of the URL with `netsh http show urlacl`.",
    ),
    (
        0x80338113,
        "HTTP_NOT_FOUND_STATUS",
        "HTTP 404: something else than WinRM answers there.",
        "Check the port and that the URL prefix is `wsman`.",
    ),
    (
        0x803381B9,
        "NAME_NOT_RESOLVED",
        "The computer name could not be resolved.",
        "Resolve the name on the client; mend DNS.",
    ),
    (
        0x803381BA,
        "SSL_CONNECTION_ABORTED",
        "TLS could not be set up.",
        "Check that an HTTPS listener exists, its certificate, and the protocol versions of both sides.",
    ),
    (
        0x803381DD,
        "SERVICE_REMOTE_ACCESS_DISABLED",
        "Remote access to the WinRM service is switched off.",
        "Look at AllowRemoteAccess and the policy that sets it; `Enable-PSRemoting` switches it on.",
    ),
    (
        0x803381AC,
        "REMOTESHELLS_NOT_ALLOWED",
        "Remote shells are switched off on the target.",
        "Look at AllowRemoteShellAccess below winrm/config/winrs; it is often set by policy.",
    ),
    (
        0x80338169,
        "PUBLIC_FIREWALL_PROFILE_ACTIVE",
        "Quick configuration refuses because a network is of the public kind.",
        "Make the network private or domain, then repeat.",
    ),
    (
        0x80338116,
        "QUICK_CONFIG_FIREWALL_EXCEPTIONS_DISALLOWED",
        "The firewall allows no exceptions.",
        "Change the firewall policy.",
    ),
    (
        0x80338117,
        "QUICK_CONFIG_LOCAL_POLICY_CHANGE_DISALLOWED",
        "Policy does not let local firewall rules count.",
        "Add the rule in the policy.",
    ),
    (
        0x80338115,
        "QUICK_CONFIG_FAILED_CERT_REQUIRED",
        "No certificate on the host is fit for an HTTPS listener.",
        "It needs the host name as subject, the purpose Server Authentication, and must not be self-signed.",
    ),
    (0x80338089, "LISTENER_ADDRESS_INVALID", "The listener's address is not `*`, `IP:` or `MAC:`.", "Correct it."),
    (
        0x803380E9,
        "CONFIG_CERT_CN_DOES_NOT_MATCH_HOSTNAME",
        "The listener's certificate and its host name differ.",
        "Check the thumbprint; a name only in the alternative names is not enough here.",
    ),
    (
        0x803380EE,
        "CERT_INVALID_USAGE",
        "The certificate lacks the purpose Server Authentication.",
        "Enrol from another template.",
    ),
    (
        0x8033810F,
        "UNKNOWN_HTTP_STATUS_RETURNED",
        "An HTTP status came back that WinRM does not send.",
        "Look for a proxy or a load balancer in the path.",
    ),
    (
        0x80338170,
        "HTTP_STATUS_SERVER_ERROR",
        "A bare HTTP 500 without explanation.",
        "Repeat in a minute: the service may be restarting. "
        "Then look for a Kerberos ticket that is too large, and for a proxy.",
    ),
    (
        0x80338171,
        "HTTP_STATUS_BAD_REQUEST",
        "A bare HTTP 400.",
        "A Kerberos ticket larger than MaxFieldLength of http.sys, or a connection that was idle for too long.",
    ),
)

AUTH: Final[tuple[Row, ...]] = (
    (0x80338036, "FAILED_AUTHENTICATION", "The sender could not be authenticated.", "Check account and clocks."),
    (
        0x8033809D,
        "SECURITY_UNMAPPED",
        "A security failure without a better name.",
        "Often the HTTP service name is registered on another account: `setspn -Q HTTP/<host>`.",
    ),
    (
        0x803380E4,
        "SERVER_NOT_TRUSTED",
        "Neither Kerberos nor HTTPS, and the target is not in TrustedHosts.",
        "Use the full name with Kerberos, use HTTPS, or add the target to TrustedHosts of the client.",
    ),
    (
        0x803381BB,
        "DEFAULTAUTH_IPADDRESS",
        "Default authentication does not work with an IP address.",
        "Use the name, or HTTPS or TrustedHosts with explicit credentials.",
    ),
    (0x8033810B, "KERBEROS_IPADDRESS", "Kerberos does not work with an IP address.", "Use the full DNS name."),
    (
        0x8033810C,
        "CLIENT_WORKGROUP_NO_KERBEROS",
        "A client outside of a domain has no Kerberos ticket of its own.",
        "Give explicit credentials.",
    ),
    (
        0x803381F0,
        "MUTUAL_AUTH_FAILED",
        "The server could not prove who it is.",
        "Check the service names (SPN) of the target, or TrustedHosts.",
    ),
    (
        0x803380DE,
        "CLIENT_UNENCRYPTED_DISABLED",
        "The client may not send plain HTTP.",
        "Use Kerberos, NTLM with encryption, or HTTPS.",
    ),
    (
        0x803380DF,
        "CLIENT_BASIC_AUTHENTICATION_DISABLED",
        "The client may not use Basic.",
        "Use Kerberos or NTLM.",
    ),
    (
        0x803380E1,
        "CLIENT_NEGOTIATE_AUTHENTICATION_DISABLED",
        "Negotiate is switched off on the client.",
        "Look at the policy for the WinRM client.",
    ),
    (
        0x803380E2,
        "CLIENT_KERBEROS_AUTHENTICATION_DISABLED",
        "Kerberos is switched off on the client.",
        "Look at the policy for the WinRM client.",
    ),
    (
        0x803381A2,
        "CLIENT_CREDSSP_AUTHENTICATION_DISABLED",
        "CredSSP is switched off on the client.",
        "`Enable-WSManCredSSP -Role Client`; it hands the password to the target.",
    ),
    (
        0x803381A3,
        "CLIENT_ALLOWFRESHCREDENTIALS",
        "Policy does not let this client delegate to the target.",
        "Add `WSMAN/<host>` to the policy for delegating fresh credentials.",
    ),
    (
        0x803381A4,
        "CLIENT_ALLOWFRESHCREDENTIALS_NTLMONLY",
        "Policy does not let this client delegate to the target over NTLM.",
        "Add `WSMAN/<host>` to the NTLM-only delegation policy.",
    ),
    (
        0x803381A9,
        "DIFFERENT_AUTHZ_TOKEN",
        "The same user came with another token than before.",
        "Group membership changed in between: connect again.",
    ),
    (
        0x80338154,
        "CERTMAPPING_INVALIDUSERCREDENTIALS",
        "The account behind a client certificate cannot log on.",
        "Its password changed: make the mapping anew.",
    ),
)
