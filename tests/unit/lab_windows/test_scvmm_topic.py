"""The simulated VMM: whether a job comes to its end follows from the host, and what changes there changes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from troubleshoot.lab.windows.build import build_estate
from troubleshoot.lab.windows.machine import Estate
from troubleshoot.lab.windows.services.control import State, service_control
from troubleshoot.lab.windows.topics.scvmm import job_error
from troubleshoot.lab.windows.wsman.config import wsman_config

TIMED_OUT, UNREACHABLE = 0x80338029, 0x80338012


def estate_of(os: str, **host: Any) -> Estate:
    agent = "vmmagent" if os == "2008r2" else "scvmmagent"
    hyperv = {"os": os, "role": "standalone", "services": {agent: {"depends": ["winrm"]}}, **host}
    vmm = {"os": "2012r2", "role": "standalone", "scvmm": {"hosts": {"hv01": {"stale": "stale" in host}}}}
    hyperv.pop("stale", None)
    return build_estate({"hosts": {"vmm01": vmm, "hv01": hyperv}}, pace=0.0)


@pytest.fixture
async def estates() -> AsyncIterator[list[Estate]]:
    made: list[Estate] = []
    yield made
    for estate in made:
        await estate.close()


async def test_the_limits_decide_whether_a_job_ends(estates: list[Estate]) -> None:
    estate = estate_of("2008r2")
    estates.append(estate)
    vmm, config = estate.machines["vmm01"], wsman_config(estate.machines["hv01"])
    assert job_error(vmm, "hv01") == TIMED_OUT
    config.change("MaxTimeoutms", "1800000")
    assert job_error(vmm, "hv01") == TIMED_OUT, "15 operations are still too few"
    config.change("Service/MaxConcurrentOperationsPerUser", "400")
    assert job_error(vmm, "hv01") == 0
    config.slow["root\\virtualization"] = 95.0
    assert job_error(vmm, "hv01") == TIMED_OUT, "no limit helps a host that is too slow"


async def test_from_2012_only_the_timeout_is_too_low(estates: list[Estate]) -> None:
    estate = estate_of("2019")
    estates.append(estate)
    vmm, config = estate.machines["vmm01"], wsman_config(estate.machines["hv01"])
    assert job_error(vmm, "hv01") == TIMED_OUT
    config.change("MaxTimeoutms", "1800000")
    assert job_error(vmm, "hv01") == 0
    config.firewall = "blocked"
    assert job_error(vmm, "hv01") == UNREACHABLE


async def test_a_dead_connection_comes_back_with_a_restart(estates: list[Estate]) -> None:
    high = {"MaxTimeoutms": 1800000}
    estate = estate_of("2012r2", wsman={"config": high}, stale=True)
    estates.append(estate)
    vmm, control = estate.machines["vmm01"], service_control(estate.machines["hv01"])
    assert job_error(vmm, "hv01") == TIMED_OUT
    for name in ("scvmmagent", "winrm"):
        control.stop(control.get(name))
        await settled(estate, "hv01", name, State.STOPPED)
    assert job_error(vmm, "hv01") == UNREACHABLE
    control.start(control.get("winrm"))
    await settled(estate, "hv01", "winrm", State.RUNNING)
    assert job_error(vmm, "hv01") == TIMED_OUT, "the agent is still stopped"
    control.start(control.get("scvmmagent"))
    await settled(estate, "hv01", "scvmmagent", State.RUNNING)
    assert job_error(vmm, "hv01") == 0


async def settled(estate: Estate, host: str, name: str, state: State) -> None:
    for _ in range(200):
        if service_control(estate.machines[host]).get(name).state is state:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{name} did not become {state.name}")
