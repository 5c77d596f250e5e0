"""Says whether a plan on the branch is the one that was shown in the merge request that brought it there."""

from collections.abc import Callable, Iterator
from typing import Final

from reconciler.core.errors import AccessError, MissingRead, ReconcilerError
from reconciler.core.forge import Commit, Difference, Forge, Kind, MergeRequest, Review
from reconciler.core.note_mark import Mark, TenantMark, hash_of, hashes_of, with_after
from reconciler.core.plan import Plan, TenantPlan
from reconciler.flow.note import Own, marked_notes, own_notes

_PREFIX: Final = "sha256:"


def reviewed(forge: Forge, commit: Commit, scope: str, plan: Plan, say: Callable[[Review, str], str]) -> Review | str:
    """The plan beside the reviewed one, or why there is none to compare with, as a sentence.

    `say` makes the line that is put into the note; where the token may not write it, that is no fault.
    """
    at = merged(forge, commit)
    if at is None:
        return f"No merge request brought {commit.short} to {commit.branch}, so nobody has reviewed a plan for it."
    found = _note(forge, at, scope)
    if isinstance(found, str):
        return found
    note, mark = found
    review = Review(
        merge_request=at.number,
        url=at.url,
        as_reviewed=mark.digest == plan.changes_digest.removeprefix(_PREFIX),
        reviewed_digest=_PREFIX + mark.digest,
        author=note.name,
        differences=tuple(differences(mark, plan)),
    )
    body = with_after(note.body, say(review, told(review)))
    return review.model_copy(update={"noted": note.author == forge.me() and _noted(forge, at, note.number, body)})


def told(review: Review) -> str:
    """The verdict as a sentence."""
    where = f"merge request !{review.merge_request}"
    if review.as_reviewed:
        return f"As reviewed: these are the changes that {where} showed."
    number, proven = len(review.differences), sum(one.what == "proven" for one in review.differences)
    if number and number == proven:
        return f"As reviewed in {where}, but for {proven} that waited for approvals there and are proven now."
    if not number:
        return f"Not as reviewed in {where}: the changes are others, and its note does not tell which."
    return f"Not as reviewed in {where}: {number} {'difference' if number == 1 else 'differences'}."


def merged(forge: Forge, commit: Commit) -> MergeRequest | None:
    """The merge request that brought a commit to a branch: of several the one that was merged last."""
    try:
        found = forge.brought(commit)
    except MissingRead as error:
        raise AccessError(
            f"The token sees no commit {commit.short} in the project {commit.project}. Check that it may read it."
        ) from error
    fits = [one for one in found if one.state == "merged" and one.target == commit.branch]
    return max(fits, key=lambda one: (one.merged_at, one.number), default=None)


def differences(mark: Mark, plan: Plan) -> Iterator[Difference]:
    """What the plan holds otherwise than the mark of the reviewed one, tenant by tenant, as far as the mark tells."""
    if mark.tenants is None or mark.digest == plan.changes_digest.removeprefix(_PREFIX):
        return
    now = {one.name: one for one in plan.tenants}
    for name in sorted(mark.tenants.keys() | now.keys()):
        before, after = mark.tenants.get(name), now.get(name)
        if after is None:
            yield Difference(tenant=name, what="gone")
        elif before is None:
            yield Difference(tenant=name, what="new")
        elif before.digest != hash_of(after):
            yield from _within(before, after)


def _within(before: TenantMark, after: TenantPlan) -> Iterator[Difference]:
    if before.changes is None:
        yield Difference(tenant=after.name, what="differs")
        return
    known, now = before.changes, hashes_of(after)
    unlike = sorted(key for key in known.keys() | now.keys() if known.get(key) != now.get(key))
    for key in unlike:
        path, _, via = key.rpartition("|")
        address = f"{after.name}/{path}"
        proven = key not in known and address in before.unproven
        what: Kind = "proven" if proven else "new" if key not in known else "changed" if key in now else "gone"
        yield Difference(tenant=after.name, what=what, address=address, via=via)
    if not unlike:
        yield Difference(tenant=after.name, what="differs")


def _note(forge: Forge, at: MergeRequest, scope: str) -> Own | str:
    """The note of this scope. A job's token does not know whose it must be, so then all of them must be of one."""
    found = own_notes(forge, at, scope) if forge.me() is not None else tuple(marked_notes(forge, at, scope))
    if not found:
        return f"Merge request !{at.number} has no note of ours with the scope {scope}, so no plan was shown there."
    if len({note.author for note, _ in found}) > 1:
        return (
            f"In merge request !{at.number} several accounts wrote notes with our mark, so none is believed. "
            "Give the job RECONCILER_GITLAB_TOKEN, the token that wrote the real one."
        )
    return found[0]


def _noted(forge: Forge, at: MergeRequest, note: int, body: str) -> bool:
    try:
        forge.rewrite(at, note, body)
    except ReconcilerError:  # a token that may only read, or a merge request that is locked: the line is an extra
        return False
    return True
