"""Rows of a tenant: whatever stands in them, a kind gives objects and findings, or an error of reading; never a crash."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.diff import diff
from reconciler.core.errors import ReconcilerError
from reconciler.core.kind import Moment
from reconciler.core.request import Answers
from reconciler.kinds import KINDS
from tests.flow.fakes import block, default, row
from tests.fuzz.mutate import ends, fuzzed, mutated
from tests.fuzz.test_policies import FILES
from tests.load.given import loaded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEEPEST = 60
"""Answers with deeper rows are refused before they come to a kind."""
ROUNDS = 4
AUDIT = {
    "UnifiedAuditLogIngestionEnabled": False,
    "AdminAuditLogEnabled": True,
    "Guid": "01d00000-0000-4000-8000-000000000009",
}
MARK = "reconciler-companion:7a4e7306-bbcb-401f-b112-8ca5f798a230"
ROWS = {
    "alert-policy": [
        default(),
        row("Inbox rule forwards outside"),
        row("Old custom policy", "01d00000-0000-4000-8000-000000000003"),
        row("Companion", "01d00000-0000-4000-8000-000000000002", Comment=MARK),
    ],
    "restricted-sender": [block()],
    "audit-log": [AUDIT],
}
AT = "2026-11-21T09:00:00Z"
PERSON = {
    "PrimarySmtpAddress": "alice@contoso.com",
    "EmailAddresses": ["SMTP:alice@contoso.com", "smtp:al@contoso.com"],
    "ExternalDirectoryObjectId": "a11ce000-0000-4000-8000-0000000000a1",
    "UserPrincipalName": "alice@contoso.com",
    "ForwardingAddress": "Help desk",
    "ForwardingSmtpAddress": "smtp:collector@fabrikam.example",
    "id": "a11ce000-0000-4000-8000-0000000000a1",
    "accountEnabled": True,
    "lastPasswordChangeDateTime": AT,
    "signInSessionsValidFromDateTime": AT,
    "onPremisesSyncEnabled": None,
    "createdDateTime": "2026-11-19T09:00:00Z",
    "isMfaRegistered": True,
    "riskState": "remediated",
    "Name": "Newsletters",
    "Enabled": True,
    "ForwardTo": ['"Collector" [SMTP:collector@fabrikam.example]'],
    "MoveToFolder": "RSS Feeds",
    "DomainName": "contoso.com",
}
"""Every property that evidence looks at, in one row: an answer to any of its questions."""


@pytest.fixture(scope="module")
def desired(tmp_path_factory):
    """Contoso, as the policies want it."""
    files = {name: FILES[name] for name in ("contoso.yaml", "ours.yaml", "guardrails.yaml")}
    return loaded(tmp_path_factory.mktemp("rows"), files)["contoso"]


def kept(rows) -> tuple:
    """The rows as the wire would hand them on: it lets nothing else than objects through."""
    return tuple(one for one in rows if isinstance(one, dict)) if isinstance(rows, list) else ()


@fuzzed
@given(st.sampled_from(KINDS), st.sampled_from(["lists", "needed", "everything"]), st.data())
def test_any_row(desired, kind, depth, data):
    """Any value in any property of any row, in any answer of any round: a diff, or an error with a sentence."""
    moment = Moment(NOW, NOW, desired.guardrails, depth=depth)
    rows = kept(data.draw(mutated(ROWS[kind.name], deepest=DEEPEST)))
    more = kept(data.draw(mutated([PERSON], deepest=DEEPEST)))
    answers = Answers({question.name: rows for question in kind.query()})
    wanted = tuple(one for one in desired.wanted if one.kind == kind.name)

    def planned() -> None:
        told = answers
        for _ in range(ROUNDS):
            asked = {question.name: more for question in kind.follow_up(wanted, told, moment)}
            told = Answers({**asked, **told})
        diff(kind.match(desired.tenant, wanted, told, moment).pairs)

    ends(planned, ReconcilerError)
