"""GitLab over its REST API: the client, merge-request notes, issues. Only this folder knows python-gitlab."""
