"""What a fault may say: every action with its options, the conditions, and which requests it hits."""

from collections.abc import Mapping

from .shape import Check, Problem, anything, choice, flag, mapping, number, one, text, whatever, whole


def _retry_after(value: object) -> bool:
    if isinstance(value, Mapping):
        return set(value) == {"date_in"} and isinstance(value["date_in"], int | float)
    return isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0)


_status = one(lambda value: value in range(200, 600), "an HTTP status from 200 to 599")
_later = one(_retry_after, "a number of seconds, a text, or {date_in: seconds}")
_nth = one(
    lambda value: all(type(number) is int and number > 0 for number in (value if isinstance(value, list) else [value])),
    "a whole number from 1, or a list of them",
)

# What may happen, with the options that each takes besides `after`.
ACTIONS: dict[str, dict[str, Check]] = {
    "throttle": {"retry_after": _later},
    "concurrency": {"status": _status},
    "unavailable": {"status": _status, "body": choice("html", "empty"), "retry_after": _later},
    "ad-transient": {},
    "bad-gateway": {},
    "drop": {},
    "slow": {"seconds": number()},
    "forbidden-gzip": {},
    "malformed-json": {},
    "errors-in-200": {"text": text},
    "foreign-next-link": {"url": text},
    "expired-page": {},
    "claims-challenge": {},
    "sign-in-error": {"code": whole(), "text": text},
    "answer": {"status": _status, "body": whatever, "headers": anything},
}
CONDITIONS: dict[str, Check] = {
    "tenant": text,
    "service": choice("exo", "compliance", "login", "graph"),
    "cmdlet": text,
    "kind": choice("read", "write", "sign-in", "discovery", "graph", "batch", "other"),
}
TIMING: dict[str, Check] = {
    "nth": _nth,
    "first": whole(1),
    "every": whole(1),
    "probability": one(lambda value: 0 <= value <= 1, "a number from 0 to 1"),
    "seed": whole(),
}


def problems(raw: object, at: tuple[str | int, ...] = ()) -> list[Problem]:
    """Give everything that is wrong with one fault of a file, of a test, or of the outside hand."""
    action = raw.get("do") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(action, str) or action not in ACTIONS:
        return [Problem(at, f"A fault does one of {', '.join(ACTIONS)}, not {action!r:.80}.")]
    known = {"do": text, "after": flag, "when": mapping(CONDITIONS), **TIMING, **ACTIONS[action]}
    lowered = {**raw, "when": _lowered(raw.get("when"))} if "when" in raw else raw
    found = list(mapping(known)(lowered, at))
    if len(several := sorted((set(TIMING) - {"seed"}) & set(raw))) > 1:
        words = f"A fault takes one of nth, first, every and probability; {action!r} has {', '.join(several)}."
        found.append(Problem(at, words))
    return found


def _lowered(when: object) -> object:
    """Conditions count in any case."""
    if not isinstance(when, Mapping):
        return when
    return {name: value.lower() if isinstance(value, str) else value for name, value in when.items()}
