"""Commands on an interactive line: the whole answer, nothing but the answer, or a typed error."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.ssh_device import DROP, ENTER, HANG, MORE, Device, Script, bench_for, served
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.transports.base import Output, TransportError


async def read(folder: Path, device: Device, command: str, platform: Platform = Platform.IOS) -> Output:
    """One read, with the promise that the chunks add up to the text."""
    hub = bench_for(folder, device, platform).hub()
    chunks: list[str] = []
    try:
        output = await hub.read("r1", command, deadline=6, on_chunk=chunks.append)
    finally:
        await hub.close()
    assert "".join(chunks) == output.text
    return output


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (["a\r\nb\r\n"], "a\r\nb\r\n"),
        (["  leading and trailing  \r\n\r\n\r\n"], "  leading and trailing  \r\n\r\n\r\n"),
        ([b"r\xfcckweg \xe9t\xe9\r\n"], "r\ufffdckweg \ufffdt\ufffd\r\n"),
        ([b"\xc3", 0.1, b"\xbc\r\n"], "ü\r\n"),
        (["one\r\nR1#", 0.3, "show x\r\ntwo\r\n"], "one\r\nR1#show x\r\ntwo\r\n"),
        (["one\r\nR1#", 0.3, "\r\ntwo\r\nR1#\r\n"], "one\r\nR1#\r\ntwo\r\nR1#\r\n"),
        (["R1", 0.1, "#", 0.3, "\r\nend\r\n"], "R1#\r\nend\r\n"),
        (["no newline at the end"], "no newline at the end"),
        ([], ""),
        (["\x1b[31mred\x1b[0m\r\n"], "\x1b[31mred\x1b[0m\r\n"),
        (["x" * 300_000 + "\r\n"], "x" * 300_000 + "\r\n"),
    ],
)
async def test_the_answer_is_exact(tmp_path: Path, script: Script, text: str) -> None:
    async with served(Device(answers={"show it": script})) as device:
        output = await read(tmp_path, device, "show it")
    assert output == Output(text)


async def test_a_pager_that_still_appears_is_answered(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": ["a\r\n", MORE, "b\r\n", MORE, "c\r\n"]})) as device:
        output = await read(tmp_path, device, "show it")
    assert [line for line in ("a", "b", "c") if f"{line}\r\n" in output.text] == ["a", "b", "c"]
    assert not output.doubt


async def test_output_arrives_while_the_device_still_works(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": ["first\r\n", 0.5, "second\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        await hub.read("r1", "show clock", deadline=6)
        times: list[tuple[str, float]] = []
        await hub.read("r1", "show it", deadline=6, on_chunk=lambda text: times.append((text, time.perf_counter())))
        await hub.close()
    assert [text for text, _ in times] == ["first\r\n", "second\r\n"]
    assert times[1][1] - times[0][1] > 0.3


async def test_banners_that_look_like_prompts_do_not_shift_answers(tmp_path: Path) -> None:
    banner = ["Unauthorized use prohibited\r\nlogin# ", 0.2, "\r\nR1# is watched\r\n"]
    answers: dict[str, Script] = {"show a": ["answer a\r\n"], "show b": ["answer b\r\n"]}
    async with served(Device(banner=banner, answers=answers)) as device:
        hub = bench_for(tmp_path, device).hub()
        texts = [(await hub.read("r1", command, deadline=6)).text for command in ("show a", "show b", "show a")]
        await hub.close()
    assert texts == ["answer a\r\n", "answer b\r\n", "answer a\r\n"]


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (
            ["           ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"],
            "% Invalid input detected at '^' marker.",
        ),
        (["% Incomplete command.\r\n"], "% Incomplete command."),
        (['% Ambiguous command:  "show i"\r\n'], '% Ambiguous command:  "show i"'),
        (["Command authorization failed.\r\n"], "Command authorization failed."),
    ],
)
async def test_a_refusal_is_the_devices_own_line(tmp_path: Path, script: Script, line: str) -> None:
    async with served(Device(answers={"show it": script})) as device:
        assert (await read(tmp_path, device, "show it")).refusal == line


async def test_findings_are_not_refusals(tmp_path: Path) -> None:
    async with served(Device(answers={"show ip rpf 192.0.2.9": ["% No match for RPF lookup\r\n"]})) as device:
        assert (await read(tmp_path, device, "show ip rpf 192.0.2.9", Platform.FRR)).refusal == ""


async def test_junos_prompt_with_master_line_and_refusal(tmp_path: Path) -> None:
    answers: dict[str, Script] = {
        "show version": ["Hostname: mx1\r\nJunos: 21.4R3\r\n"],
        "show foo": ["              ^\r\nsyntax error, expecting <command>.\r\n"],
    }
    async with served(Device(name="mx1", junos=True, answers=answers)) as device:
        hub = bench_for(tmp_path, device, Platform.JUNOS).hub()
        assert (await hub.read("r1", "show version", deadline=6)).text.startswith("Hostname: mx1\r\nJunos: 21.4R3\r\n")
        assert (await hub.read("r1", "show foo", deadline=6)).refusal == "syntax error, expecting <command>."
        await hub.close()


@pytest.mark.parametrize(
    "command", ["show a\nreload", "show a\rreload", "show a\x03", "show a\tb", "show a\u2028b", " "]
)
async def test_more_than_one_command_is_refused_before_anything_is_sent(tmp_path: Path, command: str) -> None:
    async with served(Device()) as device:
        bench = bench_for(tmp_path, device)
        hub = bench.hub()
        hub._guard = lambda platform, text: None  # the wire has its own check
        await hub.execute("r1", "show clock", deadline=6)
        for operation in (hub.read, hub.execute):
            with pytest.raises(TransportError) as caught:
                await operation("r1", command, deadline=6)
            assert (caught.value.kind, caught.value.sent) == (Trouble.REFUSED, False)
        with pytest.raises(TransportError):
            await hub.configure("r1", ["interface eth0", command], deadline=6)
        await hub.close()
    assert device.sent == ["show clock"]
    assert device.logins == 1


async def test_help_is_never_called(tmp_path: Path) -> None:
    async with served(Device()) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(TransportError, match="help"):
            await hub.execute("r1", "show ip ?", deadline=6)
        await hub.close()
    assert device.sent == []


async def test_a_hanging_command_ends_at_its_deadline_and_the_channel_is_not_reused(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": ["a\r\n", HANG], "show b": ["b\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        await hub.read("r1", "show b", deadline=6)
        started = time.perf_counter()
        with pytest.raises(TransportError) as caught:
            await hub.read("r1", "show it", deadline=0.4)
        assert time.perf_counter() - started < 1.4
        assert (caught.value.kind, caught.value.sent) == (Trouble.TIMEOUT, True)
        assert (await hub.read("r1", "show b", deadline=6)).text == "b\r\n"
        await hub.close()
    assert device.logins == 2


async def test_cancel_returns_at_once_and_the_channel_is_not_reused(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": [HANG], "show b": ["b\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        await hub.read("r1", "show b", deadline=6)
        task = asyncio.create_task(hub.read("r1", "show it", deadline=60))
        await asyncio.sleep(0.2)
        started = time.perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.perf_counter() - started < 1
        assert (await hub.read("r1", "show b", deadline=6)).text == "b\r\n"
        await hub.close()
    assert device.logins == 2


async def test_a_read_is_repeated_once_on_a_new_connection(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": ["half an ans", DROP]})) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(TransportError) as caught:
            await hub.read("r1", "show it", deadline=6)
        await hub.close()
    assert (caught.value.kind, caught.value.sent) == (Trouble.UNREACHABLE, True)
    assert device.sent == ["show it", "show it"]


@pytest.mark.parametrize("how", ["execute", "configure"])
async def test_a_change_is_never_repeated(tmp_path: Path, how: str) -> None:
    async with served(Device(answers={"clear ip mroute 239.1.1.1": [DROP]})) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(TransportError) as caught:
            if how == "execute":
                await hub.execute("r1", "clear ip mroute 239.1.1.1", deadline=6)
            else:
                await hub.configure("r1", ["clear ip mroute 239.1.1.1"], deadline=6)
        await hub.close()
    assert caught.value.sent
    assert device.sent.count("clear ip mroute 239.1.1.1") == 1


async def test_a_connection_that_died_between_commands_is_replaced(tmp_path: Path) -> None:
    async with served(Device(answers={"show b": ["b\r\n"], "show die": ["bye\r\n", DROP]})) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(TransportError):
            await hub.read("r1", "show die", deadline=6)
        assert (await hub.read("r1", "show b", deadline=6)).text == "b\r\n"
        await hub.close()


async def test_configuration_stops_at_the_first_refusal_and_is_left(tmp_path: Path) -> None:
    async with served(Device(refused_lines=("ip pmi sparse-mode",), answers={"show b": ["b\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        good = await hub.configure("r1", ["interface Ethernet0/0", "ip pim sparse-mode"], deadline=6)
        bad = await hub.configure("r1", ["interface Ethernet0/0", "ip pmi sparse-mode", "shutdown"], deadline=6)
        assert (await hub.read("r1", "show b", deadline=6)).text == "b\r\n"
        await hub.close()
    assert good.refusal == ""
    assert "R1(config-if)#ip pim sparse-mode" in good.text
    assert bad.refusal == "% Invalid input detected at '^' marker."
    assert "shutdown" not in device.sent
    assert device.sent.count("end") == 2
    assert device.logins == 1


async def test_lines_do_not_run_outside_configuration_mode(tmp_path: Path) -> None:
    async with served(Device(answers={"configure terminal": ["% Configuration mode is locked\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        output = await hub.configure("r1", ["no ip multicast-routing"], deadline=6)
        left = await hub.execute("r1", "show b", deadline=6)
        await hub.close()
    assert output.refusal == "% Configuration mode is locked"
    assert device.sent == ["configure terminal", "show b"]
    assert left.refusal


async def test_leaving_configuration_mode_half_way_stops(tmp_path: Path) -> None:
    async with served(Device()) as device:
        hub = bench_for(tmp_path, device).hub()
        output = await hub.configure("r1", ["interface eth0", "end", "reload"], deadline=6)
        await hub.close()
    assert "configuration mode ended" in output.refusal
    assert "reload" not in device.sent


async def test_junos_commits_or_rolls_back(tmp_path: Path) -> None:
    answers: dict[str, Script] = {
        "commit check": ["configuration check succeeds\r\n"],
        "commit": ["commit complete\r\n"],
        "set bad": ["syntax error.\r\n"],
    }
    async with served(Device(name="mx1", junos=True, answers=answers)) as device:
        hub = bench_for(tmp_path, device, Platform.JUNOS).hub()
        good = await hub.configure("r1", ["set protocols pim interface ge-0/0/0.0"], deadline=6)
        bad = await hub.configure("r1", ["set bad"], deadline=6)
        await hub.close()
    assert (good.refusal, "commit complete" in good.text) == ("", True)
    assert bad.refusal == "syntax error."
    wanted = ["configure exclusive", "set protocols pim interface ge-0/0/0.0", "commit check", "commit"]
    assert device.sent[:5] == [*wanted, "exit configuration-mode"]
    assert device.sent[5:] == ["configure exclusive", "set bad", "rollback 0", "exit configuration-mode"]


@pytest.mark.parametrize(
    ("command", "question"),
    [
        ("clear ip bgp", "Reset all BGP sessions? [confirm]"),
        ("reload in 5", "Do you want to erase the configuration? [yes/no]:"),
        ("reload warm", "Proceed with reload? [confirm]"),
    ],
)
async def test_a_question_is_not_answered(command: str, question: str, tmp_path: Path) -> None:
    async with served(Device(answers={command: [question, HANG]})) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(TransportError, match="the device asks") as caught:
            await hub.execute("r1", command, deadline=6)
        await hub.close()
    assert (caught.value.kind, caught.value.sent) == (Trouble.REFUSED, True)
    assert device.sent == [command]


async def test_one_connection_per_host_and_hosts_in_parallel(tmp_path: Path) -> None:
    async with served(Device(answers={"show it": [0.4, "x\r\n"]})) as device:
        bench = bench_for(tmp_path, device)
        bench.hosts |= dict.fromkeys(("r2", "r3"), bench.hosts["r1"])
        bench.hosts = {name: replace(host, name=name) for name, host in bench.hosts.items()}
        bench.passwords |= dict.fromkeys(("r2", "r3"), bench.passwords["r1"])
        hub = bench.hub()
        await asyncio.gather(*(hub.read(name, "show clock", deadline=6) for name in bench.hosts))
        started = time.perf_counter()
        await asyncio.gather(*(hub.read(name, "show it", deadline=6) for name in bench.hosts))
        assert time.perf_counter() - started < 1.0
        started = time.perf_counter()
        await asyncio.gather(*(hub.read("r1", "show it", deadline=6) for _ in range(2)))
        assert time.perf_counter() - started > 0.75
        await hub.close()
        await hub.close()
    assert device.logins == 3


async def test_a_device_that_does_not_echo(tmp_path: Path) -> None:
    async with served(Device(echo=False, answers={"show it": ["a\r\n", 0.2, "b\r\n"]})) as device:
        assert await read(tmp_path, device, "show it") == Output("a\r\nb\r\n")


async def test_a_device_that_complains_about_empty_lines(tmp_path: Path) -> None:
    answers: dict[str, Script] = {"show it": ["a\r\nR1#", 0.2, "x\r\n"]}
    async with served(Device(empty_line="% What?\r\n", answers=answers)) as device:
        assert await read(tmp_path, device, "show it") == Output("a\r\nR1#x\r\n")


@pytest.mark.parametrize("how", ["read", "configure"])
async def test_a_connection_that_died_while_idle_is_replaced_before_anything_is_sent(tmp_path: Path, how: str) -> None:
    async with served(Device(drop_after="show bye", answers={"show bye": ["x\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        await hub.read("r1", "show bye", deadline=6)
        await asyncio.sleep(0.4)
        if how == "read":
            await hub.read("r1", "show clock", deadline=6)
        else:
            await hub.configure("r1", ["interface eth0"], deadline=6)
        await hub.close()
    assert device.logins == 2
    assert device.sent[1:] == (["show clock"] if how == "read" else ["configure terminal", "interface eth0", "end"])


async def test_bursts_of_reads_stay_in_step(tmp_path: Path) -> None:
    answers: dict[str, Script] = {f"show n{number}": [f"{number}\r\nR1#\r\n" * number] for number in range(1, 21)}
    async with served(Device(answers=answers)) as device:
        hub = bench_for(tmp_path, device).hub()
        commands = list(answers)
        outputs = await asyncio.gather(*(hub.read("r1", command, deadline=20) for command in commands))
        await hub.close()
    assert [output.text for output in outputs] == [f"{n}\r\nR1#\r\n" * n for n in range(1, 21)]
    assert device.sent == commands


async def test_saving_confirms_the_file_that_the_command_names(tmp_path: Path) -> None:
    script: Script = ["Destination filename [startup-config]? ", ENTER, "Building configuration...\r\n[OK]\r\n"]
    command = "copy running-config startup-config"
    async with served(Device(answers={command: script, "show it": ["x\r\n"]})) as device:
        hub = bench_for(tmp_path, device).hub()
        output = await hub.execute("r1", command, deadline=6)
        assert (await hub.read("r1", "show it", deadline=6)).text == "x\r\n"
        await hub.close()
    assert output.text.endswith("Building configuration...\r\n[OK]\r\n")
    assert device.logins == 1
