"""What waits reads the same in every form, the gravest first, and nothing of a tenant's text gets out of its place."""

from reconciler.core.change import Origin
from reconciler.core.outcome import Unreadable, ended
from reconciler.core.waiting import Status, TenantStatus, Waiting
from reconciler.report.formats import FORMATS, page_of
from reconciler.report.text import text

WAITING = (
    Waiting(address="contoso/alert-policy/A\x1b[2J", via="api", action="update", state="overdue",
            since="2026-11-23T10:00:00Z", until="2026-11-23T11:00:00Z", message="Still not visible after 1 h."),
    Waiting(address="contoso/restricted-sender/alice@contoso.com", state="held", rule="newer-block",
            message="Look at it.", origin=Origin(file="policies/contoso.yaml", line=7)),
    Waiting(address="contoso/alert-policy/B", via="portal", action="update", state="manual",
            steps=("Open it.", "Save."), url="https://security.microsoft.com/alertpoliciesv2"),
    Waiting(address="contoso/alert-policy/C", via="companion", action="create", state="converging",
            since="2026-11-23T12:00:00Z", until="2026-11-23T13:00:00Z"),
)  # fmt: skip
TENANTS = (
    TenantStatus(name="contoso", complete=True, waiting=WAITING, exit=ended(8, "1 by hand in the portal")),
    TenantStatus(
        name="fabrikam", complete=False, unreadable=(Unreadable(kind="audit-log", reason="No answer."),), exit=ended(6)
    ),
    TenantStatus(name="tailspin", complete=True, exit=ended(0)),
)
STATUS = Status(tenants=TENANTS, exit=ended(6, "fabrikam: audit-log: No answer."))


def test_the_page_has_everything_that_waits():
    """Overdue first, then what people have to do, then what takes time; the verdict counts."""
    expected = """
contoso

  Overdue
    ? update  contoso/alert-policy/A\\u001b[2J
        Still not visible after 1 h.
        written: 2026-11-23T10:00:00Z
        visible by: 2026-11-23T11:00:00Z

  Held
    = newer-block  contoso/restricted-sender/alice@contoso.com
        policies/contoso.yaml:7
        Look at it.

  By hand in the portal
    ! update by hand  contoso/alert-policy/B
        1. Open it.
        2. Save.
        https://security.microsoft.com/alertpoliciesv2

  Converging
    . create via companion  contoso/alert-policy/C
        written: 2026-11-23T12:00:00Z
        visible by: 2026-11-23T13:00:00Z

fabrikam

  Could not be read
    x unreadable  fabrikam/audit-log
        No answer.

tailspin
  Nothing waits.

Waiting: 1 overdue, 1 held, 1 manual, 1 converging, 1 tenant could not be read completely.
"""

    assert expected.lstrip() == text(page_of(STATUS))


def test_every_form_names_every_object():
    """Text, JSON, Markdown and HTML."""
    for form, render in FORMATS.items():
        said = render(STATUS, False)
        missing = [one.address for one in WAITING[1:] if one.address.rpartition("/")[2].partition("@")[0] not in said]

        assert ([], False) == (missing, "\x1b" in said), form


def test_nothing_waits():
    """One sentence."""
    page = page_of(Status(tenants=TENANTS[2:], exit=ended(0)))

    assert "Nothing waits." == page.verdict
