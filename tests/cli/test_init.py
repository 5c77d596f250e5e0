"""`init` writes a repository that is valid at once, and never takes the place of what is there."""

import json

import pytest
import yaml

from reconciler.adapters.starter import release_in
from tests.cli.line import reconciler

WHEEL = "https://gitlab.example.com/api/v4/projects/7/packages/generic/reconciler/1.0/reconciler-1.0-py3-none-any.whl"
GUID = "6f0c1d3e-0000-4000-8000-00000000000f"
FILES = [
    "policies/tenants/contoso.yaml", "policies/baselines/everywhere.yaml", "policies/guardrails.yaml", ".gitlab-ci.yml",
    ".gitlab/reconciler.gitlab-ci.yml", "CODEOWNERS", ".gitignore",
]  # fmt: skip


def states(ran):
    """Each file and what became of it."""
    return {one["path"]: one["state"] for one in json.loads(ran.out)["files"]}


def test_what_is_written_is_valid_at_once(tmp_path):
    """Without a single option, the policies of a new folder pass `validate`."""
    ran = reconciler("init", "m365", "--format", "json", folder=tmp_path)

    assert (0, dict.fromkeys(FILES, "written")) == (ran.code, states(ran))
    assert 0 == reconciler("validate", folder=tmp_path / "m365").code


def test_answers_stand_where_they_belong(tmp_path):
    """Name, tenant and domain are in the tenant's file, the owners on every line of CODEOWNERS."""
    words = ("--name", "fabrikam", "--tenant-id", GUID.upper(), "--domain", "fabrikam.onmicrosoft.com")
    ran = reconciler("init", *words, "--owners", "@fabrikam/security lead@fabrikam.com", folder=tmp_path)
    tenant = yaml.safe_load((tmp_path / "policies/tenants/fabrikam.yaml").read_text())
    lines = [one for one in (tmp_path / "CODEOWNERS").read_text().splitlines() if one.startswith("/")]

    assert ("fabrikam", GUID, "fabrikam.onmicrosoft.com") == (tenant["name"], tenant["tenant_id"], tenant["domain"])
    assert [] == [one for one in lines if not one.endswith(" @fabrikam/security lead@fabrikam.com")]
    assert {
        "/policies/",
        "/policies/guardrails.yaml",
        "/policies/tenants/",
        "/.gitlab-ci.yml",
        "/.gitlab/",
        "/CODEOWNERS",
    } < {one.split()[0] for one in lines}
    assert (0, 0) == (ran.code, reconciler("validate", folder=tmp_path).code)


def test_what_is_there_is_kept(tmp_path):
    """A second start changes no byte, and says of each file that it was kept."""
    reconciler("init", folder=tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    (tmp_path / ".gitlab-ci.yml").write_text("stages: [mine]\n")

    ran = reconciler("init", "--format", "json", folder=tmp_path)

    assert dict.fromkeys(FILES, "kept") == states(ran)
    assert before | {".gitlab-ci.yml": b"stages: [mine]\n"} == {name: (tmp_path / name).read_bytes() for name in FILES}
    assert "include .gitlab/reconciler.gitlab-ci.yml in it" in ran.out


def test_nothing_is_put_beside_policies_that_are_there(tmp_path):
    """Whoever has policies gets the pipeline only: a tenant that nobody has would be planned with theirs."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "ours.yaml").write_text("kind: guardrails\n")

    reconciler("init", folder=tmp_path)

    assert ["ours.yaml"] == [one.name for one in (tmp_path / "policies").rglob("*")]
    assert (tmp_path / ".gitlab-ci.yml").exists()


def test_a_link_is_not_followed(tmp_path):
    """A link to nowhere counts as being there: nothing is written where it leads."""
    (tmp_path / "CODEOWNERS").symlink_to(tmp_path / "elsewhere")

    ran = reconciler("init", "--format", "json", folder=tmp_path)

    assert ("kept", False) == (states(ran)["CODEOWNERS"], (tmp_path / "elsewhere").exists())


def test_a_file_in_the_way_is_said(tmp_path):
    """Where a folder is needed and a file stands, the sentence names it, and no part of a file is left."""
    (tmp_path / "policies").write_text("no folder\n")

    ran = reconciler("init", folder=tmp_path)

    assert (1, True) == (ran.code, "can't be written" in ran.err)
    assert ["policies"] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize(
    "words",
    [
        ("--name", "Contoso"), ("--name", "a/../../b"), ("--tenant-id", "12"), ("--domain", "contoso"),
        ("--owners", "everybody"), ("--owners", "@a/b\n* @c/d x"), ("--policies", "x"), ("--tenant", "contoso"),
    ],
)  # fmt: skip
def test_an_answer_that_no_policy_could_hold_is_wrong_usage(words, tmp_path):
    """It is said before anything is written."""
    ran = reconciler("init", *words, folder=tmp_path)

    assert (64, []) == (ran.code, list(tmp_path.iterdir()))


def test_what_only_a_person_knows_is_flagged(tmp_path):
    """Without a release and owners the placeholders are such that GitLab refuses the pipeline and marks the owners."""
    ran = reconciler("init", folder=tmp_path)
    owners = {one.split()[1] for one in (tmp_path / "CODEOWNERS").read_text().splitlines() if one.startswith("/")}

    assert {"REPLACE-WITH-YOUR-GROUP"} == owners
    assert "REPLACE-WITH-ITS-SHA-256" in (tmp_path / ".gitlab-ci.yml").read_text()
    assert all(name in ran.out for name in ("tenant_id and domain", "SHA-256 into .gitlab-ci.yml", "CODEOWNERS"))


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ({"url": WHEEL, "archive_info": {"hashes": {"sha256": "ab" * 32}}}, (WHEEL, "ab" * 32)),
        ({"url": WHEEL, "archive_info": {"hash": "sha256=" + "cd" * 32}}, (WHEEL, "cd" * 32)),
        ({"url": WHEEL, "archive_info": {}}, None),
        ({"url": "file:///checkout", "dir_info": {"editable": True}}, None),
        ({"url": "https://git.example/r.git", "vcs_info": {"vcs": "git"}}, None),
        ({"archive_info": {"hashes": {"sha256": "ab" * 32}}}, None),
        ([], None),
    ],
)
def test_the_release_is_the_one_that_was_installed(recorded, expected):
    """URL and hash are those that the installer recorded; a checkout has none."""
    found = release_in(json.dumps(recorded))

    assert expected == (found and (found.url, found.sha256))
