"""Which Windows a simulated host is: version numbers, defaults that changed over the years, display language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Personality:
    """One Windows release in one display language.

    ``build`` is what `Win32_OperatingSystem.Version` shows. ``stack`` is the WinRM stack version of Identify.
    ``oem`` is the OEM code page of the system locale, ``language`` the display language (``en`` or ``de``).
    """

    key: str
    caption: str
    build: str
    service_pack: int
    stack: str
    powershell: str
    oem: int = 437
    language: str = "en"

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version, for comparisons: (6, 1) is 2008 R2, (6, 3) is 2012 R2, (10, 0) is 2016 and later."""
        major, minor = self.build.split(".")[:2]
        return int(major), int(minor)

    def text(self, english: str, german: str) -> str:
        """The form in this host's display language."""
        return german if self.language == "de" else english


PERSONALITIES: Final[Mapping[str, Personality]] = MappingProxyType(
    {
        item.key: item
        for item in (
            Personality("2008r2", "Microsoft Windows Server 2008 R2 Enterprise", "6.1.7601", 1, "2.0", "2.0"),
            Personality("2008r2-rtm", "Microsoft Windows Server 2008 R2 Enterprise", "6.1.7600", 0, "2.0", "2.0"),
            Personality("2012r2", "Microsoft Windows Server 2012 R2 Datacenter", "6.3.9600", 0, "3.0", "4.0"),
            Personality("2019", "Microsoft Windows Server 2019 Standard", "10.0.17763", 0, "3.0", "5.1"),
            Personality("2022", "Microsoft Windows Server 2022 Standard", "10.0.20348", 0, "3.0", "5.1"),
            Personality("2019-de", "Microsoft Windows Server 2019 Standard", "10.0.17763", 0, "3.0", "5.1", 850, "de"),
        )
    }
)
