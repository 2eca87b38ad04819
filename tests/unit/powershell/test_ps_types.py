"""Types that topics add to the simulated PowerShell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.unit.powershell.ps_hosts import Ask
from troubleshoot.lab.windows.powershell import types
from troubleshoot.lab.windows.topic import Call, PsObject


async def _bind(call: Call, value: Any) -> PsObject:
    stored: dict[str, Any] = {}

    async def set_info() -> None:
        stored["saved"] = True

    async def put(name: str, to: Any) -> None:
        made[name] = to

    made = PsObject("Test.Thing", {"Path": value, "Host": call.machine.computer}, {"setinfo": set_info, "__set__": put})
    return made


async def _new(call: Call, arguments: Sequence[Any]) -> PsObject:
    return await _bind(call, arguments[0] if arguments else None)


async def _twice(call: Call, arguments: Sequence[Any]) -> int:
    return int(arguments[0]) * 2


@pytest.fixture
def _thing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(types, "_TYPES", dict(types._TYPES))
    types.register("System.Test.Thing", types.TypeHandler(cast=_bind, new=_new, members={"twice": _twice}))
    yield


@pytest.mark.usefixtures("_thing")
async def test_casts_objects_members_and_setters(ask: Ask) -> None:
    answer = await ask(
        "PS> ([test.thing]'a').Path; (New-Object Test.Thing 'b').Host; [Test.Thing]::Twice(21);"
        " $t = New-Object System.Test.Thing -ArgumentList 'c' -Property @{Extra=5}; $t.Extra; $t.Path = 'd'; $t.Path; $t.SetInfo(); 'end'"
    )
    assert answer.err == ""
    assert answer.out == ["a", "HV01", "42", "5", "d", "end"]


async def test_an_unknown_type_is_an_error(ask: Ask) -> None:
    assert "Unable to find type [no.such.thing]" in (await ask("PS> [No.Such.Thing]'x'")).err
    assert "Unable to find type [no.such]" in (await ask("PS> [No.Such]::X")).err
    assert "Cannot find type [No.Such]" in (await ask("PS> New-Object No.Such")).err
