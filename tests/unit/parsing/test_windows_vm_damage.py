"""Cut and overwritten answers around virtual machines: the whole record, or *cannot tell* - never a shorter one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from troubleshoot import strict_yaml
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

TREES = Path(__file__).parents[3] / "decision_trees"
# parser, case, host, what stands in its commands, in order
SAMPLES = [
    ("nlb_setup", "nlb-misconfigured-interface/cases/2019_healthy", "shop01", ("WLBS", "GUID", "SettingID", "MSNdis")),
    ("nlb_state", "nlb-misconfigured-interface/cases/2019_healthy", "shop01", ("nlb query", "MicrosoftNLB")),
    ("nlb_state", "nlb-misconfigured-interface/cases/2019_german_healthy", "shop02", ("nlb query", "MicrosoftNLB")),
    ("vm_adapters", "nlb-misconfigured-interface/cases/2019_spoofing_off", "hyp3", ("Get-VMNetworkAdapter",)),
    (
        "vm_adapters",
        "nlb-misconfigured-interface/cases/2008r2_spoofing_off",
        "hyp3",
        ("Msvm_ComputerSystem", "PortSettingData", "Msvm_SwitchPort", "Msvm_VirtualSwitch"),
    ),
    ("vm_memory", "hyperv-dynamic-memory/cases/2019_maximum_reached", "node7", ("Select-Object Name,Id", "VMMemory")),
    (
        "vm_memory",
        "hyperv-dynamic-memory/cases/2008r2_maximum_reached",
        "node7",
        ("Msvm_ComputerSystem", "MemorySettingData", "MemoryVM"),
    ),
    ("vm_host_memory", "hyperv-dynamic-memory/cases/2019_healthy", "node7", ("Balancer |", "Get-VMHost |", "NumaNode")),
    ("computer", "hyperv-dynamic-memory/cases/2019_healthy", "node7", ("Win32_ComputerSystem",)),
    ("windows_events", "hyperv-dynamic-memory/cases/2019_memory_free_again", "node7", ("Worker", "VMMS")),
]
IDS = [f"{parser}-{Path(case).name}" for parser, case, _, _ in SAMPLES]


def pages(case: str, host: str, words: tuple[str, ...]) -> list[str]:
    plain: Any = strict_yaml.to_plain(strict_yaml.load_file(TREES / f"{case}.yaml"))
    commands = plain["hosts"][host]["commands"]
    return [next(one["output"] for one in commands if word in one["command"]) for word in words]


def damaged(texts: list[str]) -> Iterator[list[str]]:
    """Every page cut at many places: what follows is missing.

    `nlb query` ends with a list that nothing closes; its last line is the business of the transport.
    """
    for number, text in enumerate(texts):
        body = text.rstrip()
        end = len(body) if body.endswith(("end", "</Events>")) else body.rindex("\n")
        for place in range(0, end, 7):
            yield [body[:place] if number == other else whole for other, whole in enumerate(texts)]


@pytest.mark.parametrize(("parser", "case", "host", "words"), SAMPLES, ids=IDS)
def test_a_cut_answer_is_never_a_shorter_record(parser: str, case: str, host: str, words: tuple[str, ...]) -> None:
    texts = pages(case, host, words)
    assert parse(parser, Platform.WINDOWS, texts)
    for cut in damaged(texts):
        with pytest.raises(ParseFailure):
            parse(parser, Platform.WINDOWS, cut)


@pytest.mark.parametrize(("parser", "case", "host", "words"), SAMPLES, ids=IDS)
def test_overwritten_characters_never_crash(parser: str, case: str, host: str, words: tuple[str, ...]) -> None:
    texts = pages(case, host, words)
    dice = random.Random(7)
    for _ in range(150):
        number = dice.randrange(len(texts))
        text, place = texts[number], dice.randrange(len(texts[number]))
        strange = dice.choice(['"', ",", "\n", "\x1b[2J", "<", "&", "\0", "9" * 30, "{}", "\u202e"])
        spoilt = [f"{text[:place]}{strange}{text[place + 1 :]}" if number == n else one for n, one in enumerate(texts)]
        try:
            parse(parser, Platform.WINDOWS, spoilt)
        except ParseFailure:
            continue
