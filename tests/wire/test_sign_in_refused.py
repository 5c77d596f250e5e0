"""Sign-in that is refused, fails, or answers with something else: once, with what to do about it, and never with a secret."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.core.errors import AccessError, ReadError
from tests.wire.stage import CONTOSO, alerts, blocked, contoso, unblock

WRONG = "not-the-secret-at-all"


def test_a_wrong_secret_is_sent_once(emulator, connect):
    """However many questions there are; the message names the variable, never its value."""
    reader = connect(emulator, AZURE_CLIENT_SECRET=WRONG)
    texts = set()
    for _ in range(3):
        with pytest.raises(AccessError, match=r"secret in AZURE_CLIENT_SECRET .* secret's value, not its id") as caught:
            reader.ask(blocked())
        texts.add(str(caught.value))

    assert (1, 1) == (len(texts), emulator.counts(kind="sign-in"))
    assert WRONG not in texts.pop()


REFUSALS = [
    (700016, "have it consented"),
    (7000222, "has expired. Make a new one"),
    (7000215, "not one of app"),
    (90002, "Correct `tenant_id` or `cloud`"),
    (50034, "not known in contoso"),
    (53003, "Conditional Access"),
    (65001, "admin consent"),
    (500011, "`cloud` is wrong, or no licence"),
    (700024, "clock is wrong"),
    (999999, "Something new."),
]


@pytest.mark.parametrize(("code", "words"), REFUSALS)
def test_refusals_say_what_to_do(start, connect, code, words):
    """Each AADSTS number has its sentence; an unknown one is shown in the service's words. None is tried again."""
    emulator = start(
        faults=[{"when": {"kind": "sign-in"}, "do": "sign-in-error", "code": code, "text": "Something new."}]
    )

    with pytest.raises(AccessError, match=words) as caught:
        connect(emulator).ask(blocked())
    assert (9, 1) == (caught.value.exit_code, emulator.counts(kind="sign-in"))
    assert f"AADSTS{code}" in str(caught.value)
    assert "Trace ID" not in str(caught.value)


@pytest.mark.parametrize("kind", ["sign-in", "discovery"])
def test_a_page_on_the_way_is_no_refusal(start, connect, kind):
    """A proxy's 403 page says nothing of the app: nobody answered, and a later run may pass."""
    page = {"when": {"kind": kind}, "do": "answer", "status": 403, "body": "<html>Blocked by policy</html>"}
    emulator = start(faults=[page])

    with pytest.raises(ReadError, match="answered 403 with something that is no sign-in answer") as caught:
        connect(emulator).ask(blocked())
    assert (6, 1) == (caught.value.exit_code, emulator.counts(kind=kind))


def test_a_secret_is_taken_out_as_it_was_sent_too(start, connect):
    """A form spells a secret with per cents; so may whoever repeats it."""
    echo = {"when": {"kind": "sign-in"}, "do": "sign-in-error", "code": 1, "text": "You sent a%2Fb%2Bcdef."}

    with pytest.raises(AccessError, match=r"You sent \[removed\]"):
        connect(start(faults=[echo]), AZURE_CLIENT_SECRET="a/b+cdef").ask(blocked())


def test_an_echoed_secret_is_taken_out(start, connect):
    """Even if the service repeats what it was sent."""
    echo = {"when": {"kind": "sign-in"}, "do": "sign-in-error", "code": 1, "text": f"You sent {WRONG}\x1b[31m."}

    with pytest.raises(AccessError, match=r"You sent \[removed\]") as caught:
        connect(start(faults=[echo]), AZURE_CLIENT_SECRET=WRONG).ask(blocked())
    assert (False, False) == (WRONG in str(caught.value), "\x1b" in str(caught.value))


def test_a_tenant_that_does_not_exist_is_asked_for_once(emulator, connect):
    """Discovery refuses it; three questions side by side ask once."""
    reader = connect(emulator, contoso(tenant_id="00000000-0000-4000-8000-00000000dead"))
    with ThreadPoolExecutor(3) as pool:
        errors = [one.exception() for one in [pool.submit(reader.ask, q) for q in (blocked(), alerts(), blocked())]]

    assert [AccessError] * 3 == [type(one) for one in errors]
    assert 1 == emulator.counts(kind="discovery")


SOON_OVER = [
    {"do": "throttle", "retry_after": 3},
    {"do": "unavailable"},
    {"do": "drop"},
    {"do": "bad-gateway"},
    {"do": "malformed-json"},
]


@pytest.mark.parametrize("kind", ["sign-in", "discovery"])
@pytest.mark.parametrize("fault", SOON_OVER, ids=str)
def test_sign_in_is_patient(start, connect, clock, kind, fault):
    """A passing problem is waited out; nobody answers from memory."""
    emulator = start(faults=[{"when": {"kind": kind}, "first": 2} | fault])

    assert (2, 2) == (len(connect(emulator).ask(blocked())), len(clock.waits))


def test_sign_in_that_never_answers(start, connect):
    """A tenant that can't be signed in to is unreadable, and a command to it was not sent."""
    emulator = start(faults=[{"when": {"kind": "sign-in"}, "do": "unavailable"}])

    with pytest.raises(ReadError, match="Sign-in got no answer") as caught:
        connect(emulator).ask(blocked())
    assert 6 == caught.value.exit_code
    with pytest.raises(AccessError, match="Sign-in got no answer"):
        connect(emulator).tell(unblock())
    assert 0 == emulator.counts(kind="write")


def test_a_token_for_another_tenant(start, connect):
    """What the token says counts: it goes to no service."""
    from reconciler.emulator.tokens import Mint

    token = Mint().sign({"tid": "00000000-0000-4000-8000-000000000bad", "roles": ["x"]})
    answer = {"do": "answer", "body": {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}}
    emulator = start(faults=[{"when": {"kind": "sign-in"}} | answer])

    with pytest.raises(AccessError, match="is for the tenant 00000000-0000-4000-8000-000000000bad") as caught:
        connect(emulator).ask(blocked())
    assert (0, False) == (emulator.counts(kind="read"), token in str(caught.value))


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30.c", "a.bnVsbA.c"])
def test_a_token_that_says_nothing(start, connect, token):
    """A token that can't be read is not used."""
    answer = {"do": "answer", "body": {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}}
    emulator = start(faults=[{"when": {"kind": "sign-in"}} | answer])

    with pytest.raises(AccessError, match="does not say for which tenant"):
        connect(emulator).ask(blocked())


def test_a_credential_is_led_nowhere_else(start, connect):
    """A discovery document that names another host gets nothing."""
    evil = "https://attacker.example"
    paths = {"token_endpoint": f"{evil}/{CONTOSO}/token", "authorization_endpoint": f"{evil}/a", "issuer": f"{evil}/"}
    emulator = start(faults=[{"when": {"kind": "discovery"}, "do": "answer", "body": paths}])

    with pytest.raises(AccessError, match=r"led to the host attacker\.example"):
        connect(emulator).ask(blocked())


def test_nonsense_from_discovery(start, connect):
    """A document without the endpoints is an answer that makes no sense."""
    emulator = start(faults=[{"when": {"kind": "discovery"}, "do": "answer", "body": {"issuer": "x"}}])

    with pytest.raises(ReadError, match="makes no sense"):
        connect(emulator).ask(blocked())
