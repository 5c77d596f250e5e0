"""Notifications through the real command line, a real tenant's emulator and a real receiver."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.notify.line import ADDRESS
from tests.whole.stage import CONTOSO, FABRIKAM

pytestmark = pytest.mark.slow

ROUTES = """
kind: notifications
channels:
  secops: {labels: {region: eu}, severity: critical, on: [opened, overdue]}
  mail: {heartbeat: 24h}
"""


def later(**ahead):
    """A time to come, as `--now` takes it."""
    return f"{datetime.now(UTC) + timedelta(**ahead):%Y-%m-%dT%H:%M:%SZ}"


def told(line, hook, *words, channel="secops"):
    """What a run ends with, and the title of each message that it sends."""
    ran = line("drift", "--notify", channel, *words)
    return ran.code, [one["title"] for one in hook.taken()]


def test_each_transition_is_told_once(line, hook):
    """Nothing, opened, silence, changed, closed, silence, and opened again when it comes back."""
    said = [told(line, hook)]
    for fields in (
        {"NotifyUser": ["x@evil.example"]},
        {},
        {"NotifyUser": ["y@evil.example"]},
        {"NotifyUser": ["secops@contoso.com"]},
        {},
        {"NotifyUser": ["x@evil.example"]},
    ):
        line.hand(**fields)
        said.append(told(line, hook))

    assert [
        (0, []),
        (2, ["contoso: 1 opened"]),
        (2, []),
        (2, ["contoso: 1 changed"]),
        (0, ["contoso: 1 closed"]),
        (0, []),
        (2, ["contoso: 1 opened"]),
    ] == said


def test_one_message_tells_all_that_is_new(line, hook):
    """Each difference is a line: what was wanted, what was found, how grave it is, and how things stand."""
    line.hand(NotificationEnabled=False, NotifyUser=["x@evil.example"])
    line.emulator.change({"tenant": "contoso", "audit": False})
    ran = line("drift", "--notify", "secops")
    (message,) = hook.taken()

    assert "notify secops: contoso: 3 opened" in ran.err
    assert ("contoso: 3 opened", "failure") == (message["title"], message["type"])
    assert [
        f"- opened, critical: {ADDRESS}, notifications.enabled: wanted on, found off",
        f"- opened, critical: {ADDRESS}, notifications.recipients: missing secops@contoso.com, not wanted x@evil.example",
        "- opened, critical: contoso/audit-log, enabled: wanted on, found off",
        "",
        "3 open in 1 tenant.",
    ] == message["message"].splitlines()


def test_what_is_mended_is_quiet_and_what_is_overdue_is_told(line, hook):
    """A write that is not visible yet says nothing; at the end of its clock it does, once."""
    line.hand(NotificationEnabled=False)
    said = [told(line, hook)]
    line.emulator.change({"tenant": "contoso", "switch": {"alerts_after_seconds": 7200}})
    assert 8 == line("apply", "--auto-approve", "--wait", "0s").code
    said += [
        told(line, hook),
        told(line, hook, "--now", later(minutes=61)),
        told(line, hook, "--now", later(minutes=62)),
    ]

    assert [(2, ["contoso: 1 opened"]), (0, []), (2, ["contoso: 1 overdue"]), (2, [])] == said


def test_a_message_that_was_not_delivered_is_told_by_the_next_run(line, hook):
    """The run ends with 1 and says so; nothing is believed to be known, and what is found is the same."""
    line.hand(NotificationEnabled=False)
    hook.status = 500
    failed = line("drift", "--notify", "secops")
    document = line.json("drift", "--notify", "secops")
    hook.status = 200

    assert (1, 1) == (failed.code, document["exit"]["code"])
    assert "warning: notify secops: not delivered: the service answered 500." in failed.err
    assert [2] == [one["exit"]["code"] for one in document["tenants"]]
    assert (2, ["contoso: 1 opened"]) == told(line, hook)
    assert (2, []) == told(line, hook)


def test_a_tenant_that_can_not_be_read_is_told_once_and_closes_nothing(line, hook):
    """And once more when it can be read again."""
    line.hand(NotificationEnabled=False)
    said = [told(line, hook)]
    line.emulator.faults.add({"do": "answer", "status": 400, "body": "no", "when": {"service": "compliance"}})
    said += [told(line, hook), told(line, hook)]
    line.emulator.faults.clear()
    said += [told(line, hook)]

    assert [
        (2, ["contoso: 1 opened"]),
        (6, ["contoso: 1 unreadable"]),
        (6, []),
        (2, ["contoso: 1 readable again"]),
    ] == said


def test_routes_choose_tenants_severities_and_transitions(line, hook):
    """By label, from a severity on, of some sorts; a channel without a route hears of everything."""
    line.channels["RECONCILER_NOTIFY_ALL"] = f"json://127.0.0.1:{hook.port}/all"
    line.write("notifications.yaml", ROUTES)
    line.write("contoso.yaml", CONTOSO.replace("audit_log:", "labels: {region: eu}\naudit_log:", 1))
    line.write("fabrikam.yaml", FABRIKAM)
    both = ("--notify", "all")
    first = told(line, hook, *both)
    line.hand(NotificationEnabled=False)
    second = told(line, hook, *both)
    line.hand(NotificationEnabled=True, NotifyUserThrottleThreshold=99, NotifyUserThrottleWindow=60)
    third = told(line, hook, *both)

    assert (2, ["fabrikam: 2 opened"]) == first
    assert (2, ["contoso: 1 opened", "contoso: 1 opened"]) == second
    assert (2, ["contoso: 1 opened, 1 closed"]) == third


def test_a_heartbeat_comes_once_a_period_without_news(line, hook):
    """With how much is open and how much could not be read; news count as a sign of life."""
    line.channels["RECONCILER_NOTIFY_MAIL"] = f"json://127.0.0.1:{hook.port}/mail"
    line.write("notifications.yaml", ROUTES.replace("labels: {region: eu}, ", ""))
    said = [
        told(line, hook, *now, channel="mail") for now in ((), ("--now", later(hours=1)), ("--now", later(hours=24)))
    ]
    line.hand(NotificationEnabled=False)
    said += [told(line, hook, "--now", later(hours=hours), channel="mail") for hours in (40, 50, 65)]

    assert [
        (0, ["nothing new; nothing is open"]),
        (0, []),
        (0, ["nothing new; nothing is open"]),
        (2, ["contoso: 1 opened"]),
        (2, []),
        (2, ["nothing new; 1 open in 1 tenant"]),
    ] == said


def test_without_its_memory_more_is_told_and_never_less(line, hook):
    """A ledger that can't be used is a warning, and everything is told anew."""
    line.hand(NotificationEnabled=False)
    said = [told(line, hook)]
    (line.folder / "ledger.db").write_bytes(b"no database " * 1000)
    for beside in line.folder.glob("ledger.db-*"):
        beside.unlink()
    ran = line("drift", "--notify", "secops")

    assert [(2, ["contoso: 1 opened"])] == said
    assert (2, ["contoso: 1 opened"]) == (ran.code, [one["title"] for one in hook.taken()])
    assert ["what it was told is not known", "will be told again"] == [
        one for one in ("what it was told is not known", "will be told again") if one in ran.err
    ]


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("nobody", "", "RECONCILER_NOTIFY_NOBODY is not set"),
        ("other", "nonsense://t0ken-0f-other", "RECONCILER_NOTIFY_OTHER is no URL that apprise understands"),
        ("Other", "", "'Other' is no name of a channel"),
    ],
)
def test_a_channel_that_can_not_be_used_stops_before_any_work(line, hook, name, url, said):
    """Wrong usage, with no request to any tenant, and nothing of the URL in what is said."""
    before = line.emulator.counts()
    line.channels["RECONCILER_NOTIFY_OTHER"] = url
    ran = line("drift", "--notify", "secops", "--notify", name, "--debug")

    assert (64, True, before) == (ran.code, said in ran.err, line.emulator.counts())
    assert ([], False) == (hook.got, "t0ken" in ran.err + ran.out)


def test_no_token_stands_anywhere(line, hook):
    """Neither in what is said, with --debug and in JSON, nor in the ledger, delivered or not."""
    line.hand(NotificationEnabled=False)
    said = []
    for hook.status in (500, 200):
        for words in (("--debug",), ("--debug", "--log-format", "json", "--format", "json")):
            ran = line("drift", "--notify", "secops", "--report", "html=drift.html", *words)
            said.append(ran.out + ran.err)
    files = [one.read_bytes() for one in line.folder.rglob("*") if one.is_file()]

    assert [] == [one for one in said if "t0ken-0f" in one]
    assert [] == [one for one in files if b"t0ken-0f" in one]
    assert ["/t0ken-0f-secops"] == [path for path, _, _ in hook.got]
