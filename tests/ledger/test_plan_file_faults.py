"""A file that is not exactly a plan of this format is refused, each with its own sentence and exit code 5."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.adapters.plan_file import load, save
from reconciler.core.errors import PlanError
from tests.ledger.plans import plan, values

PLAN = plan().document()
TEXT = json.dumps(PLAN)


def said(tmp_path, raw):
    """What is said about a file with these bytes."""
    file = tmp_path / "plan.json"
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(PlanError) as caught:
        load(file)
    assert 5 == caught.value.exit_code
    return str(caught.value).removeprefix(f"{file} ")


def edited(**changes):
    """The plan with other values at its top."""
    return json.dumps({**PLAN, **changes})


def tenant(**changes):
    """The plan with other values in its tenant."""
    return edited(tenants=[{**PLAN["tenants"][0], **changes}])


def change(**changes):
    """The plan with other values in its change."""
    return tenant(changes=[{**PLAN["tenants"][0]["changes"][0], **changes}])


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("", "ends too early: it was cut off."),
        ("  \n", "ends too early: it was cut off."),
        (TEXT[:-1], "ends too early: it was cut off."),
        (TEXT[: TEXT.index("contoso") + 3], "ends too early: it was cut off."),
        ("terraform plan", "is not JSON: Expecting value at line 1, column 1."),
        (TEXT + TEXT, "is not JSON: Extra data at line 1"),
        (b"\xff\xfe{\0}\0", "is not UTF-8 text, so it is no plan."),
        (b"\xef\xbb\xbf{}", "is not JSON: Unexpected UTF-8 BOM"),
        ("[]", "is JSON, but no plan: a plan is an object."),
        ("null", "is JSON, but no plan: a plan is an object."),
        ("{}", "has no `format`, so it is no plan."),
        (edited(format=2), "has the format '2'; this version reads format 1 only."),
        (edited(format="1"), "has the format '1'; this version reads format 1 only."),
        (edited(format=True), "has the format 'True'; this version reads format 1 only."),
        (
            TEXT.replace('"complete": true', '"complete": true, "complete": true', 1),
            "has the key 'complete' twice in one object.",
        ),
        (tenant(foreign={"alert-policy": 1.5}), "holds 1.5; a plan has whole numbers only"),
        (tenant(foreign={"alert-policy": 3.0}), "holds 3.0; a plan has whole numbers only"),
        (TEXT.replace('"alert-policy": 3', '"alert-policy": 3e0'), "holds 3e0; a plan has whole numbers only"),
        (change(before={"x": float("nan")}), "holds NaN, which is no JSON number."),
        (change(before={"x": float("-inf")}), "holds -Infinity, which is no JSON number."),
        (change(before={"x": 2**53}), "holds the number 9007199254740992, which is larger than 9007199254740991."),
        (TEXT.replace('"alert-policy": 3', '"alert-policy": ' + "9" * 5000), "holds the number 9999999999"),
        (edited(surprise=1), "is not a plan of this format: `surprise` is not a field of a plan."),
        (change(force=True), "is not a plan of this format: `tenants[0].changes[0].force` is not a field of a plan."),
        (tenant(**{"a\x1b[2J": 1}), "`tenants[0].a\\x1b[2J` is not a field of a plan."),
        (json.dumps({name: value for name, value in PLAN.items() if name != "tool"}), "`tool` is missing."),
        (json.dumps({name: value for name, value in PLAN.items() if name != "targets"}), "`targets` is missing."),
        (
            tenant(findings=[{"rule": "x", "severity": "info", "address": "", "message": ""}]),
            "`tenants[0].findings[0].origin` is missing.",
        ),
        (edited(complete="yes"), "`complete` Input should be a valid boolean"),
        (change(action="replace"), "`tenants[0].changes[0].action` Input should be 'create', 'update' or 'delete'"),
        (edited(complete=False), "was altered after it was made: its digest is not that of its content."),
        (change(commands=[]), "was altered after it was made: its digest"),
        (change(before={"name": "\ud800"}), "is not a plan of this format:"),
        ("[" * 200_000, "is nested far deeper than any plan."),
        (change(before={"x": json.loads("[" * 400 + "]" * 400)}), ""),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) and len(value) < 120 else "",
)
def test_what_is_no_plan_is_refused(tmp_path, raw, sentence):
    """Each fault has a sentence of its own that ends with what to do."""
    message = said(tmp_path, raw)

    assert sentence in message
    assert message.endswith("Make a new plan with `reconciler plan --out FILE`.")


def test_a_changes_digest_of_other_changes_is_refused(tmp_path):
    """Also where the digest of the whole was made anew."""
    from reconciler.core.plan import plan_digest

    document = {**PLAN, "changes_digest": "sha256:00"}

    assert "its changes_digest is not that of its changes." in said(
        tmp_path, json.dumps({**document, "digest": plan_digest(document)})
    )


def test_a_missing_file_is_named(tmp_path):
    """The path and the way out are in the message."""
    with pytest.raises(PlanError, match=r"There is no plan .*none.json. Make a new plan with"):
        load(tmp_path / "none.json")


def test_a_folder_is_no_plan(tmp_path):
    """A folder is named as one."""
    with pytest.raises(PlanError, match="is a folder"):
        load(tmp_path)


def test_a_pipe_is_no_plan_and_is_not_waited_for(tmp_path):
    """Nobody writes into this pipe, and yet the answer comes at once."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(PlanError, match="is not a file"):
        load(tmp_path / "pipe")


def test_a_huge_file_is_not_read_to_its_end(tmp_path):
    """More than 64 MiB are no plan, however much more it is."""
    with (tmp_path / "plan.json").open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(PlanError, match="is larger than 64 MiB"):
        load(tmp_path / "plan.json")


@given(st.data())
def test_any_edit_of_any_value_is_noticed(tmp_path_factory, data):
    """Whatever is put in whatever place, the file is refused: there is no part of a plan that no check covers."""
    document = json.loads(TEXT)
    at, name = data.draw(st.sampled_from(list(_places(document))))
    before = at[name]
    at[name] = data.draw(values.filter(lambda value: json.dumps(value) != json.dumps(before)))
    if name in {"made_at", "expires_at"} and isinstance(at[name], str):
        return  # covered by the signature and by apply, not by the digest

    said(tmp_path_factory.getbasetemp(), json.dumps(document))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_bring_anything_but_our_own_error(tmp_path_factory, raw):
    """Nothing that a file can hold ends in another exception."""
    said(tmp_path_factory.getbasetemp(), raw)


def _places(value):
    """Every place in a document that holds a value."""
    if isinstance(value, dict | list):
        for name, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, name
            yield from _places(below)


def test_a_plan_of_a_thousand_tenants_is_loaded(tmp_path):
    """Size alone is no fault."""
    from reconciler.core.plan import sealed

    one = plan()
    many = sealed(
        one.model_copy(
            update={
                "tenants": tuple(
                    one.tenants[0].model_copy(update={"name": f"tenant-{number}"}) for number in range(1000)
                )
            }
        )
    )
    save(many, tmp_path / "plan.json")

    assert many == load(tmp_path / "plan.json")
