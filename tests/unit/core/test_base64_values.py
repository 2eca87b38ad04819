"""The value type `base64`: a certificate that goes from one host's answer into a script on another, as data."""

from __future__ import annotations

import base64

import pytest

from troubleshoot.core.command_text import render
from troubleshoot.core.powershell import split_command, stdin
from troubleshoot.core.values import check_value
from troubleshoot.errors import ValueRefused

CERTIFICATE = base64.b64encode(bytes(range(256)) * 12).decode()  # 3072 bytes
SCRIPT = 'PS cert="<cert>"> Set-Content -Path x -Value $cert'


def test_a_certificate_is_longer_than_other_values() -> None:
    assert check_value("base64", CERTIFICATE) == CERTIFICATE
    with pytest.raises(ValueRefused):
        check_value("word", CERTIFICATE)


def test_it_enters_a_script_as_data() -> None:
    command = split_command(render(SCRIPT, {"cert": CERTIFICATE}, {"cert": "base64"}))
    assert command is not None
    assert command.data["cert"] == CERTIFICATE
    assert CERTIFICATE not in command.script
    name, _, sent = stdin(command).partition(b"=")
    assert (name, base64.b64decode(sent).decode()) == (b"cert", CERTIFICATE)


@pytest.mark.parametrize(
    "raw",
    ["", "A", "AAAAA", "AA==BB==", 'AA"=', "AAA\n", "AA A", "AAAA;del", "=AAA", "A" * 6004, "äAAA"],
)
def test_anything_else_is_refused(raw: str) -> None:
    with pytest.raises(ValueRefused):
        check_value("base64", raw)
