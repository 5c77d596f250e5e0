"""Which guardrails hold: built in, from the folder, and from a file that the folder cannot weaken."""

import pytest

from tests.load.given import TENANT, USER, load_folder, loaded, said, says, written

HELD = """kind: guardrails
max_changes: {count: 50}
max_unblocks: {per_run: 5}
protected: [Messages have been delayed]
recipients: {allowed_domains: [contoso.com, fabrikam.com]}
approvals: {max_age_days: 7, min: 2}
evidence: {require: [mfa_registered], waivable: [mfa_registered]}
credentials: [CORP_*]
"""


def guardrails(tmp_path, text=None):
    """The guardrails that a tenant gets from a folder with these."""
    files = {"a.yaml": TENANT, "g.yaml": f"kind: guardrails\n{text}\n"} if text is not None else {"a.yaml": TENANT}
    return loaded(tmp_path, files)["contoso"].guardrails


def held(tmp_path, text=HELD):
    """The file that RECONCILER_GUARDRAILS names."""
    path = tmp_path / "held.yaml"
    path.write_text(text)
    return path


def test_built_in(tmp_path):
    """Without a document the built-in limits hold, and it is known that none was written."""
    rules = guardrails(tmp_path)

    assert (100, None, None, 25) == (
        rules.max_changes.count,
        rules.max_changes.percent,
        rules.max_tenants.count,
        rules.max_tenants.percent,
    )
    assert (10, 2, 90, False) == (
        rules.max_unblocks.per_run,
        rules.max_unblocks.per_sender_30d,
        rules.acceptances.max_days,
        rules.written,
    )


def test_what_is_not_written_stays_built_in(tmp_path):
    """A document changes just the keys that it writes."""
    rules = guardrails(tmp_path, "max_changes: {percent: 10}\nmax_unblocks: {per_run: 3}")

    assert (100, 10, 3, 2, True) == (
        rules.max_changes.count,
        rules.max_changes.percent,
        rules.max_unblocks.per_run,
        rules.max_unblocks.per_sender_30d,
        rules.written,
    )


def test_lists_are_canonical(tmp_path):
    """Domains and recipients are folded, and protected policies have the names that plans use."""
    text = (
        "recipients: {allowed_domains: [X.example], require_one_of: [tenantadmins, SecOps@X.example]}\n"
        f"protected: [{USER.upper()}, Mine]"
    )
    rules = guardrails(tmp_path, text)

    assert (("x.example",), ("TenantAdmins", "secops@x.example")) == (
        rules.recipients.allowed_domains,
        rules.recipients.require_one_of,
    )
    assert ("Mine", USER) == rules.protected


def test_one_document_for_the_folder(tmp_path):
    """A second one is an error, because nobody could tell which holds."""
    files = {"a.yaml": TENANT, "g.yaml": "kind: guardrails\n", "h.yaml": "kind: guardrails\n"}
    expected = "error: There are guardrails already, in g.yaml. Keep one document of kind guardrails."

    assert [f"h.yaml:1:7: {expected}"] == says(tmp_path, files)


def test_a_folder_may_be_stricter(tmp_path):
    """Each key takes the stricter value, and what the folder does not write is the held file's."""
    root = written(
        tmp_path,
        {
            "a.yaml": TENANT,
            "g.yaml": "kind: guardrails\nmax_changes: {count: 10}\napprovals: {min: 3}\n"
            "protected: [Mine, Messages have been delayed]\nrecipients: {allowed_domains: [contoso.com]}\ncredentials: []\n",
        },
    )
    rules = load_folder(root, held(tmp_path)).desired[0].guardrails

    assert (10, 5, 3, 7) == (
        rules.max_changes.count,
        rules.max_unblocks.per_run,
        rules.approvals.min,
        rules.approvals.max_age_days,
    )
    assert (("Messages have been delayed", "Mine"), ("contoso.com",), ()) == (
        rules.protected,
        rules.recipients.allowed_domains,
        rules.credentials,
    )


@pytest.mark.parametrize(
    ("line", "key", "holds"),
    [
        ("max_changes: {count: 51}", "max_changes.count", "50"),
        ("max_tenants: {percent: 26}", "max_tenants.percent", "25"),
        ("max_unblocks: {per_run: 6}", "max_unblocks.per_run", "5"),
        ("approvals: {max_age_days: 8}", "approvals.max_age_days", "7"),
        ("approvals: {min: 1}", "approvals.min", "2"),
        ("protected: [Email sending limit exceeded]", "protected", "Messages have been delayed"),
        ("recipients: {allowed_domains: [x.example]}", "recipients.allowed_domains", "contoso.com, fabrikam.com"),
        ("evidence: {require: []}", "evidence.require", "mfa_registered"),
        ("evidence: {waivable: [not_at_risk]}", "evidence.waivable", "mfa_registered"),
        ("credentials: [CORP_*, HRM_*]", "credentials", "CORP_*"),
    ],
)
def test_a_folder_may_not_be_looser(tmp_path, line, key, holds):
    """A merge request cannot raise the limits that judge it."""
    root = written(tmp_path, {"a.yaml": TENANT, "g.yaml": f"kind: guardrails\n{line}\n"})
    expected = f"`{key}` is looser than the guardrails that hold: {holds}. RECONCILER_GUARDRAILS holds; here it may only be stricter."

    assert [expected] == [one.partition("error: ")[2] for one in said(root, held(tmp_path))]


def test_the_held_file_must_be_right(tmp_path):
    """A file that is missing, of another kind, or wrong is an error: it must never be thought away."""
    root = written(tmp_path, {"a.yaml": TENANT})
    missing, other, wrong = (
        said(root, tmp_path / "none.yaml"),
        said(root, held(tmp_path, "kind: baseline\nname: b\n")),
        said(root, held(tmp_path, "kind: guardrails\nmax_changes: 5\n")),
    )

    assert [True] == ["This is no file that can be read." in line for line in missing]
    assert [True] == ["RECONCILER_GUARDRAILS names a file of another kind." in line for line in other]
    assert [True] == [":2:14: error: This must be a mapping." in line for line in wrong]


def test_credentials_that_guardrails_allow(tmp_path):
    """A tenant may name what the guardrails allow beside the names that are always allowed."""
    auth = "auth: {method: secret, client_id: 5F1E0000-0000-4000-8000-00000000000A, secret_env: CORP_CONTOSO}\n"
    files = {"a.yaml": TENANT + auth, "g.yaml": "kind: guardrails\ncredentials: [CORP_*]\n"}
    tenant = loaded(tmp_path, files)["contoso"].tenant

    assert tenant.auth is not None
    assert ("secret", "CORP_CONTOSO", "5f1e0000-0000-4000-8000-00000000000a") == (
        tenant.auth.method,
        tenant.auth.secret_env,
        tenant.auth.client_id,
    )
