"""Virtual machines as their host shows them, through the module and through WMI v1; computers; events."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.failure import ParseFailure

MB = 1024 * 1024
VM_ID, NIC_ID, PORT_ID = (
    "6B2F0C11-0A4D-4E55-8F10-2C7D91E0A3B4",
    "0D7A33C2-91F4-4C6B-B0A1-55E2D9F81C70",
    "B19E64D3-7C25-4F0E-9A38-1D02C3F4E5A6",
)


# --- adapters -----------------------------------------------------------------------------------------------------

HEADING = '"VMName","Name","SwitchName","MacAddress","Spoofing","VlanMode","VlanId"\n'
MODULE = (
    HEADING
    + '"MAIL1","Network Adapter","Outside","00155D081102","Off","Untagged","0"\n'
    + '"MAIL1","Backup","","000000000000","On","Access","30"\n'
    + '"MAIL2","Network Adapter","Outside","00155D081202","On","Trunk","0"\nend\n'
)
MACHINES = f'"Name","ElementName","EnabledState"\n"HYP9","HYP9","2"\n"{VM_ID}","MAIL1","2"\nend\n'
PATH = (
    '\\\\HYP9\\root\\virtualization:Msvm_SwitchPort.CreationClassName=""Msvm_SwitchPort"",'
    f'Name=""{PORT_ID}"",SystemCreationClassName=""Msvm_VirtualSwitch"",SystemName=""77AA""'
)
NICS = (
    '"InstanceID","ElementName","Address","Connection"\n"Microsoft:Definition\\Default","Ethernet Port","",""\n'
    f'"Microsoft:{VM_ID}\\{NIC_ID}","Network Adapter","00155D081102","{PATH}"\nend\n'
)
PORTS = f'"Name","SystemName","AllowMacSpoofing"\n"{PORT_ID.lower()}","77AA","False"\nend\n'
SWITCHES = '"Name","ElementName"\n"77aa","Outside"\nend\n'


class TestAdapters:
    def test_the_module_speaks_of_on_and_off(self) -> None:
        first, second, third = read("vm_adapters", MODULE)["adapters"]
        assert (first["vm"], first["switch"], first["mac"]) == ("MAIL1", "Outside", "00-15-5D-08-11-02")
        assert [item["spoofing"] for item in (first, second, third)] == [False, True, True]
        assert [item["vlan"] for item in (first, second, third)] == [0, 30, None]
        assert (second["switch"], second["mac"]) == (None, None), "not connected, and without an address yet"
        assert first["at"] == [[0, 2, 2]]

    @pytest.mark.parametrize("number", ["0", "1"])
    def test_a_number_is_refused_because_on_is_zero_there(self, number: str) -> None:
        with pytest.raises(ParseFailure, match="On or Off"):
            read("vm_adapters", MODULE.replace('"Off"', f'"{number}"'))

    def test_wmi_v1_is_joined_into_the_same_record(self) -> None:
        (found,) = read("vm_adapters", MACHINES, NICS, PORTS, SWITCHES)["adapters"]
        assert (found["vm"], found["name"], found["switch"]) == ("MAIL1", "Network Adapter", "Outside")
        assert (found["mac"], found["spoofing"], found["vlan"]) == ("00-15-5D-08-11-02", False, None)
        assert found["at"] == [[1, 3, 3], [2, 2, 2]]

    def test_wmi_v1_on_a_german_host(self) -> None:
        (found,) = read("vm_adapters", MACHINES, NICS, PORTS.replace("False", "Wahr"), SWITCHES)["adapters"]
        assert found["spoofing"] is True

    def test_an_adapter_without_a_connection_has_no_port(self) -> None:
        (found,) = read("vm_adapters", MACHINES, NICS.replace(PATH, ""), PORTS, SWITCHES)["adapters"]
        assert (found["switch"], found["spoofing"]) == (None, None)

    def test_a_connection_to_an_unknown_port_means_a_cut_list(self) -> None:
        with pytest.raises(ParseFailure, match="a port of the list"):
            read("vm_adapters", MACHINES, NICS, "end\n", SWITCHES)

    @pytest.mark.parametrize(
        "text",
        [
            MODULE.replace("end\n", ""),
            MODULE[:-30],
            MODULE.replace("00155D081102", "00155D0811"),
            MODULE.replace('"Spoofing"', '"MacAddressSpoofing"'),
            "",
        ],
    )
    def test_what_is_cut_or_garbled_cannot_be_told(self, text: str) -> None:
        with pytest.raises(ParseFailure):
            read("vm_adapters", text)

    def test_two_pages_are_neither_form(self) -> None:
        with pytest.raises(ParseFailure, match="four of WMI"):
            read("vm_adapters", MACHINES, NICS)


# --- memory -------------------------------------------------------------------------------------------------------

COLUMNS = (
    '"Name","Id","State","DynamicMemoryEnabled","MemoryStartup","MemoryMinimum","MemoryMaximum",'
    '"MemoryAssigned","MemoryDemand","MemoryStatus"\n'
)


def module(state: str = "Running", assigned: int = 2048, demand: int = 2500, status: str = "Warning") -> str:
    amounts = ",".join(f'"{amount * MB}"' for amount in (1024, 512, 2048, assigned, demand))
    return f'{COLUMNS}"MAIL1","{VM_ID.lower()}","{state}","True",{amounts},"{status}"\nend\n'


SETTINGS = '"VMName","Buffer","Priority"\n"MAIL1","20","50"\nend\n'
WMI_SETTINGS = (
    '"InstanceID","VirtualQuantity","Reservation","Limit","Weight","TargetMemoryBuffer","DynamicMemoryEnabled"\n'
    '"Microsoft:Definition\\Default","512","512","65536","5000","20","False"\n'
    f'"Microsoft:{VM_ID}\\4764334D-E001-4176-82EE-5594EC9B530E","1024","1024","2048","7500","20","True"\nend\n'
)
COUNTERS = '"Name","CurrentPressure","PhysicalMemory"\n"MAIL1","122","2048"\nend\n'


class TestMemory:
    def test_bytes_become_megabytes_and_pressure(self) -> None:
        (vm,) = read("vm_memory", module(), SETTINGS)["vms"]
        assert (vm["vm"], vm["state"], vm["dynamic"]) == ("MAIL1", "Running", True)
        assert (vm["startup"], vm["minimum"], vm["maximum"]) == (1024, 512, 2048)
        assert (vm["assigned"], vm["demand"], vm["wanted"], vm["pressure"]) == (2048, 2500, 3000, 122)
        assert (vm["buffer"], vm["weight"], vm["status"]) == (20, 50, "Warning")

    def test_wmi_v1_counts_in_megabytes_and_ten_thousandths(self) -> None:
        (vm,) = read("vm_memory", MACHINES.replace('"HYP9","HYP9","2"\n', ""), WMI_SETTINGS, COUNTERS)["vms"]
        assert (vm["startup"], vm["minimum"], vm["maximum"], vm["weight"]) == (1024, 1024, 2048, 75)
        assert (vm["assigned"], vm["demand"], vm["state"], vm["status"]) == (2048, 2498, "Running", None)

    @pytest.mark.parametrize(
        ("code", "state"), [("3", "Off"), ("32769", "Saved"), ("32768", "Paused"), ("9999", "9999")]
    )
    def test_states_of_wmi_v1(self, code: str, state: str) -> None:
        machines = f'"Name","ElementName","EnabledState"\n"{VM_ID}","MAIL1","{code}"\nend\n'
        (vm,) = read("vm_memory", machines, WMI_SETTINGS, "end\n")["vms"]
        assert (vm["state"], vm["assigned"], vm["demand"], vm["pressure"]) == (state, 0, 0, None)

    def test_a_machine_without_counters_does_not_report(self) -> None:
        machines = f'"Name","ElementName","EnabledState"\n"{VM_ID}","MAIL1","2"\nend\n'
        (vm,) = read("vm_memory", machines, WMI_SETTINGS, "end\n")["vms"]
        assert (vm["assigned"], vm["demand"]) == (1024, 0)

    def test_static_memory_has_no_higher_maximum(self) -> None:
        (vm,) = read("vm_memory", module(demand=0, status="").replace('"True"', '"False"'), SETTINGS)["vms"]
        assert (vm["dynamic"], vm["maximum"], vm["pressure"], vm["status"]) == (False, 1024, None, None)

    def test_german_truth_is_read(self) -> None:
        (vm,) = read("vm_memory", module().replace('"True"', '"Wahr"'), SETTINGS)["vms"]
        assert vm["dynamic"] is True

    def test_no_machine_of_this_name_is_an_answer(self) -> None:
        assert read("vm_memory", "end\n", "end\n")["vms"] == []

    @pytest.mark.parametrize(
        ("pages"),
        [
            (module().replace("end\n", ""), SETTINGS),
            (module(), SETTINGS.replace("end\n", "")),
            (module(), "end\n"),
            (module(state="2"), SETTINGS),
            (module().replace(str(2500 * MB), "2500 MB"), SETTINGS),
            (module().replace(f'"{2500 * MB}"', '""'), SETTINGS),
            (module().replace('"True"', '""'), SETTINGS),
            (module().replace('"True"', '"Yes"'), SETTINGS),
            (MACHINES, WMI_SETTINGS.replace(VM_ID, "0" * 8), COUNTERS),
            (module(),),
        ],
    )
    def test_what_is_cut_or_garbled_cannot_be_told(self, pages: tuple[str, ...]) -> None:
        with pytest.raises(ParseFailure):
            read("vm_memory", *pages)


class TestHostMemory:
    BALANCER = '"Name","AvailableMemory","AveragePressure"\n"System Balancer","5336","83"\nend\n'
    SPANNING = '"NumaSpanningEnabled"\n"False"\nend\n'
    NODES = '"NodeId","MemoryTotal","MemoryAvailable"\n"0","16384","900"\n"1","16384","4436"\nend\n'

    def test_with_numa(self) -> None:
        found = read("vm_host_memory", self.BALANCER, self.SPANNING, self.NODES)
        assert (found["available"], found["spanning"]) == (5336, False)
        assert [(node["node"], node["available"]) for node in found["nodes"]] == [(0, 900), (1, 4436)]

    def test_2008_r2_says_nothing_about_numa(self) -> None:
        found = read("vm_host_memory", self.BALANCER)
        assert (found["available"], found["spanning"], found["nodes"]) == (5336, None, [])

    def test_a_balancer_for_each_node_is_added_up(self) -> None:
        text = self.BALANCER.replace("end", '"Balancer 1","100","80"\nend')
        assert read("vm_host_memory", text)["available"] == 5436

    @pytest.mark.parametrize("text", ["end\n", "", BALANCER.replace("5336", ""), BALANCER.replace("end\n", "")])
    def test_a_host_without_a_balancer_cannot_be_told(self, text: str) -> None:
        with pytest.raises(ParseFailure):
            read("vm_host_memory", text)


# --- computers and events -----------------------------------------------------------------------------------------

COMPUTER = "name=MAIL1\nmanufacturer=Microsoft Corporation\nmodel=Virtual Machine\ntag=\nversion=6.3.9600\nend\n"


class TestComputer:
    @pytest.mark.parametrize(
        ("old", "new", "kind"),
        [
            ("", "", "hyperv"),
            ("tag=", "tag=7783-7084-3265-9085-8269-3286-77", "azure"),
            ("Microsoft Corporation\nmodel=Virtual Machine", "VMware, Inc.\nmodel=VMware7,1", "vmware"),
            ("Microsoft Corporation\nmodel=Virtual Machine", "HPE\nmodel=ProLiant DL360", "other"),
            ("model=Virtual Machine", "model=Surface Hub", "other"),
        ],
    )
    def test_what_a_machine_runs_on(self, old: str, new: str, kind: str) -> None:
        assert read("computer", COMPUTER.replace(old, new) if old else COMPUTER)["kind"] == kind

    def test_the_version_is_numbers(self) -> None:
        found = read("computer", COMPUTER)
        assert (found["major"], found["minor"], found["build"]) == (6, 3, 9600)

    @pytest.mark.parametrize(
        "text",
        [COMPUTER.replace("6.3.9600", "Windows"), COMPUTER.replace("model=Virtual Machine\n", ""), COMPUTER[:-4], ""],
    )
    def test_what_is_missing_cannot_be_told(self, text: str) -> None:
        with pytest.raises(ParseFailure):
            read("computer", text)


def event(number: int, log_number: int, when: str, data: str) -> str:
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='Microsoft-Windows-NLB'/><EventID>{number}</EventID><TimeCreated SystemTime='{when}'/>"
        f"<EventRecordID>{log_number}</EventRecordID></System>{data}</Event>"
    )


OLD = event(
    53, 811, "2026-03-02T08:00:00.1234567Z", "<EventData><Data>Cluster</Data><Data Name='x'> b </Data></EventData>"
)
NEW = event(
    12289, 812, "2026-03-02T08:00:05Z", "<UserData><E><VmName>MAIL1</VmName><Code>0x8004100a</Code></E></UserData>"
)


class TestEvents:
    def test_newest_first_with_data_of_both_kinds(self) -> None:
        found = read("windows_events", f"<Events>{OLD}\n{NEW}</Events>")["events"]
        assert [(item["id"], item["number"]) for item in found] == [(12289, 812), (53, 811)]
        assert [item["data"] for item in found] == [["MAIL1", "0x8004100a"], ["Cluster", "b"]]
        assert found[0]["time"] - found[1]["time"] == 5
        assert [item["at"] for item in found] == [[[0, 2, 2]], [[0, 1, 1]]]

    def test_two_logs_are_one_list(self) -> None:
        found = read("windows_events", f"<Events>{OLD}</Events>", f"<Events>{NEW}</Events>")["events"]
        assert [item["at"][0][0] for item in found] == [1, 0]

    def test_no_event_is_an_answer(self) -> None:
        assert read("windows_events", "<Events>\n</Events>\n")["events"] == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Failed to read events. Access is denied.",
            f"<Events>{OLD}",
            f"<Events>{OLD}</Events> and more",
            f"<Events>{OLD.replace('<EventID>53</EventID>', '')}</Events>",
            f"<Events>{OLD.replace('2026-03-02T08:00:00.1234567Z', 'yesterday')}</Events>",
            f"<!DOCTYPE x [<!ENTITY a 'b'>]><Events>{OLD}</Events>",
            f"<Events>{OLD.replace('</System>', '')}</Events>",
        ],
    )
    def test_what_is_not_one_whole_list_cannot_be_told(self, text: str) -> None:
        with pytest.raises(ParseFailure):
            read("windows_events", text)
