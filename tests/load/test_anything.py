"""Whatever stands in a file, loading ends with desired states or with PolicyError: never with anything else."""

import tempfile
from pathlib import Path

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.load.given import TENANT, USER, load_folder, said, written

WORDS = st.sampled_from(
    [
        *("kind", "tenant", "baseline", "guardrails", "acceptances", "name", "tenant_id", "domain", "auth", "method"),
        *("extends", "labels", "audit_log", "alert_policies", "restricted_senders", "enabled", "notifications"),
        *("recipients", "at_least", "daily_limit", "threshold", "window", "definition", "via", "companion", "present"),
        *("unblock", "address", "blocked_before", "expires", "waive", "max_changes", "count", "protected", "value"),
        *("on", "off", "null", "~", "-1", "0", "1e3", "2026-02-30", "2026-11-20T09:00:00Z", "a@x.example", "<<", USER),
        *(": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", "&a ", "*a", "!!str ", "? ", "|\n", ">\n"),
        *('"', "'", "\\", "#", "%", "---", "...", "\t", "\r", "\0", "\x85", "\u2028", "\ufeff", "\U0001f600"),
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map("".join)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(WORDS, below, max_size=5)),
    max_leaves=12,
)
KINDS_OF = st.sampled_from(["tenant", "baseline", "guardrails", "acceptances"])


def outcome(*contents: bytes) -> list[str]:
    """What loading says of a folder with these files; anything but PolicyError goes through."""
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {f"{number}.yaml": content for number, content in enumerate(contents)}
        return said(written(Path(folder), files))


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_bytes(content):
    """Any bytes are a document, or an error with a sentence."""
    assert [] != outcome(content)


@given(TEXTS)
@example("? ")
@example("- - - -")
@example("a: |\n\t")
def test_text_that_looks_like_yaml(text):
    """Any text made of YAML's own signs and our own words is a document, or an error with a sentence."""
    assert [] == [
        line for line in outcome(TENANT.encode(), text.encode()) if "error: " not in line and "warning" not in line
    ]


@given(KINDS_OF, st.dictionaries(WORDS, VALUES, max_size=6))
def test_documents_of_any_shape(kind, value):
    """Any tree of values below our own keys is accepted or refused, never a crash."""
    text = yaml.safe_dump({**value, "kind": kind}, allow_unicode=False)

    assert [] == [line for line in outcome(TENANT.encode(), text.encode()) if ": " not in line]


@given(st.sampled_from(["alert_policies", "audit_log", "restricted_senders", "auth", "labels", "extends"]), VALUES)
def test_sections_of_any_shape(key, value):
    """Any value of a section is accepted or refused, never a crash."""
    text = TENANT + yaml.safe_dump({key: value}, allow_unicode=False)

    assert [] == [line for line in outcome(text.encode()) if ": " not in line]


@given(st.text(min_size=1, max_size=20))
def test_a_policy_name_may_hold_any_character(name):
    """What YAML can write as an escape can name a policy; only a name of nothing visible, or a DLP rule's, is refused."""
    quoted = '"' + "".join(f"\\U{ord(character):08x}" for character in name) + '"'
    surrogate = any("\ud800" <= character <= "\udfff" for character in name)
    lines = outcome(f"{TENANT}alert_policies: {{{quoted}: {{enabled: on}}}}\n".encode())

    assert [] == [line for line in lines if not (surrogate or "has no name" in line or "DLP" in line)]


@given(st.randoms(use_true_random=False))
def test_the_order_of_files_and_keys_never_matters(random):
    """The same documents under other file names, with their keys in another order, give the same digests."""
    keys = ["mode: apply\n", "labels: {a: b}\n", "audit_log: {enabled: on}\n", "alert_policies: {X: {enabled: on}}\n"]
    other = TENANT.replace("contoso", "fabrikam").replace("000001", "000002")
    random.shuffle(keys)
    contents = [TENANT + "".join(keys), other + "extends: [cisa-scuba]\n"]
    random.shuffle(contents)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first = load_folder(written(Path(one), {f"{number}.yaml": text for number, text in enumerate(contents)}))
        second = load_folder(written(Path(two), {f"{number}.yaml": text for number, text in enumerate(contents[::-1])}))

    assert [(one.tenant.name, one.digest) for one in first.desired] == [
        (one.tenant.name, one.digest) for one in second.desired
    ]
