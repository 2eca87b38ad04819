"""Every lint rule finds its mistake, at its place, in a tree that has no other; without the mistake it is silent."""

from __future__ import annotations

import time

import pytest

from tests.unit.trees.tree_texts import GOOD, changed, findings
from troubleshoot.core.values import COMMAND_TYPES
from troubleshoot.trees.load import LocatedTree, load_text
from troubleshoot.trees.rules.commands import SAMPLES


def test_a_good_tree_has_no_findings() -> None:
    assert findings(GOOD) == []


def test_a_fact_that_only_another_fact_mentions_is_used() -> None:
    text = changed("  no_interface: ", "  no_interface: off || ").replace(
        "facts:\n", 'facts:\n  off: "!mroute.enabled"\n'
    )
    assert findings(text) == []


WHEN = "when: no_interface && routes.all(r, r.found)"
EXISTS = "mroute.entries.exists(e, e.source == source && e.incoming_interface == 'Null')"
APPLY = "{configure: [interface <interface>, ip pim sparse-mode]}"
VERIFY_WHEN = "when: pim_interfaces.interfaces.exists(p, p.interface == interface)\n      within"
ROLLBACK = "    rollback: {ios: {configure: [interface <interface>, no ip pim sparse-mode]}}\n"

STRUCTURE = [
    ("go: next}", "go: nxt}", "unknown-step", "there is no step 'nxt'; did you mean 'next'?"),
    ("unknown: ask_output", "unknown: ask_outpt", "unknown-step", "did you mean 'ask_output'?"),
    ("visited: fine", "visited: fin", "unknown-step", "did you mean 'fine'?"),
    ("start: state", "start: stat", "unknown-step", "did you mean 'state'?"),
    ("go: inconclusive}", "go: called}", "unknown-step", "`called` may only be taken"),
    ("    visited: fine", "    visited: inconclusive", None, ""),
    ("unknown: ask_output", "unknown: inconclusive", "unreachable", "leads to 'ask_output'"),
    ("go: next}", "go: state}", "unbounded-loop", "state -> state has no bound"),
    ("visited: fine", "visited: state", "unbounded-loop", "state -> next -> state has no bound"),
    ("    at_most: 2\n", "", "unbounded-loop", "pim -> pim has no bound"),
    ("      - {otherwise: true, because: fine, go: next}\n", "", "no-otherwise", "'state' has no `otherwise`"),
    (
        "      - when: no_int",
        "      - {otherwise: true, because: x, go: next}\n      - when: no_int",
        "dead-branch",
        "",
    ),
    ("    every: 500ms\n", "", "samples", "`samples` needs `every`"),
    ("    samples: 2\n", "    samples: 21\n", "samples", "more than 20"),
    ('value: "no"', 'value: "yes"', "duplicate-answer", "'yes' is there twice"),
]

NAMES = [
    ("  rp: {type: ip}", "  rp: {type: ip}\n  group: ip", "name-clash", "'group' is already one of the parameters"),
    ("  rp: {type: ip}", "  rp: {type: ip}\n  here: ip", "name-clash", "'here' is already a word"),
    ("  rp: {type: ip}", "  rp: {type: ip}\n  mroute: ip", "name-clash", "'mroute' is already one of the variables"),
    ("exists(e, e.source == source &&", "exists(source, source.source == '' &&", "name-clash", "hides a name"),
    ("        parse: route\n", "        parse: rpf\n", "unknown-field", ""),
    ("example: 198.51.100.7", "example: 198.51.100", "value", "is not an IPv4 address"),
    ('default: "pe1,pe2"', 'default: "pe1,;"', "value", "is not a host name"),
    ("{type: vrf, required: false}", "{type: vrf, default: B, choices: [A]}", "value", "is none of A"),
    ("source: {type: ipv4, ask: Which source,", "source: {type: ipv4,", "no-question", "'source' is required"),
    ("facts:\n", "facts:\n  a: b == 1\n  b: a == 1\n", "fact-circle", "the fact 'a' depends on itself"),
    ("host: <router>\n        commands:", "host: <routr>\n        commands:", "unknown-name", "did you mean 'router'?"),
    ("host: <router>\n        commands:", "host: <group>\n        commands:", "host", "of type multicast_group"),
    ("hop: {host: <router>", "hop: {host: <rp>", "host", "its type must be `host`"),
    ("hop: {host: <router>", "hop: {host: <peers>", "host", "is a list: a hop goes to one host"),
    ("set: {interface:", "set: {interfac:", "unknown-name", "'interfac' is no variable"),
    ("set: {interface: \"mroute.entries[0].rpf_route == null ? 'eth0' : routes[0].next_hops[0].interface\"}",
     "set: {interface: mroute.enabled}", "wrong-type", "'interface' is of type interface"),
    ("variable: rp\n", "variable: rpp\n", "unknown-name", "'rpp' is no variable"),
    ("variables:\n", "variables:\n  spare: ip\n", "unused", "'spare' is never used"),
    ("parameters:\n", "parameters:\n  spare: {type: ip, ask: x}\n", "unused", "'spare' is never used"),
    ("facts:\n", "facts:\n  spare: rp == null\n", "unused", "'spare' is never used"),
    ("      fixes: [enable_pim]\n", "", "unused", "no diagnosis offers the fix 'enable_pim'"),
    ("observations:\n", "observations:\n  rpf:\n    host: <router>\n    commands: {ios: show ip rpf <source>}\n", "unused", "'rpf'"),
]  # fmt: skip

CONDITIONS = [
    (EXISTS, "mroute.entries.exists(e, e.sorce == source)", "unknown-field", "no field 'sorce' (e.sorce); did you mean 'source'?"),
    (EXISTS, "mroute.entrys.exists(e, e.source == source)", "unknown-field", "did you mean 'entries'?"),
    (EXISTS, "mroute.entries.exists(e, e.oil.exists(o, o.interfce == ''))", "unknown-field", "OutgoingInterface has no field"),
    (EXISTS, "mroute.entries.source == source", "unknown-field", "a list has no fields"),
    (EXISTS, "mroute.entries.exists(e, e.source == sourc)", "unknown-name", "did you mean 'source'?"),
    (EXISTS, "mroute.entries.exists(e, e.rpf_failed(1))", "unknown-function", "unknown method .rpf_failed()"),
    (EXISTS, "mroute.enabled && is_ipp(source)", "unknown-function", "did you mean 'is_ip'?"),
    (EXISTS, "mroute.entries.exists(e, e.uptime == '0')", "wrong-type", "these are never equal"),
    (EXISTS, "mroute.entries.exists(e, e.source)", "wrong-type", "needs a condition"),
    (EXISTS, "mroute.entries.exists(e, e.flags.contains('J'))", "wrong-type", "use `value in e.flags`"),
    (EXISTS, "mroute.enabled.exists(e, e == 1)", "wrong-type", "is not a list"),
    (EXISTS, "mroute.entries.exists(e,", "condition", "cannot be read"),
    (EXISTS, "mroute.enabled && '" + "x" * 1000 + "' == ''", "condition", "longer than 1000"),
    (EXISTS, "(" * 17 + "mroute.enabled" + ")" * 17, "condition", "nested deeper"),
    (EXISTS, "mroute.enabled && seen.mrout", "unknown-field", "did you mean 'mroute'?"),
    (EXISTS, "mroute.enabled && here.nam == ''", "unknown-field", "did you mean 'name'?"),
    (WHEN, "when: mroute.entries", "wrong-type", "`when` needs a condition"),
    (WHEN, "when: no_interface && routes.found", "unknown-field", "a list has no fields"),
    (WHEN, "when: no_interface && pim_interfaces.interfaces.size() > 0", "not-yet-known", "no way to 'state' collects 'pim_interfaces'"),
    ("rpf_neighbor>.", "rpf_neighbour>.", "unknown-field", "did you mean 'rpf_neighbor'?"),
    ("accepts the stream.\n", "<rooter> accepts.\n", "unknown-name", "did you mean 'router'?"),
    ("title: Enable PIM on <interface>", "title: Enable PIM on <interfce>", "unknown-name", "did you mean"),
    ("label: It is,", "label: It is <group>,", "placeholder", "<group> is not filled in here"),
    ('cite: ["mroute.entries[0]"]', 'cite: ["mroute.entrie[0]"]', "unknown-field", "did you mean 'entries'?"),
    ('to: "mroute.entries[0].rpf_neighbor"', "to: mroute.entries", "wrong-type", "one value is needed"),
    ("claims: [mroute]", "claims: [mrout]", "unknown-name", "did you mean 'mroute'?"),
    ("claims: [mroute]", "claims: [rp]", "claim", "leads to no observation"),
    ("      claims: [pim_interfaces]\n", "", "no-evidence", "'pim_missing' has no `claims`, `cite` or `proven_by`"),
    (VERIFY_WHEN, VERIFY_WHEN.replace("p.interface ==", "p.iface =="), "unknown-field", "no field 'iface'"),
]  # fmt: skip

COMMANDS = [
    ("        parse: route\n", "        parse: rout\n", "unknown-parser", "did you mean 'route'?"),
    ("{ios: show ip pim interface}", "{windows: show ip pim interface}", "parser-platform", "output of windows"),
    ("ip mroute [vrf <vrf>] <group>", "ip mroute [vrf <vrf>] <grup>", "placeholder", "did you mean 'group'?"),
    ("ip mroute [vrf <vrf>] <group>", "ip mroute [vrf <vrf>] <Group>", "placeholder", "'<Group>' is no placeholder"),
    ("ip mroute [vrf <vrf>] <group>", "ip mroute vrf <vrf> <group>", "optional-value", "<vrf> is optional"),
    ("{ios: show ip route <source>}", "{ios: show ip route <peers>}", "placeholder", "is a list"),
    ("{ios: show ip route <source>}", "{ios: show ip route <rp>}", "not-yet-known", "no way to 'state' sets <rp>"),
    ("  vrf: {type: vrf,", "  vrf: {type: text,", "placeholder", "<vrf> of type text may not stand in a command"),
    ("show ip pim interface}", "clear ip pim interface}", "not-a-read", "not a command that only reads"),
    ("show ip pim interface}", "show ip pim interface | redirect flash}", "not-a-read", "filter"),
    ("show ip pim interface}", "show ip pim interface | include Gi}", None, ""),
    ("before: {ios: show running-config", "before: {ios: configure", "not-a-read", "read-only guard"),
]

FIXES = [
    ("fixes: [enable_pim]", "fixes: [enable_pm, enable_pim]", "unknown-fix", "did you mean 'enable_pim'?"),
    (ROLLBACK, "", "no-rollback", "neither `rollback` nor `no_rollback`"),
    (ROLLBACK, "    no_rollback: the old state was broken\n", None, ""),
    ("apply: {ios: ", "apply: {frr: {execute: [show version]}, ios: ", "no-rollback", "no rollback there"),
    ("rollback: {ios: ", "rollback: {frr: {execute: [show version]}, ios: ", "unused", "nothing to apply"),
    ("    before: {ios: show running-config interface <interface>}\n", "", "no-before", "without `before`"),
    (VERIFY_WHEN, "when: rp == null\n      within", "verify", "does not look at anything"),
    ("apply: {ios: ", "apply: {nxos: {execute: [show version]}, ios: ", "verify", "not verified there"),
    ("      every: 5s\n", "      every: 61s\n", "verify", "longer than `within`"),
    ("risk: change", "risk: read", "risk", "must only read"),
    ("host: <router>\n    risk", "host: <peers>\n    risk", "host", "a fix is for one host"),
]


@pytest.mark.parametrize(("old", "new", "rule", "told"), [*STRUCTURE, *NAMES, *CONDITIONS, *COMMANDS, *FIXES])
def test_each_rule(old: str, new: str, rule: str | None, told: str) -> None:
    found = findings(changed(old, new))
    if rule is None:
        assert found == []
        return
    matching = [item for item in found if item.rule == rule and told in item.message]
    assert matching, [str(item) for item in found]
    assert all(item.place.startswith("t.yaml:") for item in found)


def test_a_finding_points_at_its_line() -> None:
    text = changed(EXISTS, "mroute.entries.exists(e, e.sorce == source)")
    line = text[: text.index("  no_interface:")].count("\n") + 1
    assert [item.place for item in findings(text)] == [f"t.yaml:{line}:3"]


@pytest.mark.parametrize(
    "line",
    [
        "write memory",
        "wr",
        "do wr mem",
        "copy running-config startup-config",
        "copy run start",
        "cop r start",
        "reload",
        "rel in 5",
        "clear ip mroute *",
        "cle ip mroute vrf RED *",
        "do clear ip mroute *",
        "clear ip bgp *",
        "request system reboot",
        "write erase",
    ],
)
def test_a_small_fix_must_not_do_much(line: str) -> None:
    text = changed(APPLY, f'{{execute: ["{line}"]}}')
    assert "risk" in {item.rule for item in findings(text)}
    assert "risk" not in {item.rule for item in findings(changed("risk: change", "risk: outage", text))}


@pytest.mark.parametrize(
    "line",
    [
        "ip pim sparse-mode",
        "delete protocols pim interface <interface>",
        "set protocols pim",
        "clear ip mroute <group>",
        "no shutdown",
        "shutdown",
        "router ospf 1",
        "clear counters <interface>",
    ],
)
def test_a_small_fix_may_do_little(line: str) -> None:
    text = changed(APPLY, f'{{configure: ["interface <interface>", "{line}"]}}')
    assert findings(text) == []


def test_a_verify_may_have_an_observation_of_its_own() -> None:
    text = changed(VERIFY_WHEN, VERIFY_WHEN.replace("pim_interfaces.", "seen_after."))
    start = text.index("collect", text.index("verify:"))
    own = "collect: {seen_after: {host: <router>, parse: pim_interfaces, commands: {ios: show ip pim interface}}}"
    assert findings(text[:start] + own + text[text.index("\n", start) :]) == []


# --- several trees ------------------------------------------------------------------------------------------------

OTHER = """\
id: other
title: Another tree
version: 1
signatures: [A text of its own]
parameters:
  target: {type: ipv4, ask: What}
  router: {type: host, ask: Which}
start: look
steps:
  look:
    why: because
    collect:
      rpf: {host: <router>, commands: {ios: show ip rpf <target>}}
    branches:
      - {when: rpf.found, because: found, go: fine}
      - {otherwise: true, because: not, go: inconclusive}
    unknown: inconclusive
  fine: {healthy: {title: fine, claims: [rpf]}}
"""
CALL = """\
  fine:
    why: The other tree knows.
    call: {tree: other, with: {target: source, router: router}, as: result}
    branches:
      - {when: result.outcome == 'healthy', because: <result.diagnosis> <rp>, go: called}
      - {otherwise: true, because: x, go: inconclusive}
    unknown: inconclusive
"""
CALLING = changed(GOOD[GOOD.index("  fine: {healthy") : GOOD.index("  pim_missing:\n")], CALL)


def other(text: str = OTHER) -> LocatedTree:
    return load_text(text, "other.yaml")


def test_a_call_that_works() -> None:
    assert findings(changed("rp: {type: ip}", "rp: ip", CALLING), other()) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "told"),
    [
        ("tree: other", "tree: othr", "unknown-tree", "did you mean 'other'?"),
        ("with: {target:", "with: {targt:", "call-argument", "has no parameter 'targt'; did you mean 'target'?"),
        ("with: {target: source, router: router}", "with: {target: source}", "call-argument", "needs the parameter 'router'"),
        ("result.outcome ==", "result.outcom ==", "unknown-field", "did you mean 'outcome'?"),
        ("target: source,", "target: sorce,", "unknown-name", "did you mean 'source'?"),
        ("tree: other", "tree: rpf-check", "call-circle", "calls 'rpf-check' again"),
    ],
)  # fmt: skip
def test_a_call_that_does_not(old: str, new: str, rule: str, told: str) -> None:
    found = findings(changed(old, new, CALLING), other())
    assert [item for item in found if item.rule == rule and told in item.message], [str(item) for item in found]


def test_two_trees_that_call_each_other() -> None:
    back = changed(
        "  fine: {healthy: {title: fine, claims: [rpf]}}\n", CALL.replace("tree: other", "tree: rpf-check"), OTHER
    )
    rules = {item.rule for item in findings(CALLING, other(back))}
    assert "call-circle" in rules


@pytest.mark.parametrize("twin", ["RPF nbr 0.0.0.0", "rpf  NBR, 0.0.0.0!", "0x80338029", "-2144108503", "2150858793"])
def test_a_signature_belongs_to_one_tree(twin: str) -> None:
    found = findings(GOOD, other(changed("A text of its own", f'"{twin}"', OTHER)))
    assert [item.rule for item in found] == ["signature"]
    assert "also finds 'other'" in found[0].message


def test_a_signature_is_there_once() -> None:
    found = findings(changed("0x80338029]", "-2144108503, 0x80338029]"))
    assert [item.message for item in found] == ["'0x80338029' is there twice"]


# --- bounds -------------------------------------------------------------------------------------------------------


def test_facts_are_followed_as_deep_as_the_engine_does() -> None:
    def chain(length: int) -> str:
        lines = [f"  f{n}: f{n + 1} && f{n + 1}\n" for n in range(length - 1)] + [f"  f{length - 1}: rp == null\n"]
        text = changed("facts:\n", "facts:\n" + "".join(lines))
        return changed("when: no_interface &&", "when: f0 && no_interface &&", text)

    assert "fact-circle" not in {item.rule for item in findings(chain(8))}
    assert "fact-circle" in {item.rule for item in findings(chain(30))}


def test_a_field_of_a_fact_is_known() -> None:
    text = changed("facts:\n", "facts:\n  entry: mroute.entries.filter(e, e.source == source)[0]\n")
    assert findings(changed(WHEN, "when: no_interface && entry.rp == null", text)) == []
    found = findings(changed(WHEN, "when: no_interface && entry.rpp == null", text))
    assert [item.rule for item in found] == ["unknown-field"]


def test_every_type_of_a_command_has_a_sample() -> None:
    assert SAMPLES.keys() == COMMAND_TYPES


def big(steps: int) -> str:
    lines = [
        f"  s{n}: {{why: w, branches: [{{otherwise: true, because: b, go: s{n + 1}}}], unknown: s0}}\n"
        for n in range(steps)
    ]
    return f"id: big\ntitle: b\nversion: 1\nstart: s0\nsteps:\n{''.join(lines)}  s{steps}: {{healthy: {{title: x}}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        big(400),
        changed(EXISTS, ">-\n    " + "!-" * 450 + "mroute.enabled"),
        changed(EXISTS, ">-\n    " + "a." * 480 + "b"),
        changed(EXISTS, ">-\n    " + "mroute.enabled || " * 50 + "true"),
        changed(EXISTS, ">-\n    " + "mroute.enabled == " * 50 + "true"),
        changed(EXISTS, ">-\n    " + "(" * 999),
        changed(EXISTS, ">-\n    " + "'" + "(" * 990),
        changed("ip mroute [vrf <vrf>] <group>", "ip mroute " + "[<vrf>" * 300),
        changed("ip mroute [vrf <vrf>] <group>", "ip mroute [" + "<vrf>" * 300),
        changed("because: fine", "because: " + "<a" * 1900),
        changed("signatures: [", "signatures: [" + ", ".join(f"s{n} x" for n in range(500)) + ", "),
    ],
    ids=[
        "many steps",
        "signs",
        "chain",
        "row",
        "comparisons",
        "open",
        "quote",
        "brackets",
        "placeholders",
        "angles",
        "signatures",
    ],
)
def test_big_and_odd_trees_end_soon(text: str) -> None:
    begin = time.perf_counter()
    findings(text)
    assert time.perf_counter() - begin < 4  # twice the promise: the machine is shared
