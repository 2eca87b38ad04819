"""Value types whose canonical form is not just what was typed."""

from __future__ import annotations

import pytest

from troubleshoot.core.values import check_value
from troubleshoot.errors import ValueRefused


@pytest.mark.parametrize("spelling", ["0x80338029", "0X80338029", "80338029", "2150858793", "-2144108503"])
def test_all_spellings_of_a_code_are_one_value(spelling: str) -> None:
    assert check_value("code", spelling) == "0x80338029"


@pytest.mark.parametrize(("typed", "kept"), [("5", "5"), ("0x5", "5"), ("1722", "1722"), ("0x000003E3", "995")])
def test_short_codes_are_decimal(typed: str, kept: str) -> None:
    assert check_value("code", typed) == kept


@pytest.mark.parametrize("typed", ["0x", "0x123456789", "4294967296", "-2147483649", "80338029h", "0x8033 8029", ""])
def test_what_is_no_code_of_32_bits_is_refused(typed: str) -> None:
    with pytest.raises(ValueRefused):
        check_value("code", typed)


@pytest.mark.parametrize("name", ["Web Server 01", "Network Adapter", "Corp Issuing CA 1", "CA01 (2)", "app01"])
def test_labels_may_hold_blanks_and_brackets(name: str) -> None:
    assert check_value("label", name) == name


@pytest.mark.parametrize(
    "name", ['a"b', "a&b", "a|b", "a%b%", "a;b", "$(x)", "`x", " a", "a ", "a\nb", "a'b", "a\u201db", ""]
)
def test_labels_hold_nothing_that_a_shell_reads(name: str) -> None:
    with pytest.raises(ValueRefused):
        check_value("label", name)


@pytest.mark.parametrize("name", ["CN=Users,DC=corp,DC=example", "DC=corp", "CN=Corp Issuing CA 1,CN=X,DC=corp"])
def test_distinguished_names(name: str) -> None:
    assert check_value("dn", name) == name


@pytest.mark.parametrize("name", ["Users", "CN=", "CN=a,", 'CN="a",DC=b', "CN=a;DC=b", "CN=a&b,DC=c", "LDAP://CN=a"])
def test_what_is_no_plain_distinguished_name_is_refused(name: str) -> None:
    with pytest.raises(ValueRefused):
        check_value("dn", name)
