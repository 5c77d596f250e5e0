"""Graph, as far as evidence before an unblock needs it."""

from typing import Any

import pytest

from reconciler.emulator import Emulator
from tests.emulator.seeds import app, seed, tenant
from tests.emulator.wire_client import CLIENT_ID, EXO, GRAPH, Wire

ALICE = "a11ce000-0000-4000-8000-0000000000a1"


def get(wire: Wire, path: str, **changes: Any):
    """Ask Graph."""
    return wire.http.get(f"https://{GRAPH}/v1.0{path}", headers=wire.headers(GRAPH, **changes))


@pytest.mark.parametrize("key", [ALICE, "alice@contoso.com", "ALICE@contoso.com"])
def test_a_person_by_id_or_name(wire: Wire, key: str):
    """A user is found by object id and by user principal name."""
    assert ALICE == get(wire, f"/users/{key}").json()["id"]


def test_dates_come_on_select_only(wire: Wire):
    """The password and session dates are not among the defaults."""
    plain = get(wire, f"/users/{ALICE}").json()
    chosen = get(
        wire, f"/users/{ALICE}?$select=accountEnabled,lastPasswordChangeDateTime,signInSessionsValidFromDateTime"
    ).json()

    assert "lastPasswordChangeDateTime" not in plain
    assert {"@odata.context", "accountEnabled", "lastPasswordChangeDateTime", "signInSessionsValidFromDateTime"} == set(
        chosen
    )


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (f"/reports/authenticationMethods/userRegistrationDetails/{ALICE}", "isMfaRegistered"),
        (f"/identityProtection/riskyUsers/{ALICE}", "riskState"),
        (f"/users/{ALICE}/authentication/methods", "value"),
    ],
)
def test_evidence_has_its_routes(wire: Wire, path: str, key: str):
    """Registration, risk and methods answer what the seed says."""
    assert key in get(wire, path).json()


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (f"/auditLogs/signIns?$filter=userId eq '{ALICE}'", "ipAddress"),
        ("/security/alerts_v2", "severity"),
        ("/users/alice@contoso.com/mailFolders/inbox/messageRules", "isEnabled"),
    ],
)
def test_lists_of_evidence_have_their_routes(path: str, key: str):
    """Sign-ins of one person, alerts and inbox rules are lists (CE-DOC, CIPP, RRL)."""
    roles = {"graph": ["AuditLog.Read.All", "SecurityAlert.Read.All", "MailboxSettings.Read"]}
    alice = {"id": ALICE, "userPrincipalName": "alice@contoso.com", "sign_ins": [{"ipAddress": "203.0.113.7"}]}
    bob = {"id": "b0b", "userPrincipalName": "bob@contoso.com", "sign_ins": [{}], "alerts": [{"severity": "high"}]}
    rules = [{"Name": "Out", "ForwardTo": ["x@fabrikam.example"]}, {"Name": "Unseen", "Hidden": True}]
    box = {"PrimarySmtpAddress": "alice@contoso.com", "Rules": rules}
    with Emulator(seed(tenant(apps=[app(app_roles=roles)], users=[alice, bob], mailboxes=[box]))) as emulator:
        client = Wire(emulator)
        found = get(client, path).json()["value"]
        client.close()

    assert [True] == [key in row for row in found]


def test_sessions_can_be_revoked():
    """The session date moves to now, which evidence reads on `$select` (GRAPH)."""
    roles = {"graph": ["User.Read.All", "User.RevokeSessions.All"]}
    person = {"id": ALICE, "userPrincipalName": "alice@contoso.com", "signInSessionsValidFromDateTime": "2020-01-01"}
    with Emulator(seed(tenant(apps=[app(app_roles=roles)], users=[person]), now="2026-11-23T12:00:00Z")) as emulator:
        client = Wire(emulator)
        url = f"https://{GRAPH}/v1.0/users/{ALICE}/revokeSignInSessions"
        client.http.post(url, headers=client.headers(GRAPH))
        found = get(client, f"/users/{ALICE}?$select=signInSessionsValidFromDateTime").json()
        client.close()

    assert "2026-11-23T12:00:00" == found["signInSessionsValidFromDateTime"][:19]


def test_who_is_not_risky_is_not_found(wire: Wire):
    """404 of riskyUsers means no risk, and an unknown person is 404 too."""
    assert 404 == get(wire, "/users/nobody@contoso.com").status_code
    assert 404 == get(wire, "/identityProtection/riskyUsers/nobody@contoso.com").status_code


def test_each_route_has_its_permission():
    """Without the application permission Graph says 403."""
    with Emulator(
        seed(tenant(apps=[app()], users=[{"id": ALICE, "userPrincipalName": "alice@contoso.com"}]))
    ) as emulator:
        client = Wire(emulator)
        answer = get(client, f"/users/{ALICE}")
        client.close()

    assert (403, "Authorization_RequestDenied") == (answer.status_code, answer.json()["error"]["code"])


def test_risk_needs_a_licence():
    """Without the licence the answer is 403, which is unknown and not harmless."""
    roles = {"graph": ["IdentityRiskyUser.Read.All"]}
    person = {"id": ALICE, "userPrincipalName": "alice@contoso.com"}
    with Emulator(seed(tenant(licence="e3", apps=[app(app_roles=roles)], users=[person]))) as emulator:
        client = Wire(emulator)
        answer = get(client, f"/identityProtection/riskyUsers/{ALICE}")
        client.close()

    assert 403 == answer.status_code


def test_a_token_of_another_service_is_refused(wire: Wire):
    """Graph takes its own tokens only, and only from someone who has one."""
    assert 401 == get(wire, f"/users/{ALICE}", authorization=f"Bearer {wire.token(EXO)}").status_code
    assert 401 == get(wire, f"/users/{ALICE}", authorization=None).status_code


def test_graph_only_reads(wire: Wire):
    """Nothing of a person can be changed here."""
    answer = wire.http.patch(f"https://{GRAPH}/v1.0/users/{ALICE}", json={}, headers=wire.headers(GRAPH))

    assert 405 == answer.status_code


def test_a_route_that_does_not_exist(wire: Wire):
    """Other segments are not found."""
    assert 400 == get(wire, "/teams").status_code


def test_requests_are_counted_for_their_tenant(wire: Wire):
    """The tenant of a Graph request is the token's."""
    get(wire, f"/users/{ALICE}")

    assert 1 == wire.emulator.counts(tenant="contoso", kind="graph")


def test_a_managed_identity_gets_tokens_from_the_port_itself(wire: Wire):
    """The endpoint of a virtual machine stands on the proxy's port, for tests that name it."""
    url = f"{wire.emulator.proxy_url}/metadata/identity/oauth2/token"
    found = wire.http.get(url, params={"resource": f"https://{EXO}"}, headers={"Metadata": "true"}).json()

    assert CLIENT_ID == found["client_id"]
    assert 200 == wire.run("Get-BlockedSenderAddress", authorization=f"Bearer {found['access_token']}").status_code


def test_a_managed_identity_needs_the_header(wire: Wire):
    """Without `Metadata: true` it refuses, as the real one does against forwarded requests."""
    url = f"{wire.emulator.proxy_url}/metadata/identity/oauth2/token"

    assert 400 == wire.http.get(url, params={"resource": f"https://{EXO}"}).status_code
