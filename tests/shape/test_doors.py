"""The doors to the repository, dev.py and .ci/run, do what README.md says of them."""

import os
import re
import subprocess
import sys

import pytest

from tests.shape.repository import ROOT, text

GREEN = "========= 120 passed, 2 skipped in 9.81s ========="
RED = "\x1b[31m==== \x1b[1m3 failed\x1b[0m, 117 passed, 1 error in 61.20s (0:01:01) ====\x1b[0m"


def ci(tmp_path, closing_line: str, status: int) -> subprocess.CompletedProcess[str]:
    """Run .ci/run where `python3` says what pytest would say at its end, and ends like it."""
    python = tmp_path / "python3"
    python.write_text(
        f'#!/bin/sh\n[ -z "$(cat)" ] || exit 99\n[ "$2" = demo ] && exit 0\necho "{closing_line}"\nexit {status}\n'
    )
    python.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", str(ROOT / ".ci" / "run")]
    return subprocess.run(command, env=environment, input="not read", capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("closing_line", "status", "expected"),
    [
        (GREEN, 0, (0, "120 passed, 0 failed, 2 skipped")),
        (RED, 1, (1, "117 passed, 4 failed, 0 skipped")),
        (GREEN, 1, (1, "120 passed, 0 failed, 2 skipped")),
        ("no tests ran in 0.01s", 0, (1, "0 passed, 0 failed, 0 skipped")),
    ],
)
def test_the_pipeline_counts_what_ran(tmp_path, closing_line, status, expected):
    """The last line says how many tests passed, failed and were skipped; a run without any, or a failed step, fails."""
    result = ci(tmp_path, closing_line, status)

    assert expected == (result.returncode, result.stdout.splitlines()[-1])


def test_a_command_that_is_none_is_a_usage_error():
    """dev.py names its commands and ends with 64, the product's own status for wrong usage."""
    result = subprocess.run([sys.executable, "dev.py", "tset"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (64, True) == (result.returncode, result.stderr.startswith("usage: python3 dev.py COMMAND"))


@pytest.mark.parametrize(
    "page", ["README.md", ".ci/run", ".gitlab-ci.yml", ".pre-commit-config.yaml", "CONTRIBUTING.md"]
)
def test_every_dev_command_that_is_written_somewhere_exists(page):
    """Whoever copies a `dev.py` command from a page gets what it promises."""
    named = set(re.findall(r"dev\.py ([a-z]+)", text(page)))

    assert set() == named - {"demo", "test", "check", "bench", "fuzz", "lock"}
    assert named, f"{page} names no command of dev.py."


def test_the_pipeline_runs_what_the_readme_promises():
    """Both commands of the README are run by every pipeline."""
    assert [] == [command for command in ("dev.py demo", "dev.py check") if f"python3 {command}" not in text(".ci/run")]


def test_the_bench_measures_against_its_targets():
    """Start-up and comparing stay far inside their targets, so even a busy machine sees them met."""
    command = [sys.executable, "benchmarks/run.py", "start", "diff"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, result.stdout + result.stderr


def test_a_part_of_the_bench_that_is_none_is_a_usage_error():
    """A slip in the name of a part measures nothing, and says so."""
    command = [sys.executable, "benchmarks/run.py", "satrt"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (64, True) == (result.returncode, "start, demo, validate" in result.stderr)
