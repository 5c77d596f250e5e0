"""Throttle and time: every accident on order, before or after the work was done."""

import json
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from reconciler.emulator import Emulator
from reconciler.emulator.faults import FaultError
from tests.emulator.wire_client import LOGIN, Wire

ALICE = {"SenderAddress": "alice@contoso.com"}


def blocked(wire: Wire) -> int:
    """Count the restricted senders."""
    wire.emulator.faults.clear()
    return len(wire.run("Get-BlockedSenderAddress").json()["value"])


@pytest.mark.parametrize(("sent", "spelled"), [(7, "7"), (0.5, "0.5"), (None, None)])
def test_throttled_with_every_kind_of_retry_after(wire: Wire, sent: float | None, spelled: str | None):
    """429 says when to come back as a whole number, a fraction, or not at all."""
    wire.fault("throttle", retry_after=sent)

    answer = wire.run("Get-BlockedSenderAddress")

    assert (429, spelled) == (answer.status_code, answer.headers.get("retry-after"))


def test_throttled_until_a_date(wire: Wire):
    """Retry-After may be an HTTP date."""
    wire.fault("throttle", retry_after={"date_in": 30})

    moment = parsedate_to_datetime(wire.run("Get-BlockedSenderAddress").headers["retry-after"])
    assert 20 < moment.timestamp() - time.time() <= 30


@pytest.mark.parametrize("status", [429, 503, 200])
def test_the_concurrency_answer_is_plain_text(wire: Wire, status: int):
    """Its status is not fixed; its text is."""
    wire.fault("concurrency", status=status)

    answer = wire.run("Get-BlockedSenderAddress")

    assert status == answer.status_code
    assert answer.text.startswith("You have reached the maximum number of concurrent requests per tenant")


@pytest.mark.parametrize("status", [503, 504])
@pytest.mark.parametrize(("body", "empty"), [("html", False), ("empty", True)])
def test_unavailable_with_html_or_nothing(wire: Wire, *, status: int, body: str, empty: bool):
    """503 and 504 come with a page or without a body."""
    wire.fault("unavailable", status=status, body=body)

    answer = wire.run("Get-BlockedSenderAddress")

    assert (status, empty) == (answer.status_code, answer.text == "")


def test_a_directory_hiccup(wire: Wire):
    """500 with ADTransientException."""
    wire.fault("ad-transient")

    answer = wire.run("Get-BlockedSenderAddress")

    assert (500, "ADTransientException") == (answer.status_code, answer.headers["x-exceptiontype"])


@pytest.mark.parametrize(("after", "left"), [(True, 1), (False, 2)])
def test_a_bad_gateway_before_or_after_the_work(wire: Wire, *, after: bool, left: int):
    """502 tells nothing about whether the sender was unblocked."""
    wire.fault("bad-gateway", after=after)

    assert 502 == wire.run("Remove-BlockedSenderAddress", ALICE).status_code
    assert left == blocked(wire)


@pytest.mark.parametrize(("after", "left"), [(True, 1), (False, 2)])
def test_a_dropped_connection_before_or_after_the_work(wire: Wire, *, after: bool, left: int):
    """A connection that ends without an answer tells nothing either."""
    wire.fault("drop", after=after, when={"cmdlet": "Remove-BlockedSenderAddress"})

    with pytest.raises(httpx.TransportError):
        wire.run("Remove-BlockedSenderAddress", ALICE)
    assert left == blocked(wire)


def test_a_slow_answer_outlasts_a_client(wire: Wire):
    """The client gives up; the work is done all the same."""
    wire.fault("slow", seconds=0.5, when={"kind": "write"})
    headers, body = (
        wire.headers("outlook.office365.com"),
        {"CmdletName": "Remove-BlockedSenderAddress", "Parameters": ALICE},
    )
    url = "https://outlook.office365.com/adminapi/beta/contoso.com/InvokeCommand"

    with pytest.raises(httpx.ReadTimeout):
        wire.http.post(url, json={"CmdletInput": body}, headers=headers, timeout=0.2)

    ends = time.monotonic() + 5
    while blocked(wire) == 2 and time.monotonic() < ends:
        pass
    assert 1 == blocked(wire)


def test_malformed_json(wire: Wire):
    """The body breaks off in the middle."""
    wire.fault("malformed-json")

    with pytest.raises(json.JSONDecodeError):
        wire.run("Get-BlockedSenderAddress").json()


def test_a_foreign_next_link(wire: Wire):
    """One answer names a link on a host that must not get the token."""
    wire.fault("foreign-next-link", url="https://user@collector.attacker.example/x")

    assert "https://user@collector.attacker.example/x" == wire.run("Get-BlockedSenderAddress").json()["@odata.nextLink"]


def test_an_expired_page(wire: Wire):
    """The page refusal on demand."""
    wire.fault("expired-page")

    assert "Expired or Invalid pagination request" in wire.run("Get-BlockedSenderAddress").text


def test_a_claims_challenge_once(wire: Wire):
    """A single request is challenged."""
    wire.fault("claims-challenge", nth=1, when={"kind": "read"})

    assert [401, 200] == [wire.run("Get-BlockedSenderAddress").status_code for _ in range(2)]


def test_a_false_gzip_once(wire: Wire):
    """A single request gets the NUL bytes."""
    wire.fault("forbidden-gzip", nth=1, when={"kind": "read"})

    with pytest.raises(httpx.DecodingError):
        wire.run("Get-BlockedSenderAddress")


def test_any_answer_can_be_ordered(wire: Wire):
    """Status, headers and body as written."""
    wire.fault("answer", status=418, headers={"x-a": "b"}, body={"error": "teapot"})

    answer = wire.run("Get-BlockedSenderAddress")

    assert (418, "b", {"error": "teapot"}) == (answer.status_code, answer.headers["x-a"], answer.json())


@pytest.mark.parametrize(
    ("do", "options", "status"),
    [("sign-in-error", {"code": 90033}, 400), ("throttle", {"retry_after": 3}, 429), ("unavailable", {}, 503)],
)
def test_sign_in_has_accidents_too(wire: Wire, do: str, options: dict[str, object], status: int):
    """The token endpoint answers 400, 429 with Retry-After, or 503 with a page."""
    wire.fault(do, when={"kind": "sign-in"}, **options)

    assert status == wire.grant().status_code
    assert 200 == wire.http.get(f"https://{LOGIN}/contoso.com/v2.0/.well-known/openid-configuration").status_code


@pytest.mark.parametrize(
    ("timing", "hits"),
    [
        ({"nth": 2}, [2]),
        ({"nth": [1, 3]}, [1, 3]),
        ({"first": 2}, [1, 2]),
        ({"every": 2}, [2, 4]),
        ({}, [1, 2, 3, 4]),
        ({"probability": 0, "seed": 1}, []),
    ],
)
def test_which_requests_are_hit(wire: Wire, timing: dict[str, object], hits: list[int]):
    """A fault hits the Nth, the first, every Nth, or each request that it is meant for."""
    wire.fault(
        "ad-transient", when={"tenant": "contoso", "service": "exo", "cmdlet": "get-blockedsenderaddress"}, **timing
    )
    wire.alerts()

    statuses = [wire.run("Get-BlockedSenderAddress").status_code for _ in range(4)]

    assert hits == [at for at, status in enumerate(statuses, 1) if status == 500]


def test_dice_fall_the_same_with_one_seed():
    """A run with a probability can be repeated."""
    fault = {"do": "ad-transient", "probability": 0.5, "seed": 7, "when": {"kind": "read"}}
    runs = []
    for _ in range(2):
        with Emulator(faults=[fault]) as emulator:
            client = Wire(emulator)
            runs.append([client.run("Get-BlockedSenderAddress").status_code for _ in range(12)])
            client.close()

    assert runs[0] == runs[1]
    assert {200, 500} == set(runs[0])


def test_faults_from_a_file(tmp_path: Path):
    """A faults file is YAML with a list."""
    path = tmp_path / "faults.yaml"
    path.write_text("faults:\n- {do: throttle, retry_after: 2, nth: 1, when: {kind: read}}\n")
    with Emulator(faults=path) as emulator:
        client = Wire(emulator)
        statuses = [client.run("Get-BlockedSenderAddress").status_code for _ in range(2)]
        client.close()

    assert [429, 200] == statuses


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "explode"},
        {"do": "throttle", "secnods": 1},
        {"do": "drop", "when": {"day": "monday"}},
        {"do": "drop", "nth": 1, "every": 2},
        {"do": "drop", "when": "always"},
        {"do": "drop", "when": {"kind": "raed"}},
        {"do": "drop", "when": {"tenant": "nobody"}},
        {"do": "drop", "nth": "third"},
        {"do": "drop", "every": 0},
        {"do": "drop", "after": "maybe"},
        {"do": "slow", "seconds": "long"},
        {"do": "throttle", "retry_after": {"seconds": 3}},
        {"do": "answer", "status": 99},
    ],
)
def test_a_fault_that_cannot_be_understood(fault: dict[str, object]):
    """A wrong word is refused when it is read, not when it should happen."""
    with pytest.raises(FaultError):
        Emulator(faults=[fault])


def test_faults_of_a_file_are_named_with_their_lines(tmp_path: Path):
    """All at once, with file, line and column."""
    file = tmp_path / "faults.yaml"
    file.write_text("faults:\n  - {do: drop, nth: x}\n  - {do: slow, secs: 1}\n", encoding="utf-8")

    with pytest.raises(FaultError) as error:
        Emulator(faults=file)

    assert ["2:16", "3:16"] == [":".join(line.split(":")[1:3]) for line in str(error.value).splitlines()]


def test_latency_is_waited_for(wire: Wire):
    """`latency_ms` slows each answer of the tenant."""
    wire.run("Get-BlockedSenderAddress")
    wire.switch(latency_ms=80)

    begins = time.monotonic()
    wire.run("Get-BlockedSenderAddress")
    assert 0.08 <= time.monotonic() - begins


def test_a_writes_visibility_can_lag(wire: Wire):
    """By switch a read shows the old list once more."""
    wire.switch(senders_after_reads=1)
    wire.run("Remove-BlockedSenderAddress", ALICE)

    assert [2, 1] == [blocked(wire), blocked(wire)]
