"""`winrm get winrm/config`, `winrm identify` and `winrm helpmsg`.

The names are the same in every display language; the sentences are not, so failures are told by their number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.windows_hosts import (
    PluginQuota,
    PluginQuotas,
    WinrmConfig,
    WinrmHelp,
    WinrmIdentify,
    WinrmSetting,
)
from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.windows.indented import Leaf, read_tree
from troubleshoot.parsing.windows.rows import PROMPT, Row, read_rows

_NUMBER = re.compile(r"(?:Error number|Fehlernummer)\s*:\s*(-?\d{1,10})\s+(0x[0-9A-Fa-f]{1,8})")
_FAULT = re.compile(r"(?:WSManFault|CimException)$")
# `Client` stands between the top level and `Service`, `Winrs` last: whoever has all of these has the whole answer.
_LAST = ("Config/Winrs", "MaxShellsPerUser")


def parse_config(pages: Sequence[Clean]) -> WinrmConfig:
    """Read the whole configuration; a part of it (``winrm get winrm/config/service``) is not enough.

    Raises:
        ParseFailure: it is no such tree, it is cut, or a setting that decides is not there once.
    """
    page = one_page(pages)
    lines = _tree_lines(page, "Config")
    leaves = read_tree(page, lines)
    if not any((leaf.section, leaf.name) == _LAST for leaf in leaves):
        raise ParseFailure("the configuration is cut: its end (Winrs) is missing", page.part, lines[-1][0])
    settings = [_setting(page, leaf) for leaf in leaves]
    timeout = _the_one(page, settings, "Config", "MaxTimeoutms")
    operations = _the_one(page, settings, "Config/Service", "MaxConcurrentOperationsPerUser")
    return WinrmConfig(
        max_timeout=timeout,
        max_operations=operations,
        settings=settings,
        at=[*timeout["at"], *operations["at"]],
        unread=[],
    )


def _tree_lines(page: Clean, root: str) -> list[Line]:
    """The lines from the root's name on; only prompts of a paste may stand around them."""
    lines = [(number, text) for number, text in page.lines if not PROMPT.match(text.lstrip())]
    if not lines or lines[0][1].strip() != root:
        fail_unknown(page)
    return lines


def _setting(page: Clean, leaf: Leaf) -> WinrmSetting:
    return WinrmSetting(
        section=leaf.section,
        name=leaf.name,
        value=leaf.value,
        number=int(leaf.value) if re.fullmatch(r"\d{1,10}", leaf.value) else None,
        policy=leaf.source.upper() == "GPO",
        at=page.at(leaf.line),
    )


def _the_one(page: Clean, settings: Sequence[WinrmSetting], section: str, name: str) -> WinrmSetting:
    found = [item for item in settings if item["section"] == section and item["name"] == name]
    if len(found) != 1:
        raise ParseFailure(f"the configuration has {len(found)} times {section}/{name}", page.part)
    if found[0]["number"] is None:
        raise ParseFailure(f"{name} is {excerpt(found[0]['value'])!r}, not a number", page.part, found[0]["at"][0][1])
    return found[0]


def parse_identify(pages: Sequence[Clean]) -> WinrmIdentify:
    """Read ``winrm identify -r:HOST -auth:none``: the answer of the service, or the number of the failure.

    Raises:
        ParseFailure: neither an answer nor a failure with its number.
    """
    page = one_page(pages)
    for number, text in page.lines:
        if match := _NUMBER.search(text):
            return WinrmIdentify(
                answered=False, vendor=None, version=None, code=match[2].lower(), at=page.at(number), unread=[]
            )
    if any(_FAULT.match(text.strip()) for _, text in page.lines):
        raise ParseFailure("the failure has no error number", page.part)
    leaves = {leaf.name: leaf for leaf in read_tree(page, _tree_lines(page, "IdentifyResponse"))}
    if not {"ProtocolVersion", "ProductVendor", "ProductVersion"} <= leaves.keys():
        raise ParseFailure("the answer to Identify is cut", page.part)
    return WinrmIdentify(
        answered=True,
        vendor=leaves["ProductVendor"].value,
        version=leaves["ProductVersion"].value,
        code=None,
        at=page.all(),
        unread=[],
    )


def parse_helpmsg(pages: Sequence[Clean]) -> WinrmHelp:
    """Read ``winrm helpmsg``.

    Raises:
        ParseFailure: the output is empty or a failure itself.
    """
    page = one_page(pages)
    lines = [(number, text.strip()) for number, text in page.lines if not PROMPT.match(text.lstrip())]
    if not lines:
        raise ParseFailure("the output is empty", page.part)
    for number, text in lines:
        if _FAULT.match(text) or _NUMBER.search(text) or text.startswith(("Error: ", "Fehler: ")):
            raise ParseFailure(f"winrm failed: {excerpt(text)!r}", page.part, number)
    return WinrmHelp(text=" ".join(text for _, text in lines), at=page.all(), unread=[])


def parse_plugin_quotas(pages: Sequence[Clean]) -> PluginQuotas:
    """Read CSV with Plugin and Value (MaxConcurrentOperationsPerUser of each plug-in), and the final `end`.

    Raises:
        ParseFailure: there is none, or a value is missing or not a number.
    """
    page = one_page(pages)
    rows = read_rows(page, ["Plugin", "Value"])
    if not rows:
        raise ParseFailure("no plug-in was listed", page.part)
    return PluginQuotas(quotas=[_quota(row) for row in rows], at=page.all(), unread=[])


def _quota(row: Row) -> PluginQuota:
    operations = row.integer("Value")
    if operations is None:
        raise ParseFailure(f"no quota for {excerpt(row['Plugin'])!r}", row.at[0][0], row.at[0][1])
    return PluginQuota(plugin=row["Plugin"], operations=operations, at=row.at)
