"""A forged plan, whatever is altered in it and however right its digests are, sends nothing that policies do not ask for."""

import json
from datetime import timedelta

import pytest

from reconciler.adapters.plan_file import load
from reconciler.core.errors import PlanError
from reconciler.core.resource import Count, Guardrails
from reconciler.flow.apply_plan import apply_plan
from reconciler.flow.make_plan import make_plan
from tests.flow.fakes import Service, block, default, ports, row
from tests.flow.forgery import forged, forgeries, text
from tests.flow.wishes import alarm, approval, desire

RESTRICTED = "User restricted from sending email"
FOREIGN = "00000000-0000-4000-8000-00000000000f"
WANTED = desire(
    alert_policies={
        "Alarm": alarm(),
        "Bell": alarm(),
        "Old": {"present": False},
        RESTRICTED: {"enabled": "on", "notifications": {"recipients": ["secops@contoso.com"]}, "via": "companion"},
        "Messages have been delayed": {"notifications": {"enabled": "off"}},
    },
    audit_log={"enabled": "on"},
    restricted_senders={"unblock": [approval()]},
)


def service():
    """A tenant in which every sort of change is needed, and in which a foreign policy and a foreign block stand beside."""
    return Service(
        alerts=[
            row(),
            row("Old", "00000000-0000-4000-8000-000000000002"),
            row("Theirs", FOREIGN),
            default(),
            row("Messages have been delayed", "37a4e852-e711-45ca-b0f4-b076bae3adfd", IsSystemRule=True),
        ],
        blocked=[block(), block("bob@contoso.com")],
        audit=False,
        dehydrated=True,
    )


def planned(desired=WANTED):
    """The honest plan's document."""
    return make_plan((desired,), ports(contoso=service())).document()


def sent(document, file, desired=WANTED):
    """What apply sends for a document in a file, and the exit: 5 also where the file is not even read as a plan."""
    file.write_text(text(document))
    at = service()
    try:
        applied = apply_plan(load(file), (desired,), ports(contoso=at), wait=timedelta(0))
    except PlanError:
        return [], 5
    return [command.model_dump_json() for command in at.told], applied.exit.code


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The honest plan, and what it sends."""
    document = planned()
    commands, code = sent(document, tmp_path_factory.mktemp("honest") / "plan.json")

    assert 8 == code
    return document, commands


def test_the_honest_plan_holds_every_sort_of_change(honest):
    """Otherwise the tests below would prove less than they say."""
    document, commands = honest
    changes = document["tenants"][0]["changes"]

    assert {"create", "update", "delete"} == {one["action"] for one in changes}
    assert {"api", "companion", "portal"} == {one["via"] for one in changes}
    assert {"alert-policy", "audit-log", "restricted-sender"} == {one["kind"] for one in changes}
    assert 7 == len(commands)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_no_altered_value_sends_anything_else(honest, tmp_path):
    """Each value in turn is replaced, doubled, emptied or dropped: only commands of the honest plan go out, each once."""
    document, commands = honest
    results = {what: sent(made, tmp_path / "plan.json")[0] for what, made in forgeries(document)}
    odd = {what: told for what, told in results.items() if not set(told) <= set(commands) or len(set(told)) < len(told)}

    assert {} == odd
    assert len(results) > 1000
    assert {0, len(commands)} <= {len(told) for told in results.values()}


def evil(cmdlet="New-TransportRule", **parameters):
    """A command that no policy asks for."""
    return {
        "service": "exo",
        "cmdlet": cmdlet,
        "parameters": parameters or {"Name": "all", "BlindCopyTo": "m@x.example"},
    }


def at(document, ending):
    """The change whose address ends so."""
    return next(one for one in document["tenants"][0]["changes"] if one["address"].endswith(ending))


def add(document, **change):
    """One more change, made from the unblock that is there."""
    changes = document["tenants"][0]["changes"]
    changes.append({**at(document, "alice@contoso.com"), **change})


def foreign(document):
    """A removal of a policy that nobody names."""
    address = "contoso/alert-policy/Theirs"
    command = {"service": "compliance", "cmdlet": "Remove-ProtectionAlert", "parameters": {"Identity": FOREIGN}}
    add(document, kind="alert-policy", address=address, ref=FOREIGN, commands=[command])


def bob(document):
    """An unblock of somebody whom no entry names."""
    address, parameters = "contoso/restricted-sender/bob@contoso.com", {"SenderAddress": "bob@contoso.com"}
    add(document, address=address, ref="bob@contoso.com", commands=[evil("Remove-BlockedSenderAddress", **parameters)])


FORGERIES = {
    "a change of a foreign policy": foreign,
    "an unblock that nobody approved": bob,
    "a foreign cmdlet beside ours": lambda plan: at(plan, "Alarm")["commands"].append(evil()),
    "a foreign cmdlet before ours": lambda plan: at(plan, "Alarm")["commands"].insert(0, evil()),
    "a foreign cmdlet in our place": lambda plan: at(plan, "Alarm").update(commands=[evil()]),
    "another person in an unblock": lambda plan: at(plan, "alice@contoso.com")["commands"][0]["parameters"].update(
        SenderAddress="bob@contoso.com"
    ),
    "another recipient": lambda plan: at(plan, "Bell")["commands"][0]["parameters"].update(NotifyUser=["m@x.example"]),
    "one parameter more": lambda plan: at(plan, "Bell")["commands"][0]["parameters"].update(Disabled=True),
    "another service": lambda plan: at(plan, "audit-log")["commands"][0].update(service="compliance"),
    "commands in another order": lambda plan: at(plan, "audit-log")["commands"].reverse(),
    "a command twice": lambda plan: at(plan, "alice@contoso.com").update(
        commands=at(plan, "alice@contoso.com")["commands"] * 2
    ),
    "an unblock twice": add,
    "a command in a portal step": lambda plan: at(plan, "delayed").update(commands=[evil()]),
    "a tenant twice": lambda plan: plan["tenants"].append(plan["tenants"][0]),
    "another tenant": lambda plan: plan["tenants"][0].update(name="fabrikam"),
    "another tenant's address": lambda plan: at(plan, "Bell").update(address="fabrikam/alert-policy/Bell"),
    "another policies digest": lambda plan: plan["tenants"][0].update(policies_digest="sha256:0"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_known_trick_sends_nothing(honest, what, tmp_path):
    """One alteration that is not ours stops the whole tenant: nothing is sent at all, and the exit is 5."""
    assert ([], 5) == sent(forged(honest[0], FORGERIES[what]), tmp_path / "plan.json")


def test_an_unblock_twice_by_another_way_is_sent_once(honest, tmp_path):
    """There is no such object, so the second one is unchanged at best; the first goes on."""
    document, commands = honest
    told, code = sent(forged(document, lambda plan: add(plan, via="companion")), tmp_path / "plan.json")

    assert (sorted(commands), 8) == (sorted(told), code)


def quiet(document):
    """Take out all that a plan says against itself."""
    for part in (document, *document["tenants"]):
        part["exit"] = {"code": 0, "name": "ok", "reasons": []}
    document["tenants"][0]["findings"] = []


@pytest.mark.parametrize(
    "rules",
    [
        Guardrails(written=True, max_changes=Count(count=1)),
        Guardrails(written=True, protected=("Messages have been delayed",)),
    ],
)
def test_a_refusal_that_is_taken_out_is_found_again(rules, tmp_path):
    """Apply runs the guardrails itself: the plan's silence about them counts for nothing."""
    desired = WANTED.model_copy(update={"guardrails": rules})

    assert ([], 4) == sent(forged(planned(desired), quiet), tmp_path / "plan.json", desired)


def test_a_plan_with_a_longer_life_sends_no_more(honest, tmp_path):
    """No digest covers the times; a plan of any age is held against policies and tenant all the same."""
    document, commands = honest
    longer = forged(document, lambda plan: plan.update(expires_at="2999-01-01T00:00:00Z"))

    assert (sorted(commands), 8) == (
        sorted(sent(longer, tmp_path / "plan.json")[0]),
        sent(longer, tmp_path / "plan.json")[1],
    )


def test_the_changes_digest_ties_a_preview_to_the_plan():
    """Other words and findings leave it as it is, and any other deed does not, though the whole digest differs for both."""
    document = planned()
    words = forged(
        document, lambda plan: at(plan, "Bell").update(why="because", origin={"file": "other.yaml", "line": 9})
    )
    deed = forged(document, lambda plan: at(plan, "Bell")["commands"][0]["parameters"].update(Severity="High"))
    found = [
        (one["changes_digest"] == document["changes_digest"], one["digest"] == document["digest"])
        for one in (words, deed)
    ]

    assert [(True, False), (False, False)] == found
    assert json.loads(text(document)) == document
