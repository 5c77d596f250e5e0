"""How telling a plan or drift in GitLab ended: as a page, and as the line that a note gets after the merge."""

from collections.abc import Iterator
from typing import Final

from reconciler.core.forge import Difference, Kind, Noted, Reported, Review
from reconciler.core.pipeline import Pipeline
from reconciler.report.escape import code, markdown
from reconciler.report.note import AFTER_ROOM
from reconciler.report.note_fit import clipped, fitting, joined, size
from reconciler.report.page import Entry, Fact, Page, Piece, Section, Tone, groups

_WHAT: Final[dict[Kind, tuple[str, str, str, Tone]]] = {
    "new": ("+", "new", "New since the review", "create"),
    "changed": ("~", "changed", "Otherwise than reviewed", "update"),
    "gone": ("-", "gone", "Reviewed, and not there any more", "delete"),
    "differs": ("~", "differs", "Otherwise than reviewed, as a whole", "update"),
    "proven": ("=", "proven", "Held in the review for want of approvals, and proven now", "held"),
}
_STEPS: Final[dict[str, tuple[str, Tone]]] = {
    "opened": ("+", "create"),
    "reopened": ("+", "create"),
    "updated": ("~", "update"),
    "closed": ("-", "good"),
    "left": ("x", "error"),
    "older": ("=", "held"),
}
_LONGEST: Final = 160
_SHOWN: Final = 10


def noted_page(noted: Noted) -> Page:
    """The page of what `note` did."""
    sections = [_compared(noted.review)] if noted.review and noted.review.differences else []
    told = tuple(map(_issue, noted.issues))
    sections += [Section("Issues", groups=groups(("Tenants", told)))] if told else []
    facts = tuple(_about(noted.review)) if noted.review else ()
    return Page(title="Note", verdict=noted.message, sections=tuple(sections), facts=facts)


def _about(review: Review) -> Iterator[Fact]:
    yield Fact("reviewed digest", (Piece(review.reviewed_digest, "muted"),))
    if review.author:
        yield Fact("note by", (Piece(review.author),))


def review_line(review: Review, said: str, pipeline: Pipeline) -> str:
    """What a note gets after the merge: whether the plan on the branch is the reviewed one, else what differs."""
    where = f" ([pipeline {pipeline.number}]({pipeline.url}))" if pipeline.url else ""
    head = f"**After the merge:** {markdown(said)}{where}"
    lines = [_difference(one) for one in review.differences]
    shown = lines[:_SHOWN] + ([f"- and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else [])
    room = AFTER_ROOM - size(head) - 16
    return joined((head, "\n".join(fitting(shown, room, lambda left: f"- and {left} more"))))


def _difference(one: Difference) -> str:
    _, verb, _, _ = _WHAT[one.what]
    return f"- {markdown(verb)}: {code(clipped(one.address or one.tenant, _LONGEST))}"


def _compared(review: Review) -> Section:
    by_kind = (
        (title, tuple(_entry(one, mark, verb, tone) for one in review.differences if one.what == what))
        for what, (mark, verb, title, tone) in _WHAT.items()
    )
    return Section(f"Against merge request !{review.merge_request}", groups=groups(*by_kind))


def _entry(one: Difference, mark: str, verb: str, tone: Tone) -> Entry:
    way = f" via {one.via}" if one.via not in {"", "api"} else ""
    return Entry(mark, f"{verb}{way}", tone, one.address or one.tenant)


def _issue(one: Reported) -> Entry:
    mark, tone = _STEPS.get(one.step, (".", "muted"))
    number = f" #{one.issue}" if one.issue else ""
    return Entry(mark, f"{one.step}{number}", tone, one.tenant, note=one.message, link=one.url or None)
