"""A GitLab project on a real Git repository: its files, blame, merge requests and approvals, as the API tells them.

What Git knows is asked of Git; what GitLab knows (who pushed, who approved, when) is kept here. Every event takes a minute.
"""

import base64
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.gitlab.server import Call, GitLab, Refused, Route, Token

Json = Any
PROJECT, FULL_PATH = 7, "contoso/policies"
BASE = rf"projects/(?:{PROJECT}|contoso%2Fpolicies)"
TOKEN = "only-for-reading"
PEOPLE = ("alice", "bob", "carol", "dave")
NOREPLY = "noreply@gitlab.example.com"


class WithGraph(GitLab):
    """The server with GraphQL beside REST: a question is no write, so a token that only reads may ask it."""

    def _let_in(self, verb: str, headers: dict[str, str]) -> Token:
        return super()._let_in("GET" if self.calls[-1][1] == "/api/graphql" else verb, headers)

    def _routed(self, verb: str, path: str, query: dict[str, str], raw: bytes, token: Token) -> tuple[int, Json]:
        below = "/api/v4/graphql" if path == "/api/graphql" and not token.job else path
        return super()._routed(verb, below, query, raw, token)


@dataclass
class Request:
    """One merge request."""

    number: int
    branch: str
    author: int
    state: str = "opened"
    target: str = "main"
    merged_at: str | None = None
    versions: list[Json] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)
    approved: dict[int, Json] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    """The commits that merging made."""


@dataclass
class Project:
    """The repository, whose working tree stands on main, and GitLab's knowledge of it."""

    gitlab: GitLab
    folder: Path
    requests: dict[int, Request] = field(default_factory=dict)
    time: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    tells_times: bool = True
    """Whether approvals carry their time, as they do on newer servers."""

    def __post_init__(self) -> None:
        self.people = {name: self.gitlab.user(number, name) for number, name in enumerate(PEOPLE, 2)}
        self.mails = {f"{name}@contoso.com": user["id"] for name, user in self.people.items()}
        self.people["robot"] = self.gitlab.user(50, "robot", bot=True)
        self.gitlab.token(TOKEN, 50, "read_api")
        self.git("init", "--quiet", "-b", "main")
        (self.folder / ".gitignore").write_text("*.db*\n*.json\n")
        self.commit("carol")
        self._routes()

    def git(self, *words: str, who: str = "carol", committer: str | None = None, stdin: str | None = None) -> str:
        """Run Git without anybody's settings; a name with an `@` is taken as the address itself."""
        environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for role, name in (("AUTHOR", who), ("COMMITTER", committer or who)):
            mail = name if "@" in name else f"{name}@contoso.com"
            environment |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": mail}
        given = None if stdin is None else stdin.encode()
        ran = subprocess.run(
            ["git", *words], cwd=self.folder, env=environment, input=given, capture_output=True, check=False
        )
        if ran.returncode:
            raise Refused(404, f"404 Not Found: {ran.stderr.decode()}")
        return ran.stdout.decode()

    def environment(self, *, token: str = TOKEN) -> dict[str, str]:
        """What a job of this project is told."""
        return {
            "CI_SERVER_URL": self.gitlab.url,
            "CI_PROJECT_ID": str(PROJECT),
            "CI_PROJECT_DIR": str(self.folder),
            "RECONCILER_GITLAB_TOKEN": token,
        }

    def write(self, text: str, name: str = "policies/contoso.yaml") -> None:
        """Put a file into the working tree."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")

    def commit(self, who: str, *, committer: str | None = None) -> str:
        """Commit everything to the branch that is checked out, and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "A change", who=who, committer=committer)
        return self.git("rev-parse", "HEAD").strip()

    @contextmanager
    def branch(self, name: str) -> Iterator[None]:
        """Work on a branch; the working tree goes back to main."""
        new = name not in self.git("branch", "--format=%(refname:short)").split()
        self.git("checkout", "--quiet", *(["-b"] if new else []), name)
        yield
        self.git("checkout", "--quiet", "main")

    def propose(self, text: str, who: str = "alice", *, target: str = "main", committer: str | None = None) -> Request:
        """Open a merge request of one commit that writes contoso's policy file."""
        number = len(self.requests) + 1
        request = self.requests[number] = Request(number, f"branch-{number}", self.people[who]["id"], target=target)
        with self.branch(request.branch):
            self.write(text)
            self.commit(who, committer=committer)
        self._version(request)
        return request

    def push(self, request: Request, text: str, who: str, *, pusher: str | None = None, writer: str = "") -> None:
        """Add a commit to an open merge request."""
        with self.branch(request.branch):
            self.write(text)
            self.commit(writer or who)
        self._version(request)
        self._note(request, pusher or who, "added 1 commit\n\n<ul><li>1a2b3c4d - A change</li></ul>")

    def rebase(self, request: Request, who: str) -> None:
        """Put a merge request on top of main, as its button does."""
        with self.branch(request.branch):
            self.git("rebase", "--quiet", "main", who=who)
        self._version(request)
        self._note(request, who, "added 2 commits\n\n<ul></ul>")

    def approve(self, request: Request, *names: str) -> None:
        """These people approve."""
        for name in names:
            user, at = self.people[name], self._now()
            request.approved[user["id"]] = {"user": user} | ({"approved_at": at} if self.tells_times else {})
            self._note(request, name, "approved this merge request")

    def merge(self, request: Request, how: str = "merge", who: str = "carol") -> Request:
        """Merge it: with a merge commit, squashed, or fast-forward."""
        before = self.git("rev-parse", "main").strip()
        match how:
            case "merge":
                self.git("merge", "--quiet", "--no-ff", "--no-edit", request.branch, who=who)
            case "squash":
                self.git("merge", "--quiet", "--squash", request.branch, who=who)
                self.git("commit", "--quiet", "-m", "Squashed", who="alice", committer=who)
            case _:
                self.git("merge", "--quiet", "--ff-only", request.branch, who=who)
        made = self.git("rev-list", f"{before}..main").split()
        request.state, request.merged_at = "merged", self._now()
        request.results = [one for one in made if one not in request.commits]
        return request

    def merged(self, text: str, who: str = "alice", *names: str, how: str = "merge") -> Request:
        """A merge request from its opening to its merge, approved by these people."""
        request = self.propose(text, who)
        self.approve(request, *names)
        return self.merge(request, how)

    def _now(self) -> str:
        self.time += timedelta(minutes=1)
        return self.time.isoformat().replace("+00:00", ".000Z")

    def _note(self, request: Request, who: str, body: str) -> None:
        note = {"id": len(request.notes), "system": True, "author": self.people[who]}
        request.notes.append(note | {"body": body, "created_at": self._now()})

    def _version(self, request: Request) -> None:
        head = self.git("rev-parse", request.branch).strip()
        patch = self.git("patch-id", "--stable", stdin=self.git("diff", f"main...{request.branch}")).split()
        request.commits = self.git("rev-list", f"main..{request.branch}").split()
        made = {"id": len(request.versions) + 100, "head_commit_sha": head, "created_at": self._now()}
        request.versions.insert(0, made | {"patch_id_sha": patch[0] if patch else None, "state": "collected"})

    def _routes(self) -> None:
        about = rf"{BASE}/merge_requests/(\d+)"
        project = {"id": PROJECT, "path_with_namespace": FULL_PATH, "default_branch": "main"}
        self.gitlab.route("GET", BASE, lambda _call: (200, project))
        self.gitlab.route("GET", rf"{BASE}/repository/files/([^/]+)", self._file)
        self.gitlab.route("GET", rf"{BASE}/repository/files/([^/]+)/blame", self._blame)
        self.gitlab.route("GET", rf"{BASE}/repository/commits/([0-9a-f]+)/merge_requests", self._of_commit)
        self.gitlab.route("GET", rf"{about}/versions", lambda _call, at: (200, self._request(at).versions))
        self.gitlab.route("GET", rf"{about}/notes", lambda _call, at: (200, self._request(at).notes))
        self.gitlab.route("GET", rf"{about}/approvals", self._approvals)
        self.gitlab.routes.append(Route("POST", re.compile("graphql"), self._graph, for_jobs=False))

    def _request(self, number: str) -> Request:
        if int(number) not in self.requests:
            raise Refused(404, "404 Not found")
        return self.requests[int(number)]

    def _file(self, call: Call, path: str) -> tuple[int, Json]:
        data = self.git("show", f"{call.query['ref']}:{unquote(path)}").encode()
        return 200, {"content": base64.b64encode(data).decode(), "encoding": "base64"}

    def _blame(self, call: Call, path: str) -> tuple[int, Json]:
        lines = f"{call.query['range[start]']},{call.query['range[end]']}"
        told = self.git("blame", "--porcelain", "-L", lines, call.query["ref"], "--", unquote(path))
        found: list[Json] = []
        for line in told.split("\n"):
            if header := re.fullmatch(r"([0-9a-f]{40}) \d+ \d+( \d+)?", line):
                if not found or found[-1]["commit"]["id"] != header[1]:
                    found.append({"commit": {"id": header[1]}, "lines": []})
            elif line.startswith("\t"):
                found[-1]["lines"].append(line[1:])
        return 200, found

    def _of_commit(self, _call: Call, commit: str) -> tuple[int, Json]:
        self.git("cat-file", "-e", f"{commit}^{{commit}}")
        return 200, [
            {
                "iid": one.number,
                "state": one.state,
                "target_branch": one.target,
                "target_project_id": PROJECT,
                "merged_at": one.merged_at,
            }
            for one in self.requests.values()
            if commit in (*one.commits, *one.results)
        ]

    def _approvals(self, _call: Call, at: str) -> tuple[int, Json]:
        approved = list(self._request(at).approved.values())
        return 200, {"approved": bool(approved), "approved_by": approved}

    def _graph(self, call: Call) -> tuple[int, Json]:
        variables = call.body["variables"]
        if variables["project"] != FULL_PATH:
            return 200, {"data": {"project": None}}
        request = self._request(variables["number"])
        commits = [self._commit(one) for one in request.commits]
        mails = {one["committerEmail"] for one in commits}
        approvers = [self.gitlab.users[number] for number in request.approved]
        found = {
            "author": _named(request.author),
            "commitCount": len(commits),
            "commits": {"nodes": commits},
            "committers": {"nodes": [_named(self.mails[mail]) for mail in sorted(mails) if mail in self.mails]},
            "approvedBy": {"nodes": [_named(one["id"]) | {"bot": one["bot"]} for one in approvers]},
        }
        return 200, {"data": {"project": {"mergeRequest": found}}}

    def _commit(self, commit: str) -> Json:
        author, committer = self.git("show", "--no-patch", "--format=%ae%n%ce", commit).split()
        signed = {"verificationStatus": "VERIFIED_SYSTEM"} if committer == NOREPLY else None
        known = _named(self.mails[author]) if author in self.mails else None
        return {"authorEmail": author, "committerEmail": committer, "author": known, "signature": signed}


def _named(number: int) -> Json:
    return {"id": f"gid://gitlab/User/{number}"}
