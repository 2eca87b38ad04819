"""NLB inside a guest: settings joined with adapters, and convergence in several languages."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse
from troubleshoot.parsing.windows.mac import cluster_mac, mac

GUID, OTHER = "{4C1E0B52-6A0D-4B1F-9D7E-33B1F0C5A902}", "{9A7D5C10-2B44-4E0A-8C61-7F12D3E4B5A6}"
SETTINGS = f'''"PSChildName","ClusterIPAddress","ClusterNetworkMask","ClusterName","MulticastSupportEnable","IGMPSupport","HostPriority"
"{GUID}","172.20.8.90","255.255.255.0","portal.shop.example","0","0","3"
end
'''
ADAPTERS = f'''"GUID","NetConnectionID","Name","MACAddress"
"{OTHER}","Verwaltung","Microsoft Hyper-V Network Adapter","00:15:5D:08:11:01"
"{GUID}","Cluster","Microsoft Hyper-V Network Adapter #2","00:15:5D:08:11:02"
end
'''
ADDRESSES = f'''"SettingID","IPAddress"
"{OTHER}","172.20.1.13 fe80::1"
"{GUID}","172.20.8.13"
end
'''
PERMANENT = """"InstanceName","Address"
"Microsoft Hyper-V Network Adapter","0 21 93 8 17 1"
"Microsoft Hyper-V Network Adapter #2","0 21 93 8 17 2"
end
"""
PAGES = (SETTINGS, ADAPTERS, ADDRESSES, PERMANENT)


def setup(*pages: str) -> dict[str, Any]:
    return parse("nlb_setup", Platform.WINDOWS, pages or PAGES)


def only(record: dict[str, Any]) -> dict[str, Any]:
    (cluster,) = record["clusters"]
    assert isinstance(cluster, dict)
    return cluster


def changed(part: int, old: str, new: str) -> list[str]:
    assert old in PAGES[part]
    return [text.replace(old, new) if number == part else text for number, text in enumerate(PAGES)]


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("00:15:5d:0a:1e:0b", "00-15-5D-0A-1E-0B"),
            ("00155D0A1E0B", "00-15-5D-0A-1E-0B"),
            ("02-bf-0a-14-1e-28", "02-BF-0A-14-1E-28"),
            ("0 21 93 10 30 11", "00-15-5D-0A-1E-0B"),
            ("0 21 93 10 30 300", None),
            ("00155D0A1E", None),
            ("", None),
        ],
    )
    def test_every_form_of_windows_is_read(self, text: str, expected: str | None) -> None:
        assert mac(text) == expected

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("unicast", "02-BF-AC-14-08-5A"),
            ("multicast", "03-BF-AC-14-08-5A"),
            ("igmp", "01-00-5E-7F-08-5A"),
        ],
    )
    def test_the_clusters_address_follows_from_its_mode(self, mode: str, expected: str) -> None:
        assert cluster_mac("172.20.8.90", mode) == expected


class TestSetup:
    def test_four_answers_become_one_record(self) -> None:
        found = only(setup())
        assert (found["vip"], found["mode"], found["mac"]) == ("172.20.8.90", "unicast", "02-BF-AC-14-08-5A")
        assert (found["adapter"], found["priority"]) == ("Cluster", 3)
        assert (found["nic_mac"], found["own_mac"]) == ("00-15-5D-08-11-02", "00-15-5D-08-11-02")
        assert (found["has_mac"], found["has_vip"]) == (False, False)
        assert found["at"] == [[0, 2, 2], [1, 3, 3], [2, 3, 3], [3, 3, 3]]

    def test_a_bound_adapter_has_the_clusters_addresses_and_its_own_one_below(self) -> None:
        pages = changed(1, "00:15:5D:08:11:02", "02:BF:AC:14:08:5A")
        pages[2] = pages[2].replace('"172.20.8.13"', '"172.20.8.13 172.20.8.90"')
        found = only(setup(*pages))
        assert (found["has_mac"], found["has_vip"]) == (True, True)
        assert found["own_mac"] == "00-15-5D-08-11-02"

    @pytest.mark.parametrize(("flags", "mode"), [('"1","0"', "multicast"), ('"1","1"', "igmp"), ('"",""', "unicast")])
    def test_the_mode_comes_from_two_switches(self, flags: str, mode: str) -> None:
        found = only(setup(*changed(0, '"0","0"', flags)))
        assert found["mode"] == mode
        assert found["has_mac"] is False

    def test_letter_case_of_the_guid_does_not_matter(self) -> None:
        assert only(setup(*changed(1, GUID, GUID.lower())))["adapter"] == "Cluster"

    def test_settings_of_a_removed_adapter_are_no_cluster(self) -> None:
        assert setup(*changed(0, GUID, "{00000000-0000-0000-0000-000000000001}"))["clusters"] == []

    def test_an_adapter_without_an_address_is_no_cluster(self) -> None:
        assert setup(*changed(0, "172.20.8.90", "0.0.0.0"))["clusters"] == []

    def test_no_settings_at_all_is_an_answer(self) -> None:
        record = setup("end\n", *PAGES[1:])
        assert (record["clusters"], record["adapters"]) == ([], 2)

    @pytest.mark.parametrize("part", range(4))
    def test_a_cut_answer_is_no_shorter_list(self, part: int) -> None:
        pages = list(PAGES)
        pages[part] = pages[part].replace("end\n", "")
        with pytest.raises(ParseFailure, match="end"):
            setup(*pages)

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            (0, "172.20.8.90", "172.20.8"),
            (0, "172.20.8.90", "fe80::5a"),
            (0, '"0","0","3"', '"0","0","three"'),
            (0, "ClusterIPAddress", "Adresse"),
            (1, '"Cluster",', ""),
        ],
    )
    def test_what_does_not_fit_cannot_be_told(self, part: int, old: str, new: str) -> None:
        with pytest.raises(ParseFailure):
            setup(*changed(part, old, new))

    def test_three_answers_are_not_enough(self) -> None:
        with pytest.raises(ParseFailure, match="four outputs"):
            setup(*PAGES[:3])


BANNER = "WLBS Cluster Control Utility V2.6 (c) 1997-2007 Microsoft Corporation.\n"
CONVERGED = f"{BANNER}Cluster 172.20.8.90\nHost 1 converged as DEFAULT with the following host(s) as part of the cluster:\n1, 3\n"


def nodes(*codes: tuple[str, int]) -> str:
    rows = "".join(f'"{name}","{code}"\n' for name, code in codes)
    return f'"Name","StatusCode"\n{rows}end\n' if codes else "end\n"


def state(query: str, codes: str) -> dict[str, Any]:
    return parse("nlb_state", Platform.WINDOWS, (query, codes))


def host(query: str, codes: str = "end\n") -> dict[str, Any]:
    (found,) = state(query, codes)["hosts"]
    assert isinstance(found, dict)
    return found


class TestQuery:
    def test_the_default_host_sees_two(self) -> None:
        found = host(CONVERGED, nodes(("172.20.8.90:1", 1008), ("172.20.8.90:3", 0)))
        assert (found["vip"], found["host_id"], found["state"], found["default"]) == (
            "172.20.8.90",
            1,
            "converged",
            True,
        )
        assert found["members"] == [1, 3]
        assert found["at"] == [[0, 3, 4]]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("Host 3 converged with the following host(s) as part of the cluster:\n1, 3", "converged"),
            ("Host 3 converging with the following host(s) as part of the cluster:\n1, 3", "converging"),
            ("Host 3 is stopped and does not know convergence state of the cluster.", "stopped"),
            ("Host 3 is stopped and has cluster control mode suspended.", "suspended"),
            ("Host 3 wurde beendet, und die Clustersteuerung ist unterbrochen.", "suspended"),
            ("Host 3 draining connections with the following host(s) as part of the cluster:\n1, 3", "draining"),
            ("Host 3 is disconnected from the network.", "disconnected"),
            ("Host 3 wurde beendet und kennt den Konvergenzstatus des Clusters nicht.", "stopped"),
            ("Host 3 zusammengeführt, mit folgenden Hosts als Teil des Clusters:\n1, 3", "converged"),
            ("Host 3 wird zusammengeführt, mit folgenden Hosts als Teil des Clusters:\n1, 3", "converging"),
            ("Host 3 als STANDARD konvergiert mit folgenden Hosts als Teil des Clusters:\n3", "converged"),
        ],
    )
    def test_english_and_german_words(self, line: str, expected: str) -> None:
        assert host(f"{BANNER}Cluster 172.20.8.90\n{line}\n")["state"] == expected

    def test_the_providers_code_goes_before_words_of_any_language(self) -> None:
        query = f"{BANNER}Cluster 172.20.8.90\nHost 3 zbiezny z nastepujacymi hostami:\n3\n"
        found = host(query, nodes(("172.20.8.90:3", 1007)))
        assert (found["state"], found["default"], found["members"]) == ("converged", False, [3])

    def test_the_code_of_another_cluster_does_not_count(self) -> None:
        query = f"{BANNER}Cluster 172.20.8.90\nHost 3 is stopped and does not know convergence state of the cluster.\n"
        assert host(query, nodes(("172.20.9.10:3", 1007)))["state"] == "stopped"

    def test_two_clusters_on_one_host(self) -> None:
        other = "Cluster 172.20.9.10\nHost 2 is stopped and does not know convergence state of the cluster.\n"
        found = state(CONVERGED + other, "end\n")["hosts"]
        assert [(item["vip"], item["state"]) for item in found] == [
            ("172.20.8.90", "converged"),
            ("172.20.9.10", "stopped"),
        ]

    def test_nlb_that_runs_nowhere_has_no_host(self) -> None:
        said = (
            "WLBS is not installed on this system or you do not have sufficient privileges to administer the cluster.\n"
        )
        assert state(BANNER + said, "end\n")["hosts"] == []

    @pytest.mark.parametrize(
        ("query", "codes"),
        [
            ("", "end\n"),
            (CONVERGED[: CONVERGED.index("1, 3")], "end\n"),
            (CONVERGED.replace("1, 3", "1, x"), "end\n"),
            (CONVERGED, '"Name","StatusCode"\n"172.20.8.90:1","1008"\n'),
            (CONVERGED, '"Name","StatusCode"\n"172.20.8.90:1","ok"\nend\n'),
            (CONVERGED, '"Name","StatusCode"\n"no colon","1008"\nend\n'),
            (BANNER, nodes(("172.20.8.90:1", 1008))),
            (f"{BANNER}Host 3 nieznany stan\n", "end\n"),
        ],
    )
    def test_what_is_cut_or_unknown_cannot_be_told(self, query: str, codes: str) -> None:
        with pytest.raises(ParseFailure):
            state(query, codes)
