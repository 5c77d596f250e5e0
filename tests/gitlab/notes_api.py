"""Merge requests, their notes, issues and the commits that came with them, as GitLab's REST API has them."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.gitlab.server import Call, GitLab, Json, Refused

LONGEST = 1_000_000
REPORTER, MAINTAINER = 20, 40


@dataclass
class Desk:
    """The data behind the routes; tests fill it and look at it."""

    gitlab: GitLab
    projects: dict[str, dict[str, Json]] = field(default_factory=dict)
    requests: dict[tuple[str, int], dict[str, Json]] = field(default_factory=dict)
    found: dict[tuple[str, int], list[dict[str, Json]]] = field(default_factory=dict)
    commits: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    tickets: dict[str, list[dict[str, Json]]] = field(default_factory=dict)
    said: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """Comments of issues."""
    numbers: Any = field(default_factory=lambda: itertools.count(1001))

    def project(self, number: int, *, issues: bool = True) -> str:
        """Add a project, and return it as CI_PROJECT_ID names it."""
        self.projects[str(number)] = {"id": number, "path_with_namespace": f"group/p{number}", "issues_enabled": issues}
        self.tickets[str(number)] = []
        return str(number)

    def merge_request(self, project: str, iid: int, *, state: str = "opened", commit: str = "", at: str = "") -> None:
        """Add a merge request into main; `commit` came with it."""
        self.requests[project, iid] = {
            "iid": iid,
            "project_id": int(project),
            "state": state,
            "target_branch": "main",
            "merged_at": at or None,
            "web_url": f"https://gitlab.example.com/group/p{project}/-/merge_requests/{iid}",
        }
        self.found.setdefault((project, iid), [])
        if commit:
            self.commits.setdefault((project, commit), []).append(iid)

    def notes(self, project: str, iid: int) -> list[dict[str, Json]]:
        """The notes that are no system notes."""
        return [one for one in self.found[project, iid] if not one["system"]]

    def put(self, project: str, iid: int, user: int, body: str, *, system: bool = False) -> dict[str, Json]:
        """Add a note as GitLab would."""
        author = {name: self.gitlab.users[user][name] for name in ("id", "username", "name", "state")}
        note = {"id": next(self.numbers), "body": body, "author": author, "system": system, "noteable_iid": iid}
        self.found[project, iid].append(note)
        return note

    # What follows answers requests.

    def _project(self, call: Call, name: str) -> str:
        wanted = unquote(name)
        known = next((key for key, one in self.projects.items() if wanted in {key, one["path_with_namespace"]}), None)
        if known is None or not call.token.role:
            raise Refused(404, "404 Project Not Found")
        return known

    def _request(self, call: Call, project: str, iid: str) -> tuple[str, int]:
        at = self._project(call, project), int(iid)
        if at not in self.requests:
            raise Refused(404, "404 Not found")
        return at

    def _note(self, call: Call, at: tuple[str, int], number: str) -> dict[str, Json]:
        note = next((one for one in self.found[at] if one["id"] == int(number)), None)
        if note is None:
            raise Refused(404, "404 Note Not Found")
        if note["author"]["id"] != call.token.user and call.token.role < MAINTAINER:
            raise Refused(403, "403 Forbidden")
        return note

    def list_notes(self, call: Call, project: str, iid: str) -> tuple[int, Json]:
        """GET notes; the newest first unless asked otherwise."""
        found = sorted(self.found[self._request(call, project, iid)], key=lambda one: one["id"])
        return 200, found if call.query.get("sort") == "asc" else found[::-1]

    def write_note(self, call: Call, project: str, iid: str) -> tuple[int, Json]:
        """POST notes."""
        at = self._request(call, project, iid)
        _may_write(call)
        return 201, self.put(*at, call.token.user, _body(call))

    def edit_note(self, call: Call, project: str, iid: str, number: str) -> tuple[int, Json]:
        """PUT notes/:id."""
        note = self._note(call, self._request(call, project, iid), number)
        note["body"] = _body(call)
        return 200, note

    def delete_note(self, call: Call, project: str, iid: str, number: str) -> tuple[int, Json]:
        """DELETE notes/:id."""
        at = self._request(call, project, iid)
        self.found[at].remove(self._note(call, at, number))
        return 204, None

    def brought(self, call: Call, project: str, sha: str) -> tuple[int, Json]:
        """GET the merge requests of a commit."""
        known = self._project(call, project)
        return 200, [self.requests[known, iid] for iid in self.commits.get((known, sha), [])]

    def show_project(self, call: Call, project: str) -> tuple[int, Json]:
        """GET a project."""
        return 200, self.projects[self._project(call, project)]

    def list_issues(self, call: Call, project: str) -> tuple[int, Json]:
        """GET issues."""
        found = [one for one in self._tickets(call, project) if _fits(one, call)]
        return 200, found if call.query.get("sort") == "asc" else found[::-1]

    def open_issue(self, call: Call, project: str) -> tuple[int, Json]:
        """POST issues."""
        tickets = self._tickets(call, project)
        _may_write(call)
        if not call.body.get("title"):
            raise Refused(400, "title is missing")
        known, number = self._project(call, project), len(tickets) + 1
        issue = {
            "iid": number,
            "title": call.body["title"],
            "description": _text(call.body.get("description", "")),
            "state": "opened",
            "confidential": bool(call.body.get("confidential")),
            "labels": [one for one in str(call.body.get("labels", "")).split(",") if one],
            "author": self.gitlab.users[call.token.user],
            "web_url": f"https://gitlab.example.com/group/p{known}/-/issues/{number}",
        }
        tickets.append(issue)
        return 201, issue

    def edit_issue(self, call: Call, project: str, number: str) -> tuple[int, Json]:
        """PUT issues/:iid."""
        issue = self._issue(call, project, number)
        _may_write(call)
        known = {"title", "description", "confidential", "add_labels", "state_event"}
        if not call.body or set(call.body) - known or call.body.get("state_event", "close") not in {"close", "reopen"}:
            raise Refused(400, "400 Bad Request")
        issue |= {name: call.body[name] for name in ("title", "description", "confidential") if name in call.body}
        _text(issue["description"])
        added = [one for one in call.body.get("add_labels", "").split(",") if one and one not in issue["labels"]]
        issue["labels"] = [*issue["labels"], *added]
        issue["state"] = {"close": "closed", "reopen": "opened"}.get(call.body.get("state_event", ""), issue["state"])
        return 200, issue

    def comment(self, call: Call, project: str, number: str) -> tuple[int, Json]:
        """POST issues/:iid/notes."""
        self._issue(call, project, number)
        _may_write(call)
        self.said.setdefault((self._project(call, project), int(number)), []).append(_body(call))
        return 201, {"id": next(self.numbers), "body": call.body["body"]}

    def _tickets(self, call: Call, project: str) -> list[dict[str, Json]]:
        known = self._project(call, project)
        if not self.projects[known]["issues_enabled"]:
            raise Refused(403, "403 Forbidden")
        return self.tickets[known]

    def _issue(self, call: Call, project: str, number: str) -> dict[str, Json]:
        issue = next((one for one in self._tickets(call, project) if one["iid"] == int(number)), None)
        if issue is None:
            raise Refused(404, "404 Issue Not Found")
        return issue


def desk(gitlab: GitLab) -> Desk:
    """Add merge requests, notes and issues to a server."""
    made = Desk(gitlab)
    project, request = r"projects/([^/]+)", r"projects/([^/]+)/merge_requests/(\d+)"
    gitlab.route("GET", project, made.show_project)
    gitlab.route("GET", f"{request}/notes", made.list_notes, for_jobs=True)
    gitlab.route("POST", f"{request}/notes", made.write_note)
    gitlab.route("PUT", rf"{request}/notes/(\d+)", made.edit_note)
    gitlab.route("DELETE", rf"{request}/notes/(\d+)", made.delete_note)
    gitlab.route("GET", rf"{project}/repository/commits/([0-9a-f]{{40}})/merge_requests", made.brought, for_jobs=True)
    gitlab.route("GET", f"{project}/issues", made.list_issues)
    gitlab.route("POST", f"{project}/issues", made.open_issue)
    gitlab.route("PUT", rf"{project}/issues/(\d+)", made.edit_issue)
    gitlab.route("POST", rf"{project}/issues/(\d+)/notes", made.comment)
    return made


def _may_write(call: Call) -> None:
    if call.token.role < REPORTER:
        raise Refused(403, "403 Forbidden")


def _body(call: Call) -> str:
    return _text(call.body.get("body"))


def _text(text: Json) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise Refused(400, "body is invalid")
    return text


def _fits(issue: dict[str, Json], call: Call) -> bool:
    wanted = call.query
    mine = wanted.get("scope", "all") != "created_by_me" or issue["author"]["id"] == call.token.user
    author = wanted.get("author_id") in {None, str(issue["author"]["id"])}
    state = wanted.get("state", "all") in {"all", issue["state"]}
    return mine and author and state
