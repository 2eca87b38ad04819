"""What our scripts read from Active Directory on a domain controller itself, and from WMI: values without language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from troubleshoot.parsing.areas.domain import (
    ComputerAccount,
    Controller,
    Controllers,
    DfsrMembers,
    DfsrSettings,
    DomainRole,
    RejoinGuard,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.dfsrmig import ENTRA, STATES
from troubleshoot.parsing.windows.rows import Row, read_rows, read_values

_STEP: Final = 16  # msDFSR-Flags holds sixteen times the number of the state
_DISABLED: Final = 2  # ADS_UF_ACCOUNTDISABLE of userAccountControl
_RODC_GROUP: Final = 521  # primaryGroupID: Read-only Domain Controllers
_VERSION: Final = re.compile(r"\d{1,3}\.\d{1,3}\.(\d{1,6})(?:\.\d{1,9})?")
_DIRECTORY_VERSION: Final = re.compile(r"\d{1,3}\.\d{1,3} \((\d{1,6})\)")
_FILETIME_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS: Final = 10_000_000  # of 100 ns, a second


def parse_role(pages: Sequence[Clean]) -> DomainRole:
    """Read `role=`, `name=`, `domain=` and `version=`.

    Raises:
        ParseFailure: a value is missing or is none.
    """
    page = one_page(pages)
    values = read_values(page, ("role", "name", "domain", "version"))
    role = _needed(values["role"])
    version = values["version"]["value"]
    found = _VERSION.fullmatch(version)
    if role > 5 or not found or not values["name"]["value"]:
        raise ParseFailure(f"not a role and version: {role}, {excerpt(version)!r}", page.part)
    return DomainRole(
        role=role,
        controller=role >= 4,
        pdc=role == 5,
        joined=role in (1, 3, 4, 5),
        name=values["name"]["value"],
        domain=values["domain"]["value"],
        version=version,
        build=int(found[1]),
        at=values["role"].at,
        unread=[],
    )


def parse_settings(pages: Sequence[Clean]) -> DfsrSettings:
    """Read `domain_dn=`, `flags=`, `changed=` and `now=`; without the object the two in the middle are empty.

    Raises:
        ParseFailure: a value is missing, or the domain's name is empty: then nothing was read.
    """
    page = one_page(pages)
    values = read_values(page, ("domain_dn", "flags", "changed", "now"))
    if not values["domain_dn"]["value"]:
        raise ParseFailure("the directory did not answer", page.part, values["domain_dn"].at[0][1])
    flags = values["flags"].integer("value")
    return DfsrSettings(
        initialized=flags is not None,
        state=_state(values["flags"], "value"),
        age=_seconds_between(values["changed"], values["now"]),
        domain_dn=values["domain_dn"]["value"],
        at=values["flags"].at,
        unread=[],
    )


def parse_members(pages: Sequence[Clean]) -> DfsrMembers:
    """Read the rows `name`, `class` of the member objects of one domain controller.

    Raises:
        ParseFailure: a row is of another class.
    """
    page = one_page(pages)
    rows = read_rows(page, ("name", "class"))
    found = {row["class"].casefold() for row in rows}
    if strange := found - {"msdfsr-member", "ntfrsmember"}:
        raise ParseFailure(f"no class of a member: {excerpt(min(strange))!r}", page.part)
    return DfsrMembers(dfsr="msdfsr-member" in found, frs="ntfrsmember" in found, at=page.all(), unread=[])


def parse_controllers(pages: Sequence[Clean]) -> Controllers:
    """Read the rows `name`, `group`, `version`, `flags`, one a computer object of a domain controller.

    Raises:
        ParseFailure: there is none, or a value is none.
    """
    page = one_page(pages)
    rows = read_rows(page, ("name", "group", "version", "flags"))
    if not rows:
        raise ParseFailure("the directory names no domain controller", page.part)
    return Controllers(controllers=[_controller(row) for row in rows], at=page.all(), unread=[])


def parse_account(pages: Sequence[Clean]) -> ComputerAccount:
    """Read `domain_dn=`, `server=`, `now=`, `count=`, and of the first account `dn=`, `uac=` and `pwdlastset=`.

    Raises:
        ParseFailure: a value is missing or is none; the domain's name is empty: then nothing was read.
    """
    page = one_page(pages)
    values = read_values(page, ("domain_dn", "server", "now", "count", "dn", "uac", "pwdlastset"))
    if not values["domain_dn"]["value"] or not values["server"]["value"]:
        raise ParseFailure("the directory did not answer", page.part, values["domain_dn"].at[0][1])
    copies, dn = _needed(values["count"]), values["dn"].optional("value")
    control = values["uac"].integer("value")
    if bool(copies) != (dn is not None and control is not None):
        raise ParseFailure("the account is not complete", page.part, values["count"].at[0][1])
    password = _password_time(values["pwdlastset"])
    return ComputerAccount(
        found=copies > 0,
        copies=copies,
        enabled=None if control is None else not control & _DISABLED,
        dn=dn,
        server=values["server"]["value"],
        domain=_dotted(values["domain_dn"]["value"]),
        password_set=None if password is None else password.isoformat(timespec="seconds"),
        password_age=None if password is None else int((_time(values["now"]) - password).total_seconds()),
        at=page.all(),
        unread=[],
    )


def parse_rejoin(pages: Sequence[Clean]) -> RejoinGuard:
    """Read the rows `name` of services, and (a second text) `whoami`.

    Raises:
        ParseFailure: `whoami` did not print one account.
    """
    if len(pages) != 3:
        raise ParseFailure(f"expected three outputs, got {len(pages)}")
    services, user, host = pages
    account, name = _single(user), _single(host)
    domain, backslash, _ = account.partition("\\")
    if not backslash:
        raise ParseFailure(f"not an account: {excerpt(account)!r}", user.part)
    return RejoinGuard(
        services=[row["name"] for row in read_rows(services, ("name",))],
        user=account,
        local_login=domain.casefold() == name.casefold(),
        at=services.all() + user.all(),
        unread=[],
    )


# --- small parts --------------------------------------------------------------------------------------------------


def _dotted(name: str) -> str:
    """`DC=corp,DC=example` as DNS writes it."""
    return ".".join(re.findall(r"(?:^|,)\s*DC=([^,]+)", name, re.IGNORECASE))


def _single(page: Clean) -> str:
    if len(page.lines) != 1:
        raise ParseFailure("expected one line", page.part)
    return page.lines[0][1].strip()


def _needed(row: Row) -> int:
    value = row.integer("value")
    if value is None or value < 0:
        part, line, _ = row.at[0]
        raise ParseFailure("a number is missing", part, line)
    return value


def _state(row: Row, column: str) -> int | None:
    flags = row.integer(column)
    if flags is None:
        return None
    if flags % _STEP or not 0 <= flags // _STEP < len(STATES):
        part, line, _ = row.at[0]
        raise ParseFailure(f"{flags} is no state of the migration", part, line)
    return flags // _STEP


def _controller(row: Row) -> Controller:
    version = row["version"].strip()
    found = _DIRECTORY_VERSION.fullmatch(version)
    if not row["name"] or (version and not found):
        part, line, _ = row.at[0]
        raise ParseFailure(f"not a domain controller: {excerpt(version)!r}", part, line)
    return Controller(
        name=row["name"],
        read_only=row.integer("group") == _RODC_GROUP,
        build=int(found[1]) if found else None,
        entra=row["name"].casefold() == ENTRA,
        state=_state(row, "flags"),
        at=row.at,
    )


def _seconds_between(earlier: Row, later: Row) -> int | None:
    if not earlier["value"]:
        return None
    return max(0, int((_time(later) - _time(earlier)).total_seconds()))


def _time(row: Row) -> datetime:
    try:
        # .NET prints seven digits of a second, Python reads six
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", row["value"]))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        part, line, _ = row.at[0]
        raise ParseFailure(f"not a time in UTC: {excerpt(row['value'])!r}", part, line)
    return moment


def _password_time(row: Row) -> datetime | None:
    ticks = row.integer("value")
    if not ticks:
        return None
    try:
        return datetime.fromtimestamp(_FILETIME_EPOCH.timestamp() + ticks / _TICKS, UTC)
    except (ValueError, OverflowError, OSError):
        part, line, _ = row.at[0]
        raise ParseFailure("not a time", part, line) from None
