"""Small values that the ledger's tests are made of."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, make_url, text

from reconciler.core.change import Change
from reconciler.core.history import Ending, Holder, Lease
from reconciler.core.request import Command

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CONTOSO, FABRIKAM = "6f0c1d3e-0000-4000-8000-000000000001", "6f0c1d3e-0000-4000-8000-000000000002"
COMMAND = Command(
    service="exo", cmdlet="Remove-BlockedSenderAddress", parameters={"SenderAddress": "alice@contoso.com"}
)


def alert(name="Alarm", *, via="api", before=None, after=None):
    """A change of an alert policy."""
    return Change(
        address=f"contoso/alert-policy/{name}", kind="alert-policy", action="update", via=via, ref="id",
        before=before or {"enabled": False}, after=after or {"enabled": True},
    )  # fmt: skip


def unblock(sender="alice@contoso.com", since="2026-11-20T07:12:00Z"):
    """The lifting of a block."""
    return Change(
        address=f"contoso/restricted-sender/{sender}", kind="restricted-sender", action="delete", via="api", ref=sender,
        before={"address": sender, "blocked_since": since}, after=None, commands=(COMMAND,),
    )  # fmt: skip


def begun(ledger, at=NOW):
    """A run of apply."""
    return ledger.open_run("apply", at, at, "sha256:00")


def taken(ledger, tenant=CONTOSO, at=NOW):
    """A run of apply that has a tenant to itself."""
    run = begun(ledger, at)
    assert isinstance(ledger.lock(run, tenant), Lease)
    return run


def ended(ledger, number, state="answered", message="said", *, at=NOW, settled=False):
    """The end of a write, as far as it is known."""
    ledger.finish((Ending(write=number, state=state, message=message, settled=settled),), at)


def wrote(ledger, change, *, at=NOW, state="answered", tenant=CONTOSO, settled=False):
    """A write from beginning to end, in a run of its own."""
    run = begun(ledger, at)
    lease = ledger.lock(run, tenant)
    while isinstance(lease, Holder):  # another thread or process of the same test is at work
        lease = ledger.lock(run, tenant)
    number = ledger.start(run, tenant, change, at)
    ended(ledger, number, state, at=at, settled=settled)
    ledger.unlock(lease)
    return number


@contextmanager
def rows_of(url):
    """A function that asks the database behind the ledger's back."""
    engine = create_engine(make_url(url))
    try:
        with engine.begin() as connection:
            yield (
                lambda words: (
                    [tuple(row) for row in connection.execute(text(words))]
                    if words[:6] == "SELECT"
                    else connection.execute(text(words))
                )
            )
    finally:
        engine.dispose()
