"""A result as JUnit XML, as GitLab reads it: a suite for each tenant, a case for each object."""

from typing import Final

from junitparser import Attr, Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from reconciler.report.context import Context
from reconciler.report.escape import visible
from reconciler.report.point import Point, by_tenant, names
from reconciler.report.points import POLICIES, Told, points
from reconciler.report.validation import Validation

_VERDICTS: Final[dict[str, type[FinalResult] | None]] = {
    "open": Failure, "failed": Failure, "overdue": Failure, "refusal": Failure, "error": Failure,
    "create": Skipped, "update": Skipped, "delete": Skipped, "manual": Skipped, "held": Skipped,
    "converging": Skipped, "accepted": Skipped, "skipped": Skipped,
    "applied": None, "unchanged": None, "warning": None, "info": None,
}  # fmt: skip
"""By the state of a point. What a plan would change is no failure, for a merge request asks for it; None passes."""
_ATTACHMENT: Final = "[[ATTACHMENT"
_SHOWN: Final = "[\\u005bATTACHMENT"


class _Case(TestCase):
    """A case that knows its file, which GitLab links to."""

    file = Attr("file")


def to_junit(result: Told, context: Context) -> str:
    """The XML; a tenant of which there is nothing to say is a case that passes."""
    found = points(result, context)
    named = by_tenant(found, names(found))
    suites = JUnitXml("reconciler")
    tenants = [""] if isinstance(result, Validation) else [one.name for one in result.tenants]
    for tenant in tenants:
        suites.append(_suite(tenant, named.get(tenant, [])))
    suites.update_statistics()
    return f"{suites.tostring().decode()}\n"


def _suite(tenant: str, named: list[tuple[Point, str]]) -> TestSuite:
    title = visible(tenant) or POLICIES
    suite = TestSuite(title)
    suite.add_testcases([_case(title, one, name) for one, name in named] or [_Case(title, title)])
    return suite


def _case(title: str, one: Point, name: str) -> TestCase:
    case = _Case(name, title)
    case.file = visible(one.path)
    # GitLab shows the content of the element and not its message. No value may name a file to attach.
    text = f"{name}: {one.message} ({visible(one.path)}:{one.line})".replace(_ATTACHMENT, _SHOWN)
    verdict = _verdict(one)
    if verdict is None:
        case.system_out = text
    else:
        found = verdict(one.rule, one.sort)
        found.text = text
        case.result = found
    return case


def _verdict(one: Point) -> type[FinalResult] | None:
    if one.sort in {"unreadable", "stopped"}:
        return Error
    return Failure if one.sort == "drift" and one.state == "manual" else _VERDICTS[one.state]
