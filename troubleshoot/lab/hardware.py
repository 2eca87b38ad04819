"""``hardware:`` in lab.yaml: what a Catalyst switch or stack is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troubleshoot.errors import AuthorError
from troubleshoot.lab.network.catalyst import Catalyst, Member, Template


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MemberPart(_Part):
    """One switch. Software and image are those of the stack, if not named."""

    model: str
    mac: str = Field(pattern=r"^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$")
    version: str | None = None
    image: str | None = None
    serial: str = "LAB0000X000"
    priority: int = Field(default=1, ge=1, le=15)
    ports: int = 28
    present: bool = True
    joins: float = 0.0
    template: str | None = None
    lacks: frozenset[str] = frozenset()


class HardwarePart(_Part):
    """A stack, or one switch."""

    version: str
    image: str
    members: dict[int, MemberPart] = Field(min_length=1)
    template: str  # as displays name it: aggregate default, desktop vlan, lanbase-routing ...
    stored: str | None = None  # the template that waits for a reload
    macs: dict[int, int] = {}  # learned addresses by VLAN
    neighbors: int = 0
    aces: int = 33
    reload_in: float = 0.0  # seconds after the start of the lab for which somebody planned a reload


def catalyst(raw: Mapping[str, Any]) -> Catalyst:
    """The hardware from its description.

    Raises:
        AuthorError: something in it is wrong.
    """
    try:
        part = HardwarePart.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise AuthorError(f"hardware: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    members = tuple(_member(number, member, part) for number, member in sorted(part.members.items()))
    switch = Catalyst(members, macs=tuple(sorted(part.macs.items())), neighbors=part.neighbors, aces=part.aces)
    stored = _template(switch, part.stored) if part.stored else None
    return replace(
        switch,
        template=_template(switch, part.template),
        stored=stored,
        reload_in=part.reload_in,
        elected=switch.election().number,
    )


def _member(number: int, part: MemberPart, stack: HardwarePart) -> Member:
    return Member(
        number=number,
        model=part.model,
        version=part.version or stack.version,
        image=part.image or stack.image,
        mac=part.mac,
        serial=part.serial,
        priority=part.priority,
        ports=part.ports,
        present=part.present,
        joins=part.joins,
        template=part.template,
        lacks=part.lacks,
    )


def _template(switch: Catalyst, name: str) -> Template:
    known = [
        Template(keywords, aggregator)
        for keywords in switch.templates() or ("default",)
        for aggregator in (False, True)
        if switch.master.aggregator or not aggregator
    ]
    found = next((template for template in known if switch.name(template) == name), None)
    if found is None:
        raise AuthorError(f"hardware: no such template: {name}", hint=f"one of: {', '.join(map(switch.name, known))}")
    return found
