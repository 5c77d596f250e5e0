"""Turns a function into a command: adds the common options, and makes an exit and a last line of all that happens."""

import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, signature
from itertools import pairwise
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from reconciler.cli.options import COMMON, Options, options_from

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.core.outcome import Exit

Given = ParamSpec("Given")


def command(
    body: "Callable[Concatenate[Invocation, Given], Exit | None]", *, last_line: bool = True
) -> Callable[..., int]:
    """The command that runs `body` with its own options and the common ones, and returns the exit code.

    A body that returns None has ended well. Without `last_line` stderr belongs to what the command itself runs.
    """

    def run(**given: object) -> int:
        options = options_from(given)
        ended = _ended(body, options, given)
        if last_line:
            _say_last(ended)
        return ended.code

    own = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in list(signature(body).parameters.values())[1:]]
    run.__signature__ = Signature([*own, *COMMON.values()])  # type: ignore[attr-defined] # typer reads it
    run.__annotations__ = {one.name: one.annotation for one in (*own, *COMMON.values())}
    run.__doc__, run.__name__ = body.__doc__, getattr(body, "__name__", "command")
    return run


def _ended(body: "Callable[..., Exit | None]", options: Options, given: Mapping[str, object]) -> "Exit":
    from reconciler.cli.files import silence
    from reconciler.cli.logs import start_logging
    from reconciler.core.outcome import ended
    from reconciler.wiring import scrubber

    start_logging(
        scrubber(),
        quiet=options.quiet,
        verbose=options.verbose,
        debug=options.debug,
        as_json=options.log_format == "json",
    )
    try:
        from reconciler.cli.invocation import Invocation

        return body(Invocation(options), **given) or ended(0)
    except KeyboardInterrupt:
        return ended(130, "stopped by a signal")
    except BrokenPipeError:
        silence(sys.stdout)
        return ended(0, "nobody reads the output any more")
    except Exception as error:  # noqa: BLE001  the last line of defence: a person reads a sentence, not a traceback
        return _explained(error, debug=options.debug)


def _explained(error: Exception, *, debug: bool) -> "Exit":
    """Say what went wrong in a sentence, with the traceback only for who debugs."""
    from reconciler.cli.logs import fail, say
    from reconciler.core.errors import PolicyError, ReconcilerError
    from reconciler.core.outcome import ended
    from reconciler.report.words import counted

    match error:
        case PolicyError():
            for one in error.diagnostics:
                say(str(one), level=one.severity)
            return ended(3, counted(sum(one.severity == "error" for one in error.diagnostics), "error"))
        case ReconcilerError():
            fail(str(error), trace=debug)
            return ended(error.exit_code, str(error).partition("\n")[0])
        case _ if debug:
            fail(f"{type(error).__name__}: {error}", trace=True)
        case _:
            fail(f"Something unforeseen went wrong ({type(error).__name__}). Run again with --debug to see where.")
    return ended(1, f"unforeseen {type(error).__name__}")


def misused(sentence: str, arguments: Sequence[str]) -> int:
    """Say what the parser found wrong with the command line, in the form that it asks for, and return the exit code."""
    from reconciler.cli.logs import start_logging
    from reconciler.core.errors import UsageError
    from reconciler.wiring import scrubber

    as_json = "--log-format=json" in arguments or ("--log-format", "json") in pairwise(arguments)
    start_logging(scrubber(), quiet=False, verbose=False, debug=False, as_json=as_json)
    ended = _explained(UsageError(sentence), debug=False)
    _say_last(ended)
    return ended.code


def _say_last(ended: "Exit") -> None:
    from reconciler.cli.logs import say
    from reconciler.report.words import exit_line

    say(
        f"reconciler: {exit_line(ended)}",
        level="error" if ended.code not in {0, 2, 8} else "info",
        exit_code=ended.code,
    )
