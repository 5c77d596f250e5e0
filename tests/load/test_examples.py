"""What we show is right: the example folder, the blocks of docs/policies.md, and the JSON Schema over both."""

import copy
import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.adapters.yaml_files import read_folder
from reconciler.flow.schema import schema
from reconciler.kinds import KINDS
from tests.load.given import TENANT, USER, load_folder, said, written
from tests.shape.docs_blocks import blocks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "policies.md"
SCHEMA = Draft202012Validator(schema(KINDS))


def page_blocks():
    """The policy files that the page shows, by their paths."""
    found = blocks(PAGE.read_text("utf-8"))
    return {block.file: "\n".join(block.lines) + "\n" for block in found if block.file and block.language == "yaml"}


@pytest.fixture
def page(tmp_path):
    """The example folder with the page's files in it, as a reader who follows the page has it."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    for name, content in page_blocks().items():
        (tmp_path / name).write_text(content)
    return tmp_path / "policies"


def test_the_example_folder_is_valid():
    """What a reader would copy loads without a word: two tenants, a baseline of their own, guardrails."""
    found = load_folder(ROOT / "policies")

    assert ((), ["contoso", "fabrikam"]) == (found.diagnostics, [one.tenant.name for one in found.desired])
    assert all(one.guardrails.written for one in found.desired)


def test_every_example_of_the_page_is_valid(page):
    """The page shows one file of each kind, and together they are valid."""
    kinds = sorted(text.partition("\n")[0].removeprefix("kind: ") for text in page_blocks().values())

    assert ["acceptances", "baseline", "guardrails", "notifications", "tenant"] == kinds
    assert [] == said(page)


def test_the_page_names_every_field():
    """Each key of the schema stands on the page, so that none is left to be guessed."""
    text = PAGE.read_text("utf-8")

    assert [] == sorted(key for key in keys(schema(KINDS)) if not re.search(rf"[`.{{]{key}[`.:]", text))


def keys(node):
    """Every property that a JSON Schema names."""
    if isinstance(node, list):
        return {key for one in node for key in keys(one)}
    if not isinstance(node, dict):
        return set()
    own = node.get("properties")
    return (set(own) if isinstance(own, dict) else set()) | {key for one in node.values() for key in keys(one)}


def test_the_schema_is_one():
    """The schema is valid JSON Schema of the draft that it names, and refers to nothing outside of itself."""
    Draft202012Validator.check_schema(schema(KINDS))

    assert "$ref" not in str(schema(KINDS))
    assert ["tenant", "baseline", "guardrails", "acceptances"] == [
        SCHEMA.schema["oneOf"][number]["properties"]["kind"]["const"] for number in range(4)
    ]


def test_the_schema_accepts_what_we_show(page):
    """Every file of the example folder, of the page and of the package fits the schema."""
    documents = read_folder(page)

    assert [] == [
        (one.file, error.message)
        for one in (*documents.documents, *documents.shipped)
        for error in SCHEMA.iter_errors(one.value)
    ]


@pytest.mark.parametrize(
    "text",
    [
        TENANT + "colour: blue\n",
        TENANT + "cloud: mars\n",
        TENANT + f"alert_policies: {{{USER}: {{enabeld: on}}}}\n",
        TENANT + "audit_log: {enabled: perhaps}\n",
        TENANT + "restricted_senders: {unblock: [a@x.example]}\n",
        TENANT.replace("6f0c1d3e", "6f0c"),
        "kind: baseline\nname: b\nrestricted_senders: {}\n",
        "kind: guardrails\nmax_changes: {count: 0}\n",
        "kind: acceptances\n",
    ],
)
def test_the_schema_refuses_what_validation_refuses(tmp_path, text):
    """An editor underlines what validate would tell."""
    (one,) = read_folder(written(tmp_path, {"a.yaml": text})).documents

    assert not SCHEMA.is_valid(copy.deepcopy(one.value))
    assert [] != said(written(tmp_path, {"a.yaml": text}))
