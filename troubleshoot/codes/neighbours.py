"""Codes that come in the same tickets as those of WS-Management: ``(number, name, gist, next step)`` by family.

Win32 codes stand as short numbers; `0x8007xxxx` is the same code as an HRESULT.
"""

from __future__ import annotations

from typing import Final

from troubleshoot.codes.wsman_reach import Row

SECURITY: Final[tuple[Row, ...]] = (
    (
        0x80090322,
        "SEC_E_WRONG_PRINCIPAL",
        "The ticket was made for another key than the server has.",
        "A machine password that is out of step, a service name registered twice, or a DNS alias to another host.",
    ),
    (
        0x80090311,
        "SEC_E_NO_AUTHENTICATING_AUTHORITY",
        "No domain controller could be reached for the login.",
        "Check DNS and the way to a domain controller.",
    ),
    (
        0x80090303,
        "SEC_E_TARGET_UNKNOWN",
        "The service name of the target was not found.",
        "`setspn -Q` for the name; use the full DNS name.",
    ),
    (
        0x8009030E,
        "SEC_E_NO_CREDENTIALS",
        "There are no credentials to use.",
        "From a remote session: the second hop. Log on to that host itself.",
    ),
    (0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS", "The credentials' handle is not valid.", "Log on again."),
    (0x8009030C, "SEC_E_LOGON_DENIED", "The login failed.", "Check user name and password."),
    (
        0x80090324,
        "SEC_E_TIME_SKEW",
        "The clocks differ by more than five minutes.",
        "Set the time: `w32tm /query /status`.",
    ),
    (0x80090325, "SEC_E_UNTRUSTED_ROOT", "The root certificate is not trusted.", "Install the CA's certificate."),
    (0x800B0109, "CERT_E_UNTRUSTEDROOT", "The root certificate is not trusted.", "Install the CA's certificate."),
    (
        0x800B0112,
        "CERT_E_UNTRUSTEDCA",
        "The chain is sound, but the policy does not trust one of its CAs.",
        "The issuing CA is missing in NTAuthCertificates: `troubleshoot run cert-enrollment-event-93`.",
    ),
    (
        0x800B010F,
        "CERT_E_CN_NO_MATCH",
        "The name in the certificate is another one.",
        "Connect by the certificate's name.",
    ),
    (
        0x80094012,
        "CERTSRV_E_TEMPLATE_DENIED",
        "The CA says that the template's permissions do not allow the enrolment.",
        "After a renewal of the CA's certificate that is seldom true: `troubleshoot run cert-enrollment-event-93`.",
    ),
    (
        0x80094800,
        "CERTSRV_E_UNSUPPORTED_CERT_TYPE",
        "The CA does not offer this template.",
        "Publish the template on the CA.",
    ),
)

WMI: Final[tuple[Row, ...]] = (
    (
        0x80041002,
        "WBEM_E_NOT_FOUND",
        "The WMI object does not exist.",
        "It vanished meanwhile: refresh the host, then look at it in WMI.",
    ),
    (0x80041003, "WBEM_E_ACCESS_DENIED", "WMI said: access denied.", "Check the rights on the namespace and DCOM."),
    (
        0x80041010,
        "WBEM_E_INVALID_CLASS",
        "The namespace has no such class.",
        "Hyper-V: root\\virtualization before 2012, root\\virtualization\\v2 from 2012.",
    ),
)

WIN32: Final[tuple[Row, ...]] = (
    (
        5,
        "ERROR_ACCESS_DENIED",
        "Access is denied.",
        "Read the context: not elevated, no rights there, or a second hop without credentials.",
    ),
    (
        995,
        "ERROR_OPERATION_ABORTED",
        "The operation was given up.",
        "A remote shell was closed while output was awaited: normal on cancel.",
    ),
    (
        1311,
        "ERROR_NO_LOGON_SERVERS",
        "No domain controller was found.",
        "First DNS and network, then the trust.",
    ),
    (1326, "ERROR_LOGON_FAILURE", "Wrong user name or password.", "Check the account."),
    (
        1355,
        "ERROR_NO_SUCH_DOMAIN",
        "The domain does not exist or cannot be reached.",
        "Check DNS. `nltest /sc_query` also answers this on a domain controller of that domain.",
    ),
    (
        1722,
        "RPC_S_SERVER_UNAVAILABLE",
        "The RPC server did not answer.",
        "Check the service, TCP 135 and the dynamic ports, and the name.",
    ),
    (
        1786,
        "ERROR_NO_TRUST_LSA_SECRET",
        "The computer has lost its machine password.",
        "`troubleshoot run computer-account-reset`.",
    ),
    (
        1787,
        "ERROR_NO_TRUST_SAM_ACCOUNT",
        "The domain has no account for this computer.",
        "`troubleshoot run computer-account-reset`.",
    ),
    (
        1788,
        "ERROR_TRUSTED_DOMAIN_FAILURE",
        "The trust between the two domains failed.",
        "Check the trust with `netdom trust`.",
    ),
    (
        1789,
        "ERROR_TRUSTED_RELATIONSHIP_FAILURE",
        "The trust between this computer and its domain failed.",
        "`troubleshoot run computer-account-reset`.",
    ),
    (
        2732,
        "NERR_AccountReuseBlockedByPolicy",
        "The join may not reuse this computer account.",
        "Since October 2022 only its creator may; use that account or the policy that names others.",
    ),
    (
        8224,
        "ERROR_DS_OPERATIONS_ERROR",
        "The directory refused because the bind was anonymous.",
        "From a remote session: the second hop. Run it on the domain controller itself.",
    ),
    (
        8235,
        "ERROR_DS_REFERRAL",
        "The directory points to another server.",
        "The name lies in another forest or the configured container is wrong.",
    ),
    (
        8245,
        "ERROR_DS_UNWILLING_TO_PERFORM",
        "The domain controller refuses the operation.",
        "For instance a write on a read-only domain controller.",
    ),
    (12002, "ERROR_WINHTTP_TIMEOUT", "HTTP: no answer in time.", "Test the way to the host."),
    (12007, "ERROR_WINHTTP_NAME_NOT_RESOLVED", "HTTP: the name was not resolved.", "Mend DNS."),
    (12029, "ERROR_WINHTTP_CANNOT_CONNECT", "HTTP: no TCP connection.", "Test the port."),
    (
        12038,
        "ERROR_WINHTTP_SECURE_CERT_CN_INVALID",
        "HTTP: the name in the certificate is another one.",
        "Connect by the certificate's name.",
    ),
    (12175, "ERROR_WINHTTP_SECURE_FAILURE", "HTTP: TLS failed.", "Check certificate, time and protocol versions."),
)

FAMILIES: Final = {"security": SECURITY, "wmi": WMI, "win32": WIN32}
