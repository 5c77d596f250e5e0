"""The pictures in docs/ are those of today's pages; `pytest tests/browser --snapshot-update` draws them anew.

What a picture says is held as text, because no two machines draw the same pixels.
"""

import pytest

from tests.browser.pages import drawn
from tests.judges.judges import ON_CHROMIUM
from tests.report import samples
from tests.shape.repository import ROOT
from tests.whole.test_picture import planned

PICTURES = ROOT / "docs" / "pictures"
HEIGHTS = {"light": 900, "dark": 1220}


@pytest.mark.slow
@ON_CHROMIUM
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_of_the_report_are_those_of_today(shown, scheme, snapshot, request, tmp_path, monkeypatch):
    """In light a plan of a tenant as the emulator has it, in dark its drift over time."""
    monkeypatch.chdir(tmp_path)
    result = planned(tmp_path) if scheme == "light" else samples.drift()
    page = shown(drawn(result), color_scheme=scheme, viewport={"width": 1200, "height": HEIGHTS[scheme]})

    assert snapshot == page.inner_text("body")
    picture = PICTURES / f"report-{scheme}.png"
    if request.config.option.update_snapshots:
        page.screenshot(path=picture)
    assert 10_000 < picture.stat().st_size < 200_000
