"""Files appear whole or not at all."""

import os
import stat
import threading

import pytest

from reconciler.adapters.output import write_whole
from reconciler.core.errors import ReconcilerError


def test_text_is_written_as_utf_8_with_its_own_line_ends(tmp_path):
    """What is given is what stands there."""
    write_whole(tmp_path / "a", "ü\n")
    write_whole(tmp_path / "b", b"\r\n\xff")

    assert (b"\xc3\xbc\n", b"\r\n\xff") == ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes())


def test_the_mode_is_the_one_asked_for_less_the_umask(tmp_path):
    """A private file is private from its first byte on."""
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "open", "")
        write_whole(tmp_path / "private", "", mode=0o600)
    finally:
        os.umask(before)

    assert [0o640, 0o600] == [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("open", "private")]


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    """However often a file is replaced, nobody ever reads a part of it."""
    file, whole, stop, seen = tmp_path / "file", ["a" * 100_000, "b" * 100_000], threading.Event(), set()
    write_whole(file, whole[0])

    def read():
        while not stop.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(40):
        write_whole(file, whole[number % 2])
    stop.set()
    reader.join()

    assert seen <= set(whole)
    assert [file] == list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path):
    """What a link points to is replaced, not the link."""
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", "new")

    assert (True, "new") == ((tmp_path / "link").is_symlink(), (tmp_path / "file").read_text())


def test_a_pipe_is_written_to_and_stays(tmp_path):
    """Something that is no file is not replaced by one."""
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_whole(tmp_path / "pipe", "through")
    reader.join()

    assert (["through"], True) == (read, (tmp_path / "pipe").is_fifo())


@pytest.mark.parametrize("name", ["none/file", ".", "x" * 300])
def test_what_can_not_be_written_is_explained_and_leaves_nothing(tmp_path, name):
    """The message names the path and a reason."""
    with pytest.raises(ReconcilerError, match=r"can't be written: \w"):
        write_whole(tmp_path / name, "text")

    assert [] == list(tmp_path.iterdir())
