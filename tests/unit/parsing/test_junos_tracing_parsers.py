"""Junos: traceoptions, trace files, commits, who edits, and what a trace costs."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

UPTIME = """
Current time: 2026-09-21 14:05:00 CEST
Time Source:  NTP CLOCK
System booted: 2026-07-01 06:12:44 CEST (11w5d 07:52 ago)
Protocols started: 2026-07-01 06:14:02 CEST (11w5d 07:50 ago)
Last configured: 2026-09-21 14:01:31 CEST (00:03:29 ago) by netops
 2:05PM  up 82 days,  7:52, 2 users, load averages: 0.12, 0.15, 0.11
"""
NONE = "\nCount: 0 lines\n"


def read(name: str, *texts: str) -> dict[str, Any]:
    return parse(name, Platform.JUNOS, texts)


def count(number: int) -> str:
    return f"\nCount: {number} lines\n\n{{master}}\n"


# --- statements ---------------------------------------------------------------------------------------------------

TRACES = """
set snmp traceoptions file debug-snmp
set snmp traceoptions file size 1m
set snmp traceoptions file files 3
set snmp traceoptions flag pdu
set routing-instances RED protocols ospf traceoptions file trace-red size 512k files 2
set routing-instances RED protocols ospf traceoptions flag hello detail
set routing-instances RED protocols ospf traceoptions flag error
deactivate routing-instances RED protocols ospf traceoptions

{master}
"""


def test_traces_of_both_spellings() -> None:
    record = read("traces", TRACES, count(8))
    snmp, red = record["traces"]
    assert (snmp["path"], snmp["file"], snmp["size"], snmp["files"]) == ("snmp", "debug-snmp", "1m", 3)
    assert (snmp["flags"], snmp["active"]) == (["pdu"], True)
    assert (red["path"], red["file"], red["size"]) == ("routing-instances RED protocols ospf", "trace-red", "512k")
    assert (red["flags"], red["active"]) == (["hello detail", "error"], False)
    assert red["at"][0] == [0, 6, 6]
    assert record["unread"] == []


def test_a_flag_that_is_deactivated_leaves_the_trace_on() -> None:
    text = "set protocols pim traceoptions file p\ndeactivate protocols pim traceoptions flag join\n"
    assert read("traces", text, count(2))["traces"][0]["active"] is True


@pytest.mark.parametrize("nothing", ["", "\n", "\n{master}\n", "netops@mx1> show configuration | display set\n\n"])
def test_nothing_is_proven_by_its_count(nothing: str) -> None:
    assert read("traces", nothing, NONE)["traces"] == []
    assert read("statements", nothing, NONE)["total"] == 0


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("", "Count: 3 lines"),  # the first answer was lost
        (TRACES, "Count: 9 lines"),  # one line of it was lost
        (TRACES, ""),
        (TRACES, "Count: 8 lines\nCount: 8 lines"),
        ("protocols {\n    ospf {\n", "Count: 2 lines"),  # display set was not understood
    ],
)
def test_a_list_without_its_count_is_no_list(lines: str, number: str) -> None:
    with pytest.raises(ParseFailure):
        read("traces", lines, number)
    with pytest.raises(ParseFailure):
        read("statements", lines, number)


def test_refused_statements() -> None:
    with pytest.raises(Refused):
        read("statements", "error: permission denied: configuration", NONE)
    with pytest.raises(Refused):
        read("statements", "                 ^\nsyntax error, expecting <command>.\n", NONE)


def test_statements() -> None:
    text = "set protocols ospf area 0.0.0.0 interface ge-0/0/1.0\ndeactivate protocols ospf\n"
    record = read("statements", text, "Count: 2 lines")
    assert [line["text"] for line in record["lines"]][1] == "deactivate protocols ospf"
    assert record["total"] == 2


def test_routing_instances() -> None:
    text = (
        "set routing-instances RED protocols ospf area 0.0.0.0 interface ge-0/0/2.0\n"
        "set routing-instances RED protocols ospf export all\n"
        "set routing-instances BLUE protocols ospf area 0.0.0.0 interface ge-0/0/3.0\n"
        "deactivate routing-instances BLUE protocols ospf export\n"
    )
    record = read("routing_instances", text, count(4))
    assert [item["name"] for item in record["instances"]] == ["RED", "BLUE"]
    assert record["instances"][1]["at"] == [[0, 3, 3]]
    assert read("routing_instances", "", NONE)["instances"] == []
    with pytest.raises(ParseFailure):
        read("routing_instances", text, NONE)


# --- commits ------------------------------------------------------------------------------------------------------

COMMITS = """
0   2026-09-21 14:01:31 CEST by netops via cli commit confirmed, rollback in 10mins
    trace for case 4711
    rollback pending
1   2026-09-20 08:00:02 CEST by root via other
2   2026-09-18 22:41:07 CEST by jdoe via netconf
    CHG0012345 add CRM export
10  2018-03-16 14:13:57 CET by def via cli
rescue  2016-05-10 15:32:03 CEST by root via other

{master}
"""


def test_a_commit_that_waits_for_its_confirmation() -> None:
    record = read("commits", COMMITS, UPTIME)
    newest, second, third, old = record["commits"]
    assert (newest["user"], newest["confirmed"], newest["waiting"], newest["age"]) == ("netops", 10, True, 209)
    assert newest["comment"] == "trace for case 4711"
    assert newest["at"] == [[0, 2, 4]]
    assert (second["method"], second["waiting"], second["comment"]) == ("other", False, None)
    assert (third["comment"], third["age"]) == ("CHG0012345 add CRM export", 228233)
    assert (old["number"], old["age"]) == (10, None), "another time zone: the age cannot be told"
    assert record["unread"] == []


OLD = "0   2026-09-21 {0} CEST by netops via cli commit confirmed, rollback in 5mins\n1   2026-09-20 08:00:02 CEST by a via cli\n"


@pytest.mark.parametrize(
    ("committed", "uptime", "waiting"),
    [
        ("14:03:00", UPTIME, True),  # two minutes ago: an older release does not say more
        ("13:03:00", UPTIME, False),  # the words stay for ever
        ("13:03:00", UPTIME.replace("CEST", "UTC"), True),  # the age is not known: careful
        ("13:03:00", "error: command is not valid on this platform", True),
    ],
)
def test_the_words_about_a_confirmed_commit_stay_for_ever(committed: str, uptime: str, waiting: bool) -> None:
    if uptime.startswith("error"):
        record = read("commits", OLD.format(committed))
    else:
        record = read("commits", OLD.format(committed), uptime)
    assert record["commits"][0]["waiting"] is waiting


def test_a_scheduled_commit() -> None:
    text = "commit requested by root via cli at Tue May  7 15:59:00 2002\n0   2002-05-07 10:00:00 UTC by root via cli\n"
    found = read("commits", text)["scheduled"]
    assert [(item["user"], item["when"]) for item in found] == [("root", "Tue May  7 15:59:00 2002")]


def test_a_revision_is_no_comment_of_the_next_commit() -> None:
    text = (
        "0   2020-08-02 00:42:58 IST by user via cli re0-1596309177-4\n"
        "1   2020-08-02 00:42:53 IST by user via cli commit activate\n"
    )
    first, second = read("commits", text)["commits"]
    assert (first["comment"], second["comment"], first["waiting"]) == ("re0-1596309177-4", "commit activate", False)


@pytest.mark.parametrize("text", ["", COMMITS[COMMITS.index("1   2026") :], "commit confirmed\n", "total 5\n"])
def test_commits_that_are_not_whole(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("commits", text, UPTIME)


# --- editors ------------------------------------------------------------------------------------------------------

USERS = """
fpc0:
--------------------------------------------------------------------------
 2:05PM  up 82 days,  7:52, 2 users, load averages: 0.12, 0.15, 0.11
USER     TTY      FROM                              LOGIN@  IDLE WHAT
netops   pts/0    192.0.2.17                       1:58PM      - -cli (cli)
jdoe     p1       -                                11:20AM  2:41 cli
"""
LOG = """
Sep 21 11:21:09  mx1 mgd[4711]: UI_DBASE_LOGIN_EVENT: User 'jdoe' entering configuration mode
Sep 21 12:00:00  mx1 mgd[4800]: UI_DBASE_LOGIN_EVENT: User 'netops' entering configuration mode
Sep 21 12:05:00  mx1 mgd[4800]: UI_DBASE_LOGOUT_EVENT: User 'netops' exiting configuration mode
Sep 21 12:30:00  mx1 mgd[4900]: UI_DBASE_LOGIN_EVENT: User 'gone' entering configuration mode
"""


def test_who_is_in_configuration_mode() -> None:
    record = read("editors", LOG, count(4), USERS)
    assert [(item["user"], item["since"]) for item in record["editing"]] == [("jdoe", "Sep 21 11:21:09")]
    assert [(item["user"], item["station"]) for item in record["users"]] == [("netops", "192.0.2.17"), ("jdoe", None)]
    assert record["editing"][0]["at"] == [[0, 2, 2]]


def test_nobody_in_configuration_mode() -> None:
    assert read("editors", "", NONE, USERS)["editing"] == []


@pytest.mark.parametrize(
    ("log", "number", "users"),
    [
        (LOG, "Count: 5 lines", USERS),
        ("", "Count: 1 lines", USERS),
        (LOG, "Count: 4 lines", ""),
        (LOG, "Count: 4 lines", USERS[: USERS.index("netops")]),  # we are logged in, so somebody must be there
        (LOG.replace("mgd", "%INTERACT-5-mgd"), "Count: 4 lines", USERS),
    ],
)
def test_editors_that_cannot_be_told(log: str, number: str, users: str) -> None:
    with pytest.raises(ParseFailure):
        read("editors", log, number, users)


# --- files, space, CPU --------------------------------------------------------------------------------------------

FILES = """
total 57518
-rw-r--r--  1 root  bin      211663 Oct  1 19:44 dcd
-rw-rw----   1 root  wheel   489731 Jul 10  2025 messages
-rw-r-----  1 root  wheel       512 Sep 21 14:04 guided-ospf-adj
-rw-rw----   1 root  wheel    33010 Jul  9 04:15 messages.0.gz
drwxr-xr-x  2 root  wheel       512 Jul  9 04:15 ext
lrwxr-xr-x  1 root  wheel        24 Jul  9 04:15 sampled -> /var/tmp/sampled
"""


def test_log_files() -> None:
    record = read("log_files", FILES)
    assert [(item["name"], item["size"], item["modified"]) for item in record["files"]] == [
        ("dcd", 211663, "Oct 1 19:44"),
        ("messages", 489731, "Jul 10 2025"),
        ("guided-ospf-adj", 512, "Sep 21 14:04"),
        ("messages.0.gz", 33010, "Jul 9 04:15"),
        ("sampled", 24, "Jul 9 04:15"),
    ]
    assert record["unread"] == []
    assert read("log_files", "total 0\n")["files"] == []


@pytest.mark.parametrize("text", ["", "mx1 login:", "error: permission denied: log"])
def test_log_files_that_cannot_be_told(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("log_files", text)


CLASSIC = """
Filesystem              Size       Used      Avail  Capacity   Mounted on
/dev/ad0s1a             885M       356M       458M        44%  /
devfs                   1.0K       1.0K         0B       100%  /dev
/dev/md0                 36M        36M         0B       100%  /packages/mnt/jbase
/dev/ad1s1f              28G       4.2G        22G        16%  /var
"""
MOUNTED = """
re0:
--------------------------------------------------------------------------
Filesystem              Size       Used      Avail  Capacity   Mounted on
/dev/gpt/junos           20G       1.2G        17G         7%  /.mount
/dev/gpt/var            7.0G       117M       6.3G         2%  /.mount/var
tmpfs                   3.2G       196K       3.2G         0%  /.mount/tmp

re1:
--------------------------------------------------------------------------
Filesystem              Size       Used      Avail  Capacity   Mounted on
/dev/gpt/junos           20G       1.2G        17G         7%  /.mount
/dev/gpt/var            7.0G       6.9G       -12M       101%  /.mount/var
"""


def test_free_space_for_logs() -> None:
    assert read("storage", CLASSIC)["log_free"] == 22 * 1024**2
    both = read("storage", MOUNTED)
    assert both["log_free"] == -12 * 1024, "the tighter of the two routing engines"
    assert [item["member"] for item in both["filesystems"]] == ["re0"] * 3 + ["re1"] * 2
    assert both["filesystems"][4]["used"] == 101
    assert both["unread"] == []


def test_a_single_file_system_and_none() -> None:
    assert read("storage", CLASSIC[: CLASSIC.rindex("/dev/ad1s1f")])["log_free"] == 458 * 1024
    other = "Filesystem  Size  Used  Avail  Capacity  Mounted on\ndevfs  1.0K  1.0K  0B  100%  /dev\n"
    assert read("storage", other)["log_free"] is None
    with pytest.raises(ParseFailure):
        read("storage", "")
    with pytest.raises(ParseFailure):
        read("storage", "tmpfs is nearly full\n")


ENGINE = """
Routing Engine status:
  Slot 0:
    Current state                  Master
    Election priority              Master (default)
    Temperature                 53 degrees C / 127 degrees F
    CPU temperature             53 degrees C / 127 degrees F
    DRAM                      98250 MB (98304 MB installed)
    Memory utilization           3 percent
    5 sec CPU utilization:
      User                       0 percent
      Background                 0 percent
      Kernel                     0 percent
      Interrupt                  0 percent
      Idle                      91 percent
    1 min CPU utilization:
      Idle                      12 percent
    Model                          RE 2700 8C 128G
    Serial ID                      BCDCxxxx
    Start time                     2023-03-20 09:12:20 PDT
    Uptime                         3 days, 17 hours, 27 seconds
    Last reboot reason             0x4000:VJUNOS reboot
    Load averages:                 1 minute   5 minute  15 minute
                                       2.89       3.04       3.08
Routing Engine status:
  Slot 1:
    Current state                  Backup
    CPU utilization:
      Idle                     100 percent
"""


def test_routing_engines() -> None:
    record = read("routing_engines", ENGINE)
    found = [(item["slot"], item["state"], item["idle"]) for item in record["engines"]]
    assert found == [(0, "master", 91), (1, "backup", 100)]
    assert record["unread"] == []
    alone = read(
        "routing_engines", ENGINE[: ENGINE.index("  Slot 0")] + "    CPU utilization:\n      Idle   4 percent\n"
    )
    assert [(item["slot"], item["state"], item["idle"]) for item in alone["engines"]] == [(None, None, 4)]
    cut = read("routing_engines", ENGINE[: ENGINE.index("      Idle")])
    assert cut["engines"][0]["idle"] is None, "cut off before the CPU: it did not say"
    for text in ("", "Slot 0:\n", "chassis control is up\n"):
        with pytest.raises(ParseFailure):
            read("routing_engines", text)


# --- trace files --------------------------------------------------------------------------------------------------

OSPF = """
Sep 21 14:02:00 trace_on: Tracing to "/var/log/guided-ospf-adj" started
Sep 21 14:02:03.029065 OSPF periodic xmit from 10.0.12.1 to 224.0.0.5 (IFL 78 area 0.0.0.0)
Sep 21 14:02:04.029065 OSPF sent Hello 10.0.12.1 -> 224.0.0.5 (ge-0/0/1.0 IFL 78 area 0.0.0.0)
Sep 21 14:02:04.029069   Version 2, length 44, ID 10.255.0.1, area 0.0.0.0
Sep 21 14:02:04.029071   checksum 0x0, authtype 0
Sep 21 14:02:04.029072   mask 255.255.255.0, hello_ivl 10, opts 0x12, prio 128
Sep 21 14:02:04.029073   dead_ivl 40, DR 10.0.12.1, BDR 0.0.0.0
Sep 21 14:02:06.649759 OSPF packet ignored: configuration mismatch from 10.0.12.2 on intf ge-0/0/1.0 area 0.0.0.0
Sep 21 14:02:06.649760 OSPF rcvd Hello 10.0.12.2 -> 224.0.0.5 (ge-0/0/1.0 IFL 78 area 0.0.0.0)
Sep 21 14:02:06.649761   mask 255.255.255.0, hello_ivl 30, opts 0x12, prio 128
Sep 21 14:02:06.649762   dead_ivl 120, DR 0.0.0.0, BDR 0.0.0.0
"""


def test_an_ospf_trace() -> None:
    record = read("trace_log", OSPF, count(412), UPTIME)
    assert (record["exists"], record["total"], record["idle"], record["unread"]) == (True, 412, 174, [])
    kinds = [line["kind"] for line in record["lines"]]
    assert kinds[:3] == ["started", "sent", "sent"]
    rejected = next(line for line in record["lines"] if line["kind"] == "rejected")
    assert (rejected["reason"], rejected["peer"], rejected["interface"]) == (
        "configuration mismatch",
        "10.0.12.2",
        "ge-0/0/1.0",
    )
    assert rejected["at"] == [[0, 9, 9]]
    hellos = [(line["kind"], line["hello"], line["dead"]) for line in record["lines"] if line["hello"]]
    assert hellos == [("sent", 10, 40), ("received", 30, 120)]


@pytest.mark.parametrize(
    ("line", "kind", "peer", "interface", "reason"),
    [
        (
            "OSPF packet ignored: area mismatch (0.0.0.22) from 10.0.1.12 on intf lt-0/0/0.32 area 0.0.0.2",
            "rejected",
            "10.0.1.12",
            "lt-0/0/0.32",
            "area mismatch (0.0.0.22)",
        ),
        (
            "OSPF packet ignored: authentication type mismatch (0) from 10.0.1.2",
            "rejected",
            "10.0.1.2",
            None,
            "authentication type mismatch (0)",
        ),
        (
            "OSPF packet ignored: authentication failure (bad cksum).",
            "rejected",
            None,
            None,
            "authentication failure (bad cksum)",
        ),
        (
            "OSPF packet ignored: our router ID received from 10.0.1.2 on intf ge-1/0/4.0 area 0.0.0.0",
            "rejected",
            "10.0.1.2",
            "ge-1/0/4.0",
            "our router ID received",
        ),
        (
            "nsa_log_community: unauthorized SNMP community from 192.0.2.9 to unknown community name (x)",
            "rejected",
            "192.0.2.9",
            None,
            "unauthorized SNMP community",
        ),
        (
            "snmpd[1439]: SNMPD_AUTH_RESTRICTED_ADDRESS: nsa_initial_callback: request from address 192.0.2.9 not allowed",
            "rejected",
            "192.0.2.9",
            None,
            "request from address",
        ),
        (
            "RPD_RIP_AUTH_UPDATE: Update with invalid authentication from 10.0.3.2 (ge-0/0/3.0)",
            "rejected",
            "10.0.3.2",
            "ge-0/0/3.0",
            "Update with invalid authentication",
        ),
        (
            "bgp_hold_timeout:4399: NOTIFICATION sent to 192.168.24.4 (External AS 400): code 4 (Hold Timer Expired Error), "
            "Reason: holdtime expired",
            "rejected",
            "192.168.24.4",
            None,
            "code 4 (Hold Timer Expired Error)",
        ),
        ("PIM ge-0/0/1.0 RECV 10.222.61.1 -> 224.0.0.13 V2", "received", "10.222.61.1", "ge-0/0/1.0", None),
        ("PIM ge-0/0/1.0 SENT 10.222.61.2 -> 224.0.0.13 V2 Hello", "sent", "10.222.61.2", "ge-0/0/1.0", None),
        ("BGP RECV 10.255.245.53+179 -> 10.255.245.50+1141", "received", "10.255.245.53", None, None),
        (
            "received response: sender 7.7.7.2, command 2, version 2, mbz: 0; 3 routes.",
            "received",
            "7.7.7.2",
            None,
            None,
        ),
        ("Preparing to send RIPv2 updates on nbr lt-0/0/0.141, group: rip-group.", "sent", None, "lt-0/0/0.141", None),
        ("background dispatch running job RIPv2 xmit timer for task router-1-RIPv2", "other", None, None, None),
        ("snmpd[5f07]  <<< Get-Response", "sent", None, None, None),
        ("snmpd[5f07] >>> Get-Next-Request", "received", None, None, None),
    ],
)
def test_lines_of_every_daemon(
    line: str, kind: str, peer: str | None, interface: str | None, reason: str | None
) -> None:
    found = read("trace_log", f"Sep 21 14:02:00.000001 {line}\n", count(1))["lines"][0]
    assert (found["kind"], found["peer"], found["interface"], found["reason"]) == (kind, peer, interface, reason)


def test_an_snmp_request_has_its_source_below_it() -> None:
    text = """
Aug 25 20:49:29 snmpd[5f07] >>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>
Aug 25 20:49:29 snmpd[5f07] >>> Get-Request
Aug 25 20:49:29 snmpd[5f07] >>>  Source:      10.1.60.200
Aug 25 20:49:29 snmpd[5f07] >>>  Version:     SNMPv2
Aug 25 20:49:29 snmpd[5f07] >>>   OID  : ifName.578
"""
    lines = read("trace_log", text, count(5))["lines"]
    assert [(line["kind"], line["peer"]) for line in lines][1] == ("received", "10.1.60.200")


@pytest.mark.parametrize(
    "text",
    [
        "error: could not resolve file: guided-rip",
        "netops@mx1> show log guided-rip\nerror: could not resolve file: guided-rip\n\n{master}\n",
    ],
)
def test_a_file_that_is_not_there(text: str) -> None:
    record = read("trace_log", text, text, UPTIME)
    assert (record["exists"], record["total"], record["lines"]) == (False, 0, [])


def test_an_empty_file() -> None:
    record = read("trace_log", "", NONE, UPTIME)
    assert (record["exists"], record["total"], record["lines"], record["idle"]) == (True, 0, [], None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", "Count: 3 lines"),
        ("no time stamps here\n", "Count: 1 lines"),
        (OSPF, ""),
        ("error: permission denied", NONE),
    ],
)
def test_a_trace_that_cannot_be_told(text: str, number: str) -> None:
    with pytest.raises(ParseFailure):
        read("trace_log", text, number, UPTIME)


def test_the_year_of_a_stamp() -> None:
    january = UPTIME.replace("2026-09-21 14:05:00", "2027-01-01 00:00:10")
    assert read("trace_log", "Dec 31 23:59:50.1 started\n", count(1), january)["idle"] == 20
    assert read("trace_log", "Jan  1 00:00:40 started\n", count(1), january)["idle"] == 0, "clocks are never the same"
    assert read("trace_log", "Foo 99 00:00:40 started\n", count(1), january)["idle"] is None
    assert read("trace_log", "Dec 31 23:59:50.1 started\n", count(1))["idle"] is None
