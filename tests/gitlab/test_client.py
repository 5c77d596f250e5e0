"""The client asks the right server with the right token, waits as it should, and trusts what the environment names."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from reconciler.adapters.gitlab.client import NoGitlab, connect
from reconciler.adapters.gitlab.notes import GitlabNotes
from reconciler.core.errors import ReconcilerError
from reconciler.core.forge import MergeRequest
from tests.gitlab.notes_api import desk
from tests.gitlab.place import ALICE, BOT, JOB, TOKEN
from tests.gitlab.server import GitLab
from tests.wire.gate import Gate
from tests.wire.stage import QuickClock

HIDDEN = "hidden-pa55word"
AT = MergeRequest(project="4", number=3)


Forge = Callable[..., GitlabNotes]


@pytest.fixture
def forge() -> Iterator[Forge]:
    """Makes notes over a client of some variables; its connections end with the test."""
    with ExitStack() as stack:

        def made(environment: dict[str, str], clock: QuickClock | None = None) -> GitlabNotes:
            client = connect(environment, clock or QuickClock())
            assert not isinstance(client, NoGitlab), client.reason
            stack.callback(client.session.close)
            return GitlabNotes(client)

        yield made


def variables(gitlab: GitLab, **more: str) -> dict[str, str]:
    """The variables of a job with the note's token."""
    return {"CI_SERVER_URL": gitlab.url, "RECONCILER_GITLAB_TOKEN": TOKEN, "CI_JOB_TOKEN": JOB} | more


def test_the_api_url_names_the_server_too(gitlab, board, forge):
    """Where only CI_API_V4_URL is set, it leads to the same server; a relative root is kept."""
    found = connect({"CI_API_V4_URL": "https://example.com/gitlab/api/v4", "CI_JOB_TOKEN": JOB})

    assert "https://example.com/gitlab/api/v4" == getattr(found, "api_url", "")
    assert BOT == forge({"CI_API_V4_URL": f"{gitlab.url}/api/v4", "RECONCILER_GITLAB_TOKEN": TOKEN}).me()


def test_a_job_reads_and_does_not_know_who_it_is(gitlab, board, forge):
    """A job's token reads notes; GitLab tells it no account."""
    board.put("4", 3, ALICE, "hello")
    job = forge({"CI_SERVER_URL": gitlab.url, "CI_JOB_TOKEN": JOB})

    assert (None, ["hello"]) == (job.me(), [one.body for one in job.notes(AT)])


def test_waits_are_those_that_the_server_asks_for(gitlab, board, forge):
    """Retry-After is heeded, in seconds or as a date, up to a minute; then patience ends with a sentence."""
    clock = QuickClock()
    gitlab.order(429, Retry_After="7", times=2)
    forge(variables(gitlab), clock).notes(AT)
    gitlab.order(429, Retry_After="86400")
    with pytest.raises(ReconcilerError, match="asks for fewer requests"):
        forge(variables(gitlab), clock).notes(AT)

    assert [7.0, 7.0] == clock.waits


def test_a_broken_server_is_asked_a_few_times(gitlab, board, forge):
    """A reading is given up after five tries."""
    gitlab.order(503, times=99)
    with pytest.raises(ReconcilerError, match="busy or broken"):
        forge(variables(gitlab)).notes(AT)

    assert 5 == len(gitlab.calls)


def test_pages_stay_at_the_server_that_was_asked(gitlab, board, forge):
    """The links to further pages name the server's own idea of itself, and the token does not follow them there."""
    for number in range(230):
        board.put("4", 3, ALICE, str(number))

    assert [str(number) for number in range(230)] == [one.body for one in forge(variables(gitlab)).notes(AT)]


@pytest.mark.parametrize(
    "url",
    [
        "http://gitlab.example.com",
        "ftp://gitlab.example.com",
        "https://",
        f"https://user:{HIDDEN}@gitlab.example.com",
        "x",
    ],
)
def test_a_token_goes_over_https_only(url):
    """A server that is not asked over TLS is refused before anything is sent; this machine is the exception."""
    with pytest.raises(ReconcilerError, match=r"CI_SERVER_URL is not the URL") as error:
        connect({"CI_SERVER_URL": url, "RECONCILER_GITLAB_TOKEN": TOKEN})

    assert HIDDEN not in str(error.value)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted(tmp_path: Path, name, forge):
    """The certificates that the environment names are trusted; without them the server is not."""
    authority, bundle = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with GitLab(tls=context) as gitlab:
        gitlab.user(BOT, "bot")
        gitlab.token(TOKEN, BOT)
        desk(gitlab).merge_request(desk(gitlab).project(4), 3)
        with pytest.raises(ReconcilerError, match="not trusted"):
            forge(variables(gitlab)).me()

        assert BOT == forge(variables(gitlab, **{name: str(bundle)})).me()


def test_the_proxy_of_the_environment_is_used(forge):
    """Requests go through HTTPS_PROXY, and what it says of a failure keeps its password to itself."""
    with Gate(9) as gate:
        gate.closed = {"gitlab.example.com"}
        proxy = gate.url.replace("://", f"://user:{HIDDEN}@")
        with pytest.raises(ReconcilerError, match="did not answer") as error:
            forge({"CI_SERVER_URL": "https://gitlab.example.com", "CI_JOB_TOKEN": JOB, "HTTPS_PROXY": proxy}).notes(AT)

    assert ["CONNECT gitlab.example.com:443"] == sorted({one.split(" HTTP")[0] for one in gate.heads})
    assert HIDDEN not in str(error.value)


def test_a_bundle_that_is_missing_is_said(tmp_path: Path):
    """A path that leads nowhere is told with its variable."""
    with pytest.raises(ReconcilerError, match="SSL_CERT_FILE names"):
        connect({"CI_SERVER_URL": "https://x.example", "CI_JOB_TOKEN": JOB, "SSL_CERT_FILE": str(tmp_path / "none")})


def test_the_token_is_in_no_repr(gitlab):
    """What holds the token does not print it."""
    assert TOKEN not in repr(connect(variables(gitlab)))
