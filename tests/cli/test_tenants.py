"""Commands that read and write tenants: exits, streams and files, against the emulator."""

import json

import pytest

from tests.cli.line import reconciler


@pytest.fixture
def run(folder, environment):
    """A function that runs a command against the emulator."""
    return lambda *words, **more: reconciler(*words, folder=folder, environment=environment | more)


def test_a_plan_with_changes_is_0_unless_asked(run):
    """Changes are exit 0, and 2 with --detailed-exitcode; both last lines say how many there are."""
    ends = [(ran.code, ran.last) for ran in (run("plan"), run("plan", "--detailed-exitcode"))]

    assert [0, 2] == [code for code, _ in ends]
    assert ends[0][1].startswith("reconciler: exit 0 (ok): contoso: ")
    assert ends[1][1].startswith("reconciler: exit 2 (changes): contoso: ")


def test_planning_writes_nothing(run, emulator):
    """However it is asked for, a plan sends no command to any tenant."""
    run("plan", "--verbose", "--out", "plan.json")

    assert 0 == emulator.counts(kind="write")


def test_json_is_one_document(run, folder):
    """The document on stdout is that of --out, also with --verbose, and everything else is on stderr."""
    ran = run("plan", "--format", "json", "--out", "plan.json", "--verbose")

    assert json.loads(ran.out) == json.loads((folder / "plan.json").read_text())


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_show_prints_what_plan_printed(form, run):
    """A saved plan is shown byte by byte as it was printed when it was made."""
    made = run("plan", "--format", form, "--out", "plan.json")
    shown = run("show", "plan.json", "--format", form)

    assert (0, made.out) == (shown.code, shown.out)


def test_show_prints_only_the_chosen_tenants(run):
    """With --tenant a saved plan is shown in part, with its own digest; a name that it does not hold is 64."""
    made = json.loads(run("plan", "--format", "json", "--out", "plan.json").out)
    shown = json.loads(run("show", "plan.json", "--tenant", "fab*", "--format", "json").out)

    assert (["fabrikam"], made["digest"]) == ([one["name"] for one in shown["tenants"]], shown["digest"])
    assert [64, 64] == [run("show", "plan.json", *more).code for more in (("--tenant", "x*"), ("--selector", "a=b"))]


def test_apply_of_a_tenant_that_the_plan_lacks_is_64(run, emulator):
    """A plan that holds none of the chosen tenants is not silently carried out as nothing."""
    run("plan", "--tenant", "fabrikam", "--out", "plan.json")
    ran = run("apply", "plan.json", "--tenant", "contoso")

    assert (64, "") == (ran.code, ran.out)
    assert 0 == emulator.counts(kind="write")


def test_a_key_signs_the_plan_on_stdout_too(run, folder):
    """With RECONCILER_PLAN_KEY the printed document carries the signature that apply demands, as the saved one."""
    key = {"RECONCILER_PLAN_KEY": "a-key-of-the-pipeline"}
    printed = run("plan", "--tenant", "fabrikam", "--format", "json", **key).out
    (folder / "printed.json").write_text(printed)

    assert json.loads(printed)["hmac"].startswith("hmac-sha256:")
    assert 0 == run("apply", "printed.json", "--wait", "5s", **key).code


def test_a_plan_says_how_far_its_ledger_reaches(run):
    """A ledger in a file keeps apart only runs of one machine, and planning says so; --quiet hides it."""
    said = [run("plan", *more).err for more in ((), ("--quiet",))]

    assert [True, False] == ["keeps apart only runs of this machine" in one for one in said]


def test_an_altered_plan_is_5(run, folder, emulator):
    """A plan in which a recipient was exchanged is refused by show and by apply, and nothing is written."""
    run("plan", "--out", "plan.json")
    path = folder / "plan.json"
    path.write_text(path.read_text().replace("secops@contoso.com", "crook@contoso.com"))

    assert [5, 5] == [run("show", "plan.json").code, run("apply", "plan.json").code]
    assert 0 == emulator.counts(kind="write")


def test_a_digest_is_an_approval(run):
    """Without a plan apply carries out just the plan whose digest, or changes digest, was given; another is 5."""
    made = json.loads(run("plan", "--format", "json").out)

    assert 5 == run("apply", "--digest", "sha256:00").code
    assert 8 == run("apply", "--digest", made["changes_digest"], "--wait", "5s").code


def test_apply_tells_each_outcome(run):
    """The JSON of apply has an outcome for each change, and its exit is that of the process."""
    run("plan", "--out", "plan.json")
    ran = run("apply", "plan.json", "--format", "json", "--wait", "5s")
    found = json.loads(ran.out)

    assert ran.code == found["exit"]["code"] == 8
    states = {one["address"]: one["state"] for tenant in found["tenants"] for one in tenant["outcomes"]}
    assert "applied" == states["contoso/restricted-sender/alice@contoso.com"]
    assert "manual" == states["contoso/alert-policy/Email sending limit exceeded"]
    assert "applied" == states["fabrikam/audit-log"]


def test_only_the_chosen_tenant(run):
    """With --tenant nothing is asked of another tenant, in plan and in apply of a plan that holds both."""
    planned = json.loads(run("plan", "--tenant", "fab*", "--format", "json").out)
    run("plan", "--out", "plan.json")
    applied = json.loads(run("apply", "plan.json", "--tenant", "fabrikam", "--format", "json").out)

    assert [["fabrikam"], ["fabrikam"]] == [[one["name"] for one in found["tenants"]] for found in (planned, applied)]


def test_drift_is_2_from_the_severity_asked_for(run, emulator):
    """What differs is exit 2; with --fail-on only from that severity on."""
    drift = json.loads(run("drift", "--tenant", "fabrikam", "--format", "json").out)

    assert ["critical"] == [one["severity"] for one in drift["tenants"][0]["drift"]]
    assert 2 == run("drift", "--tenant", "fabrikam", "--fail-on", "critical").code
    emulator.change({"tenant": "fabrikam", "audit": True})
    assert 0 == run("drift", "--tenant", "fabrikam").code


def test_senders_lists_who_is_restricted(run):
    """Each restricted sender is listed with what the policies say of it; that is no failure."""
    ran = run("senders", "--format", "json")
    found = json.loads(ran.out)["tenants"]

    assert 0 == ran.code
    assert {"alice@contoso.com": "valid", "bob@contoso.com": "newer-block"} == {
        one["address"]: one["approval"] for one in found[0]["senders"]
    }


def test_senders_are_told_in_words(run):
    """Text decodes the reason and says nothing of what is not there; --verbose adds the service's own words."""
    plain, verbose = run("senders").out, run("senders", "--verbose").out

    assert "reason: sending limit\n" in plain
    assert "external recipient count today 1204" in plain
    assert [False, True] == ["EmailSendingLimitExceeded" in one for one in (plain, verbose)]
    assert not any(one in plain for one in ("reason.", "(nobody)", "temporary"))


def test_a_wrong_secret_is_9(run):
    """Sign-in that is refused is exit 9 with a sentence, for each tenant, and no secret in it."""
    ran = run("plan", AZURE_CLIENT_SECRET="wrong-secret-value")

    assert 9 == ran.code
    assert ran.last.startswith("reconciler: exit 9 (sign-in): ")
    assert "wrong-secret-value" not in ran.out + ran.err


def test_a_shifted_run_says_so(run):
    """A run at another time has a warning in each tenant's plan."""
    found = json.loads(run("plan", "--now", "2030-01-01", "--format", "json").out)

    assert all("time-shifted" in [one["rule"] for one in tenant["findings"]] for tenant in found["tenants"])


def test_no_colour_and_no_control_in_pipes(run):
    """Output to a pipe has no escape codes, with FORCE_COLOR too, and progress is plain lines on stderr."""
    ran = run("plan", FORCE_COLOR="1")

    assert "\x1b" not in ran.out + ran.err
    assert "contoso: done" in ran.err


def test_quiet_leaves_the_last_line(run):
    """With --quiet stderr is the last line alone."""
    ran = run("plan", "--quiet")

    assert [ran.last] == ran.err.splitlines()
