"""The picture of the note in docs/gitlab.md; `pytest tests/pipeline/test_picture.py --snapshot-update` draws it anew.

What it says is held as text, because no two machines draw the same pixels.
"""

from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from reconciler.core.note_mark import mark_of
from reconciler.core.pipeline import Pipeline
from reconciler.report.note import note_body
from tests.judges.judges import ON_CHROMIUM, browser
from tests.shape.repository import ROOT
from tests.whole.test_picture import planned

PICTURE = ROOT / "docs" / "pictures" / "note.png"
TOP: Any = {"x": 0, "y": 0, "width": 960, "height": 720}
AT = Pipeline(
    number=12, merge_request=7, commit="3f9a1c7e" * 5, url="https://gitlab.example.com/ops/m365/-/pipelines/12",
    job_url="https://gitlab.example.com/ops/m365/-/jobs/34",
    artifacts_url="https://gitlab.example.com/ops/m365/-/jobs/34/artifacts/browse",
)  # fmt: skip
# Plain, in the manner of a merge request: a frame, the author, and the body as GitLab sets Markdown.
STYLE = """
body { margin: 0; padding: 24px; background: #fff; color: #28272d; font: 14px/1.5 system-ui, sans-serif }
article { border: 1px solid #dcdcde; border-radius: 4px; padding: 12px 16px; max-width: 900px }
header { color: #737278; padding-bottom: 8px } header b { color: #28272d }
h3 { font-size: 18px; margin: 8px 0 12px } a { color: #1068bf; text-decoration: none }
table { border-collapse: collapse; margin: 8px 0 16px } th, td { border: 1px solid #dcdcde; padding: 6px 12px }
th { background: #fbfafd } code { background: #ececef; border-radius: 4px; padding: 1px 4px; font-size: 13px }
li { margin: 4px 0 } details { margin: 8px 0 } summary { cursor: pointer }
"""


def page_of(body: str) -> str:
    """The note as a merge request shows it, its first fold open."""
    html: Any = cmarkgfm.github_flavored_markdown_to_html(body, Options.CMARK_OPT_UNSAFE)
    opened = html.replace("<details>", "<details open>", 1)
    author = "<header><b>reconciler</b> @project_11_bot commented just now</header>"
    return f"<!doctype html><meta charset=utf-8><title>Note</title><style>{STYLE}</style><article>{author}{opened}</article>"


@pytest.mark.slow
@ON_CHROMIUM
def test_the_picture_of_the_note_is_the_one_of_today(snapshot, request, tmp_path, monkeypatch):
    """What reviewers read of a plan, as a parser of Markdown that we did not write and a browser show it."""
    monkeypatch.chdir(tmp_path)
    plan = planned(tmp_path)
    body = note_body(plan, mark_of(plan, "reconciler", AT.number, ()), AT)

    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 960, "height": 720})
        page.set_content(page_of(body))
        text = page.inner_text("article")
        if request.config.option.update_snapshots:
            page.screenshot(path=PICTURE, clip=TOP)

    assert snapshot == text
    assert 10_000 < PICTURE.stat().st_size < 250_000
