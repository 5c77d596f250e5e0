"""The list of commands, and the way from words on the command line to an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError  # typer 0.29 carries click and names it so

from reconciler.cli import (
    apply,
    demo,
    drift,
    emulator,
    history,
    init,
    note,
    plan,
    report,
    rollback,
    schema,
    senders,
    show,
    status,
    validate,
)
from reconciler.cli.command import command, misused
from reconciler.cli.epilogs import epilog

_HELP: Final = "Microsoft 365 alert policies, restricted senders and auditing as reviewed YAML."
_PLAIN: Final = {"help_option_names": ["-h", "--help"]}


def build() -> typer.Typer:
    """The command line with every command."""
    app = typer.Typer(
        name="reconciler",
        help=_HELP,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=_PLAIN,
    )
    app.callback()(_version)
    app.command("init", epilog=epilog("init"))(command(init.init))
    app.command("validate", epilog=epilog("validate"))(command(validate.validate))
    app.command("plan", epilog=epilog("plan"))(command(plan.plan))
    app.command("show", epilog=epilog("show"))(command(show.show))
    app.command("report", epilog=epilog("report"))(command(report.report))
    app.command("note", epilog=epilog("note"))(command(note.note))
    app.command("apply", epilog=epilog("apply"))(command(apply.apply))
    app.command("drift", epilog=epilog("drift"))(command(drift.drift))
    app.command("status", epilog=epilog("status"))(command(status.status))
    app.command("senders", epilog=epilog("senders"))(command(senders.senders))
    app.command("history", epilog=epilog("history"))(command(history.history))
    app.command("rollback", epilog=epilog("rollback"))(command(rollback.rollback))
    app.command("schema", epilog=epilog("schema"))(command(schema.schema))
    app.command("demo", epilog=epilog("demo"))(command(demo.demo))
    box = typer.Typer(help="A Microsoft 365 tenant on this machine.", no_args_is_help=True, rich_markup_mode=None)
    box.command("serve", epilog=epilog("serve"))(command(emulator.serve, last_line=False))
    # What follows CMD belongs to CMD, options too.
    passed_on = {**_PLAIN, "allow_interspersed_args": False}
    box.command("exec", epilog=epilog("exec"), context_settings=passed_on)(command(emulator.execute, last_line=False))
    app.add_typer(box, name="emulator")
    return app


def _version(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    if version:
        from reconciler import __version__

        sys.stdout.write(f"reconciler {__version__}\n")
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; wrong usage is 64, never typer's own 2."""
    from reconciler.cli.signals import INTERRUPTED, interruptible

    for stream in (sys.stdout, sys.stderr):
        # A log in an old encoding shows what it can't spell as an escape, rather than ending the run.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        with interruptible():
            code = typer.main.get_command(build()).main(list(arguments), prog_name="reconciler", standalone_mode=False)
            return code if isinstance(code, int) else 0
    except NoArgsIsHelpError as error:
        sys.stderr.write(f"{error.format_message().rstrip()}\n")
        return misused("A command is missing.", arguments)
    except ClickException as error:
        return misused(_sentence(error), arguments)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write(f"reconciler: exit {INTERRUPTED} (interrupted): stopped by a signal\n")
        return INTERRUPTED


def run_and_leave(arguments: Sequence[str]) -> int:
    """Run one command for a process that ends with it: after a signal no thread is waited for."""
    from reconciler.cli.signals import INTERRUPTED, leave

    code = run(arguments)
    if code == INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        leave()
    return code


def _sentence(error: ClickException) -> str:
    """What is wrong, which commands there are where one was asked for that is none, and where to read on."""
    # The prefix is pydantic's, which typer checks values with.
    said = error.format_message().replace("Value error, ", "")
    said = said if said.endswith("?") else f"{said.rstrip('.')}."
    context = getattr(error, "ctx", None)
    if context is None:
        return said
    known = ", ".join(getattr(context.command, "commands", ()))
    return said + (f" There are {known}." if known else "") + f" See `{context.command_path} --help`."
