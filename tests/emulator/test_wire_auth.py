"""Who is let in: challenges, audiences, app roles, directory roles, and the shapes of a refusal."""

import base64
import json
from collections.abc import Iterator

import httpx
import jwt
import pytest

from reconciler.emulator import Emulator
from tests.emulator.seeds import app, seed, tenant
from tests.emulator.wire_client import CONTOSO, EXO, FRONT, REGIONAL, Wire

EXO_RESOURCE, COMPLIANCE_RESOURCE = "00000002-0000-0ff1-ce00-000000000000", "00000007-0000-0ff1-ce00-000000000000"


@pytest.fixture
def powerless() -> Iterator[Wire]:
    """A tenant whose first application lacks the app role, and whose second lacks every directory role."""
    bare = app(client_id="00000000-0000-4000-8000-0000000000a1", app_roles={})
    idle = app(client_id="00000000-0000-4000-8000-0000000000a2", directory_roles=[])
    reader = app(client_id="00000000-0000-4000-8000-0000000000a3", directory_roles=["Security Reader"])
    with Emulator(seed(tenant(apps=[bare, idle, reader]))) as emulator:
        client = Wire(emulator)
        yield client
        client.close()


def as_app(wire: Wire, last: str, audience: str = EXO) -> str:
    """Give the authorization header of one of those applications."""
    return "Bearer " + wire.token(audience, client_id=f"00000000-0000-4000-8000-0000000000{last}")


def test_exchange_without_a_token_gives_a_basic_challenge(wire: Wire):
    """No token at all: 401 and Basic."""
    answer = wire.run("Get-BlockedSenderAddress", authorization=None)

    assert (401, "Basic") == (answer.status_code, answer.headers["www-authenticate"].split()[0])


def test_compliance_without_a_token_gives_a_bearer_challenge(wire: Wire):
    """No token at all: 401 and a challenge that names the service."""
    answer = wire.run("Get-ProtectionAlert", host=REGIONAL, authorization=None)

    assert 401 == answer.status_code
    assert f'client_id="{COMPLIANCE_RESOURCE}"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(("host", "resource"), [(EXO, EXO_RESOURCE), (REGIONAL, COMPLIANCE_RESOURCE)])
def test_a_forged_token_gets_a_challenge_of_the_service(wire: Wire, host: str, resource: str):
    """A token that is well formed and not Entra's: 401; the challenge names resource and sign-in host."""
    forged = jwt.encode(
        {"aud": f"https://{host}", "tid": CONTOSO}, "a key of at least thirty-two bytes", algorithm="HS256"
    )

    answer = wire.run("Get-ProtectionAlert", host=host, authorization=f"Bearer {forged}")

    assert 401 == answer.status_code
    assert f'client_id="{resource}"' in answer.headers["www-authenticate"]
    assert "https://login.microsoftonline.com/" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("host", [FRONT, REGIONAL])
def test_a_token_that_is_none_breaks_compliance(wire: Wire, host: str):
    """A text that is no token gets 500 without a challenge, which must not be retried."""
    answer = wire.run("Get-ProtectionAlert", host=host, authorization="Bearer rubbish")

    assert (500, False) == (answer.status_code, "www-authenticate" in answer.headers)


def test_a_token_that_is_none_is_401_on_exchange(wire: Wire):
    """Exchange Online challenges it like any bad token."""
    assert 401 == wire.run("Get-BlockedSenderAddress", authorization="Bearer rubbish").status_code


@pytest.mark.parametrize(("host", "audience"), [(EXO, FRONT), (REGIONAL, EXO), (FRONT, EXO)])
def test_a_token_of_the_other_service_is_refused(wire: Wire, host: str, audience: str):
    """The audience must be the service's own."""
    assert (
        401
        == wire.run("Get-AdminAuditLogConfig", host=host, authorization=f"Bearer {wire.token(audience)}").status_code
    )


def test_a_token_of_another_tenant_is_refused(wire: Wire):
    """The token's tenant must be the one in the path."""
    foreign = wire.token(EXO, tenant="fabrikam.onmicrosoft.com")

    assert 401 == wire.run("Get-BlockedSenderAddress", authorization=f"Bearer {foreign}").status_code


def test_without_the_app_role_a_token_is_issued_and_refused(powerless: Wire):
    """The token lacks `roles`, and the service says 401."""
    authorization = as_app(powerless, "a1")
    claims = jwt.decode(authorization.split()[1], options={"verify_signature": False})

    assert "roles" not in claims
    assert 401 == powerless.run("Get-BlockedSenderAddress", authorization=authorization).status_code


@pytest.mark.parametrize(("style", "status"), [("own", 401), ("exo", 200), ("both", 401)])
def test_whose_app_role_compliance_asks_for(style: str, status: int):
    """An application with the Exchange role alone is let into S&C, or not, as sources disagree."""
    only_exo = app(app_roles={"exo": ["Exchange.ManageAsApp"]})
    with Emulator(seed(tenant(apps=[only_exo], switches={"compliance_app_role": style}))) as emulator:
        client = Wire(emulator)
        answer = client.alerts()
        client.close()

    assert status == answer.status_code


def test_without_a_directory_role_every_cmdlet_is_forbidden(powerless: Wire):
    """The app role alone is not enough: 403."""
    powerless.switch(forbidden_body="json")

    assert 403 == powerless.run("Get-BlockedSenderAddress", authorization=as_app(powerless, "a2")).status_code


def test_a_reader_may_read_and_not_write(powerless: Wire):
    """Only the cmdlets of the role are allowed."""
    powerless.switch(forbidden_body="json")
    reader = as_app(powerless, "a3")
    write = {"SenderAddress": "a@contoso.com"}

    assert 200 == powerless.run("Get-BlockedSenderAddress", authorization=reader).status_code
    assert 403 == powerless.run("Remove-BlockedSenderAddress", write, authorization=reader).status_code


def test_an_unknown_cmdlet_looks_like_a_forbidden_one(powerless: Wire):
    """But for the name, nothing tells them apart."""
    powerless.switch(forbidden_body="json")
    reader = as_app(powerless, "a3")
    names = ("Remove-BlockedSenderAddress", "Get-NoSuchThing")

    one, two = (powerless.run(name, {"SenderAddress": "a@contoso.com"}, authorization=reader) for name in names)

    assert one.json()["error"]["message"].replace(names[0], names[1]) == two.json()["error"]["message"]
    assert one.status_code == two.status_code


def test_a_parameter_outside_the_role_is_forbidden(powerless: Wire):
    """The same cmdlet is allowed without the parameter and forbidden with it."""
    powerless.switch(forbidden_body="json")
    reader = as_app(powerless, "a3", FRONT)

    plain = powerless.run("Get-ProtectionAlert", host=REGIONAL, authorization=reader)
    more = powerless.run("Get-ProtectionAlert", {"IncludeRuleXml": True}, host=REGIONAL, authorization=reader)

    assert (200, 403) == (plain.status_code, more.status_code)


def test_the_forbidden_body_breaks_a_decoder(wire: Wire):
    """By default it is NUL bytes that claim to be gzip: a client that decodes sees an error and no status."""
    with pytest.raises(httpx.DecodingError):
        wire.run("Get-NoSuchThing")
    with wire.http.stream(
        "POST",
        f"https://{EXO}/adminapi/beta/{CONTOSO}/InvokeCommand",
        json={"CmdletInput": {"CmdletName": "Get-NoSuchThing", "Parameters": {}}},
        headers=wire.headers(EXO),
    ) as answer:
        raw = b"".join(answer.iter_raw())

    assert (403, "gzip", {0}) == (answer.status_code, answer.headers["content-encoding"], set(raw))


@pytest.mark.parametrize(("style", "status"), [("json", 403), ("json-401", 401)])
def test_other_forms_of_forbidden(wire: Wire, style: str, status: int):
    """JSON says which cmdlet may not be called, as 403 or as the 401 of 2021."""
    wire.switch(forbidden_body=style)

    answer = wire.run("Get-NoSuchThing")

    assert (status, "User is not allowed to call Get-NoSuchThing") == (
        answer.status_code,
        answer.json()["error"]["message"],
    )


def test_a_claims_challenge_is_met_with_a_new_token(wire: Wire):
    """By switch the service asks for claims; a token that was asked for with them is let in."""
    wire.switch(claims_challenge=True)
    challenge = wire.run("Get-BlockedSenderAddress").headers["www-authenticate"]
    wanted = json.loads(base64.b64decode(challenge.split('claims="')[1].split('"')[0]))

    renewed = wire.grant({"claims": json.dumps(wanted)}).json()["access_token"]

    assert 'error="insufficient_claims"' in challenge
    assert 200 == wire.run("Get-BlockedSenderAddress", authorization=f"Bearer {renewed}").status_code
