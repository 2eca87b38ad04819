"""Finds the tree for what an engineer sees: a pasted error text, a code, a log line. Deterministic, no network.

A signature that occurs in the text word for word beats everything; after that counts how many of the rare words of the
text a tree knows. What fits nothing gives nothing: a wrong tree costs more time than none.
"""

from __future__ import annotations

import math
import weakref
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from troubleshoot.trees.library import Head, Library
from troubleshoot.trees.normal import normal_text, tokens

THRESHOLD: Final = 0.5
_MAX_WORDS: Final = 5000
_WORD_WEIGHT: Final = 0.8  # an overlap of words never reaches a phrase
_COMMON_WORDS: Final = """
a an and are as at be by can cannot do does error errors failed fails for from has have in is it no not of on or that
the there this to was what when which why with you your problem issue warning info
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Match:
    """One tree that fits; ``phrase`` is the signature or the words that found it, ``score`` is in 0..1."""

    tree: str
    title: str
    score: float
    phrase: str


@dataclass(frozen=True, slots=True)
class _Entry:
    head: Head
    phrases: tuple[tuple[str, str], ...]  # normalised and as written
    words: frozenset[str]


class Index:
    """The searchable words of some trees, made once."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._entries = [_entry(head) for head in heads]
        counts = Counter(word for entry in self._entries for word in entry.words)
        self._weights = {word: math.log(1 + len(self._entries) / count) for word, count in counts.items()}
        self._unknown = math.log(1 + len(self._entries))

    def find(self, text: str, limit: int = 10) -> list[Match]:
        """The trees that fit ``text``, best first; equal ones in the order of their ids."""
        words = tokens(text)[:_MAX_WORDS]
        query = " ".join(words)
        meant = self._meant(words)
        found = [match for entry in self._entries if (match := self._match(entry, query, meant)) is not None]
        return sorted(found, key=lambda match: (-match.score, match.tree))[:limit]

    def _meant(self, words: Sequence[str]) -> dict[str, frozenset[str]]:
        """For each telling word of the query the known words it stands for; the last may still be being typed."""
        meant = {word: frozenset({word} & self._weights.keys()) for word in words if word not in _COMMON}
        last = words[-1] if words else ""
        if last in meant and not meant[last] and len(last) >= 3:
            meant[last] = frozenset(word for word in self._weights if word.startswith(last))
        return meant

    def _match(self, entry: _Entry, query: str, meant: dict[str, frozenset[str]]) -> Match | None:
        phrase, score = _by_phrase(entry, query)
        if not score:
            phrase, score = self._by_words(entry, meant)
        if score < THRESHOLD * _WORD_WEIGHT:
            return None
        return Match(entry.head.id, entry.head.title, round(score, 4), phrase)

    def _by_words(self, entry: _Entry, meant: dict[str, frozenset[str]]) -> tuple[str, float]:
        hits = [word for word, stands in meant.items() if stands & entry.words]
        if not hits:
            return "", 0.0
        total = sum(self._weight(word, stands) for word, stands in meant.items())
        share = sum(self._weight(word, meant[word]) for word in hits) / total
        return " ".join(hits), share * _WORD_WEIGHT

    def _weight(self, word: str, stands: frozenset[str]) -> float:
        return max((self._weights[known] for known in stands), default=self._unknown)


def _entry(head: Head) -> _Entry:
    phrases = tuple((normal_text(text), text) for text in head.signatures)
    texts = (head.title, head.summary, head.id.replace("-", " "), *head.signatures)
    words = frozenset(word for text in texts for word in tokens(text)) - _COMMON
    return _Entry(head, tuple(phrase for phrase in phrases if phrase[0]), words)


def _by_phrase(entry: _Entry, query: str) -> tuple[str, float]:
    """A signature inside the text, or the beginning of one; a longer one says more."""
    best = ("", 0.0)
    for normal, written in entry.phrases:
        if f" {normal} " in f" {query} ":
            score = 0.95 + 0.05 * min(len(normal), 100) / 100
        elif len(query) >= 6 and f" {query}" in f" {normal}":
            score = 0.8 + 0.14 * len(query) / len(normal)
        else:
            continue
        if score > best[1]:
            best = (written, score)
    return best


_INDEXES: weakref.WeakKeyDictionary[Library, Index] = weakref.WeakKeyDictionary()


def find(library: Library, text: str, limit: int = 10) -> list[Match]:
    """The trees of a library that fit ``text``, best first; empty where nothing fits.

    Fast enough to be called at every key; the first call reads the heads of all trees.
    """
    if library not in _INDEXES:
        _INDEXES[library] = Index(library.heads())
    return _INDEXES[library].find(text, limit)
