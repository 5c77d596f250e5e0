"""A page as one HTML file: nothing is loaded from anywhere, and only our own style and script may work in it."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from reconciler.core.records import Timeline
from reconciler.core.values import stamp
from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.overview import Tenant, ended, tenants
from reconciler.report.page import Fact, Page, Piece, Section, Tile
from reconciler.report.tiles import agreeing
from reconciler.report.timeline import Chart, chart
from reconciler.report.words import ARROW

if TYPE_CHECKING:
    from jinja2 import Environment

_GRAVEST: Final = 15
"""Rows of the drawing of all tenants, on the index of a site; the others stand on the tenants' own pages."""
_PLAIN_NAME: Final = re.compile(r"[a-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """One section as it is drawn."""

    id: str
    section: Section
    names: tuple[str, ...]
    state: Tenant | None
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class _View:
    """What the template needs beside the page."""

    policy: str
    style: str
    script: str
    shown: tuple[_Shown, ...]
    tenants: tuple[Tenant, ...]
    columns: tuple[Tile, ...]
    facts: tuple[Fact, ...]
    chart: Chart | None
    missing: str
    back: str

    @property
    def names(self) -> list[str]:
        """The names of all tenants in the order in which one looks for them."""
        return sorted(one.name for one in self.tenants)


def to_html(
    page: Page, context: Context | None = None, *, listed: tuple[Tenant, ...] | None = None, back: str = ""
) -> str:
    """The page as a complete HTML document.

    `listed` is the list of tenants where it leads to other files, `back` the way from such a file to the list.
    """
    style, script = _resource("page.css"), _resource("page.js")
    timeline = context.timeline if context else None
    index = listed is not None
    if listed is None:
        found = tenants(page, lambda _, section: f"#{_id(section)}")
        listed = found if len(found) > 1 and page.sections[0].exit_code is not None else ()
    view = _View(
        policy=_policy(style, script),
        style=style,
        script=script,
        shown=tuple(
            _shown(one, id_, None if index else timeline)
            for one, id_ in zip(page.sections, _ids(page.sections), strict=True)
        ),
        tenants=listed,
        columns=tuple(one for one in page.tiles if one.number and one.tag),
        facts=(*page.facts, *_made(page, context)),
        chart=chart(timeline, [one.name for one in listed], most=_GRAVEST) if timeline and index else None,
        missing=timeline.missing if timeline else "",
        back=back,
    )
    return _environment().get_template("page.html.j2").render(page=page, view=view)


def _shown(section: Section, id_: str, timeline: Timeline | None) -> _Shown:
    names = section.members or ((section.title,) if section.exit_code is not None else ())
    return _Shown(
        id=id_,
        section=section,
        names=names,
        state=None if section.exit_code is None else ended(section),
        chart=chart(timeline, names) if timeline else None,
    )


def _ids(sections: Iterable[Section]) -> Iterator[str]:
    """What each section is called in links to it; of equal ones the first."""
    seen: Counter[str] = Counter()
    for one in sections:
        yield _id(one, seen[one.title])
        seen[one.title] += 1


def _id(section: Section, again: int = 0) -> str:
    """The name of its tenant, or else what no other title gives; `again` counts those of the same title before it."""
    if _PLAIN_NAME.fullmatch(section.title) and not again:
        return f"tenant-{section.title}"
    words = "\n".join((section.title, *section.members, *([str(again)] if again else [])))
    return f"part-{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _made(page: Page, context: Context | None) -> tuple[Fact, ...]:
    """When and by what the page was made, where it does not say so itself."""
    if context is None or any(one.name == "made by" for one in page.facts):
        return ()
    made = {"made": stamp(context.at.replace(microsecond=0)), "made by": f"reconciler {context.version}"}
    return tuple(Fact(name, (Piece(text, "muted"),)) for name, text in made.items())


def _policy(style: str, script: str) -> str:
    """What a browser may do with the page: show it, with this style and this script to the byte, and nothing else."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        # Style and script are ours and must reach the page to the byte, because the policy names their digests.
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["ARROW"] = ARROW
    environment.filters["agreeing"] = agreeing
    environment.filters["time"] = lambda when: stamp(when)[:16].replace("T", " ")
    return environment


@cache
def _resource(name: str) -> str:
    return files("reconciler.report").joinpath("templates", name).read_text(encoding="utf-8")
