"""The expression language of trees: CEL (Common Expression Language, https://cel.dev), bounded.

A condition has no side effects and always ends. Every error inside one (a missing key, a wrong type, an absent
observation) makes it *unknown*, never false. The library converts its whole context at each evaluation, so only the
names a condition mentions are handed over; its ``map`` and ``filter`` are quadratic, so they are refused on long lists.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from troubleshoot.core.expression_cost import MAX_STEPS, blank, closing, is_opaque, sizes, steps
from troubleshoot.errors import AuthorError

MAX_LENGTH: Final = 1000
MAX_DEPTH: Final = 16
MAX_LIST: Final = 50_000
MAX_LIST_FILTER: Final = 2_000  # `filter` is quadratic in what it keeps: this many take about two seconds
MAX_LIST_MAP: Final = 300
_MAX_CITED: Final = 20

_PATH: Final = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*"
_MACRO = re.compile(rf"({_PATH})\.(exists_one|exists|filter|all|map)\s*\(")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of an expression, or the reason why it has none."""

    value: Any = None
    error: str = ""

    @property
    def verdict(self) -> bool | None:
        """True or False for a judged condition, None for *cannot tell*."""
        return self.value if not self.error and isinstance(self.value, bool) else None


@dataclass(frozen=True, slots=True)
class Macro:
    """One quantifier in an expression: ``path.kind(variable, body)``."""

    path: str
    kind: str
    variable: str
    body: str


@cache
def _engine() -> Any:
    """The native part of the CEL library alone: its package start-up also loads a command line (200 ms)."""
    package = importlib.util.find_spec("cel")
    if package is None or package.submodule_search_locations is None:
        raise ModuleNotFoundError("the package 'common-expression-language' is not installed")
    spec = importlib.machinery.PathFinder.find_spec("cel.cel", package.submodule_search_locations)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("the native part of 'common-expression-language' is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=4096)
def _compile(source: str) -> Any:
    problem = _over_limit(source)
    if problem:
        raise AuthorError(f"condition {problem}: {source[:80]!r}")
    try:
        return _engine().compile(source)
    except Exception as error:
        first = str(error).splitlines()[0]
        raise AuthorError(f"condition cannot be read: {first}") from None


def _over_limit(source: str) -> str:
    if len(source) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    depth = deepest = 0
    for sign in blank(source):
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        return f"is nested deeper than {MAX_DEPTH}"
    if is_opaque(source):
        return "holds a string in three quotes"
    return "is too much work: quantifiers inside of quantifiers" if steps(source, lambda _: 1) > MAX_STEPS else ""


def check(source: str) -> None:
    """Compile a condition without evaluating it.

    Raises:
        AuthorError: it is too long, too deep, or not CEL.
    """
    _compile(source)


def names(source: str) -> frozenset[str]:
    """The free names that an expression mentions (variables bound by a quantifier are left out).

    One that cannot be read mentions none.
    """
    try:
        program = _compile(source)
    except AuthorError:
        return frozenset()
    return frozenset(program.variables()) - {macro.variable for macro in all_macros(source)}


def evaluate(source: str, lookup: Callable[[str], Any]) -> Outcome:
    """Evaluate an expression. ``lookup`` gives the value of a name and raises KeyError where there is none.

    Anything that goes wrong is an :class:`Outcome` with ``error`` set, never an exception and never False.
    """
    try:
        program = _compile(source)
    except AuthorError as error:
        return Outcome(error=error.message)
    context: dict[str, Any] = {}
    for name in program.variables():
        try:
            context[name] = lookup(name)
        except KeyError:
            continue  # a quantifier's own variable, or missing: CEL reports it only if the value is needed
    problem = _too_long(source, context)
    if problem:
        return Outcome(error=problem)
    return _execute(program, context)


def _execute(program: Any, context: Mapping[str, Any]) -> Outcome:
    native = _engine().Context()
    for name, function in FUNCTIONS.items():
        native.add_function(name, function)
    try:
        native.update(dict(context))  # refuses half a surrogate pair, among others
        return Outcome(program.execute(native))
    except Exception as error:
        return Outcome(error=_explain(error))


def _explain(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, KeyError):
        return f"{text} is missing"
    # The library adds paragraphs of general advice for programmers.
    return re.split(r"[.,;] (?:CEL |[Oo]r c|Check )", text, maxsplit=1)[0][:160]


def _too_long(source: str, context: Mapping[str, Any]) -> str:
    longest = max((_longest_list(value) for value in context.values()), default=0)
    if longest > MAX_LIST:
        return f"a list of {longest} records is too long to judge"
    if (longest > MAX_LIST_FILTER and ".filter(" in source) or (longest > MAX_LIST_MAP and ".map(" in source):
        return f"map and filter are not evaluated over {longest} records"
    if source.count("(") > 1 and steps(source, sizes(context)) > MAX_STEPS:
        return "quantifiers inside of quantifiers over so many records are not evaluated"
    return ""


def _longest_list(value: Any) -> int:
    if isinstance(value, Mapping):
        return max((_longest_list(item) for item in value.values()), default=0)
    return len(value) if isinstance(value, list | tuple) else 0


# --- functions that trees may call; they answer None (which makes the condition unknown), they never raise ---------


def _in_network(address: Any, prefix: Any) -> bool | None:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(prefix, strict=False)
    except (ValueError, TypeError):
        return None


def _is_ip(text: Any) -> bool:
    try:
        ipaddress.ip_address(text)
    except (ValueError, TypeError):
        return False
    return True


def _network_address(prefix: Any) -> str | None:
    try:
        return str(ipaddress.ip_network(prefix, strict=False).network_address)
    except (ValueError, TypeError):
        return None


def _netmask(prefix: Any) -> str | None:
    try:
        return str(ipaddress.ip_network(prefix, strict=False).netmask)
    except (ValueError, TypeError):
        return None


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "in_network": _in_network,  # in_network(address, prefix)
    "is_ip": _is_ip,  # is_ip(text)
    "network_address": _network_address,  # network_address(prefix)
    "netmask": _netmask,  # netmask(prefix)
}


# --- what in an expression points at evidence ---------------------------------------------------------------------


def macros(source: str) -> Iterator[Macro]:
    """The outermost quantifiers of an expression, in order."""
    position = 0
    blanked = blank(source)
    while match := _MACRO.search(blanked, position):
        end = closing(blanked, match.end() - 1)
        inner = source[match.end() : end]
        variable, comma, body = inner.partition(",")
        if comma:
            yield Macro(match.group(1), match.group(2), variable.strip(), body.strip())
        position = end


def all_macros(source: str) -> Iterator[Macro]:
    """Every quantifier of an expression, nested ones too."""
    for macro in macros(source):
        yield macro
        yield from all_macros(macro.body)


def matching(macro: Macro, lookup: Callable[[str], Any]) -> list[Any]:
    """The elements for which the quantifier's body holds, at most twenty: the evidence behind an `exists`."""
    elements = evaluate(macro.path, lookup).value
    if not isinstance(elements, list | tuple):
        return []
    found: list[Any] = []
    for element in elements:
        if evaluate(macro.body, with_name(lookup, macro.variable, element)).verdict:
            found.append(element)
        if len(found) == _MAX_CITED:
            break
    return found


def with_name(lookup: Callable[[str], Any], name: str, value: Any) -> Callable[[str], Any]:
    """The lookup with one more name: the variable of a quantifier."""
    return lambda asked: value if asked == name else lookup(asked)
