"""Teams of network cards of Windows Server 2012 and later (`Get-NetLbfoTeam`, `-TeamMember`, `-TeamNic`).

Enumerations are asked for as text, because as CSV they would be numbers on some releases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from troubleshoot.parsing.areas.vpc import Team, TeamInterface, TeamMember, Teams
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.windows.rows import Row, read_rows

_MODES: Final[Mapping[str, str]] = {"lacp": "lacp", "static": "static", "switchindependent": "independent"}


def parse(pages: Sequence[Clean]) -> Teams:
    """Read three tables: teams, their members, their interfaces.

    Raises:
        ParseFailure: a table is missing or cut, a teaming mode is not known, or a member belongs to no team.
    """
    if len(pages) != 3:
        raise ParseFailure(f"expected teams, members and interfaces, got {len(pages)} outputs")
    teams = [_team(row) for row in read_rows(pages[0], ("Name", "Mode", "Balancing", "Status"))]
    by_name = {team["name"].casefold(): team for team in teams}
    for row in read_rows(pages[1], ("Name", "Team", "Status", "Reason")):
        _of(by_name, row)["members"].append(_member(row))
    for row in read_rows(pages[2], ("Name", "Team", "Vlan")):
        _of(by_name, row)["interfaces"].append(
            TeamInterface(name=row["Name"], vlan=row.integer("Vlan") or None, at=row.at)
        )
    return Teams(teams=teams, at=[cite for page in pages for cite in page.all()], unread=[])


def _team(row: Row) -> Team:
    mode = _MODES.get(row["Mode"].strip().casefold())
    if mode is None:
        part, line, _ = row.at[0]
        raise ParseFailure(f"not a teaming mode: {excerpt(row['Mode'])!r}", part, line)
    return Team(
        name=row["Name"],
        mode=mode,
        balancing=row["Balancing"],
        status=row["Status"],
        members=[],
        interfaces=[],
        at=row.at,
    )


def _of(teams: Mapping[str, Team], row: Row) -> Team:
    team = teams.get(row["Team"].casefold())
    if team is None:
        part, line, _ = row.at[0]
        raise ParseFailure(f"there is no team {excerpt(row['Team'])!r}", part, line)
    return team


def _member(row: Row) -> TeamMember:
    return TeamMember(name=row["Name"], status=row["Status"], reason=row["Reason"], at=row.at)
