"""The body of a note: the verdict first, within its bytes, and nothing in it obeys what a value holds."""

import base64
import re
import zlib
from collections import Counter

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.change import Change, Evidence, Finding
from reconciler.core.note_mark import Counts, Mark, Told, mark_in, mark_of, with_after
from reconciler.core.pipeline import Pipeline, pipeline_of
from reconciler.core.plan import Plan
from reconciler.report.note import BUDGET, note_body
from tests.gitlab.plans import change, fleet, plan, small, tenant
from tests.report import samples

AT = Pipeline(number=12, url="https://gitlab.example.com/g/p/-/pipelines/12", commit="c" * 40)
TOLD = tuple(
    Told(pipeline=number, made_at="2026-11-23T10:00:00Z", digest=f"{number:064x}", counts=Counts(create=number))
    for number in range(11, 1, -1)
)
EVIL = st.text(max_size=40) | st.sampled_from(
    [
        "-->", "<!-- reconciler:note:1 x 9 sha256:", "</details>", "<script>alert(1)</script>", "@alice", "/close", "```",
        "~~~", "| a | b |", "[x](javascript:x)", "#12", "!3", "&lt;", "$`x`$", "`", "\n/assign @alice\n", "![](http://x)",
    ]
)  # fmt: skip


def body_of(made: Plan, earlier: tuple[Told, ...] = ()) -> str:
    """The note of a plan."""
    return note_body(made, mark_of(made, "reconciler", 12, earlier), AT)


def rendered(body: str) -> str:
    """The HTML that a parser which we did not write makes of it."""
    return str(cmarkgfm.github_flavored_markdown_to_html(body, Options.CMARK_OPT_UNSAFE))


def size(body: str) -> int:
    """Its bytes."""
    return len(body.encode())


def evil(text: str) -> Plan:
    """A plan in which every value that a tenant or a policy may choose is `text`."""
    one = change("contoso", text, text)
    created = Change(**one.model_dump() | {"address": f"contoso/alert-policy/new {text}", "action": "create", "before": None, "after": {"name": text, text: [text, text]}, "fields": (), "why": text})  # fmt: skip
    base = tenant("contoso", one, created, held=(text,))
    finding = Finding(rule="max-changes", severity="refusal", address=f"contoso/{text}", message=text)
    return plan(base.model_copy(update={"findings": (*base.findings, finding)}))


def test_the_verdict_comes_first_and_then_what_is_in_the_way():
    """Who reads only the first lines knows how many changes there are, and that something is refused."""
    body = body_of(samples.plan())
    order = ["### Plan: 1 to create", "can't be applied", "Changes digest", "**In the way**", "| Tenant |", "<details>"]

    assert order == sorted(order, key=body.index)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (fleet(300, 3), "tenant-0299"),
        (fleet(300, 3, alike=True), "Same 3 changes in 300 tenants"),
        (fleet(300, 40), "tenant-0299"),
        (fleet(1, 2_000), "and 1"),
        (fleet(2_000, 1), "more tenant"),
        (plan(tenant("contoso", change("contoso", "x" * 90_000, "y" * 90_000))), "90021 characters"),
        (plan(*(tenant(f"t{n}" * 300, change(f"t{n}" * 300, f"{n}"), number=n) for n in range(300))), "more tenant"),
    ],
    ids=["fleet", "alike", "large-fleet", "large-tenant", "huge-fleet", "long-values", "long-names"],
)
def test_any_plan_fits(made, told):
    """However large a plan is, its note has at most 60,000 bytes, its verdict, its digest and its mark."""
    body = body_of(made, TOLD)

    assert size(body) <= BUDGET
    assert size(body) > BUDGET // 2 or "Same 3 changes" in body or "characters" in body
    assert told in body
    assert (True, True) == (body.startswith("### Plan: "), made.changes_digest[7:] in body.splitlines()[6])
    assert TOLD == getattr(mark_in(body), "earlier", ())


def test_details_of_the_largest_tenant_go_first():
    """Small tenants keep their details where one tenant alone would fill the note."""
    large = tenant("large", *(change("large", f"Policy {at}") for at in range(900)))
    body = body_of(plan(large, *(tenant(f"t{at}", change(f"t{at}", "Own", str(at))) for at in range(9))))

    assert [True] * 9 == [f"t{at}/alert-policy/Own" in body for at in range(9)]
    assert "more: see the plan itself" in body


def test_equal_tenants_are_one_row_and_one_fold():
    """What is the same in many tenants is told once, with their names."""
    body = body_of(fleet(41, 3, alike=True))

    assert 1 == body.count("Same 3 changes in 41 tenants")
    assert 1 == body.count("| each of 41 tenants: ")


def test_a_parser_sees_tables_folds_and_lists():
    """The note renders to a heading, one table, folded details and lists."""
    seen = rendered(body_of(samples.plan(), TOLD))

    assert [1, 1, 3, 3] == [seen.count(one) for one in ("<h3>", "<table>", "<details>", "</details>")]
    assert "reconciler:note" not in re.sub(r"<!--.*?-->", "", seen, flags=re.DOTALL)


@settings(max_examples=150, deadline=None)
@given(EVIL, EVIL)
def test_no_value_is_more_than_text(one, other):
    """Whatever policies and tenants are called, the note has the elements that it has without them, and no mention."""
    plain, seen = rendered(body_of(evil("word"))), rendered(body_of(evil(f"{one}{other}x")))
    elements = re.compile(r"<(/?[a-z][a-z0-9]*)")

    assert Counter(elements.findall(plain)) == Counter(elements.findall(seen))
    assert not re.search(r"@\w", re.sub(r"<!--.*?-->", "\x00", seen, flags=re.DOTALL))
    assert not re.search(r"(?m)^/\w", body_of(evil(f"{one}{other}x")))


@settings(max_examples=150, deadline=None)
@given(EVIL, st.integers(1, 60))
def test_every_note_fits_and_its_mark_comes_back(text, times):
    """Budget and mark hold over any value, however often it is repeated."""
    made = evil(text * times)
    body = body_of(made, TOLD)

    assert size(body) <= BUDGET
    assert mark_of(made, "reconciler", 12, TOLD) == mark_in(body)


def test_evidence_is_told_by_its_verdict():
    """Of evidence there is the check and its verdict, never what an account was found to be like."""
    account = "1 inbox rule sends mail outside"
    held = tenant("contoso")
    missing = Finding(rule="missing-evidence", severity="held", address="contoso/restricted-sender/x", message=account)
    checked = Evidence(address=missing.address, check="mfa_registered", verdict="fail", at="2026-11-23T10:00:00Z")
    body = body_of(plan(held.model_copy(update={"findings": (missing,), "evidence": (checked,)})))

    assert "mfa\\_registered: <code>fail</code>" in body
    assert account not in body


def test_what_is_said_after_the_merge_has_its_place():
    """The line is put in, and replaced by the next one, and the note stays within its bytes and keeps its mark."""
    body = body_of(fleet(300, 3))
    once = with_after(body, "**After the merge:** first")
    twice = with_after(once, "second")

    assert (1, 0, 1) == (once.count("first"), twice.count("first"), twice.count("second"))
    assert mark_in(body) == mark_in(twice)


@pytest.mark.parametrize("body", ["", "text", "<!-- reconciler:note:1 x 9 sha256:00 -->", "<!-- reconciler -->"])
def test_what_is_no_mark_is_none(body):
    """Only the whole mark at the very end of a note is one."""
    assert mark_in(body) is None
    assert mark_in(body_of(small()) + "\nand more") is None


@given(st.binary(max_size=200))
def test_a_mark_that_was_tampered_with_says_no_more_than_its_digest(junk):
    """Packed bytes that are no mark's leave what stands in the open, and raise nothing."""
    line = f"<!-- reconciler:note:1 reconciler 5 sha256:{'a' * 64} {base64.b64encode(junk).decode()} -->"

    assert Mark(scope="reconciler", pipeline=5, digest="a" * 64) == mark_in(line)


def test_a_bomb_is_no_mark():
    """What unpacks to more than any plan needs is not unpacked."""
    packed = base64.b64encode(zlib.compress(b"[" * 50_000_000)).decode()

    assert mark_in(f"<!-- reconciler:note:1 reconciler 5 sha256:{'a' * 64} {packed} -->") is not None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://gitlab.example.com/x", "https://a/b)c", "https://u:p@a/b", "https://a/<b>"]
)
def test_a_link_that_is_no_plain_address_is_left_out(url):
    """Links come from variables, which a branch's pipeline file may set."""
    at = pipeline_of({"CI_PIPELINE_ID": "12", "CI_PIPELINE_URL": url, "CI_JOB_URL": url})

    assert ("", "") == (at.url, at.job_url)
