"""The three programs that walk the same path: ours, a bare scrapli script, a bare asyncssh script.

``python -m benchmarks.trace_jobs ours|scrapli|asyncssh PLAN.json 1`` prints one line of JSON: for each of its walks the
seconds of its parts. The first walk of a process pays for the imports, the others show what a long-lived process pays.
Each imports only what it needs, inside its own function: the imports are part of what is measured.
"""

from __future__ import annotations

import time

_started = time.perf_counter()

import asyncio  # noqa: E402 - the clock starts before the imports
import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Coroutine  # noqa: E402
from functools import cache  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

Plan = dict[str, Any]
Parts = dict[str, float]
_PROMPT = r"[\w.\-]+[#>] ?$"
WAIT = 0.02  # seconds between two counter samples; the tree's own interval would only blur the ratios


async def scrapli_script(plan: Plan) -> Parts:
    """What one writes with scrapli: a driver per host when it is first needed, then command after command."""
    import_module("asyncssh")  # scrapli loads its transport at the first connection
    from scrapli.driver.core import AsyncIOSXEDriver

    imported = time.perf_counter()
    connecting = 0.0
    open_drivers: dict[str, AsyncIOSXEDriver] = {}
    for host, command in plan["steps"]:
        if host not in open_drivers:
            began = time.perf_counter()
            driver = AsyncIOSXEDriver(
                host="127.0.0.1",
                port=plan["ports"][host],
                auth_username=plan["username"],
                auth_password=plan["password"],
                auth_strict_key=False,
                default_desired_privilege_level="exec",  # as ours without an enable secret
                transport="asyncssh",
                transport_options={"asyncssh": {"client_keys": None, "agent_path": None, "config": None}},
            )
            await driver.open()
            open_drivers[host] = driver
            connecting += time.perf_counter() - began
        response = await open_drivers[host].send_command(command)
        assert not response.failed, response.result
    ended = time.perf_counter()
    await asyncio.gather(*(driver.close() for driver in open_drivers.values()))
    return _parts(imported, connecting, ended)


async def asyncssh_script(plan: Plan) -> Parts:
    """The same with nothing but asyncssh: a shell per host, read up to the prompt."""
    import re

    import asyncssh

    imported = time.perf_counter()
    connecting = 0.0
    prompt = re.compile(_PROMPT)
    shells: dict[str, tuple[asyncssh.SSHClientConnection, asyncssh.SSHClientProcess[str]]] = {}

    async def answer(process: asyncssh.SSHClientProcess[str], command: str) -> str:
        process.stdin.write(f"{command}\n")
        return str(await process.stdout.readuntil(prompt))

    for host, command in plan["steps"]:
        if host not in shells:
            began = time.perf_counter()
            connection = await asyncssh.connect(
                "127.0.0.1",
                plan["ports"][host],
                username=plan["username"],
                password=plan["password"],
                known_hosts=plan["known_hosts"],
                client_keys=None,
                agent_path=None,
                config=None,
            )
            process = await connection.create_process(term_type="vt100", term_size=(511, 500))
            await process.stdout.readuntil(prompt)
            await answer(process, "terminal length 0")
            shells[host] = connection, process
            connecting += time.perf_counter() - began
        text = await answer(shells[host][1], command)
        assert "% Invalid" not in text, text
    ended = time.perf_counter()
    for connection, _ in shells.values():
        connection.close()
    await asyncio.gather(*(connection.wait_closed() for connection, _ in shells.values()))
    return _parts(imported, connecting, ended)


def _parts(imported: float, connecting: float, ended: float) -> Parts:
    return {
        "imports": imported - _started,
        "connect": connecting,
        "commands": ended - imported - connecting,
        "close": time.perf_counter() - ended,
    }


async def ours(plan: Plan) -> Parts:
    """`troubleshoot run rpf-trace --json`, with a stopwatch at the doors of its rooms."""
    import_module("troubleshoot.transports.ssh_network")  # it would count as connecting
    from troubleshoot.core.effects import Wait
    from troubleshoot.core.state import State
    from troubleshoot.report.result import result
    from troubleshoot.session import wiring
    from troubleshoot.session.headless import Headless

    watch = _instrumented()
    watch.seconds = {"imports": time.perf_counter() - _started}

    class Impatient(Headless):
        async def wait(self, effect: Wait, state: State) -> None:
            began = time.perf_counter()
            await asyncio.sleep(WAIT)
            watch.add("wait", time.perf_counter() - began)

    commands: list[tuple[str, str]] = []
    front = Impatient(on_change=lambda state, event: commands.extend(_sent(event)))
    parameters = {"source": plan["source"], "group": plan["group"], "router": plan["router"]}
    inventory, known_hosts, journal = (Path(plan[name]) for name in ("inventory", "known_hosts", "journal"))
    setup = wiring.Setup("rpf-trace", parameters, inventory=inventory, known_hosts=known_hosts, journal=journal)
    async with wiring.open_session(setup, front) as session:
        watch.add("open", time.perf_counter() - _started - sum(watch.seconds.values()))
        state = await session.run()
        shown = result(state, session.engine.trees[state.tree])
        ended = time.perf_counter()
    watch.add("close", time.perf_counter() - ended)
    if not plan["steps"]:
        Path(plan["record"]).write_text(json.dumps({"steps": commands, "result": shown}), encoding="utf-8")
    return watch.parts(time.perf_counter() - _started)


def _sent(event: Any) -> list[tuple[str, str]]:
    return [(event.host, part.command) for part in getattr(event, "parts", ())]


class Stopwatch:
    """Seconds by part; what no part accounts for is the engine, the parsers and the rest of the loop."""

    def __init__(self) -> None:
        self.seconds: Parts = {}

    def add(self, part: str, seconds: float) -> None:
        self.seconds[part] = self.seconds.get(part, 0.0) + seconds

    def sync(self, owner: Any, name: str, part: str) -> None:
        """Time every call of a function or method."""
        original: Callable[..., Any] = getattr(owner, name)

        def call(*args: Any, **keywords: Any) -> Any:
            began = time.perf_counter()
            try:
                return original(*args, **keywords)
            finally:
                self.add(part, time.perf_counter() - began)

        setattr(owner, name, call)

    def coroutine(self, owner: Any, name: str, part: str) -> None:
        """Time every call of a coroutine method."""
        original: Callable[..., Coroutine[Any, Any, Any]] = getattr(owner, name)

        async def call(*args: Any, **keywords: Any) -> Any:
            began = time.perf_counter()
            try:
                return await original(*args, **keywords)
            finally:
                self.add(part, time.perf_counter() - began)

        setattr(owner, name, call)

    def parts(self, total: float) -> Parts:
        """Parts that do not overlap: connecting happens inside the first read of a host."""
        found = dict(self.seconds)
        found["commands"] = found.pop("read") - found["connect"]
        found["engine"] = total - sum(found.values())
        return found


@cache
def _instrumented() -> Stopwatch:
    from troubleshoot.journal import store
    from troubleshoot.session import observe
    from troubleshoot.session.sources import HubSource
    from troubleshoot.transports.ssh import SshConnector
    from troubleshoot.trees.library import Library

    watch = Stopwatch()
    watch.sync(Library, "closure", "tree")
    watch.sync(store.Journal, "create", "journal")
    watch.sync(store.Journal, "append", "journal")
    watch.sync(store.Journal, "prepare", "redact")
    watch.sync(observe, "parse", "parse")
    watch.coroutine(SshConnector, "connect", "connect")
    watch.coroutine(HubSource, "read", "read")
    return watch


JOBS = {"ours": ours, "scrapli": scrapli_script, "asyncssh": asyncssh_script}


def main(job: str, path: str, walks: int) -> None:
    """Walk ``walks`` times and print the parts of each."""
    global _started
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    found = []
    for _ in range(walks):
        found.append(asyncio.run(JOBS[job](plan)))
        _started = time.perf_counter()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
