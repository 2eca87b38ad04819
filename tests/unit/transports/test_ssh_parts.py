"""The parts of the SSH transport that decide on text alone: prompts, echoes, pagers, options, host keys, refusals."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host
from troubleshoot.transports.host_keys import HostKeys, KeyState, entry
from troubleshoot.transports.refusals import change_refusal, read_refusal
from troubleshoot.transports.ssh_dialogue import (
    Dialogue,
    echo_end,
    in_step,
    last_line,
    mangled_echo_end,
    trailing_prompts,
)
from troubleshoot.transports.ssh_options import LEGACY_KEX, literal_target, target_of
from troubleshoot.transports.ssh_platforms import COMMAND_LINES, PAGER, QUESTION


@pytest.mark.parametrize(
    ("platform", "line", "config"),
    [
        (Platform.IOS, "R1>", False),
        (Platform.IOS, "core-sw1.site_2#", False),
        (Platform.IOS, "R1(config)#", True),
        (Platform.IOS, "R1(config-if)#", True),
        (Platform.IOS, "R1(config-ext-nacl)#", True),
        (Platform.NXOS, "N9K-1# ", False),
        (Platform.NXOS, "N9K-1(config-if-range)# ", True),
        (Platform.JUNOS, "ops@mx1-re0> ", False),
        (Platform.JUNOS, "ops@mx1-re0# ", True),
        (Platform.FRR, "r1# ", False),
        (Platform.FRR, "r1(config-if)# ", True),
    ],
)
def test_prompts(platform: Platform, line: str, config: bool) -> None:
    command_line = COMMAND_LINES[platform]
    assert command_line.is_prompt(line)
    assert command_line.is_config(line) is config


@pytest.mark.parametrize(
    "line", ["", "R1# show ip", "Interface  Status #", "<?xml version='1.0'?>", "a b>", "% Invalid"]
)
def test_what_is_no_prompt(line: str) -> None:
    assert not any(command_line.is_prompt(line) for command_line in COMMAND_LINES.values())


@pytest.mark.parametrize("line", [" --More-- ", "--More--", "---(more)---", "---(more 45%)---", "<--- More --->"])
def test_pagers(line: str) -> None:
    assert PAGER.fullmatch(line)


def test_no_pager() -> None:
    assert not PAGER.fullmatch("there is more to say")


@pytest.mark.parametrize(
    "line",
    [
        "Proceed with reload? [confirm]",
        "System configuration has been modified. Save? [yes/no]: ",
        "This command will reboot the system. (y/n)?  [n] ",
        "Destination filename [startup-config]?",
        "Reset ALL OSPF processes? [no]: ",
        "Exit with uncommitted changes? [yes,no] (yes) ",
        "Password: ",
    ],
)
def test_questions(line: str) -> None:
    assert QUESTION.fullmatch(line)


@pytest.mark.parametrize(
    "line", ["Building configuration...", "R1#", "  Incoming interface: Null, RPF nbr 0.0.0.0", "[edit]"]
)
def test_no_questions(line: str) -> None:
    assert not QUESTION.fullmatch(line)


def test_last_line_is_what_a_terminal_shows() -> None:
    assert last_line("a\r\nR1#") == "R1#"
    assert last_line("a\r\n\x1b[?2004h\x1b[32mr1# \x1b[0m") == "r1# "
    assert last_line(" --More-- " + "\x08" * 9 + " " * 9 + "\x08" * 9 + "R1#") == "R1#"
    assert last_line("a\r\n") == ""


def test_echo_is_found_through_control_sequences_folding_and_log_lines() -> None:
    for received in ("show ip mroute\r\nx", "\x1b[?2004lshow ip mroute\r\r\nx", "show ip mr \route\r\nx"):
        assert received[echo_end(received, "show ip mroute") :] == "x"
    assert echo_end("show ip mro", "show ip mroute") == -1
    assert echo_end("%LINK-3-UPDOWN: x\r\nR1#show ip mroute\r\nx", "show ip mroute") == 38
    folded = "show ip bgp vpnv4 vrf A$\r\nx"
    assert folded[mangled_echo_end(folded, "show ip bgp vpnv4 vrf ALPHA 10.0.0.0/8") :] == "x"


def test_trailing_prompts_are_counted_back_to_what_we_caused() -> None:
    text = "out\r\nR1#\r\nR1#\r\nR1#"
    assert trailing_prompts(text, len(text), "R1#", 2) == (2, text.index("R1#", 6))
    assert trailing_prompts(text, len(text), "R1#", 9) == (3, 5)
    junos = "out\r\n\r\n{master}\r\nops@m> \r\n\r\n{master}\r\nops@m> "
    assert trailing_prompts(junos, len(junos), "ops@m> ", 2) == (2, junos.index("ops@m>"))
    assert trailing_prompts("out\r\n", 5, "R1#", 2) == (0, 5)


SETTINGS = ("terminal length 0", "terminal width 511")
REFUSED = "       ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"


@pytest.mark.parametrize(
    ("text", "commands", "prompt"),
    [
        ("R1#terminal length 0\r\nR1#terminal width 511\r\nR1#\r\nR1#\r\nR1#", SETTINGS, "R1#"),
        (f"R1#terminal length 0\r\nR1#terminal width 511\r\n{REFUSED}R1#\r\nR1#\r\nR1#", SETTINGS, "R1#"),
        ("core#\r\nhello\r\nR1#terminal length 0\r\nR1#\r\nR1#\r\nR1#", SETTINGS[:1], "R1#"),
        (
            "\x1b[?2004hr1# terminal length 0\r\n\x1b[?2004l\r" + "\x1b[?2004hr1# \r\n\x1b[?2004l\r" * 3,
            SETTINGS[:1],
            "",
        ),
        ("r1# terminal length 0\r\n\x1b[?2004l\rr1# \r\n\x1b[?2004l\rr1# \r\nr1# ", SETTINGS[:1], "r1# "),
        ("o@m> x\r\n\r\n{master}\r\no@m> \r\n\r\n{master}\r\no@m> \r\n\r\n{master}\r\no@m> ", ("x",), "o@m> "),
        ("R1>\r\nR1>\r\nR1>", (), "R1>"),
    ],
)
def test_lines_typed_ahead_prove_themselves(text: str, commands: tuple[str, ...], prompt: str) -> None:
    assert in_step(text, commands) == prompt


@pytest.mark.parametrize(
    "text",
    [
        "R1#terminal length 0\r\nR1#\r\nR1#",  # one is still to come
        "R1# terminal length 0\r\nR1# \r\nR1# \r\nR1#",  # so is the last blank
        "core#terminal length 0\r\nR1#\r\nR1#\r\nR1#",  # a banner took the command
        "core#\r\nR1#\r\nR1#\r\nR1#",
        "R1#terminal length 0\r\nR1#\r\n% What?\r\nR1#\r\n% What?\r\nR1#",
        "R1#R1#R1#R1#",  # no echo
        "R1#terminal length 0\r\nR1#\r\nR1#\r\nR1#\r\n%LINK-3-UPDOWN: x\r\n",
        "",
    ],
)
def test_anything_else_that_comes_back_proves_nothing(text: str) -> None:
    assert in_step(text, SETTINGS[:1]) == ""


@pytest.mark.parametrize(
    ("line", "shell"),
    [("%", True), ("root@mx1% ", True), ("root@re0:~ # ", True), ("root@mx1# ", False), ("ops@mx1> ", False)],
)
def test_the_shell_below_a_command_line(line: str, shell: bool) -> None:
    assert COMMAND_LINES[Platform.JUNOS].is_shell(line) is shell
    assert COMMAND_LINES[Platform.JUNOS].greets(line)
    assert not COMMAND_LINES[Platform.IOS].is_shell(line)


class KeepsUp:
    """A command line that echoes and answers at once, and counts how often it was written to."""

    def __init__(self) -> None:
        self._shown = [b"Welcome\r\nR1#"]
        self.writes = 0

    async def read(self) -> bytes:
        return self._shown.pop(0)

    def write(self, data: bytes) -> None:
        self.writes += 1
        self._shown.append(data.replace(b"\n", b"\r\nR1#"))


async def test_a_login_costs_one_round_trip_where_the_device_keeps_up() -> None:
    wire, line = KeepsUp(), COMMAND_LINES[Platform.IOS]
    dialogue = Dialogue(wire, line)
    await dialogue.begin(line.prepare, await dialogue.first_prompt())
    assert (wire.writes, dialogue.prompt) == (1, "R1#")
    assert (await dialogue.confirmed("show clock")).text == ""
    assert wire.writes == 3


def test_findings_remarks_and_refusals() -> None:
    assert read_refusal(Platform.FRR, "% Unknown command: show ip foo\n") == "% Unknown command: show ip foo"
    assert read_refusal(Platform.FRR, "pimd is not running\n") == ""
    assert read_refusal(Platform.IOS, "% Network not in table\n") == ""
    assert read_refusal(Platform.IOS, "x\n" * 5000 + "% Invalid input detected at '^' marker.\n") != ""
    assert change_refusal(Platform.FRR, "pimd is not running\n") == "pimd is not running"
    remark = "% Interface Gi0/1 IPv4 disabled and address(es) removed due to enabling VRF RED\n"
    assert change_refusal(Platform.IOS, remark) == ""


def host(**ssh: object) -> Host:
    return Host("r1", "192.0.2.1", Platform.IOS, username="ops", ssh=ssh)


def test_options_are_typed_from_text() -> None:
    target = target_of(host(legacy="yes", jump="a, b", agent="no", keys="/k/one", auth="publickey"))
    assert (target.legacy.kex, target.jumps, target.agent) == (LEGACY_KEX, ("a", "b"), False)
    assert (target.keys, target.auth, target.port) == ((Path("/k/one"),), ("publickey",), 22)
    only = target_of(host(kex=["diffie-hellman-group1-sha1"]))
    assert (only.legacy.kex, only.legacy.encryption) == (("diffie-hellman-group1-sha1",), ())
    assert not target_of(host()).legacy


@pytest.mark.parametrize("wrong", [{"jmp": "x"}, {"legacy": "old"}, {"auth": "telnet"}, {"agent": "maybe"}])
def test_wrong_options_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AuthorError, match="r1: ssh: "):
        target_of(host(**wrong))


def test_literal_targets() -> None:
    target = literal_target("ops@[2001:db8::1]:2222")
    assert (target.username, target.host, target.port) == ("ops", "2001:db8::1", 2222)
    assert literal_target("jump.example").port == 22
    with pytest.raises(AuthorError):
        literal_target("jump:ssh")


def test_known_hosts_forms(tmp_path: Path) -> None:
    key, other = (asyncssh.generate_private_key("ssh-ed25519").convert_to_public() for _ in range(2))
    path = tmp_path / "known_hosts"
    path.write_text(
        f"{entry('sw1', 22, key)}\n{entry('sw2', 2222, key)}\n*.lab {entry('x', 22, key).split(' ', 1)[1]}\n"
    )
    keys = HostKeys((path, tmp_path / "missing"))
    assert keys.state("sw1", "", 22, key) is KeyState.KNOWN
    assert keys.state("sw1", "", 22, other) is KeyState.CHANGED
    assert keys.state("sw1", "", 2222, key) is KeyState.KNOWN
    assert keys.state("sw1", "", 2222, other) is KeyState.UNKNOWN
    assert keys.state("sw2", "", 22, key) is KeyState.UNKNOWN
    assert keys.state("sw2", "", 2222, other) is KeyState.CHANGED
    assert keys.state("a.lab", "", 22, key) is KeyState.KNOWN
    assert keys.state("elsewhere", "192.0.2.7", 22, key) is KeyState.UNKNOWN


def test_known_key_types_are_asked_for_first(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    path = tmp_path / "known_hosts"
    path.write_text(entry("sw1", 22, key) + "\n")
    names = HostKeys((path,)).algorithms("sw1", 22)
    assert names[0] == "ecdsa-sha2-nistp256"
    assert "ssh-ed25519" in names
