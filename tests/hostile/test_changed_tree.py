"""A tree that someone edits during an incident: noticed, told, and the incident goes on with the stored copy."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.support import troubleshoot
from troubleshoot.core.effects import Collect
from troubleshoot.core.state import State
from troubleshoot.session.front import Go
from troubleshoot.session.headless import Headless
from troubleshoot.session.wiring import Setup, open_session, resume_session

_ENTRY = """\
          Routing entry for 10.0.0.0/24
            Known via "connected", distance 0, metric 0 (connected, via interface)
            Routing Descriptor Blocks:
            * directly connected, via GigabitEthernet0/1
                Route metric is 0, traffic share count is 1
"""
_CAPTURES = "hosts:\n  r1:\n    platform: ios\n    commands:\n" + "".join(
    f"      - command: show ip route {address}\n        output: |\n{_ENTRY}" for address in ("10.0.0.1", "10.0.0.2")
)
_STEP = """\
  {id}:
    title: Route
    why: The router has to know the way.
    collect:
      route_{id}: {{host: <router>, commands: {{ios: show ip route {address}}}, parse: route}}
    branches:
      - {{when: route_{id}.found, because: The route is there., go: {go}}}
      - {{otherwise: true, because: No route., go: dunno}}
    unknown: dunno
"""
_TREE = (
    "id: two-steps\ntitle: Two routes\nsummary: Two routes.\nversion: 1\nsignatures: [two routes]\n"
    "references: [https://example.com]\nparameters:\n  router: {type: host, ask: Which router}\nstart: first\nsteps:\n"
    + _STEP.format(id="first", address="10.0.0.1", go="second")
    + _STEP.format(id="second", address="10.0.0.2", go="end")
    + "  end:\n    diagnosis: {title: Both are there, claims: [route_second]}\n"
    + "  dunno:\n    inconclusive: {title: Cannot tell}\n"
)


class _Stops(Headless):
    """Cut off when the second step is about to look."""

    async def before_collect(self, effect: Collect, state: State) -> Go:
        if state.path:
            raise asyncio.CancelledError
        return await super().before_collect(effect, state)


def _setup(home: Path) -> Setup:
    folder = home / "trees" / "two-steps"
    folder.mkdir(parents=True)
    (folder / "tree.yaml").write_bytes(_TREE.encode())
    (home / "captures.yaml").write_text(_CAPTURES, "utf-8")
    return Setup(
        "two-steps",
        {"router": "r1"},
        trees=(home / "trees",),
        captures=home / "captures.yaml",
        journal=home / "journal.sqlite",
    )


async def _interrupted(setup: Setup) -> str:
    async with open_session(setup, _Stops()) as session:
        with pytest.raises(asyncio.CancelledError):
            await session.run()
        assert [entry.step for entry in session.state.path] == ["first"]
        return session.state.incident


def _edited(folder: Path) -> None:
    text = _TREE.replace("go: end", "go: dunno").replace("Both are there", "Something else")
    (folder / "tree.yaml").write_text(text, "utf-8")


def _broken(folder: Path) -> None:
    (folder / "tree.yaml").write_bytes(b"\xff\x00 a: [")


_EDITS = [(_edited, "has changed"), (shutil.rmtree, "is no longer there"), (_broken, "can no longer be read")]


@pytest.mark.parametrize(("edit", "told"), _EDITS)
async def test_a_resumed_session_tells_it_and_goes_on_with_the_stored_tree(
    edit: Callable[[Path], None], told: str, tmp_path: Path
) -> None:
    setup = _setup(tmp_path)
    incident = await _interrupted(setup)
    edit(tmp_path / "trees" / "two-steps")
    warned: list[str] = []
    async with resume_session(incident, setup, Headless(on_warning=warned.append)) as session:
        state = await session.run()
    assert state.conclusion is not None
    assert (state.conclusion.id, state.conclusion.title) == ("end", "Both are there")
    assert [text for text in warned if f"the tree two-steps {told} since this incident began" in text] == warned != []


async def test_a_tree_that_stayed_the_same_is_not_mentioned(tmp_path: Path) -> None:
    setup = _setup(tmp_path)
    incident = await _interrupted(setup)
    warned: list[str] = []
    async with resume_session(incident, setup, Headless(on_warning=warned.append)) as session:
        await session.run()
    assert warned == []


def test_the_command_line_tells_it_and_goes_on_with_the_stored_tree(tmp_path: Path) -> None:
    setup = _setup(tmp_path)
    incident = asyncio.run(_interrupted(setup))
    _edited(tmp_path / "trees" / "two-steps")
    places = ("--trees", tmp_path / "trees", "--journal", tmp_path / "journal.sqlite")
    ran = troubleshoot(tmp_path, "resume", incident, *places, "--headless", "--json")
    assert ran.code == 1, ran.err
    assert (ran.result["outcome"], ran.result["diagnosis"]["title"]) == ("diagnosed", "Both are there")
    assert ran.result["tree"]["sha256"] == hashlib.sha256(_TREE.encode()).hexdigest()
    assert "the tree two-steps has changed since this incident began" in ran.err
