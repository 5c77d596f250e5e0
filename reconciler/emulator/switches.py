"""Every behaviour on which sources disagree or that a test may choose: default, allowed values and source."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

Value = str | int | bool


class SwitchError(ValueError):
    """A switch that does not exist, or a value that it does not take."""


def _choice(*values: str, about: str, source: str) -> str:
    return field(default=values[0], metadata={"allowed": values, "about": about, "source": source})


def _off(*, about: str, source: str) -> bool:
    return field(default=False, metadata={"allowed": (True, False), "about": about, "source": source})


def _on(*, about: str, source: str) -> bool:
    return field(default=True, metadata={"allowed": (True, False), "about": about, "source": source})


def _count(default: int, *, about: str, source: str) -> int:
    return field(default=default, metadata={"allowed": (), "about": about, "source": source})


@dataclass
class Switches:
    """One tenant's switches. Sources are the short names of docs/emulator.md."""

    # Routing and sign-in
    exo_redirect: bool = _off(about="the EXO front door sends on to a prefix host", source="ScubaGear")
    claims_challenge: bool = _off(about="the first request with a token gets a claims challenge", source="azure-auth")
    forbidden_body: str = _choice(
        "nul-gzip",
        "json",
        "json-401",
        about="body of a 403 (or its 401 form of 2021)",
        source="graph2otel; docs-ps#7970",
    )
    compliance_app_role: str = _choice(
        "own", "exo", "both", about="whose app role S&C asks for", source="docs-ps#13783; Clarity365; ScubaGear"
    )
    anchor_required: bool = _on(about="the S&C front door needs a usable anchor", source="Clarity365")
    audit_anchor: str = _choice(
        "any", "8cc370d3", about="mailbox that Set-AdminAuditLogConfig must be anchored to", source="CIPP"
    )
    alerts_on_exo: bool = _off(about="Get-ProtectionAlert is offered on EXO too", source="ScubaGear; Maester#2104")
    alerts_app_only: bool = _on(about="an app may call Get-ProtectionAlert", source="Clarity365; orca#332")
    security_admin_unblocks: bool = _on(
        about="Security Administrator may unblock app-only", source="RU-DOC; docs-ps app-only page"
    )

    device_code: str = _choice(
        "approve", "pending", "decline", "expire", about="what the person does at the browser", source="msal"
    )
    latency_ms: int = _count(0, about="milliseconds that each answer waits", source="graph2otel")
    concurrency_limit: int = _count(
        0, about="requests at once before the plain-text refusal; 0 is no limit", source="ExoHelper"
    )

    # Envelope
    empty_result: str = _choice("array", "null", "absent", about="`value` of an empty list", source="several clients")
    void_result: str = _choice("envelope", "no-content", about="answer of a void cmdlet", source="CIPP; ExoHelper")
    single_item_lists: str = _choice(
        "array", "scalar", about="a list with one item, or the bare item", source="DUMP26; module port"
    )
    annotations: str = _choice("all", "some", "none", about="rows that carry type annotations", source="graph2otel")
    malformed_key: bool = _off(about="one row has a malformed extra key", source="graph2otel")
    x_warnings: bool = _on(about="warnings stand in X-Warnings too", source="module port; azure-auth")
    date_style: str = _choice(
        "offset", "z", "none", about="dates end in +00:00, Z or no zone", source="go-exoscc; graph2otel; open point 3"
    )
    error_encoding: str = _choice(
        "default", "pipe", "excode", "json", about="spelling of details[].message", source="module port; go-exoscc"
    )
    numeric_details_code: bool = _off(about="details[].code is a number", source="module port")
    rate_limit_headers: str = _choice(
        "none", "3000", "30000", about="Rate-Limit-Limit header", source="graph2otel; go-exoscc; capture"
    )

    # Paging and batches
    next_link: str = _choice(
        "any",
        "post",
        "get",
        "expired",
        "foreign-host",
        about="how a nextLink is used",
        source="CIPP; go-exoscc; graph2otel",
    )
    page_size: int = _count(1000, about="rows of a page when Prefer does not say", source="module port")
    page_affinity: bool = _on(about="a page needs the first page's anchor or cookie", source="graph2otel; Q&A 1023619")
    result_size: str = _choice("client", "server", about="who honours ResultSize", source="module port; graph2otel")
    compliance_batch: bool = _off(about="S&C takes $batch", source="CIPP")
    shuffled_batch: bool = _on(about="batch answers come in another order", source="module port")

    # Parameters
    string_delta: bool = _on(about="StringFieldDeltaUpdateData is accepted", source="go-exoscc")

    # Alert policies
    default_policy_write: str = _choice(
        "refuse",
        "silent",
        "accept",
        about="a write to a system rule",
        source="docs-ps#3433; FIELD-DE; defender-docs PR 209",
    )
    default_policy_status: str = _choice("404", "400", about="HTTP status of that refusal", source="open point 5")
    remove_without_force: str = _choice(
        "refuse", "accept", about="Remove without ForceDeletion", source="M365DSC; EXO-DOC"
    )
    sixty_minute_window: bool = _on(about="TimeWindow 60 is accepted", source="M365DSC; CIPP; EXO-DOC")
    informational_severity: bool = _on(about="severity Informational is accepted", source="CIPP; EXO-DOC")

    # Restricted senders
    unblock_absent: str = _choice(
        "error", "silent", about="Remove of an address that is not blocked", source="open point 2"
    )
    unblock_limit: int = _count(0, about="unblocks an account may have; 0 is no limit", source="EXO-DOC")

    block_date_spelling: str = _choice(
        "Datetime", "DateTime", about="how CreatedDatetime and ChangedDatetime end", source="CIPP; RRL"
    )
    error_action_hides_blocks: bool = _on(
        about="Get-BlockedSenderAddress with ErrorAction falsely answers nothing", source="RRL"
    )

    # Organization and auditing
    lingering_dehydration: int = _count(
        0, about="refusals that go on after Enable-OrganizationCustomization", source="simuland#17"
    )

    # Visibility: a write is shown when both its seconds and its reads have passed
    alerts_after_seconds: int = _count(0, about="seconds until a policy write shows", source="go-msadmin; AP-DOC")
    alerts_after_reads: int = _count(0, about="reads that still show the old policies", source="go-msadmin")
    senders_after_seconds: int = _count(0, about="seconds until an unblock shows", source="RU-DOC")
    senders_after_reads: int = _count(0, about="reads that still show the old list", source="go-msadmin")
    audit_after_seconds: int = _count(0, about="seconds until an audit write shows", source="AUD-DOC; docs#7669")
    audit_after_reads: int = _count(0, about="reads that still show the old flag", source="go-msadmin")

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "Switches":
        """Defaults with `values` laid over them; raises SwitchError for what is unknown."""
        switches = cls()
        switches.update(values)
        return switches

    def update(self, values: Mapping[str, object]) -> None:
        """Set several switches, or none of them when one is refused with SwitchError."""
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Value]:
        """Give every switch with its present value."""
        return asdict(self)


def describe() -> list[dict[str, object]]:
    """List every switch with default, allowed values, meaning and source, for documentation and tests."""
    return [{"name": one.name, "default": one.default, **one.metadata} for one in fields(Switches)]


def _checked(name: str, value: object) -> Value:
    known = {one.name: one for one in fields(Switches)}
    if name not in known:
        raise SwitchError(f"There is no switch {name!r}. Known ones: {', '.join(known)}.")
    allowed: tuple[Value, ...] = known[name].metadata["allowed"]
    if not allowed:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise SwitchError(f"The switch {name!r} takes a whole number from 0, not {value!r}.")
    for one in allowed:
        # A number in YAML may stand for the choice that is spelled with the same digits, but never for a boolean.
        if (type(value) is type(one) and value == one) or (type(value) is int and str(value) == one):
            return one
    raise SwitchError(f"The switch {name!r} takes {', '.join(map(str, allowed))}, not {value!r}.")
