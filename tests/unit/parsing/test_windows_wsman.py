"""WinRM's own answers: settings by their place in the tree, failures by number, and nothing from a cut text."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_host_texts import CONFIG, IDENTIFY, UNREACHABLE
from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure


def test_the_two_settings_that_decide_are_found_by_their_place() -> None:
    config = read("winrm_config", CONFIG)
    assert (config["max_timeout"]["number"], config["max_timeout"]["at"]) == (60000, [[0, 3, 3]])
    assert (config["max_operations"]["number"], config["max_operations"]["section"]) == (15, "Config/Service")
    assert not config["max_timeout"]["policy"]
    unencrypted = [item["section"] for item in config["settings"] if item["name"] == "AllowUnencrypted"]
    assert unencrypted == ["Config/Client", "Config/Service"]
    basic = {item["section"]: item["value"] for item in config["settings"] if item["name"] == "Basic"}
    assert basic == {"Config/Client/Auth": "true", "Config/Service/Auth": "false"}
    assert [item["value"] for item in config["settings"] if item["name"] == "TrustedHosts"] == [""]


def test_a_policy_is_named_at_the_value_it_sets() -> None:
    text = CONFIG.replace("MaxTimeoutms = 60000", 'MaxTimeoutms = 60000 [Source="GPO"]')
    text = text.replace("TrustedHosts", 'TrustedHosts = vmm*, hv* [Source="GPO"]')
    config = read("winrm_config", text)
    assert (config["max_timeout"]["policy"], config["max_timeout"]["number"]) == (True, 60000)
    assert not config["max_operations"]["policy"]
    assert [(item["value"], item["policy"]) for item in config["settings"] if item["name"] == "TrustedHosts"] == [
        ("vmm*, hv*", True)
    ]


def test_later_releases_and_crlf_and_a_prompt_around_it() -> None:
    text = CONFIG.replace("PerUser = 15", "PerUser = 1500").replace("        CertificateThumbprint\n", "")
    text = (
        "C:\\Windows\\system32>winrm get winrm/config\r\n" + text.replace("\n", "\r\n") + "\r\nC:\\Windows\\system32>"
    )
    assert read("winrm_config", text)["max_operations"]["number"] == 1500


@pytest.mark.parametrize(
    "text",
    [
        "",
        CONFIG[: CONFIG.index("    Winrs")],
        CONFIG[: CONFIG.index("        MaxShellsPerUser")],
        CONFIG[CONFIG.index("    Service") :],
        CONFIG.replace("        MaxConcurrentOperationsPerUser = 15\n", ""),
        CONFIG.replace("MaxTimeoutms = 60000", "MaxTimeoutms = many"),
        CONFIG.replace("    MaxBatchItems = 32000", "    *** \x1b[0m"),
        'CScript Error: Can\'t find script engine "VBScript" for script "C:\\Windows\\System32\\winrm.vbs".',
        "'winrm' ist kein Programm",
    ],
)
def test_a_cut_or_foreign_configuration_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("winrm_config", text)


def test_no_rights_is_a_refusal_and_no_value() -> None:
    text = "WSManFault\n    Message = Access is denied. \n\nError number:  -2147024891 0x80070005\nAccess is denied. \n"
    with pytest.raises(Refused):
        read("winrm_config", text)
    with pytest.raises(Refused):
        read("winrm_identify", text)


def test_identify_answers() -> None:
    found = read("winrm_identify", IDENTIFY)
    assert (found["answered"], found["version"], found["code"]) == (True, "OS: 0.0.0 SP: 0.0 Stack: 2.0", None)


@pytest.mark.parametrize(
    "text",
    [UNREACHABLE, UNREACHABLE.replace("Error number:", "Fehlernummer: ").replace("The client", "Der Client")],
)
def test_a_failed_identify_is_told_by_its_number(text: str) -> None:
    found = read("winrm_identify", text)
    assert (found["answered"], found["code"]) == (False, "0x80338012")
    assert found["at"] == [[0, 4, 4]]


@pytest.mark.parametrize("text", [IDENTIFY[:60], "WSManFault\n    Message = no number", "hello", ""])
def test_an_unclear_identify_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("winrm_identify", text)


def test_helpmsg_is_a_text() -> None:
    text = (
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  \r\n"
    )
    assert read("winrm_helpmsg", text)["text"].endswith("specified in OperationTimeout.")
    with pytest.raises(ParseFailure):
        read("winrm_helpmsg", 'Error: Invalid use of command line. Type "winrm -?" for help.')


def test_a_configuration_cut_anywhere_is_refused() -> None:
    lines = CONFIG.splitlines()
    for count in range(len(lines)):
        with pytest.raises(ParseFailure):
            read("winrm_config", "\n".join(lines[:count]))


def test_quotas_of_the_plug_ins() -> None:
    text = '"Plugin","Value"\r\n"microsoft.powershell","2147483647"\r\n"WMI Provider","20"\r\nend\r\n'
    quotas = read("winrm_plugin_quotas", text)["quotas"]
    assert [(item["plugin"], item["operations"]) for item in quotas] == [
        ("microsoft.powershell", 2147483647),
        ("WMI Provider", 20),
    ]
    for bad in ("end", text.replace("20", ""), text.replace("end", "")):
        with pytest.raises(ParseFailure):
            read("winrm_plugin_quotas", bad)
