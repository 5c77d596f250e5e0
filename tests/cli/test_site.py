"""Web pages from the command line: drift over time out of the ledger, and a site of a stored result."""

import json
import sqlite3

import pytest

from tests.cli.line import bare, reconciler

OLD = "UPDATE drift SET first_seen = '2026-01-02T03:04:05.000000Z'"


@pytest.fixture
def environment(environment):
    """That of the emulator, with the ledger where it is without one."""
    return {name: text for name, text in environment.items() if name != "RECONCILER_LEDGER"}


@pytest.fixture
def drift(folder, environment):
    """A stored drift result of emulated tenants, of which the ledger knows since when each difference is there."""
    ran = reconciler("drift", "--format", "json", "--output", "drift.json", folder=folder, environment=environment)
    assert 2 == ran.code, ran.err
    with sqlite3.connect(folder / ".reconciler" / "ledger.db") as ledger:
        ledger.execute(OLD)
    ledger.close()
    return json.loads((folder / "drift.json").read_text())


@pytest.mark.slow
def test_a_drift_report_tells_since_when(folder, environment, drift):
    """The page that a drift run writes, and the one that it prints, have the drawing with the ledger's dates."""
    ran = reconciler("drift", "--format", "html", "--report", "html=drift.html", folder=folder, environment=environment)

    assert 2 == ran.code, ran.err
    for page in (ran.out, (folder / "drift.html").read_text()):
        assert '<svg role="img"' in page
        assert "<td>2026-01-02 03:04</td>" in page


@pytest.mark.slow
def test_a_stored_result_becomes_a_site(folder, drift):
    """Each tenant has its page with its drift over time, and the pages of tenants that are gone go."""
    names = [one["name"] for one in drift["tenants"]]
    first = reconciler("report", "drift.json", "--site", "public/drift", "--quiet", folder=folder)
    site = folder / "public" / "drift"
    pages = sorted(one.name for one in site.glob("*.html"))
    second = reconciler("report", "drift.json", "--site", "public/drift", "--tenant", names[0], folder=folder)

    assert (0, 0) == (first.code, second.code), first.err + second.err
    assert sorted(["index.html", *(f"tenant-{name}.html" for name in names)]) == pages
    assert '<svg role="img"' in (site / f"tenant-{names[0]}.html").read_text()
    assert ["index.html", f"tenant-{names[0]}.html"] == sorted(one.name for one in site.glob("*.html"))


@pytest.mark.slow
def test_a_ledger_that_can_not_be_read_is_a_sentence_in_the_page(folder, drift):
    """The report is written and ends as it would; the page says what is missing, and why."""
    (folder / "bad.db").write_text("no database")
    ran = reconciler(
        "report", "drift.json", "--format", "html", folder=folder, environment=with_ledger(folder / "bad.db")
    )

    assert 0 == ran.code, ran.err
    assert "There is no drift over time here: The ledger" in ran.out
    assert "<svg role" not in ran.out


@pytest.mark.slow
def test_no_ledger_is_made_to_draw_a_page(folder, drift):
    """Where there is no ledger there is no drawing, no complaint, and still no ledger."""
    ran = reconciler(
        "report", "drift.json", "--format", "html", folder=folder, environment=with_ledger(folder / "none.db")
    )

    assert 0 == ran.code, ran.err
    assert "drift over time" not in ran.out.lower()
    assert not (folder / "none.db").exists()


@pytest.mark.slow
def test_somebody_else_s_page_is_not_replaced(folder, drift):
    """A folder with an index of its own is refused with a sentence."""
    (folder / "public").mkdir()
    (folder / "public" / "index.html").write_text("theirs")

    ran = reconciler("report", "drift.json", "--site", "public", folder=folder)

    assert 1 == ran.code
    assert "index.html was not written by reconciler, so it is not replaced." in ran.err
    assert ["index.html"] == [one.name for one in (folder / "public").iterdir()]


def with_ledger(file):
    """An environment that names a ledger."""
    return {**bare(), "RECONCILER_LEDGER": f"sqlite:///{file}"}
