"""One call of the command line: its options and settings, the way to its ports, and the way out for its result."""

import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from reconciler.cli import logs
from reconciler.cli.files import ready, silence
from reconciler.cli.options import Options
from reconciler.cli.tally import Tally
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.wiring import Settings, open_archive, read_policies, run_ports, settings_from, write_whole

if TYPE_CHECKING:
    from reconciler.core.notice import Route
    from reconciler.core.records import Timeline
    from reconciler.core.resource import Desired
    from reconciler.flow.ports import Ports
    from reconciler.report.context import Context
    from reconciler.report.formats import Result

Stream = Literal["stdout", "stderr"]


class Invocation:
    """What a command is given: it asks for policies and ports, and hands back a result."""

    def __init__(self, options: Options, environment: Mapping[str, str] | None = None) -> None:
        """Check the common options. Raises UsageError."""
        self.options = options
        self.settings: Settings = settings_from(
            environment,
            policies=options.policies,
            now=options.time(),
            parallelism=options.parallelism,
            no_color=options.no_color,
        )
        self.labels = options.labels()
        self.fleet = 0
        self.stored = False
        self.desired: tuple[Desired, ...] = ()
        self.routes: Mapping[str, Route] = {}
        self.documents: dict[str, str] = {}
        self.begun = time.monotonic()
        self.tally = Tally()
        self.output = ready("--output", options.output) if options.output else None

    def policies(self) -> tuple["Desired", ...]:
        """The desired state of the tenants that the options ask for; warnings of the files go to stderr.

        Raises PolicyError with every fault, UsageError where nothing matches.
        """
        loaded = read_policies(self.settings)
        for one in loaded.diagnostics:
            logs.warn(
                f"{one.range.filename}:{one.range.start.line}: {one.summary} {one.detail}" if one.range else str(one)
            )
        self.fleet, self.routes = len(loaded.desired), loaded.routes
        self.documents = {one.tenant.name: one.tenant.origin.file for one in loaded.desired if one.tenant.origin}
        self.desired = self.chosen(loaded.desired)
        return self.desired

    def chosen(self, desired: tuple["Desired", ...]) -> tuple["Desired", ...]:
        """The tenants of `--tenant` and `--selector`; a pattern that matches no tenant is a UsageError."""
        from reconciler.core.resource import selects

        for glob in self.options.tenant:
            if not any(selects(one.tenant, (glob,), {}) for one in desired):
                known = ", ".join(sorted(one.tenant.name for one in desired)[:10])
                raise UsageError(f"--tenant: no tenant is called {glob!r}. Known here: {known}.")
        found = tuple(one for one in desired if selects(one.tenant, self.options.tenant, self.labels))
        if not found:
            raise UsageError("--selector: no tenant has these labels. They stand under `labels:` of each tenant.")
        return found

    @contextmanager
    def ports(self) -> Iterator["Ports"]:
        """The ports of this run, with progress shown and signals heeded until the end of the block."""
        from reconciler.cli.progress import progress
        from reconciler.cli.signals import stoppable

        stop = threading.Event()
        options = self.options
        plain = options.quiet or options.verbose or options.debug or options.log_format == "json"
        live = not (plain or self.settings.in_ci or self.settings.no_color)
        detailed = options.verbose or options.debug
        with (
            stoppable(stop),
            progress(self.settings.environment, self.tally, live=live, detailed=detailed) as shown,
            run_ports(self.settings, shown, stop, logs.say) as ports,
        ):
            yield ports

    def emit(self, result: "Result", reports: Mapping[str, Path] | None = None) -> None:
        """Print or write the result once, in the format asked for, and each report beside it."""
        from reconciler.report.formats import REPORTS, printed

        form, verbose = self.options.format, self.options.verbose
        context = self.context(result, drawn=form == "html" or "html" in (reports or {}))
        for kind, path in (reports or {}).items():
            write_whole(path, REPORTS[kind].write(result, context))
        if form == "text" and not self.output:
            self.show(result)
        else:
            self.put(printed(result, form, context, verbose=verbose))

    def context(self, result: "Result", *, drawn: bool = False) -> "Context":
        """What reports of a result say of this call; `drawn` asks the ledger for drift over time too."""
        from reconciler import __version__
        from reconciler.core.budget import unblocks_left
        from reconciler.report.context import Context
        from reconciler.report.formats import command_of

        fixed = self.settings.now
        at = fixed or datetime.now(UTC)
        return Context(
            command=command_of(result),
            at=at,
            version=__version__,
            stored=self.stored,
            folder=Path.cwd(),
            files=self.documents,
            policies=self.settings.policies.as_posix(),
            seconds=None if fixed else time.monotonic() - self.begun,
            throttled=self.tally.throttled,
            budgets=unblocks_left(self.desired, result),
            timeline=self._timeline(result, at) if drawn else None,
        )

    def _timeline(self, result: "Result", at: datetime) -> "Timeline | None":
        from reconciler.core.outcome import Drift
        from reconciler.flow.timeline import timeline

        return timeline(result, open_archive(self.settings), at) if isinstance(result, Drift) else None

    def show(self, result: "Result", *, to: Stream = "stdout") -> None:
        """Print the result as text: in a terminal's width and colours, plain elsewhere."""
        from reconciler.report.formats import folded
        from reconciler.report.text import text

        stream = sys.stdout if to == "stdout" else sys.stderr
        page = folded(result, verbose=self.options.verbose)
        if stream.isatty():
            from reconciler.report.terminal import print_page

            print_page(page, stream, self.settings.environment, colour=not self.settings.no_color)
            stream.flush()
        else:
            _write(text(page), stream)

    def put(self, text: str) -> None:
        """Write finished text to the file of `--output`, else to stdout."""
        if self.output:
            write_whole(self.output, text)
        else:
            _write(text, sys.stdout)

    def refuse_past(self) -> None:
        """Raise UsageError for a `--now` before the machine's time: nothing may be written by an old clock."""
        if self.settings.now is not None and self.settings.now < datetime.now(UTC):
            raise UsageError("--now: apply writes to tenants, so it takes no time before the machine's.")


def _write(text: str, stream: TextIO) -> None:
    """Write and flush; a reader who has left changes nothing of how the command ends."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except (OSError, ValueError) as error:  # a full disk; ValueError: a stream that is closed
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ReconcilerError(f"The result can't be written: {why.rstrip('.')}. Choose another place.") from error
