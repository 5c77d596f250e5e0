"""What a person lives through with the real command line, from the first plan to drift and back."""

import json
import time

import pytest

from reconciler.emulator import Emulator
from tests.whole.line import Line, interrupt, until
from tests.whole.stage import CONTOSO, FABRIKAM, RESTRICTED

pytestmark = pytest.mark.slow

DEFAULT = f"contoso/alert-policy/{RESTRICTED}"
CUSTOM = "contoso/alert-policy/Inbox rule forwards outside"
ALICE = "contoso/restricted-sender/alice@contoso.com"
HEAD = CONTOSO.partition("audit_log:")[0]


@pytest.fixture
def line(tmp_path):
    """A command line on a fresh emulator, with contoso's policies in the folder."""
    with Emulator() as emulator:
        made = Line(emulator, tmp_path)
        made.write("contoso.yaml", CONTOSO)
        yield made


def notify(via: str, recipient: str = "secops@contoso.com") -> str:
    """A document with one wish for a default policy."""
    return f"""{HEAD}
alert_policies:
  {RESTRICTED}:
    notifications: {{enabled: on, recipients: [{recipient}], daily_limit: none}}
    via: {via}
"""


def test_from_the_first_plan_to_drift_and_back(line):
    """Plan, apply, an empty plan; a hand in the portal, drift that is dated, and the next apply puts it right."""
    line.write("fabrikam.yaml", FABRIKAM)
    codes = [
        line("plan", "--out", "plan.json", "--detailed-exitcode").code,
        line("apply", "plan.json").code,
        line("plan", "--detailed-exitcode").code,
        line("drift").code,
    ]
    muted = {"name": "Inbox rule forwards outside", "fields": {"NotificationEnabled": False}}
    line.emulator.change({"tenant": "contoso", "set_policy": muted})
    found = line.json("drift")
    entries = [one for tenant in found["tenants"] for one in tenant["drift"]]

    assert [2, 0, 0, 0] == codes
    assert (2, [(CUSTOM, "notifications.enabled", "critical")]) == (
        found["exit"]["code"],
        [(one["address"], one["field"], one["severity"]) for one in entries],
    )
    assert entries == [one for tenant in line.json("drift")["tenants"] for one in tenant["drift"]]
    assert (0, {CUSTOM: "applied"}) == line.apply()
    assert (0, {}) == (line("drift").code, line.plan())


def test_some_of_the_tenants_and_some_of_their_objects(line):
    """Names, labels and targets each narrow what is read, planned and written; what matches nothing is wrong usage."""
    line.write("contoso.yaml", CONTOSO.replace("audit_log:", "labels: {ring: canary}\naudit_log:", 1))
    line.write("fabrikam.yaml", FABRIKAM)

    assert {"contoso"} == {address.partition("/")[0] for address in line.plan("--selector", "ring=canary")}
    assert {"fabrikam"} == {address.partition("/")[0] for address in line.plan("--tenant", "fab*")}
    assert {ALICE: "delete"} == line.plan("--target", ALICE)
    wrong = (["--tenant", "nobody"], ["--selector", "ring=none"], ["--target", "contoso/alert-policy/Nothing"])
    assert [64, 64, 64] == [line("plan", *words).code for words in wrong]
    line("plan", "--target", ALICE, "--out", "part.json")
    assert 0 == line("apply", "part.json").code
    assert (1, 0) == (line.emulator.counts(kind="write"), line.emulator.counts(tenant="fabrikam", kind="write"))


def test_the_life_of_a_companion(line):
    """It is made, kept in step, kept while its default policy waits for a hand, and removed when that matches."""
    line.write("contoso.yaml", notify("companion"))
    born = line.apply()
    line.write("contoso.yaml", notify("companion", "soc@contoso.com"))
    changed = (line.plan(), line.apply())
    line.write("contoso.yaml", notify("portal"))
    waiting = (line.plan(), line.findings())
    manual = line.apply()
    fields = {
        "NotifyUser": ["secops@contoso.com"],
        "NotifyUserThrottleThreshold": None,
        "NotifyUserThrottleWindow": None,
    }
    line.emulator.change({"tenant": "contoso", "set_policy": {"name": RESTRICTED, "fields": fields}})
    leaving = (line.plan(), line.apply())

    assert (0, {DEFAULT: "applied"}) == born
    assert ({DEFAULT: "update"}, (0, {DEFAULT: "applied"})) == changed
    assert ({DEFAULT: "update"}, True) == (waiting[0], (DEFAULT, "companion-kept") in waiting[1])
    assert (8, {DEFAULT: "manual"}) == manual
    assert ({DEFAULT: "delete"}, (0, {DEFAULT: "applied"})) == leaving
    assert {} == line.plan()


def test_a_companion_that_nobody_names_any_more(line):
    """A companion whose default policy left the policies is told of and kept."""
    line.write("contoso.yaml", notify("companion"))
    line.apply()
    line.write("contoso.yaml", HEAD + "audit_log: {enabled: on}\nalert_policies: {}\n")

    assert ({}, True) == (line.plan(), "orphan-companion" in {rule for _, rule in line.findings()})


def test_auditing_in_a_tenant_that_was_never_customised(line):
    """Customising comes first and switching on second; both stand in the plan, and one apply does both."""
    line.write("contoso.yaml", HEAD + "audit_log: {enabled: on}\n")
    for change in ({"audit": False}, {"dehydrated": True}):
        line.emulator.change({"tenant": "contoso", **change})
    commands = [one["cmdlet"] for one in line.json("plan")["tenants"][0]["changes"][0]["commands"]]

    assert ["Enable-OrganizationCustomization", "Set-AdminAuditLogConfig"] == commands
    assert (0, {"contoso/audit-log": "applied"}) == line.apply()
    assert {} == line.plan()


def test_a_sender_that_was_blocked_anew(line):
    """An approval covers the block that was reviewed: a later one is held, in plan and in apply of an older plan."""
    line("plan", "--target", ALICE, "--out", "plan.json")
    line.emulator.change({"tenant": "contoso", "block": "alice@contoso.com"})
    applied = line.json("apply", "plan.json")

    assert (ALICE, "newer-block") in line.findings()
    assert (0, ["held"]) == (applied["exit"]["code"], [one["state"] for one in applied["tenants"][0]["outcomes"]])
    assert 0 == line.emulator.counts(kind="write")


def test_an_approval_that_has_expired(line):
    """An entry whose day is over approves nothing, and the sender stays blocked."""
    line.write("contoso.yaml", CONTOSO.replace("EXPIRES", "2026-01-31").replace("BEFORE", "2026-01-01T00:00:00Z"))
    line.emulator.change(
        {"tenant": "contoso", "block": {"address": "alice@contoso.com", "since": "2025-12-31T00:00:00Z"}}
    )

    assert (True, False) == ((ALICE, "approval-expired") in line.findings(), ALICE in line.plan())


@pytest.mark.parametrize(
    ("switch", "ending"), [("accept", (0, "applied")), ("silent", (1, "failed")), ("refuse", (1, "failed"))]
)
def test_writing_to_a_default_policy(line, switch, ending):
    """`via: api` is an attempt: applied where it shows, failed where the service refuses, in silence too."""
    line.write("contoso.yaml", notify("api"))
    line.emulator.change({"tenant": "contoso", "switch": {"default_policy_write": switch}})
    code, states = line.apply("--wait", "1s")

    assert ending == (code, states[DEFAULT])
    assert ({} if switch == "accept" else {DEFAULT: "update"}) == line.plan()


def test_writes_that_show_late(line):
    """Not visible within --wait is 8 and converging, never a change; once visible nothing is left; patience gives 0."""
    line.emulator.change({"tenant": "contoso", "switch": {"alerts_after_seconds": 3600}})
    code, states = line.apply("--wait", "0s")
    converging = {address for address, rule in line.findings() if rule == "converging"}
    planned = line("plan", "--detailed-exitcode")
    drift = line("drift")
    line.emulator.change({"advance": 3600})

    assert (8, {DEFAULT: "converging", CUSTOM: "converging", ALICE: "applied"}) == (code, states)
    assert {DEFAULT, CUSTOM} == converging
    assert (0, 0) == (planned.code, drift.code)
    assert 0 == line("plan", "--detailed-exitcode").code
    assert "converging" not in {rule for _, rule in line.findings()}


def test_patience_is_rewarded(line):
    """With --wait apply reads again until the writes are visible."""
    line.emulator.change({"tenant": "contoso", "switch": {"alerts_after_reads": 2}})

    assert (0, {"applied"}) == ((found := line.apply("--wait", "20s"))[0], set(found[1].values()))


def test_ctrl_c_while_a_command_is_on_its_way(line):
    """The command in flight is awaited and recorded, the rest is skipped, and the next run carries on."""
    line("plan", "--out", "plan.json")
    line.emulator.faults.add({"do": "slow", "seconds": 2, "nth": 1, "when": {"kind": "write"}})
    process = line.start("apply", "plan.json", "--format", "json", "--verbose")
    said = until(process, "writing")
    interrupt(process)
    out, err = process.communicate(timeout=30)
    states = {one["address"]: one["state"] for one in json.loads(out)["tenants"][0]["outcomes"]}
    written = line.emulator.counts(kind="write")

    assert (130, 1, 2) == (process.returncode, written, list(states.values()).count("skipped"))
    assert ("Traceback" in said + err, "exit 130 (interrupted)" in err) == (False, True)
    assert (0, {}) == (line.apply()[0], line.plan())
    assert 3 == line.emulator.counts(kind="write")


def test_the_second_ctrl_c_ends_at_once(line):
    """Nobody waits for the answer any more; nothing is said of it, and the next run finds out."""
    line("plan", "--out", "plan.json")
    line.emulator.faults.add({"do": "slow", "seconds": 8, "nth": 1, "when": {"kind": "write"}})
    process = line.start("apply", "plan.json", "--format", "json", "--verbose")
    until(process, "writing")
    interrupt(process)
    until(process, "Stopping")
    start = time.monotonic()
    interrupt(process)
    out, err = process.communicate(timeout=30)

    assert (130, "", True) == (process.returncode, out, time.monotonic() - start < 4)
    assert "Traceback" not in err
    line.emulator.faults.clear()
    assert line.apply()[0] in {0, 8}
    assert line.emulator.counts(kind="write", name="Remove-BlockedSenderAddress") <= 1


def test_ctrl_c_while_reading_leaves_no_file(line):
    """A plan that was stopped is not half written, and says nothing on stdout."""
    line.emulator.change({"tenant": "contoso", "switch": {"latency_ms": 4000}})
    process = line.start("plan", "--out", "plan.json", "--format", "json", "--verbose")
    until(process, "reading")
    interrupt(process)
    out, _ = process.communicate(timeout=30)

    assert (130, "", False) == (process.returncode, out, (line.folder / "plan.json").exists())


@pytest.fixture
def saved(line):
    """A saved plan."""
    line("plan", "--out", "plan.json")
    return line.folder / "plan.json"


def edited(path, **changes):
    """The plan's document with something else in it."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


SPOILS = {
    "altered": (
        lambda path: path.write_text(path.read_text().replace("secops@", "crook@")),
        "was altered after it was made",
    ),
    "truncated": (lambda path: path.write_text(path.read_text()[:-200]), "it was cut off"),
    "empty": (lambda path: path.write_text(""), "it was cut off"),
    "no plan at all": (lambda path: path.write_text('{"a": 1}'), "has no `format`, so it is no plan"),
    "of the future": (lambda path: edited(path, format=2), "has the format '2'; this version reads format 1 only"),
    "expired": (
        lambda path: edited(path, expires_at="2026-01-01T00:00:00Z"),
        "The plan expired at 2026-01-01T00:00:00Z",
    ),
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_plan_file_that_is_not_to_be_trusted(line, saved, spoil):
    """Whatever is wrong with the file: exit 5, a sentence that says what, and nothing is written."""
    change, word = SPOILS[spoil]
    change(saved)
    ran = line("apply", "plan.json")

    assert (5, 0) == (ran.code, line.emulator.counts(kind="write"))
    assert (word in ran.err, "Traceback" in ran.err) == (True, False)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("daily_limit: 25", "daily_limit: 26"),
        ("000000000001", "000000000002"),
        ("name: contoso", "name: another"),
    ],
    ids=["policies", "tenant id", "tenant name"],
)
def test_a_plan_for_something_else(line, saved, was, now):
    """A plan that was made for other policies, or for another tenant, is 5 and writes nothing."""
    line.write("contoso.yaml", CONTOSO.replace(was, now))
    ran = line("apply", "plan.json")

    assert (5, 0) == (ran.code, line.emulator.counts(kind="write"))


def test_a_plan_of_a_tenant_that_moved_on(line, saved):
    """One object that is not as it was stops all writes in its tenant, and the reason names it."""
    line.emulator.change(
        {"tenant": "contoso", "set_policy": {"name": "Inbox rule forwards outside", "fields": {"Severity": "Low"}}}
    )
    ran = line("apply", "plan.json")

    assert (5, 0, True) == (ran.code, line.emulator.counts(kind="write"), CUSTOM in ran.err)


def test_a_plan_twice(line, saved):
    """Applying a plan again changes nothing and is 0."""
    codes = [line("apply", "plan.json").code, line("apply", "plan.json").code]

    assert ([0, 0], 3) == (codes, line.emulator.counts(kind="write"))
