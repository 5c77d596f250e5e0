"""A plan that was saved and loaded is the same plan; with a key it is signed and the signature is demanded."""

import hashlib
import hmac
import json
import stat

import pytest
import rfc8785
from hypothesis import given
from pydantic import SecretBytes

from reconciler.adapters.plan_file import load, save
from reconciler.core.errors import PlanError, ReconcilerError
from tests.ledger.plans import plan, plans

KEY, OTHER = SecretBytes(b"k3y-of-the-pipeline"), SecretBytes(b"another")


@given(plans)
def test_a_plan_loaded_equals_the_plan_saved(tmp_path_factory, made):
    """Law 3: any plan survives its file, digests included."""
    file = tmp_path_factory.getbasetemp() / "any.json"

    assert made == save(made, file)
    assert made == load(file)


@given(plans)
def test_a_signed_plan_loaded_equals_the_plan_saved(tmp_path_factory, made):
    """With a key only the signature is added."""
    file = tmp_path_factory.getbasetemp() / "signed.json"

    signed = save(made, file, KEY)

    assert signed == load(file, KEY)
    assert made == signed.model_copy(update={"hmac": None})


def test_a_plan_is_private_ascii_and_ends_with_a_line_feed(tmp_path):
    """Only its owner may read the file, and no terminal obeys what a name in it holds."""
    file = tmp_path / "plan.json"
    odd = plan().model_copy(update={"made_at": "\x1b[31m\u202e\x7f"})
    save(odd, file)

    raw = file.read_bytes()

    assert (0o600, True, b"\n") == (
        stat.S_IMODE(file.stat().st_mode),
        all(byte == 10 or 32 <= byte < 127 for byte in raw),
        raw[-1:],
    )


def test_a_digest_can_be_checked_without_us(tmp_path):
    """As docs/plan-file.md says: SHA-256 over RFC 8785, and HMAC over everything but itself."""
    file = tmp_path / "plan.json"
    save(plan(), file, KEY)
    document = json.loads(file.read_text())
    signature = document.pop("hmac")
    expected = hmac.new(KEY.get_secret_value(), rfc8785.dumps(document), hashlib.sha256).hexdigest()
    body = {name: value for name, value in document.items() if name not in {"digest", "made_at", "expires_at"}}

    assert signature == f"hmac-sha256:{expected}"
    assert document["digest"] == f"sha256:{hashlib.sha256(rfc8785.dumps(body)).hexdigest()}"


def test_without_a_key_a_signature_is_not_looked_at(tmp_path):
    """A reviewer without the key can still show a signed plan."""
    signed = save(plan(), tmp_path / "plan.json", KEY)

    assert signed == load(tmp_path / "plan.json")


def test_a_plan_without_a_signature_is_refused_where_there_is_a_key(tmp_path):
    """Leaving the signature out does not help."""
    save(plan(), tmp_path / "plan.json")

    with pytest.raises(PlanError, match="has no `hmac`, and RECONCILER_PLAN_KEY demands one"):
        load(tmp_path / "plan.json", KEY)


@pytest.mark.parametrize("field", ["made_at", "expires_at"])
def test_a_signature_covers_the_times_that_a_digest_does_not(tmp_path, field):
    """A plan can't be made younger than it is."""
    file = tmp_path / "plan.json"
    save(plan(), file, KEY)
    file.write_text(json.dumps({**json.loads(file.read_text()), field: "2027-01-01T00:00:00Z"}))

    assert load(file).digest == plan().digest
    with pytest.raises(PlanError, match="wrong `hmac`"):
        load(file, KEY)


@pytest.mark.parametrize("said", ["hmac-sha256:00", "ü", "\ud800", ""])
def test_a_wrong_signature_is_refused(tmp_path, said):
    """Whatever stands there, and whichever key made it; and no message holds the key."""
    file = tmp_path / "plan.json"
    save(plan(), file, OTHER)
    with pytest.raises(PlanError, match="wrong `hmac`"):
        load(file, KEY)
    file.write_text(json.dumps({**json.loads(file.read_text()), "hmac": said}))

    with pytest.raises(PlanError, match=r"wrong `hmac`|not Unicode") as caught:
        load(file, KEY)
    assert "k3y" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_plan_that_can_not_be_written_leaves_the_old_one(tmp_path):
    """A folder in the way is an error with a reason; nothing else is left there."""
    with pytest.raises(ReconcilerError, match=r"can't be written: .*Choose another place"):
        save(plan(), tmp_path / "nowhere" / "plan.json")

    assert [] == list(tmp_path.iterdir())
