"""`netsh routing ip rip dump`, and all addresses of a server.

The command lines: ``netsh routing ip rip dump``; for the addresses two scripts over WMI, joined by the adapter's index::

    PS> Get-WmiObject Win32_NetworkAdapter | Where-Object {$_.NetConnectionID} |
    Select-Object Index,NetConnectionID | ConvertTo-Csv -NoTypeInformation; 'end'

    PS> Get-WmiObject Win32_NetworkAdapterConfiguration | Where-Object {$_.IPEnabled} |
    Select-Object Index,FullDNSRegistrationEnabled,@{n='IPAddress';e={"$($_.IPAddress)"}},
    @{n='IPSubnet';e={"$($_.IPSubnet)"}} | ConvertTo-Csv -NoTypeInformation; 'end'
"""

from __future__ import annotations

import pytest

from tests.unit.parsing.rip_texts import ADAPTERS, ADDRESSES, BARE_DUMP, DUMP
from tests.unit.parsing.windows_reading import read, read_crlf
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure


def test_two_adapters_of_rip() -> None:
    record = read_crlf("rras_rip", DUMP)
    assert (record["installed"], record["unread"]) == (True, [])
    first, second = record["interfaces"]
    assert (first["name"], first["announce"], first["accept"], first["periodic"]) == (
        "LAN 1",
        "rip2",
        "rip1compat",
        True,
    )
    assert (first["host_routes"], first["password"], first["filter_mode"]) == (True, False, "include")
    assert first["filters"] == ["10.99.1.5-10.99.1.5", "10.98.0.0-10.98.255.255"]
    assert (second["announce"], second["accept"], second["periodic"]) == ("none", "none", False)
    assert (second["host_routes"], second["password"], second["filters"]) == (False, True, [])
    lines = DUMP.split("\n")
    assert all('"LAN 1"' in lines[number - 1] for _, number, _ in first["at"])


def test_rip_that_is_not_installed() -> None:
    record = read_crlf("rras_rip", BARE_DUMP)
    assert (record["installed"], record["interfaces"], record["unread"]) == (False, [], [])
    assert read("rras_rip", BARE_DUMP.replace("uninstall", "uninstall\nNo more data is available."))["unread"] == [
        [0, 8, 8]
    ]


def test_the_dump_of_the_whole_router_is_read_from_where_rip_begins() -> None:
    around = "pushd routing ip nat\nuninstall\npopd\n" + DUMP + "pushd routing ip igmp\ninstall\npopd\n"
    assert read("rras_rip", around)["interfaces"][0]["announce"] == "rip2"
    assert read("rras_rip", "C:\\>netsh routing ip rip dump\n" + DUMP)["installed"] is True


def test_spellings() -> None:
    shown = DUMP.replace('name="LAN 1"', "name=Ethernet0").replace("announce=RIP2", "announce=Rip2")
    assert read("rras_rip", shown)["interfaces"][0]["name"] == "Ethernet0"
    spaced = DUMP.replace("annfiltmode=INCLUDE", "annfiltmode = EXCLUDE")
    assert read("rras_rip", spaced)["interfaces"][0]["filter_mode"] == "exclude"
    for flag in ("SendHostRoutes", "IncludeHostRoutes", "announcehost"):
        assert read("rras_rip", DUMP.replace("AnnounceHostRoutes", flag))["interfaces"][0]["host_routes"] is True
    for word, meaning in (("SILENT", "none"), ("DISABLED", "none"), ("RIP1", "rip1")):
        assert (
            read("rras_rip", DUMP.replace("announce=RIP2", f"announce={word}"))["interfaces"][0]["announce"] == meaning
        )


def test_what_is_not_known_is_not_taken_and_not_hidden() -> None:
    record = read("rras_rip", DUMP.replace("announce=RIP2", "announce=RIP3"))
    assert (record["interfaces"][0]["announce"], record["unread"]) == (None, [[0, 13, 13]])
    assert read("rras_rip", DUMP.replace("authmode=AUTHNONE", "authmode=OTHER"))["interfaces"][0]["password"] is None
    assert read("rras_rip", DUMP.replace(" flag=", " flags=", 1))["interfaces"][0]["host_routes"] is None
    odd = read("rras_rip", DUMP.replace("filter=10.99.1.5-10.99.1.5", "filter=everything"))
    assert odd["interfaces"][0]["filters"] == ["10.98.0.0-10.98.255.255"] and len(odd["unread"]) == 1
    assert read("rras_rip", DUMP.replace("set global", "set colour"))["unread"] == [[0, 9, 9]]


@pytest.mark.parametrize("place", [0, 40, 120, 200, 500, 800, 1100, 1300])
def test_a_cut_dump_is_a_failure(place: int) -> None:
    with pytest.raises(ParseFailure):
        read("rras_rip", DUMP[: min(place, DUMP.index("popd"))])


@pytest.mark.parametrize(
    "said",
    [
        "The following command was not found: routing ip rip dump.\n",
        "Der folgende Befehl wurde nicht gefunden: routing ip rip dump.\n",
        "'netsh' is not recognized as an internal or external command,\noperable program or batch file.\n",
        "The requested operation requires elevation (Run as administrator).\n",
    ],
)
def test_a_refusal_is_no_dump(said: str) -> None:
    with pytest.raises(Refused):
        read("rras_rip", said)


def test_all_addresses_with_their_masks() -> None:
    record = read_crlf("server_addresses", ADAPTERS, ADDRESSES)
    assert [(a["adapter"], a["address"], a["mask"], a["registers"]) for a in record["addresses"]] == [
        ("LAN 1", "10.10.0.50", "255.255.255.0", True),
        ("LAN 1", "10.10.0.51", "255.255.255.0", True),
        ("LAN-Verbindung 2", "10.20.0.50", "255.255.255.0", False),
        ("Loopback", "10.99.1.5", "255.255.255.255", None),
    ]
    assert record["addresses"][2]["at"] == [[0, 3, 3], [1, 3, 3]]


@pytest.mark.parametrize(
    ("adapters", "addresses"),
    [
        (ADAPTERS.replace("end\n", ""), ADDRESSES),
        (ADAPTERS, ADDRESSES.replace("end\n", "")),
        (ADAPTERS, "end\n"),
        (ADAPTERS.replace('"11","Loopback"\n', ""), ADDRESSES),
        (ADAPTERS, ADDRESSES.replace('"10.20.0.50"', '"10.20.0.50 10.20.0.51"')),
        (ADAPTERS, ADDRESSES.replace('"255.255.255.255"', '""')),
        (ADAPTERS, ADDRESSES.replace("10.99.1.5", "10.99.1.500")),
        (ADAPTERS, ADDRESSES.replace('"True"', '"Yes"')),
        (ADAPTERS, ADDRESSES.replace(",IPSubnet", ",Mask").replace('"IPSubnet"', '"Mask"')),
    ],
)
def test_what_does_not_join_is_a_failure(adapters: str, addresses: str) -> None:
    with pytest.raises(ParseFailure):
        read("server_addresses", adapters, addresses)


def test_one_output_is_a_failure() -> None:
    with pytest.raises(ParseFailure):
        read("server_addresses", ADAPTERS)
