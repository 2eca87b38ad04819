"""`management:` of a host: how our session runs, where the host's address does not say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.errors import AuthorError
from troubleshoot.inventory.load import load_inventory
from troubleshoot.inventory.model import Management


def _host(tmp_path: Path, management: str) -> Management:
    path = tmp_path / "hosts.yaml"
    path.write_text(f"r1: {{hostname: 192.0.2.1, platform: ios, data: {{{management}}}}}\n", encoding="utf-8")
    host = load_inventory(path).get("r1")
    assert host is not None
    return host.management


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("roles: [x]", Management()),
        ("management: out-of-band", Management(apart=True)),
        ("management: {address: 10.255.0.1, station: 10.9.0.7}", Management("10.255.0.1", "10.9.0.7")),
        ("management: {station: 10.9.0.7}", Management("", "10.9.0.7")),
    ],
)
def test_forms(tmp_path: Path, text: str, wanted: Management) -> None:
    assert _host(tmp_path, text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("management: inband", "out-of-band"),
        ("management: {adress: 10.0.0.1}", "unknown key 'adress'"),
        ("management: {address: r1}", "not an IP address"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AuthorError, match=message) as caught:
        _host(tmp_path, text)
    assert "hosts.yaml:1:" in str(caught.value)
