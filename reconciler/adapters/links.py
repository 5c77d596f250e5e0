"""Whether a link that a service gave us may get our token."""

from urllib.parse import urlsplit

_TLS_PORT = 443


def same_place(link: str, asked: str) -> bool:
    """Whether a link leads to the very host, scheme and port that was asked, and names no user (azure-auth)."""
    try:
        new, old = urlsplit(link), urlsplit(asked)
        port = new.port
    except ValueError:
        return False
    if any(one <= " " or one == "\\" or one > "~" for one in link):  # parsers differ on what these mean
        return False
    return (
        new.scheme == "https"
        and new.hostname == old.hostname
        and (port or _TLS_PORT) == (old.port or _TLS_PORT)
        and "@" not in new.netloc
    )
