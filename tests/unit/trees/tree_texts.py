"""One small tree without fault, for tests that break it in one place."""

from __future__ import annotations

from troubleshoot.trees.lint import Finding, lint
from troubleshoot.trees.load import LocatedTree, load_text

GOOD = """\
# yaml-language-server: $schema=../../docs/tree.schema.json
id: rpf-check
title: Why a router accepts a stream nowhere
summary: The (S,G) entry has no incoming interface.
version: 3
signatures: ["RPF nbr 0.0.0.0", 0x80338029]
references: [https://www.rfc-editor.org/rfc/rfc7761]
parameters:
  group: {type: multicast_group, ask: Which group}
  source: {type: ipv4, ask: Which source, example: 198.51.100.7}
  router: {type: host, ask: Which router}
  vrf: {type: vrf, required: false}
  peers: {type: host, many: true, required: false, default: "pe1,pe2"}
variables:
  interface: interface
  rp: {type: ip}
facts:
  no_interface: mroute.entries.exists(e, e.source == source && e.incoming_interface == 'Null')
start: state
observations:
  pim_interfaces:
    host: <router>
    commands: {ios: show ip pim interface}
steps:
  state:
    title: State of <group>
    why: The entry names the interface on which <router> accepts the stream.
    collect:
      mroute:
        host: <router>
        commands:
          ios: show ip mroute [vrf <vrf>] <group> <source>
          frr: [show ip mroute <group> <source> json]
      routes:
        host: <peers>
        commands: {ios: show ip route <source>}
        parse: route
        timeout: 1.5m
    branches:
      - when: no_interface && routes.all(r, r.found)
        because: No interface, neighbour <mroute.entries[0].rpf_neighbor>.
        go: pim
        set: {interface: "mroute.entries[0].rpf_route == null ? 'eth0' : routes[0].next_hops[0].interface"}
        cite: ["mroute.entries[0]"]
      - {otherwise: true, because: fine, go: next}
    unknown: ask_output
  pim:
    why: PIM has to run there.
    collect: [pim_interfaces]
    samples: 2
    every: 500ms
    at_most: 2
    branches:
      - when: pim_interfaces.interfaces.exists(p, p.interface == interface && p.neighbors == 0)
        because: no neighbour; before there were <pim_interfaces_first.interfaces[0].neighbors>
        go: pim
      - otherwise: true
        because: PIM does not run on <interface>.
        go: pim_missing
    unknown: inconclusive
  next:
    why: The next router is the neighbour.
    hop: {host: <router>, to: "mroute.entries[0].rpf_neighbor", max: 8}
    go: state
    visited: fine
    unknown: inconclusive
  ask_output:
    why: Somebody has to look.
    ask: Is the RP of <group> known?
    answers:
      - {value: "yes", label: It is, go: ask_rp, because: they say so}
      - {value: "no", label: It is not, go: inconclusive}
    unknown: inconclusive
  ask_rp:
    why: The RP decides.
    ask: Which RP?
    variable: rp
    go: fine
    unknown: inconclusive
  fine: {healthy: {title: All is well on <router>, explanation: "RP <rp>", claims: [mroute]}}
  pim_missing:
    diagnosis:
      title: PIM is not enabled on <interface> of <router>
      host: <router>
      claims: [pim_interfaces]
      fixes: [enable_pim]
      advice: [Look at <interface>.]
fixes:
  enable_pim:
    title: Enable PIM on <interface>
    host: <router>
    risk: change
    blast_radius: one interface
    before: {ios: show running-config interface <interface>}
    apply: {ios: {configure: [interface <interface>, ip pim sparse-mode]}}
    rollback: {ios: {configure: [interface <interface>, no ip pim sparse-mode]}}
    verify:
      collect: [pim_interfaces]
      when: pim_interfaces.interfaces.exists(p, p.interface == interface)
      within: 60s
      every: 5s
    recheck: {within: 2m, every: 10s}
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    """The good tree with one place changed; the place has to exist."""
    assert old in text, old
    return text.replace(old, new, 1)


def findings(text: str, *others: LocatedTree) -> list[Finding]:
    """What lint says about a tree."""
    tree = load_text(text, "t.yaml")
    return lint(tree, {other.id: other for other in (tree, *others)})
