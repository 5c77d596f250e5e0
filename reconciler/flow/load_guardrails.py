"""The guardrails document: its keys, and the values that they may have."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from reconciler.core.values import Frozen, clean_name, fold_name, is_mailbox
from reconciler.facts.limits import EVIDENCE_CHECKS, TENANT_ADMINS
from reconciler.flow.load_models import Domain, wrong

_WHOLE: Final = 1_000_000
_NAMED: Final = 3
"""Letters that a pattern of variables must name: a bare `*` would allow any secret."""


def _limit(most: int) -> AfterValidator:
    def check(value: int) -> int:
        if not 1 <= value <= most:
            raise wrong(f"A limit of {value} can't be.", f"Write a whole number from 1 to {most}.")
        return value

    return AfterValidator(check)


def _recipient(text: str) -> str:
    folded = fold_name(text)
    if folded == TENANT_ADMINS.casefold():
        return TENANT_ADMINS
    if not is_mailbox(folded):
        raise wrong("This is no mailbox.", f"Write it as name@example.com, or {TENANT_ADMINS}.")
    return folded


def _policy(text: str) -> str:
    return clean_name(text) or _refuse("The name is empty.", "Write the name of an alert policy.")


def _evidence(text: str) -> str:
    known = ", ".join(f"`{name}`" for name in EVIDENCE_CHECKS)
    return text if text in EVIDENCE_CHECKS else _refuse("There is no such check of evidence.", f"Write one of {known}.")


def _variable(text: str) -> str:
    known = text.replace("*", "").replace("_", "")
    if len(known) < _NAMED or not (known.isalnum() and known.isascii()):
        _refuse("This names no environment variables.", "Write a name such as `CORP_SECRET` or `CORP_*`.")
    return text


def _refuse(summary: str, detail: str) -> str:
    raise wrong(summary, detail)


def _some(values: list[str]) -> list[str]:
    return sorted(set(values)) or [_refuse("The list is empty.", "Name at least one, or remove the key.")]


Check = Annotated[str, AfterValidator(_evidence), Field(json_schema_extra={"enum": [*EVIDENCE_CHECKS]})]
Number = Annotated[int, _limit(_WHOLE), Field(json_schema_extra={"minimum": 1, "maximum": _WHOLE})]
Percent = Annotated[int, _limit(100), Field(json_schema_extra={"minimum": 1, "maximum": 100})]


class CountRule(Frozen):
    """A ceiling as a number, as a share in per cent, or as both."""

    count: Number | None = None
    percent: Percent | None = None


class UnblockRule(Frozen):
    """Ceilings of unblocks."""

    per_run: Number | None = None
    per_sender_30d: Number | None = None


class RecipientRule(Frozen):
    """Who may be told, and who must be."""

    allowed_domains: Annotated[list[Domain], AfterValidator(_some)] | None = None
    require_one_of: Annotated[list[Annotated[str, AfterValidator(_recipient)]], AfterValidator(_some)] | None = None


class ApprovalRule(Frozen):
    """How old an approval may be, and how it is proven."""

    max_age_days: Number | None = None
    verify: Literal["gitlab"] | None = None
    min: Number | None = None


class EvidenceRule(Frozen):
    """Checks that an unblock needs, and those that an entry may waive."""

    require: list[Check] | None = None
    waivable: list[Check] | None = None


class DaysRule(Frozen):
    """A longest time."""

    max_days: Number | None = None


class GuardrailsFile(Frozen):
    """A guardrails document."""

    kind: Literal["guardrails"]
    max_changes: CountRule | None = None
    max_tenants: CountRule | None = None
    max_unblocks: UnblockRule | None = None
    protected: list[Annotated[str, AfterValidator(_policy)]] | None = None
    recipients: RecipientRule | None = None
    approvals: ApprovalRule | None = None
    evidence: EvidenceRule | None = None
    acceptances: DaysRule | None = None
    pauses: DaysRule | None = None
    credentials: list[Annotated[str, AfterValidator(_variable)]] | None = None
