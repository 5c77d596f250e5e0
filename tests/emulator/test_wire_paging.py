"""Pages: how they are asked for, what they depend on, and when they expire."""

import httpx
import pytest

from tests.emulator.wire_client import ANCHOR, CONTOSO, REGIONAL, Wire

BODY = {"CmdletInput": {"CmdletName": "Get-ProtectionAlert", "Parameters": {}}}
PREFER = "odata.maxpagesize=25"


def first(wire: Wire, **changes: str | None) -> httpx.Response:
    """Read the first page of alert policies and forget the cookie."""
    answer = wire.alerts(prefer=PREFER, **changes)
    wire.http.cookies.clear()
    return answer


def further(wire: Wire, link: str, method: str = "POST", **changes: str | None) -> httpx.Response:
    """Ask for the page behind a link."""
    body = BODY if method == "POST" else None
    return wire.http.request(method, link, json=body, headers=wire.headers(REGIONAL, prefer=PREFER, **changes))


def expired(answer: httpx.Response) -> bool:
    """Tell whether an answer is the refusal of a page."""
    return answer.status_code == 400 and "Expired or Invalid pagination request" in answer.text


def test_the_wanted_page_size_is_honoured(wire: Wire):
    """`Prefer: odata.maxpagesize` cuts the list and gives a link on the same host."""
    found = first(wire).json()

    assert 25 == len(found["value"])
    assert found["@odata.nextLink"].startswith(
        f"https://{REGIONAL}/adminapi/beta/{CONTOSO}/InvokeCommand?%24skiptoken="
    )


def test_all_pages_together_are_the_whole_list(wire: Wire):
    """Posting the same body to each link gives every row once."""
    whole = [row["Guid"] for row in wire.alerts().json()["value"]]
    page = first(wire).json()
    rows = page["value"]
    while "@odata.nextLink" in page:
        page = further(wire, page["@odata.nextLink"]).json()
        rows += page["value"]

    assert whole == [row["Guid"] for row in rows]


def test_without_a_wish_the_switch_decides(wire: Wire):
    """The service's own page size is a switch."""
    wire.switch(page_size=10)

    assert 10 == len(wire.alerts().json()["value"])


def test_a_page_by_get(wire: Wire):
    """By switch the link is fetched by GET, and POST is refused."""
    wire.switch(next_link="get")
    link = first(wire).json()["@odata.nextLink"]

    assert expired(further(wire, link))
    assert 25 == len(further(wire, link, "GET").json()["value"])


def test_another_body_is_no_page_of_this_answer(wire: Wire):
    """What is posted to a link must be what was asked first."""
    link = first(wire).json()["@odata.nextLink"]
    other = {"CmdletInput": {"CmdletName": "Get-ProtectionAlert", "Parameters": {"Identity": "x"}}}

    assert expired(wire.http.post(link, json=other, headers=wire.headers(REGIONAL, prefer=PREFER)))


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_by_default_both_ways_to_a_page_work(wire: Wire, method: str):
    """go-exoscc gets what five others post, and all of them are answered."""
    assert 25 == len(further(wire, first(wire).json()["@odata.nextLink"], method).json()["value"])


def test_get_is_refused_where_post_works(wire: Wire):
    """Five clients post the same body; by switch nothing else works (module port, CIPP)."""
    wire.switch(next_link="post")

    assert expired(further(wire, first(wire).json()["@odata.nextLink"], "GET"))


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_links_that_never_work(wire: Wire, method: str):
    """graph2otel never got a second page."""
    wire.switch(next_link="expired")

    assert expired(further(wire, first(wire).json()["@odata.nextLink"], method))


def test_a_page_needs_the_anchor_or_the_cookie(wire: Wire):
    """A request without either reaches another backend, which does not know the cursor."""
    answer = wire.alerts(prefer=PREFER)
    cookie = answer.headers["set-cookie"].split(";")[0]
    wire.http.cookies.clear()
    link = answer.json()["@odata.nextLink"]

    assert expired(further(wire, link, x_anchormailbox=None))
    assert expired(further(wire, link, x_anchormailbox="UPN:someone@contoso.onmicrosoft.com"))
    assert 200 == further(wire, link, x_anchormailbox=None, cookie=cookie).status_code
    assert 200 == further(wire, link, x_anchormailbox=ANCHOR).status_code


def test_a_page_that_needs_nothing(wire: Wire):
    """With the switch off every backend knows every cursor."""
    wire.switch(page_affinity=False)

    assert 200 == further(wire, first(wire).json()["@odata.nextLink"], x_anchormailbox=None).status_code


def test_a_custom_domain_in_the_anchor_serves_page_one_only(wire: Wire):
    """With contoso.com the first page works and the second is refused."""
    anchor = "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@contoso.com"
    page = first(wire, x_anchormailbox=anchor)

    assert 200 == page.status_code
    assert expired(further(wire, page.json()["@odata.nextLink"], x_anchormailbox=anchor))


def test_cursors_expire(wire: Wire):
    """After half an hour a link is worth nothing; the control endpoint makes it so."""
    link = first(wire).json()["@odata.nextLink"]
    wire.http.post(f"{wire.emulator.proxy_url}/_emulator/expire-pages")

    assert expired(further(wire, link))


def test_a_link_on_a_foreign_host(wire: Wire):
    """By switch the link names a host that must never see the token; it cannot be reached from here."""
    wire.switch(next_link="foreign-host")
    link = first(wire).json()["@odata.nextLink"]

    assert REGIONAL not in link
    with pytest.raises(httpx.ProxyError):
        wire.http.post(link, json=BODY)


def test_select_goes_on_over_pages(wire: Wire):
    """The second page is trimmed as the first."""
    page = wire.alerts(prefer=PREFER, query="?$select=Name").json()

    assert {"Name"} == set(further(wire, page["@odata.nextLink"]).json()["value"][0])


@pytest.mark.parametrize(("style", "count", "more"), [("client", 3, False), ("server", 1, True)])
def test_result_size_is_the_clients_or_the_servers(wire: Wire, *, style: str, count: int, more: bool):
    """The module cuts the list itself; graph2otel saw the server do it, with a link and a warning."""
    wire.switch(result_size=style)

    found = wire.run("Get-Mailbox", {"ResultSize": 1}).json()

    assert (count, more, more) == (len(found["value"]), "@odata.nextLink" in found, bool(found["@adminapi.warnings"]))


def test_pages_are_counted_as_reads_of_their_cmdlet(wire: Wire):
    """A page fetched by GET says no cmdlet; it is counted as the one that it continues."""
    wire.switch(next_link="get")
    further(wire, first(wire).json()["@odata.nextLink"], "GET")

    assert 2 == wire.emulator.counts(tenant="contoso", kind="read", name="Get-ProtectionAlert")
