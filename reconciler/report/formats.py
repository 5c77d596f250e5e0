"""The list of formats: to print results another way, add a function and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.core.forge import Noted
from reconciler.core.outcome import Applied, Drift, Senders
from reconciler.core.plan import Plan
from reconciler.core.records import Removal, Runs
from reconciler.core.starter import Starter
from reconciler.core.waiting import Status
from reconciler.report.alike import fold
from reconciler.report.applied import applied_page
from reconciler.report.codequality import to_codequality
from reconciler.report.context import Context
from reconciler.report.csv import to_csv
from reconciler.report.drift import drift_page
from reconciler.report.gitlab_terraform import to_gitlab_terraform
from reconciler.report.history import history_page, removal_page
from reconciler.report.html import to_html
from reconciler.report.json import to_json
from reconciler.report.markdown import to_markdown
from reconciler.report.note_told import noted_page
from reconciler.report.page import Page
from reconciler.report.plan import plan_page
from reconciler.report.points import Told
from reconciler.report.powershell import to_powershell
from reconciler.report.prometheus import to_prometheus
from reconciler.report.sarif import to_sarif
from reconciler.report.senders import senders_page
from reconciler.report.starter import starter_page
from reconciler.report.status import status_page
from reconciler.report.terraform_json import to_terraform_json
from reconciler.report.text import text
from reconciler.report.validation import Validation, validation_page

Result = Plan | Applied | Drift | Senders | Status | Runs | Removal | Validation | Starter | Noted
"""Everything that a command may have to tell."""

FORMATS: Final[Mapping[str, Callable[[Result, bool], str]]] = {
    "text": lambda result, verbose: text(folded(result, verbose=verbose)),
    "json": lambda result, _: to_json(result),
    "markdown": lambda result, verbose: to_markdown(folded(result, verbose=verbose)),
    "html": lambda result, verbose: to_html(folded(result, verbose=verbose)),
}
"""What `--format` knows; True asks for more: the cmdlets of a plan, the service's own words about a sender."""


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report."""

    write: Callable[..., str]
    """Writes a result of one of these commands, in its context."""
    of: frozenset[str]
    """The commands whose results it can tell."""


def _junit(result: Told, context: Context) -> str:
    # Its library takes as long to load as the rest of an offline command.
    from reconciler.report.junit import to_junit

    return to_junit(result, context)


_ALL: Final = frozenset({"plan", "apply", "drift", "validate", "status"})
_FILES: Final = frozenset({"plan", "apply", "drift", "validate"})

REPORTS: Final[Mapping[str, Report]] = {
    "json": Report(lambda result, _: to_json(result), _ALL),
    "markdown": Report(lambda result, _: to_markdown(folded(result, verbose=True)), _ALL),
    "html": Report(lambda result, context: to_html(folded(result, verbose=True), context), _ALL),
    "gitlab-terraform": Report(lambda result, _: to_gitlab_terraform(result), frozenset({"plan", "apply", "drift"})),
    "codequality": Report(to_codequality, _ALL),
    "sarif": Report(to_sarif, _ALL),
    "junit": Report(_junit, _ALL),
    "terraform-json": Report(to_terraform_json, frozenset({"plan", "drift"})),
    "prometheus": Report(to_prometheus, _ALL),
    "csv": Report(to_csv, _FILES),
    "powershell": Report(lambda plan, _: to_powershell(plan), frozenset({"plan"})),
}
"""What `--report KIND=FILE` knows."""


def printed(result: Result, form: str, context: Context, *, verbose: bool = False) -> str:
    """The result in a form of `--format`; a web page tells what its context knows as well."""
    return to_html(folded(result, verbose=verbose), context) if form == "html" else FORMATS[form](result, verbose)


def command_of(result: Result) -> str:
    """The command whose results have this type; empty where no report is made of them."""
    types = {Plan: "plan", Applied: "apply", Drift: "drift", Validation: "validate", Status: "status"}
    return types.get(type(result), "")


def folded(result: Result, *, verbose: bool = False) -> Page:
    """The page of a result with one section for all tenants of which it says the same."""
    page = page_of(result, verbose=verbose)
    return fold(page) if isinstance(result, Plan | Applied | Drift | Status | Senders) else page


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
        case Validation():
            return validation_page(result)
        case Removal() | Starter() | Noted():
            return _done(result)


def _done(result: Removal | Starter | Noted) -> Page:
    """The page of something that was done, rather than found."""
    match result:
        case Removal():
            return removal_page(result)
        case Starter():
            return starter_page(result)
        case Noted():
            return noted_page(result)
