"""Shells and commands on the wire: long polls, chunks, input, signals, quotas, ownership, expiry."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.unit.lab_wire.conftest import Serve
from tests.unit.lab_wire.wire_http import Answer, Wire, envelope, option, output, state
from tests.unit.lab_wire.wire_support import BLOB, LOCAL, NOBODY, Launcher, machine
from troubleshoot.lab.windows.wire import disturbances, names
from troubleshoot.lab.windows.wire.listener import Listener


def launcher(listener: Listener) -> Launcher:
    assert isinstance(listener.service.launch, Launcher)
    return listener.service.launch


async def test_a_whole_life(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        created = await wire.create(option("WINRS_CODEPAGE", "65001"))
        shell = created.text(".//rsp:Shell/rsp:ShellId")
        assert created.text(".//x:ResourceCreated//w:Selector") == shell
        assert created.text("s:Header/a:Action") == f"{names.CREATE}Response"
        assert created.text(".//rsp:Owner") == "LABDOM\\operator"
        assert created.text(".//rsp:IdleTimeOut") == "PT7200.000S"
        assert created.text(".//rsp:ShellInactivity") == "P0DT0H0M0S"
        command = await wire.command(shell, "echo a &amp; b")
        answers = [await wire.receive(shell, command)]
        while state(answers[-1]) != "Done":
            answers.append(await wire.receive(shell, command))
        assert b"".join(map(output, answers)) == b"a & b\r\n"
        assert answers[-1].body.count(b'End="true"') == 2
        assert answers[-1].text(".//rsp:ExitCode") == "0"
        assert (await wire.receive(shell, command)).fault == 2150858843
        assert (await wire.signal(shell, command, "terminate")).status == 200
        assert (await wire.signal(shell, command, "Terminate")).status == 200
        deleted = await wire.ask(names.DELETE, shell=shell)
        assert (deleted.status, deleted.text("s:Body")) == (200, "")
        gone = (
            await wire.command_fault(shell)
            if hasattr(wire, "command_fault")
            else await wire.ask(names.GET, shell=shell)
        )
        assert (gone.status, gone.fault) == (500, 2150858843)
        assert shell in gone.text(".//s:Reason/s:Text")
        assert b"UnexpectedSelectors" in gone.body
    assert listener.shells == []


async def test_the_message_id_comes_back_verbatim(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        for action in (names.GET, names.CREATE, "nonsense"):
            answer = await wire.ask(action, "<rsp:Shell/>", message_id="uuid:Not a GUID &amp; more")
            assert answer.text("s:Header/a:RelatesTo") == "uuid:Not a GUID & more"
            assert answer.text("s:Header/a:To") == names.ANONYMOUS


async def test_environment_directory_and_logon(serve: Serve) -> None:
    listener = await serve()
    content = (
        "<rsp:WorkingDirectory>D:\\Work</rsp:WorkingDirectory><rsp:IdleTimeOut>PT600S</rsp:IdleTimeOut>"
        '<rsp:Environment><rsp:Variable Name="A">1</rsp:Variable><rsp:Variable Name="B">x y</rsp:Variable></rsp:Environment>'
    )
    async with Wire(listener.port) as wire:
        await wire.log_in("keeper", LOCAL.password)
        wanted = "0F6D0D3E-1111-2222-3333-444455556666"
        shell = await wire.shell(content=content, attributes=f'ShellId="{wanted.lower()}"')
        assert shell == wanted
        assert (await wire.create(attributes=f'ShellId="{wanted}"')).fault == 183
        await wire.command(shell.lower(), "exit 3", option("WINRS_SKIP_CMD_SHELL", "FALSE"))
        shown = await wire.ask(names.GET, resource=names.SHELL, shell=shell)
        assert (shown.text(".//rsp:State"), shown.text(".//rsp:IdleTimeOut")) == ("Connected", "PT600.000S")
    (first,) = launcher(listener).started
    assert (first["codepage"], first["cwd"], first["environment"]) == (437, "D:\\Work", {"A": "1", "B": "x y"})
    assert (first["logon"].user, first["logon"].delegated, first["through_cmd"]) == ("WEB07\\keeper", False, True)


async def test_the_poll_ends_at_its_timeout(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "wait")
        assert output(await wire.receive(shell, command)) == b"waiting\r\n"
        started = time.monotonic()
        answer = await wire.receive(shell, command, "PT0.3S")
        assert 0.28 < time.monotonic() - started < 0.6
        assert (answer.fault, answer.text(".//s:Subcode/s:Value")) == (2150858793, "w:TimedOut")
        assert answer.text("s:Header/a:Action") == names.WSMAN_FAULT_ACTION
        assert (await wire.receive(shell, command, "-PT1S")).fault == 2150858767


async def test_every_chunk_fits_the_clients_envelope(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "blob")
        sizes, data = [], []
        for _ in range(12):
            answer = await wire.receive(shell, command, size="20480")
            sizes.append(len(answer.body))
            data.append(output(answer))
        assert 16_000 < max(sizes) <= 20480
        assert BLOB.startswith(b"".join(data))
        big = await wire.receive(shell, command, size="99999999")
        assert len(big.body) <= 500 * 1024


async def test_a_program_that_nobody_reads_waits(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        command = await wire.command(await wire.shell(), "blob")
        assert command
        await asyncio.sleep(0.1)
        (process,) = launcher(listener).processes
        assert process.exit_code is None
        assert sum(len(data) for _, data in process.take(len(BLOB))) < 1_000_000


async def test_many_small_pieces_of_two_streams_fit_too(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        answer = await wire.receive(shell, await wire.command(shell, "both"), size="8192")
        assert len(answer.body) <= 8192
        assert output(answer, "stderr").startswith(b"e0 e1 ")
        assert (answer.text(".//rsp:ExitCode"), state(answer)) == ("5", "Done")


async def test_input(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "stdin")
        for text, end in (("AAEC", ""), ("/w==", 'End="True"')):
            body = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command}" {end}>{text}</rsp:Stream></rsp:Send>'
            assert (await wire.ask(names.SEND, body, shell=shell)).status == 200
        assert output(await wire.receive(shell, command)) == b"\xff\x02\x01\x00"
        body = body.replace(command, "0000")
        assert (await wire.ask(names.SEND, body, shell=shell)).fault == 2150858843


@pytest.mark.parametrize(("kind", "code"), [("ctrl_c", 3221225786), ("terminate", 995), ("delete", 995)])
async def test_signals_reach_a_pending_poll(serve: Serve, kind: str, code: int) -> None:
    listener = await serve()
    async with Wire(listener.port) as poller, Wire(listener.port) as other:
        await poller.log_in()
        await other.log_in()
        shell = await poller.shell()
        command = await poller.command(shell, "wait")
        await poller.receive(shell, command)
        pending = asyncio.create_task(poller.receive(shell, command))
        await asyncio.sleep(0.05)
        if kind == "delete":
            await other.ask(names.DELETE, shell=shell)
        else:
            assert (await other.signal(shell, command, kind)).status == 200
        answer = await asyncio.wait_for(pending, 1)
        assert (answer.fault or int(answer.text(".//rsp:ExitCode"))) == code
    assert launcher(listener).processes[0].exit_code is not None


async def test_a_client_that_leaves_ends_its_poll_and_nothing_else(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "wait")
        await wire.receive(shell, command)
        pending = asyncio.create_task(wire.receive(shell, command))
        await asyncio.sleep(0.05)
        pending.cancel()
    await asyncio.sleep(0.05)
    assert listener.log[-1].outcome == "gone"
    assert [s.operations for s in listener.shells] == [0]
    async with Wire(listener.port) as wire:
        await wire.log_in()
        assert (await wire.receive(shell, command, "PT0.05S")).fault == 2150858793


async def test_other_users_do_not_see_a_shell(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as mine, Wire(listener.port) as theirs:
        await mine.log_in()
        await theirs.log_in("keeper", LOCAL.password)
        shell = await mine.shell()
        assert (await theirs.ask(names.GET, shell=shell)).fault == 2150858843
        assert (await theirs.ask(names.DELETE, shell=shell)).fault == 2150858843
        assert (await mine.ask(names.GET, shell=shell)).status == 200


@pytest.mark.parametrize(("key", "codes"), [("2008r2", (2150859173, 2150859174)), ("2022", (2150859236, 2150859240))])
@pytest.mark.parametrize("wmi", [False, True])
async def test_quotas(serve: Serve, key: str, codes: tuple[int, int], wmi: bool) -> None:
    host = machine(key)
    host.sections["wsman"] = {
        "Winrs/MaxShellsPerUser": "2",
        "Winrs/MaxProcessesPerShell": "1",
        "Service/MaxConcurrentOperationsPerUser": "1",
    }
    listener = await serve(host, wmi_quota_faults=wmi)

    def coded(answer: Answer) -> int:
        return int(answer.body.split(b"error_Code>")[1].split(b"<")[0]) if wmi else answer.fault

    async with Wire(listener.port) as wire, Wire(listener.port) as other:
        await wire.log_in()
        await other.log_in()
        shell = await wire.shell()
        await wire.shell()
        refused = await wire.create()
        assert coded(refused) == codes[0]
        assert b"number of 2 concurrent shells" in refused.body
        assert (b"WSManFault" in refused.body) is not wmi
        command = await wire.command(shell, "wait")
        body = "<rsp:CommandLine><rsp:Command>wait</rsp:Command></rsp:CommandLine>"
        assert coded(await wire.ask(names.COMMAND, body, shell=shell)) == 2150859241
        await wire.receive(shell, command)
        pending = asyncio.create_task(wire.receive(shell, command, "PT0.4S"))
        await asyncio.sleep(0.05)
        assert coded(await other.ask(names.GET, shell=shell)) == codes[1]
        await pending
        assert (await other.ask(names.GET, shell=shell)).status == 200


async def test_idle_shells_and_old_shells_end(serve: Serve) -> None:
    now = [1_800_000_000.0]
    listener = await serve(machine(clock=lambda: now[0]))
    async with Wire(listener.port) as wire:
        await wire.log_in()
        idle = await wire.shell(content="<rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut>")
        await wire.shell(content="<rsp:Lifetime>PT90S</rsp:Lifetime>")
        command = await wire.command(idle, "wait")
        now[0] += 59
        await wire.receive(idle, command)
        now[0] += 32
        assert [s.id for s in listener.shells] == [idle]
        now[0] += 30
        assert (await wire.ask(names.GET, shell=idle)).fault == 2150858843
        assert (await wire.create(content="<rsp:IdleTimeOut>PT5S</rsp:IdleTimeOut>")).fault == 2150859250
    await asyncio.sleep(0)
    assert launcher(listener).processes[0].exit_code == 1


@pytest.mark.parametrize(
    ("answer", "code", "subcode"),
    [
        (
            {"action": names.CREATE, "resource": "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"},
            2150858811,
            "a:DestinationUnreachable",
        ),
        ({"action": "http://example.com/Nothing"}, 2150858753, "a:ActionNotSupported"),
        ({"action": names.GET, "resource": names.SHELL}, 2150858752, "a:DestinationUnreachable"),
        ({"action": names.CREATE, "options": option("WINRS_CODEPAGE", "4711")}, 2150859072, "w:InternalError"),
        ({"action": names.CREATE, "body": "<x/>"}, 2150858817, "w:SchemaValidationError"),
    ],
)
async def test_faults(serve: Serve, answer: dict[str, str], code: int, subcode: str) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        body = answer.pop("body", "<rsp:Shell/>")
        fault = await wire.ask(answer.pop("action"), body, **answer)
        assert (fault.status, fault.fault, fault.text(".//s:Subcode/s:Value")) == (500, code, subcode)
        expected = names.ADDRESSING_FAULT_ACTION if subcode.startswith("a:") else names.WSMAN_FAULT_ACTION
        assert fault.text("s:Header/a:Action") == expected
        assert b'Machine="WEB07"' in fault.body


async def test_text_from_the_client_is_escaped_in_answers(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        answer = await wire.ask(names.GET, resource="&lt;evil attr=&quot;1&quot;&gt;&amp;", shell="&lt;x&gt;")
        assert answer.fault == 2150858811
        assert '<evil attr="1">&' in answer.text(".//s:Reason/s:Text")


async def test_access_denied_and_shells_forbidden(serve: Serve) -> None:
    host = machine()
    listener = await serve(host)
    async with Wire(listener.port) as wire:
        await wire.log_in("LABDOM\\nobody", NOBODY.password)
        assert (await wire.create()).fault == 5
        await wire.log_in()
        host.sections["wsman"] = {"Winrs/AllowRemoteShellAccess": "false"}
        assert (await wire.create()).fault == 2150859180


async def test_a_program_that_does_not_exist_without_cmd(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        body = "<rsp:CommandLine><rsp:Command>none.exe</rsp:Command></rsp:CommandLine>"
        answer = await wire.ask(
            names.COMMAND, body, shell=await wire.shell(), options=option("WINRS_SKIP_CMD_SHELL", "TRUE")
        )
        assert answer.fault == 2147942402


async def test_configuration(serve: Serve) -> None:
    host = machine("2008r2")
    host.sections["wsman"] = {"MaxTimeoutms": "1800000"}
    listener = await serve(host)
    async with Wire(listener.port) as wire:
        await wire.log_in()
        answer = await wire.ask(names.GET, resource=names.CONFIG)
        for name, value in {"MaxEnvelopeSizekb": 150, "MaxTimeoutms": 1800000, "MaxShellsPerUser": 5}.items():
            assert f"<cfg:{name}>{value}</cfg:{name}>".encode() in answer.body


async def test_the_access_log(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "wait")
        await wire.receive(shell, command)
        await wire.receive(shell, command, "PT0.1S")
    entries = [entry for entry in listener.log if entry.action != "Login"]
    assert [(e.action, e.outcome, e.command) for e in entries] == [
        ("Create", "ok", ""),
        ("Command", "ok", "wait"),
        ("Receive", "ok", "wait"),
        ("Receive", "fault 2150858793", "wait"),
    ]
    assert {e.connection for e in entries} == {1}
    assert 90 < entries[-1].ms < 1000
    assert (entries[-1].shell, entries[-1].user) == (shell, "LABDOM\\operator")


async def test_the_access_log_masks_passwords(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        await wire.command(await wire.shell(), "schtasks /create /ru x /rp hunter2")
    assert "schtasks" in listener.log[-1].command
    assert "hunter2" not in repr(listener.log)


async def test_disturbances_hit_the_request_that_was_meant(serve: Serve) -> None:
    plan = disturbances.FaultPlan(
        {("Receive", 2): disturbances.fault(995), ("Command", 1): disturbances.reset(after=True)}
    )
    listener = await serve(faults=plan)
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await wire.command(shell, "wait")
    assert [e.outcome for e in listener.log][-1] == "reset"
    assert len(launcher(listener).started) == 1  # the command runs, only the answer was lost
    async with Wire(listener.port) as wire:
        await wire.log_in()
        command = await wire.command(shell, "ticks 3")
        assert [(await wire.receive(shell, command)).fault for _ in range(3)] == [0, 995, 0]
    assert plan.count("Receive") == 3


def test_a_request_is_what_the_guide_shows() -> None:
    assert b'<w:Selector Name="ShellId">X</w:Selector>' in envelope(names.GET, shell="X")
