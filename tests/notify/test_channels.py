"""Channels: what apprise makes of our messages at real receivers, and what it is kept from."""

import inspect
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from reconciler.adapters.notify import LOCAL, open_channel
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.report.notice import letter
from tests.notify.things import EVIL, notice, told

# A library of one of apprise's plug-ins imports what Python 3.13 has no more, where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "t0ken-0f-3cc1ddd113474722377935511fc85d3dd4"
SERVICES = {
    "form": "form://127.0.0.1:{port}/{token}",
    "gotify": "gotify://127.0.0.1:{port}/{token}",
    "json": "json://127.0.0.1:{port}/{token}",
    "mattermost": "mmost://127.0.0.1:{port}/3ccdd113474722377935511fc85d3dd4",
    "ntfy": "ntfy://127.0.0.1:{port}/secops?token={token}",
    "rocketchat": "rocket://web/hook@127.0.0.1:{port}/secops",
    "xml": "xml://127.0.0.1:{port}/{token}",
}


def channel(url, name="secops", **environment):
    """The channel of a URL."""
    return open_channel(name, {f"RECONCILER_NOTIFY_{name.upper().replace('-', '_')}": url, **environment})


def sent(opened, one=None, **counts):
    """Send what is to be said of one difference, as a run would."""
    made = letter(notice(one or told(f"contoso/alert-policy/{EVIL}"), **counts), opened.markup, opened.room)
    opened.send(made)
    return made


@pytest.mark.parametrize("service", SERVICES)
def test_a_value_stays_text_at_every_service(hook, service):
    """In plain text and in Markdown: nobody is mentioned, nothing leads anywhere, and the token is in no body."""
    opened = channel(SERVICES[service].format(port=hook.port, token=TOKEN))
    sent(opened)
    ((_, _, body),) = hook.got

    assert [] == [one for one in ("@here", "@U123", "://evil", "www.evil", "](http", TOKEN) if one in body]
    assert "enabled" in body
    assert ("markdown" if service in {"mattermost", "rocketchat"} else "text") == opened.markup


def test_the_severity_becomes_the_service_s_own(hook):
    """So that a service can colour it, or wake somebody."""
    opened = channel(SERVICES["json"].format(port=hook.port, token=TOKEN))
    for one in (told(), told(severity="warning"), told(severity="info")):
        sent(opened, one)

    assert ["failure", "warning", "info"] == [one["type"] for one in hook.taken()]


def test_mail_goes_out_as_plain_text(mailbox):
    """With the verdict as its subject, and nothing that a mail reader could render."""
    opened = channel(f"mailto://127.0.0.1:{mailbox.port}?from=drift@contoso.com&to=secops@contoso.com&format=text")
    made = sent(opened, open=1, tenants=1)
    (mail,) = mailbox.got

    assert ("contoso: 1 opened", "secops@contoso.com", "text/plain") == (
        mail["Subject"],
        mail["To"],
        mail.get_content_type(),
    )
    assert made.body.split() == mail.get_content().split()


def test_mail_as_html_shows_the_same_text(mailbox):
    """Where the URL asks for it; a value's markup is text there too."""
    opened = channel(f"mailto://127.0.0.1:{mailbox.port}?from=drift@contoso.com&to=secops@contoso.com&format=html")
    sent(opened)
    content = mailbox.got[0].get_body(("html",)).get_content()

    assert [True, False] == ["&lt;b&gt;x" in content, "<b>x" in content]


def test_a_long_message_fits_the_service(hook):
    """Rocket.Chat takes a thousand characters: whole lines are left out, and counted."""
    opened = channel(SERVICES["rocketchat"].format(port=hook.port, token=TOKEN))
    made = letter(notice(*(told(f"contoso/alert-policy/{one:02}") for one in range(60))), opened.markup, opened.room)
    opened.send(made)
    (text,) = (one["text"] for one in hook.taken())

    assert (True, True) == (len(text) <= 1000, "more" in text)


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_message_that_is_refused_is_tried_twice(hook, status):
    """And then it is an error that tells what was answered, and nothing of the URL."""
    hook.status = status
    opened = channel(SERVICES["json"].format(port=hook.port, token=TOKEN))

    with pytest.raises(ReconcilerError) as caught:
        sent(opened)
    assert (2, False) == (hook.asked, TOKEN in repr(caught.value))
    assert f"the service answered {status}. Check RECONCILER_NOTIFY_SECOPS" in str(caught.value)


def test_an_optional_service_is_not_optional_here(hook):
    """A URL that calls it so can't make a lost message look delivered."""
    hook.status = 500
    opened = channel(SERVICES["json"].format(port=hook.port, token=TOKEN) + "?optional=yes&retry=0")

    with pytest.raises(ReconcilerError):
        sent(opened)


def test_nobody_there_is_an_error(hook):
    """A closed port says so at once."""
    opened = channel("json://127.0.0.1:9/x")

    with pytest.raises(ReconcilerError, match=r"could not be reached, or refused it\. Check RECONCILER_NOTIFY_SECOPS"):
        sent(opened)


def test_a_corporate_authority_is_trusted_when_it_is_named(hook, tmp_path):
    """SSL_CERT_FILE, else REQUESTS_CA_BUNDLE; without it the certificate of a stranger is refused."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    hook.server.socket = tls.wrap_socket(hook.server.socket, server_side=True)
    url, named = f"jsons://127.0.0.1:{hook.port}/x", str(tmp_path / "ca.pem")
    sent(channel(url, SSL_CERT_FILE=named))
    sent(channel(url, REQUESTS_CA_BUNDLE=named))

    with pytest.raises(ReconcilerError):
        sent(channel(url))
    assert 2 == len(hook.got)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "RECONCILER_NOTIFY_SECOPS is not set"),
        (f"nonsense://{TOKEN}", "is no URL that apprise understands"),
        (TOKEN, "is no URL that apprise understands"),
        (f"slack://{TOKEN}", "is no URL that apprise understands"),
        (f"syslog://{TOKEN}", "a service of this machine only"),
        (f"jsons://127.0.0.1/{TOKEN}?verify=no", "switches off the check of certificates"),
    ],
)
def test_a_url_that_can_not_be_used_is_wrong_usage(url, said):
    """With a sentence that names the variable, and shows nothing of what is in it."""
    with pytest.raises(UsageError) as caught:
        channel(url)

    chain = f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__context__!r}"
    assert (True, False) == (said in str(caught.value), TOKEN in chain)


@pytest.mark.parametrize("name", ["", "Secops", "a_b", "a b", "-a", "a" * 64, "a\n"])
def test_a_name_that_is_none_is_wrong_usage(name):
    """Names are those of the notifications document."""
    with pytest.raises(UsageError, match="is no name of a channel"):
        open_channel(name, {})


def test_a_name_s_variable_is_in_capitals_with_underscores(hook):
    """`mail-ops` is RECONCILER_NOTIFY_MAIL_OPS."""
    sent(channel(SERVICES["json"].format(port=hook.port, token=TOKEN), name="mail-ops"))

    assert 1 == len(hook.got)


def test_every_service_of_this_machine_is_known():
    """A plug-in of apprise that talks to no network is one of those that we refuse."""
    from apprise import NotifyBase
    from apprise.manager_plugins import NotificationManager

    manager, ways = NotificationManager(), ("requests.", "smtplib", "socket", "client", "Slixmpp", "gntp")
    sources = {
        schema: [
            Path(inspect.getsourcefile(one) or "")
            for one in manager[schema].__mro__[:-1]
            if "plugins." in one.__module__
        ]
        for schema in manager.schemas()
    }
    base = Path(inspect.getsourcefile(NotifyBase) or "")
    silent = {
        schema
        for schema, files in sources.items()
        if not any(way in file.read_text() for file in files if file != base for way in ways)
    }

    assert silent <= LOCAL
    assert {"syslog", "dbus", "windows"} <= silent


def test_nothing_shows_the_url(hook):
    """Neither a repr nor a log line of any level, in a process that listens to all of them."""
    script = """if True:
        import logging, sys
        logging.basicConfig(level=1, stream=sys.stdout)
        from reconciler.adapters.notify import open_channel
        from reconciler.core.notice import Letter
        import os
        opened = open_channel("secops", os.environ)
        for _ in range(2):
            try:
                opened.send(Letter(title="t", body="b", tone="info"))
            except Exception as error:
                print(repr(error), error.__cause__, error.__context__)
        print(repr(opened), opened)
    """
    hook.status = 500
    environment = {**os.environ, "RECONCILER_NOTIFY_SECOPS": f"json://user:{TOKEN}@127.0.0.1:{hook.port}/x?to={TOKEN}"}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert ("answered 500" in ran.stdout, TOKEN in ran.stdout + ran.stderr, 4) == (True, False, hook.asked)


def test_nothing_at_home_is_read_or_written(hook, tmp_path):
    """A configuration or a plug-in that lies where apprise's own command looks for it has no say."""
    for folder in (".apprise", ".config/apprise"):
        plugins = tmp_path / folder / "plugins"
        plugins.mkdir(parents=True)
        (plugins / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        (tmp_path / folder / "apprise.yml").write_text("urls: [nonsense]")
    before = sorted(tmp_path.rglob("*"))
    script = """if True:
        import os
        from reconciler.adapters.notify import open_channel
        from reconciler.core.notice import Letter
        open_channel("secops", os.environ).send(Letter(title="t", body="b", tone="info"))
    """
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""}
    environment["RECONCILER_NOTIFY_SECOPS"] = f"json://127.0.0.1:{hook.port}/x"
    subprocess.run([sys.executable, "-c", script], env=environment, cwd=tmp_path, check=True)

    assert (1, before) == (len(hook.got), sorted(tmp_path.rglob("*")))


def test_without_apprise_the_extra_is_named(tmp_path):
    """Where only the package itself is installed, the sentence says what to install."""
    (tmp_path / "apprise.py").write_text("raise ImportError")
    script = "import os; from reconciler.adapters.notify import open_channel; open_channel('secops', os.environ)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "RECONCILER_NOTIFY_SECOPS": f"json://127.0.0.1/{TOKEN}"}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)

    assert "--notify needs apprise. Install it with `pip install 'reconciler[notify]'`." in ran.stderr.splitlines()[-1]
    assert TOKEN not in ran.stderr
