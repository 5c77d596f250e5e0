"""What the ledger remembers of messages: by channel and tenant, replaced as a whole, and let go of on request."""

import pytest

from reconciler.adapters.ledger import open_archive
from reconciler.adapters.ledger.notices import open_notices
from reconciler.core.errors import LedgerError
from reconciler.core.notice import Memory
from tests.ledger.things import CONTOSO, DAY, FABRIKAM, NOW, begun, rows_of
from tests.notify.things import told

ALICE = "contoso/restricted-sender/alice@contoso.com"
ONE, TWO = told(), told(ALICE, "blocked", desired=False, actual=True, state="manual", severity="warning")


@pytest.fixture
def notices(url):
    """A new memory of messages."""
    opened = open_notices(url)
    yield opened
    opened.close()


def test_a_ledger_that_is_not_there_was_told_nothing(notices):
    """And asking makes none."""
    assert Memory() == notices.told("secops")


def test_what_was_told_comes_back(notices):
    """By tenant, with any text and value, and with the time of the last message."""
    strange = told("contoso/alert-policy/a\udc80\x00b", "enabled", actual={"threshold": 3, "window": None}, doubt=True)
    notices.tell("secops", {CONTOSO: (ONE, strange), FABRIKAM: (TWO,)}, NOW, sent=True)

    assert Memory(told={CONTOSO: (ONE, strange), FABRIKAM: (TWO,)}, at=NOW) == notices.told("secops")


def test_nothing_is_wanted_and_nothing_found(notices):
    """What is not set comes back as not set."""
    nothing = told(desired=None, actual=None)
    notices.tell("secops", {CONTOSO: (nothing,)}, NOW, sent=False)

    assert Memory(told={CONTOSO: (nothing,)}) == notices.told("secops")


def test_a_tenant_is_replaced_as_a_whole_and_others_stay(url, notices):
    """So the tables stay as small as what is open."""
    notices.tell("secops", {CONTOSO: (ONE, TWO), FABRIKAM: (ONE,)}, NOW, sent=True)
    notices.tell("secops", {CONTOSO: (TWO,)}, NOW + DAY, sent=False)
    notices.tell("secops", {FABRIKAM: ()}, NOW + DAY, sent=True)

    assert Memory(told={CONTOSO: (TWO,)}, at=NOW + DAY) == notices.told("secops")
    with rows_of(url) as ask:
        assert [[(1,)], [(1,)]] == [ask(f"SELECT count(*) FROM {one}") for one in ("notices", "channels")]


def test_channels_know_nothing_of_each_other(notices):
    """What one was told another may still have to hear."""
    notices.tell("secops", {CONTOSO: (ONE,)}, NOW, sent=True)

    assert Memory() == notices.told("mail")


def test_a_forgotten_person_is_taken_out_of_messages_too(url, notices):
    """Out of addresses and of values, like everywhere else."""
    named = told(field="notifications.recipients", actual=["secops@contoso.com", "Alice@contoso.com"])
    notices.tell("secops", {CONTOSO: (named, TWO)}, NOW, sent=True)
    archive = open_archive(url)
    count = archive.forget("alice@contoso.com", NOW)
    archive.close()

    assert (2, False) == (count, "alice" in str(notices.told("secops")).lower())
    assert 2 == len(notices.told("secops").told[CONTOSO])


def test_pruning_lets_go_of_what_was_told_long_ago(url, ledger, notices):
    """Channels and tenants that are gone leave nothing; what is still so is told once more."""
    notices.tell("old", {CONTOSO: (ONE,)}, NOW, sent=True)
    notices.tell("new", {CONTOSO: (ONE,)}, NOW + 40 * DAY, sent=True)
    begun(ledger, NOW + 41 * DAY)
    archive = open_archive(url)
    archive.prune(31 * DAY)
    archive.close()

    assert (Memory(), {CONTOSO: (ONE,)}) == (notices.told("old"), notices.told("new").told)


def test_a_ledger_that_can_not_be_used_says_so(tmp_path):
    """Whoever asks decides what to do without it."""
    (tmp_path / "ledger.db").write_bytes(b"no database " * 1000)
    broken = open_notices(f"sqlite:///{tmp_path / 'ledger.db'}")

    with pytest.raises(LedgerError):
        broken.told("secops")
    with pytest.raises(LedgerError):
        broken.tell("secops", {}, NOW, sent=True)
    broken.close()
