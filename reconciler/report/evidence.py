"""The evidence of one sender as lines of a report: each check, its verdict, and what is missing."""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from reconciler.core.values import Fields
from reconciler.report.page import Fact, Piece, Tone
from reconciler.report.words import value

VERDICTS: Final[dict[str, Tone]] = {"pass": "good", "fail": "error", "unknown": "warning", "waived": "warning"}


def evidence_facts(sender: Fields) -> Iterator[Fact]:
    """What a listed sender has of evidence, and when it was unblocked before."""
    for one in _mappings(sender.get("unblocked")):
        text = f"{value(one.get('unblocked'))}, of the block since {value(one.get('blocked_since'))}"
        yield Fact("unblocked before", (Piece(text, "warning"),))
    for one in _mappings(sender.get("evidence")):
        verdict = str(one.get("verdict"))
        pieces = [Piece(verdict, VERDICTS.get(verdict, "plain"))]
        pieces += [Piece("(required)", "muted")] if one.get("required") is True else []
        pieces += [Piece(value(reason))] if (reason := one.get("reason")) else []
        yield Fact(str(one.get("check")), tuple(pieces))


def _mappings(found: JsonValue) -> list[Fields]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
