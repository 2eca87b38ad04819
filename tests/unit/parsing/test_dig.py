"""Answers in the form of dig: our own and those of BIND's tool, whole and damaged."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

BIND = """\

; <<>> DiG 9.18.19 <<>> @10.0.0.5 _kerberos._tcp.corp.example SRV +norecurse
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 40211
;; flags: qr aa; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 3

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;_kerberos._tcp.corp.example.	IN	SRV

;; ANSWER SECTION:
_kerberos._tcp.corp.example. 600 IN	SRV	0 100 88 DC1.corp.example.
_kerberos._tcp.corp.example. 600 IN	SRV	0 100 88 dc2.corp.example.

;; ADDITIONAL SECTION:
dc1.corp.example.	3600	IN	A	10.0.0.5
dc2.corp.example.	3600	IN	A	10.0.0.6

;; Query time: 1 msec
;; SERVER: 10.0.0.5#53(10.0.0.5) (UDP)
;; WHEN: Tue Dec 01 03:12:44 UTC 2026
;; MSG SIZE  rcvd: 163
"""
NOT_THERE = """\
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN
;; flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 0

;; QUESTION SECTION:
;nobody.corp.example. IN A

;; AUTHORITY SECTION:
corp.example. 3600 IN SOA ns1.corp.example. hostmaster.corp.example. 1 900 600 86400 3600
"""


def read(text: str) -> dict[str, Any]:
    return parse("dns_answer", Platform.DNS, [text])


def test_the_output_of_dig() -> None:
    found = read(BIND)
    assert (found["name"], found["type"], found["status"]) == ("_kerberos._tcp.corp.example", "SRV", "NOERROR")
    assert (found["authoritative"], found["recursion"], found["unread"]) == (True, False, [])
    assert [record["data"] for record in found["answers"]] == ["0 100 88 dc1.corp.example", "0 100 88 dc2.corp.example"]
    assert found["answers"][0]["at"] == [[0, 15, 15]]


def test_no_such_name() -> None:
    found = read(NOT_THERE)
    assert (found["status"], found["answers"]) == ("NXDOMAIN", [])
    assert found["authority"][0]["data"].startswith("ns1.corp.example hostmaster.corp.example 1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";; connection timed out; no servers could be reached\n",
        "dig: couldn't get address for 'dc9': not found\n",
        "Server:  dc1\nAddress:  10.0.0.5\n\nName:    app.corp.example\nAddress:  10.99.1.5\n",
        BIND.replace("flags: qr aa;", "flags: qr aa tc;"),
        BIND.replace("_kerberos._tcp.corp.example. 600 IN	SRV	0 100 88 dc2.corp.example.\n", ""),
        BIND[: BIND.index(";; ANSWER SECTION")],
        BIND.replace(";; flags:", ";; fl:"),
        BIND.replace("status: NOERROR", "status"),
    ],
)
def test_what_is_not_whole_is_cannot_tell(text: str) -> None:
    with pytest.raises(ParseFailure):
        read(text)


@pytest.mark.parametrize("status", ["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"])
def test_no_answer_is_not_an_empty_one(status: str) -> None:
    text = f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: 7\n;; flags: qr rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 0\n"
    assert read(text)["answers"] is None
