"""Listeners with test programs, by a factory; all are closed at the end of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.unit.lab_wire.wire_support import ACCOUNTS, Launcher, machine
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.wire import listen
from troubleshoot.lab.windows.wire.listener import Listener

Serve = Callable[..., Awaitable[Listener]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    opened: list[Listener] = []

    async def start(host: Machine | None = None, **options: Any) -> Listener:
        options.setdefault("launch", Launcher())
        opened.append(await listen(host or machine(), ACCOUNTS, **options))
        return opened[-1]

    yield start
    for listener in opened:
        await listener.close()
