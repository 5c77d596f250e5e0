"""Who reviewed what a policy file says: the commits that wrote it, and the merge requests that brought them."""

from collections.abc import Iterable

from reconciler.core.values import Frozen, Row


class Assent(Frozen):
    """One person's approval of a merge request."""

    account: int
    login: str
    robot: bool
    active: bool
    """Whether the account may still sign in."""
    current: bool | None
    """Whether it was given to what was merged, not to something before it; None where that can't be told."""


class Review(Frozen):
    """One merge request that was merged into the default branch."""

    number: int
    writers: frozenset[int]
    """The accounts that opened it, wrote or committed one of its commits, or pushed to it."""
    strangers: int
    """How many of its commits name a writer or committer whose account is not known."""
    shows: bool
    """Whether its last version held the item as it stands now."""
    assents: tuple[Assent, ...]


class Brought(Frozen):
    """One commit that wrote a line of the item, and how it came."""

    commit: str
    """The beginning of its name."""
    reviews: tuple[Review, ...] = ()
    """The merged ones, in the order in which they were merged."""
    waiting: tuple[int, ...] = ()
    """Those that are not merged yet."""


class Untraced(Frozen):
    """Why it can't be told which commits wrote the item: an answer like any other, for this item alone."""

    untraced: str


def rows(found: Iterable[Brought] | Untraced) -> tuple[Row, ...]:
    """What was found, as the answer to a question."""
    return tuple(one.model_dump(mode="json") for one in ([found] if isinstance(found, Untraced) else found))


def read(answer: Iterable[Row]) -> tuple[Brought, ...] | str:
    """An answer as it was found: each commit, or the sentence that says why there is none."""
    found = tuple(answer)
    for row in found:
        if "untraced" in row:
            return str(row["untraced"])
    return tuple(Brought.model_validate(row, strict=False) for row in found)
