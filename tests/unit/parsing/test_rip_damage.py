"""Laws of the parsers for RIP: lines of true answers in any order and any state of damage, and texts of any length."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.parsing.rip_texts import ADAPTERS, ADDRESSES, BARE_DUMP, DUMP, NXOS_ALL, NXOS_ROUTES
from tests.unit.parsing.test_parsing_properties import conforms
from tests.unit.parsing.test_rip_frr import CONFIG, STATUS, TABLE, text
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse, record_type

SAMPLES: list[tuple[str, Platform, tuple[str, ...]]] = [
    ("rip_process", Platform.FRR, (text(STATUS, "filtered_out"), text(CONFIG, "filtered_out"))),
    ("rip_process", Platform.FRR, (text(STATUS, "passive_towards"),)),
    ("rip_database", Platform.FRR, (text(TABLE, "silent"),)),
    ("rip_process", Platform.NXOS, NXOS_ALL),
    ("rip_database", Platform.NXOS, (NXOS_ROUTES,)),
    ("rras_rip", Platform.WINDOWS, (DUMP,)),
    ("rras_rip", Platform.WINDOWS, (BARE_DUMP,)),
    ("server_addresses", Platform.WINDOWS, (ADAPTERS, ADDRESSES)),
]
IDS = [f"{name}-{platform.value}-{len(texts)}" for name, platform, texts in SAMPLES]


def lawful(name: str, platform: Platform, texts: list[str]) -> dict[str, Any] | None:
    """The record, None for a failure; what is neither is a broken law."""
    try:
        record = parse(name, platform, texts)
    except ParseFailure as failure:
        assert 0 <= failure.part < len(texts)
        return None
    assert conforms(record, record_type(name))
    for part, first, last in record["at"] + record["unread"]:
        assert 1 <= first <= last <= texts[part].count("\n") + 1
    return record


@pytest.mark.parametrize(("name", "platform", "texts"), SAMPLES, ids=IDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_lines_in_any_order(name: str, platform: Platform, texts: tuple[str, ...], data: st.DataObject) -> None:
    lines = [line for shown in texts for line in shown.split("\n")]
    mixed = [data.draw(st.lists(st.sampled_from(lines), max_size=30).map("\n".join)) for _ in texts]
    lawful(name, platform, mixed)


@pytest.mark.parametrize(("name", "platform", "texts"), SAMPLES, ids=IDS)
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_line_that_is_lost_or_doubled(
    name: str, platform: Platform, texts: tuple[str, ...], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    lines = texts[place].split("\n")
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(lines)), st.integers(0, len(lines)))))
    again = lines[first:last] if data.draw(st.booleans()) else []
    damaged = "\n".join([*lines[:first], *again, *again, *lines[last:]])
    lawful(name, platform, [damaged if n == place else shown for n, shown in enumerate(texts)])


LISTS = ("interfaces", "gateways", "entries", "addresses")


@pytest.mark.parametrize(("name", "platform", "texts"), SAMPLES, ids=IDS)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_text_that_is_cut_says_nothing_new(
    name: str, platform: Platform, texts: tuple[str, ...], data: st.DataObject
) -> None:
    whole = parse(name, platform, texts)
    place = data.draw(st.integers(0, len(texts) - 1))
    cut = data.draw(st.integers(0, len(texts[place])))
    record = lawful(name, platform, [shown[:cut] if n == place else shown for n, shown in enumerate(texts)])
    if record is None:
        return
    for key in LISTS:
        shown, all_of_it = ([plain(row) for row in found.get(key, [])] for found in (record, whole))
        assert shown[:-1] == all_of_it[: max(0, len(shown) - 1)]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "at"}


@pytest.mark.parametrize(("name", "platform", "texts"), SAMPLES, ids=IDS)
def test_a_very_long_answer_takes_its_share_of_time_only(name: str, platform: Platform, texts: tuple[str, ...]) -> None:
    def seconds(times: int) -> float:
        began = time.perf_counter()
        lawful(name, platform, [shown * times for shown in texts])
        return time.perf_counter() - began

    seconds(1)
    assert seconds(400) < 40 * max(seconds(40), 0.05)
    assert seconds(1) < 1
