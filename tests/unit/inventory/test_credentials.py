"""Secrets: where they are looked for, in which order, and that nobody sees them."""

from __future__ import annotations

import asyncio
import pickle
import sys
import types

import pytest

from troubleshoot.errors import OperatorError
from troubleshoot.inventory.credentials import Credentials, environment_name


def test_environment_names() -> None:
    assert environment_name("core-sw1.example") == "CORE_SW1_EXAMPLE"


async def test_order_of_sources() -> None:
    environ = {"TROUBLESHOOT_PASSWORD": "general", "TROUBLESHOOT_PASSWORD_R_2": "special"}
    credentials = Credentials(passwords={"r1": "file"}, environ=environ, password_command=("false",))
    assert [await credentials.password(name) for name in ("r1", "r-2", "r3")] == ["file", "special", "general"]


async def test_enable_secret_falls_back_to_none() -> None:
    credentials = Credentials(environ={"TROUBLESHOOT_ENABLE_R1": "e1"})
    assert (await credentials.enable_secret("r1"), await credentials.enable_secret("r2")) == ("e1", None)


async def test_password_command_runs_without_a_shell() -> None:
    code = "import sys; print(sys.argv[1]); print('second line')"
    credentials = Credentials(environ={}, password_command=(sys.executable, "-c", code, "{host};$(id)"))
    assert await credentials.password("r1") == "r1;$(id)"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("/nonexistent/pw",), "cannot be run"),
        ((sys.executable, "-c", "import sys; print('hunter2'); sys.exit(4)"), "exit code 4"),
        ((sys.executable, "-c", "import time; time.sleep(20)"), "no answer within"),
    ],
)
async def test_a_failing_password_command_is_said_without_its_output(command: tuple[str, ...], message: str) -> None:
    credentials = Credentials(
        environ={}, password_command=command, command_timeout=0.5 if "sleep" in command[-1] else 20.0
    )
    with pytest.raises(OperatorError, match=message) as caught:
        await credentials.password("r1")
    assert "hunter2" not in caught.value.message


async def test_a_person_is_asked_once_per_host() -> None:
    asked: list[str] = []

    async def ask(question: str) -> str | None:
        asked.append(question)
        await asyncio.sleep(0.01)
        return "typed"

    credentials = Credentials(environ={}, ask=ask)
    found = await asyncio.gather(*(credentials.password(name) for name in ("r1", "r1", "r2")))
    assert found == ["typed"] * 3
    assert sorted(asked) == ["Password for r1", "Password for r2"]
    credentials.forget("r1")
    await credentials.password("r1")
    assert len(asked) == 3


async def test_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("keyring")
    module.get_password = lambda service, host: f"{service}/{host}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    assert await Credentials(environ={}, use_keyring=True).password("r1") == "troubleshoot/r1"
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(OperatorError, match="not installed"):
        await Credentials(environ={}, use_keyring=True).password("r1")


async def test_known_secrets_feed_redaction_and_nothing_else_shows_them() -> None:
    environ = {"TROUBLESHOOT_PASSWORD_R2": "from-env", "PATH": "/bin"}

    async def ask(question: str) -> str | None:
        return "typed-in"

    credentials = Credentials(passwords={"r1": "from-file"}, environ=environ, ask=ask)
    await credentials.password("r3")
    assert credentials.known_secrets() == {"from-file", "from-env", "typed-in"}
    assert repr(credentials) == "Credentials(...)"
    with pytest.raises(TypeError):
        pickle.dumps(credentials)
