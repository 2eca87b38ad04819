"""All subjects of the simulated command line, in the order of their sections in the running configuration."""

from __future__ import annotations

from troubleshoot.lab.ios import archive, rip
from troubleshoot.lab.ios.feature import Feature

FEATURES: tuple[Feature, ...] = (archive.FEATURE, rip.FEATURE)
