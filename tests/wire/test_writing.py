"""Commands put to the emulator: sent once, repeated only on proof, and believed only as far as the answer goes."""

from typing import Any

import pytest

from reconciler.adapters.retry import Patience
from reconciler.core.errors import CommandRefused, CommandUnanswered
from reconciler.core.request import Command, Query
from tests.wire.gate import Gate
from tests.wire.stage import EXO, alerts, blocked, contoso, fabrikam, seed, unblock

REMOVE = {"when": {"cmdlet": "Remove-BlockedSenderAddress"}}
SWITCH_ON: dict[str, Any] = {"UnifiedAuditLogIngestionEnabled": True}


def count(emulator):
    """How often the unblock was sent."""
    return emulator.counts(name="Remove-BlockedSenderAddress")


def senders(writer):
    """Who is restricted now."""
    return [row["SenderAddress"] for row in writer.ask(blocked())]


@pytest.mark.parametrize("void", ["envelope", "no-content"])
def test_a_command_is_carried_out(emulator, connect, void):
    """Success has no rows, in an envelope or without one."""
    emulator.change({"tenant": "contoso", "switch": {"void_result": void}})
    writer = connect(emulator)

    assert () == writer.tell(unblock())
    assert (["bob@contoso.com"], 1) == (senders(writer), count(emulator))


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "throttle", "retry_after": 2},
        {"do": "throttle"},
        {"do": "concurrency", "status": 400},
        {"do": "concurrency", "status": 503},
        {"do": "answer", "status": 401, "body": ""},
        {"do": "claims-challenge"},
    ],
    ids=str,
)
def test_repeated_where_nothing_ran(start, connect, fault):
    """Throttling and a refused token prove that nothing ran: it is sent once more."""
    emulator = start(faults=[REMOVE | {"nth": 1} | fault])
    writer = connect(emulator)
    writer.tell(unblock())

    assert (["bob@contoso.com"], 2) == (senders(writer), count(emulator))


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "unavailable"},
        {"do": "unavailable", "status": 504, "body": "empty"},
        {"do": "ad-transient"},
        {"do": "bad-gateway"},
        {"do": "drop"},
        {"do": "answer", "status": 408, "body": ""},
        {"do": "malformed-json"},
        {"do": "errors-in-200", "text": "It may not have worked."},
        {"do": "answer", "status": 200, "headers": {"content-type": "text/html"}, "body": "<html>portal</html>"},
        {"do": "answer", "status": 418, "body": "A page of something on the way."},
    ],
    ids=str,
)
@pytest.mark.parametrize("after", [True, False])
def test_never_repeated_where_nothing_is_known(start, connect, fault, after):
    """Whether it ran before the answer was lost can't be told, so it is sent once and said to be unanswered."""
    emulator = start(faults=[REMOVE | {"after": after} | fault])

    with pytest.raises(CommandUnanswered, match="Remove-BlockedSenderAddress in Exchange Online of contoso"):
        connect(emulator).tell(unblock())
    assert 1 == count(emulator)


def test_an_answer_that_is_late(start, connect):
    """A command that outlasts its time is unanswered, not repeated."""
    emulator = start(faults=[REMOVE | {"do": "slow", "seconds": 5}])

    with pytest.raises(CommandUnanswered, match="did not answer in time"):
        connect(emulator, patience=Patience(command=0.1)).tell(unblock())
    assert 1 == count(emulator)


def test_throttled_for_good(start, connect):
    """A command that never gets its turn did not run."""
    emulator = start(faults=[REMOVE | {"do": "throttle"}])

    with pytest.raises(CommandRefused, match="was not carried out") as caught:
        connect(emulator).tell(unblock())
    assert ("throttled", 5) == (caught.value.reason, count(emulator))


def test_stopped_while_it_waits(start, connect, clock):
    """Ctrl-C in a wait finds a command that certainly did not run: refused, and not unknown."""
    clock.stop_after = 0
    emulator = start(faults=[REMOVE | {"do": "throttle"}])

    with pytest.raises(CommandRefused, match="the run was stopped"):
        connect(emulator).tell(unblock())
    assert 1 == count(emulator)


def test_nobody_to_talk_to(emulator, connect, clock):
    """A connection that is refused proves that nothing ran: tried five times, then refused and not unknown."""
    with Gate(emulator.port) as gate:
        gate.closed.add(EXO)
        writer = connect(emulator, HTTPS_PROXY=gate.url, https_proxy=gate.url)
        with pytest.raises(
            CommandRefused, match=r"was not carried out\. The proxy 127.* refused to connect to outlook"
        ) as caught:
            writer.tell(unblock())
        gate.closed.clear()
        writer.tell(unblock())

    assert ("throttled", 4, 1) == (caught.value.reason, len(clock.waits), count(emulator))


def refused(emulator, connect, command, tenant=None):
    """The refusal that a command meets."""
    with pytest.raises(CommandRefused) as caught:
        connect(emulator, tenant).tell(command)
    return caught.value


def test_a_command_that_the_front_door_can_not_place(emulator, connect):
    """The service that would carry it out never saw it, so nothing is known against it."""
    remove = Command(service="compliance", cmdlet="Remove-ProtectionAlert", parameters={"Identity": "x"})
    error = refused(emulator, connect, remove, contoso(domain="nobody.onmicrosoft.com"))

    assert ("unsent", True) == (error.reason, "INITIAL domain" in str(error))


def test_refused_in_the_services_own_words(start, connect):
    """The limit of unblocks is nobody's permission, throttle or absence: its text is shown as it is."""
    emulator = start(seed=seed(2, switches={"unblock_limit": 1}))
    address = "user0001@contoso.com"
    connect(emulator).tell(unblock(address))
    emulator.change({"tenant": "contoso", "block": {"address": address}})
    error = refused(emulator, connect, unblock(address))

    assert ("other", True) == (error.reason, "Contact Microsoft support" in str(error))


@pytest.mark.parametrize("encoding", ["default", "pipe", "excode", "json"])
@pytest.mark.parametrize("numeric", [True, False])
def test_what_is_not_there(emulator, connect, encoding, numeric):
    """Each spelling of the error says that the address isn't blocked."""
    emulator.change({"tenant": "contoso", "switch": {"error_encoding": encoding, "numeric_details_code": numeric}})
    error = refused(emulator, connect, unblock("nobody@contoso.com"))

    assert ("not-found", True) == (error.reason, "couldn't be found" in str(error))


@pytest.mark.parametrize("encoding", ["default", "pipe", "excode", "json"])
def test_what_is_there_already(emulator, connect, encoding):
    """A create that finds its name taken says so."""
    emulator.change({"tenant": "contoso", "switch": {"error_encoding": encoding}})
    policy: dict[str, Any] = {
        "Name": "Inbox rule forwards outside",
        "Category": "ThreatManagement",
        "NotifyUser": ["a@contoso.com"],
    }
    more = {"ThreatType": "Activity", "Operation": ["New-InboxRule"], "AggregationType": "None"}
    command = Command(service="compliance", cmdlet="New-ProtectionAlert", parameters=policy | more)

    assert "exists" == refused(emulator, connect, command).reason


def test_a_dehydrated_tenant(emulator, connect):
    """Auditing is refused until the organization was customized; a second customization is already done."""
    audit = Command(service="exo", cmdlet="Set-AdminAuditLogConfig", parameters=SWITCH_ON)
    customize = Command(service="exo", cmdlet="Enable-OrganizationCustomization", parameters={"Confirm": False})

    assert "dehydrated" == refused(emulator, connect, audit, fabrikam()).reason
    writer = connect(emulator, fabrikam())
    writer.tell(customize)
    assert "done" == refused(emulator, connect, customize, fabrikam()).reason
    assert "60 minutes" in " ".join(writer.tell(audit))


@pytest.mark.parametrize("anchor", ["any", "8cc370d3"])
def test_auditing_has_an_anchor_of_its_own(emulator, connect, anchor):
    """The audit configuration is found by its own mailbox where that is asked for, and by any where not."""
    emulator.change({"tenant": "contoso", "switch": {"audit_anchor": anchor}})
    writer = connect(emulator)
    writer.tell(
        Command(service="exo", cmdlet="Set-AdminAuditLogConfig", parameters={"UnifiedAuditLogIngestionEnabled": False})
    )
    (audit,) = writer.ask(Query(name="audit", service="exo", cmdlet="Get-AdminAuditLogConfig"))

    assert audit["UnifiedAuditLogIngestionEnabled"] is False


def test_a_set_that_changes_nothing(emulator, connect):
    """It succeeds with one warning."""
    same = Command(service="exo", cmdlet="Set-AdminAuditLogConfig", parameters=SWITCH_ON)
    (warning,) = connect(emulator).tell(same)

    assert "no settings" in warning


@pytest.mark.parametrize("body", ["nul-gzip", "json", "json-401"])
def test_a_command_that_is_not_allowed(start, connect, body):
    """The refusal is a matter of permission, and the role that is missing is named."""
    plain = seed(1, switches={"forbidden_body": body})
    plain["tenants"][0]["apps"][0]["directory_roles"] = ["Global Reader"]
    error = refused(start(seed=plain), connect, unblock("user0000@contoso.com"))

    assert ("permission", True) == (error.reason, "Exchange Administrator" in str(error))


def test_a_licence_that_is_missing(start, connect):
    """A policy that the licence doesn't include is refused, and the message says which licence, or what else, would do."""
    policy: dict[str, Any] = {
        "Name": "Many",
        "Category": "ThreatManagement",
        "NotifyUser": ["a@contoso.com"],
        "ThreatType": "Activity",
    }
    more = {"Operation": ["FileDeleted"], "AggregationType": "SimpleAggregation", "Threshold": 5, "TimeWindow": 90}
    command = Command(service="compliance", cmdlet="New-ProtectionAlert", parameters=policy | more)

    error = refused(start(seed=seed(licence="e3")), connect, command)

    assert ("licence", True) == (error.reason, "E5 class; `aggregation: none`" in str(error))


def test_a_reader_can_not_tell(emulator, clock):
    """Planning gets an object without any way to write."""
    from reconciler.adapters.http_tenant import HttpTenants
    from tests.wire.stage import contoso

    with HttpTenants(emulator.environment(), clock).reader(contoso()) as reader:
        assert not hasattr(reader, "tell")
        assert 40 < len(reader.ask(alerts()))
