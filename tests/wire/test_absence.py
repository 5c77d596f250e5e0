"""That something is not there: said by the service itself it is an answer, said by anything on the way it is none."""

import pytest

from reconciler.core.errors import MissingRead, ReadError
from reconciler.core.request import GraphQuery, Query

RISK = GraphQuery(name="risk", path="/identityProtection/riskyUsers/4e1bde50-0000-4000-8000-0000000000c1")
NOBODY = Query(name="m", service="exo", cmdlet="Get-Mailbox", parameters={"Identity": "nobody@contoso.com"})


def test_a_mailbox_that_is_not_there_is_told_apart(emulator, connect):
    """The service's own word for it has an error of its own; a list never does."""
    with pytest.raises(MissingRead, match=r"Get-Mailbox in Exchange Online of contoso found nothing: .*nobody@"):
        connect(emulator).ask(NOBODY)


@pytest.mark.parametrize("encoding", ["default", "pipe", "excode", "json"])
def test_however_it_is_spelled(emulator, connect, encoding):
    """All spellings of errors say the same (wire.md 4)."""
    emulator.change({"tenant": "contoso", "switch": {"error_encoding": encoding}})

    with pytest.raises(MissingRead):
        connect(emulator).ask(NOBODY)


PAGE = "<html><title>404 Not Found</title></html>"


@pytest.mark.parametrize(
    "body", [PAGE, "", {"error": {"code": "UnknownError", "message": ""}}, {"message": "no route"}], ids=str
)
def test_a_gateway_knows_nobody(start, connect, body):
    """A 404 of something on the way is no proof that an account has no risk."""
    emulator = start(faults=[{"do": "answer", "status": 404, "body": body, "when": {"kind": "graph"}}])

    with pytest.raises(ReadError, match="riskyUsers"):
        connect(emulator).ask(RISK)


@pytest.mark.parametrize("body", [PAGE, "", {"message": "no route"}], ids=str)
def test_a_gateway_knows_no_mailbox(start, connect, body):
    """Without a word of the service a mailbox is unreadable, not absent."""
    emulator = start(faults=[{"do": "answer", "status": 404, "body": body, "when": {"cmdlet": "Get-Mailbox"}}])

    with pytest.raises(ReadError) as unread:
        connect(emulator).ask(NOBODY)
    assert not isinstance(unread.value, MissingRead)


@pytest.mark.parametrize("code", ["Request_ResourceNotFound", "ResourceNotFound", "NotFound"])
def test_graph_itself_knows(start, connect, code):
    """Every spelling of its code means that there is no such object."""
    body = {"error": {"code": code, "message": "Resource does not exist."}}
    emulator = start(faults=[{"do": "answer", "status": 404, "body": body, "when": {"kind": "graph"}}])

    assert () == connect(emulator).ask(RISK)


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/identityProtection/riskyUsers/x", "IdentityRiskyUser.Read.All (and the tenant a licence with Entra ID P2)"),
        ("/reports/authenticationMethods/userRegistrationDetails/x", "AuditLog.Read.All (and the tenant a licence"),
        ("/users/x/authentication/methods", "UserAuthenticationMethod.Read.All"),
        ("/domains/contoso.com", "Domain.Read.All"),
        ("/directory/onPremisesSynchronization", "OnPremDirectorySynchronization.Read.All"),
    ],
)
def test_each_refusal_names_the_permission(start, connect, path, permission):
    """What evidence asks of Graph tells what to grant."""
    emulator = start(faults=[{"do": "answer", "status": 403, "body": PAGE, "when": {"kind": "graph"}}])

    with pytest.raises(ReadError) as refused:
        connect(emulator).ask(GraphQuery(name="q", path=path))
    assert permission in str(refused.value)
