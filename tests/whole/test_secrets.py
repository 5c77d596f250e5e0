"""No token, secret or key appears in any output, log, plan, ledger or exception (law 7), whatever goes wrong."""

import base64
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from reconciler.adapters.credentials import credential_for
from reconciler.adapters.http_tenant import HttpTenants
from reconciler.core.errors import ReconcilerError
from reconciler.emulator import Emulator
from reconciler.settings import settings_from
from tests.cli.line import bare, reconciler
from tests.emulator.credentials import Certificate, Issuer
from tests.whole.seeds import seed
from tests.whole.stage import CONTOSO, Stage, stage

SECRET, PASSWORD = "Pl4nted/cl13nt+s3cret~", "Pl4nted c3rt&p4ss"
PLAN_KEY, LEDGER_PASSWORD = "Pl4nted-plan-k3y-of-32-letters-abcd", "Pl4nted-l3dger"
CERTIFICATE, PIPELINE = Certificate(), Issuer()
TOKEN = PIPELINE.assertion()
SEALED = serialization.BestAvailableEncryption(PASSWORD.encode())
PFX = pkcs12.serialize_key_and_certificates(b"app", CERTIFICATE.key, CERTIFICATE.certificate, None, SEALED)
KEY_LINES = CERTIFICATE.private_pem.splitlines()[1:4]
SEED = seed(app={"secret": SECRET, "certificates": [CERTIFICATE.pem], "federated": [PIPELINE.record]})
AUTH = "auth: {{method: federated, client_id: 5f1e0000-0000-4000-8000-00000000000a, token_env: GITLAB_OIDC_TOKEN}}"
METHODS = ["secret", "certificate", "federated", "federated-file"]


def forms(secret: str) -> set[str]:
    """A secret in every spelling in which it might be carried along."""
    plain = secret.encode()
    return {secret, quote(secret), quote_plus(secret), repr(secret)[1:-1], base64.b64encode(plain).decode()}


PLANTED = {form for one in (SECRET, PASSWORD, PLAN_KEY, LEDGER_PASSWORD, TOKEN) for form in forms(one)} | set(KEY_LINES)
PLANTED |= {TOKEN.split(".")[1], TOKEN.split(".")[2], "eyJ0eXAi", "eyJhbGci", "PRIVATE KEY"}
"""What must stand nowhere; the last ones are how every signed token and every key begins."""


def leaks(text: str | bytes) -> set[str]:
    """What of it stands in a text."""
    known = text.decode("latin-1") if isinstance(text, bytes) else text
    return {one for one in PLANTED if one in known}


def given(method: str, folder: Path) -> dict[str, str]:
    """The variables that sign in by a method."""
    folder.joinpath("app.pfx").write_bytes(PFX)
    folder.joinpath("token.txt").write_text(TOKEN)
    path = folder / "app.pfx"
    return {"AZURE_CLIENT_SECRET": "", "RECONCILER_PLAN_KEY": PLAN_KEY} | {
        "secret": {"AZURE_CLIENT_SECRET": SECRET},
        "certificate": {
            "AZURE_CLIENT_CERTIFICATE_PATH": str(path),
            "AZURE_CLIENT_CERTIFICATE_PASSWORD": PASSWORD,
        },
        "federated": {"GITLAB_OIDC_TOKEN": TOKEN},
        "federated-file": {"AZURE_FEDERATED_TOKEN_FILE": str(folder / "token.txt")},
    }[method]


def document(method: str) -> str:
    """Contoso's document for a method; only a variable of one's own must be named there."""
    return CONTOSO.replace("audit_log:", f"{AUTH.format()}\naudit_log:", 1) if method == "federated" else CONTOSO


@pytest.fixture(scope="module")
def emulator():
    """An emulator whose tenants know what was planted."""
    with Emulator(seed=SEED) as running:
        yield running


@pytest.fixture
def on(emulator, tmp_path, request):
    """A stage that signs in by a method."""
    method = getattr(request, "param", "secret")
    policies = {"contoso.yaml": document(method)}
    with stage(tmp_path, emulator=emulator, policies=policies, environment=given(method, tmp_path)) as made:
        yield made


def run(on: Stage, *words: str, **more: str):
    """One command in a process of its own, as talkative as it can be."""
    environment = on.emulator.environment(bare()) | {
        name: text for name, text in on.environment.items() if name.startswith(("AZURE_", "RECONCILER_", "GITLAB_"))
    }
    ledger = {"RECONCILER_LEDGER": f"sqlite:///{on.folder / 'run.db'}"}
    return reconciler(*words, "--verbose", "--debug", folder=on.folder, environment=environment | ledger | more)


def written(on: Stage) -> dict[str, set[str]]:
    """The leaks of every file that the commands have written."""
    ours = {"app.pfx", "token.txt"}
    files = [one for one in on.folder.rglob("*") if one.is_file() and one.name not in ours]
    return {one.name: found for one in files if (found := leaks(one.read_bytes()))}


def said(ran) -> set[str]:
    """The leaks of both streams."""
    return leaks(ran.out) | leaks(ran.err)


@pytest.mark.parametrize("on", METHODS, indirect=True)
def test_nothing_is_said_and_nothing_is_written(on):
    """Plan, apply, drift and senders keep every secret from streams, reports, plan file and ledger."""
    reports = [word for kind in ("json", "markdown", "html") for word in ("--report", f"{kind}=report.{kind}")]
    runs = [
        run(on, "plan", "--out", "plan.json", "--format", "json", *reports),
        run(on, "apply", "plan.json", "--log-format", "json", "--format", "html"),
        run(on, "drift", "--format", "markdown"),
        run(on, "senders", "--log-format", "json"),
    ]

    assert [0, 0, 0, 0] == [one.code for one in runs]
    assert [set()] * 4 == [said(one) for one in runs]
    assert {"plan.json", "run.db", "report.html"} <= {one.name for one in on.folder.iterdir()}
    assert {} == written(on)


SERVICE_ECHO = f"You sent Authorization: Bearer {TOKEN}"
"""A cmdlet service never sees more than the token."""
ECHO = f"You sent {SECRET} and {quote_plus(SECRET)} with Authorization: Bearer {TOKEN}"
ACCIDENTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "sign-in tells what was sent": ({"do": "sign-in-error", "code": 7000215, "text": ECHO}, {"kind": "sign-in"}),
    "discovery tells what was sent": (
        {"do": "answer", "status": 400, "body": {"error": "invalid_request", "error_description": ECHO}},
        {"kind": "discovery"},
    ),
    "a proxy's page at sign-in": ({"do": "answer", "status": 407, "body": ECHO}, {"kind": "sign-in"}),
    "a service tells what was sent": (
        {"do": "answer", "status": 400, "body": {"error": {"code": "BadRequest", "message": SERVICE_ECHO}}},
        {"service": "exo"},
    ),
    "a proxy's page at a service": ({"do": "answer", "status": 418, "body": SERVICE_ECHO}, {"service": "compliance"}),
    "errors in a success": ({"do": "errors-in-200", "text": SERVICE_ECHO}, {"service": "exo"}),
    "a link that holds a token": (
        {"do": "foreign-next-link", "url": f"https://else.example/?token={TOKEN}"},
        {"service": "exo"},
    ),
}

QUOTED = {"sign-in tells what was sent", "a service tells what was sent", "errors in a success"}
"""Those whose words are shown, but for the secret in them."""


@pytest.mark.parametrize("accident", ACCIDENTS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_is_sent_back_is_shown(on, accident, form):
    """A service or a proxy that repeats what it was sent is quoted without it, with tracebacks too."""
    fault, when = ACCIDENTS[accident]
    on.fault(**fault, when=when)
    ran = run(on, "plan", "--format", form, "--out", "plan.json")

    assert (True, set(), {}) == (ran.code in {6, 9}, said(ran), written(on))
    assert accident not in QUOTED or "You sent" in ran.out + ran.err


def test_nothing_that_a_command_is_answered_with_is_shown(on):
    """A refusal of a command that repeats what it was sent reaches neither output nor ledger with it."""
    plan = run(on, "plan", "--out", "plan.json")
    body = {"error": {"code": "BadRequest", "message": SERVICE_ECHO}}
    on.fault("answer", status=400, body=body, when={"kind": "write"})
    ran = run(on, "apply", "plan.json", "--format", "json")

    assert ([0, 1], set(), {}) == ([plan.code, ran.code], said(ran), written(on))


def test_wrong_words_stay_unsaid(on):
    """A certificate's wrong password and a plan's wrong key are refused without being named."""
    path = str(on.folder / "app.pfx")
    opened = run(on, "plan", AZURE_CLIENT_CERTIFICATE_PATH=path, AZURE_CLIENT_CERTIFICATE_PASSWORD=PLAN_KEY)
    run(on, "plan", "--out", "plan.json")
    shown = run(on, "show", "plan.json", RECONCILER_PLAN_KEY=SECRET)

    assert [9, 5] == [opened.code, shown.code]
    assert set() == said(opened) | said(shown)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://reconciler:{LEDGER_PASSWORD}@127.0.0.1:9/ledger",
        f"postgres://reconciler:{LEDGER_PASSWORD}@127.0.0.1:9/ledger",
        f"postgresql+psycopg://reconciler:{LEDGER_PASSWORD}@127.0.0.1:nine/ledger",
    ],
)
def test_a_ledger_that_cannot_be_reached_keeps_its_password(on, url):
    """The password of a ledger's URL stands in no error, whatever is wrong with the URL or the server."""
    runs = [run(on, "plan", "--out", "plan.json"), run(on, "apply", "plan.json", RECONCILER_LEDGER=url)]

    assert ([0, 1], set()) == ([one.code for one in runs], set.union(*map(said, runs)))


@pytest.mark.parametrize("on", METHODS, indirect=True)
def test_no_repr_shows_a_secret(on):
    """Whoever prints the settings, a credential, the door to tenants or an open connection sees no secret."""
    settings = settings_from(
        dict(on.environment) | {"RECONCILER_LEDGER": f"postgresql+psycopg://a:{LEDGER_PASSWORD}@db.example/x"}
    )
    tenant = on.desired()[0].tenant
    tenants = HttpTenants(settings.environment, on.clock)
    with tenants.writer(tenant) as writer:
        things = [settings, credential_for(tenant, settings.environment), tenants, writer, on.ports, tenant]
        shown = "".join(f"{one!r}{one!s}" for one in things)

    assert set() == leaks(shown)


HALVES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "half a token": ({"do": "malformed-json"}, {"kind": "sign-in"})
}


@pytest.mark.parametrize("accident", [*ACCIDENTS, *HALVES])
def test_no_exception_holds_a_secret(on, accident):
    """An error and all that caused it, printed with tracebacks and arguments, holds no secret."""
    fault, when = (ACCIDENTS | HALVES)[accident]
    on.fault(**fault, when=when | {"service": "exo"} if "service" in when else when)
    kind = next(one for one in on.ports.kinds if one.name == "audit-log")
    with on.ports.tenants.reader(on.desired()[0].tenant) as reader, pytest.raises(ReconcilerError) as caught:
        reader.ask(kind.query()[0])
    chain: list[BaseException] = [caught.value]
    while (deeper := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(deeper)
    text = "".join(f"{one!r}{one.args!r}" for one in chain) + "".join(traceback.format_exception(chain[0]))

    assert set() == leaks(text)
