"""The plan loader: whatever is done to a saved plan, with or without the key, it is loaded or refused with PlanError."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretBytes

from reconciler.adapters.plan_file import load, save
from reconciler.core.errors import PlanError
from reconciler.core.plan import plan_digest
from tests.fuzz.mutate import fuzzed, mutated, spliced
from tests.ledger.plans import plan

KEY = SecretBytes(b"a key of the tests")
SIGNS = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b'"', b"\\", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b"1e999", b"NaN", b"\xff", b"\x00", b"-0"]
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the plans are written."""
    return tmp_path_factory.mktemp("plans")


@pytest.fixture(scope="module")
def document(folder):
    """A plan, as its file has it."""
    save(plan(), folder / "saved.json")
    return json.loads((folder / "saved.json").read_text())


def ends_well(folder, content: bytes, key=None) -> bool:
    """Load the bytes as a plan; anything but PlanError goes through. Tells whether it was loaded."""
    file, said = folder / "plan.json", ""
    file.write_bytes(content)
    try:
        load(file, key)
    except PlanError as error:
        said = str(error)

    assert said == "" or said.endswith("Make a new plan with `reconciler plan --out FILE`.")
    return said == ""


@fuzzed
@given(st.data())
def test_any_bytes_anywhere(folder, document, data):
    """Stretches cut out, doubled or replaced: only white space is not noticed."""
    text = json.dumps(document, indent=2).encode()
    content = data.draw(spliced(text, SIGNS))

    assert not ends_well(folder, content) or _same(document, content)


@fuzzed
@given(st.data(), st.booleans())
def test_any_value_anywhere(folder, document, data, resealed):
    """Any value in any place, also where the digest was made anew for it: what is loaded has the shape of a plan."""
    found = data.draw(mutated(document))
    if resealed and isinstance(found, dict):
        try:
            found["digest"] = plan_digest(found)
        except (ValueError, RecursionError):
            resealed = False

    loaded = ends_well(folder, json.dumps(found).encode("utf-8", "replace"))
    assert resealed or not loaded or _same(document, json.dumps(found).encode())


@fuzzed
@given(st.data())
def test_nothing_gets_past_the_key(folder, document, data):
    """Without the key nobody makes a plan that whoever has it would load, whatever it says of its signature."""
    found = data.draw(mutated({**document, "hmac": f"hmac-sha256:{'0' * 64}"}))

    assert not ends_well(folder, json.dumps(found).encode("utf-8", "replace"), KEY)


def _same(document, content: bytes) -> bool:
    """Whether a text holds the same plan, but for the times, which the digest leaves out on purpose."""
    found = json.loads(content)
    times = ("made_at", "expires_at")
    return {k: v for k, v in found.items() if k not in times} == {k: v for k, v in document.items() if k not in times}
