"""A pasted symptom finds its tree; noise finds none."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from troubleshoot.trees.library import Head, Library
from troubleshoot.trees.match import Index, Match, find
from troubleshoot.trees.normal import normal_text, tokens

HEADS = [
    ("rpf-trace", "Multicast RPF trace", "Video is black", ["RPF nbr 0.0.0.0", "Incoming interface: Null"]),
    ("scvmm-timeout", "VMM job times out", "A job of the VMM server ends in an error", ["0x80338029", "Unknown error"]),
    ("event-93", "No certificates are issued", "", ["Event 93", "could not be contacted by the CA"]),
    ("nlb", "NLB cluster misconfigured", "", ["The NLB driver has detected an inconsistency", "NLB interface"]),
    ("bgp-single-path", "Only one path behind a route reflector", "ECMP does not work in the VRF", ["one bestpath"]),
    ("dns-rebuild", "Rebuild the DNS zone of a domain", "", ["Event 4013", "dns server waiting for ad ds"]),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(Head(name, title, summary, tuple(lines), Path(name)) for name, title, summary, lines in HEADS)


def best(index: Index, text: str) -> str:
    found = index.find(text)
    return found[0].tree if found else ""


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("  Incoming interface: Null, RPF nbr 0.0.0.0, Mroute", "rpf-trace"),
        ("rpf NBR 0.0.0.0", "rpf-trace"),
        ("rpf", "rpf-trace"),
        ("multicast video", "rpf-trace"),
        ("Error (2912) An internal error (Unknown error (0x80338029))", "scvmm-timeout"),
        ("Error number:  -2144108503", "scvmm-timeout"),
        ("failed with 2150858793.", "scvmm-timeout"),
        ("0X80338029", "scvmm-timeout"),
        ("vmm job timeout", "scvmm-timeout"),
        ("Event 93 from CertificationAuthority", "event-93"),
        ("certificates are not issued", "event-93"),
        ("misconf", "nlb"),
        ("route reflector single path", "bgp-single-path"),
        ("why is there only one path in my vrf?", "bgp-single-path"),
        ("event 4013", "dns-rebuild"),
    ],
)
def test_symptoms_find_their_tree(index: Index, text: str, tree: str) -> None:
    assert best(index, text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "the error is not in there",
        "!!! ??? ...",
        "lorem ipsum dolor sit amet consectetur",
        "printer is out of paper and the job hangs in tray two",
        "0x80338028",
        "10.1.2.3",
        "x" * 5000,
    ],
)
def test_noise_finds_nothing(index: Index, text: str) -> None:
    assert index.find(text) == []


def test_a_phrase_beats_words(index: Index) -> None:
    found = index.find("The VMM job failed: one bestpath; VMM server job times out")
    assert found[0].tree == "bgp-single-path"
    assert found[0].phrase == "one bestpath"
    assert found[0].score > 0.95


def test_a_longer_phrase_beats_a_shorter_one(index: Index) -> None:
    assert best(index, "Unknown error ... The NLB driver has detected an inconsistency") == "nlb"


def test_a_log_of_many_lines_is_searched(index: Index) -> None:
    log = "Jun 1 10:00:00 host kernel: nothing to see\n" * 400 + "RPF nbr 0.0.0.0\n"
    assert best(index, log) == "rpf-trace"


def test_the_answer_is_always_the_same(index: Index) -> None:
    text = "event error interface job server"
    assert index.find(text) == index.find(text)


def test_codes_have_one_spelling() -> None:
    same = {normal_text(text) for text in ("0x80338029", "0X80338029", "2150858793", "-2144108503")}
    assert same == {"0x80338029"}
    assert normal_text("10.1.12.4 2150858793.5 id-2144108503") == "10.1.12.4 2150858793.5 id-2144108503"
    assert tokens("Gi0/1: (S,G)") == ["gi0/1", "s", "g"]


def test_search_keeps_up_with_typing() -> None:
    chance = random.Random(7)
    words = [f"word{number}" for number in range(400)]

    def text(length: int) -> str:
        return " ".join(chance.sample(words, length))

    heads = [Head(f"t{n}", text(8), text(30), tuple(text(6) for _ in range(12)), Path("x")) for n in range(40)]
    index = Index(heads)
    times = []
    for query in (text(5), "wor", text(40), "word1 word2", "nothing known") * 4:
        begin = time.process_time()
        index.find(query)
        times.append(time.process_time() - begin)
    assert sorted(times)[len(times) // 2] < 0.05  # of processor time: ten times what it takes, the machine is shared


def test_a_library_is_searched(tmp_path: Path) -> None:
    (tmp_path / "fan").mkdir()
    (tmp_path / "fan" / "tree.yaml").write_text(
        "id: fan\ntitle: The fan is loud\nsignatures: [FAN-3]\n", encoding="utf-8"
    )
    library = Library([tmp_path])
    assert find(library, "%PLATFORM: FAN-3 failed") == [Match("fan", "The fan is loud", 0.9525, "FAN-3")]
    assert find(library, "quiet") == []
