"""Known before the run: which observations need our credentials on a further host, and where that cannot work.

A Windows host cannot pass on what NTLM proved (the second hop). An answer refused for that reason says nothing about
rights, so a person should know beforehand which parts of the walk will be *cannot tell*, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from troubleshoot.core.kinds import Platform
from troubleshoot.core.model import Collect, CollectStep, Tree
from troubleshoot.core.values import Value
from troubleshoot.inventory.model import Host
from troubleshoot.inventory.winrm import winrm_options
from troubleshoot.session.source import Source

WAYS_OUT = "give the host `winrm: {transport: kerberos, delegation: yes}` or credssp in the inventory"


def stuck(tree: Tree, parameters: Mapping[str, Value], source: Source) -> list[str]:
    """One sentence for each host whose connection cannot pass our credentials on although a step needs it.

    Captured evidence needs no connection: the list is then empty.
    """
    if source.mode == "captures":
        return []
    needs: dict[str, list[str]] = {}
    for step, item in _second_hops(tree):
        for host in _hosts(parameters.get(item.host), source):
            if host.platform is Platform.WINDOWS and not winrm_options(host).delegates:
                needs.setdefault(host.name, []).append(step)
    return [_sentence(name, steps) for name, steps in needs.items()]


def _second_hops(tree: Tree) -> Iterator[tuple[str, Collect]]:
    for step in tree.steps.values():
        if isinstance(step, CollectStep):
            name = step.id if "<" in step.title else step.title or step.id
            yield from ((name, item) for item in step.collect if item.second_hop)


def _hosts(value: Value, source: Source) -> Iterator[Host]:
    for name in value if isinstance(value, tuple) else (value,):
        found = source.find(str(name)) if name else None
        if found is not None:
            yield found


def _sentence(host: str, steps: list[str]) -> str:
    names = "; ".join(dict.fromkeys(steps))
    return f"{host} cannot pass our credentials on, so these steps may end in cannot tell: {names} ({WAYS_OUT})"
