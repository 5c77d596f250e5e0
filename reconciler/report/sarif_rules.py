"""The rules of a SARIF log: what each word means, what to do about it, and how grave it is as a rule."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

from reconciler.core.change import Level
from reconciler.core.rules import RULES
from reconciler.report.point import Grade

SarifLevel = Literal["none", "note", "warning", "error"]
LEVELS: Final[dict[Grade, SarifLevel]] = {
    "blocker": "error",
    "critical": "error",
    "major": "warning",
    "minor": "warning",
    "info": "note",
}
_OF_FINDINGS: Final[dict[Level, SarifLevel]] = {
    "refusal": "error", "held": "warning", "overdue": "warning", "warning": "warning",
    "converging": "note", "accepted": "note", "info": "note",
}  # fmt: skip


class _Word(NamedTuple):
    means: str
    remedy: str
    level: SarifLevel


_LOOK: Final = "see the reason in the message"
_OURS: Final = {
    "change-create": _Word("An object that policies want is missing", "review the plan, then apply it", "note"),
    "change-update": _Word("An object is not as policies want it", "review the plan, then apply it", "note"),
    "change-delete": _Word(
        "An object is there that policies want removed", "review the plan, then apply it", "warning"
    ),
    "drift": _Word(
        "A field is not as policies want it", "apply, accept the difference, or change the policy", "warning"
    ),
    "unreadable": _Word("A part of the tenant could not be read, so nothing is known of it", _LOOK, "error"),
    "manual": _Word("A step that only a person can take in the portal", "take the step", "warning"),
    "apply-applied": _Word("A change was made and read back", "nothing", "note"),
    "apply-unchanged": _Word("There was nothing to change any more", "nothing", "note"),
    "apply-converging": _Word("A change was made and is not visible yet", "wait", "note"),
    "apply-manual": _Word("A change that only a person can make in the portal", "take the step", "warning"),
    "apply-held": _Word("A change was held", _LOOK, "warning"),
    "apply-skipped": _Word("A change was not begun", _LOOK, "warning"),
    "apply-failed": _Word("A change failed", _LOOK, "error"),
    "policy-error": _Word("The policy files are wrong", "correct the file", "error"),
    "policy-warning": _Word("Something odd in the policy files", "see whether it is meant", "warning"),
}
"""Words of ours that are no rule of a finding."""
_STOPPED: Final = _Word("A tenant's run ended before all was done", "see docs/exit-codes.md for the word", "error")
_KNOWN: Final = {one.word: _Word(one.means, one.remedy, _OF_FINDINGS[one.severity]) for one in RULES} | _OURS


def described(words: Iterable[str]) -> list[JsonValue]:
    """Each word as a reporting descriptor, in the same order."""
    return [_descriptor(word, _KNOWN.get(word, _STOPPED)) for word in words]


def _descriptor(word: str, known: _Word) -> JsonValue:
    means, remedy = f"{known.means}.", known.remedy
    return {
        "id": word,
        "shortDescription": {"text": means},
        "fullDescription": {"text": means},
        "help": {"text": f"{means} What to do: {remedy}."},
        "defaultConfiguration": {"level": known.level},
    }
