"""Secrets out of text and records, before anything is stored, shown or exported.

Two sources of knowledge: the secrets that were used to log in (``known``, in every form in which they may come back)
and the places where device configurations and protocols keep secrets (:mod:`troubleshoot.core.secret_places`).

The same secret always becomes the same token, so that two devices with different keys still look different. The token
is a keyed hash: without the key nobody can try a dictionary on it. The number of lines never changes, redacting twice
changes nothing, and the time is linear in the length of the text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

from troubleshoot.core.secret_places import HARMLESS, KEY_BEGIN, KEY_BODY, RULES, SENSITIVE_NAME, SPANNING, TRIGGER

_TOKEN: Final = re.compile(r"<redacted:[0-9a-f]{8}>")
_TOKEN_BYTES: Final = 4
_PASSES: Final = 8  # two are enough but for text that is made to confuse
_SHORTEST: Final = 4  # shorter ones are left to the rules: replacing every "lab" or "1" would destroy evidence
_WHOLE_WORD_BELOW: Final = 8  # "cisco" is taken out as a word, not out of the middle of another word
_SHORTEST_CODED: Final = 8  # characters of an encoded form that are not chance


class Redactor:
    """Takes secrets out of text. ``repr`` and copies show none.

    ``known`` are secrets in plain form; more can be taught with :meth:`learn`. ``key`` makes tokens comparable between
    two redactors, for instance before and after an incident is resumed; without it a random one is used.
    """

    def __init__(self, known: Iterable[str] = (), *, key: bytes | None = None) -> None:
        self._key = hashlib.sha256(key).digest() if key is not None else secrets.token_bytes(32)
        self._forms: dict[str, str] = {}  # each form of a known secret -> the secret
        self.learn(known)

    def __repr__(self) -> str:
        return "Redactor(...)"

    def __reduce__(self) -> str:
        raise TypeError("a redactor is not copied out of the process")

    def learn(self, known: Iterable[str]) -> None:
        """Also redact these secrets from now on."""
        for secret in known:
            for line in secret.splitlines():
                if len(line) >= _SHORTEST and line not in self._forms:
                    self._forms.update((form, line) for form in _forms(line))

    def token(self, secret: str) -> str:
        """What stands in the place of a secret."""
        plain = self._forms.get(secret, secret).encode("utf-8", "surrogatepass")
        return f"<redacted:{hashlib.blake2b(plain, key=self._key, digest_size=_TOKEN_BYTES).hexdigest()}>"

    def text(self, text: str) -> str:
        """``text`` without secrets; the same number of lines, everything else unchanged."""
        for _ in range(_PASSES):
            shown = self._known(self._places(self._private_keys(text)))
            if shown == text:
                break
            text = shown  # a token can uncover another place beside it
        return text

    def plain(self, value: Any) -> Any:
        """JSON-like ``value`` without secrets, made anew of dicts with text keys, and lists."""
        return self._plain(value, {})

    # --- JSON-like values ---

    def _plain(self, value: Any, done: dict[str, str]) -> Any:
        if isinstance(value, str):
            return done[value] if value in done else done.setdefault(value, self.text(value))
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, dict | Mapping):
            return {self._plain(str(key), done): self._member(key, item, done) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(item, done) for item in value]
        return value

    def _member(self, key: Any, value: Any, done: dict[str, str]) -> Any:
        if isinstance(value, str) and SENSITIVE_NAME.fullmatch(str(key)):
            return self._masked(value)
        return self._plain(value, done)

    # --- places ---

    def _private_keys(self, text: str) -> str:
        """PEM and PuTTY private keys: the armour stays, every line of the key goes."""
        if not KEY_BEGIN.search(text):
            return text
        lines = text.split("\n")
        inside = False
        for index, line in enumerate(lines):
            if begin := KEY_BEGIN.search(line):
                inside = True
                lines[index] = line[: begin.end()] + self._key_on_one_line(line[begin.end() :])
            elif inside and (inside := bool(KEY_BODY.fullmatch(line))):
                lines[index] = self._masked_inside(line)
        return "\n".join(lines)

    def _key_on_one_line(self, rest: str) -> str:
        body, dashes, end = rest.partition("-----")
        return self._masked_inside(body) + dashes + end if len(body.strip()) > 1 else rest

    def _masked_inside(self, text: str) -> str:
        """Blanks around it stay."""
        body = text.strip()
        return text.replace(body, self._masked(body)) if body else text

    def _places(self, text: str) -> str:
        """Apply the rules to each line that has a trigger, once."""
        pieces: list[str] = []
        done = 0
        for match in TRIGGER.finditer(_lowered(text)):
            if match.start() < done:
                continue
            first = text.rfind("\n", done, match.start()) + 1 or done
            last = text.find("\n", match.end())
            last = len(text) if last < 0 else last
            pieces += (text[done:first], self._line(text[first:last]))
            done = last
        return SPANNING.sub(self._mask_groups, "".join((*pieces, text[done:]))) if pieces else text

    def _line(self, line: str) -> str:
        lowered = line.lower()
        for words, rules in RULES:
            if any(word in lowered for word in words):
                for rule in rules:
                    line = rule.sub(self._mask_groups, line)
        return line

    def _mask_groups(self, match: re.Match[str]) -> str:
        """Every group of a rule is a secret."""
        whole, start = match.group(0), match.start()
        for index in range(match.re.groups, 0, -1):
            first, last = match.span(index)
            if first >= 0:
                whole = whole[: first - start] + self._masked(match.group(index)) + whole[last - start :]
        return whole

    def _masked(self, value: str) -> str:
        return value if _TOKEN.match(value) or HARMLESS.fullmatch(value) else self.token(value)

    # --- known secrets ---

    def _known(self, text: str) -> str:
        found = sorted((form for form in self._forms if form in text), key=len, reverse=True)
        if not found:
            return text
        expression = "|".join([_TOKEN.pattern, *map(_bounded, found)])
        return re.sub(expression, self._mask_known, text)

    def _mask_known(self, match: re.Match[str]) -> str:
        found = match.group(0)
        return self.token(found) if found in self._forms else found


def _lowered(text: str) -> str:
    """In lower case, character for character."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(char.lower()[0] for char in text)


def _bounded(form: str) -> str:
    """A short secret must stand alone, so that `root` does not damage `rootguard`."""
    if len(form) >= _WHOLE_WORD_BELOW:
        return re.escape(form)
    before = r"(?<!\w)" if form[0].isalnum() else ""
    after = r"(?!\w)" if form[-1].isalnum() else ""
    return f"{before}{re.escape(form)}{after}"


def _forms(secret: str) -> Iterator[str]:
    """The ways in which a secret may come back: as it is, escaped, URL-encoded, inside Base64 of any alignment."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    yield from _url_forms(secret)
    for raw in (secret.encode("utf-8", "surrogatepass"), secret.encode("utf-16-le", "surrogatepass")):
        yield from _base64_forms(raw)


def _url_forms(secret: str) -> Iterator[str]:
    for encoded in (quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace")):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda match: match.group(0).lower(), encoded)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Alone, and as part of something longer: only the characters that the neighbours cannot change."""
    for form in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        if len(form.rstrip("=")) >= _SHORTEST_CODED:
            yield from (form, form.rstrip("="))
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw).decode()
        first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
        if last - first >= _SHORTEST_CODED:
            yield coded[first:last]
