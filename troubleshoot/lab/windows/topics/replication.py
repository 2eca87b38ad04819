"""Replication of the directory: repadmin on domain controllers."""

from __future__ import annotations

from troubleshoot.lab.windows.replication.repadmin import repadmin
from troubleshoot.lab.windows.topic import Part, Topic


class ReplicationPart(Part):
    """Nothing to write: partners and failures stand under `windows.domain.controllers`."""


TOPIC = Topic(
    section="replication",
    schema=ReplicationPart,
    build=lambda machine, part: part,
    tools={"repadmin": repadmin},
    standard=True,
)
