"""Which observations need a second hop is told before the run, and only where it cannot work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.core.model import Branch, Collect, CollectStep, Parameter, Tree
from troubleshoot.inventory.model import Host
from troubleshoot.session.delegation import stuck
from troubleshoot.session.source import Source


@dataclass
class Hosts:
    hosts: dict[str, Host] = field(default_factory=dict)
    mode: str = "live"

    def find(self, query: str) -> Host | None:
        return self.hosts.get(query)


def tree(second_hop: bool = True, many: bool = False) -> Tree:
    item = Collect("store", "ca", {Platform.WINDOWS: ("certutil -cainfo",)}, "x", second_hop=second_hop)
    step = CollectStep("ask_directory", "why", (item,), (Branch(None, "b", "ask_directory"),), "inconclusive")
    return Tree("t", "T", 1, "ask_directory", {step.id: step}, {"ca": Parameter("ca", "host", many=many)})


def hosts(**winrm: Any) -> Source:
    return cast(Source, Hosts({"ca01": Host("ca01", "ca01", Platform.WINDOWS, winrm=winrm)}))


def test_ntlm_cannot_pass_credentials_on() -> None:
    (sentence,) = stuck(tree(), {"ca": "ca01"}, hosts())
    assert "ca01" in sentence and "ask_directory" in sentence and "kerberos" in sentence


@pytest.mark.parametrize("winrm", [{"transport": "credssp"}, {"transport": "kerberos", "delegation": "yes"}])
def test_delegation_is_enough(winrm: dict[str, str]) -> None:
    assert stuck(tree(), {"ca": "ca01"}, hosts(**winrm)) == []


def test_only_marked_observations_count() -> None:
    assert stuck(tree(second_hop=False), {"ca": "ca01"}, hosts()) == []


def test_each_host_of_a_list_is_told_once() -> None:
    assert len(stuck(tree(many=True), {"ca": ("ca01", "nowhere")}, hosts())) == 1


def test_captured_evidence_needs_no_connection() -> None:
    source = Hosts({"ca01": Host("ca01", "ca01", Platform.WINDOWS)}, "captures")
    assert stuck(tree(), {"ca": "ca01"}, cast(Source, source)) == []


def test_other_platforms_are_not_meant() -> None:
    source = Hosts({"ca01": Host("ca01", "ca01", Platform.IOS)})
    assert stuck(tree(), {"ca": "ca01"}, cast(Source, source)) == []
