"""Unmodified MSAL signs in with every kind of credential."""

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import msal
import pytest

from reconciler.emulator import Emulator
from tests.emulator.credentials import Certificate, Issuer
from tests.emulator.seeds import app, seed, tenant
from tests.emulator.wire_client import CLIENT_ID, CONTOSO, EXO, FRONT, GRAPH, LOGIN, SECRET

AUTHORITY = f"https://{LOGIN}/{CONTOSO}"
SCOPES = [f"https://{EXO}/.default"]
MODULE_CLIENT = "fb78d390-0c51-40cd-8e17-fdbfab77341b"  # the public client of the PowerShell module


class ForMsal:
    """The two methods that MSAL wants of an HTTP library, on httpx; an assertion arrives as bytes."""

    def __init__(self, emulator: Emulator) -> None:
        """Trust the emulator's authority only."""
        context = ssl.create_default_context(cafile=str(emulator.ca_file))
        self._http = httpx.Client(proxy=emulator.proxy_url, verify=context, trust_env=False)

    def get(self, url: str, **more: Any) -> httpx.Response:
        """Get."""
        return self._http.get(url, params=more.get("params"), headers=more.get("headers"))

    def post(self, url: str, **more: Any) -> httpx.Response:
        """Post a form."""
        form = {key: one.decode() if isinstance(one, bytes) else one for key, one in more["data"].items()}
        return self._http.post(url, data=form, params=more.get("params"), headers=more.get("headers"))

    def close(self) -> None:
        """End all connections."""
        self._http.close()


CERTIFICATE, ISSUER = Certificate(), Issuer()


@pytest.fixture
def http() -> Iterator[ForMsal]:
    """An HTTP library for MSAL, to an emulator whose application has every kind of credential."""
    registered = app(certificates=[CERTIFICATE.pem], federated=[ISSUER.record])
    with Emulator(seed(tenant(apps=[registered]))) as emulator:
        client = ForMsal(emulator)
        yield client
        client.close()


@pytest.mark.parametrize(
    "credential",
    [
        SECRET,
        {"private_key": CERTIFICATE.private_pem, "thumbprint": CERTIFICATE.thumbprint},
        {"private_key": CERTIFICATE.private_pem, "public_certificate": CERTIFICATE.pem},
        {"client_assertion": ISSUER.assertion},
    ],
    ids=["secret", "certificate-sha1", "certificate-sha256", "federated"],
)
def test_an_application_signs_in(http: ForMsal, credential: object):
    """Secret, certificate with either thumbprint, and a foreign token all give an access token."""
    client = msal.ConfidentialClientApplication(
        CLIENT_ID, client_credential=credential, authority=AUTHORITY, http_client=http
    )

    assert "access_token" in client.acquire_token_for_client(SCOPES)


def test_a_wrong_secret_is_explained(http: ForMsal):
    """MSAL hands on the number and the sentence."""
    client = msal.ConfidentialClientApplication(
        CLIENT_ID, client_credential="wrong", authority=AUTHORITY, http_client=http
    )

    assert "AADSTS7000215" in client.acquire_token_for_client(SCOPES)["error_description"]


def test_an_unknown_tenant_is_explained(http: ForMsal):
    """MSAL looks for the tenant before anything else, and keeps the number to itself."""
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        msal.ConfidentialClientApplication(
            CLIENT_ID, client_credential=SECRET, authority=f"https://{LOGIN}/nobody.example", http_client=http
        )


def test_a_person_signs_in_by_device_code(http: ForMsal):
    """Device code ends with a token and an account."""
    client = msal.PublicClientApplication(MODULE_CLIENT, authority=AUTHORITY, http_client=http)
    flow = client.initiate_device_flow(scopes=SCOPES)

    found = client.acquire_token_by_device_flow(flow)

    assert "access_token" in found
    assert ["admin@contoso.onmicrosoft.com"] == [one["username"] for one in client.get_accounts()]


def test_one_code_is_enough_for_every_service(http: ForMsal):
    """MSAL trades the refresh token for another service's token, and the person is not asked again."""
    client = msal.PublicClientApplication(MODULE_CLIENT, authority=AUTHORITY, http_client=http)
    client.acquire_token_by_device_flow(client.initiate_device_flow(scopes=SCOPES))

    account = client.get_accounts()[0]
    found = [
        client.acquire_token_silent([scope], account=account)
        for scope in (f"https://{FRONT}/.default", f"https://{GRAPH}/User.Read.All")
    ]

    assert all(one and "access_token" in one for one in found)
