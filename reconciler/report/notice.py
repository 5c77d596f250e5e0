"""A notice as a message for people: the verdict first, then each difference once, however many tenants share it."""

import re
from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from reconciler.core.digest import canonical
from reconciler.core.notice import LOUD, RANKS, WHATS, Letter, Markup, Notice, Told, Tone, Transition
from reconciler.report.escape import visible
from reconciler.report.words import counted, value

_MOST: Final = 20
"""Differences that are told one by one; the others are counted."""
_NAMED: Final = 3
"""Tenants that are named where many share one difference."""
_LONGEST: Final = 160
"""Characters of a name or a value."""
_READABLE: Final = {"opened": "unreadable", "closed": "readable again"}
_THERE: Final = {
    "present": ("there, and should not be", "missing, and should be there"),
    "blocked": ("blocked, and an approval would lift it", "not blocked"),
}
"""Fields that stand for a whole object, in words: for false wanted, and for true."""
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]()<>#|~!$]|&(?=#?\w+;)")
_MENTION: Final = re.compile(r"(?<![\w.+%-])@(?=\w)")


def letter(notice: Notice, markup: Markup, room: int) -> Letter:
    """The message of a notice; with its title it has at most `room` characters, wherever that holds a sentence."""
    title = f"{_where(notice)}{_verdict(notice)}"
    groups = _groups(notice.news)
    lines = [_line(group, markup) for group in groups[:_MOST]]
    left = room - len(title) - 2
    while lines and len(_body(notice, groups, lines)) > left:
        lines.pop()
    return Letter(title=title, body=_body(notice, groups, lines)[: max(left, 1)], tone=_tone(notice))


def _where(notice: Notice) -> str:
    names = sorted({one.tenant for one in notice.news})
    match names:
        case []:
            return ""
        case [name]:
            return f"{name}: "
        case _:
            return f"{len(names)} tenants: "


def _verdict(notice: Notice) -> str:
    counts = {word: 0 for what in WHATS for word in (what, _READABLE.get(what, what))}
    for one in notice.news:
        counts[_word(one)] += 1
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number) or f"nothing new; {_now(notice)}"


def _word(one: Transition) -> str:
    return _READABLE.get(one.what, one.what) if one.now.state == "unreadable" else one.what


def _now(notice: Notice) -> str:
    still = f"{notice.open} open in {counted(notice.tenants, 'tenant')}" if notice.open else "nothing is open"
    return f"{still}; {counted(notice.unread, 'tenant')} could not be read completely" if notice.unread else still


def _body(notice: Notice, groups: list[list[Transition]], lines: list[str]) -> str:
    hidden = sum(map(len, groups[len(lines) :]))
    more = [f"- and {hidden} more" if lines else f"{hidden} in all, which do not fit here"] if hidden else []
    now = _now(notice)
    return "\n\n".join(filter(None, ["\n".join((*lines, *more)), f"{now[0].upper()}{now[1:]}."]))


def _groups(news: Iterable[Transition]) -> list[list[Transition]]:
    """The news, with those that say the same of several tenants together, the most pressing first."""
    found: dict[bytes, list[Transition]] = {}
    for one in news:
        told = [_told(known) for known in (one.now, one.was)]
        found.setdefault(canonical([one.what, *told]), []).append(one)
    return sorted(found.values(), key=_press)


def _told(one: Told | None) -> JsonValue:
    return {**one.model_dump(mode="json"), "address": _name(one)} if one else None


def _name(one: Told) -> str:
    """An address without its tenant."""
    return one.address.partition("/")[2]


def _press(group: list[Transition]) -> tuple[int, int, str, str, bytes]:
    one = group[0]
    order = canonical([_told(one.now), _told(one.was)])
    return WHATS.index(one.what), -RANKS.index(one.now.severity), _name(one.now), one.now.field, order


def _line(group: list[Transition], markup: Markup) -> str:
    one, tenants = group[0], sorted({item.tenant for item in group})
    shared = len(tenants) > 1
    told = f"{_safe(_name(one.now) if shared else one.now.address, markup)}{_about(one, markup)}"
    named = f"{', '.join(tenants[:_NAMED])}{f' and {len(tenants) - _NAMED} more' if len(tenants) > _NAMED else ''}"
    word = f"**{_word(one)}**" if markup == "markdown" else _word(one)
    grave = "" if one.what == "closed" or one.now.state == "unreadable" else f", {one.now.severity}"
    return f"- {word}{grave}: {told}{f' (the same in {len(tenants)} tenants: {named})' if shared else ''}"


def _about(one: Transition, markup: Markup) -> str:
    """What differs, after the address: the field with what was wanted and found, or why nothing can be said."""
    now, was = one.now, one.was
    if now.state == "unreadable":
        return "" if one.what == "closed" else f": {_safe(value(now.actual), markup)}"
    field = f", {_safe(now.field, markup)}"
    if one.what == "closed":
        return field
    parts = [f"{word} {_safe(text, markup)}".rstrip() for word, text in _apart(now)]
    if was and was.actual != now.actual and now.field not in _THERE:
        parts.append(f"before {_safe(value(was.actual), markup)}")
    if was and was.severity != now.severity:
        parts.append(f"was {was.severity}")
    if now.state in {"accepted", "manual"} and (was is None or was.state != now.state):
        parts.append("accepted by the policies" if now.state == "accepted" else "only the portal can mend it")
    return f"{field}: {', '.join(parts)}"


def _apart(one: Told) -> list[tuple[str, str]]:
    """What was wanted and what was found; of a list, the members that are missing or too many."""
    wanted, found = one.desired, one.actual
    if one.field in _THERE:
        return [(_THERE[one.field][wanted is True], "")]
    if not (isinstance(wanted, list) and isinstance(found, list)):
        return [("wanted", value(wanted)), ("found", value(found))]
    missing, extra = [item for item in wanted if item not in found], [item for item in found if item not in wanted]
    said = (("missing", missing), ("not wanted", extra))
    return [(word, value(items)) for word, items in said if items] or [("wanted", value(wanted))]


def _safe(text: str, markup: Markup) -> str:
    """A text of policies or tenants, cut, as itself: no markup, no link, no mention, wherever it is read."""
    seen = visible(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
    plain = _MENTION.sub("[@]", seen).replace("://", "[:]//").replace("](", "] (")
    plain = re.sub(r"(?i)\b(www)\.", r"\1[.]", plain)
    return _MARKUP.sub(lambda match: f"\\{match[0]}", plain) if markup == "markdown" else plain


def _tone(notice: Notice) -> Tone:
    pressing = [one.now.severity for one in notice.news if one.what != "closed" and _presses(one.now)]
    if "critical" in pressing:
        return "failure"
    if pressing:
        return "warning" if "warning" in pressing else "info"
    return "info" if notice.open or notice.unread or any(one.what != "closed" for one in notice.news) else "success"


def _presses(one: Told) -> bool:
    return one.state in LOUD or one.state == "unreadable"
