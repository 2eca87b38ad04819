"""Values that would be more than a value: refused at the one gate, with their origin, wherever they come from."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import pytest

from tests.figures import Figures, budget
from tests.unit.core.trees import World, healthy, item, judge, otherwise, tree, when
from troubleshoot.core.command_text import render
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import AskStep, CallStep, Collect, Parameter, Tree, Variable
from troubleshoot.core.state import State
from troubleshoot.core.values import COMMAND_TYPES, check_many, check_value
from troubleshoot.errors import TroubleshootError, ValueRefused
from troubleshoot.session.wiring import typed_parameters

GOOD = {
    "word": "Gi0-1",
    "host": "r1.corp.example",
    "hostname": "r1.corp.example",
    "dns_name": "_ldap._tcp.corp.example",
    "ipv4": "10.0.0.1",
    "ip": "2001:db8::1",
    "multicast_group": "239.1.1.1",
    "prefix": "2001:db8::/64",
    "vrf": "RED",
    "interface": "GigabitEthernet0/1",
    "label": "Mail Relay (2)",
    "dn": "CN=Users,DC=corp,DC=example",
    "config_line": "ip pim sparse-mode",
    "base64": "QUJD",
    "integer": "5",
    "code": "0x80338029",
}
# What separates, pipes, redirects, quotes, expands, asks or ends on one of the systems.
FORBIDDEN = frozenset("\n\r\x00\x0b\x0c\x1b\t|?;'\"`%&$<>\\^!{}~#[]")
PAYLOADS = (
    *("\nreload", "\r\nconf t\r\n", "\x00", "\x0breload", "\x1b[A", "\x03", "\x1a", "\u2028reload", "\u0085reload"),
    *(" | redirect flash:x", "| tee x", "; reload", ";reload", " && reload", "&calc", "||x", "?", " > x", ">>x", "< x"),
    *("$(reboot)", "${IFS}x", "$x", "`reboot`", "%comspec%", "%x:~0,1%", "!x!", "^&calc", "'; x; '", '" & calc & "'),
    *(
        "'",
        '"',
        "\\n",
        "\\",
        "{x}",
        "~",
        "#x",
        "[x]",
        "%eth0;reboot",
        "%a",
        "\u010areload",
        "\uff1b",
        "\uff5c",
        "\u202e",
    ),
    *("\u200b", "\ufeff", "\u0430", "\u0661", "\u00a0", "\ud800", "x" * 300, "\u2018x\u2019", "@(calc)", "\U0001f600"),
)


def _hostile(rng: random.Random, kind: str) -> str:
    """A good value of a type with something put into it."""
    good, payload = GOOD[kind], rng.choice(PAYLOADS)
    place = rng.choice((0, len(good), rng.randint(0, len(good))))
    mixed = "".join(rng.choice(sorted(FORBIDDEN) + list(string.ascii_letters)) for _ in range(rng.randint(0, 3)))
    return good[:place] + payload + mixed + good[place:]


def _is_hostile(text: str) -> bool:
    return not text.isascii() or not text.isprintable() or bool(FORBIDDEN & set(text))


def test_every_type_that_may_stand_in_a_command_is_tried() -> None:
    assert GOOD.keys() == COMMAND_TYPES
    assert all(str(check_value(kind, good)) == good for kind, good in GOOD.items())


@pytest.mark.parametrize("kind", sorted(COMMAND_TYPES))
def test_no_hostile_value_passes_the_gate_and_no_rendered_command_holds_one(kind: str, figure: Figures) -> None:
    rng = random.Random(f"values {kind}")
    tried, passed = budget(400, 20_000), []
    for _ in range(tried):
        value = _hostile(rng, kind)
        try:
            command = render("show x <v>", {"v": value}, {"v": kind})
        except ValueRefused as error:
            assert error.origin == "v"
            continue
        if _is_hostile(command):
            passed.append(command)
    figure("hostile values tried", tried)
    figure("hostile values in a command", len(passed))
    assert passed == []


@pytest.mark.parametrize("kind", sorted(COMMAND_TYPES))
def test_a_bare_payload_is_refused_by_every_type(kind: str) -> None:
    for payload in PAYLOADS:
        if _is_hostile(payload):
            with pytest.raises(ValueRefused, match="from here"):
                check_value(kind, payload, origin="here")


# --- where values come from ----------------------------------------------------------------------------------------

_HOSTILE = [text for text in PAYLOADS if _is_hostile(text) and len(text) < 100]


def _two_hosts(kind: str = "word", *, many: bool = False) -> Tree:
    """What the first host says goes into a command for the second."""
    return tree(
        judge("look", item("state", "show state"), when("state.on", "other", sets={"found": "state.value"})),
        judge("other", item("detail", "show detail <found>", "peer"), otherwise("ok")),
        healthy(),
        parameters={"peer": Parameter("peer", "host")},
        variables={"found": Variable("found", kind, many=many)},
    )


def _walked(walk: Tree, value: object, *more: Tree, **decisions: object) -> World:
    records: dict[str, dict[str, object]] = {"r1": {"on": True, "value": value}, "r2": {"on": True}}
    world = World(Engine({one.id: one for one in (walk, *more)}), records, **decisions)
    world.start(router="r1", **({"peer": "r2"} if "peer" in walk.parameters else {})).run()
    return world


def _sent(world: World) -> list[str]:
    return [part.command for seen in world.state.observations for part in seen.parts]


def _because(state: State) -> str:
    return " ".join(entry.because for entry in state.path)


@pytest.mark.parametrize("payload", _HOSTILE)
def test_a_value_of_one_device_does_not_reach_another_one(payload: str) -> None:
    world = _walked(_two_hosts(), f"Gi0{payload}")
    assert outcome(world.state) == "inconclusive"
    assert _sent(world) == ["show state"]
    broken = "\ud800" in payload  # half a character is refused before it is a value
    assert broken or "(from state.value of `show state` on host r1)" in _because(world.state)


def test_a_good_value_of_one_device_reaches_the_other_one() -> None:
    assert _sent(_walked(_two_hosts(), "Gi0-1")) == ["show state", "show detail Gi0-1"]


@pytest.mark.parametrize(
    "value", [["r2", "r3; reload"], "r2,r3|x", ["r2", "r3\nreload"], [["r2"]], [{"a": "b"}], [True]]
)
def test_an_item_of_a_list_is_held_to_the_same_gate(value: object) -> None:
    walk = _two_hosts("host", many=True)
    each = Collect("detail", "found", dict.fromkeys(item("x", "x").commands, ("show detail",)), "detail")
    walk = replace(walk, steps={**walk.steps, "other": judge("other", each, otherwise("ok"))})
    world = _walked(walk, value)
    assert (outcome(world.state), _sent(world)) == ("inconclusive", ["show state"])
    assert "(from state.value of `show state` on host r1)" in _because(world.state)


@pytest.mark.parametrize("payload", _HOSTILE)
def test_an_answer_is_held_to_the_same_gate(payload: str) -> None:
    walk = tree(
        AskStep("which_port", "it matters", "Which port?", "inconclusive", variable="found", go="other"),
        judge("other", item("detail", "show detail <found>"), otherwise("ok")),
        healthy(),
        variables={"found": Variable("found", "word")},
    )
    world = _walked(walk, "", answers={"which_port": f"Gi0{payload}"})
    assert (outcome(world.state), _sent(world)) == ("inconclusive", [])
    assert "(from the answer to question which_port)" in _because(world.state)


def test_what_a_tree_hands_to_another_one_is_held_to_the_same_gate() -> None:
    branches = (otherwise("ok"),)
    caller = tree(
        judge("look", item("state", "show state"), when("state.on", "call")),
        CallStep("call", "why", "sub", {"router": "'r2'", "found": "state.value"}, "result", branches, "inconclusive"),
        healthy(),
    )
    called = tree(
        judge("other", item("detail", "show detail <found>"), otherwise("ok")),
        healthy(),
        tree_id="sub",
        parameters={"found": Parameter("found", "word")},
    )
    world = _walked(caller, "Gi0;reload", called)
    assert (outcome(world.state), _sent(world)) == ("inconclusive", ["show state"])
    assert "state.value" in _because(world.state)
    assert _sent(_walked(caller, "Gi0-1", called)) == ["show state", "show detail Gi0-1"]


def test_the_inventory_is_named_where_its_entry_does_not_fit() -> None:
    walk = tree(
        judge("look", item("state", "show state"), when("state.on", "other", sets={"found": "here.addresses[0]"})),
        judge("other", item("detail", "show detail <found>"), otherwise("ok")),
        healthy(),
        variables={"found": Variable("found", "ipv4")},
    )
    world = _walked(walk, "")
    assert (outcome(world.state), _sent(world)) == ("inconclusive", ["show state"])
    assert "(from here.addresses[0] of the inventory's r1)" in _because(world.state)


@pytest.mark.parametrize("payload", _HOSTILE)
def test_a_parameter_is_refused_by_its_name(payload: str) -> None:
    walk = tree(healthy(), parameters={"ports": Parameter("ports", "word", required=False, many=True)})
    with pytest.raises(ValueRefused, match=r"\(from parameter router\)"):
        typed_parameters(walk, {"router": f"r1{payload}"})
    with pytest.raises(ValueRefused, match=r"\(from parameter ports\)"):
        typed_parameters(walk, {"router": "r1", "ports": ["a", f"b{payload}"]})


def test_a_list_or_a_text_for_people_never_stands_in_a_command() -> None:
    with pytest.raises(TroubleshootError):
        render("show <v>", {"v": ("a", "b")}, {"v": "word"})
    with pytest.raises(TroubleshootError):
        render("show <v>", {"v": "a"}, {"v": "text"})
    with pytest.raises(ValueRefused):
        check_many("word", ["a", ["b"]], origin="x")
