"""The fixtures of this folder."""

from __future__ import annotations

from tests.unit.powershell.ps_hosts import ask, estate, run

__all__ = ["ask", "estate", "run"]
