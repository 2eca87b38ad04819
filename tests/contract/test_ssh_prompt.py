"""From the login to the first command: banners that look like prompts, settings typed ahead, enable, a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.ssh_device import ENTER, Bench, Device, Script, bench_for, served
from troubleshoot.core.kinds import Platform

VERSION: dict[str, Script] = {"show version": ["Cisco IOS Software\r\n"]}


async def version(bench: Bench) -> str:
    hub = bench.hub()
    try:
        return (await hub.read("r1", "show version", deadline=8)).text
    finally:
        await hub.close()


async def test_the_terminal_is_set_in_privileged_mode_too(tmp_path: Path) -> None:
    async with served(Device(user_mode=True, enable="right", answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.enable["r1"] = "right"
        assert await version(bench) == "Cisco IOS Software\r\n"
    assert "terminal length 0" in device.received[device.received.index("enable") :]


async def test_the_enable_secret_is_not_typed_at_a_banner_that_looks_like_user_mode(tmp_path: Path) -> None:
    banner: Script = ["see <https://intranet.example/\r\nrules>", 0.2, "\r\n"]
    async with served(Device(banner=banner, enable="right", answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.enable["r1"] = "right"
        assert await version(bench) == "Cisco IOS Software\r\n"
    assert not {"enable", "right"} & set(device.received)
    assert device.attempts == 1


BANNERS: dict[str, Script] = {
    "pieces": ["Welcome to core#", 0.03, "1, our ", 0.03, "first switch\r\nBe good#", 0.03, "\r\n"],
    "long pause": ["Welcome\r\ncore#", 1.3, "\r\nAuthorized use only\r\n"],
    "the prompt itself": ["Welcome\r\nR1#", 0.03, "\r\nR1#", 0.03, "\r\nR1#", 0.03, " is watched\r\n"],
    "takes a line": ["Welcome\r\ncore#", ENTER, "\r\n"],
    "takes three lines": ["Welcome\r\ncore#", ENTER, ENTER, ENTER, "\r\n"],
}


@pytest.mark.parametrize(
    ("banner", "echo"), [*((name, True) for name in BANNERS), ("pieces", False), ("takes a line", False)]
)
async def test_a_banner_that_looks_like_a_prompt(tmp_path: Path, banner: str, echo: bool) -> None:
    answers: dict[str, Script] = {**VERSION, "show b": ["b\r\n"]}
    async with served(Device(banner=BANNERS[banner], echo=echo, answers=answers)) as device:
        hub = bench_for(tmp_path, device).hub()
        texts = [(await hub.read("r1", command, deadline=12)).text for command in ("show version", "show b")]
        await hub.close()
    assert texts == ["Cisco IOS Software\r\n", "b\r\n"]
    assert {"terminal length 0", "terminal width 511"} <= set(device.received)


@pytest.mark.parametrize(("echo", "times"), [(True, 1), (False, 2)])
async def test_a_slow_device_stays_in_step(tmp_path: Path, echo: bool, times: int) -> None:
    slow: dict[str, Script] = {"terminal length 0": [0.7], "terminal width 511": [0.7]}
    async with served(Device(echo=echo, answers={**slow, **VERSION, "show b": ["b\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        texts = [(await hub.read("r1", command, deadline=12)).text for command in ("show version", "show b")]
        await hub.close()
    assert texts == ["Cisco IOS Software\r\n", "b\r\n"]
    assert device.received.count("terminal length 0") == times


async def test_a_refused_setting_of_the_terminal_does_no_harm(tmp_path: Path) -> None:
    async with served(Device(refused_lines=("terminal width 511",), answers=VERSION)) as device:
        assert await version(bench_for(tmp_path, device)) == "Cisco IOS Software\r\n"
    assert device.received.count("terminal width 511") == 1


async def test_root_of_a_junos_device_comes_out_of_its_shell(tmp_path: Path) -> None:
    banner: Script = ["--- JUNOS 21.4R3 Kernel 64-bit\r\nroot@mx1:~ # ", ENTER]
    answers: dict[str, Script] = {"show version": ["Hostname: mx1\r\n"]}
    async with served(Device(name="mx1", junos=True, banner=banner, answers=answers)) as device:
        hub = bench_for(tmp_path, device, Platform.JUNOS).hub()
        output = await hub.read("r1", "show version", deadline=8)
        await hub.close()
    assert output.text.startswith("Hostname: mx1\r\n")
