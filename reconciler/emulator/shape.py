"""Checks of what a person writes for the emulator: each says what is wrong and at which path, and all of it at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One fault of a document, and where it stands."""

    path: Path
    text: str

    def __str__(self) -> str:
        """Spell path and text, such as `tenants[0].cloud: 'mars' is not one of ...`."""
        where = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.path).lstrip(".")
        return f"{where}: {self.text}" if where else self.text


class SeedError(ValueError):
    """A seed that cannot be used; the text says where and what to write instead."""


Check = Callable[[object, Path], Iterator[Problem]]


def one(fits: Callable[[Any], bool], wanted: str, *, secret: bool = False) -> Check:
    """Check a single value; the value of a `secret` is not repeated."""

    def check(value: object, at: Path) -> Iterator[Problem]:
        try:
            good = fits(value)
        except (ValueError, TypeError, AttributeError, KeyError):
            good = False
        if not good:
            yield Problem(at, f"This is not {wanted}." if secret else f"{value!r:.80} is not {wanted}.")

    return check


def whatever(_value: object, _at: Path) -> Iterator[Problem]:
    """Accept any value."""
    return iter(())


def choice(*members: str) -> Check:
    """Check that a value is one of `members`."""
    return one(lambda value: value in members, f"one of {', '.join(members)}")


def many(item: Check, *, least: int = 0) -> Check:
    """Check every item of a list; a key without a value counts as an empty one."""

    def check(value: object, at: Path) -> Iterator[Problem]:
        if not isinstance(value, list | tuple | None):
            yield Problem(at, f"{value!r:.80} is not a list.")
            return
        if len(value or ()) < least:
            yield Problem(at, f"This list needs at least {least}.")
        for number, member in enumerate(value or ()):
            yield from item(member, (*at, number))

    return check


def mapping(known: Mapping[str, Check], required: tuple[str, ...] = (), *, others: bool = False) -> Check:
    """Check a mapping's keys and their values; with `others` it may have keys that are not known."""

    def check(value: object, at: Path) -> Iterator[Problem]:
        if not isinstance(value, Mapping | None):
            yield Problem(at, f"{value!r:.80} is not a mapping.")
            return
        given = value or {}
        for key in required:
            if given.get(key) in (None, ""):
                yield Problem(at, f"{key!r} is missing. Needed here: {', '.join(required)}.")
        for key, member in given.items():
            if key in known:
                if member is not None:
                    yield from known[key](member, (*at, key))
            elif not others:
                yield Problem((*at, str(key)), f"The key {key!r} is unknown. Known: {', '.join(sorted(known))}.")

    return check


def each(name: Check, member: Check) -> Check:
    """Check a mapping whose keys are free: every key by `name`, every value by `member`."""

    def check(value: object, at: Path) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(at, f"{value!r:.80} is not a mapping.")
            return
        for key, one_of_them in value.items():
            yield from name(key, (*at, str(key)))
            yield from member(one_of_them, (*at, str(key)))

    return check


def _is_number(value: object, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


def number(least: float = 0) -> Check:
    """Check a number, whole or not, from `least`."""
    return one(lambda value: _is_number(value, least), f"a number from {least}")


def whole(least: int = 0) -> Check:
    """Check a whole number from `least`."""
    return one(lambda value: isinstance(value, int) and _is_number(value, least), f"a whole number from {least}")


text = one(lambda value: type(value) in {str, int} and str(value).strip() != "", "a text")
hidden = one(lambda value: type(value) in {str, int}, "a text", secret=True)
flag = one(lambda value: isinstance(value, bool), "true or false")
anything = mapping({}, others=True)


def is_date(value: object) -> bool:
    """Tell whether `value` is a date of YAML's, or a text that ISO 8601 knows."""
    return isinstance(value, datetime | date) or bool(datetime.fromisoformat(str(value)))
