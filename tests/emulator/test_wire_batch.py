"""`$batch`: ten items, each with its own status, in any order, on Exchange Online only."""

from typing import Any

import httpx
import pytest

from tests.emulator.wire_client import CONTOSO, EXO, REGIONAL, Wire

GOING_ON = "odata.continue-on-error"


def item(
    name: object, cmdlet: str, host: str = EXO, headers: dict[str, str] | None = None, **parameters: object
) -> dict[str, Any]:
    """Give one item of a batch."""
    body = {"CmdletInput": {"CmdletName": cmdlet, "Parameters": parameters}}
    url = f"https://{host}/adminapi/beta/{CONTOSO}/InvokeCommand"
    return {"id": str(name), "method": "POST", "url": url, "headers": headers or {}, "body": body}


def send(wire: Wire, items: list[dict[str, Any]], host: str = EXO, prefer: str | None = GOING_ON) -> httpx.Response:
    """Post a batch."""
    return wire.post("$batch", {"requests": items}, host=host, prefer=prefer)


def statuses(answer: httpx.Response) -> dict[str, int]:
    """Give each item's status by id."""
    return {one["id"]: one["status"] for one in answer.json()["responses"]}


def test_each_item_has_its_own_status(wire: Wire):
    """200 for the whole, 200, 400 and 403 for the parts."""
    wire.switch(forbidden_body="json")
    items = [
        item("a", "Get-BlockedSenderAddress"),
        item("b", "Get-BlockedSenderAddress", Nonsense=1),
        item("c", "Get-Nothing"),
    ]

    answer = send(wire, items)

    assert (200, {"a": 200, "b": 400, "c": 403}) == (answer.status_code, statuses(answer))


def test_an_item_has_its_body(wire: Wire):
    """The rows stand in the item's body."""
    found = send(wire, [item(1, "Get-BlockedSenderAddress", SenderAddress="bob@contoso.com")]).json()["responses"][0]

    assert ["bob@contoso.com"] == [row["SenderAddress"] for row in found["body"]["value"]]


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 400)])
def test_ten_items_at_most(wire: Wire, count: int, status: int):
    """More than ten are refused as a whole."""
    assert status == send(wire, [item(at, "Get-BlockedSenderAddress") for at in range(count)]).status_code


@pytest.mark.parametrize("shuffled", [True, False])
def test_answers_come_in_any_order(wire: Wire, *, shuffled: bool):
    """Shuffled by default: in a few tries the order differs; without the switch it never does."""
    wire.switch(shuffled_batch=shuffled)
    items = [item(at, "Get-AcceptedDomain") for at in range(10)]
    wanted = [one["id"] for one in items]

    orders = [[one["id"] for one in send(wire, items).json()["responses"]] for _ in range(5)]

    assert shuffled == any(order != wanted for order in orders)
    assert all(sorted(order) == wanted for order in orders)


def test_a_failure_stops_the_rest_unless_told_otherwise(wire: Wire):
    """Without continue-on-error nothing after the first failure is answered."""
    items = [item("a", "Get-BlockedSenderAddress", Nonsense=1), item("b", "Get-BlockedSenderAddress")]

    assert {"a": 400} == statuses(send(wire, items, prefer=None))


def test_an_item_has_its_own_pages(wire: Wire):
    """An item's Prefer cuts its list, and its link works by POST."""
    found = send(wire, [item("a", "Get-Mailbox", headers={"Prefer": "odata.maxpagesize=2"})]).json()["responses"][0][
        "body"
    ]
    link = found["@odata.nextLink"]

    rest = wire.http.post(link, json=item("a", "Get-Mailbox")["body"], headers=wire.headers(EXO))

    assert (2, 1) == (len(found["value"]), len(rest.json()["value"]))


def test_a_link_of_an_item_is_followed_in_another_batch(wire: Wire):
    """CIPP puts the continuations, with the same bodies, into a new batch."""
    wanted = item(1, "Get-Mailbox", headers={"Prefer": "odata.maxpagesize=2"})
    first = send(wire, [wanted]).json()["responses"][0]["body"]
    second = send(wire, [{**wanted, "url": first["@odata.nextLink"]}]).json()["responses"][0]["body"]

    assert 3 == len({row["PrimarySmtpAddress"] for row in (*first["value"], *second["value"])})
    assert "@odata.nextLink" not in second


def test_an_item_may_name_the_tenant_by_its_domain(wire: Wire):
    """As InvokeCommand itself; a text that is no address is not found."""
    by_domain = {**item(1, "Get-Mailbox"), "url": f"https://{EXO}/AdminApi/beta/contoso.onmicrosoft.com/InvokeCommand"}

    assert {"1": 200, "2": 404} == statuses(send(wire, [by_domain, {**item(2, "Get-Mailbox"), "url": "http://[bad"}]))


def test_items_go_to_the_same_tenant_only(wire: Wire):
    """An item with another URL is not found."""
    stray = item("a", "Get-BlockedSenderAddress") | {"url": f"https://{EXO}/adminapi/beta/fabrikam.com/InvokeCommand"}

    assert {"a": 404} == statuses(send(wire, [stray]))


@pytest.mark.parametrize(("on", "status"), [(False, 404), (True, 200)])
def test_compliance_takes_no_batch(wire: Wire, *, on: bool, status: int):
    """Nobody has seen one there; a switch allows it."""
    wire.switch(compliance_batch=on)

    assert status == send(wire, [item("a", "Get-ProtectionAlert", host=REGIONAL)], host=REGIONAL).status_code


def test_items_are_counted_by_cmdlet(wire: Wire):
    """The batch counts once, and each item as a read or write."""
    send(wire, [item("a", "Get-BlockedSenderAddress"), item("b", "get-mailbox")])

    counts = [wire.emulator.counts(tenant="contoso", kind=kind) for kind in ("batch", "read", "write")]
    assert [1, 2, 0] == counts
