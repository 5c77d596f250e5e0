"""Folding: tenants of which a page says the same are told once, nothing that differs is hidden, nobody is lost."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.alike import ANY, fold
from reconciler.report.formats import FORMATS
from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section
from reconciler.report.text import text
from tests.report import samples

NAMES = ["contoso", "fabrikam", "adatum", "block", "in-2"]


def entry(name, **more):
    """A change of one alert policy of a tenant, with a place and a cmdlet of its own."""
    told = Entry(
        "~",
        "update",
        "update",
        f"{name}/alert-policy/Mass deletion",
        note=f"the companion of {name} is missing",
        place=f"policies/tenants/{name}.yaml:9",
        facts=(Fact("enabled", (Piece("off -> on"),)), Fact("first seen", (Piece("2026-11-22T10:00:00Z", "muted"),))),
        code=(f"Set-ProtectionAlert -Identity '{name}'",),
    )
    return replace(told, **more)


def section(name: str, *entries: Entry, notes: tuple[str, ...] = ()) -> Section:
    """A tenant's part of a plan."""
    return Section(name, notes=notes, groups=(Group("Changes", entries),) if entries else (), exit_code=0)


def page(*sections: Section) -> Page:
    """A plan's page."""
    return Page("Plan", "Plan: some.", sections=sections)


@st.composite
def pages(draw) -> Page:
    """Pages of a few tenants with few different entries, so that some are alike."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    kinds = st.lists(st.sampled_from(["audit-log", "alert-policy/A", "alert-policy/B"]), unique=True, max_size=2)
    foreign = st.sampled_from([(), ("Not managed here, left alone: 3 alert-policy, 1 restricted-sender.",)])
    made = []
    for name in names:
        some = [
            entry(name, subject=f"{name}/{kind}", tone=draw(st.sampled_from(["update", "error"])))
            for kind in draw(kinds)
        ]
        made.append(section(name, *some, notes=(*(() if some else ("No changes.",)), *draw(foreign))))
    return page(*made)


def told(one: Page) -> Counter[tuple[str, str, str]]:
    """Every entry of every tenant that a page tells: tenant, address, tone."""
    return Counter(
        (name, item.subject.replace(ANY, name, 1) if part.members else item.subject, item.tone)
        for part in one.sections
        for name in part.members or (part.title,)
        for group in part.groups
        for item in group.entries
    )


def names(one: Page) -> list[str]:
    """The tenants that a page speaks of."""
    return sorted(name for part in one.sections for name in part.members or (part.title,))


@given(pages())
def test_everything_is_told_once(one):
    """Every tenant, and every entry of every tenant, is on the folded page exactly once."""
    assert told(one) == told(fold(one))
    assert names(one) == names(fold(one))


@given(pages())
def test_folding_twice_is_folding_once(one):
    """A folded page folds to itself."""
    assert fold(one) == fold(fold(one))


@given(pages(), st.randoms(use_true_random=False))
def test_the_order_of_tenants_does_not_matter(one, dice):
    """Whatever order the tenants come in, the folded page is the same."""
    mixed = list(one.sections)
    dice.shuffle(mixed)

    assert fold(one) == fold(page(*mixed))


@given(pages())
def test_what_is_unmanaged_is_counted_in_all(one):
    """Objects that nobody manages are summed up over the tenants of a section."""
    before, after = (
        sum("3 alert-policy" in note for part in one.sections for note in part.notes),
        sum(int(note.split()[5]) for part in fold(one).sections for note in part.notes if "left alone" in note),
    )

    assert 3 * before == after


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "fabrikam/alert-policy/Mass deletion 2"},
        {"mark": "!"},
        {"verb": "update via companion"},
        {"tone": "error"},
        {"note": "the companion of fabrikam is paused"},
        {"facts": (Fact("enabled", (Piece("on -> off"),)),)},
        {"facts": (Fact("recipients", (Piece("+ secops@fabrikam.com", "create"),)),)},
        {"steps": ("Open the policy.",)},
        {"link": "https://security.microsoft.us/"},
        {"tags": ("held",)},
    ],
)
def test_one_difference_splits(other):
    """Tenants that differ in anything that a reviewer would act on stay apart."""
    one = page(section("contoso", entry("contoso")), section("fabrikam", entry("fabrikam", **other)))

    assert {"contoso", "fabrikam"} == {part.title for part in fold(one).sections}


def test_values_that_hold_a_name_are_values():
    """Recipients at each tenant's own domain are different recipients, however much they look alike."""
    one = page(
        *(
            section(name, entry(name, facts=(Fact("recipients", (Piece(f"+ secops@{name}.com"),)),)))
            for name in ("contoso", "fabrikam")
        )
    )

    assert 2 == len(fold(one).sections)


def test_a_difference_in_how_it_ended_splits():
    """Equal entries with another exit are not the same."""
    one = page(section("contoso", entry("contoso")), replace(section("fabrikam", entry("fabrikam")), exit_code=4))

    assert 2 == len(fold(one).sections)


def test_what_is_left_out_is_said():
    """Places and cmdlets that differ are left out with a word where to see them; times become a span."""
    later = Fact("first seen", (Piece("2026-11-23T10:00:00Z", "muted"),))
    first = entry("contoso")
    other = entry("fabrikam", facts=(first.facts[0], later))

    printed = text(fold(page(section("fabrikam", other), section("contoso", first))))

    expected = """\
Same 1 change in 2 tenants
  contoso, fabrikam
  Lines of policies or cmdlets that differ are left out here: --tenant NAME --verbose shows them.

  Changes
    ~ update  */alert-policy/Mass deletion
        the companion of * is missing
        enabled: off -> on
        first seen: 2026-11-22T10:00:00Z to 2026-11-23T10:00:00Z

Plan: some.
"""
    assert expected == printed


def test_what_all_have_in_common_stays():
    """A place and a cmdlet that are the same in all tenants are told, and nothing is said to be left out."""
    same = {"place": "policies/baselines/watch.yaml:3", "code": ("Set-AdminAuditLogConfig",)}
    one = page(*(section(name, entry(name, **same)) for name in NAMES))
    (found,) = fold(one).sections

    assert () == found.notes
    assert (same["place"], same["code"]) == (found.groups[0].entries[0].place, found.groups[0].entries[0].code)


def test_trouble_comes_before_changes_before_quiet():
    """First what went wrong, then what concerns most tenants, then single ones; who has nothing to do comes last."""
    quiet = [section(name, notes=("No changes.",)) for name in ("a", "b", "c")]
    many = [section(name, entry(name)) for name in ("d", "e")]
    single = section("f", entry("f", verb="delete"))
    wrong = section("g", entry("g", tone="error"))

    assert ["g", "Same 1 change in 2 tenants", "f", "No changes in 3 tenants"] == [
        part.title for part in fold(page(*quiet, single, *many, wrong)).sections
    ]


def test_a_star_of_a_tenant_is_not_our_star():
    """A message that holds the sign for "any tenant" is compared to the letter."""
    one = page(
        section("contoso", entry("contoso", note="contoso said *")),
        section("fabrikam", entry("fabrikam", note="fabrikam said *")),
    )

    assert 2 == len(fold(one).sections)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_plan_for_many_tenants_is_short(form):
    """Of three hundred quiet tenants a report says one thing and names them all; JSON has each of them."""
    plan = samples.plan()
    calm = plan.tenants[1]
    fleet = plan.model_copy(
        update={"tenants": tuple(calm.model_copy(update={"name": f"tenant{one:03}"}) for one in range(300))}
    )
    printed = FORMATS[form](fleet, False)

    assert "No changes in 300 tenants" in printed
    assert [] == [one for one in range(300) if f"tenant{one:03}" not in printed]
    assert len(printed.splitlines()) < 60
    assert 300 == FORMATS["json"](fleet, False).count('"tenant_id"')
