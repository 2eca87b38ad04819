"""Login: the host key first, one attempt per secret, errors by kind, nothing secret in any of them."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from pathlib import Path

import asyncssh
import pytest

from tests.contract.ssh_device import KEY, PASSWORD, Bench, Device, Script, bench_for, host_of, served
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.errors import AuthorError, OperatorError, ValueRefused
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.host_keys import entry
from troubleshoot.transports.ssh_options import PhaseLimits

VERSION: dict[str, Script] = {"show version": ["Cisco IOS Software\r\n"]}


async def failure(bench: Bench, command: str = "show version", deadline: float = 8) -> TransportError:
    hub = bench.hub()
    try:
        with pytest.raises(TransportError) as caught:
            await hub.read("r1", command, deadline=deadline)
        return caught.value
    finally:
        await hub.close()


async def text_of(bench: Bench, command: str = "show version") -> str:
    hub = bench.hub()
    try:
        return (await hub.read("r1", command, deadline=8)).text
    finally:
        await hub.close()


async def test_unknown_host_key_ends_before_any_credential(tmp_path: Path) -> None:
    async with served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.known_hosts.write_text("")
        error = await failure(bench)
    assert error.kind is Trouble.HOST_KEY
    assert KEY.get_fingerprint("sha256") in error.message
    assert "not known" in error.message
    assert entry("127.0.0.1", device.port, KEY) in error.hint
    assert (device.attempts, error.sent) == (0, False)
    assert not bench.own.exists()


async def test_changed_host_key_is_never_accepted_by_the_flag(tmp_path: Path) -> None:
    async with served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.accept_new = True
        for old in (asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ecdsa-sha2-nistp256")):
            bench.known_hosts.write_text(entry("127.0.0.1", device.port, old) + "\n")
            error = await failure(bench)
            assert error.kind is Trouble.HOST_KEY
            assert "CHANGED" in error.message
            assert KEY.get_fingerprint("sha256") in error.message
    assert device.attempts == 0
    assert not bench.own.exists()


async def test_accepting_a_new_key_writes_our_own_file_only(tmp_path: Path) -> None:
    async with served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.known_hosts.write_text("")
        bench.accept_new = True
        hub = bench.hub()
        assert (await hub.read("r1", "show version", deadline=8)).text == "Cisco IOS Software\r\n"
        assert any(KEY.get_fingerprint("sha256") in note for note in hub.notes("r1"))
        await hub.close()
        assert bench.own.read_text() == entry("127.0.0.1", device.port, KEY) + "\n"
        assert bench.known_hosts.read_text() == ""
        if os.name == "posix":
            assert bench.own.stat().st_mode & 0o777 == 0o600
        bench.accept_new = False
        assert await text_of(bench) == "Cisco IOS Software\r\n"


async def test_an_entry_without_port_vouches_but_never_accuses(tmp_path: Path) -> None:
    async with served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.known_hosts.write_text(entry("127.0.0.1", 22, KEY) + "\n")
        assert await text_of(bench) == "Cisco IOS Software\r\n"
        bench.known_hosts.write_text(entry("127.0.0.1", 22, asyncssh.generate_private_key("ssh-ed25519")) + "\n")
        error = await failure(bench)
    assert (error.kind, "not known" in error.message) == (Trouble.HOST_KEY, True)


async def test_revoked_key_is_refused(tmp_path: Path) -> None:
    async with served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        line = entry("127.0.0.1", device.port, KEY)
        bench.known_hosts.write_text(f"@revoked {line}\n{line}\n")
        error = await failure(bench)
    assert (error.kind, device.attempts) == (Trouble.HOST_KEY, 0)


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
async def test_a_wrong_password_costs_one_attempt_and_is_remembered(tmp_path: Path, method: str) -> None:
    async with served(Device(methods=(method,))) as device:
        bench = bench_for(tmp_path, device, auth=[method])
        bench.passwords["r1"] = "wrong-secret-1"
        hub = bench.hub()
        for _ in range(3):
            with pytest.raises(TransportError) as caught:
                await hub.read("r1", "show version", deadline=8)
            assert caught.value.kind is Trouble.AUTH
            assert "wrong-secret-1" not in f"{caught.value.message}{caught.value.hint}{caught.value!r}"
        await hub.close()
    assert device.attempts == 1


async def test_no_password_known_is_said_and_none_is_sent(tmp_path: Path) -> None:
    async with served(Device()) as device:
        bench = bench_for(tmp_path, device)
        bench.passwords.clear()
        error = await failure(bench)
    assert (error.kind, device.attempts) == (Trouble.AUTH, 0)
    assert "No password is known" in error.hint


async def test_forgetting_a_refusal_allows_one_more_attempt(tmp_path: Path) -> None:
    async with served(Device()) as device:
        bench = bench_for(tmp_path, device)
        bench.passwords["r1"] = "nope"
        hub = bench.hub()
        for _ in range(2):
            with pytest.raises(TransportError):
                await hub.read("r1", "show version", deadline=8)
            hub.forget_refusal("r1")
        await hub.close()
    assert device.attempts == 2


async def test_keyboard_interactive_only_device(tmp_path: Path) -> None:
    async with served(Device(methods=("keyboard-interactive",), answers=VERSION)) as device:
        assert await text_of(bench_for(tmp_path, device, auth=["keyboard-interactive"])) == "Cisco IOS Software\r\n"
        error = await failure(bench_for(tmp_path, device))
    assert error.kind is Trouble.AUTH
    assert device.attempts == 1


async def test_key_file_with_and_without_passphrase(tmp_path: Path) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    plain, locked = tmp_path / "id_plain", tmp_path / "id_locked"
    mine.write_private_key(plain)
    mine.write_private_key(locked, "pkcs8-pem", passphrase="s3same")
    async with served(Device(methods=(), accepted_keys=[mine], answers=VERSION)) as device:
        assert await text_of(bench_for(tmp_path, device, keys=[str(plain)])) == "Cisco IOS Software\r\n"
        error = await failure(bench_for(tmp_path, device, keys=[str(locked)]))
        assert (error.kind, "cannot be used" in error.message) == (Trouble.AUTH, True)
        bench = bench_for(tmp_path, device, keys=[str(locked)])
        bench.environ["TROUBLESHOOT_PASSPHRASE"] = "s3same"
        assert await text_of(bench) == "Cisco IOS Software\r\n"
        error = await failure(bench_for(tmp_path, device, keys=[str(tmp_path / "missing")]))
        assert (error.kind, "cannot be read" in error.message) == (Trouble.AUTH, True)


async def test_enable_secret(tmp_path: Path) -> None:
    async with served(Device(user_mode=True, enable="sésame", answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.enable["r1"] = "sésame"
        assert await text_of(bench) == "Cisco IOS Software\r\n"
        assert device.attempts == 2


async def test_a_wrong_enable_secret_is_its_own_error_and_is_tried_once(tmp_path: Path) -> None:
    async with served(Device(user_mode=True, enable="right")) as device:
        bench = bench_for(tmp_path, device)
        bench.enable["r1"] = "wrong-enable"
        hub = bench.hub()
        for _ in range(2):
            with pytest.raises(TransportError, match="enable secret was refused") as caught:
                await hub.read("r1", "show version", deadline=8)
            assert caught.value.kind is Trouble.AUTH
            assert "wrong-enable" not in caught.value.message
        await hub.close()
    assert device.attempts == 2  # one login, one enable


async def test_without_an_enable_secret_reads_go_on_with_a_note(tmp_path: Path) -> None:
    async with served(Device(user_mode=True, answers=VERSION)) as device:
        hub = bench_for(tmp_path, device).hub()
        assert (await hub.read("r1", "show version", deadline=8)).text == "Cisco IOS Software\r\n"
        assert any("no enable secret" in note for note in hub.notes("r1"))
        await hub.close()


async def test_names_ports_and_silence_are_unreachable_or_timeout(tmp_path: Path) -> None:
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    bench = Bench({"r1": Host("r1", "no-such-host.invalid", Platform.IOS)}, tmp_path)
    assert (await failure(bench)).kind is Trouble.UNREACHABLE
    bench.hosts["r1"] = Host("r1", "127.0.0.1", Platform.IOS, port=free.getsockname()[1], ssh={"agent": False})
    refused = await failure(bench)
    assert (refused.kind, refused.sent) == (Trouble.UNREACHABLE, False)
    free.listen()  # accepts and never speaks: key exchange does not come about
    bench.limits = PhaseLimits(key_exchange=0.3)
    silent = await failure(bench)
    assert (silent.kind, "key exchange" in silent.message) == (Trouble.TIMEOUT, True)
    free.close()


async def test_the_total_deadline_wins_over_the_phases(tmp_path: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        bench = Bench({"r1": Host("r1", "127.0.0.1", Platform.IOS, port=mute.getsockname()[1])}, tmp_path)
        started = time.perf_counter()
        assert (await failure(bench, deadline=0.3)).kind is Trouble.TIMEOUT
        assert time.perf_counter() - started < 1.3


async def test_a_login_without_a_prompt_times_out_in_its_own_phase(tmp_path: Path) -> None:
    async with served(Device(name="this is no prompt ", answers={})) as device:
        bench = bench_for(tmp_path, device)
        bench.limits = PhaseLimits(prompt=0.4)
        error = await failure(bench)
    assert (error.kind, "prompt" in error.message) == (Trouble.TIMEOUT, True)


async def test_legacy_algorithms_only_where_asked_and_with_a_note(tmp_path: Path) -> None:
    old = {"kex_algs": ["diffie-hellman-group14-sha1"], "encryption_algs": ["aes128-cbc"]}
    async with served(Device(answers=VERSION, options=old)) as device:
        error = await failure(bench_for(tmp_path, device))
        assert error.kind is Trouble.UNREACHABLE
        assert "legacy" in error.hint
        hub = bench_for(tmp_path, device, legacy=True).hub()
        assert (await hub.read("r1", "show version", deadline=8)).text == "Cisco IOS Software\r\n"
        assert any("legacy" in note and "aes128-cbc" in note for note in hub.notes("r1"))
        await hub.close()


async def test_through_a_jump_host_with_both_keys_checked(tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    async with served(Device(name="jump", key=other)) as jump, served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device, jump="bastion")
        bench.hosts["bastion"] = host_of(jump, Platform.LINUX, name="bastion")
        bench.passwords["bastion"] = PASSWORD
        error = await failure(bench)  # the jump's key is not known yet
        assert (error.kind, "jump host bastion" in error.message) == (Trouble.HOST_KEY, True)
        assert (jump.attempts, device.attempts) == (0, 0)
        bench.trust(jump)
        error = await failure(bench)  # now the device's key is not
        assert (error.kind, device.attempts) == (Trouble.HOST_KEY, 0)
        bench.trust(jump, device)
        assert await text_of(bench) == "Cisco IOS Software\r\n"
        assert jump.forwarded[-1] == ("127.0.0.1", device.port)


async def test_two_hosts_share_one_jump_and_its_refusal(tmp_path: Path) -> None:
    async with served(Device(name="jump")) as jump, served(Device(answers=VERSION)) as device:
        bench = bench_for(tmp_path, device, jump="bastion")
        bench.trust(jump, device)
        bench.hosts |= {"r2": host_of(device, name="r2", jump="bastion"), "bastion": host_of(jump, name="bastion")}
        bench.passwords |= {"r2": PASSWORD, "bastion": "wrong"}
        hub = bench.hub()
        for host in ("r1", "r2"):
            with pytest.raises(TransportError, match="jump host"):
                await hub.read(host, "show version", deadline=8)
        await hub.close()
        assert jump.attempts == 1
        bench.passwords["bastion"] = PASSWORD
        hub = bench.hub()
        answers = await asyncio.gather(*(hub.read(host, "show version", deadline=8) for host in ("r1", "r2")))
        await hub.close()
    assert [answer.text for answer in answers] == ["Cisco IOS Software\r\n"] * 2
    assert jump.attempts == 2


async def test_proxy_jump_from_ssh_config_is_opt_in_and_noted(tmp_path: Path) -> None:
    async with served(Device(name="jump")) as jump, served(Device(answers=VERSION)) as device:
        config = tmp_path / "config"
        config.write_text(
            f"Host bastion\n  HostName 127.0.0.1\n  Port {jump.port}\n  User ops\nHost 127.0.0.1\n  ProxyJump bastion\n"
        )
        bench = bench_for(tmp_path, device, config=str(config)).trust(jump, device)
        bench.passwords["bastion"] = PASSWORD
        hub = bench.hub()
        assert (await hub.read("r1", "show version", deadline=8)).text == "Cisco IOS Software\r\n"
        assert any("jumps taken from" in note for note in hub.notes("r1"))
        await hub.close()
        assert jump.forwarded
        bench = bench_for(tmp_path, device)
        jump.forwarded.clear()
        assert await text_of(bench) == "Cisco IOS Software\r\n"
        assert not jump.forwarded


async def test_jumps_in_a_circle_are_refused(tmp_path: Path) -> None:
    async with served(Device()) as device:
        bench = bench_for(tmp_path, device, jump="a")
        bench.hosts |= {"a": host_of(device, name="a", jump="b"), "b": host_of(device, name="b", jump="a")}
        hub = bench.hub()
        with pytest.raises(AuthorError, match="circle"):
            await hub.read("r1", "show version", deadline=5)
        await hub.close()


async def test_wrong_ssh_options_are_the_authors(tmp_path: Path) -> None:
    async with served(Device()) as device:
        for wrong in (
            {"jmup": "x"},
            {"auth": ["telnet"]},
            {"legacy": "perhaps"},
            {"auth": ["password", "keyboard-interactive"]},
        ):
            hub = bench_for(tmp_path, device, **wrong).hub()
            with pytest.raises(AuthorError, match="r1: ssh: "):
                await hub.read("r1", "show version", deadline=5)
            await hub.close()


async def test_unknown_hosts_and_guarded_commands_never_reach_the_network(tmp_path: Path) -> None:
    async with served(Device()) as device:
        hub = bench_for(tmp_path, device).hub()
        with pytest.raises(OperatorError, match="no such host"):
            await hub.read("r9", "show version", deadline=5)
        with pytest.raises(ValueRefused):
            await hub.read("r1", "reload", deadline=5)
        await hub.close()
    assert (device.logins, device.attempts) == (0, 0)


async def test_no_secret_in_debug_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncssh.set_debug_level(2)
    async with served(Device(user_mode=True, enable="enable-s3cret", answers=VERSION)) as device:
        bench = bench_for(tmp_path, device)
        bench.enable["r1"] = "enable-s3cret"
        assert await text_of(bench)
    asyncssh.set_debug_level(1)
    assert caplog.text
    assert PASSWORD not in caplog.text
    assert "enable-s3cret" not in caplog.text
