"""Names, addresses and times are canonical once they are built."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.values import clean_name, fold_name, is_mailbox, lookup, stamp, utc


def test_names_are_equal_whatever_hides_in_them():
    """Five default names end in an invisible U+200B, and documents differ from the service in case."""
    assert fold_name("Email messages removed after delivery\u200b ") == fold_name(
        "email Messages removed after delivery"
    )
    assert clean_name("\ufeffUser restricted\u200b") == "User restricted"


@pytest.mark.parametrize("text", ["a@x.example", "no-reply+1@sub.x.example", "O'Brien@x.example".replace("'", "-")])
def test_addresses_are_mailboxes(text):
    """An ordinary address is one, in any case."""
    assert is_mailbox(text)
    assert is_mailbox(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@x.example",
        "a@@x.example",
        "a b@x.example",
        "a@x.example,b@x.example",
        "a@-x.example",
        "<a@x.example>",
        "a@x..example",
        "TenantAdmins",
    ],
)
def test_what_is_none_is_none(text):
    """One mailbox, with a domain that has a dot; nothing else."""
    assert not is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T09:00:00Z",
        "2026-11-20T09:00:00.0000000+00:00",
        "2026-11-20T10:00:00+01:00",
        "2026-11-20T09:00:00",
        "/Date(1795165200000)/",
        " 2026-11-20T09:00:00.0000Z ",
    ],
)
def test_one_instant_has_many_spellings(text):
    """Seven digits, zones, no zone (which is UTC) and the old form of PowerShell are one instant."""
    assert utc(text) == datetime(2026, 11, 20, 9, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_stamp_reads_back(instant):
    """Written and read, an instant is the same."""
    assert utc(stamp(instant)) == instant


@given(st.text() | st.integers().map("/Date({})/".format))
def test_a_bad_time_is_only_a_value_error(text):
    """Whatever the service says for a date, nothing but ValueError comes of it."""
    try:
        read = utc(text)
    except ValueError:
        return

    assert read.tzinfo == UTC


def test_properties_are_found_in_any_case():
    """The service spells `CreatedDatetime` in more than one way."""
    assert lookup({"createdDateTime": "x"}, "CreatedDatetime") == "x"
    assert lookup({}, "CreatedDatetime") is None
