"""What is said to a tenant: questions, which may be repeated, and commands, which may not."""

from typing import Literal

from pydantic import Field, JsonValue

from reconciler.core.values import Frozen, Row

Service = Literal["exo", "compliance"]
"""Exchange Online, and Security & Compliance: two hosts, two token audiences (wire.md 1.2)."""

Answers = dict[str, tuple[Row, ...]]
"""Complete answers by the name of their question; a question that is missing here was not asked."""


class Query(Frozen):
    """A question put as a reading cmdlet; `name` is what its kind calls the answer."""

    name: str
    service: Service
    cmdlet: str
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class GraphQuery(Frozen):
    """A question put as a GET to Microsoft Graph; `path` starts with a slash, below the version."""

    name: str
    path: str


Question = Query | GraphQuery


class Command(Frozen):
    """One cmdlet that changes a tenant, exactly as it will be sent."""

    service: Service
    cmdlet: str
    parameters: dict[str, JsonValue]
