"""The scalars of tree and case files: everything arrives as text and is typed here, with messages for authors.

Each type also says how an editor sees it (YAML 1.2: ``3`` is a number, ``true`` a boolean), for the JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from troubleshoot.core.command_text import MAX_COMMAND, MAX_POWERSHELL
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.values import TYPES
from troubleshoot.trees.files import did_you_mean

MAX_TEXT: Final = 4000
MAX_SECONDS: Final = 24 * 3600.0

_DURATION: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_HOST: Final = re.compile(r"<([a-z][a-z0-9_]*)>")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ANY_SCALAR: Final = {"type": ["string", "number", "boolean"]}


def refuse(message: str) -> PydanticCustomError:
    """An error with exactly this text."""
    return PydanticCustomError("author", "{text}", {"text": message})


class Strict(BaseModel):
    """A map of the file: only the keys it declares."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            raise refuse("a map is expected here")
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in data:
            if key not in known:
                text = f"unknown key {key!r}{did_you_mean(key, known) or '; known are ' + ', '.join(known)}"
                raise PydanticCustomError("unknown_key", "{text}", {"text": text, "key": key})
        return data


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse("text is expected here" if value is not None else "nothing is written here; text is expected")
    return value


def _prose(value: Any) -> str:
    text = _text(value).strip()
    if not text:
        raise refuse("the text is empty")
    if len(text) > MAX_TEXT:
        raise refuse(f"the text is longer than {MAX_TEXT} characters")
    return _printable(text)


def _printable(text: str) -> str:
    if found := _CONTROL.search(text):
        raise refuse(f"control character U+{ord(found.group()):04X} is not allowed")
    return text


def _command(value: Any) -> str:
    text = _prose(value)
    if "\n" in text:
        raise refuse("a command is one line; write several as a list")
    most = MAX_POWERSHELL if text.startswith("PS") else MAX_COMMAND
    if len(text) > most:
        raise refuse(f"the command is longer than {most} characters")
    return text


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _duration(value: Any) -> float:
    match = _DURATION.fullmatch(_text(value))
    if match is None:
        raise refuse(f"{value[:40]!r} is not a duration such as 500ms, 30s or 2m")
    seconds = float(match.group(1)) * _UNITS[match.group(2)]
    if not 0 < seconds <= MAX_SECONDS:
        raise refuse(f"{value[:40]!r} is not between 1ms and 24h")
    return seconds


def _whole(value: Any) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", _text(value)):
        raise refuse(f"{value[:40]!r} is not a whole number")
    return int(value)


def _boolean(value: Any) -> bool:
    if value not in ("true", "false"):
        raise refuse("write true or false")
    return bool(value == "true")


def _host(value: Any) -> str:
    match = _HOST.fullmatch(_text(value))
    if match is None:
        raise refuse(f"{value[:40]!r} is not one parameter or variable in angle brackets, such as <router>")
    return match.group(1)


def _platform(value: Any) -> Platform:
    return Platform(_one_of("platform", _text(value), [str(item) for item in Platform]))


def _risk(value: Any) -> Risk:
    return Risk(_one_of("risk", _text(value), [str(item) for item in Risk]))


def _type(value: Any) -> str:
    return _one_of("type", _text(value), list(TYPES))


def _one_of(what: str, value: str, known: list[str]) -> str:
    if value not in known:
        hint = did_you_mean(value, known) or "; known are " + ", ".join(known)
        raise refuse(f"unknown {what} {value[:40]!r}{hint}")
    return value


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise refuse(f"{value[:40]!r} is not a name: small letters, digits and '_', beginning with a letter")
    return value


def _tree_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 64:
        raise refuse(f"{value[:40]!r} is not a tree id: small letters, digits and single '-'")
    return value


def _enum(names: Iterable[object]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(name) for name in names]}


TYPE_SCHEMA: Final = _enum(TYPES)

Prose = Annotated[str, BeforeValidator(_prose)]
"""Text for people, without blanks at its ends; may hold ``<dotted.placeholders>``."""
Expression = Annotated[str, BeforeValidator(lambda value: _text(value).strip()), Field(description="A CEL expression.")]
Scalar = Annotated[str, BeforeValidator(_text), AfterValidator(_printable), WithJsonSchema(_ANY_SCALAR)]
Signature = Annotated[str, BeforeValidator(_prose), WithJsonSchema(_ANY_SCALAR)]
Command = Annotated[str, BeforeValidator(_command)]
Commands = Annotated[
    list[Command],
    Field(min_length=1),
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]
Duration = Annotated[
    float,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["500ms", "30s", "2m"]}),
]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Positive = Annotated[int, BeforeValidator(_whole), Field(ge=1), WithJsonSchema({"type": "integer", "minimum": 1})]
Boolean = Annotated[bool, BeforeValidator(_boolean), WithJsonSchema({"type": "boolean"})]
HostRef = Annotated[str, BeforeValidator(_host), WithJsonSchema({"type": "string", "pattern": f"^{_HOST.pattern}$"})]
PlatformName = Annotated[Platform, BeforeValidator(_platform), WithJsonSchema(_enum(Platform))]
RiskName = Annotated[Risk, BeforeValidator(_risk), WithJsonSchema(_enum(Risk))]
TypeName = Annotated[str, BeforeValidator(_type), WithJsonSchema(TYPE_SCHEMA)]
Identifier = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_identifier),
    WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}),
]
TreeId = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_tree_id),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
]
