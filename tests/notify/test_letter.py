"""What a message says: the verdict first, each difference once, and values of policies and tenants only as text."""

import re
from html import unescape

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.notice import Notice, Transition
from reconciler.report.notice import letter
from tests.notify.things import ADDRESS, EVIL, notice, told

ROOM = 16_000
NAMES = [f"tenant-{number:03}" for number in range(41)]


def first(text):
    """The first line of a body."""
    return text.splitlines()[0]


def test_the_title_is_the_verdict():
    """The tenant, or how many there are, and how much of what; unreadable is a word of its own."""
    unread = told("contoso/audit-log", "", state="unreadable", desired=None, actual="no answer")
    both = (*notice(told(), unread).news, *notice(told("fabrikam/audit-log"), what="closed").news)

    assert [
        "contoso: 1 opened",
        "contoso: 1 opened, 1 unreadable",
        "contoso: 1 readable again",
        "2 tenants: 1 opened, 1 unreadable, 1 closed",
        "nothing new; 4 open in 2 tenants; 1 tenant could not be read completely",
        "nothing new; nothing is open",
    ] == [
        letter(one, "text", ROOM).title
        for one in (
            notice(told()),
            notice(told(), unread),
            notice(unread, what="closed"),
            Notice(news=both),
            Notice(open=4, tenants=2, unread=1),
            Notice(),
        )
    ]


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (told(), "- opened, critical: contoso/alert-policy/Alarm, enabled: wanted on, found off"),
        (
            told(field="notifications.recipients", desired=["a@contoso.com", "b@contoso.com"], actual=["b@contoso.com", "x@evil.example"]),
            "- opened, critical: contoso/alert-policy/Alarm, notifications.recipients: missing a@contoso.com, not wanted x@evil.example",
        ),
        (
            told(field="present", severity="warning", state="manual", desired=True),
            "- opened, warning: contoso/alert-policy/Alarm, present: missing, and should be there, only the portal can mend it",
        ),
        (
            told("contoso/audit-log", "", state="unreadable", desired=None, actual="no answer in 60 s"),
            "- unreadable: contoso/audit-log: no answer in 60 s",
        ),
    ],
)  # fmt: skip
def test_a_line_says_what_was_wanted_and_what_was_found(one, line):
    """Of a list the members that differ; of a whole object whether it is there."""
    assert line == first(letter(notice(one), "text", ROOM).body)


def test_a_change_says_what_was_before():
    """The value, the severity, and that somebody accepted it."""
    was = told(actual=None, severity="warning")
    changed = Transition(what="changed", tenant="contoso", now=told(), was=was)
    accepted = Transition(what="changed", tenant="contoso", now=told(state="accepted"), was=told())

    assert [
        "- changed, critical: contoso/alert-policy/Alarm, enabled: wanted on, found off, before (not set), was warning",
        "- changed, critical: contoso/alert-policy/Alarm, enabled: wanted on, found off, accepted by the policies",
    ] == [first(letter(Notice(news=(one,)), "text", ROOM).body) for one in (changed, accepted)]


def test_the_same_in_many_tenants_is_told_once():
    """With how many there are and the first of their names; what differs in one of them stands alone."""
    items = [told(f"{name}/alert-policy/Alarm") for name in NAMES]
    odd = told("tenant-007/alert-policy/Alarm", actual=None)
    body = letter(notice(*items[:7], odd, *items[8:], open=41, tenants=41), "text", ROOM).body

    assert [
        "- opened, critical: alert-policy/Alarm, enabled: wanted on, found off (the same in 40 tenants: tenant-000, tenant-001, tenant-002 and 37 more)",
        "- opened, critical: tenant-007/alert-policy/Alarm, enabled: wanted on, found (not set)",
        "",
        "41 open in 41 tenants.",
    ] == body.splitlines()


def test_a_message_is_bounded_in_lines_and_in_characters():
    """The most pressing twenty, and how many more there are; in a small room fewer, and never more than fit."""
    many = notice(*(told(f"contoso/alert-policy/{number:02}") for number in range(51)), open=51, tenants=1)
    wide, small, tiny = (letter(many, "text", room) for room in (ROOM, 300, 90))

    assert (20, "- and 31 more") == (wide.body.count("opened, critical"), wide.body.splitlines()[20])
    assert (3, "- and 48 more") == (small.body.count("opened, critical"), small.body.splitlines()[3])
    assert "51 in all, which do not fit here" == first(tiny.body)
    assert all(len(one.title) + len(one.body) <= room for one, room in ((wide, ROOM), (small, 300), (tiny, 90)))


def test_what_is_left_out_is_counted_in_every_tenant():
    """A line that stands for two tenants counts as two where there is no room for it."""
    shared = [told(f"{name}/alert-policy/{number:02}") for name in NAMES[:2] for number in range(21)]

    assert "- and 2 more" == letter(notice(*shared), "text", ROOM).body.splitlines()[20]


def test_the_gravest_comes_first():
    """Overdue before opened before closed; critical before info."""
    news = (
        *notice(told(f"{ADDRESS} 1"), what="closed").news,
        *notice(told(f"{ADDRESS} 2", severity="info"), told(f"{ADDRESS} 3")).news,
        *notice(told(f"{ADDRESS} 4", state="overdue", severity="info"), what="overdue").news,
    )

    assert ["4", "3", "2", "1"] == re.findall(r"Alarm (\d)", letter(Notice(news=news), "text", ROOM).body)


@pytest.mark.parametrize(
    ("made", "tone"),
    [
        (notice(told()), "failure"),
        (notice(told(severity="warning"), told(f"{ADDRESS} 2", severity="info")), "warning"),
        (notice(told(severity="info")), "info"),
        (notice(told(state="accepted"), what="changed"), "info"),
        (notice(told(), what="closed"), "success"),
        (notice(told(), what="closed", open=1, tenants=1), "info"),
        (Notice(), "success"),
        (Notice(open=1, tenants=1), "info"),
    ],
)
def test_the_tone_is_that_of_the_gravest(made, tone):
    """Only what is wrong now counts; good news are good only where nothing else is open."""
    assert tone == letter(made, "text", ROOM).tone


@given(st.text(max_size=80) | st.just(EVIL))
def test_a_plain_message_mentions_nobody_and_leads_nowhere(text):
    """Whatever a name, a value or a reason holds: no mention, no address of a page, no line of its own."""
    made = letter(notice(told(f"contoso/alert-policy/{text}", actual=text)), "text", ROOM)

    assert [] == re.findall(r"(?<![\w.+%-])@\w|://|\]\(|\bwww\.", made.body, re.IGNORECASE)
    assert 3 == len(made.body.splitlines())


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=80) | st.just(EVIL))
def test_a_markdown_message_renders_to_itself(text):
    """To a parser that is not ours every value is text: no element but those of our own lines."""
    item = told(f"contoso/alert-policy/{text}", actual=text)
    html = cmarkgfm.github_flavored_markdown_to_html(letter(notice(item), "markdown", ROOM).body)
    plain = letter(notice(item), "text", ROOM).body

    assert {"ul", "li", "strong", "p"} == set(re.findall(r"<(\w+)", html))
    assert plain.split() == f"- {unescape(re.sub('<[^>]*>', '', html))}".split()
