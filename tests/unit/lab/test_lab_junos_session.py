"""A session on a simulated Junos router: prompts, refusals, pipes, the pager, and the questions on leaving."""

from __future__ import annotations

import pytest

from tests.unit.lab.junos_bench import Bench
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.junos.description import plant_of
from troubleshoot.lab.junos.shell import Shell
from troubleshoot.lab.terminal import Terminal
from troubleshoot.transports.ssh_platforms import COMMAND_LINES, PAGER, QUESTION

LINE = COMMAND_LINES[Platform.JUNOS]


def last(shell: Shell) -> str:
    return shell.prompt.rpartition("\n")[2]


def test_prompts_are_those_that_the_transport_knows() -> None:
    shell = Bench().shell()
    assert shell.prompt == "\nnetops@mx1> " and LINE.exec_prompt.fullmatch(last(shell))
    shell.execute("configure exclusive")
    assert shell.prompt == "\n[edit]\nnetops@mx1# " and LINE.is_config(last(shell))
    shell.execute("edit protocols ospf")
    assert shell.prompt == "\n[edit protocols ospf]\nnetops@mx1# "
    shell.execute("exit configuration-mode")
    assert last(shell) == "netops@mx1> "


def test_the_frame_of_two_routing_engines() -> None:
    shell = Bench("healthy_frame").shell()
    assert shell.prompt == "\n{master}\nnetops@mx1> "
    shell.execute("configure")
    assert shell.prompt == "\n{master}[edit]\nnetops@mx1# "


def test_a_waiting_commit_stands_above_the_prompt() -> None:
    bench = Bench()
    shell = bench.shell()
    for line in ("configure exclusive", "set system host-name mx9", "commit confirmed 5"):
        shell.execute(line)
    assert shell.prompt == "\n# commit confirmed will be rolled back in 5 minutes\n[edit]\nnetops@mx9# "
    bench.now += 301
    shell.execute("run show version")
    assert last(shell) == "netops@mx1# "


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("show frobs", "                 ^\nsyntax error, expecting <command>."),
        ("show log nothing", "error: could not resolve file: nothing"),
        ("show version | frob", "                           ^\nsyntax error, expecting <pipe>."),
        ("show system rollback 40", "error: rollback file 40 does not exist"),
        ("show system rollback 40 | display set", "error: rollback file 40 does not exist"),
        ("show version | display set", "syntax error, expecting <pipe>."),
        ("show configuration protocols rip traceoptions", ""),
        ("show configuration protocols rip traceoptions | display set | count", "Count: 0 lines"),
        ("show route 203.0.113.1", ""),
    ],
)
def test_what_is_shown_or_refused(line: str, answer: str) -> None:
    assert Bench().shell().execute(line) == answer


def test_pipes() -> None:
    shell = Bench().shell()
    whole = shell.execute("show configuration | display set").split("\n")
    assert shell.execute("show configuration | display set | match OSPF | except area | count") == "Count: 0 lines"
    assert shell.execute("show configuration | display set | last 2").split("\n") == whole[-2:]
    assert shell.execute("show conf | disp set | find instance-type").split("\n") == whole[-3:]
    assert shell.execute('show configuration | display set | match "lab-ro|10.255.0.1/32"').count("\n") == 2
    assert shell.execute("show configuration snmp | no-more").startswith("location")


def test_changes_are_compared_and_committed() -> None:
    shell = Bench().shell()
    assert shell.execute("configure exclusive").split("\n") == [
        "warning: uncommitted changes will be discarded on exit",
        "Entering configuration mode",
    ]
    assert shell.execute("set snmp contact noc") == ""
    assert shell.execute("show | compare") == "[edit snmp]\n+    contact noc;"
    assert shell.execute("show snmp | display set").endswith("set snmp community lab-ro clients 192.0.2.0/24")
    assert shell.execute("commit check") == "configuration check succeeds"
    assert shell.execute('commit comment "who to call"') == "commit complete"
    assert "    who to call" in shell.execute("run show system commit").split("\n")
    assert shell.execute("run show configuration | compare rollback 1").startswith("[edit snmp]")
    assert shell.execute("exit") == "Exiting configuration mode"


def test_a_refused_line_has_its_caret_below_the_word() -> None:
    shell = Bench().shell()
    shell.execute("configure")
    caret, message = shell.execute("set protocols frob").split("\n")
    assert message == "syntax error."
    assert (last(shell) + "set protocols frob")[caret.index("^")] == "f"
    assert shell.execute("set protocols ospf traceoptions flag").split("\n")[1] == "missing argument."


@pytest.mark.parametrize(
    ("way", "asked"),
    [
        ("", "Exit with uncommitted changes? [yes,no] (yes) "),
        (" exclusive", "Discard uncommitted changes? [yes,no] (yes) "),
    ],
)
@pytest.mark.parametrize("reply", ["", "yes", "no"])
def test_leaving_with_changes_is_asked_about(way: str, asked: str, reply: str) -> None:
    bench = Bench()
    shell = bench.shell()
    shell.execute(f"configure{way}")
    shell.execute("set snmp contact noc")
    assert shell.execute("exit").startswith("The configuration has been changed but not committed")
    assert shell.prompt == asked and QUESTION.fullmatch(asked)
    answered = shell.execute(reply)
    database = bench.plant.machines["mx1"].database
    if reply == "no":
        assert answered == "" and last(shell) == "netops@mx1# " and database.modified
    else:
        assert answered.endswith("Exiting configuration mode") and last(shell) == "netops@mx1> "
        assert database.modified is (way == "")


def test_others_are_named() -> None:
    bench = Bench("locked")
    shell = bench.shell()
    refused = shell.execute("configure exclusive")
    assert refused.startswith("error: configuration database locked by:\n  jdoe terminal pts/1 (pid 4711) on since ")
    assert refused.endswith("idle 02:40:00\n      exclusive [edit]")
    assert "Users currently editing the configuration:" in shell.execute("configure")
    assert "locked by" in shell.execute("set snmp contact noc")
    assert "locked by" in shell.execute("commit")
    assert "jdoe" in shell.execute("status")
    uncommitted = Bench("uncommitted").shell()
    assert uncommitted.execute("configure exclusive") == "error: configuration database modified"
    assert uncommitted.execute("configure").endswith("The configuration has been changed but not committed")


def test_a_lost_connection_gives_the_lock_back() -> None:
    bench = Bench()
    shell = bench.shell()
    for line in ("configure exclusive", "set snmp contact noc"):
        shell.execute(line)
    shell.hang_up()
    database = bench.plant.machines["mx1"].database
    assert not database.editors and not database.modified and not bench.plant.machines["mx1"].logins
    assert bench.shell().execute("configure exclusive").endswith("Entering configuration mode")


def test_the_pager() -> None:
    shell = Bench().shell()
    shell.context.page_length = 24
    terminal = Terminal(shell, lambda _: None, more="---(more)---")
    shown = terminal.feed(b"show configuration | display set\n").decode()
    assert PAGER.fullmatch(shown.rpartition("\n")[2])
    assert terminal.feed(b" ").decode().endswith("netops@mx1> ")
    assert "---(more)---" not in terminal.feed(b"set cli screen-length 0\nshow configuration\n").decode()


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"routers": {"r": {"config": "set frob"}}}, "refused: set frob"),
        ({"routers": {"r": {"config": "set system host-name r", "frob": 1}}}, "frob"),
        (
            {"routers": {"r": {"config": "set system host-name r", "people": {"a": {"changes": ["set frob"]}}}}},
            "a: syntax error",
        ),
    ],
)
def test_a_mistake_in_the_lab_file_is_its_authors(part: dict[str, object], message: str) -> None:
    with pytest.raises(AuthorError, match=message):
        plant_of(part, {}, lambda: 0.0)
