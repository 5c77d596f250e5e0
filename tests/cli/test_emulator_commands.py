"""`emulator exec`, `emulator serve` and `demo`."""

import json
import re
import signal
import subprocess
import sys

import pytest

from tests.cli.line import bare, reconciler


@pytest.mark.parametrize("code", [0, 1, 7, 42])
def test_exec_ends_as_its_command(code, folder):
    """The exit status of `emulator exec` is that of the command, and nothing is added to its output."""
    ran = reconciler("emulator", "exec", "--", "sh", "-c", f"echo out; echo err >&2; exit {code}", folder=folder)

    assert (code, "out\n", "err\n") == (ran.code, ran.out, ran.err)


def test_exec_passes_every_word_on(folder):
    """Options after CMD belong to CMD, with `--` and without."""
    words = (sys.executable, "-c", "import sys; print(sys.argv[1:])", "--port", "1", "-h")

    for start in (("--",), ()):
        assert "['--port', '1', '-h']\n" == reconciler("emulator", "exec", *start, *words, folder=folder).out


def test_exec_of_ourselves(folder):
    """The tool itself runs as a client of the emulator."""
    plan = (sys.executable, "-m", "reconciler", "plan", "--format", "json", "--tenant", "contoso")
    ran = reconciler("emulator", "exec", "--", *plan, folder=folder)

    assert json.loads(ran.out)["complete"], ran.err


def test_a_seed_that_is_none(folder):
    """A seed that can't be read is a sentence, not a traceback."""
    (folder / "seed.yaml").write_text("tenants: 3\n")
    ran = reconciler("emulator", "exec", "--seed", "seed.yaml", "--", "true", folder=folder)

    assert 1 == ran.code
    assert ran.err.startswith("error: The emulator can't start: ")


def test_serve_greets_and_ends_at_a_signal(folder):
    """`emulator serve` prints lines that a shell can read, and ends well at SIGTERM."""
    command = [sys.executable, "-m", "reconciler", "emulator", "serve"]
    with subprocess.Popen(command, cwd=folder, env=bare(), stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        lines = [serving.stdout.readline() for _ in range(4)]
        serving.send_signal(signal.SIGTERM)

        assert 0 == serving.wait(timeout=20)
    assert re.match(r"# The emulator listens on http://127\.0\.0\.1:\d+;", lines[0])
    assert "unset NO_PROXY" in "".join(lines)


def test_the_demo_tells_its_story(tmp_path):
    """The demo goes through to its end, and leaves nothing behind; `dev.py bench` says how long it takes."""
    ran = reconciler("demo", folder=tmp_path)

    assert 0 == ran.code, ran.out + ran.err
    assert 6 == ran.out.count("\n$ reconciler ")
    assert "What to try next" in ran.out
    assert [] == list(tmp_path.iterdir())
