"""The table for spreadsheets: its rows, its form, and that no cell is a formula."""

import csv
import unicodedata
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.errors import Diagnostic, Position, Range
from reconciler.report.context import Context
from reconciler.report.csv import COLUMNS, cell
from reconciler.report.formats import REPORTS
from reconciler.report.validation import validation
from tests.report import samples

CONTEXT = Context(command="plan", at=datetime(2026, 11, 23, 10, tzinfo=UTC), version="0.1.0")
EVIL = st.text(
    alphabet="=+-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\t\r\n\x00\x1b\u202e\u200b\u00a0\u3000 ,;\"'|a1",
    max_size=20,
)


def printed(result) -> str:
    """The file of a result."""
    return REPORTS["csv"].write(result, CONTEXT)


def rows(result) -> list[dict[str, str]]:
    """The rows of a result, read by Python's reader."""
    return list(csv.DictReader(StringIO(printed(result).removeprefix("\ufeff"), newline="")))


def test_a_change_is_a_row_with_all_that_a_person_needs():
    """Address, action, way, each field from before to after, the steps in the portal, the link and the line."""
    found = [one for one in rows(samples.plan("because")) if one["what"] == "change"]

    assert ["create", "update", "update", "delete"] == [one["action"] for one in found]
    assert {
        "tenant": "contoso", "address": samples.ALERT, "what": "change", "state": "", "severity": "", "action": "update",
        "via": "portal", "rule": "", "changes": "notifications.daily_limit: none -> 25",
        "steps": "1. Open the policy. 2. Set the daily notification limit to 25.",
        "link": "https://security.microsoft.com/alertpoliciesv2", "why": "", "place": "policies/tenants/contoso.yaml:21",
        "first seen": "",
    } == found[2]  # fmt: skip
    assert "notifications.recipients: + secops@contoso.com - old@contoso.com (1 unchanged)" in found[1]["changes"]
    assert ("because", True) == (found[0]["why"], found[0]["changes"].startswith("name: Inbox rule forwards outside; "))


def test_findings_and_what_is_unread_are_rows_too():
    """With rule, severity and message, after the changes of their tenant."""
    found = [(one["tenant"], one["what"], one["severity"], one["rule"]) for one in rows(samples.plan())][4:]

    assert [
        ("contoso", "finding", "refusal", "max-changes"),
        ("contoso", "finding", "held", "newer-block"),
        ("mute", "unreadable", "", ""),
    ] == found


def test_differences_say_what_is_wanted_and_found():
    """Each with state, severity, line and the day on which it was first seen."""
    first = rows(samples.drift())[0]

    assert ("open", "warning", "definition.severity: wanted high, found low", "2026-11-22T10:00:00Z") == (
        first["state"], first["severity"], first["changes"], first["first seen"],
    )  # fmt: skip


def test_an_apply_tells_its_outcomes_and_why_a_tenant_ended():
    """A tenant that was stopped before its first change has a row all the same."""
    found = [(one["what"], one["state"], one["why"]) for one in rows(samples.applied("note"))]

    assert 7 == len([one for one in found if one[0] == "outcome" and one[2] == "note"])
    assert ("end", "", "exit 7 (partly-applied): one failednote") == found[-1]


def test_diagnostics_have_their_place():
    """File and line of a fault in the policies."""
    at = Range(filename="policies/a.yaml", start=Position(line=3, column=5), end=Position(line=3, column=9))
    found = rows(validation((Diagnostic(severity="error", summary="Wrong.", detail="Mend it.", range=at),)))

    assert [("diagnostic", "error", "Wrong. Mend it.", "policies/a.yaml:3")] == [
        (one["what"], one["severity"], one["why"], one["place"]) for one in found
    ]


@given(EVIL)
def test_no_cell_is_a_formula(text):
    """No cell begins with a sign that starts a formula, in any of its widths, also after blanks; all of it is visible."""
    shown = cell(text)
    first = unicodedata.normalize("NFKC", shown).lstrip()[:1]

    assert first not in {"=", "+", "-", "@", "\u2212", "\t", "\r", "\n"}
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ("-2", "'-2"),
        ("\t=1", "\\u0009=1"),
        ("a=1", "a=1"),
        ("", ""),
        ("two\nlines", "two\\u000alines"),
    ],
)
def test_how_cells_are_spelled(text, shown):
    """An apostrophe in front makes it text; what is no formula stays as it is."""
    assert shown == cell(text)


@given(EVIL, EVIL)
@settings(max_examples=50)
def test_values_stay_in_their_cells(note, address):
    """Any value leaves rows and columns as they are, and every cell is safe; lines end as RFC 4180 wants it."""
    made = samples.plan(note=note, address=address)
    text = printed(made)
    table = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))

    assert {len(COLUMNS)} == set(map(len, table))
    assert len(printed(samples.plan()).split("\r\n")) == len(text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert [] == [one for row in table for one in row if one.lstrip()[:1] in {"=", "+", "-", "@"} and one]


def test_the_file_is_for_excel():
    """It begins with a byte-order mark, ends with a line end, and every cell stands in quotes; equal input, equal bytes."""
    text = printed(samples.plan("ü"))

    assert text.startswith('\ufeff"tenant","address",')
    assert text.endswith('"\r\n')
    assert text == printed(samples.plan("ü"))
