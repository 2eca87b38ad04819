"""Changes written differently, and changes hidden in reads: the guard takes none of them for a read."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.figures import Figures, budget
from tests.hostile.guard_corpus import FILES, lines, platform
from troubleshoot.core.kinds import Platform
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.core.powershell.parser import parse
from troubleshoot.core.risk import is_read

Mutation = Callable[[random.Random, str], str]

NETWORK = ("ios", "iosxe", "nxos", "junos", "frr")
_ALIKE = str.maketrans("aceopsxyi", "асеорѕхуі")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_CONTROL = "\r\n\x00\x0b\x0c\x08\x1b\x1a\x04\x03\x7f\x85\u2028\u2029\u200b\u202e\u00ad\ufeff\u00a0\t"
_SEVEN_BITS = "\u010a\u018a\u028d\u010d\u040a\u060d"  # UTF-8 of these ends in a line end on seven bits


# --- the same change, spelled differently --------------------------------------------------------------------------


def _case(rng: random.Random, text: str) -> str:
    """Of ASCII letters: the capital of a long s is a plain S, which is another command."""
    return "".join(rng.choice((char.lower(), char.upper())) if char.isascii() else char for char in text)


def _blanks(rng: random.Random, text: str) -> str:
    return rng.choice(("", " ", "  ")) + text.replace(" ", rng.choice(("  ", "   ", " "))) + rng.choice(("", " "))


def _abbreviated(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    return " ".join(word[: rng.randint(3, len(word))] if word.isalpha() and len(word) > 3 else word for word in words)


def _alike(rng: random.Random, text: str) -> str:
    """The verb: a look-alike in the name of a file makes another, harmless command of it."""
    word = text.split()[0]
    return text.replace(word, rng.choice((word.translate(_ALIKE), word.translate(_WIDE))), 1)


def _prefixed(rng: random.Random, text: str) -> str:
    return rng.choice(("do ", "DO ", "run ", "no ", "exec ", "sudo ", "call ", "& ", ". ", "cmd /c ", "@", ": ")) + text


_SPELLED: tuple[Mutation, ...] = (_case, _blanks, _abbreviated, _alike, _prefixed)


def _spelled(rng: random.Random, text: str) -> str:
    for mutation in rng.sample(_SPELLED, rng.randint(1, 3)):
        text = mutation(rng, text)
    return text


# --- a change behind, in front of, or inside of a read ---------------------------------------------------------------

_JOINED = (
    *("{0};{1}", "{0} ; {1}", "{1};{0}", "{0} && {1}", "{0} & {1}", "{0}&{1}", "{0} || {1}", "{1} | {0}"),
    *("{0} `{1}`", "{0} $({1})", "{0} ${{{1}}}", "{0} > {1}", "{0} >> {1}", "{0} \\n {1}", "{0}\\r{1}"),
)
_WRITERS = (
    *("redirect flash:x", "red flash:x", "r x", "tee flash:x", "te x", "t x", "append flash:x", "app x", "save x"),
    *("vsh", "sed -i s/a/b/ x", "email a", "source x", "run-script x", "refresh 1", "request message all"),
)
_CMD_WRAPS = (
    *("{0} & {1}", "{0}&{1}", "{0} && {1}", "{0} || {1}", "{0} | {1}", "({1})", "{0} & ({1})", "{0} > x & {1}"),
    *("cmd /c {1}", "call {1}", "start {1}", "for %i in (1) do {1}", "if 1==1 {1}", "%comspec% /c {1}"),
    *("{0} < {1}", "{0} 2>&1 & {1}", "{0} ^& {1}", "{0} %x:~0,1% {1}", "powershell -c {1}", "{0}\x1a{1}"),
)
_PS_WRAPS = (
    *("{0}; {1}", "{1}; {0}", "$({1})", "@({1})", '"a $({1}) b"', "{0} | % {{ {1} }}", "if ({1}) {{ 1 }}"),
    *("try {{ {1} }} catch {{ 1 }}", "& {{ {1} }}", ". {{ {1} }}", "$y = $({1})", "@{{ a = $({1}) }}", "throw $({1})"),
    *("Get-Service | select @{{n='x';e={{ {1} }}}}", "Measure-Command {{ {1} }}", "Get-Item $({1})", "{0} && {1}"),
    *("iex {{ {1} }}", "Invoke-Command {{ {1} }}", "powershell -c {{ {1} }}", "Start-Job {{ {1} }}", "{0} & {1}"),
    *("function f {{ {1} }}", "switch (1) {{ 1 {{ {1} }} }}", "while (1) {{ {1} }}", "trap {{ {1} }}", "<# x #> {1}"),
)


def _joined(rng: random.Random, read: str, change: str) -> str:
    return rng.choice(_JOINED).format(read, change)


def _piped(rng: random.Random, read: str, _: str) -> str:
    return f"{read}{rng.choice((' | ', '|', ' |'))}{_case(rng, rng.choice(_WRITERS))}"


def _wrapped_for_cmd(rng: random.Random, read: str, change: str) -> str:
    return rng.choice(_CMD_WRAPS).format(read, change)


def _wrapped_for_powershell(rng: random.Random, read: str, change: str) -> str:
    body, inside = read.removeprefix("PS> "), change.removeprefix("PS> ")
    for _ in range(rng.randint(1, 3)):
        inside = rng.choice(_PS_WRAPS).format(body, inside)
    return f"PS> {inside}"


def _hiders(file: str) -> tuple[Callable[[random.Random, str, str], str], ...]:
    if file in NETWORK:
        return (_joined, _piped)
    if file == "powershell":
        return (_wrapped_for_powershell,)
    return (_wrapped_for_cmd,) if file == "cmd" else (_joined,)


def _whole(file: str, command: str) -> bool:
    """Does it stand as a command, so that what stands around it does not make something else of it?"""
    if file == "powershell":
        try:
            parse(command.removeprefix("PS> "))
        except PsSyntaxError:
            return False
        return "#" not in command
    return command.count('"') % 2 == 0 and command.count("'") % 2 == 0


def _material(file: str) -> tuple[list[str], list[str]]:
    reads = [line.command for line in lines(file, "read") if _whole(file, line.command)]
    changes = [line.command for line in lines(file, "change") if _whole(file, line.command)]
    return reads, changes


@pytest.mark.parametrize("file", FILES)
def test_no_mutation_that_holds_a_change_is_a_read(file: str, figure: Figures) -> None:
    reads, changes = _material(file)
    rng = random.Random(f"guard {file}")
    tried, wrong = budget(1500, 60_000), []
    for number in range(tried):
        change = rng.choice(changes)
        if number % 3 == 0 and file != "powershell":
            mutated = _spelled(rng, change)
        else:
            mutated = rng.choice(_hiders(file))(rng, rng.choice(reads), change)
        if is_read(platform(file), mutated):
            wrong.append((change, mutated))
    figure("guard: mutations that hold a change", tried)
    figure("guard: mutations classed as read", len(wrong))
    assert wrong == []


@pytest.mark.parametrize("file", FILES)
def test_a_control_character_anywhere_is_refused(file: str, figure: Figures) -> None:
    reads, _ = _material(file)
    rng = random.Random(f"control {file}")
    marks = _CONTROL if platform(file) is Platform.WINDOWS else _CONTROL + _SEVEN_BITS
    tried = budget(500, 20_000)
    for _ in range(tried):
        read = rng.choice(reads)
        place = rng.randint(0, len(read))
        mutated = f"{read[:place]}{rng.choice(marks)}{read[place:]}"
        assert not is_read(platform(file), mutated), ascii(mutated)
    figure("guard: mutations with control characters", tried)


@pytest.mark.parametrize("file", ["cmd", "linux", "dns"])
def test_an_escape_or_a_variable_anywhere_outside_quotes_is_refused(file: str, figure: Figures) -> None:
    reads, _ = _material(file)
    rng = random.Random(f"escapes {file}")
    escapes = (
        ("^", "%x%", "%x:~0,1%", "%comspec%", "!x!", "&", "|", "<", ">") if file == "cmd" else ("$x", "`x`", "\\x")
    )
    tried = budget(500, 20_000)
    for _ in range(tried):
        read = rng.choice(reads)
        place = rng.choice([n for n in range(len(read) + 1) if read[:n].count('"') % 2 == 0])
        mutated = f"{read[:place]}{rng.choice(escapes)}{read[place:]}"
        assert not is_read(platform(file), mutated), mutated
    figure("guard: mutations with escapes", tried)
