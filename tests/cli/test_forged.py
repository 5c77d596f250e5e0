"""Forged plans on the real command line, and files that only their owner may read."""

import json
import os
import stat

import pytest

from tests.cli.line import reconciler
from tests.flow.forgery import forged, text

KEY = "a key of the pipeline, long and random"


@pytest.fixture
def run(folder, environment):
    """A function that runs a command against the emulator."""
    ledger = {"RECONCILER_LEDGER": "sqlite:///.reconciler/ledger.db"}
    return lambda *words, **more: reconciler(*words, folder=folder, environment=environment | ledger | more)


def first(plan, ending):
    """The change whose address ends so."""
    return next(one for tenant in plan["tenants"] for one in tenant["changes"] if one["address"].endswith(ending))


def more_recipients(plan):
    """One more recipient, in all places of the change at once."""
    change = first(plan, "Inbox rule forwards outside")
    change["after"]["notifications"]["recipients"].append("mallory@fabrikam.example")
    for one in change["fields"]:
        if one["path"] == "notifications.recipients":
            one["after"] = change["after"]["notifications"]["recipients"]
    change["commands"][0]["parameters"]["NotifyUser"] = change["after"]["notifications"]["recipients"]


def bob(plan):
    """The unblock of a sender whom the policies hold."""
    mine = first(plan, "alice@contoso.com")
    changed = json.loads(json.dumps(mine).replace("alice@contoso.com", "bob@contoso.com"))
    next(one for one in plan["tenants"] if one["name"] == "contoso")["changes"].append(changed)


def transport_rule(plan):
    """A cmdlet that the tool has no use for."""
    command = {
        "service": "exo",
        "cmdlet": "New-TransportRule",
        "parameters": {"Name": "x", "BlindCopyTo": "m@x.example"},
    }
    first(plan, "fabrikam/audit-log")["commands"].append(command)


@pytest.mark.parametrize("forge", [more_recipients, transport_rule])
def test_a_forged_plan_is_5_and_writes_nothing_in_its_tenant(run, folder, emulator, forge):
    """Both digests are right, `show` prints it, and apply still sends none of it."""
    run("plan", "--out", "plan.json")
    path = folder / "plan.json"
    document = forged(json.loads(path.read_text()), forge)
    path.write_text(text(document))
    tenant = "fabrikam" if forge is transport_rule else "contoso"
    shown, ran = run("show", "plan.json"), run("apply", "plan.json", "--tenant", tenant, "--digest", document["digest"])

    assert ([0, 5], 0) == ([shown.code, ran.code], emulator.counts(kind="write"))


def test_an_unblock_that_policies_hold_is_held_whatever_a_plan_says(run, folder, emulator):
    """A sender who does not pass at apply is left, and those who do go on: one unblock is sent, and not his."""
    run("plan", "--out", "plan.json")
    path = folder / "plan.json"
    path.write_text(text(forged(json.loads(path.read_text()), bob)))
    ran = run("apply", "plan.json", "--tenant", "contoso", "--format", "json", "--wait", "5s")
    states = {one["address"]: one["state"] for one in json.loads(ran.out)["tenants"][0]["outcomes"]}

    assert ["applied", "held"] == [states[f"contoso/restricted-sender/{who}@contoso.com"] for who in ("alice", "bob")]
    assert 1 == emulator.counts(kind="write", name="Remove-BlockedSenderAddress")


def test_with_a_key_a_forged_plan_is_not_even_read(run, folder, emulator):
    """Without the key nobody can sign, and a signature of the honest plan fits no other, nor other times."""
    run("plan", "--out", "plan.json", RECONCILER_PLAN_KEY=KEY)
    path = folder / "plan.json"
    honest = json.loads(path.read_text())
    unsigned = {name: value for name, value in honest.items() if name != "hmac"}
    said = []
    for document in (unsigned, {**honest, "expires_at": "2999-01-01T00:00:00Z"}, forged(honest, more_recipients)):
        path.write_text(text(document))
        ran = run("apply", "plan.json", RECONCILER_PLAN_KEY=KEY)
        said.append((ran.code, "hmac" in ran.err))

    assert ([(5, True)] * 3, 0) == (said, emulator.counts(kind="write"))
    path.write_text(text(honest))
    assert 8 == run("apply", "plan.json", "--wait", "0s", RECONCILER_PLAN_KEY=KEY).code


def test_plan_and_ledger_are_for_their_owner_only(run, folder):
    """Whatever the umask allows, and also where an older file was open to all."""
    (folder / "plan.json").write_text("{}")
    (folder / "plan.json").chmod(0o666)
    old = os.umask(0)
    try:
        run("plan", "--out", "plan.json")
        run("apply", "plan.json", "--wait", "0s")
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / ".reconciler").iterdir()}

    assert 0o600 == stat.S_IMODE((folder / "plan.json").stat().st_mode)
    assert (0o700, {0o600}) == (stat.S_IMODE((folder / ".reconciler").stat().st_mode), set(modes.values()))


def test_an_acknowledgement_names_who(run, folder):
    """The plan's warning says which rule was acknowledged and by whom, and apply asks for it again."""
    path = folder / "policies" / "tenants" / "fabrikam.yaml"
    path.write_text(path.read_text() + "audit_log: {enabled: off}\n")
    refused = run("plan", "--tenant", "fabrikam", "--out", "plan.json")
    made = run(
        "plan",
        "--tenant",
        "fabrikam",
        "--ack",
        "audit-log-off",
        "--format",
        "json",
        "--out",
        "plan.json",
        GITLAB_USER_LOGIN="jdoe",
    )
    findings = json.loads(made.out)["tenants"][0]["findings"]
    messages = [one["message"] for one in findings if one["rule"] == "acknowledged"]

    assert [4, 0] == [refused.code, made.code]
    assert [
        "audit-log-off, acknowledged by jdoe: without auditing no alert policy works; write `enabled: on`."
    ] == messages
