"""The options that every command has, and how their text becomes values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Final, Literal, cast

import typer

Format = Literal["text", "json", "markdown", "html"]

_YEARS: Final = (1970, 9000)
"""The first year that `--now` takes and the first that it does not: clocks and plans still count on from there."""
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION: Final = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?")


@dataclass(frozen=True, slots=True)
class Options:
    """The common options as they were given."""

    policies: Path | None = None
    tenant: tuple[str, ...] = ()
    selector: tuple[str, ...] = ()
    format: Format = "text"
    output: Path | None = None
    no_color: bool = False
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    log_format: Literal["text", "json"] = "text"
    parallelism: int = 8
    now: str | None = None

    def labels(self) -> dict[str, str]:
        """The labels of all `--selector` options. Raises UsageError for one that is no `key=value`."""
        return dict(pair("--selector", one) for one in self.selector)

    def time(self) -> datetime | None:
        """The time of `--now`, UTC. Raises UsageError for text that is no time."""
        from reconciler.core.errors import UsageError
        from reconciler.core.values import utc

        if self.now is None:
            return None
        try:
            now = utc(self.now)
        except (ValueError, OverflowError) as error:
            raise UsageError(f"--now: {self.now!r} is no time. Write it like 2026-11-20T09:00:00Z.") from error
        if not _YEARS[0] <= now.year < _YEARS[1]:
            raise UsageError(f"--now: {self.now!r} is out of reach. Write a time from {_YEARS[0]} to {_YEARS[1] - 1}.")
        return now


def _common(
    *,
    policies: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of policy files [env: RECONCILER_POLICIES; default: policies]."),
    ] = None,
    tenant: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only tenants with this name; * and ? work. Repeatable.")
    ] = None,
    selector: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only tenants with this label. Repeatable.")
    ] = None,
    format: Annotated[Format, typer.Option(help="Form of the result.")] = "text",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the result to this file instead of stdout.")
    ] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour [env: NO_COLOR].")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only errors and the last line on stderr.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="More: each step, and the cmdlets of a plan.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Everything, with tracebacks.")] = False,
    log_format: Annotated[Literal["text", "json"], typer.Option(help="Form of the lines on stderr.")] = "text",
    parallelism: Annotated[int, typer.Option(metavar="N", min=1, max=256, help="Tenants worked on side by side.")] = 8,
    now: Annotated[
        str | None, typer.Option(metavar="TIME", help="Judge by this time, such as 2026-11-20T09:00:00Z.")
    ] = None,
) -> None:
    """Hold the common options: typer reads them from this signature."""


COMMON: Final[Mapping[str, Parameter]] = {
    name: one.replace(kind=Parameter.KEYWORD_ONLY) for name, one in signature(_common).parameters.items()
}


def options_from(given: dict[str, object]) -> Options:
    """Take the common options out of everything that typer parsed."""
    found = {one.name: given.pop(one.name) for one in fields(Options)}
    lists = {name: tuple(cast("list[str] | None", found[name]) or ()) for name in ("tenant", "selector")}
    return Options(**(found | lists))  # type: ignore[arg-type] # typer has checked each against _common


def pair(option: str, text: str) -> tuple[str, str]:
    """The two sides of `key=value`. Raises UsageError if one is missing."""
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        from reconciler.core.errors import UsageError

        raise UsageError(f"{option}: {text!r} is no KEY=VALUE.")
    return key, value


def duration(option: str, text: str, *, zero: bool = False) -> timedelta:
    """A length of time such as 24h, 90m or 1h30m. Raises UsageError for anything else, and for none unless `zero`."""
    from reconciler.core.errors import UsageError

    match = _DURATION.fullmatch(text.strip().lower())
    parts = match.groups() if match else ()
    if not any(parts):
        raise UsageError(f"{option}: {text!r} is no length of time. Write it like 30s, 90m, 24h, 7d or 1h30m.")
    length = timedelta(**{unit: int(part) for unit, part in zip(_UNITS.values(), parts, strict=True) if part})
    if not length and not zero:
        raise UsageError(f"{option}: it must be longer than nothing.")
    return length
