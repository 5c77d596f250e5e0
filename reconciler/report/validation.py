"""What `validate` found, as its document and as a page."""

from typing import Final, Literal

from reconciler.core.errors import Diagnostic
from reconciler.core.outcome import Exit, ended
from reconciler.core.values import Frozen
from reconciler.report.page import Page, Piece, Tile, Tone
from reconciler.report.words import counted

_TONES: Final[dict[str, Tone]] = {"error": "error", "warning": "warning"}


class Validation(Frozen):
    """The result of `validate`, in the form that Terraform's editors and hooks know."""

    format: Literal[1] = 1
    valid: bool
    error_count: int
    warning_count: int
    diagnostics: tuple[Diagnostic, ...] = ()
    exit: Exit


def validation(diagnostics: tuple[Diagnostic, ...], refused: tuple[Diagnostic, ...] = ()) -> Validation:
    """The result over all diagnostics; one error makes the policies invalid.

    `refused` is about values that break a guardrail: errors with an exit of their own, warnings if acknowledged.
    """
    invalid, broken = (sum(one.severity == "error" for one in some) for some in (diagnostics, refused))
    told, errors = (*refused, *diagnostics), invalid + broken
    return Validation(
        valid=not errors,
        error_count=errors,
        warning_count=len(told) - errors,
        diagnostics=told,
        exit=_exit(invalid, broken),
    )


def _exit(invalid: int, broken: int) -> Exit:
    if invalid:
        return ended(3, counted(invalid, "error"))
    return ended(4, f"{counted(broken, 'value')} refused by a guardrail") if broken else ended(0)


def validation_page(result: Validation) -> Page:
    """The page of a validation: each diagnostic as `file:line:col: severity: what`, as editors read it."""
    counts = f"{counted(result.error_count, 'error')}, {counted(result.warning_count, 'warning')}"
    return Page(
        title="Validate",
        verdict=f"The policies are {'valid' if result.valid else 'not valid'}: {counts}.",
        tone="good" if result.valid else "error",
        tiles=(Tile(result.error_count, "errors", "error"), Tile(result.warning_count, "warnings", "warning")),
        lines=tuple(Piece(str(one), _TONES[one.severity]) for one in result.diagnostics),
    )
