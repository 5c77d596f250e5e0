"""Valid things with something wrong in them: what a slip, a broken disk or a hostile service makes of a document."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_OFTEN = 200
fuzzed = settings(
    max_examples=max(_OFTEN, settings.default.max_examples if settings.default else 0),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Two hundred examples, and as many as the profile says where that is more (`--hypothesis-profile=nightly`)."""

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", " ", "\0", "\ud800", "\u202e", "\u200b", "None", "on", "-1", "1e400", "2026-13-45T99:99:99Z"]),
    st.sampled_from(["2026-11-20T07:12:00", "0001-01-01T00:00:00-14:00", "9999-12-31T23:59:59.9999999Z", "a" * 5_000]),
)
NUMBERS = st.one_of(st.integers(-5, 5), st.sampled_from([2**31, 2**53, 2**63, -(2**64), 10**400]), st.floats())
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3), max_leaves=6
)


T = TypeVar("T")


def ends(action: Callable[[], T], *ours: type[Exception]) -> T | None:
    """What an action returns; None where it ends with an error of ours that says something. All else goes through."""
    try:
        return action()
    except ours as error:
        said = str(error)
    assert said
    return None


@st.composite
def mutated(draw: st.DrawFn, document: Any, deepest: int = 400) -> Any:
    """A copy of a document of which up to four places were replaced, removed, doubled, renamed or buried."""
    found = {"": deepcopy(document)}
    for _ in range(draw(st.integers(1, 4))):
        at, name = draw(st.sampled_from(list(places(found))))
        match draw(st.sampled_from(["replace", "replace", "remove", "double", "rename", "deep"])):
            case "remove" if name != "":
                del at[name]
            case "double" if isinstance(at, list):
                at.append(deepcopy(at[name]))
            case "rename" if isinstance(at, dict) and name != "":
                at[draw(TEXTS)] = at.pop(name)
            case "deep":
                depth = draw(st.integers(1, deepest))
                at[name] = json.loads("[" * depth + "]" * depth)
            case _:
                at[name] = draw(VALUES)
    return found[""]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document that holds a value, as what holds it and the key or number there."""
    if isinstance(value, dict | list):
        for name, below in list(value.items()) if isinstance(value, dict) else enumerate(value):
            yield value, name
            yield from places(below)


@st.composite
def spliced(draw: st.DrawFn, content: bytes, pieces: st.SearchStrategy[bytes]) -> bytes:
    """Some bytes of which up to four stretches were cut out, doubled, or replaced by a piece of something else."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.integers(0, 40)))
        middle = draw(st.one_of(st.just(b""), st.just(content[begin:end] * 2), pieces))
        content = content[:begin] + middle + content[end:]
    return content
