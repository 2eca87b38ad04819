"""What the simulated tools print is read by the product's own parsers; what is cut is not read as less."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import Bench, on
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse


async def read(bench: Bench, host: str, parser: str, line: str) -> dict[str, Any]:
    answer = await bench.run(host, line)
    record = parse(parser, Platform.WINDOWS, [answer.text.replace("\n", "\r\n")])
    assert record["unread"] == []
    return dict(record)


@pytest.mark.parametrize("host", ["hv01", "web02", "de03", "dc1"])
async def test_services(bench: Bench, host: str) -> None:
    running = await read(bench, host, "service", "sc query netlogon")
    assert (running["installed"], running["state"]) == (True, "running")
    await bench.run(host, "net stop netlogon /y")
    assert (await read(bench, host, "service", "sc query netlogon"))["state"] == "stopped"
    assert (await read(bench, host, "service", "sc query nosuch"))["installed"] is False


async def test_dependants(bench: Bench) -> None:
    some = await read(bench, "hv01", "service_dependants", "sc enumdepend winrm")
    none = await read(bench, "web02", "service_dependants", "sc enumdepend winrm")
    assert [item["name"] for item in some["services"]] == ["vmmagent"]
    assert none["services"] == []


@pytest.mark.parametrize(("host", "operations"), [("hv01", 15), ("web02", 1500), ("de03", 1500)])
async def test_winrm_configuration(make_bench: MakeBench, host: str, operations: int) -> None:
    bench = make_bench(on(host, wsman={"policy": {"MaxTimeoutms": "120000"}}))
    record = await read(bench, host, "winrm_config", "winrm get winrm/config")
    assert (record["max_timeout"]["number"], record["max_timeout"]["policy"]) == (120000, True)
    assert record["max_operations"]["number"] == operations
    identity = await read(bench, host, "winrm_identify", "winrm id")
    assert (identity["answered"], identity["version"].split("Stack: ")[1]) == (True, bench.host(host).personality.stack)


async def test_a_refusal_is_no_configuration(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"winrm": {"state": "stopped"}}))
    answer = await bench.run("web02", "winrm get winrm/config")
    with pytest.raises(ParseFailure):
        parse("winrm_config", Platform.WINDOWS, [answer.text])


async def test_a_cut_answer_is_a_failure(bench: Bench) -> None:
    whole = (await bench.run("hv01", "sc enumdepend winrm")).out
    for length in (0, len(whole) // 2, whole.rindex("WAIT_HINT")):
        with pytest.raises(ParseFailure):
            parse("service_dependants", Platform.WINDOWS, [whole[:length]])
