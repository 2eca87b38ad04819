"""The command line of cmd.exe: exact text, exit codes, operators, variables, files."""

from __future__ import annotations

import re

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import Bench, on
from troubleshoot.lab.windows.filesystem import file_system


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("echo one  ", "one  \n"),
        ("echo one & echo two", "one \ntwo\n"),
        ("echo one>NUL & echo two", "two\n"),
        ('echo "a & b" c', '"a & b" c\n'),
        ("echo a^&b", "a&b\n"),
        ("echo.", "\n"),
        ('(echo a& echo b) | find "b"', "b\n"),
        ("for /l %i in (1,2,5) do (echo n%i)", "n1\nn3\nn5\n"),
        ("for /l %i in (3,-1,2) do echo %i", "3\n2\n"),
        ("for %x in (p q) do @echo %x.txt", "p.txt\nq.txt\n"),
        ("if 1==1 (echo yes) else echo no", "yes\n"),
        ("if not exist C:\\nowhere echo gone", "gone\n"),
        ("cmd /c echo deep", "deep\n"),
        ('cmd /c "echo a& echo b"', "a\nb\n"),
        ("ver | findstr /c:Version", "Microsoft Windows [Version 10.0.20348.2340]\n"),
        ("echo one&& echo two || echo three", "one\ntwo \n"),
        ("cd C:\\Windows & cd", "C:\\Windows\n"),
        ("set NAME=value&& call echo %NAME%", "value\n"),
    ],
)
async def test_what_commands_print(bench: Bench, line: str, out: str) -> None:
    answer = await bench.run("web02", line)
    assert (answer.out, answer.err, answer.code) == (out, "", 0)


async def test_undefined_variables_stay_and_defined_ones_do_not(bench: Bench) -> None:
    answer = await bench.run("web02", "echo %COMPUTERNAME% %no_such% 100% %SystemRoot:~0,2% %USERNAME%")
    assert answer.out == "WEB02 %no_such% 100% C: operator\n"


async def test_dates_follow_the_locale(bench: Bench) -> None:
    assert re.fullmatch(r"[A-Z][a-z]{2} \d\d/\d\d/\d{4}\n", (await bench.run("web02", "echo %date%")).out)
    german = await bench.run("de03", "echo %date% %time%")
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4} [ \d]\d:\d\d:\d\d,\d\d\n", german.out)


async def test_unknown_commands_in_both_languages(bench: Bench) -> None:
    english = await bench.run("web02", "dcdiag /v")
    assert (
        english.err
        == "'dcdiag' is not recognized as an internal or external command,\noperable program or batch file.\n"
    )
    german = await bench.run("de03", "gibtsnicht")
    assert german.err == 'Der Befehl "gibtsnicht" ist entweder falsch geschrieben oder\nkonnte nicht gefunden werden.\n'
    assert (english.code, german.code, english.out) == (1, 1, "")


async def test_a_line_may_have_8191_characters(bench: Bench) -> None:
    longest = "echo " + "x" * 8186
    assert (await bench.run("web02", longest)).code == 0
    refused = await bench.run("web02", longest + "x")
    assert (refused.code, refused.err, refused.out) == (1, "The command line is too long.\n", "")
    assert (await bench.run("de03", longest + "x")).err == "Die Befehlszeile ist zu lang.\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("exit 5", 5),
        ("exit /b -1", 4294967295),
        ("sc query nosuch", 1060),
        ("sc query nosuch || exit 7", 7),
        ("cd C:\\no", 1),
    ],
)
async def test_exit_codes(bench: Bench, line: str, code: int) -> None:
    assert (await bench.run("web02", line)).code == code


@pytest.mark.parametrize("line", ["& echo a", "(echo a", "echo a | | echo b", "if 1==1"])
async def test_syntax_errors(bench: Bench, line: str) -> None:
    answer = await bench.run("web02", line)
    assert answer.code == 1
    assert answer.err


async def test_redirections_make_files_that_type_and_dir_show(bench: Bench) -> None:
    log = "C:\\Windows\\Temp\\a.log"
    await bench.run("web02", f"(echo first& sc query nosuch)>{log} 2>&1")
    await bench.run("web02", f"echo second>>{log}")
    shown = await bench.run("web02", f"type {log}")
    assert shown.lines[0] == "first"
    assert "FAILED 1060" in shown.out
    assert shown.lines[-1] == "second"
    assert "a.log" in (await bench.run("web02", "dir C:\\Windows\\Temp\\*.log")).out
    assert (await bench.run("web02", f"del {log} & type {log}")).err == "The system cannot find the file specified.\n"
    assert (await bench.run("web02", "echo x>C:\\none\\x.txt")).err == "The system cannot find the path specified.\n"


async def test_dir_orders_by_date_in_the_hosts_format(make_bench: MakeBench) -> None:
    files = {f"C:\\Certs\\{name}": {"text": name, "age": age} for name, age in (("new.crt", 60), ("old.crt", 99999))}
    bench = make_bench({"hosts": {"web02": {"files": files}, "de03": {"files": files}}})
    assert (await bench.run("web02", "dir /b /o:d C:\\Certs")).out == "old.crt\nnew.crt\n"
    assert (await bench.run("web02", "dir /b /o-d C:\\Certs\\*.crt")).out == "new.crt\nold.crt\n"
    english, german = [await bench.run(name, "dir C:\\Certs\\new.crt") for name in ("web02", "de03")]
    assert re.search(r"^\d\d/\d\d/\d{4}  \d\d:\d\d [AP]M +7 new\.crt$", english.out, re.M)
    assert re.search(r"^\d\d\.\d\d\.\d{4}  \d\d:\d\d +7 new\.crt$", german.out, re.M)
    assert "               1 File(s)              7 bytes" in english.out


async def test_a_file_that_is_being_written_cannot_be_deleted(bench: Bench) -> None:
    files = file_system(bench.host("web02"))
    file = files.open("C:\\Windows\\Temp\\busy.log")
    refused = await bench.run("web02", "del C:\\Windows\\Temp\\busy.log")
    assert (refused.code, "being used by another process" in refused.err) == (0, True)
    file.writers -= 1
    await bench.run("web02", "del C:\\Windows\\Temp\\busy.log")
    assert files.find("C:\\Windows\\Temp\\busy.log") is None


async def test_find_counts_and_its_exit_code(bench: Bench) -> None:
    hits = await bench.run("web02", 'sc query winrm | find /c "STATE"')
    none = await bench.run("web02", 'sc query winrm | find /c "NOTHING"')
    assert ((hits.out, hits.code), (none.out, none.code)) == (("1\n", 0), ("0\n", 1))
    assert (await bench.run("web02", 'sc query winrm | findstr /r /i /c:"^ *state.*: [0-9]"')).lines == [
        "        STATE              : 4  RUNNING "
    ]


async def test_text_is_encoded_in_the_shells_code_page(bench: Bench) -> None:
    assert (await bench.run("de03", "net start winrm", codepage=850)).err.startswith("Der angeforderte Dienst wurde")
    lossy = await bench.run("de03", "sc start spooler", codepage=437)
    assert "ausgeführt" in lossy.text


async def test_input_reaches_a_program_unless_it_is_nul(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"vmmagent": {"display": "Agent", "depends": ["winrm"]}}))
    assert (await bench.run("web02", "sort", data=b"b\r\na\r\n")).out == "a\nb\n"
    assert (await bench.run("web02", "sort <NUL", data=b"b\r\na\r\n")).out == ""
