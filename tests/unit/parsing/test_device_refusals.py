"""What a device refuses is told apart from what it answers."""

from __future__ import annotations

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import RefusalKind, Refused, refusal
from troubleshoot.parsing.registry import parse

IOS, NXOS, JUNOS, FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR
KIND = RefusalKind


@pytest.mark.parametrize(
    ("platform", "text", "kind"),
    [
        (IOS, "show ip foo\n          ^\n% Invalid input detected at '^' marker.\n", KIND.INVALID),
        (IOS, "% Incomplete command.", KIND.INCOMPLETE),
        (IOS, '% Ambiguous command:  "show i"', KIND.AMBIGUOUS),
        (IOS, "Command authorization failed.", KIND.AUTHORIZATION),
        (IOS, "% Authorization failed.", KIND.AUTHORIZATION),
        (IOS, "% VRF RED does not exist", KIND.NO_SUCH_VRF),
        (IOS, "No such VRF", KIND.NO_SUCH_VRF),
        (IOS, "IP routing table vrf RED does not exist", KIND.NO_SUCH_VRF),
        (IOS, "% IP routing table RED does not exist", KIND.NO_SUCH_VRF),
        (IOS, "% Something we never met", KIND.UNKNOWN),
        (NXOS, "                ^\n% Invalid command at '^' marker.", KIND.INVALID),
        (NXOS, "% Permission denied for the role", KIND.AUTHORIZATION),
        (NXOS, "MSDP process is not running", KIND.FEATURE_OFF),
        (NXOS, "ERROR: Operation failed: [vPC already exists]", KIND.REJECTED),
        (NXOS, "command failed: port not compatible [Access VLAN]", KIND.REJECTED),
        (JUNOS, "                 ^\nsyntax error, expecting <command>.", KIND.INVALID),
        (JUNOS, "error: syntax error, expecting <command>.", KIND.INVALID),
        (JUNOS, "unknown command.", KIND.INVALID),
        (JUNOS, "error: permission denied", KIND.AUTHORIZATION),
        (JUNOS, "warning: pim subsystem not running - not needed by configuration.", KIND.FEATURE_OFF),
        (FRR, "% Unknown command: show ip pim nexthop-lookup 10.1.1.1 239.1.1.1 json", KIND.INVALID),
        (FRR, "% Command incomplete: show ip", KIND.INCOMPLETE),
        (FRR, "pimd is not running", KIND.FEATURE_OFF),
        (FRR, "% VRF RED not found", KIND.NO_SUCH_VRF),
    ],
)
def test_refusals(platform: Platform, text: str, kind: RefusalKind) -> None:
    found = refusal(platform, text)
    assert found is not None
    assert found.kind is kind
    assert found.text in text
    assert text.split("\n")[found.line - 1].strip() == found.text


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (IOS, "Group 239.9.9.9 not found"),
        (IOS, "% Group 239.9.9.9 not found"),
        (IOS, "% Network not in table"),
        (IOS, "% Subnet not in table"),
        (IOS, "IP Multicast Forwarding is not enabled."),
        (IOS, "RPF information for ? (10.1.1.10) failed, no route exists"),
        (NXOS, "Route not found"),
        (FRR, "% No match for RPF lookup"),
        (FRR, "% No such interface or neighbor\n{\n}"),
        (FRR, "Nexthop Lookup failed, no usable routes returned."),
        (Platform.WINDOWS, "% Invalid input detected at"),
    ],
)
def test_findings_are_not_refusals(platform: Platform, text: str) -> None:
    assert refusal(platform, text) is None


def test_a_sentence_quoted_deep_in_a_configuration_is_not_a_refusal() -> None:
    lines = [f"interface Vlan{n}\n ip address 10.0.{n}.1 255.255.255.0" for n in range(20)]
    lines.insert(10, "% Authorization failed")
    assert refusal(IOS, "\n".join(lines)) is None


def test_registry_raises_before_parsing_and_the_message_is_safe() -> None:
    with pytest.raises(Refused) as caught:
        parse("mroute", FRR, ["{}", "% Unknown command: \x1b[31m" + "x" * 500])
    assert (caught.value.part, caught.value.line) == (1, 1)
    assert caught.value.refusal.kind is KIND.INVALID
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 150


def test_pimd_down_answers_only_the_question_whether_multicast_is_on() -> None:
    assert parse("multicast_global", FRR, ["pimd is not running\n"])["enabled"] is False
    with pytest.raises(Refused):
        parse("pim_neighbors", FRR, ["pimd is not running\n"])
