"""Inventories of three makes give the same typed hosts, and errors name file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.inventory.load import Inventory, load_inventory

HOSTS = """\
---
r1:
  hostname: 192.0.2.1
  platform: ios
  groups: [core]
  data:
    addresses: [10.0.1.1, 2001:db8::1]
    roles: [rp]
r2:
  port: 2222
  groups: [core, lab]
  data:
    ssh: {jump: bastion, legacy: no}
win1:
  platform: windows
  data:
    winrm: {transport: ntlm}
"""
GROUPS = """\
core:
  groups: [all_net]
  platform: frr
  data: {roles: [p]}
lab:
  username: labuser
all_net:
  username: netops
  port: 22
"""
DEFAULTS = """\
username: nobody
data: {site: hq}
"""


def written(folder: Path, mode: int = 0o600, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.write_text(text)
        path.chmod(mode)
    return folder


def file(folder: Path, name: str, text: str, mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(path: Path) -> str:
    with pytest.raises(AuthorError) as caught:
        load_inventory(path)
    return caught.value.message


def test_nornir_inheritance(tmp_path: Path) -> None:
    hosts = load_inventory(written(tmp_path, hosts=HOSTS, groups=GROUPS, defaults=DEFAULTS)).hosts
    r1, r2, win = hosts["r1"], hosts["r2"], hosts["win1"]
    assert (r1.platform, r1.hostname, r1.username, r1.port) == (Platform.IOS, "192.0.2.1", "netops", 22)
    assert (r1.groups, r1.roles) == (("core", "all_net"), ("rp",))
    assert r1.addresses == ("10.0.1.1", "2001:db8::1")
    # core comes before lab, and so do core's own groups
    assert (r2.platform, r2.hostname, r2.username, r2.port) == (Platform.FRR, "r2", "netops", 2222)
    assert (r2.groups, r2.roles) == (("core", "all_net", "lab"), ("p",))
    assert r2.ssh == {"jump": "bastion", "legacy": "no"}
    assert (win.platform, win.username, win.winrm) == (Platform.WINDOWS, "nobody", {"transport": "ntlm"})


def test_a_single_hosts_file(tmp_path: Path) -> None:
    path = file(tmp_path, "net.yml", "sw1: {platform: cisco_nxos}\nsw2: {platform: cisco_iosxe, hostname: a.example}\n")
    hosts = load_inventory(path).hosts
    assert {name: host.platform for name, host in hosts.items()} == {"sw1": Platform.NXOS, "sw2": Platform.IOS}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("r1: {platform: iso}\n", "hosts.yaml:1:16: host 'r1': unknown platform 'iso'"),
        ("r1: {hostname: a}\n", "hosts.yaml:1:1: host 'r1' has no platform"),
        ("r1: {platform: ios, prot: 22}\n", "hosts.yaml:1:21: host 'r1': unknown key 'prot'"),
        ("r1: {platform: ios, port: 0}\n", "hosts.yaml:1:27: '0' is not a port number (1 to 65535)"),
        ("r1: {platform: ios, port: 99999}\n", "hosts.yaml:1:27: '99999' is not a port number (1 to 65535)"),
        ("r1: {platform: ios, groups: [x]}\n", "hosts.yaml:1:30: unknown group 'x'"),
        (
            "r1:\n  platform: ios\n  data:\n    addresses: [10.0.0.300]\n",
            "hosts.yaml:4:17: '10.0.0.300' is not an IP address",
        ),
        ("r1: {platform: [ios]}\n", "hosts.yaml:1:16: one text is needed here"),
        (
            "r1: {platform: ios}\nr1: {platform: ios}\n",
            "hosts.yaml:2:1: duplicate key 'r1' (first at line 1) is not allowed",
        ),
    ],
)
def test_errors_name_the_place(tmp_path: Path, text: str, message: str) -> None:
    assert refused(written(tmp_path, hosts=text)) == f"{tmp_path}/{message}"


def test_groups_in_a_circle(tmp_path: Path) -> None:
    groups = "a: {groups: [b]}\nb: {groups: [a]}\n"
    assert "go in a circle: a -> b -> a" in refused(written(tmp_path, hosts="r1: {groups: [a]}\n", groups=groups))


def test_missing_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", tmp_path / "none.ini"):
        with pytest.raises(OperatorError):
            load_inventory(path)


def test_by_address_is_exact_and_ambiguity_is_named(tmp_path: Path) -> None:
    text = (
        "r1: {platform: ios, hostname: 192.0.2.1, data: {addresses: [10.0.0.1, '2001:db8:0::1']}}\n"
        "r2: {platform: ios, hostname: 192.0.2.2, data: {addresses: [10.0.0.10, 10.9.9.9]}}\n"
        "r3: {platform: ios, hostname: 192.0.2.3, data: {addresses: [10.9.9.9]}}\n"
    )
    inventory = load_inventory(written(tmp_path, hosts=text))

    def owner(address: str) -> str | None:
        host = inventory.by_address(address)
        return host.name if host else None

    found = [owner(text) for text in ("10.0.0.1", "10.0.0.10", "192.0.2.2", "2001:DB8::1", "10.0.0.2")]
    assert found == ["r1", "r2", "r2", "r1", None]
    with pytest.raises(OperatorError, match=r"10\.9\.9\.9 belongs to r2 and r3"):
        inventory.by_address("10.9.9.9")


def test_names_are_found_in_any_case_unless_that_is_ambiguous(tmp_path: Path) -> None:
    text = "R1: {platform: ios}\nsw: {platform: ios}\nSW: {platform: nxos}\n"
    inventory = load_inventory(written(tmp_path, hosts=text))
    names = [host.name if host else None for host in map(inventory.get, ("r1", "SW", "sw", "Sw"))]
    assert names == ["R1", "SW", "sw", None]


SECRET = "r1: {platform: ios, password: hunter2hunter2, data: {enable_secret: en4ble}}\n"


async def test_secrets_of_a_private_file_stay_out_of_sight(tmp_path: Path) -> None:
    inventory = load_inventory(written(tmp_path, hosts=SECRET))
    credentials = inventory.credentials(environ={})
    assert (await credentials.password("r1"), await credentials.enable_secret("r1")) == ("hunter2hunter2", "en4ble")
    assert inventory.warnings == ()
    for shown in (repr(inventory), repr(inventory.secrets), repr(credentials), repr(inventory.hosts["r1"])):
        assert "hunter2" not in shown
        assert "en4ble" not in shown


async def test_secrets_of_an_open_file_are_not_used(tmp_path: Path) -> None:
    inventory = load_inventory(written(tmp_path, mode=0o644, hosts=SECRET))
    assert await inventory.credentials(environ={}).password("r1") is None
    assert ["others can read" in warning for warning in inventory.warnings] == [True]
    assert "hunter2" not in inventory.warnings[0]
    used = load_inventory(tmp_path, accept_open_files=True)
    assert await used.credentials(environ={}).password("r1") == "hunter2hunter2"
    assert len(used.warnings) == 1


ANSIBLE_YAML = """\
all:
  vars: {ansible_user: netops}
  children:
    routers:
      vars: {ansible_network_os: cisco.ios.ios}
      hosts:
        r[1:2]:
        r9:
          ansible_host: 192.0.2.9
          ansible_port: 2200
          ansible_network_os: frr.frr.frr
          addresses: [10.1.1.9]
      children:
        leaves:
          vars: {ansible_network_os: cisco.nxos.nxos}
          hosts:
            leaf01: {ansible_become_password: en4ble}
    win:
      hosts:
        dc1: {ansible_connection: winrm}
    servers:
      hosts: {web1: }
"""
ANSIBLE_INI = """\
# a comment
web1 ansible_user=root

[routers]
r[1:2]
r9 ansible_host=192.0.2.9 ansible_port=2200 ansible_network_os=frr.frr.frr addresses=10.1.1.9

[leaves]
leaf01 ansible_become_password='en4ble'

[routers:children]
leaves

[routers:vars]
ansible_network_os = cisco.ios.ios
[leaves:vars]
ansible_network_os=cisco.nxos.nxos
[win]
dc1 ansible_connection=winrm  ; a comment
[all:vars]
ansible_user=netops
"""


def check_ansible(inventory: Inventory) -> None:
    platforms = {name: host.platform.value for name, host in inventory.hosts.items()}
    assert platforms == {
        "r1": "ios", "r2": "ios", "r9": "frr", "leaf01": "nxos", "dc1": "windows", "web1": "linux",
    }  # fmt: skip
    r9 = inventory.hosts["r9"]
    assert (r9.hostname, r9.port, r9.username, r9.addresses) == ("192.0.2.9", 2200, "netops", ("10.1.1.9",))
    assert inventory.hosts["leaf01"].groups == ("leaves", "routers")
    assert inventory.secrets.enable == {"leaf01": "en4ble"}


def test_ansible_yaml(tmp_path: Path) -> None:
    check_ansible(load_inventory(file(tmp_path, "inventory.yaml", ANSIBLE_YAML)))
    check_ansible(load_inventory(tmp_path))


def test_ansible_ini(tmp_path: Path) -> None:
    check_ansible(load_inventory(file(tmp_path, "hosts.ini", ANSIBLE_INI)))
    assert load_inventory(tmp_path).hosts["web1"].username == "root"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.yaml",
            "all:\n  hosts:\n    r1:\n      ansible_password: !vault |\n        $ANSIBLE_VAULT;1.1\n",
            "a.yaml:4:25: vault-encrypted",
        ),
        ("a.ini", "r1 ansible_password='$ANSIBLE_VAULT;1.1;AES256'\n", "a.ini:1:1: ansible_password: vault-encrypted"),
        ("a.ini", "r1 ansible_host='{{ ip }}'\n", "a.ini:1:1: ansible_host: templates are not evaluated"),
        ("a.ini", "r1 ansible_network_os=arista.eos.eos\n", "a.ini:1:1: host 'r1': unknown platform 'arista.eos.eos'"),
        ("a.ini", "[x:var]\na=b\n", "a.ini:2:1: unknown kind of section 'var'"),
        ("a.ini", "r1 'ansible\n", "a.ini:1:1: cannot be read"),
        ("a.yaml", "all:\n  host:\n    r1:\n", "a.yaml:2:3: group 'all': unknown key 'host'"),
    ],
)
def test_ansible_refusals(tmp_path: Path, name: str, text: str, message: str) -> None:
    assert message in refused(file(tmp_path, name, text))


def test_variable_folders_are_named_as_not_read(tmp_path: Path) -> None:
    (tmp_path / "group_vars").mkdir()
    inventory = load_inventory(file(tmp_path, "hosts.ini", "r1\n"))
    assert ["group_vars" in warning for warning in inventory.warnings] == [True]
