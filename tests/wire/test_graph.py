"""Questions put to Microsoft Graph, with a token of their own."""

from typing import Any

import pytest

from reconciler.core.errors import ForbiddenRead, ReadError
from reconciler.core.request import GraphQuery


def test_graph_is_read_with_its_own_token(emulator, connect):
    """An object is one row; what is not there has none."""
    reader = connect(emulator)
    (user,) = reader.ask(GraphQuery(name="u", path="/users/alice@contoso.com?$select=accountEnabled"))

    assert user["accountEnabled"] is True
    assert () == reader.ask(GraphQuery(name="u", path="/users/nobody@contoso.com"))


@pytest.mark.parametrize(
    "fault", [{"do": "throttle", "retry_after": 1}, {"do": "unavailable"}, {"do": "drop"}], ids=str
)
def test_graph_is_patient_too(start, connect, clock, fault):
    """A passing problem of Graph is waited out, a lasting one is unreadable."""
    question = GraphQuery(name="u", path="/users/alice@contoso.com")

    assert 1 == len(connect(start(faults=[{"when": {"kind": "graph"}, "first": 2} | fault])).ask(question))
    assert 2 == len(clock.waits)
    with pytest.raises(ReadError, match=r"/users/alice@contoso.com of contoso could not be read"):
        connect(start(faults=[{"when": {"kind": "graph"}} | fault])).ask(question)


def test_graph_says_which_permission_is_missing(start, connect):
    """A 403 of Graph names the permission that the path needs."""
    denied = {
        "do": "answer",
        "status": 403,
        "body": {"error": {"code": "Forbidden", "message": "Insufficient privileges"}},
    }

    with pytest.raises(ForbiddenRead, match=r"User\.Read\.All.*Insufficient privileges"):
        connect(start(faults=[{"when": {"kind": "graph"}} | denied])).ask(
            GraphQuery(name="u", path="/users/alice@contoso.com")
        )


def test_graph_pages_stay_on_their_host(start, connect):
    """Pages of Graph are followed on its own host and nowhere else."""
    base = "https://graph.microsoft.com/v1.0/users"
    pages: list[dict[str, Any]] = [
        {"nth": 1, "do": "answer", "body": {"value": [{"id": "1"}], "@odata.nextLink": f"{base}?$skip=1"}},
        {"nth": 2, "do": "answer", "body": {"value": [{"id": "2"}]}},
        {"nth": 3, "do": "answer", "body": {"value": [], "@odata.nextLink": "https://attacker.example/"}},
        {"nth": [4, 5], "do": "answer", "body": {"value": [], "@odata.nextLink": f"{base}?$skip=1"}},
    ]
    reader = connect(start(faults=[{"when": {"kind": "graph"}} | page for page in pages]))
    question = GraphQuery(name="u", path="/users")

    assert ({"id": "1"}, {"id": "2"}) == reader.ask(question)
    with pytest.raises(ReadError, match="another host"):
        reader.ask(question)
    with pytest.raises(ReadError, match="do not come to an end"):
        reader.ask(question)
