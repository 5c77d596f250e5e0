"""Lists that come in pages: every page, whichever way pages work, or none at all."""

import pytest

from reconciler.adapters.links import same_place
from reconciler.core.errors import ReadError
from tests.wire.stage import CONTOSO, EXO, alerts, blocked, seed

COUNT = 2_500
LINK = f"https://{EXO}/adminapi/beta/{CONTOSO}/InvokeCommand?%24skiptoken=abc"
LIST = {"when": {"service": "exo"}}


@pytest.mark.parametrize("style", ["post", "get"])
@pytest.mark.parametrize("affinity", [True, False])
def test_pages_by_post_and_by_get(start, connect, style, affinity):
    """The whole list arrives, each sender once, whichever way a page is asked for."""
    emulator = start(seed=seed(COUNT, switches={"next_link": style, "page_affinity": affinity}))
    rows = connect(emulator).ask(blocked())

    assert [f"user{n:04d}@contoso.com" for n in range(COUNT)] == [row["SenderAddress"] for row in rows]


def test_pages_cost_one_request_each_once_the_way_is_known(start, connect):
    """Where GET works, POST is tried in vain for the first page only."""
    emulator = start(seed=seed(COUNT, switches={"next_link": "get"}))
    connect(emulator).ask(blocked())

    assert 1 + 2 + 1 == emulator.counts(kind="read")


def test_pages_on_a_regional_host(start, connect):
    """Security & Compliance pages stay on the region's host and keep the anchor."""
    rules = [f"Rule {n:04d}" for n in range(1_100)]
    emulator = start(seed=seed(0, dlp=rules))

    assert 1_100 < len(connect(emulator).ask(alerts()))


def test_pages_that_never_work(start, connect):
    """If no page can be turned the list is unreadable: what was read of it is not used."""
    emulator = start(seed=seed(COUNT, switches={"next_link": "expired"}))

    with pytest.raises(
        ReadError, match=r"Get-BlockedSenderAddress.*further pages.*Expired or Invalid pagination request"
    ):
        connect(emulator).ask(blocked())
    assert 9 == emulator.counts(kind="read")


def test_a_short_list_needs_no_pages(start, connect):
    """Where pages never work, a list that fits into one is read all the same."""
    emulator = start(seed=seed(900, switches={"next_link": "expired"}))

    assert 900 == len(connect(emulator).ask(blocked()))


def test_a_page_that_expired_once(start, connect):
    """The list is read again from its first page, and no sender is there twice."""
    emulator = start(seed=seed(COUNT), faults=[LIST | {"nth": [3, 4], "do": "expired-page"}])
    rows = connect(emulator).ask(blocked())

    assert COUNT == len(rows) == len({row["SenderAddress"] for row in rows})


def test_one_large_page_as_the_last_resort(start, connect):
    """After two walks in vain the list is asked for in one piece."""
    first = {"do": "answer", "body": {"value": [{"SenderAddress": "x@contoso.com"}], "@odata.nextLink": LINK}}
    faults = [LIST | {"nth": [1, 4]} | first, LIST | {"nth": [2, 3, 5, 6], "do": "expired-page"}]
    emulator = start(seed=seed(3), faults=faults)

    assert 3 == len(connect(emulator).ask(blocked()))


@pytest.mark.parametrize(
    "url",
    [
        "https://attacker.example/adminapi/beta/x/InvokeCommand?%24skiptoken=1",
        f"http://{EXO}/adminapi/beta/x/InvokeCommand",
        f"https://{EXO}:8443/adminapi/beta/x/InvokeCommand",
        f"https://me@{EXO}/adminapi/beta/x/InvokeCommand",
        f"https://{EXO}.attacker.example/",
        "not a link",
    ],
)
def test_a_link_that_leads_elsewhere(start, connect, url):
    """Nothing is sent to another host, scheme or port, and the list is not used."""
    emulator = start(seed=seed(3), faults=[LIST | {"do": "foreign-next-link", "url": url}])

    with pytest.raises(ReadError, match="another host"):
        connect(emulator).ask(blocked())
    assert 1 == emulator.counts(kind="read")


def test_a_foreign_host_by_switch(start, connect):
    """The same where the service itself names a foreign host."""
    with pytest.raises(ReadError, match="another host"):
        connect(start(seed=seed(COUNT, switches={"next_link": "foreign-host"}))).ask(blocked())


def test_a_link_that_repeats_itself(start, connect):
    """Pages that lead back to themselves are an error, not an endless list."""
    emulator = start(seed=seed(3), faults=[LIST | {"do": "answer", "body": {"value": [], "@odata.nextLink": LINK}}])

    with pytest.raises(ReadError, match="do not come to an end"):
        connect(emulator).ask(blocked())
    assert 2 == emulator.counts(kind="read")


def test_a_page_may_be_throttled(start, connect, clock):
    """Patience holds for pages too."""
    emulator = start(seed=seed(COUNT), faults=[LIST | {"nth": 2, "do": "throttle", "retry_after": 3}])

    assert (COUNT, [3.0]) == (len(connect(emulator).ask(blocked())), clock.waits)


@pytest.mark.parametrize(
    ("link", "same"),
    [
        (LINK, True),
        (LINK.replace(EXO, f"{EXO}:443"), True),
        (LINK.replace(EXO, EXO.upper()), True),
        (LINK.replace("https", "HTTPS"), True),
        (LINK.replace(EXO, f"{EXO}\\@attacker.example"), False),
        (LINK.replace(EXO, f"attacker.example\\@{EXO}"), False),
        (LINK.replace(EXO, f"{EXO}:"), True),
        (LINK.replace(EXO, f"{EXO}:99999"), False),
        (f"//{EXO}/x", False),
        (LINK + "\n", False),
        (LINK.replace("outlook", "out\tlook"), False),
        ("https://[::1", False),
    ],
)
def test_links_are_compared_with_care(link, same):
    """What parsers read differently is refused."""
    assert same == same_place(link, f"https://{EXO}/adminapi")
