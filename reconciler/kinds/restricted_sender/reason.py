"""Reads the text that the service gives as the reason of a block, leniently: no real one is public."""

import re
from typing import Final

from reconciler.core.values import Fields

_SPAM: Final = ("OutboundSpamLast24Hours", "OutboundMailLast24Hours", "OutboundSpamPercent")
_LIMIT: Final = ("ExceedingLimitType", "InternalRecipientCountToday", "ExternalRecipientCountToday")
_FLAG: Final = "EmailSendingLimitExceeded"
_NUMBER: Final = re.compile(r"\d{1,15}")


def decoded(raw: str) -> Fields:
    """The reason as `{raw, kind, facts, flags}`; kind is `sending-limit`, `spam` or `unknown`.

    The keys of `facts` are the service's own, as CIPP and RRL read them.
    """
    facts: Fields = {}
    flags: list[str] = []
    for part in filter(None, map(str.strip, raw.split(";"))):
        # A value follows the first = or :, whichever comes first (one public script turns : into = for that reason).
        name, *rest = re.split(r"[=:]", part, maxsplit=1)
        if rest:
            facts[name.strip()] = _value(rest[0].strip())
        else:
            flags.append(part)
    return {"raw": raw, "kind": _kind(facts, flags), "facts": facts, "flags": [*flags]}


def sentence(raw: str) -> str:
    """The reason in plain words, as far as it can be understood; else the service's own."""
    reason = decoded(raw)
    facts = reason["facts"] if isinstance(reason["facts"], dict) else {}
    match reason["kind"]:
        case "sending-limit":
            counts = [
                f"{facts[key]} {word}"
                for key, word in zip(_LIMIT[1:], ("internal", "external"), strict=True)
                if key in facts
            ]
            scope = str(facts.get("ExceedingLimitType", "")).lower()
            return f"the {scope + ' ' if scope else ''}sending limit was exceeded{_of(counts, 'recipients today')}"
        case "spam":
            told = [
                f"{facts[key]}{word}"
                for key, word in zip(_SPAM, (" spam", " mails", " % spam"), strict=True)
                if key in facts
            ]
            return f"too much of its mail was spam{_of(told, 'in 24 hours')}"
        case _:
            return f"the service says: {raw}" if raw.strip() else "the service gives no reason"


def _of(counts: list[str], what: str) -> str:
    return f" ({', '.join(counts)} {what})" if counts else ""


def _value(text: str) -> int | str:
    return int(text) if _NUMBER.fullmatch(text) else text


def _kind(facts: Fields, flags: list[str]) -> str:
    if any(key in facts for key in _LIMIT) or _FLAG in flags or _FLAG in facts:
        return "sending-limit"
    return "spam" if any(key in facts for key in _SPAM) else "unknown"
