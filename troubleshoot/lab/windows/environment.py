"""The environment variables that a program finds."""

from __future__ import annotations

from typing import Final

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Logon

SYSTEM32: Final = "C:\\Windows\\System32"


def environment_of(machine: Machine, logon: Logon) -> dict[str, str]:
    """The variables of an account's programs on a host, in the order in which `set` shows them."""
    domain, _, user = logon.user.rpartition("\\")
    profile = f"{SYSTEM32}\\config\\systemprofile" if logon.system else f"C:\\Users\\{user}"
    variables = {
        "ALLUSERSPROFILE": "C:\\ProgramData",
        "APPDATA": f"{profile}\\AppData\\Roaming",
        "COMPUTERNAME": machine.computer,
        "ComSpec": f"{SYSTEM32}\\cmd.exe",
        "NUMBER_OF_PROCESSORS": "4",
        "OS": "Windows_NT",
        "Path": f"{SYSTEM32};C:\\Windows;{SYSTEM32}\\Wbem;{SYSTEM32}\\WindowsPowerShell\\v1.0\\",
        "PATHEXT": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
        "PROCESSOR_ARCHITECTURE": "AMD64",
        "ProgramData": "C:\\ProgramData",
        "ProgramFiles": "C:\\Program Files",
        "PROMPT": "$P$G",
        "PUBLIC": "C:\\Users\\Public",
        "SystemDrive": "C:",
        "SystemRoot": "C:\\Windows",
        "TEMP": "C:\\Windows\\TEMP" if logon.system else f"{profile}\\AppData\\Local\\Temp",
        "TMP": "C:\\Windows\\TEMP" if logon.system else f"{profile}\\AppData\\Local\\Temp",
        "USERDOMAIN": domain or machine.computer,
        "USERNAME": f"{machine.computer}$" if logon.system else user,
        "USERPROFILE": profile,
        "windir": "C:\\Windows",
    }
    if machine.role != 2 and machine.estate.directory is not None:
        variables["USERDNSDOMAIN"] = machine.estate.directory.domain.upper()
    return variables
