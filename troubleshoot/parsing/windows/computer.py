"""What kind of machine a Windows host is: hardware or hypervisor by its firmware's words, and the release."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from troubleshoot.parsing.areas.virtual_machines import Computer
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.rows import read_values

# Azure is Hyper-V too; its virtual chassis carries this tag.
_AZURE: Final = "7783-7084-3265-9085-8269-3286-77"


def parse(pages: Sequence[Clean]) -> Computer:
    """Read the `key=value` lines of our script.

    Raises:
        ParseFailure: the output is cut, lacks a key, or the version is none.
    """
    page = one_page(pages)
    found = read_values(page, ("name", "manufacturer", "model", "version"))
    version = found["version"]["value"]
    match = re.fullmatch(r"(\d{1,3})\.(\d{1,3})\.(\d{1,6})(?:\.\d+)?", version)
    if match is None:
        raise ParseFailure(f"not a version of Windows: {excerpt(version)!r}", page.part, found["version"].at[0][1])
    tag = found["tag"]["value"] if "tag" in found else ""
    manufacturer, model = found["manufacturer"]["value"], found["model"]["value"]
    return Computer(
        name=found["name"]["value"],
        manufacturer=manufacturer,
        model=model,
        kind=_kind(manufacturer, model, tag),
        version=version,
        major=int(match[1]),
        minor=int(match[2]),
        build=int(match[3]),
        at=page.all(),
        unread=[],
    )


def _kind(manufacturer: str, model: str, tag: str) -> str:
    if tag.strip() == _AZURE:
        return "azure"
    if "vmware" in f"{manufacturer} {model}".casefold():
        return "vmware"
    microsoft = "microsoft" in manufacturer.casefold()
    return "hyperv" if microsoft and model.strip().casefold() == "virtual machine" else "other"
