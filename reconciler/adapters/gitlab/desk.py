"""Everything of GitLab that `note` writes to, over one client."""

from collections.abc import Mapping

from reconciler.adapters.gitlab.client import NoGitlab, connect
from reconciler.core.forge import Forge, Tracker


def open_forge(environment: Mapping[str, str]) -> tuple[Forge, Tracker] | str:
    """Notes and issues, with nothing sent yet; a sentence where there is no GitLab or no token."""
    client = connect(environment)
    if isinstance(client, NoGitlab):
        return client.reason
    from reconciler.adapters.gitlab.issues import GitlabIssues
    from reconciler.adapters.gitlab.notes import GitlabNotes

    return GitlabNotes(client), GitlabIssues(client)
