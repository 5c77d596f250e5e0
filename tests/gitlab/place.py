"""A job of a pipeline: a folder, its variables, and `reconciler note` run in it."""

from pathlib import Path

from reconciler.core.outcome import Drift
from reconciler.core.plan import Plan
from reconciler.report.json import to_json
from tests.cli.line import Ran, bare, reconciler
from tests.gitlab.server import GitLab

TOKEN, JOB = "glpat-Pl4nted-t0ken", "Pl4nted-j0b-t0ken"
ALICE, BOT, RUNNER = 5, 7, 9
MERGED = "c0ffee" + 34 * "0"


class Place:
    """A job: a folder, its variables, and `reconciler note` in it."""

    def __init__(self, folder: Path, gitlab: GitLab) -> None:
        self.folder, self.gitlab = folder, gitlab

    def save(self, name: str, result: Plan | Drift) -> None:
        """Write a result as a command would."""
        (self.folder / name).write_text(to_json(result))

    def variables(self, **more: str) -> dict[str, str]:
        """The variables of a job, without a token."""
        url = f"{self.gitlab.url}/group/p4"
        known = {
            "CI": "true",
            "CI_SERVER_URL": self.gitlab.url,
            "CI_PROJECT_ID": "4",
            "CI_PIPELINE_ID": "100",
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_URL": url.replace("http:", "https:") + "/-/pipelines/100",
            "CI_JOB_URL": "https://gitlab.example.com/group/p4/-/jobs/1",
            "CI_COMMIT_SHA": MERGED,
            "CI_JOB_TOKEN": JOB,
        }
        clean = {name: text for name, text in bare().items() if not name.startswith("GITLAB_")}
        return clean | known | more

    def of_request(self, **more: str) -> dict[str, str]:
        """The variables of a job of merge request !3, with the note's token."""
        request = {
            "CI_MERGE_REQUEST_IID": "3",
            "CI_MERGE_REQUEST_PROJECT_ID": "4",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "4",
            "RECONCILER_GITLAB_TOKEN": TOKEN,
        }
        return self.variables() | request | more

    def of_main(self, **more: str) -> dict[str, str]:
        """The variables of a job of the default branch, with the job's own token only."""
        return self.variables() | {"CI_COMMIT_BRANCH": "main"} | more

    def __call__(self, *words: str, **variables: str) -> Ran:
        """Run `reconciler note` in a job of the merge request."""
        return reconciler("note", *words, folder=self.folder, environment=self.of_request(**variables))

    def on_main(self, *words: str, **variables: str) -> Ran:
        """Run it in a job of the default branch."""
        return reconciler("note", *words, folder=self.folder, environment=self.of_main(**variables))
