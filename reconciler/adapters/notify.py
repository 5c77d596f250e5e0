"""Channels through apprise: one URL of the environment each, in which a token stands; nothing of it is ever shown.

apprise gets no file, no folder and no plug-in of its own: just the URL, and a memory that ends with the run.
"""

import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.core.notice import Letter, Markup

if TYPE_CHECKING:
    from apprise import Apprise, AppriseResult

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FORMS: Final = "https://appriseit.com/services/ lists the forms"
LOCAL: Final = frozenset(
    ("blink1", "dbus", "deltachat", "deltachats", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "vapid")
) | {"windows"}
"""Services that stay on this machine, or keep files on it: they would tell nobody."""
_RENDERING: Final = frozenset(("discord", "fluxers", "guilded", "mmosts", "revolt", "ryver", "zulip"))
"""Services that render Markdown in what apprise calls plain text."""
_AGAIN: Final = 1
_PAUSE: Final = 1.0
_PATIENCE: Final = 30.0
"""Seconds for one channel, both tries and the pause included; within it each connection and answer has a few."""
_ROOM: Final = 16_000
"""Characters of a message, whatever a service would take: nobody reads more."""
_SETTINGS: Final[Mapping[str, Any]] = {
    "storage_mode": "memory",
    "service_timeout": _PATIENCE,
    "default_service_retry": _AGAIN,
    "default_service_wait": _PAUSE,
    "http_redirects": False,
    "allow_templates": False,
    "pgp_autogen": False,
    "pem_autogen": False,
    "async_mode": False,
    "app_id": "reconciler",
    "app_desc": "reconciler",
    # Pictures would be fetched from elsewhere by whoever reads the message.
    "app_url": "",
    "image_url_mask": "",
    "image_url_logo": "",
}
_TRUST: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def open_channel(name: str, environment: Mapping[str, str]) -> "AppriseChannel":
    """The channel whose URL is in `RECONCILER_NOTIFY_<NAME>`. Raises UsageError, which shows nothing of the URL."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(f"--notify: {name!r} is no name of a channel. Write 1 to 63 of a-z, 0-9 and `-`.")
    variable = f"RECONCILER_NOTIFY_{name.upper().replace('-', '_')}"
    url = environment.get(variable, "").strip()
    if not url:
        raise UsageError(f"--notify {name}: {variable} is not set. Put the channel's URL into it; {_FORMS}.")
    if url.partition(":")[0].lower() in LOCAL:
        raise UsageError(f"--notify {name}: {variable} names a service of this machine only, which would tell nobody.")
    authorities = next((environment[one] for one in _TRUST if environment.get(one)), None)
    return AppriseChannel(name, variable, _opened(url, f"--notify {name}: {variable}", authorities))


def _opened(url: str, where: str, authorities: str | None) -> "Apprise":
    """A messenger with one service, which shows nothing of its URL."""
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError:
        raise ReconcilerError("--notify needs apprise. Install it with `pip install 'reconciler[notify]'`.") from None
    # Its lines may hold tokens, even where it hides what it takes for one.
    logger = logging.getLogger("apprise")
    logger.handlers[:], logger.propagate = [logging.NullHandler()], False
    asset = AppriseAsset(**_SETTINGS)
    service: Any = Apprise.instantiate(url, asset=asset)
    if service is None:
        raise UsageError(f"{where} is no URL that apprise understands, or needs a further package; {_FORMS}.")
    if not service.verify_certificate:
        raise UsageError(
            f"{where} switches off the check of certificates. Take `verify` out of it, and name the authority in "
            "SSL_CERT_FILE."
        )
    if authorities:
        # What apprise hands on as `verify` may be a file or folder, and then no other list is asked.
        service.verify_certificate = authorities
    service.optional, service.overflow_mode = False, "truncate"
    messenger = Apprise(asset=asset)
    messenger.add(service)
    return messenger


class AppriseChannel:
    """The channel port on one service of apprise."""

    def __init__(self, name: str, variable: str, messenger: "Apprise") -> None:
        """Keep the messenger; its own texts would show the URL, so nothing here prints it."""
        from apprise import NotifyFormat

        service = messenger[0]
        # Plain text wherever a service takes it: nothing in it can be markup, and apprise itself makes HTML of it.
        self._form = "markdown" if service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.MARKDOWN else "text"
        self.name, self._variable, self._messenger = name, variable, messenger
        renders = self._form == "markdown" or str(service.secure_protocol) in _RENDERING
        self.markup: Markup = "markdown" if renders else "text"
        self.room = min(service.body_maxlen, _ROOM)

    def send(self, letter: Letter) -> None:
        """Deliver a message, with one more try. Raises ReconcilerError where the service did not say that it has it."""
        result = self._messenger.notify(
            title=letter.title, body=letter.body, notify_type=letter.tone, body_format=self._form
        )
        if not result:
            raise ReconcilerError(f"{_why(result)} Check {self._variable} and the way there. The next run tells again.")


def _why(result: "AppriseResult") -> str:
    """What is known of a failure without the words of apprise, which may hold a token."""
    if result.timeout_count:
        return f"the service did not answer within {_PATIENCE:g} seconds."
    codes = re.findall(r"\berror=(\d{3})\b", " ".join(one.message for one in result.logs()))
    return f"the service answered {codes[-1]}." if codes else "the service could not be reached, or refused it."
