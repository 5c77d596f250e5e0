"""What is wrong with a document's values: each fault has its place, and says what to write instead."""

import pytest

from tests.load.given import TENANT, USER, document, says

TEXT = "This must be text. Write words; what looks like a number or like true goes in quotes."
MAPPING = "This must be a mapping. Write `key: value` lines below the key."
BLOCK = "address: a@x.example, blocked_before: 2026-11-20T09:00:00Z, expires: 2026-11-27, approved_by: b@x.example, reason: r"

FRAME = {
    "labels: {a: 1}": [f"5:13: error: {TEXT}"],
    "labels: {a b: c}": [
        "5:10: error: This is no label. Write it without blanks and without `=`, so that --selector can name it."
    ],
    "labels: [a]": [f"5:9: error: {MAPPING}"],
    "cloud: mars": [
        (
            "5:8: error: This is none of the words that can stand here. "
            "Write one of `china`, `dod`, `gcc`, `gcc-high`, `worldwide`."
        )
    ],
    "mode: plan": ["5:7: error: This is none of the words that can stand here. Did you mean `plan-only`?"],
    "lables: {a: b}": ["5:1: error: The key `lables` is unknown. Did you mean `labels`?"],
    "extends: cisa-scuba": ["5:10: error: This must be a list. Write `[one, two]`, or one `- ` a line."],
    "extends: [cisa]": ["5:11: error: There is no baseline `cisa`. Did you mean `cisa-scuba`?"],
    "auth: {}": ["5:7: error: `method` is missing. Write `method: …` here."],
    "auth: {method: secret, token_env: GITLAB_OIDC_TOKEN}": [
        "5:7: error: The method `secret` does not use `token_env`. Remove it, or write another method."
    ],
    "auth: {method: secret, secret_env: CI_JOB_TOKEN}": [
        (
            "5:36: error: A policy may not name this environment variable. Name one that fits AZURE_*, *_OIDC_TOKEN, "
            "RECONCILER_CRED_*, or allow it with `credentials` in the guardrails."
        )
    ],
    "auth: {method: secret, client_id: me}": [
        "5:35: error: This is not a GUID. Write it as 6f0c1d3e-0000-4000-8000-000000000001."
    ],
    "audit_log: on": ["5:12: error: `audit_log` must be a mapping. Write `key: value` lines below it."],
    "max_changes: {count: 1}": [
        (
            "5:1: error: The key `max_changes` is unknown. Known here: `alert_policies`, `audit_log`, `auth`, `cloud`, "
            "`domain`, `extends`, `kind`, `labels`, `mode`, `name`, `restricted_senders`, `tenant_id`."
        )
    ],
}

SECTIONS = {
    "audit_log: {enabled: perhaps}": ["22: error: `perhaps` is neither on nor off. Write `on` or `off`."],
    "audit_log: {enabeld: on}": ["13: error: The key `enabeld` is unknown. Did you mean `enabled`?"],
    "alert_policies: {X: {notification: {}}}": [
        "22: error: The key `notification` is unknown. Did you mean `notifications`?"
    ],
    "alert_policies: {X: {notifications: {recipients: [secops]}}}": [
        "51: error: `secops` is not a mailbox. Write it as name@example.com."
    ],
    "alert_policies: {X: {notifications: {recipients: {at_lest: [a@x.example]}}}}": [
        "50: error: `at_least` is missing. Write `at_least: …` here.",
        "51: error: The key `at_lest` is unknown. Did you mean `at_least`?",
    ],
    "alert_policies: {X: {notifications: {recipients: []}}}": ["50: error: "],
    "alert_policies: {X: {notifications: {daily_limit: 0}}}": ["51: error: "],
    "alert_policies: {X: {notifications: {daily_limit: -1}}}": ["51: error: "],
    "alert_policies: {X: {notifications: {daily_limit: 1.5}}}": ["51: error: "],
    "alert_policies: {X: {via: portal}}": [
        "27: error: A policy of your own is always written directly. Leave out via."
    ],
    f"alert_policies: {{{USER}: {{present: false}}}}": ["64: error: "],
    f"alert_policies: {{{USER}: {{via: companion}}}}": ["60: error: A companion needs recipients"],
    "alert_policies: {X: {present: false, enabled: on}}": ["21: error: "],
    "alert_policies: {Mine: {}, mInE: {}}": [
        "28: error: `mInE` is repeated: it is the same as `Mine` in line 5. Keep one of the two."
    ],
    "restricted_senders: {unblock: [alice@x.example]}": [
        "32: error: `alice@x.example` alone would be a standing right"
    ],
    f"restricted_senders: {{unblock: [{{{BLOCK.replace('2026-11-27', '2026-02-30')}}}]}}": ["102: error: `2026-02-30`"],
    f"restricted_senders: {{unblock: [{{{BLOCK.replace('2026-11-27', '12am')}}}]}}": ["102: error: `12am` is no date."],
    f"restricted_senders: {{unblock: [{{{BLOCK.replace('2026-11-20T09', '2026-11-22T09')}}}]}}": [
        "71: error: 2026-11-22T09:00:00Z is still to come"
    ],
    f"restricted_senders: {{unblock: [{{{BLOCK.replace('b@', 'a@')}}}]}}": ["127: error: a@x.example can't approve"],
    f"restricted_senders: {{unblock: [{{{BLOCK.replace(', reason: r', '')}}}]}}": ["32: error: `reason` is missing."],
}

DOCUMENTS = {
    "- a\n": "1:1: error: A policy is a mapping. Begin it with `kind: tenant`.",
    "a\n": "1:1: error: A policy is a mapping. Begin it with `kind: tenant`.",
    "name: x\n": "1:1: error: `kind` is missing. Write `kind:` and one of `tenant`, `baseline`, `guardrails`, `acceptances`, `notifications`.",
    "kind: tennant\n": "1:7: error: There is no such kind of document. Did you mean `tenant`?",
    "kind: [a]\n": "1:7: error: There is no such kind of document. "
    "Write one of `tenant`, `baseline`, `guardrails`, `acceptances`, `notifications`.",
    "kind: baseline\nname: cisa-scuba\n": "2:7: error: The baseline name `cisa-scuba` is taken by "
    "reconciler/baselines/cisa-scuba.yaml, line 10. Write another one.",
    "kind: baseline\nname: b\nrestricted_senders: {}\n": "3:1: error: `restricted_senders` can't stand in a document "
    "of kind baseline. Move it to the tenant that it is for.",
    "kind: guardrails\naudit_log: {enabled: on}\n": "2:1: error: `audit_log` can't stand in a document of kind "
    "guardrails. Move it to a tenant.",
    "kind: guardrails\nmax_changes: {count: 0}\n": "2:22: error: A limit of 0 can't be. "
    "Write a whole number from 1 to 1000000.",
    "kind: guardrails\nmax_tenants: {percent: 101}\n": "2:24: error: A limit of 101 can't be. "
    "Write a whole number from 1 to 100.",
    "kind: guardrails\nmax_unblocks: {per_run: many}\n": "2:25: error: This must be a whole number. "
    "Write digits only, without quotes.",
    "kind: guardrails\nrecipients: {allowed_domains: []}\n": "2:31: error: The list is empty. "
    "Name at least one, or remove the key.",
    'kind: guardrails\ncredentials: ["*"]\n': "2:15: error: This names no environment variables. "
    "Write a name such as `CORP_SECRET` or `CORP_*`.",
    "kind: guardrails\nevidence: {require: [mfa]}\n": "2:22: error: There is no such check of evidence. "
    "Write one of `password_changed_since_block`, `sessions_revoked_since_block`, `mfa_registered`, "
    "`account_enabled`, `not_at_risk`, `no_external_forwarding`, `no_suspicious_inbox_rules`.",
    TENANT: "2:7: error: The tenant name `contoso` is taken by a.yaml, line 2. Write another one.",
}


@pytest.mark.parametrize(("text", "expected"), FRAME.items(), ids=FRAME)
def test_frames(tmp_path, text, expected):
    """A tenant's own keys: each fault stands at its node, with what to write instead."""
    assert [f"a.yaml:{line}" for line in expected] == says(tmp_path, document(text + "\n"))


@pytest.mark.parametrize(("text", "expected"), SECTIONS.items(), ids=SECTIONS)
def test_sections(tmp_path, text, expected):
    """The kinds' faults stand at the very node that is wrong."""
    lines = says(tmp_path, document(text + "\n"))

    assert len(expected) == len(lines), lines
    assert [f"a.yaml:5:{line}" for line in expected] == [
        line[: len(f"a.yaml:5:{wish}")] for line, wish in zip(lines, expected, strict=True)
    ]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS.items(), ids=DOCUMENTS)
def test_documents(tmp_path, text, expected):
    """A document that is none, or stands where it may not, is told at its place."""
    assert f"b.yaml:{expected}" == says(tmp_path, {"a.yaml": TENANT, "b.yaml": text})[0]


@pytest.mark.parametrize(
    ("line", "wrong", "expected"),
    [
        (1, "name: Contoso_1", "7: error: This is no name. Write 1 to 63 of a-z, 0-9 and `-`"),
        (1, f"name: {'a' * 64}", "7: error: This is no name."),
        (1, "name: 1", f"7: error: {TEXT}"),
        (2, "tenant_id: 6f0c1d3e", "12: error: This is not a GUID."),
        (3, "domain: contoso", "9: error: This is not a domain."),
        (3, "domain: contoso.com", "9: warning: This does not look like the tenant's initial domain."),
    ],
)
def test_who_a_tenant_is(tmp_path, line, wrong, expected):
    """Name, id and domain have forms that everything later relies on."""
    lines = TENANT.splitlines()
    lines[line] = wrong
    found = says(tmp_path, {"a.yaml": "\n".join(lines)})

    assert [True] == [one.startswith(f"a.yaml:{line + 1}:{expected}") for one in found], found


def test_missing_keys_are_told_at_their_mapping(tmp_path):
    """What is not there has no line of its own: its mapping's first key has."""
    assert [
        f"a.yaml:2:1: error: `{key}` is missing. Write `{key}: …` here." for key in ("name", "tenant_id", "domain")
    ] == says(tmp_path, {"a.yaml": "# a tenant\nkind: tenant\n"})


def test_every_fault_in_every_file_at_once(tmp_path):
    """Wrong frames, sections, names, text and references in five files come in one go, by file and place."""
    files = {
        "a.yaml": TENANT + "colour: blue\nextends: [nothing]\naudit_log: {enabled: 2}\n",
        "b.yaml": TENANT.replace("000001", "000002") + "alert_policies: {X: {via: portal}}\n",
        "c.yaml": "kind: baseline\nname: c\nalert_policies: {X: {via: x}}\n",
        "d.yaml": "kind: acceptances\nacceptances: [{tenant: nobody}]\n",
        "e.yaml": "kind: [\n",
        "f.yml": "",
    }
    places = [line.split(": ")[0] for line in says(tmp_path, files)]

    assert [
        *("a.yaml:5:1", "a.yaml:6:11", "a.yaml:7:22", "b.yaml:2:7", "b.yaml:5:27", "c.yaml:3:27"),
        *(["d.yaml:2:15"] * 6),
        *("e.yaml:2:1", "f.yml:1:1"),
    ] == places


def test_warnings_come_after_errors(tmp_path):
    """What must be mended stands first."""
    files = document("auth: {}\n")
    files["a.yaml"] = files["a.yaml"].replace("contoso.onmicrosoft.com", "contoso.com")

    assert ["error", "warning"] == [line.split(": ")[1] for line in says(tmp_path, files)]


def test_a_value_of_a_credential_is_never_repeated(tmp_path):
    """Who writes a secret instead of the name of a variable does not find it in a log."""
    lines = says(tmp_path, document('auth: {method: secret, secret_env: "hunter2~s3cret", secret: hunter2~s3cret}\n'))

    assert 2 == len(lines)
    assert "hunter2" not in "".join(lines)


def test_a_huge_value_does_not_fill_the_screen(tmp_path):
    """A message cites the beginning of what is wrong, not a megabyte of it."""
    lines = says(tmp_path, document(f"audit_log: {{enabled: {'x' * 500_000}}}\n"))

    assert [True] == [len(line) < 400 for line in lines]
