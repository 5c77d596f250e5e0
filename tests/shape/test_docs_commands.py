"""Every command that README.md or docs/ shows is run, page by page, so that the documentation cannot rot.

A page is one story: its `console` blocks run in order, in one new folder that holds a copy of `policies/`. Each line
that begins with `$ ` is a command for bash (a trailing backslash continues it); the other lines are its output.
A marker is an HTML comment before a block, with only blank lines between; several words are parted by commas:

    <!-- test: emulator -->              run it inside the page's emulator, whose state lasts to the end of the page
    <!-- test: exit 2 -->                the block's last command ends with 2; all others, and by default all, with 0
    <!-- test: output -->                each line of output shown is really printed, in this order; … stands for anything
    <!-- test: file policies/a.yaml -->  any block, of any language: write it to this file of the page's folder
    <!-- test: not run: reason -->       leave this block out
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.shape.docs_blocks import Block, blocks, commands, shown
from tests.shape.repository import ROOT, files, text

PAGES = [name for name in files() if name == "README.md" or (name.startswith("docs/") and name.endswith(".md"))]
SHELL_FENCES = {"bash", "sh", "shell", "zsh", "console"}
OURS = ("RECONCILER_", "AZURE_", "CI", "GITLAB_")


def environment() -> dict[str, str]:
    """The environment of a person who has just installed the tool: `reconciler` on the PATH and nothing set."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    scripts = Path(sys.executable).parent
    return inherited | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "120"}


def run_block(block: Block, folder: Path, variables: dict[str, str], at: str) -> None:
    """Run the commands of one block and compare their exit statuses and, where it says so, their output."""
    found = commands(block)
    for index, (command, output) in enumerate(found):
        expected = block.status if index == len(found) - 1 else 0
        # One stream, in the order in which a terminal would show it.
        result = subprocess.run(
            ["bash", "-uo", "pipefail", "-c", command],
            cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, timeout=60,
        )  # fmt: skip

        assert expected == result.returncode, f"{at}: `{command}` ended with {result.returncode}:\n{result.stdout}"
        missing = shown(output, result.stdout) if "output" in block.words else []
        assert [] == missing, f"{at}: `{command}` does not print these lines; it printed:\n{result.stdout}"


def run_page(page: str, name: str, folder: Path, emulate: Callable[[], dict[str, str]]) -> int:
    """Go through a page's blocks in order, and return how many commands were run."""
    ran = 0
    for block in blocks(page):
        at = f"{name}:{block.line}"
        if block.not_run is not None:
            continue
        if block.file is not None:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text("\n".join(block.lines) + "\n", "utf-8")
        elif block.language == "console":
            assert commands(block), f"{at}: a console block needs at least one line that begins with `$ `."
            run_block(block, folder, emulate() if "emulator" in block.words else environment(), at)
            ran += len(commands(block))
    return ran


@pytest.fixture
def folder(tmp_path):
    """A reader's folder: the example policies, and nothing else."""
    if (ROOT / "policies").is_dir():
        shutil.copytree(ROOT / "policies", tmp_path / "policies")
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_do_what_it_says(name, folder):
    """Each command shown on the page runs and ends as the page says."""
    with ExitStack() as stack:
        started: list[dict[str, str]] = []

        def emulate() -> dict[str, str]:
            if not started:
                from reconciler.emulator import Emulator

                emulator = stack.enter_context(Emulator())
                started.append(emulator.environment(environment()))
            return started[0]

        run_page(text(name), name, folder, emulate)


@pytest.mark.parametrize("name", PAGES)
def test_commands_stand_in_console_blocks(name):
    """A block of shell is a `console` block with `$ ` before its commands, or says why it is not run."""
    untested = [
        f"{name}:{block.line}"
        for block in blocks(text(name))
        if block.language in SHELL_FENCES - {"console"} and block.not_run is None
    ]

    assert [] == untested


def page(*lines: str) -> str:
    """A page made of lines."""
    return "\n".join(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["```console", "$ false", "```"],
        ["```console", "$ false", "$ true", "```"],
        ["<!-- test: exit 3 -->", "```console", "$ exit 2", "```"],
        ["<!-- test: output -->", "", "```console", "$ echo one", "two", "```"],
        ["<!-- test: exit 3 -->", "A paragraph parts a marker from its block.", "```console", "$ exit 3", "```"],
        ["```console", "reconciler validate", "```"],
    ],
)
def test_a_page_that_is_wrong_is_found(lines, tmp_path):
    """A command that fails, ends otherwise than said, or prints something else breaks the test of its page."""
    with pytest.raises(AssertionError, match=r"page\.md:"):
        run_page(page(*lines), "page.md", tmp_path, environment)


def test_a_page_is_one_story(tmp_path):
    """Files written by one block are there for the next; continued lines are one command; `…` stands for anything."""
    story = page(
        "<!-- test: file notes/a.txt -->", "```yaml", "name: contoso", "```", "",
        "<!-- test: output, exit 4 -->", "```console", "$ cat notes/a.txt \\", "  | head -n 1", "name: …", "$ exit 4", "```",
        "<!-- test: not run: it would never end -->", "```console", "$ sleep 1000", "```",
    )  # fmt: skip

    assert 2 == run_page(story, "page.md", tmp_path, environment)


@pytest.mark.parametrize("marker", ["not run", "exit two", "file /etc/passwd", "file ../up", "emulatr"])
def test_a_marker_that_is_not_understood_is_an_error(marker):
    """A slip in a marker never turns a test off."""
    with pytest.raises(ValueError, match=r"marker|reason"):
        blocks(page(f"<!-- test: {marker} -->", "```console", "$ true", "```"))
