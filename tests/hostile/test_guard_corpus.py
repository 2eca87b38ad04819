"""The read-only guard on labelled commands of every platform: no change is taken for a read, and reads pass."""

from __future__ import annotations

import pytest

from tests.figures import Figures
from tests.hostile.guard_corpus import FILES, LABELS, lines, platform
from troubleshoot.core import risk
from troubleshoot.core.command_text import render, required
from troubleshoot.core.kinds import Platform
from troubleshoot.core.model import Collect, Tree
from troubleshoot.core.values import Value
from troubleshoot.session.wiring import library

_SAMPLES: dict[str, Value] = {
    "word": "Gi0-1",
    "host": "r1.corp.example",
    "hostname": "r1.corp.example",
    "dns_name": "_ldap._tcp.corp.example",
    "ipv4": "10.0.0.1",
    "ip": "2001:db8::1",
    "multicast_group": "239.1.1.1",
    "prefix": "10.1.0.0/16",
    "vrf": "RED",
    "interface": "GigabitEthernet0/1",
    "label": "Mail Relay (2)",
    "dn": "CN=Users,DC=corp,DC=example",
    "config_line": "ip pim sparse-mode",
    "base64": "QUJD",
    "integer": 5,
    "code": "0x80338029",
}


@pytest.mark.parametrize("file", FILES)
def test_no_change_of_the_corpus_is_a_read_and_every_read_passes(file: str, figure: Figures) -> None:
    found = lines(file)
    assert {line.label for line in found} <= set(LABELS)
    passed = {line.command for line in found if risk.is_read(platform(file), line.command)}
    wrong = [line.command for line in found if line.label == "change" and line.command in passed]
    refused = [line.command for line in found if line.label == "read" and line.command not in passed]
    doubtful = [line.command for line in found if line.label == "unknown" and line.command in passed]
    figure("guard: commands in the labelled corpus", len(found))
    figure("guard: changes classed as read", len(wrong))
    figure("guard: reads refused", len(refused))
    assert (wrong, refused, doubtful) == ([], [], [])


def test_the_corpus_is_large_and_says_no_command_twice() -> None:
    every = {file: lines(file) for file in FILES}
    assert {platform(file) for file in FILES} == set(Platform)
    assert sum(map(len, every.values())) >= 2000
    assert sum(line.label == "change" for found in every.values() for line in found) >= 1000
    for file, found in every.items():
        commands = [line.command for line in found]
        assert len(commands) == len(set(commands)), file
        assert all(line.why for line in found if line.label == "unknown"), file


def test_every_command_that_the_bundled_trees_send_is_a_read(figure: Figures) -> None:
    asked = {item for tree in _trees() for item in _commands(tree)}
    assert len(asked) > 150
    assert [item for item in sorted(asked) if not risk.is_read(*item)] == []
    figure("guard: commands of the bundled trees", len(asked))


def _trees() -> list[Tree]:
    known = library(())
    return [known.get(name) for name in known.ids()]


def _commands(tree: Tree) -> set[tuple[Platform, str]]:
    types = {name: item.type for name, item in tree.parameters.items()}
    types |= {name: item.type for name, item in tree.variables.items()}
    samples: dict[str, Value] = {name: _SAMPLES.get(kind) for name, kind in types.items()}
    return {
        (platform, render(template, given, types))
        for item in _collected(tree)
        for platform, templates in item.commands.items()
        for template in templates
        for given in (samples, {name: samples[name] for name in required(template)})
    }


def _collected(tree: Tree) -> list[Collect]:
    """What steps and verifications ask; lint holds what a fix looks at before to the same guard."""
    steps = [item for step in tree.steps.values() for item in getattr(step, "collect", ())]
    return steps + [item for fix in tree.fixes.values() for item in fix.verify.collect]
