"""The door: names, platforms, record types, and the small readers below it."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError, ExitCode
from troubleshoot.parsing import registry
from troubleshoot.parsing.clean import clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.json_lines import MAX_DEPTH, read_object
from troubleshoot.parsing.records import Mroute
from troubleshoot.parsing.values import address, prefix, seconds


def test_every_row_of_the_table_exists() -> None:
    for name in registry.parser_names():
        for target in registry.TABLE[name].reads.values():
            module, _, function = target.partition(":")
            assert callable(getattr(importlib.import_module(f"troubleshoot.parsing.{module}"), function))


def test_record_types_and_unknown_names() -> None:
    assert registry.record_type("mroute") is Mroute
    assert "entries" in Mroute.__annotations__
    with pytest.raises(AuthorError):
        registry.record_type("mroutes")
    with pytest.raises(AuthorError):
        registry.parse("multicast_global", Platform.JUNOS, ["x"])
    with pytest.raises(ParseFailure):
        registry.parse("mroute", Platform.IOS, [])


def test_platform_modules_are_loaded_only_when_asked() -> None:
    code = "import sys, troubleshoot.parsing.registry as r; r.parser_names(); print('troubleshoot.parsing.ios.mroute' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "False"


def test_failure_is_inconclusive_and_quotes_safely() -> None:
    assert ParseFailure("x").exit_code is ExitCode.INCONCLUSIVE
    assert excerpt("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"
    assert len(excerpt("y" * 1000)) < 80


@pytest.mark.parametrize(
    ("platform", "typed", "name"),
    [
        (Platform.IOS, "Gi0/1", "GigabitEthernet0/1"),
        (Platform.IOS, "gigabitethernet 0/1", "GigabitEthernet0/1"),
        (Platform.IOS, "Te1/1/1", "TenGigabitEthernet1/1/1"),
        (Platform.IOS, "Fa0/1", "FastEthernet0/1"),
        (Platform.IOS, "Et0/0", "Ethernet0/0"),
        (Platform.IOS, "VLAN10", "Vlan10"),
        (Platform.IOS, "Vl10", "Vlan10"),
        (Platform.IOS, "Lo0", "Loopback0"),
        (Platform.IOS, "Tu5", "Tunnel5"),
        (Platform.IOS, "Po10", "Port-channel10"),
        (Platform.IOS, "Se0/0/0:0", "Serial0/0/0:0"),
        (Platform.IOS, "Fo1/1/1", "FortyGigabitEthernet1/1/1"),
        (Platform.IOS, "Hu1/0/1", "HundredGigE1/0/1"),
        (Platform.IOS, "Twe1/0/1", "TwentyFiveGigE1/0/1"),
        (Platform.IOS, "Null", "Null"),
        (Platform.IOS, "MVRF RED", "MVRF RED"),
        (Platform.NXOS, "Po10", "port-channel10"),
        (Platform.NXOS, "Eth1/1", "Ethernet1/1"),
        (Platform.NXOS, "eth1/1.100", "Ethernet1/1.100"),
        (Platform.NXOS, "Lo0", "loopback0"),
        (Platform.NXOS, "mgmt0", "mgmt0"),
        (Platform.JUNOS, "ge-0/0/1.0", "ge-0/0/1.0"),
        (Platform.FRR, "eth0", "eth0"),
    ],
)
def test_interface_names(platform: Platform, typed: str, name: str) -> None:
    assert canonical(platform, typed) == name
    assert canonical(platform, name) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00:01:12", 72),
        ("3d14h", 309600),
        ("2w3d", 1468800),
        ("1y5w", 34560000),
        ("3d:14h", 309600),
        ("never", None),
        ("stopped", None),
        ("-", None),
        ("--:--:--", None),
        ("0.487184", 0),
        ("00:01:1", None),
        ("", None),
    ],
)
def test_timers(text: str, value: int | None) -> None:
    assert seconds(text) == value


def test_addresses_and_prefixes() -> None:
    assert address("10.1.1.256") is None
    assert address("10.1.1.1") == "10.1.1.1"
    assert prefix("10.50.0.0", "255.255.0.0") == "10.50.0.0/16"
    assert prefix("10.50.0.0", "33") is None


def test_json_positions() -> None:
    root = read_object(clean('% remark\n{\n "a":{\n  "b":[\n   1,\n   {"c":"x"}\n  ]\n }\n}\n'))
    inner = root.members["a"]
    assert (root.first, root.last) == (2, 9)
    assert (inner.first, inner.last) == (3, 8)
    assert [item.first for item in inner.members["b"].items] == [5, 6]
    assert inner.members["b"].items[1].text("c") == "x"


def test_json_keys_that_differ_in_case_only() -> None:
    root = read_object(clean('{"OilX":1,"oilX":0}'))
    assert (root.number("OilX"), root.number("oilX")) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a"',
        '{"a":',
        '{"a":1',
        '{"a":1,}',
        "{1:2}",
        '{"a":1}}',
        '{"a":"x',
        '{"a":tru}',
        '{"a":{},"a":{}}',
        '{"a":' + "9" * 400 + "}",
        "[" * 100_000,
        '{"a":' * 1000,
    ],
)
def test_bad_json_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_object(clean(text))


def test_json_depth_is_bounded_but_enough() -> None:
    deep = '{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH
    assert read_object(clean(deep)).members


@given(st.text(alphabet='{}[]":,0a\\ \n', max_size=80))
def test_json_reader_raises_nothing_else(text: str) -> None:
    try:
        read_object(clean(text))
    except ParseFailure as failure:
        assert failure.message.isprintable()
