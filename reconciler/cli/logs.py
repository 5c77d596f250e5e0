"""What goes to stderr: log lines, errors and the last line, as text or as JSON, escaped and without secrets."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TextIO

SAID: Final = 60
"""A level above all others: what even --quiet shows."""

_LOGGER: Final = logging.getLogger("reconciler")
_STEPS: Final = logging.getLogger("reconciler.steps")
_PREFIXES: Final = {"DEBUG": "debug: ", "WARNING": "warning: ", "ERROR": "error: ", "CRITICAL": "error: "}


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is now: a live display puts itself in between while it runs."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # the base class keeps a stream, we look it up
        return sys.stderr


class _Lines(logging.Formatter):
    """One message, escaped; further lines of it are indented, so that no value can pretend to be a message."""

    def __init__(self, scrub: Callable[[str], str], *, as_json: bool) -> None:
        super().__init__()
        self._scrub, self._as_json = scrub, as_json

    def format(self, record: logging.LogRecord) -> str:
        said = self._scrub(record.getMessage())
        trace = self._scrub(self.formatException(record.exc_info)) if record.exc_info else ""
        if self._as_json:
            return self._document(record, said, trace)
        from reconciler.report.escape import visible

        first, *rest = f"{said}\n{trace}".rstrip("\n").split("\n")
        return "\n".join(
            (_PREFIXES.get(record.levelname, "") + visible(first), *(f"    {visible(one)}" for one in rest))
        )

    @staticmethod
    def _document(record: logging.LogRecord, said: str, trace: str) -> str:
        document = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": getattr(record, "as_level", record.levelname.lower()),
            "logger": record.name,
            "message": said,
            **({"exit": record.exit} if hasattr(record, "exit") else {}),
            **({"traceback": trace} if trace else {}),
        }
        return json.dumps(document).replace("\x7f", "\\u007f")


def start_logging(scrub: Callable[[str], str], *, quiet: bool, verbose: bool, debug: bool, as_json: bool) -> None:
    """Send everything of ours to stderr; libraries stay silent, because their lines may hold tokens."""
    handler = _Stderr()
    handler.setFormatter(_Lines(scrub, as_json=as_json))
    _LOGGER.handlers[:] = [handler]
    _LOGGER.propagate = False
    level = logging.DEBUG if debug else logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING
    _LOGGER.setLevel(level)
    # How far a run is, is shown without asking for more; --quiet hides that too.
    _STEPS.setLevel(level if quiet else min(level, logging.INFO))
    logging.addLevelName(SAID, "INFO")
    logging.raiseExceptions = False
    # A library that warns writes past every filter of ours; its words help only who debugs.
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").handlers[:] = [handler] if debug else [logging.NullHandler()]
    logging.getLogger("py.warnings").propagate = False


def say(text: str, *, level: str = "info", exit_code: int | None = None) -> None:
    """Say something that is always shown, without a prefix; its further lines are indented."""
    extra: dict[str, object] = {"as_level": level}
    _LOGGER.log(SAID, "%s", text, extra=extra if exit_code is None else {**extra, "exit": exit_code})


def fail(text: str, *, trace: bool = False) -> None:
    """Say what went wrong, with the traceback of the error in flight where `trace` asks for it."""
    _LOGGER.error("%s", text, exc_info=trace)


def warn(text: str) -> None:
    """Say what is odd."""
    _LOGGER.warning("%s", text)


def step(text: str) -> None:
    """Say how far a run is."""
    _STEPS.info("%s", text)
