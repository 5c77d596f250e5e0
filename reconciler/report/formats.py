"""The list of formats: to print results another way, add a function and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from reconciler.core.outcome import Applied, Drift, Senders
from reconciler.core.plan import Plan
from reconciler.core.records import Removal, Runs
from reconciler.core.waiting import Status
from reconciler.report.applied import applied_page
from reconciler.report.drift import drift_page
from reconciler.report.history import history_page, removal_page
from reconciler.report.html import to_html
from reconciler.report.json import to_json
from reconciler.report.markdown import to_markdown
from reconciler.report.page import Page
from reconciler.report.plan import plan_page
from reconciler.report.senders import senders_page
from reconciler.report.status import status_page
from reconciler.report.text import text
from reconciler.report.validation import Validation, validation_page

Result = Plan | Applied | Drift | Senders | Status | Runs | Removal | Validation
"""Everything that a command may have to tell."""

FORMATS: Final[Mapping[str, Callable[[Result, bool], str]]] = {
    "text": lambda result, verbose: text(page_of(result, verbose=verbose)),
    "json": lambda result, _: to_json(result),
    "markdown": lambda result, verbose: to_markdown(page_of(result, verbose=verbose)),
    "html": lambda result, verbose: to_html(page_of(result, verbose=verbose)),
}
"""What `--format` knows; True asks for more: the cmdlets of a plan, the service's own words about a sender."""

REPORTS: Final[Mapping[str, Callable[[Result], str]]] = {
    "json": to_json,
    "markdown": lambda result: to_markdown(page_of(result, verbose=True)),
    "html": lambda result: to_html(page_of(result, verbose=True)),
}
"""What `--report KIND=FILE` knows."""


def page_of(result: Result, *, verbose: bool = False) -> Page:
    """The page of any result."""
    match result:
        case Plan():
            return plan_page(result, verbose=verbose)
        case Applied():
            return applied_page(result)
        case Drift():
            return drift_page(result)
        case Senders():
            return senders_page(result, verbose=verbose)
        case Status():
            return status_page(result)
        case Runs():
            return history_page(result, verbose=verbose)
        case Removal():
            return removal_page(result)
        case Validation():
            return validation_page(result)
