"""A tenant that trusts GitLab's tokens for two applications, one that reads and one that writes, as docs/gitlab.md says."""

import time

import jwt
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from reconciler.emulator import Emulator
from tests.pipeline.runner import PROJECT, SERVER
from tests.shape.repository import ROOT

TENANT = "6f0c1d3e-0000-4000-8000-000000000001"
READER, WRITER = "5f1e0000-0000-4000-8000-00000000000b", "5f1e0000-0000-4000-8000-00000000000c"
AUDIENCE = "api://AzureADTokenExchange"
ROLES = {"exo": ["Exchange.ManageAsApp"], "compliance": ["Exchange.ManageAsApp"]}


class Issuer:
    """GitLab's key, and the ID tokens that it signs."""

    def __init__(self) -> None:
        """Make a key."""
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    def token(self, branch: str, project: str = PROJECT) -> str:
        """The token of a job on a branch."""
        claims = {"iss": SERVER, "aud": AUDIENCE, "sub": subject(branch, project), "exp": int(time.time()) + 3600}
        return jwt.encode(claims, self.key, algorithm="RS256")

    def trust(self, branch: str, project: str = PROJECT) -> dict[str, str]:
        """A federated credential for a branch."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        pem = self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
        return {"issuer": SERVER, "subject": subject(branch, project), "audience": AUDIENCE, "public_key": pem}


def subject(branch: str, project: str = PROJECT) -> str:
    """The subject that GitLab writes for a branch."""
    return f"project_path:{project}:ref_type:branch:ref:{branch}"


def emulator(issuer: Issuer, readers: tuple[tuple[str, str], ...], writer: tuple[str, str]) -> Emulator:
    """An emulator whose tenant lets these branches of projects read, and one of them write."""
    seed = yaml.safe_load((ROOT / "reconciler/emulator/data/default_seed.yaml").read_text())
    contoso = seed["tenants"][0]
    contoso["apps"] = [
        {
            "client_id": READER,
            "federated": [issuer.trust(branch, project) for branch, project in readers],
            "app_roles": ROLES,
            "directory_roles": ["Global Reader"],
        },
        {
            "client_id": WRITER,
            "federated": [issuer.trust(*writer)],
            "app_roles": ROLES,
            "directory_roles": ["Exchange Administrator", "Compliance Administrator"],
        },
    ]
    return Emulator(seed={"tenants": [contoso]})
