"""Whatever is missing to get in: exit 9 and the sentence that tells an administrator what to do; else it just works."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from reconciler.emulator.tenant import App
from reconciler.flow.make_plan import make_plan
from reconciler.flow.senders import senders
from tests.emulator.credentials import Certificate, Issuer
from tests.whole.seeds import seed
from tests.whole.stage import CONTOSO, FABRIKAM, stage

CERTIFICATE, PASSWORD = Certificate(), "a pass phrase"
PIPELINE = Issuer()
NO_SECRET = {"AZURE_CLIENT_SECRET": ""}
SIMPLE = CONTOSO.partition("alert_policies:")[0]
"""A tenant of which only the audit log is managed."""


def with_auth(auth: str) -> str:
    """Contoso's document with `auth`."""
    return CONTOSO.replace("audit_log:", f"auth: {auth}\naudit_log:", 1)


def refused(tmp_path, **given) -> str:
    """Why a plan ended with 9, on the stage that is described."""
    document = given.pop("document", CONTOSO)
    fault = given.pop("fault", None)
    with stage(tmp_path, policies={"contoso.yaml": document}, **given) as on:
        if fault:
            on.fault("sign-in-error", when={"kind": "sign-in"}, **fault)
        plan = on.plan()

        assert (9, "sign-in", False) == (plan.exit.code, plan.exit.name, plan.complete)
        assert ((), 0) == (plan.tenants[0].changes, on.writes())
        assert (9, 9) == (on.drift().exit.code, senders(on.desired(), on.ports).exit.code)
        return " ".join(plan.exit.reasons)


SECRETS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a wrong secret": (
        {"environment": {"AZURE_CLIENT_SECRET": "no-such-secret"}},
        "The secret in AZURE_CLIENT_SECRET is not one of app",
        "Use the secret's value, not its id",
    ),
    "an expired secret": (
        {"fault": {"code": 7000222, "text": "The provided client secret keys are expired."}},
        "The secret in AZURE_CLIENT_SECRET has expired.",
        "Make a new one",
    ),
    "no secret": (
        {"environment": NO_SECRET},
        "There is nothing to sign in to contoso with.",
        "Set AZURE_CLIENT_ID and one of AZURE_CLIENT_CERTIFICATE_PATH",
    ),
    "a variable that is not set": (
        {"document": with_auth("{method: secret, secret_env: RECONCILER_CRED_CONTOSO}")},
        "The variable RECONCILER_CRED_CONTOSO, which sign-in needs, is not set",
        "Set it.",
    ),
    "another application": (
        {"environment": {"AZURE_CLIENT_ID": "5f1e0000-0000-4000-8000-00000000ffff"}},
        "is not known in contoso",
        "Correct the client id, or have it consented to.",
    ),
    "an unknown tenant": (
        {"document": CONTOSO.replace("-000000000001", "-0000000000ff")},
        "There is no tenant 6f0c1d3e-0000-4000-8000-0000000000ff in this cloud.",
        "Correct `tenant_id` or `cloud` in the document of contoso.",
    ),
    "another cloud": (
        {"document": CONTOSO.replace("audit_log:", "cloud: gcc-high\naudit_log:", 1)},
        "There is no tenant 6f0c1d3e-0000-4000-8000-000000000001 in this cloud.",
        "Correct `tenant_id` or `cloud`",
    ),
    "no consent": (
        {"fault": {"code": 65001, "text": "The user or administrator has not consented to use the application."}},
        "Nobody has consented to app",
        "Grant admin consent to the app's permissions in that tenant.",
    ),
    "no subscription": (
        {"fault": {"code": 650052, "text": "The app needs access to a service that your organization lacks."}},
        "contoso has no subscription to this service.",
        "Assign a licence that includes it.",
    ),
    "no application role": (
        {"seed": seed(app={"app_roles": {}})},
        "its token carries no permission (claim `roles`).",
        "Grant it Exchange.ManageAsApp of Office 365 Exchange Online",
    ),
    "no directory role": (
        {"seed": seed(app={"directory_roles": []})},
        "does not let this identity run Get-ProtectionAlert in contoso.",
        "Give it the role Global Reader or Security Reader",
    ),
}


@pytest.mark.parametrize("case", SECRETS)
def test_what_is_missing_is_said(tmp_path, case):
    """The sentence names what is wrong in the administrator's words, and what to do about it."""
    given, *words = SECRETS[case]
    said = refused(tmp_path, **given)

    assert [] == [one for one in words if one not in said]


@pytest.mark.parametrize("body", ["nul-gzip", "json", "json-401"])
def test_a_role_that_reads_and_does_not_write(tmp_path, body):
    """A plan can be made by a reader; apply then says of each command which role is missing, and ends with 9."""
    given = seed(app={"directory_roles": ["Global Reader"]}, switches={"forbidden_body": body})
    with stage(tmp_path, seed=given) as on:
        plan = on.plan()
        applied = on.apply(plan)
        said = " ".join(applied.exit.reasons)

        assert (2, 9) == (plan.exit.code, applied.exit.code)
        assert {"failed"} == {one.state for one in applied.tenants[0].outcomes}
        assert "Give it the role Compliance Administrator or Security Administrator" in said
        assert "Give it the role Exchange Administrator" in said


def test_a_role_that_came_later(tmp_path):
    """What failed for want of a role is planned again, an unblock too, and made once the role is there."""
    given = seed(app={"directory_roles": ["Global Reader"]})
    with stage(tmp_path, seed=given) as on:
        on.apply(on.plan())
        tenant = on.emulator.world.tenant("contoso")
        assert tenant is not None
        tenant.apps[:] = [App.of(seed()["tenants"][0]["apps"][0])]
        run = on.another_run()

        assert (0, 0) == (run.apply(run.plan()).exit.code, run.plan().exit.code)


COUNTING = (
    SIMPLE
    + """
alert_policies:
  Many downloads:
    definition: {category: ThreatManagement, severity: medium, threat_type: Activity, operations: [FileDownloaded], aggregation: simple, threshold: 50, window: 60}
    notifications: {enabled: on, recipients: [secops@contoso.com], daily_limit: none}
"""
)


def test_a_licence_that_lacks_a_feature(tmp_path):
    """A policy that counts events needs a larger licence: exit 9, which one, and what would do without."""
    with stage(tmp_path, policies={"contoso.yaml": COUNTING}) as on:
        on.hand(licence="business")
        applied = on.apply(on.plan())
        said = " ".join(applied.exit.reasons)

        assert 9 == applied.exit.code
        assert "no licence of that tenant includes what it asks for. Assign a licence that does." in said
        assert "`aggregation: none`" in said
        on.hand(licence="e5")
        run = on.another_run()
        assert 0 == run.apply(run.plan()).exit.code


def key_file(form: str) -> bytes:
    """Certificate and key in one file, protected by a password."""
    seal = serialization.BestAvailableEncryption(PASSWORD.encode())
    if form == "pfx":
        return pkcs12.serialize_key_and_certificates(b"app", CERTIFICATE.key, CERTIFICATE.certificate, None, seal)
    key = CERTIFICATE.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, seal)
    return key + CERTIFICATE.pem.encode()


@pytest.mark.parametrize("form", ["pem", "pfx"])
@pytest.mark.parametrize("by_document", [False, True], ids=["azure-variables", "auth"])
def test_a_certificate(tmp_path, form, by_document):
    """Certificates as PEM and as PFX carry a plan out, named by Azure's variables or by the tenant's document."""
    path = tmp_path / f"app.{form}"
    path.write_bytes(key_file(form))
    names = ("RECONCILER_CRED_FILE", "RECONCILER_CRED_WORD")
    if not by_document:
        names = ("AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD")
    auth = f"{{method: certificate, certificate_path_env: {names[0]}, certificate_password_env: {names[1]}}}"
    with stage(
        tmp_path,
        seed=seed(app={"secret": None, "certificates": [CERTIFICATE.pem]}),
        policies={"contoso.yaml": with_auth(auth) if by_document else CONTOSO},
        environment=NO_SECRET | dict(zip(names, (str(path), PASSWORD), strict=True)),
    ) as on:
        assert 0 == on.apply(on.plan()).exit.code


CERTIFICATES = {
    "its password is wrong": ({"AZURE_CLIENT_CERTIFICATE_PASSWORD": "guessed"}, CERTIFICATE.pem),
    "is not one of app": ({"AZURE_CLIENT_CERTIFICATE_PASSWORD": PASSWORD}, Certificate().pem),
    "can't be read": ({"AZURE_CLIENT_CERTIFICATE_PATH": "nowhere.pfx"}, CERTIFICATE.pem),
}


@pytest.mark.parametrize("words", CERTIFICATES)
def test_a_certificate_that_does_not_do(tmp_path, words):
    """A wrong password, an unregistered certificate and a missing file are told apart."""
    environment, registered = CERTIFICATES[words]
    path = tmp_path / "app.pfx"
    path.write_bytes(key_file("pfx"))
    said = refused(
        tmp_path,
        seed=seed(app={"certificates": [registered]}),
        environment=NO_SECRET | {"AZURE_CLIENT_CERTIFICATE_PATH": str(path)} | environment,
    )

    assert words in said


FEDERATED = seed(app={"secret": None, "federated": [PIPELINE.record]})
BY_VARIABLE = with_auth(
    "{method: federated, client_id: 5f1e0000-0000-4000-8000-00000000000a, token_env: GITLAB_OIDC_TOKEN}"
)


def test_a_federated_token_from_a_variable(tmp_path):
    """A pipeline's own token carries a plan out, without any secret."""
    environment = NO_SECRET | {"GITLAB_OIDC_TOKEN": PIPELINE.assertion()}
    with stage(tmp_path, seed=FEDERATED, policies={"contoso.yaml": BY_VARIABLE}, environment=environment) as on:
        assert 0 == on.apply(on.plan()).exit.code


def test_a_federated_token_from_a_file_is_read_anew(tmp_path):
    """Each run takes the token that is in the file then: one that went bad is 9, its successor works."""
    path = tmp_path / "token"
    path.write_text(PIPELINE.assertion())
    with stage(tmp_path, seed=FEDERATED, environment=NO_SECRET | {"AZURE_FEDERATED_TOKEN_FILE": str(path)}) as on:
        first = on.plan()
        path.write_text("not-a-token")
        second = on.another_run().apply(first)
        path.write_text(PIPELINE.assertion())
        third = on.another_run().apply(first)

        assert [2, 9, 0] == [first.exit.code, second.exit.code, third.exit.code]
        assert "What AZURE_FEDERATED_TOKEN_FILE holds is not a token." in " ".join(second.exit.reasons)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aud": "api://else"}, "has the audience of the token in GITLAB_OIDC_TOKEN"),
        ({"sub": "project_path:else"}, "has the subject of the token in GITLAB_OIDC_TOKEN"),
        ({"iss": "https://else.example"}, "has the issuer of the token in GITLAB_OIDC_TOKEN"),
        ({"exp": 1}, "is expired, or this machine's clock is wrong"),
    ],
)
def test_a_federated_token_that_does_not_fit(tmp_path, changes, words):
    """The part that does not fit is named, and where to compare it."""
    environment = NO_SECRET | {"GITLAB_OIDC_TOKEN": PIPELINE.assertion(**changes)}

    assert words in refused(tmp_path, seed=FEDERATED, document=BY_VARIABLE, environment=environment)


BOTH = {"contoso.yaml": CONTOSO, "fabrikam.yaml": FABRIKAM}


def test_one_tenant_without_access_does_not_stop_another(tmp_path):
    """The other tenant is planned and applied; the plan ends with 9, its apply with 6 for what it lacks."""
    with stage(tmp_path, seed=seed(tenant="fabrikam", app={"secret": "another"}), policies=BOTH) as on:
        plan = on.plan()
        applied = on.apply(plan)

        assert {"contoso": 2, "fabrikam": 9} == {one.name: one.exit.code for one in plan.tenants}
        assert {"contoso": 0, "fabrikam": 6} == {one.name: one.exit.code for one in applied.tenants}
        assert (9, 6) == (plan.exit.code, applied.exit.code)


def test_a_tenant_that_lost_access_since_the_plan(tmp_path):
    """One tenant changed and another that could not be entered make the run partly applied."""
    with stage(tmp_path, policies=BOTH) as on:
        plan = on.plan()
        on.fault("sign-in-error", code=7000222, when={"tenant": "fabrikam", "kind": "sign-in"})
        applied = on.another_run().apply(plan)

        assert {"contoso": 0, "fabrikam": 9} == {one.name: one.exit.code for one in applied.tenants}
        assert (7, 0) == (applied.exit.code, on.emulator.counts(tenant="fabrikam", kind="write"))


def test_an_empty_licence_of_one_list_leaves_the_others(tmp_path):
    """A service that may not be read makes only its own kinds unreadable; a target of another kind is complete."""
    given = seed(app={"app_roles": {"exo": ["Exchange.ManageAsApp"]}})
    with stage(tmp_path, seed=given) as on:
        whole = on.plan()
        targets = frozenset({"contoso/restricted-sender/alice@contoso.com"})
        part = make_plan(on.desired(), on.ports, targets=targets)

        assert (9, ["alert-policy"]) == (whole.exit.code, [one.kind for one in whole.tenants[0].unreadable])
        assert (2, True) == (part.exit.code, part.complete)
