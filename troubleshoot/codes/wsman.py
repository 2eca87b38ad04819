"""Codes of WS-Management (facility 0x033) by family, in the form of :mod:`troubleshoot.codes.wsman_reach`."""

from __future__ import annotations

from typing import Final

from troubleshoot.codes.wsman_reach import AUTH, REACH, Row

TIME: Final[tuple[Row, ...]] = (
    (
        0x80338029,
        "OPERATION_TIMEDOUT",
        "The host did not finish the operation within the OperationTimeout.",
        "In a VMM job: `troubleshoot run scvmm-operation-timeout`. In the log of a remote shell it is only "
        "the normal answer `nothing yet`.",
    ),
    (
        0x803381DC,
        "SEMANTICCALLBACK_TIMEDOUT",
        "The provider behind WinRM did not answer within the OperationTimeout.",
        "Look for a hanging WMI provider on the host.",
    ),
    (
        0x8033801C,
        "ENUMERATE_TIMED_OUT",
        "A pull got no data in its time; the enumeration is still open.",
        "Pull again.",
    ),
    (
        0x8033800C,
        "UNSUPPORTED_TIMEOUT",
        "The timeout asked for is shorter than 500 ms.",
        "Correct the client's setting.",
    ),
)

SIZE: Final[tuple[Row, ...]] = (
    (
        0x80338026,
        "ENVELOPE_TOO_LARGE",
        "The answer is larger than the client allows.",
        "Raise MaxEnvelopeSizekb (150 on 2008 R2, 500 later) or ask for less at a time.",
    ),
    (
        0x80338048,
        "MAX_ENVELOPE_SIZE_EXCEEDED",
        "The answer is larger than the request allows.",
        "Raise MaxEnvelopeSizekb or ask for less at a time.",
    ),
    (
        0x80338049,
        "SERVER_ENVELOPE_LIMIT",
        "The answer is larger than the server allows.",
        "Raise MaxEnvelopeSizekb on the server or ask for less at a time.",
    ),
    (0x80338111, "HTTP_REQUEST_TOO_LARGE_STATUS", "The request is too large.", "Split the script."),
)

QUOTA: Final[tuple[Row, ...]] = (
    (0x8033803F, "QUOTA_LIMIT", "The service is too busy.", "Slow down, then try again."),
    (
        0x803381A5,
        "QUOTA_MAX_SHELLS",
        "This user has too many shells open.",
        "Look for leaked shells with `winrm enumerate shell`, or raise MaxShellsPerUser.",
    ),
    (
        0x803381E4,
        "QUOTA_MAX_SHELLS_PPQ",
        "This user has too many shells open (quota of the plug-in).",
        "Look for leaked shells, or raise the quota of the plug-in.",
    ),
    (
        0x803381A6,
        "QUOTA_MAX_OPERATIONS",
        "This user runs too many operations at once.",
        "Raise MaxConcurrentOperationsPerUser (15 on WinRM 2.0, 1500 later); find who sends so many.",
    ),
    (
        0x803381E8,
        "QUOTA_MAX_OPERATIONS_USER_PPQ",
        "This user runs too many operations at once (quota of the plug-in).",
        "Raise MaxConcurrentOperationsPerUser below the plug-in's Quotas; find who sends so many.",
    ),
    (0x803381A7, "QUOTA_USER", "The user's load quota is used up.", "Slow down."),
    (0x803381A8, "QUOTA_SYSTEM", "The system's load quota is used up.", "Slow down."),
    (
        0x803381AB,
        "QUOTA_MAX_SHELLUSERS",
        "Too many users have a shell open.",
        "Raise MaxConcurrentUsers, or close shells.",
    ),
    (
        0x803381E5,
        "QUOTA_MAX_USERS_PPQ",
        "Too many users are active (quota of the plug-in).",
        "Raise the quota of the plug-in.",
    ),
    (
        0x803381E6,
        "QUOTA_MAX_PLUGINSHELLS_PPQ",
        "The plug-in has too many shells.",
        "Look for leaked shells, or raise the quota of the plug-in.",
    ),
    (
        0x803381E7,
        "QUOTA_MAX_PLUGINOPERATIONS_PPQ",
        "The plug-in runs too many operations.",
        "Raise the quota of the plug-in.",
    ),
    (
        0x803381E9,
        "QUOTA_MAX_COMMANDS_PER_SHELL_PPQ",
        "Too many commands run in one shell.",
        "Use several shells, or wait.",
    ),
    (
        0x803381F2,
        "ERROR_WINRS_IDLETIMEOUT_OUTOFBOUNDS",
        "The idle timeout asked for is out of range.",
        "Correct the client's setting.",
    ),
)

CONFIG: Final[tuple[Row, ...]] = (
    (
        0x8033808A,
        "CONFIG_CANNOT_CHANGE_GPO_CONTROLLED_SETTING",
        "A Group Policy sets this value, so it cannot be changed on the host.",
        'The configuration marks it [Source="GPO"]: change the policy.',
    ),
    (
        0x803381AE,
        "DEPRECATED_CONFIG_SETTING",
        "This setting can no longer be written.",
        "Instead of MaxConcurrentOperations set MaxConcurrentOperationsPerUser.",
    ),
    (0x8033813F, "CONFIG_READONLY_PROPERTY", "The setting is read-only.", "Leave it out."),
    (
        0x80338005,
        "CONFIG_CORRUPTED",
        "The WinRM configuration is damaged.",
        "`winrm invoke Restore winrm/config @{}` makes it anew; all listeners are lost, so do it at the console.",
    ),
    (
        0x80338190,
        "PLUGIN_CONFIGURATION_CORRUPTED",
        "The configuration of a plug-in is damaged.",
        "Register the plug-in again.",
    ),
    (0x80338088, "POLICY_CORRUPTED", "The policy data are damaged.", "Mend the Group Policy and apply it again."),
    (0x8033809A, "PROVIDER_LOAD_FAILED", "The DLL of a plug-in could not be loaded.", "Repair the component."),
    (
        0x803381DF,
        "CREATESHELL_RUNAS_FAILED",
        "The account under which an endpoint runs cannot log on.",
        "Set its password at the endpoint again.",
    ),
    (
        0x8033809F,
        "INVALID_HOSTNAME_PATTERN",
        "An entry of TrustedHosts is not valid.",
        "`*` may stand alone or first in a name.",
    ),
    (
        0x80338140,
        "ERROR_WINRS_CODE_PAGE_NOT_SUPPORTED",
        "The host cannot use the code page asked for.",
        "Use code page 437.",
    ),
)

OBJECTS: Final[tuple[Row, ...]] = (
    (
        0x80338000,
        "RESOURCE_NOT_FOUND",
        "There is no object for the address and the selectors.",
        "In VMM (error 2915) a virtual machine or a WMI object vanished: refresh the host, then check WMI on it.",
    ),
    (0x80338001, "ACTION_NOT_SUPPORTED", "The service does not know the action.", "Check the client."),
    (0x80338003, "PROVIDER_FAILURE", "A plug-in failed.", "Read the inner ProviderFault."),
    (0x8033803B, "INVALID_RESOURCE_URI", "There is no such resource URI.", "Look for a typing error."),
    (0x80338002, "INVALID_URI", "The URI is not valid.", "Look for a typing error."),
    (0x80338044, "INVALID_KEY", "A selector is not known.", "Check the selectors against the class."),
    (
        0x8033805B,
        "UNEXPECTED_SELECTORS",
        "The selectors fit nothing.",
        "After a restart of the service our shell is gone: open a new one.",
    ),
    (0x8033805A, "INSUFFCIENT_SELECTORS", "A key is missing among the selectors.", "Name all keys of the class."),
    (
        0x80338102,
        "WMI_PROVIDER_NOT_CAPABLE",
        "The WMI provider cannot do this.",
        "The class may be read-only.",
    ),
    (
        0x8033810A,
        "INVALID_CHARACTERS_IN_RESPONSE",
        "The answer holds control characters.",
        "A name or a log text with bad bytes: ask for other properties.",
    ),
    (0x8033816E, "SHELL_NOT_INITIALIZED", "The service was shutting down.", "Connect again."),
    (
        0x803381FA,
        "CLIENT_SESSION_UNUSABLE",
        "The session is dead; usually the service was restarted.",
        "Open a new session. First find out whether the last command ran.",
    ),
    (0x803381C4, "ERROR_WINRS_SHELL_DISCONNECTED", "The shell is disconnected.", "Reconnect to it or give it up."),
    (0x803381DE, "SERVICE_STREAM_DISCONNECTED", "The stream is disconnected.", "Reconnect to it or give it up."),
    (0x803381CC, "COMMAND_TERMINATED", "The command was ended or is ending.", "Usually our own signal did that."),
)

RIGHTS: Final[tuple[Row, ...]] = (
    (
        0x80338104,
        "WMI_SVC_ACCESS_DENIED",
        "The WMI service said: access denied.",
        "Check the rights on the namespace and DCOM; from a remote session think of the second hop.",
    ),
    (
        0x80338105,
        "WMI_PROVIDER_ACCESS_DENIED",
        "The WMI provider said: access denied.",
        "Check the rights of the account in the product behind the class.",
    ),
    (
        0x80338106,
        "WMI_CANNOT_CONNECT_ACCESS_DENIED",
        "WMI on the further host said: access denied.",
        "Check rights there; from a remote session think of the second hop.",
    ),
)

FAMILIES: Final = {
    "reach": REACH,
    "authentication": AUTH,
    "time": TIME,
    "size": SIZE,
    "quota": QUOTA,
    "configuration": CONFIG,
    "object": OBJECTS,
    "rights": RIGHTS,
}
