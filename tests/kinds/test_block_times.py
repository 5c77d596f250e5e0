"""When a block began and last changed: what does not tell is unknown, and the latest review counts."""

import pytest

from reconciler.core.request import Answers
from reconciler.core.values import Row, stamp
from reconciler.kinds.restricted_sender import KIND
from tests.kinds.given import DAY, NOW, changes, rules, scoped


def entry(**values):
    """An approval of the block that began two days ago."""
    of = {"address": "alice@contoso.com", "blocked_before": stamp(NOW - DAY), "expires": "2026-11-27"}
    return of | {"approved_by": "lead@contoso.com", "reason": "Password reset"} | values


def section(*entries):
    """A section with these approvals."""
    return {"unblock": list(entries)}


def block(**values) -> Row:
    """A row of Get-BlockedSenderAddress."""
    start = stamp(NOW - 2 * DAY)
    return {
        "SenderAddress": "alice@contoso.com",
        "Reason": "",
        "CreatedDatetime": start,
        "ChangedDatetime": start,
    } | values


def answers(*rows):
    """The list of blocked senders."""
    return Answers({"blocked-senders": rows})


@pytest.mark.parametrize(
    "start", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "2026-11-19", "2026-W47-4", 1763539200]
)
def test_a_start_that_does_not_tell_when_is_unknown(start):
    """The year 1 is how .NET writes a time that is not set, and a day alone may be after the review."""
    when = answers(block(CreatedDatetime=start))

    assert ({"unknown-start": "held"}, ()) == (
        rules(scoped(KIND, section(entry()), when)),
        changes(KIND, section(entry()), when),
    )


def test_the_latest_review_decides_what_changed_since():
    """Of several approvals that cover a block, one that was written after its last change is enough."""
    reviewed = [entry(), entry(blocked_before=stamp(NOW - DAY / 2))]
    row = block(ChangedDatetime=stamp(NOW - DAY * 3 / 4))

    assert {"block-changed": "warning"} == rules(scoped(KIND, section(entry()), answers(row)))
    assert {} == rules(scoped(KIND, section(*reviewed), answers(row)))
