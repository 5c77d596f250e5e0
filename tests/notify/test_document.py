"""The notifications document: what it may say, and that it changes nothing of what is planned."""

import json
from datetime import timedelta

import jsonschema
import pytest

from reconciler.core.notice import WHATS, Route
from reconciler.wiring import policy_schema
from tests.load.given import TENANT, load_folder, says, written

LABELLED = f"{TENANT}labels: {{region: eu}}\n"
HEAD = "kind: notifications\nchannels:\n"


def routes(folder, text):
    """The routes of a folder with these channels."""
    return load_folder(written(folder, {"a.yaml": LABELLED, "n.yaml": f"{HEAD}{text}\n"})).routes


def test_a_channel_that_says_nothing_hears_everything(tmp_path):
    """Of all tenants, from info on, of every sort, and no heartbeat."""
    assert {"secops": Route(labels={}, severity="info", on=WHATS, heartbeat=None)} == routes(tmp_path, "  secops: {}")


def test_a_channel_says_what_it_wants(tmp_path):
    """Tenants by label, the least severity, sorts of transitions, and how often without news."""
    text = (
        "  sec-ops:\n    labels: {region: eu}\n    severity: critical\n    on: [opened, overdue]\n    heartbeat: 1d12h"
    )

    assert {
        "sec-ops": Route(
            labels={"region": "eu"}, severity="critical", on=("overdue", "opened"), heartbeat=timedelta(hours=36)
        )
    } == routes(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  secops: {colour: red}", "n.yaml:3:12: error: The key `colour` is unknown. Known here: `heartbeat`, `labels`, `on`, `severity`."),
        ("  secops: {severty: info}", "n.yaml:3:12: error: The key `severty` is unknown. Did you mean `severity`?"),
        ("  secops: {severity: high}", "n.yaml:3:22: error: This is none of the words that can stand here. Write one of `critical`, `info`, `warning`."),
        ("  secops: {on: [opend]}", "n.yaml:3:17: error: This is none of the words that can stand here. Did you mean `opened`?"),
        ("  secops: {on: []}", "n.yaml:3:16: error: The list is empty. Name some of `overdue`, `opened`, `changed`, `closed`, or remove the key."),
        ("  secops: {heartbeat: daily}", "n.yaml:3:23: error: This is no length of time. Write it like 30m, 24h, 7d or 1d12h."),
        ("  secops: {heartbeat: 0h}", "n.yaml:3:23: error: This is no length of time. Write it like 30m, 24h, 7d or 1d12h."),
        ("  Sec_ops: {}", "n.yaml:3:3: error: This is no name of a channel. Write 1 to 63 of a-z, 0-9 and `-`, as `--notify` gives it."),
        ("  secops: {labels: {region: us}}", "n.yaml:3:20: warning: No tenant has these labels. The channel secops would never hear anything."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, said):
    """Like in every other document."""
    assert [said] == says(tmp_path, {"a.yaml": LABELLED, "n.yaml": f"{HEAD}{text}\n"})


def test_there_is_one_for_the_folder(tmp_path):
    """A second document is an error at its place."""
    files = {"a.yaml": TENANT, "m.yaml": f"{HEAD}  secops: {{}}\n", "n.yaml": f"{HEAD}  mail: {{}}\n"}
    (said,) = says(tmp_path, files)

    assert said.startswith("n.yaml:1:7: error: There are notifications already, in ")


def test_a_document_without_channels_is_wrong(tmp_path):
    """It would say nothing."""
    assert ["n.yaml:1:1: error: `channels` is missing. Write `channels: …` here."] == says(
        tmp_path, {"a.yaml": TENANT, "n.yaml": "kind: notifications\n"}
    )


def test_it_changes_nothing_of_what_is_planned(tmp_path):
    """A plan that was reviewed stays valid when somebody else is told of drift."""
    (tmp_path / "with").mkdir()
    before = load_folder(written(tmp_path, {"a.yaml": TENANT})).desired
    after = load_folder(written(tmp_path / "with", {"a.yaml": TENANT, "n.yaml": f"{HEAD}  secops: {{}}\n"})).desired

    assert [one.digest for one in before] == [one.digest for one in after]


@pytest.mark.parametrize(
    ("channels", "valid"),
    [
        ({"secops": {"on": ["opened"], "heartbeat": "24h", "labels": {"a": "b"}}}, True),
        ({"Sec ops": {}}, False),
        ({"secops": {"colour": "red"}}, False),
        ({"secops": {"heartbeat": "daily"}}, False),
        ({"secops": {"heartbeat": ""}}, False),
    ],
)
def test_editors_know_it_too(channels, valid):
    """The JSON Schema takes and refuses the same."""
    document = {"kind": "notifications", "channels": channels}
    checked = jsonschema.Draft202012Validator(json.loads(json.dumps(policy_schema())))

    assert valid == checked.is_valid(document)
