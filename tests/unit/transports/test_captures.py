"""Captured evidence in its four forms answers like a live host, and never invents an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.inventory.load import Inventory
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import Output, TransportError
from troubleshoot.transports.captures import CapturesHub, load_captures
from troubleshoot.transports.command_match import closeness

YAML = """\
hosts:
  r3:
    platform: ios
    addresses: [10.0.23.3]
    commands:
      - command: show ip mroute 239.1.1.1 10.1.12.4
        output: |
          (10.1.12.4, 239.1.1.1), 00:00:31/00:02:28, flags:
      - command: sh ip rpf 10.1.12.4
        output: ""
      - command: show ip foo
        output: |
          % Invalid input detected at '^' marker.
  vmm:
    platform: windows
    commands:
      - command: Get-SCVMHost
        exit_code: 1
        output: nothing
"""

PUTTY = """\
=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.02 09:14:07 =~=~=~=~=~=~=~=~=~=~=~=\r
login as: ops\r
\r
Authorized access only #1\r
R7#sh ver\r
Cisco IOS Software, Linux Software\r
R7#sh ip mro\r
R7#sh ip mroute 239.4.4.4\r
(*, 239.4.4.4), 00:02:47/stopped, RP 0.0.0.0, flags: DC\r
  Incoming interface: Null, RPF nbr 0.0.0.0\r
 --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08         \x08\x08\x08\x08\x08\x08\x08\x08\x08  Outgoing interface list: Null\r
\r
R7#shwo\x08\x08ow ip int br\r
Interface              IP-Address      OK? Method Status                Protocol\r
Ethernet0/0            10.7.7.1        YES NVRAM  up                    up      \r
Ethernet0/1            unassigned      YES NVRAM  up                    up      \r
R7#show ip ?\r
  access-lists  List access lists\r
R7#conf t\r
Enter configuration commands, one per line.\r
R7(config)#do sh clock\r
09:00\r
R7(config)#end\r
R7#sh ip mroute 239.4.4.4\r
(*, 239.4.4.4), 00:00:09/stopped, RP 10.255.0.1, flags: DC\r
R7#exit\r
"""

TECH = """\

------------------ show version ------------------

Cisco IOS Software, C3750 Software

------------------ show running-config ------------------

hostname dist-sw3
interface Vlan20
 ip address 10.20.0.2 255.255.255.0

------------------ show ip mroute ------------------

IP Multicast Routing Table
"""


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


async def seen(hub: CapturesHub, host: str, command: str) -> Output:
    return await hub.read(host, command, deadline=1)


async def not_seen(hub: CapturesHub, host: str, command: str) -> bool:
    with pytest.raises(TransportError) as caught:
        await seen(hub, host, command)
    return caught.value.kind is Trouble.NOT_SEEN


async def test_yaml(tmp_path: Path) -> None:
    hub = load_captures(file(tmp_path, "c.yaml", YAML))
    assert hub.host("r3").addresses == ("10.0.23.3",)
    assert (await seen(hub, "r3", "SHOW  ip mro 239.1.1.1 10.1.12.4")).text.startswith("(10.1.12.4, 239.1.1.1)")
    assert await seen(hub, "R3", "show ip rpf 10.1.12.4") == Output("")
    assert (await seen(hub, "r3", "show ip foo")).refusal == "% Invalid input detected at '^' marker."
    assert await seen(hub, "vmm", "get-scvmhost") == Output("nothing", exit_code=1)
    assert await not_seen(hub, "r3", "show ip mroute 239.1.1.1")
    assert await not_seen(hub, "r3", "show ip mroute 239.1.1.11 10.1.12.4")
    assert await not_seen(hub, "vmm", "Get-SCVM")
    assert await not_seen(hub, "r9", "show version")


async def test_nothing_can_be_changed(tmp_path: Path) -> None:
    hub = load_captures(file(tmp_path, "c.yaml", YAML))
    with pytest.raises(TransportError, match="cannot be changed"):
        await hub.configure("r3", ["interface e0/0"], deadline=1)
    with pytest.raises(TransportError, match="cannot be changed"):
        await hub.execute("r3", "clear ip mroute *", deadline=1)
    with pytest.raises(OperatorError):
        hub.host("r9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("host: {}\n", "1:1: captures: unknown key 'host'"),
        ("hosts:\n  r1: {platform: cisco}\n", "2:18: host 'r1': unknown platform 'cisco'"),
        ("hosts:\n  r1: {commands: []}\n", "2:7: host 'r1': no platform"),
        (
            "hosts:\n  r1:\n    platform: ios\n    commands:\n      - {command: sh ver}\n",
            "5:9: 'sh ver' has no `output`",
        ),
        ("hosts:\n  r1:\n    platform: ios\n    commands:\n      - {output: x}\n", "5:9: a captured command needs"),
        ("hosts:\n  r1: {platform: ios, addresses: [10.0.0]}\n", "2:35: '10.0.0' is not an IP address"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AuthorError) as caught:
        load_captures(file(tmp_path, "c.yaml", text))
    assert f"c.yaml:{message}" in caught.value.message


async def test_a_folder_joins_hosts_and_refuses_contradictions(tmp_path: Path) -> None:
    file(tmp_path, "a.yaml", YAML)
    more = (
        "hosts:\n  r3:\n    platform: ios\n    addresses: [10.0.34.3]\n    commands: [{command: sh clock, output: x}]\n"
    )
    file(tmp_path, "b.yml", more)
    file(tmp_path, "r7.log", PUTTY)
    hub = load_captures(tmp_path)
    assert sorted(hub.inventory.hosts) == ["R7", "r3", "vmm"]
    assert hub.host("r3").addresses == ("10.0.23.3", "10.0.34.3")
    assert (await seen(hub, "r3", "show clock")).text == "x"
    file(tmp_path, "c.yaml", "hosts:\n  r3: {platform: nxos}\n")
    with pytest.raises(AuthorError, match=r"'r3' is nxos here, ios elsewhere"):
        load_captures(tmp_path)


async def test_a_terminal_log(tmp_path: Path) -> None:
    hub = load_captures(file(tmp_path, "session.log", PUTTY))
    host = hub.host("R7")
    assert (list(hub.inventory.hosts), host.platform, host.addresses) == (["R7"], Platform.IOS, ("10.7.7.1",))
    newest = await seen(hub, "R7", "show ip mroute 239.4.4.4")
    assert newest.text == "(*, 239.4.4.4), 00:00:09/stopped, RP 10.255.0.1, flags: DC\n"
    assert "Ethernet0/0" in (await seen(hub, "R7", "show ip interface brief")).text
    assert (await seen(hub, "R7", "show version")).text == "Cisco IOS Software, Linux Software\n"
    assert await not_seen(hub, "R7", "show ip mroute")
    assert await not_seen(hub, "R7", "show clock")


@pytest.mark.parametrize(
    ("log", "platform"),
    [
        ("ops@mx1> show pim neighbors \nInstance: PIM.master\n\nops@mx1> exit\n", Platform.JUNOS),
        ("N9K-1# show version\nCisco Nexus Operating System (NX-OS) Software\nN9K-1# \n", Platform.NXOS),
        ("r1# show ip route\nCodes: K - kernel route, C - connected\nr1# exit\n", Platform.FRR),
        ("[2026-11-02 09:14:07] SW1>show clock\n[2026-11-02 09:14:07] 09:14\nSW1>\n", Platform.IOS),
    ],
)
def test_the_platform_is_told_from_prompt_and_output(tmp_path: Path, log: str, platform: Platform) -> None:
    hosts = load_captures(file(tmp_path, "x.log", log)).inventory.hosts
    assert [host.platform for host in hosts.values()] == [platform]


def test_an_untold_platform_is_asked_for(tmp_path: Path) -> None:
    path = file(tmp_path, "x.log", "r1# show clock\n09:00\nr1# exit\n")
    with pytest.raises(AuthorError, match="platform of 'r1' cannot be told"):
        load_captures(path)
    assert load_captures(path, platform=Platform.FRR).host("r1").platform is Platform.FRR
    inventory = Inventory({"r1": Host("r1", "192.0.2.1", Platform.NXOS, addresses=("10.0.0.1",))})
    merged = load_captures(path, inventory=inventory).host("r1")
    assert (merged.platform, merged.hostname, merged.addresses) == (Platform.NXOS, "192.0.2.1", ("10.0.0.1",))


async def test_two_hosts_in_one_log(tmp_path: Path) -> None:
    log = "R1#sh clock\n1\nR1#ssh 10.0.0.2\nPassword: \nR2#sh clock\n2\nR2#exit\nR1#sh users\n3\n"
    hub = load_captures(file(tmp_path, "x.log", log))
    assert [(await seen(hub, host, "show clock")).text for host in ("R1", "R2")] == ["1\n", "2\n"]
    assert (await seen(hub, "R1", "show users")).text == "3\n"


async def test_tech_support_alone_and_inside_a_log(tmp_path: Path) -> None:
    hub = load_captures(file(tmp_path, "tech.txt", TECH))
    host = hub.host("dist-sw3")
    assert (host.platform, host.addresses) == (Platform.IOS, ("10.20.0.2",))
    assert (await seen(hub, "dist-sw3", "sh run")).text.startswith("hostname dist-sw3\n")
    assert "ip address 10.20.0.2" in (await seen(hub, "dist-sw3", "show running-config")).text
    hub = load_captures(file(tmp_path, "log.txt", f"SW9#show tech-support\n{TECH}SW9#exit\n"))
    assert (await seen(hub, "SW9", "show ip mroute")).text == "IP Multicast Routing Table\n"


def test_a_file_without_commands(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="no captured command"):
        load_captures(file(tmp_path, "x.txt", "hello\n"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(OperatorError):
        load_captures(tmp_path / "empty")
    with pytest.raises(OperatorError):
        load_captures(tmp_path / "missing.log")


@pytest.mark.parametrize(
    ("wanted", "captured", "same"),
    [
        ("show ip mroute 239.1.1.1", "sh ip mro 239.1.1.1", True),
        ("sh ip mro 239.1.1.1", "show ip mroute 239.1.1.1", True),
        ("show  IP   mroute", "SHOW ip mroute", True),
        ("show interface Gi0/1", "sh int GigabitEthernet0/1", True),
        ("show interface Gi0/1", "sh int GigabitEthernet0/11", False),
        ("show ip mroute 239.1.1.1", "show ip mroute 239.1.1.10", False),
        ("show ip mroute", "show ip mroute count", False),
        ("show ip mroute", "show ip m", False),
        ("show ip route vrf RED 10.0.0.1", "show ip route vrf RED 10.0.0.1", True),
        ("show ip route vrf RED", "show ip route vrf REDUNDANT", False),
        ("show run | include pim", "show running-config | include pim", True),
        ("show run | include pim", "show run | include pimd", False),
        ("show ip igmp groups", "show ip pim groups", False),
    ],
)
def test_matching_of_commands(wanted: str, captured: str, same: bool) -> None:
    assert bool(closeness(Platform.IOS, wanted, captured)) is same


def test_shells_do_not_abbreviate() -> None:
    assert not closeness(Platform.LINUX, "cat /etc/hosts", "ca /etc/hosts")
    assert not closeness(Platform.WINDOWS, "Get-ADDomain", "Get-ADDomainController")
