"""The frame of policy documents: what tenants, baselines and acceptances say beside the sections of the kinds."""

import re
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from reconciler.core.resource import Auth, Cloud, Method
from reconciler.core.values import Frozen

_GUID: Final = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_NAME: Final = r"[a-z0-9][a-z0-9-]{0,62}"
_DOMAIN: Final = r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]"
_ENVIRONMENT: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_FIELD: Final = r"[a-z_]+(\.[a-z_]+)*"
_DATE: Final = r"\d{4}-\d{2}-\d{2}"


def wrong(summary: str, detail: str) -> PydanticCustomError:
    """The error that a validator raises: what is wrong, and what to write instead."""
    return PydanticCustomError("policy", "{summary} {detail}", {"summary": summary, "detail": detail})


def _form(pattern: str, summary: str, detail: str) -> AfterValidator:
    """A validator of text that must have a form from its first to its last character."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise wrong(summary, detail)
        return text

    return AfterValidator(check)


def _schema(pattern: str) -> object:
    return Field(json_schema_extra={"pattern": f"^({pattern})$"})


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise wrong("There is no such day.", "Write a date of the calendar as 2026-11-27.") from error
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise wrong("The text is empty.", "Write it for the person who reads this next year.")
    return text


Name = Annotated[
    str,
    _form(_NAME, "This is no name.", "Write 1 to 63 of a-z, 0-9 and `-`, beginning with a letter or a digit."),
    _schema(_NAME),
]
Guid = Annotated[
    str,
    _form(_GUID, "This is not a GUID.", "Write it as 6f0c1d3e-0000-4000-8000-000000000001."),
    AfterValidator(str.lower),
    _schema(_GUID),
]
Domain = Annotated[
    str,
    _form(_DOMAIN, "This is not a domain.", "Write it as contoso.onmicrosoft.com."),
    AfterValidator(str.lower),
    _schema(_DOMAIN),
]
Variable = Annotated[
    str,
    _form(_ENVIRONMENT, "This is not the name of an environment variable.", "Write a name; never the secret itself."),
    _schema(_ENVIRONMENT),
]
Label = Annotated[
    str,
    _form(r"[^=\s]+", "This is no label.", "Write it without blanks and without `=`, so that --selector can name it."),
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(_said), Field(json_schema_extra={"pattern": r"\S"})
]
Day = Annotated[
    str, _form(_DATE, "This is not a date.", "Write it as 2026-11-27."), AfterValidator(_day), _schema(_DATE)
]
FieldPath = Annotated[
    str,
    _form(_FIELD, "This is not the path of a field.", "Write it as `notifications.recipients`, or `present`."),
    _schema(_FIELD),
]

_USES: Final[dict[Method, frozenset[str]]] = {
    "secret": frozenset({"client_id", "secret_env"}),
    "certificate": frozenset({"client_id", "certificate_path_env", "certificate_password_env"}),
    "federated": frozenset({"client_id", "token_env"}),
    "managed-identity": frozenset({"client_id"}),
    "device-code": frozenset({"client_id"}),
}
"""The keys that each way to sign in uses; the environment's own names stand in for those that are not written."""


class AuthFile(Frozen):
    """Where to find a tenant's credential."""

    method: Method
    client_id: Guid | None = None
    secret_env: Variable | None = None
    certificate_path_env: Variable | None = None
    certificate_password_env: Variable | None = None
    token_env: Variable | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if unused := sorted(self.model_fields_set - {"method"} - _USES[self.method]):
            names = " and ".join(f"`{name}`" for name in unused)
            raise wrong(f"The method `{self.method}` does not use {names}.", "Remove it, or write another method.")
        return self

    def variables(self) -> dict[str, str]:
        """The environment variables that it names, by key."""
        named = self.model_dump(exclude_none=True)
        return {key: value for key, value in named.items() if key.endswith("_env")}

    def auth(self) -> Auth:
        """The same as the product's own value."""
        return Auth(**self.model_dump())


class TenantFile(Frozen):
    """The frame of a tenant document."""

    kind: Literal["tenant"]
    name: Name
    tenant_id: Guid
    domain: Domain
    cloud: Cloud = "worldwide"
    labels: dict[Label, str] = Field(default_factory=dict)
    mode: Literal["apply", "plan-only"] = "apply"
    auth: AuthFile | None = None
    extends: list[Name] = Field(default_factory=list)


class BaselineFile(Frozen):
    """The frame of a baseline document."""

    kind: Literal["baseline"]
    name: Name
    extends: list[Name] = Field(default_factory=list)


class AcceptanceFile(Frozen):
    """One accepted difference."""

    tenant: Name
    address: Text
    field: FieldPath
    value: JsonValue
    owner: Text
    reason: Text
    until: Day


class AcceptancesFile(Frozen):
    """A document of accepted differences."""

    kind: Literal["acceptances"]
    acceptances: list[AcceptanceFile | None]
    """None stands for an entry that is wrong; no file may write it."""
