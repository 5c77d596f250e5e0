"""A folder with a site: pages appear, pages go, and nobody else's file is touched."""

import json

import pytest

from reconciler.adapters.site_folder import MANIFEST, write_site
from reconciler.core.errors import ReconcilerError

OLD = {"tenant-contoso.html": "contoso", "tenant-gone.html": "gone", "index.html": "both"}
NEW = {"tenant-contoso.html": "contoso again", "index.html": "one"}


def held(folder):
    """The text of every file but the manifest."""
    return {one.name: one.read_text() for one in folder.iterdir() if one.name != MANIFEST}


def test_a_page_of_a_tenant_that_is_gone_goes(tmp_path):
    """The second site takes the place of the first, and what stood beside it stays."""
    folder = tmp_path / "public" / "drift"
    write_site(folder, OLD)
    (folder / "logo.svg").write_text("theirs")
    (folder / "tenant-theirs.html").write_text("theirs")

    write_site(folder, NEW)

    assert {**NEW, "logo.svg": "theirs", "tenant-theirs.html": "theirs"} == held(folder)


def test_somebody_else_s_index_is_not_replaced(tmp_path):
    """A file of ours that we did not write is an error, and then nothing is written at all."""
    (tmp_path / "index.html").write_text("theirs")

    with pytest.raises(ReconcilerError, match=r"index\.html was not written by reconciler"):
        write_site(tmp_path, NEW)

    assert {"index.html": "theirs"} == held(tmp_path)


@pytest.mark.parametrize("name", ["../outside.html", "/tmp/outside.html", "logo.svg", "tenant-../../outside.html", 7])
def test_an_altered_manifest_removes_nothing_of_others(tmp_path, name):
    """Names that no page of ours can have are passed over, wherever the list has them from."""
    folder = tmp_path / "site"
    write_site(folder, OLD)
    (tmp_path / "outside.html").write_text("theirs")
    (folder / "logo.svg").write_text("theirs")
    (folder / MANIFEST).write_text(json.dumps({"format": 1, "files": [*OLD, name]}))

    write_site(folder, NEW)

    assert "theirs" == (tmp_path / "outside.html").read_text()
    assert {**NEW, "logo.svg": "theirs"} == held(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', "\x00"])
def test_a_list_that_is_none_is_said_and_nothing_is_written(tmp_path, text):
    """Without knowing what is ours nothing is replaced."""
    (tmp_path / MANIFEST).write_text(text)

    with pytest.raises(ReconcilerError, match="can't be read as the list of a site's files"):
        write_site(tmp_path, NEW)

    assert {} == held(tmp_path)


def test_a_stop_half_way_leaves_a_folder_that_is_known_again(tmp_path):
    """A site that could not be finished, here for a folder in the place of a page, can be written again."""
    write_site(tmp_path, OLD)
    (tmp_path / "tenant-new.html").mkdir()
    listed = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**listed, "files": [*listed["files"], "tenant-new.html"]}))
    with pytest.raises(ReconcilerError, match=r"tenant-new\.html can't be written"):
        write_site(tmp_path, {"tenant-new.html": "new", **NEW})

    (tmp_path / "tenant-new.html").rmdir()
    write_site(tmp_path, {"tenant-new.html": "new", **NEW})

    assert {"tenant-new.html": "new", **NEW} == held(tmp_path)
