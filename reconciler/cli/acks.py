"""The option `--ack RULE`, which plan and apply share."""

from typing import Annotated

import typer

AckOption = Annotated[
    list[str] | None,
    typer.Option(metavar="RULE", help="Turn this refusal into a warning; apply needs the same. Repeatable."),
]


def acks_from(given: list[str] | None) -> frozenset[str]:
    """The acknowledged rules. Raises UsageError for a rule that can't be acknowledged."""
    from reconciler.core.errors import UsageError
    from reconciler.core.guard import ACKNOWLEDGEABLE

    acks = frozenset(given or ())
    if unknown := sorted(acks - ACKNOWLEDGEABLE):
        can = ", ".join(sorted(ACKNOWLEDGEABLE))
        raise UsageError(f"--ack: {', '.join(unknown)} can't be acknowledged. These can: {can}.")
    return acks
