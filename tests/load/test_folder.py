"""Which files count as policies, how they are decoded, and what a folder can get wrong."""

import os
import time

import pytest

from reconciler.adapters.yaml_files import read_folder
from tests.load.given import TENANT, load_folder, said, says, written

HOLDS_NONE = (
    "error: The folder `policies` holds no tenant. Write one: kind: tenant, with its name, tenant_id and domain."
)


def test_a_folder_that_does_not_exist(tmp_path):
    """A missing folder is one error that names the option."""
    assert ["error: The folder of policies, `policies`, does not exist. Name the right one with --policies."] == said(
        tmp_path / "none"
    )


def test_a_file_instead_of_a_folder(tmp_path):
    """A file is no folder."""
    (tmp_path / "file").write_text(TENANT)

    assert ["error: The folder of policies, `policies`, is not a folder. Name the right one with --policies."] == said(
        tmp_path / "file"
    )


def test_a_folder_without_a_tenant(tmp_path):
    """Nothing to do is an error: a wrong path must not look like success."""
    assert [HOLDS_NONE] == says(tmp_path, {"b.yaml": "kind: baseline\nname: b\n"})


def test_an_empty_file(tmp_path):
    """A file without a document says so, comments or not."""
    expected = "error: The file holds no document. Begin one with `kind: tenant`, or remove the file."
    lines = says(tmp_path, {"a.yaml": TENANT, "b.yaml": "", "c.yaml": "# later\n", "d.yaml": "---\n"})

    assert [f"b.yaml:1:1: {expected}", f"c.yaml:1:1: {expected}"] == lines[:2]
    assert lines[2].startswith("d.yaml:2:1: error: A value is missing here.")


@pytest.mark.parametrize("name", ["b.yml", "b.YAML", "sub/b.Yml"])
def test_other_endings_are_errors(tmp_path, name):
    """A file that looks like a policy and would not be read is never passed over."""
    ending = name.partition(".")[2]

    assert [f"{name}:1:1: error: Files ending in `.{ending}` are not read. Name it `.yaml`."] == says(
        tmp_path, {"a.yaml": TENANT, name: TENANT}
    )


def test_names_that_begin_with_a_dot_are_left_out(tmp_path):
    """Editors' and tools' own files need no care."""
    assert [] == says(tmp_path, {"a.yaml": TENANT, ".b.yaml": "&", ".git/c.yaml": "&", "README.md": "&"})


def test_order_does_not_depend_on_the_disk(tmp_path):
    """Files are read in the order of their paths."""
    root = written(tmp_path, {"b.yaml": TENANT, "a/z.yaml": TENANT, "a.yaml": TENANT})

    assert ["a/z.yaml", "a.yaml", "b.yaml"] == [os.path.relpath(one.file, root) for one in read_folder(root).documents]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
def test_wide_encodings_are_refused(tmp_path, encoding):
    """A file in another encoding is one error, not a stream of strange characters."""
    lines = says(tmp_path, {"a.yaml": TENANT, "b.yaml": TENANT.encode(encoding)})

    assert 1 == len(lines)
    assert "UTF-8" in lines[0]


def test_bytes_that_are_not_utf_8_have_a_place(tmp_path):
    """The first wrong byte is shown with its line and column."""
    assert ["b.yaml:2:10: error: The byte 0xE9 is not UTF-8. Save the file as UTF-8."] == says(
        tmp_path, {"a.yaml": TENANT, "b.yaml": b"kind: tenant\nname: caf\xe9\n"}
    )


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + TENANT.encode(), TENANT.replace("\n", "\r\n"), TENANT[:-1]])
def test_editors_habits_are_tolerated(tmp_path, content):
    """A byte-order mark, Windows' line ends and a missing last line end change nothing."""
    assert [] == says(tmp_path, {"a.yaml": content})


def test_fifty_megabytes_are_one_quick_error(tmp_path):
    """A huge file is refused by its size, without being read."""
    root = written(tmp_path, {"a.yaml": TENANT})
    with (root / "b.yaml").open("wb") as file:
        file.truncate(50_000_000)
    start = time.process_time()
    lines = said(root)

    assert [
        "b.yaml:1:1: error: The file is larger than 1024 KiB. No policy needs that: split it, or remove it from the folder."
    ] == lines
    assert time.process_time() - start < 1


def test_links_inside_of_the_folder_are_followed(tmp_path):
    """A mounted folder whose files are links to its own hidden files works."""
    root = written(tmp_path, {"..data/a.yaml": TENANT})
    (root / "a.yaml").symlink_to("..data/a.yaml")

    assert ["contoso"] == [one.tenant.name for one in load_folder(root).desired]


def test_links_that_lead_elsewhere_are_refused(tmp_path):
    """A link can't bring in a file that nobody reviewed with the folder, nor hide one."""
    root = written(tmp_path, {"a.yaml": TENANT, "sub/b.txt": ""})
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (root / "broken.yaml").symlink_to("nowhere.yaml")
    (root / "linked").symlink_to("sub")
    (root / "loop.yaml").symlink_to("loop.yaml")
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "up").symlink_to(tmp_path)
    leaves = "error: This link leaves the folder. Copy the file into the folder, so that it is reviewed."

    assert [
        "broken.yaml:1:1: error: This is no file that can be read. Remove it, or correct the path.",
        "linked:1:1: error: This link leads to a folder. Links to folders are not followed: remove it.",
        f"out.yaml:1:1: {leaves}",
        f"up:1:1: {leaves}",
    ] == [line for line in said(root) if not line.startswith("loop")]
    assert 5 == len(said(root))


def test_what_is_no_file_is_never_opened(tmp_path):
    """A pipe in the folder can't make the run wait for ever."""
    root = written(tmp_path, {"a.yaml": TENANT})
    os.mkfifo(root / "b.yaml")

    assert ["b.yaml:1:1: error: This is no file that can be read. Remove it, or correct the path."] == said(root)


def test_strange_file_names_cannot_move_the_cursor(tmp_path):
    """Control characters in a file's name are escaped wherever the name is shown."""
    lines = says(tmp_path, {"a.yaml": TENANT, "b\n\x1b[2J.yaml": "a"})

    assert "b\\n\\x1b[2J.yaml:1:1" == lines[0].partition(": ")[0]
