"""What is said to a tenant: questions, which may be repeated, and commands, which may not."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, JsonValue

from reconciler.core.values import Frozen, Row

Service = Literal["exo", "compliance"]
"""Exchange Online, and Security & Compliance: two hosts, two token audiences (wire.md 1.2)."""


class Answers(dict[str, tuple[Row, ...]]):
    """Complete answers by the name of their question; a question that is missing here was not asked, or not answered.

    `unanswered` has why, for each optional question that was asked in vain.
    """

    def __init__(
        self, rows: Mapping[str, tuple[Row, ...]] | None = None, unanswered: Mapping[str, str] | None = None
    ) -> None:
        """Keep both; neither is shared with what they were made of."""
        super().__init__(rows or {})
        self.unanswered = dict(unanswered or {})

    def joined(self, other: "Answers") -> "Answers":
        """These answers and those of a further round."""
        return Answers({**self, **other}, {**self.unanswered, **other.unanswered})


class Query(Frozen):
    """A question put as a reading cmdlet; `name` is what its kind calls the answer."""

    name: str
    service: Service
    cmdlet: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    optional: bool = False
    """Its kind can be judged without the answer."""
    absence_counts: bool = False
    """That the object is not there is an answer too, without rows; as a rule it is a failure like any other."""


class GraphQuery(Frozen):
    """A question put as a GET to Microsoft Graph; `path` starts with a slash, below the version."""

    name: str
    path: str
    optional: bool = False


class ReviewQuestion(Frozen):
    """Asks not the tenant but the place where policies are reviewed: who approved what a policy file says somewhere."""

    name: str
    file: str
    """The policy file, as people see it."""
    line: int
    """The line at which the item begins."""
    within: tuple[str, ...]
    """The keys that lead to the list which holds the item."""
    beside: tuple[str, ...]
    """Keys at the top of the document without which the item would mean something else."""

    @property
    def optional(self) -> bool:
        """Whoever asks can always judge without an answer: what nobody tells is not proven."""
        return True


TenantQuestion = Query | GraphQuery
Question = TenantQuestion | ReviewQuestion


class Command(Frozen):
    """One cmdlet that changes a tenant, exactly as it will be sent."""

    service: Service
    cmdlet: str
    parameters: dict[str, JsonValue]
