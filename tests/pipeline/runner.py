"""A project as GitLab would hold it, on this machine: a bare repository, working copies, and a runner for its pipelines.

The runner is gitlab-ci-local: it reads the files as GitLab does, inputs and rules included, runs each job in a copy of
the checkout of its own, and hands on artifacts. It makes no ID tokens and knows no protected variables, so each run is
given those that GitLab would have given it.
"""

import itertools
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.line import bare
from tests.judges.judges import program

PROJECT = "ops/m365"
SERVER = "https://gitlab.example.com"
_ENDED = re.compile(r"^(?!pipeline )(\S+) +finished in \S+ \S+ *(?:(WARN|FAIL) (\d+))?", re.MULTILINE)
GIT = {"GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "alice@contoso.com"} | {
    "GIT_COMMITTER_NAME": "Alice", "GIT_COMMITTER_EMAIL": "alice@contoso.com", "GIT_CONFIG_GLOBAL": os.devnull,
}  # fmt: skip


@dataclass(frozen=True)
class Pipeline:
    """How a pipeline ended."""

    codes: Mapping[str, int]
    """The exit code of each job that ran."""
    log: str
    artifacts: Path
    status: int
    out: str = ""

    def artifact(self, job: str, name: str, folder: str = "reconciler-out") -> str:
        """The text of a job's artifact."""
        return (self.artifacts / job / folder / name).read_text("utf-8")

    def names(self, job: str, below: str = "reconciler-out") -> set[str]:
        """The names of a job's artifacts."""
        folder = self.artifacts / job / below
        return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


@dataclass
class Project:
    """A repository in which somebody works."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    path: str = PROJECT
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def at(cls, folder: Path, environment: Mapping[str, str], path: str = PROJECT) -> "Project":
        """A new project: an empty bare repository beside an empty working copy."""
        made = cls(folder / "checkout", dict(environment) | GIT, path)
        made.folder.mkdir(parents=True)
        origin = folder / "origin.git"
        made.git("init", "--quiet", "--bare", "--initial-branch=main", str(origin))
        made.git("init", "--quiet", "--initial-branch=main")
        made.git("config", "user.name", "Alice")
        made.git("config", "user.email", "alice@contoso.com")
        made.git("remote", "add", "origin", str(origin))
        # What the runner takes the project's name and server from; `origin` stays a folder of this machine.
        made.git("remote", "add", "gcl-origin", f"{SERVER}/{path}.git")
        return made

    def git(self, *words: str) -> str:
        """Run Git in the working copy."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**bare(), **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Put a file into the working copy."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def push(self, branch: str = "main") -> str:
        """Commit all that is there to a branch, and push it."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change policies")
        self.git("push", "--quiet", "origin", f"HEAD:{branch}")
        self.git("remote", "set-head", "origin", "main")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """Go on in a new branch off main."""
        self.git("checkout", "--quiet", "-B", name, "main")

    def run(self, *words: str, given: Mapping[str, str], without: tuple[str, ...] = ()) -> Pipeline:
        """Run the pipeline of the working copy with these variables; `words` are the runner's own."""
        # What one pipeline leaves is out of sight of the next.
        name = f".gitlab-ci-local/{next(self.numbers)}"
        (self.folder / name).mkdir(parents=True)
        (self.folder / ".gitlab-ci-local" / ".gitignore").write_text("*\n")
        state = self.folder / name
        options = [option for name, text in given.items() for option in ("--variable", f"{name}={text}")]
        options += [option for name in without for option in ("--unset-variable", name)]
        done = subprocess.run(
            [
                program("gitlab-ci-local"), "--force-shell-executor", "--shell-isolation", "--color=false",
                "--no-artifacts-to-source", "--state-dir", name, "--ignore-predefined-vars", ",".join(given), *options, *words,
            ],
            cwd=self.folder, env={**bare(), **self.environment}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=170,
        )  # fmt: skip
        log = done.stdout + done.stderr
        codes = {job: int(code or 0) for job, _, code in _ENDED.findall(log)}
        return Pipeline(codes, log, state / "artifacts", done.returncode, done.stdout)


def merge_request(branch: str, sha: str, **changes: str) -> dict[str, str]:
    """The variables of a pipeline for merge request 7."""
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_PROJECT_ID": "11",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "11",
        "CI_MERGE_REQUEST_PROJECT_PATH": PROJECT,
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "11",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": PROJECT,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": branch,
        "CI_COMMIT_REF_PROTECTED": "false",
        "CI_COMMIT_SHA": sha,
    } | changes


def on_default(source: str = "push", **changes: str) -> dict[str, str]:
    """The variables of a pipeline of the protected default branch."""
    return {"CI_PIPELINE_SOURCE": source, "CI_PROJECT_ID": "11", "CI_COMMIT_REF_PROTECTED": "true"} | changes
