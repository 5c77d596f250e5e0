"""Sign-in: discovery, secrets, assertions that are checked for real, device code, and every refusal by its number."""

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from reconciler.emulator import Emulator
from tests.emulator.credentials import Certificate, Issuer
from tests.emulator.seeds import app, seed, tenant
from tests.emulator.wire_client import CLIENT_ID, CONTOSO, EXO, FRONT, LOGIN, SECRET, Wire

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def claims(token: str) -> dict[str, Any]:
    """Read a token without checking it, as a client does."""
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    """A certificate that the seed registers."""
    return Certificate()


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """A foreign issuer that the seed registers."""
    return Issuer()


@pytest.fixture
def signed(certificate: Certificate, issuer: Issuer) -> Iterator[Wire]:
    """A client of a tenant whose application has a certificate and a federated credential and no secret."""
    registered = app(secret=None, certificates=[certificate.pem], federated=[issuer.record])
    with Emulator(seed(tenant(apps=[registered]))) as emulator:
        client = Wire(emulator)
        yield client
        client.close()


def code(answer: httpx.Response) -> int:
    """Give the AADSTS number of a refusal."""
    return answer.json()["error_codes"][0]


@pytest.mark.parametrize("name", [CONTOSO, "contoso.onmicrosoft.com", "contoso.com"])
def test_discovery_names_the_token_endpoint(wire: Wire, name: str):
    """The discovery document is found by GUID and by every domain, and names the tenant by GUID."""
    found = wire.http.get(f"https://{LOGIN}/{name}/v2.0/.well-known/openid-configuration").json()

    assert f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/token" == found["token_endpoint"]
    assert f"https://{LOGIN}/{CONTOSO}/v2.0" == found["issuer"]


def test_an_unknown_tenant_is_named_by_discovery_and_by_the_token_endpoint(wire: Wire):
    """AADSTS90002 with 400 for a tenant that does not exist."""
    discovery = wire.http.get(f"https://{LOGIN}/nobody.example/v2.0/.well-known/openid-configuration")
    token = wire.grant(tenant="nobody.example")

    assert [(400, 90002)] * 2 == [(one.status_code, code(one)) for one in (discovery, token)]


def test_instance_discovery_knows_the_aliases(wire: Wire):
    """Instance discovery groups the names of each cloud's sign-in hosts."""
    found = wire.http.get(f"https://{LOGIN}/common/discovery/instance?api-version=1.1&authorization_endpoint=x").json()

    aliases = next(one["aliases"] for one in found["metadata"] if one["preferred_network"] == LOGIN)
    assert "login.windows.net" in aliases


def test_a_token_looks_like_entras(wire: Wire):
    """The token is for the bare resource, names the tenant, and carries app roles and directory roles."""
    found = claims(wire.token())

    assert (f"https://{EXO}", CONTOSO, CLIENT_ID) == (found["aud"], found["tid"], found["appid"])
    assert ["Exchange.ManageAsApp"] == found["roles"]
    assert "29232cdf-9323-42fd-ade2-1d097af3e4de" in found["wids"]  # Exchange Administrator


@pytest.mark.parametrize(
    ("form", "status", "number"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_secret": None}, 401, 7000218),
        ({"client_id": "00000000-0000-4000-8000-00000000dead"}, 400, 700016),
        ({"scope": f"https://{EXO}/Mail.Read"}, 400, 1002012),
        ({"scope": "https://nowhere.example/.default"}, 400, 500011),
        ({"grant_type": "password"}, 400, 70003),
        ({"grant_type": None}, 400, 900144),
        ({"client_secret": None, "client_assertion": "x.y.z", "client_assertion_type": JWT_BEARER}, 400, 50027),
    ],
)
def test_refusals_of_the_token_endpoint(wire: Wire, form: dict[str, str | None], status: int, number: int):
    """Each fault of a request has Entra's own number."""
    answer = wire.grant(form)

    assert (status, number) == (answer.status_code, code(answer))


def test_a_wrong_secret_is_never_repeated_to_the_sender(wire: Wire):
    """The text of the refusal does not hold what was sent as a secret."""
    assert "hunter2-hunter2" not in wire.grant({"client_secret": "hunter2-hunter2"}).text


def test_common_gives_no_app_token(wire: Wire):
    """An application must name its tenant."""
    assert 50059 == code(wire.grant(tenant="common"))


def test_the_older_endpoint_takes_a_resource(wire: Wire):
    """The first version of the endpoint names a resource instead of a scope."""
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": "emulator-only-secret"}
    answer = wire.http.post(f"https://{LOGIN}/{CONTOSO}/oauth2/token", data={**form, "resource": f"https://{EXO}"})

    assert f"https://{EXO}" == claims(answer.json()["access_token"])["aud"]


def assert_form(assertion: str) -> dict[str, str | None]:
    """Give the form of a request with a client assertion."""
    return {"client_secret": None, "client_assertion": assertion, "client_assertion_type": JWT_BEARER}


def test_a_certificate_signs_in(signed: Wire, certificate: Certificate):
    """An assertion of the registered certificate is accepted."""
    assert 200 == signed.grant(assert_form(certificate.assertion())).status_code


@pytest.mark.parametrize(
    ("changes", "number"),
    [({"aud": "https://elsewhere.example"}, 700023), ({"exp": 1_000}, 700024), ({"sub": "someone-else"}, 700027)],
)
def test_certificate_assertions_are_checked(
    signed: Wire, certificate: Certificate, changes: dict[str, object], number: int
):
    """Audience, time and subject of the assertion must fit."""
    assert number == code(signed.grant(assert_form(certificate.assertion(**changes))))


def test_a_certificate_out_of_its_time_is_refused():
    """The key is known and the signature right, but the certificate has expired."""
    old = Certificate(days=-1)
    with Emulator(seed(tenant(apps=[app(secret=None, certificates=[old.pem])]))) as emulator:
        client = Wire(emulator)
        answer = client.grant(assert_form(old.assertion()))
        client.close()

    assert (700027, True) == (code(answer), "expired" in answer.json()["error_description"])


def test_secrets_come_in_a_basic_header_too(wire: Wire):
    """`client_secret_basic`, which the discovery document offers."""
    url = f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials", "scope": f"https://{EXO}/.default"}

    assert "access_token" in wire.http.post(url, data=form, auth=(CLIENT_ID, SECRET)).json()


def test_a_certificate_that_is_not_registered_is_refused(signed: Wire):
    """Another certificate's thumbprint is not known."""
    assert 700027 == code(signed.grant(assert_form(Certificate().assertion())))


def test_a_certificates_signature_is_checked(signed: Wire, certificate: Certificate):
    """The right thumbprint with another key's signature is refused."""
    assert 700027 == code(signed.grant(assert_form(certificate.assertion(key=Certificate().key))))


def test_a_federated_token_signs_in(signed: Wire, issuer: Issuer):
    """A token of the registered issuer, subject and audience is accepted."""
    assert 200 == signed.grant(assert_form(issuer.assertion())).status_code


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"iss": "https://other.example"}, 700211),
        ({"aud": "api://other"}, 700212),
        ({"sub": "project_path:ops/m365:ref_type:branch:ref:feature"}, 700213),
        ({"exp": 1_000}, 700024),
    ],
)
def test_federated_tokens_are_checked(signed: Wire, issuer: Issuer, changes: dict[str, object], number: int):
    """Issuer, audience, subject and time must fit to the letter, each with its own number."""
    assert number == code(signed.grant(assert_form(issuer.assertion(**changes))))


def test_a_federated_signature_is_checked(signed: Wire, issuer: Issuer):
    """A token of the right words and the wrong key is refused."""
    assert 7000272 == code(signed.grant(assert_form(issuer.assertion(key=Issuer().key))))


def test_a_secret_is_no_credential_of_an_app_that_has_none(signed: Wire):
    """An application without a secret cannot be entered with any."""
    assert 7000215 == code(signed.grant())


CLOUDS = [
    ("gcc", LOGIN, EXO, FRONT),
    ("gcc-high", "login.microsoftonline.us", "outlook.office365.us", "ps.compliance.protection.office365.us"),
    ("dod", "login.microsoftonline.us", "outlook-dod.office365.us", "l5.ps.compliance.protection.office365.us"),
    ("china", "login.chinacloudapi.cn", "partner.outlook.cn", "ps.compliance.protection.partner.outlook.cn"),
]


@pytest.mark.parametrize(("cloud", "login", "exo", "front"), CLOUDS)
def test_each_cloud_has_its_own_hosts(cloud: str, login: str, exo: str, front: str):
    """Authority, hosts and audiences differ by cloud; the DoD audience lacks the front door's `l5.`."""
    audience = front.removeprefix("l5.")
    with Emulator(seed(tenant(cloud=cloud, region="usg01b"))) as emulator:
        client = Wire(emulator)
        read = {"CmdletInput": {"CmdletName": "Get-AdminAuditLogConfig", "Parameters": {}}}
        answers = [
            client.http.post(
                f"https://{host}/adminapi/beta/{CONTOSO}/InvokeCommand",
                json=read,
                headers={
                    "authorization": f"Bearer {client.token(wanted, login=login)}",
                    "x-anchormailbox": f"UPN:a@{CONTOSO}",
                },
            )
            for host, wanted in ((exo, exo), (front, audience), (f"usg01b.{audience}", audience))
        ]
        client.close()

    assert [200, 302, 200] == [one.status_code for one in answers]


def test_a_tenant_exists_only_in_its_own_cloud(wire: Wire):
    """A tenant of one cloud is unknown to the sign-in hosts of another."""
    assert 90002 == code(wire.grant(host="login.microsoftonline.us"))


@pytest.mark.parametrize(
    ("cloud", "scope"), [("gcc", "GCC"), ("gcc-high", "DODCON"), ("dod", "DOD"), ("worldwide", None)]
)
def test_discovery_tells_the_cloud(cloud: str, scope: str | None):
    """`tenant_region_sub_scope` of the discovery document names the government clouds."""
    host = "login.microsoftonline.us" if cloud in {"gcc-high", "dod"} else LOGIN
    with Emulator(seed(tenant(cloud=cloud))) as emulator:
        client = Wire(emulator)
        found = client.http.get(f"https://{host}/{CONTOSO}/v2.0/.well-known/openid-configuration").json()
        client.close()

    assert scope == found.get("tenant_region_sub_scope")


@pytest.mark.parametrize(
    ("person", "error"),
    [("pending", "authorization_pending"), ("decline", "authorization_declined"), ("expire", "expired_token")],
)
def test_device_code_waits_for_a_person(wire: Wire, person: str, error: str):
    """A poll says whether the person has yet to come, has refused, or is too late."""
    wire.switch(device_code=person)
    form = {"client_id": "fb78d390-0c51-40cd-8e17-fdbfab77341b", "scope": f"https://{EXO}/.default offline_access"}
    flow = wire.http.post(f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/devicecode", data=form).json()

    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": flow["device_code"], **form}
    assert error == wire.http.post(f"https://{LOGIN}/{CONTOSO}/oauth2/v2.0/token", data=grant).json()["error"]


def test_the_token_endpoint_counts_its_requests(wire: Wire):
    """Sign-in and discovery are counted by tenant."""
    wire.grant()
    wire.grant()
    wire.http.get(f"https://{LOGIN}/{CONTOSO}/v2.0/.well-known/openid-configuration")

    assert (2, 1) == (
        wire.emulator.counts(tenant="contoso", kind="sign-in"),
        wire.emulator.counts(tenant="contoso", kind="discovery"),
    )
