"""The command line: one module per subcommand, loaded only when it is used.

click was chosen over cyclopts: it starts in less than half the time, completes in three shells without a plug-in, and
its test runner needs no terminal.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from typing import Any, Final

import click

from troubleshoot import __version__
from troubleshoot.cli import output
from troubleshoot.cli.options import source_options
from troubleshoot.errors import ExitCode, TroubleshootError

# command name -> (module, attribute, one line of help)
COMMANDS: Final = {
    "demo": ("demo", "demo", "Boot the built-in lab with a fault and walk through it."),
    "run": ("run", "run", "Run a problem headless, or on plain lines with --interactive."),
    "find": ("find", "find", "Which trees match this error text, code or log line?"),
    "explain": ("explain", "explain", "What a WSMan, HRESULT or Win32 code means, offline."),
    "incidents": ("incidents", "incidents", "List the incidents of the journal."),
    "show": ("incidents", "show", "Show one incident."),
    "resume": ("incidents", "resume", "Go on with an unfinished incident."),
    "export": ("incidents", "export", "Export an incident as md, html or json."),
    "replay": ("incidents", "replay", "Judge a recorded incident again and compare."),
    "trees": ("trees", "trees", "List, check, test and describe decision trees."),
    "lab": ("lab", "lab", "The built-in lab alone."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and listed without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"troubleshoot.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, _, help_text) in COMMANDS.items()])


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="troubleshoot", message="%(prog)s %(version)s")
@source_options
@click.pass_context
def cli(context: click.Context, /, **source: Any) -> None:
    """Guided troubleshooting: decision trees run live diagnostics, prove each verdict, and offer safe fixes.

    Without a command the full-screen walkthrough opens: find a problem by its symptom, or resume an incident. The
    options here are for that walkthrough; commands take their own.

    \b
    Exit codes: 0 healthy or fixed - 1 fault found - 2 usage or tree error - 3 internal error - 4 host not reached
    or login refused - 5 cannot tell - 6 a fix failed, was rolled back or is unknown - 130 interrupted
    """
    if context.invoked_subcommand is None:
        from troubleshoot.cli.screens import open_home

        context.exit(open_home(source))


def run(arguments: Sequence[str]) -> int:
    """Run the command line with these arguments; every outcome is an exit code of the contract."""
    logging.getLogger("troubleshoot").addHandler(logging.NullHandler())
    try:
        return _code(cli.main(list(arguments), prog_name="troubleshoot", standalone_mode=False))
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        output.say("interrupted")
        return int(ExitCode.INTERRUPTED)
    except TroubleshootError as error:
        return report(error)
    except BrokenPipeError:
        return 0
    except Exception as error:
        return crashed(error)


def _code(value: Any) -> int:
    return value if isinstance(value, int) else 0


def report(error: TroubleshootError) -> int:
    """Tell the person what happened and what to do."""
    output.coloured(f"error: {error.message}", "31")
    if error.hint:
        output.say(f"hint:  {error.hint}")
    return int(error.exit_code)


def crashed(error: Exception) -> int:
    """A bug of ours: a short message and a log without local variables, which could hold secrets."""
    from troubleshoot.cli.crash import write_crash_log

    path = write_crash_log(error)
    output.coloured(f"internal error: {type(error).__name__}", "31")
    output.say(f"hint:  a log without any values is in {path}" if path else "hint:  no log could be written")
    return int(ExitCode.INTERNAL)
