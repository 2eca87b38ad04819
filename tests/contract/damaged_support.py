"""Evidence of a recorded case, damaged in one place: cut, empty, refused, or not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.state import State
from troubleshoot.inventory.model import Host
from troubleshoot.session.sources import captured, captured_in
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.refusals import read_refusal
from troubleshoot.trees.cases import Case

REFUSED = {
    Platform.IOS: "            ^\n% Invalid input detected at '^' marker.\n",
    Platform.NXOS: "            ^\n% Invalid command at '^' marker.\n",
    Platform.JUNOS: "error: syntax error, expecting <command>.\n",
    Platform.FRR: "% Unknown command: show ip pim\n",
}
DENIED = {
    Platform.IOS: "Command authorization failed.\n",
    Platform.NXOS: "% Permission denied for the role\n",
    Platform.JUNOS: "error: permission denied: pim\n",
    Platform.FRR: "Exiting: failed to connect to any daemons.\n",
}
# platform, name of the observation, text -> is this a list that became shorter, which no reader can tell?
IsShorterList = Callable[[Platform, str, str], bool]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is put in the place of one answer; None: it was not captured."""

    host: str
    command: str
    what: str
    text: str | None
    shorter_list: bool = False


class Damaged:
    """The evidence of a case, damaged in one place."""

    mode = "captures"

    def __init__(self, case: Case, damage: Damage | None = None) -> None:
        assert case.hosts is not None
        self._inner = captured(case.captures) if case.captures else captured_in(case.hosts)
        self._damage = damage

    def find(self, query: str) -> Host | None:
        return self._inner.find(query)

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        damage = self._damage
        if damage is None or (damage.host, damage.command) != (host, command):
            return await self._inner.read(host, command, deadline=deadline, on_chunk=on_chunk)
        if damage.text is None:
            raise TransportError(Trouble.NOT_SEEN, f"{host}: {command!r} was not captured")
        known = self._inner.find(host)
        assert known is not None
        return Output(damage.text, refusal=read_refusal(known.platform, damage.text))

    async def configure(self, *_: object, **__: object) -> Output:
        raise AssertionError("evidence is never changed")

    execute = detached = restart = configure

    async def close(self) -> None:
        pass


def damages(state: State, is_shorter_list: IsShorterList) -> Iterator[Damage]:
    """Everything that can happen to each answer of a walk."""
    for seen in state.observations:
        for part in seen.parts:
            platform = state.hosts[seen.host].platform
            for what, text in _replacements(platform):
                yield Damage(seen.host, part.command, what, text)
            lines = part.text.rstrip("\n").split("\n")
            for kept in range(1, len(lines)):
                text = "\n".join(lines[:kept]) + "\n"
                shorter = is_shorter_list(platform, seen.name, text)
                yield Damage(seen.host, part.command, f"cut after line {kept}", text, shorter)


def _replacements(platform: Platform) -> list[tuple[str, str | None]]:
    return [("not captured", None), ("empty", ""), ("refused", REFUSED[platform]), ("denied", DENIED[platform])]
