"""Questions put to the emulator, under every setting of its switches and through every accident."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.adapters.retry import Patience
from reconciler.core.errors import AccessError, ForbiddenRead, Interrupted, ReadError
from reconciler.core.request import Query
from tests.wire.stage import CONTOSO, alerts, blocked, contoso, seed

AUDIT = Query(name="audit", service="exo", cmdlet="Get-AdminAuditLogConfig")
ALICE_AND_BOB = ["alice@contoso.com", "bob@contoso.com"]


def addresses(rows):
    """The senders of an answer."""
    return [row["SenderAddress"] for row in rows]


def switch(emulator, **values):
    """Set switches of contoso."""
    emulator.change({"tenant": "contoso", "switch": values})


def test_a_cold_reading_takes_seven_requests(emulator, connect):
    """Discovery, two tokens, the redirect, and three lists side by side, whichever comes first."""
    reader = connect(emulator)
    with ThreadPoolExecutor(3) as pool:
        policies, senders, audit = pool.map(reader.ask, [alerts(), blocked(), AUDIT])

    assert (ALICE_AND_BOB, True) == (addresses(senders), audit[0]["UnifiedAuditLogIngestionEnabled"])
    assert 59 == len(policies)
    assert 7 == emulator.counts()


def test_a_warm_reading_takes_a_request_a_list(emulator, connect):
    """Tokens and region are kept."""
    reader = connect(emulator)
    reader.ask(alerts())
    before = emulator.counts()
    reader.ask(alerts())
    reader.ask(alerts())

    assert 2 == emulator.counts() - before


def test_many_questions_at_once_find_the_region_once(emulator, connect):
    """Eight threads make one redirect, one discovery, one token."""
    reader = connect(emulator)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reader.ask, [alerts()] * 8))

    assert (9, 1, 1) == (
        emulator.counts(kind="read"),
        emulator.counts(kind="discovery"),
        emulator.counts(kind="sign-in"),
    )


@pytest.mark.parametrize("cloud", ["worldwide", "gcc", "gcc-high", "dod", "china"])
def test_every_cloud(start, connect, cloud):
    """Each cloud is reached at its own hosts with tokens for its own audiences."""
    reader = connect(start(seed=seed(1, cloud=cloud)), contoso(cloud=cloud))

    assert 1 == len(reader.ask(blocked()))
    assert 40 < len(reader.ask(alerts()))


SWITCHES = [
    *({"empty_result": value} for value in ("array", "null", "absent")),
    *({"single_item_lists": value} for value in ("array", "scalar")),
    *({"annotations": value} for value in ("all", "some", "none")),
    *({"malformed_key": value} for value in (True, False)),
    *({"x_warnings": value} for value in (True, False)),
    *({"rate_limit_headers": value} for value in ("none", "3000", "30000")),
    *({"date_style": value} for value in ("offset", "z")),
    *({"exo_redirect": value} for value in (True, False)),
    *({"anchor_required": value} for value in (True, False)),
    *({"claims_challenge": value} for value in (True, False)),
    *({"compliance_app_role": value} for value in ("own", "exo", "both")),
    *({"concurrency_limit": value} for value in (0, 4)),
]


@pytest.mark.parametrize("values", SWITCHES, ids=str)
def test_every_switch_gives_the_same_answer(emulator, connect, values):
    """Where sources disagree, we read the same under each setting."""
    switch(emulator, **values)
    reader = connect(emulator)
    emulator.change({"tenant": "contoso", "unblock": "bob@contoso.com"})
    (one,) = reader.ask(blocked())

    assert "alice@contoso.com" == one["SenderAddress"]
    assert () == reader.ask(blocked(SenderAddress="nobody@contoso.com"))
    assert 59 == len(reader.ask(alerts()))
    assert not [key for row in reader.ask(alerts()) for key in row if "@" in key]


@pytest.mark.parametrize("body", ["nul-gzip", "json", "json-401"])
def test_a_forbidden_cmdlet(emulator, connect, body):
    """Each form of the refusal names cmdlet, service and role."""
    switch(emulator, forbidden_body=body)
    question = Query(
        name="x", service="compliance", cmdlet="Get-InboxRule", parameters={"Mailbox": "alice@contoso.com"}
    )

    with pytest.raises(
        ForbiddenRead, match=r"Security & Compliance .* run Get-InboxRule in contoso.* Exchange Administrator"
    ):
        connect(emulator).ask(question)


def test_an_app_without_a_directory_role(start, connect):
    """The role that reading needs is named, with exit 9."""
    plain = seed()
    plain["tenants"][0]["apps"][0]["directory_roles"] = []

    with pytest.raises(ForbiddenRead, match="Global Reader or Security Reader") as caught:
        connect(start(seed=plain)).ask(blocked())
    assert 9 == caught.value.exit_code


@pytest.mark.parametrize(
    ("question", "permission"), [(blocked(), "Office 365 Exchange Online"), (alerts(), "Exchange Online Protection")]
)
def test_a_token_without_roles(start, connect, question, permission):
    """Its token is issued and refused; what is missing is explained, and no second token is asked for."""
    plain = seed()
    plain["tenants"][0]["apps"][0]["app_roles"] = {}
    emulator = start(seed=plain)

    with pytest.raises(ForbiddenRead, match=f"no permission.*{permission}"):
        connect(emulator).ask(question)
    assert 1 == emulator.counts(kind="sign-in")


def test_the_app_role_of_exchange_may_be_enough(start, connect):
    """Where Security & Compliance asks for no role of its own, a token without any is not refused beforehand."""
    plain = seed(switches={"compliance_app_role": "exo"})
    plain["tenants"][0]["apps"][0]["app_roles"] = {"exo": ["Exchange.ManageAsApp"]}

    assert 40 < len(connect(start(seed=plain)).ask(alerts()))


def test_a_service_that_takes_no_apps(emulator, connect):
    """If Get-ProtectionAlert is refused to apps (orca#332), that is a matter of permission."""
    switch(emulator, alerts_app_only=False)

    with pytest.raises(ForbiddenRead, match="Get-ProtectionAlert in contoso"):
        connect(emulator).ask(alerts())


@pytest.mark.parametrize("who", ["client", "server"])
def test_whoever_honours_result_size(emulator, connect, who):
    """A list that the service cuts has further pages, and they are read."""
    switch(emulator, result_size=who)
    mailboxes = Query(name="m", service="exo", cmdlet="Get-Mailbox", parameters={"ResultSize": 1})

    assert 3 == len(connect(emulator).ask(mailboxes))


def test_an_empty_list_is_an_answer(start, connect):
    """Nobody restricted means no rows."""
    assert () == connect(start(seed=seed(0))).ask(blocked())


RETRIED = [
    {"do": "throttle"},
    {"do": "throttle", "retry_after": 7},
    {"do": "throttle", "retry_after": 1.5},
    {"do": "throttle", "retry_after": {"date_in": 20}},
    {"do": "concurrency"},
    {"do": "concurrency", "status": 200},
    {"do": "concurrency", "status": 503},
    {"do": "unavailable"},
    {"do": "unavailable", "status": 504, "body": "empty"},
    {"do": "ad-transient"},
    {"do": "bad-gateway"},
    {"do": "drop"},
    {"do": "malformed-json"},
]


@pytest.mark.parametrize("fault", RETRIED, ids=str)
def test_a_passing_problem_is_waited_out(start, connect, clock, fault):
    """Two such answers in a row are waited for, and the question is answered."""
    emulator = start(faults=[{"when": {"cmdlet": "Get-BlockedSenderAddress"}, "first": 2} | fault])

    assert ALICE_AND_BOB == addresses(connect(emulator).ask(blocked()))
    assert (3, True) == (emulator.counts(name="Get-BlockedSenderAddress"), sum(clock.waits) > 0)


@pytest.mark.parametrize("fault", RETRIED, ids=str)
def test_a_lasting_problem_ends_in_a_read_error(start, connect, fault):
    """After five tries the list is unreadable, never empty; the message names it."""
    emulator = start(faults=[{"when": {"cmdlet": "Get-BlockedSenderAddress"}} | fault])

    with pytest.raises(ReadError, match="Get-BlockedSenderAddress in Exchange Online of contoso could not be read"):
        connect(emulator).ask(blocked())
    assert 5 >= emulator.counts(name="Get-BlockedSenderAddress")


def test_the_wait_is_the_one_asked_for(start, connect, clock):
    """Retry-After is honoured as it stands."""
    connect(start(faults=[{"when": {"kind": "read"}, "nth": 1, "do": "throttle", "retry_after": 7.5}])).ask(blocked())

    assert [7.5] == clock.waits


def test_ctrl_c_while_waiting(start, connect, clock):
    """An interrupted wait is passed on at once."""
    clock.stop_after = 0

    with pytest.raises(Interrupted):
        connect(start(faults=[{"when": {"kind": "read"}, "do": "throttle"}])).ask(blocked())


def test_an_answer_slower_than_patience(start, connect):
    """Each try ends at its own limit."""
    emulator = start(faults=[{"when": {"cmdlet": "Get-BlockedSenderAddress"}, "do": "slow", "seconds": 5}])

    with pytest.raises(ReadError, match="did not answer in time"):
        connect(emulator, patience=Patience(tries=2, silence=0.1)).ask(blocked())
    assert 2 == emulator.counts(name="Get-BlockedSenderAddress")


def test_errors_in_a_success(start, connect):
    """`@adminapi.errors` in a 200 is a failure, not an empty list."""
    emulator = start(faults=[{"when": {"kind": "read"}, "do": "errors-in-200", "text": "It did not work."}])

    with pytest.raises(ReadError, match="It did not work"):
        connect(emulator).ask(blocked())


def test_a_refusal_is_not_tried_again(emulator, connect):
    """A question that the service finds wrong is put once, and its words are shown."""
    with pytest.raises(ReadError, match="Get-BlockedSenderAddress"):
        connect(emulator).ask(blocked(NoSuchParameter=1))
    assert 1 == emulator.counts(name="Get-BlockedSenderAddress")


def test_a_500_that_says_nothing_is_explained(start, connect):
    """Security & Compliance answers a token that it can't read with 500: no use in repeating that (azure-auth)."""
    vague = {
        "do": "answer",
        "status": 500,
        "body": {"error": {"code": "InternalServerError", "message": "An error has occurred."}},
    }
    emulator = start(faults=[{"when": {"cmdlet": "Get-ProtectionAlert"}} | vague])

    with pytest.raises(ReadError, match="check `cloud` and `domain`"):
        connect(emulator).ask(alerts())
    assert 1 == emulator.counts(name="Get-ProtectionAlert")


def test_a_refused_token_is_renewed_once(start, connect):
    """A 401 costs one new token; a second one is believed."""
    refused = {"do": "answer", "status": 401, "body": "", "when": {"cmdlet": "Get-BlockedSenderAddress"}}
    once = start(faults=[refused | {"nth": 1}])

    assert ALICE_AND_BOB == addresses(connect(once).ask(blocked()))
    assert (2, 2) == (once.counts(kind="sign-in"), once.counts(name="Get-BlockedSenderAddress"))
    with pytest.raises(ForbiddenRead, match="does not accept the token"):
        connect(start(faults=[refused])).ask(blocked())


def test_a_proxy_that_is_not_there(emulator, connect):
    """The message says which proxy, without its password; nothing was sent."""
    with pytest.raises(ReadError, match=r"through the proxy 127\.0\.0\.1:9") as caught:
        connect(emulator, HTTPS_PROXY="http://me:hidden@127.0.0.1:9", https_proxy="").ask(blocked())
    assert "hidden" not in str(caught.value)


def test_a_certificate_that_nobody_trusts(emulator, connect):
    """It is said once, with what to set, and not tried again."""
    with pytest.raises(AccessError, match="SSL_CERT_FILE"):
        connect(emulator, SSL_CERT_FILE="", REQUESTS_CA_BUNDLE="").ask(blocked())


def test_the_tenant_is_named_by_its_guid():
    """The path holds the GUID, which is also the token's `tid`."""
    from reconciler.adapters.adminapi_request import path

    assert f"/adminapi/beta/{CONTOSO}/InvokeCommand" == path(contoso(tenant_id=CONTOSO.upper()))
