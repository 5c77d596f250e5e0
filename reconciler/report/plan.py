"""A plan as a page: what would change, what a person must do, what is held and why."""

from dataclasses import replace
from typing import Final

from reconciler.core.change import Change, Evidence
from reconciler.core.plan import Plan, TenantPlan
from reconciler.report.evidence import VERDICTS
from reconciler.report.page import Entry, Fact, Group, Page, Piece, Section, Tone, groups
from reconciler.report.tiles import Labels, tiles
from reconciler.report.words import change_of, command, facts, finding_groups, foreign_note, place, unreadable_group

_MARKS: Final[dict[str, tuple[str, Tone]]] = {
    "create": ("+", "create"),
    "update": ("~", "update"),
    "delete": ("-", "delete"),
}
_TILES: Final[Labels] = {
    "create": ("to create", "create"),
    "update": ("to change", "update"),
    "delete": ("to remove", "delete"),
    "manual": ("by hand", "manual"),
}
_JUDGED: Final = frozenset({"delete", "held"})
_FIRST: Final = frozenset({"Refused"})


def plan_page(plan: Plan, *, verbose: bool = False) -> Page:
    """The page of a plan; `verbose` adds the cmdlets that it will send."""
    sections = tuple(_section(one, verbose=verbose) for one in plan.tenants)
    return Page(
        title="Plan",
        verdict=summary(plan),
        tone="error" if plan.exit.code not in {0, 2} else "plain",
        sections=sections,
        facts=_about(plan),
        tiles=tiles(sections, _TILES),
    )


def summary(plan: Plan) -> str:
    """How many changes there are of each sort, and what is held, refused or unread."""
    changes = [one for tenant in plan.tenants for one in tenant.changes]
    by_us = [one.action for one in changes if one.via != "portal"]
    held = sum(one.severity == "held" for tenant in plan.tenants for one in tenant.findings)
    incomplete = sum(not tenant.complete for tenant in plan.tenants)
    refused = sum(tenant.exit.name == "refused" for tenant in plan.tenants)
    parts = [f"{by_us.count('create')} to create, {by_us.count('update')} to change, {by_us.count('delete')} to remove"]
    parts[0] += f", {len(changes) - len(by_us)} by hand in the portal"
    parts += [f"{held} held"] if held else []
    parts += [f"{refused} of {len(plan.tenants)} tenants refused"] if refused else []
    parts += [f"{incomplete} of {len(plan.tenants)} tenants could not be read completely"] if incomplete else []
    return f"Plan: {'; '.join(parts)}."


def _about(plan: Plan) -> tuple[Fact, ...]:
    pairs = [("digest", plan.digest), ("changes digest", plan.changes_digest)]
    pairs += [
        ("made", plan.made_at),
        ("valid until", plan.expires_at),
        ("made by", f"{plan.tool.name} {plan.tool.version}"),
    ]
    targets = (Fact("only for", tuple(map(Piece, plan.targets))),) if plan.targets else ()
    return (*targets, *(Fact(name, (Piece(text, "muted"),)) for name, text in pairs))


def _section(tenant: TenantPlan, *, verbose: bool) -> Section:
    by_us = tuple(_entry(one, verbose=verbose) for one in tenant.changes if one.via != "portal")
    by_hand = tuple(_entry(one, verbose=verbose) for one in tenant.changes if one.via == "portal")
    found = finding_groups(tenant.findings)
    quiet = () if tenant.changes or tenant.unreadable else ("No changes.",)
    told = (
        *(one for one in found if one.title in _FIRST),
        *unreadable_group(tenant.name, tenant.unreadable),
        *groups(("Changes", by_us), ("By hand in the portal", by_hand)),
        *(one for one in found if one.title not in _FIRST),
    )
    return Section(
        title=tenant.name,
        notes=(*quiet, *foreign_note(tenant.foreign)),
        groups=_judged(told, tenant.evidence),
        exit_code=tenant.exit.code,
    )


def _entry(change: Change, *, verbose: bool) -> Entry:
    mark, tone = _MARKS[change.action] if change.via != "portal" else ("!", "manual")
    fields = {"create": change.after, "update": None, "delete": change.before}[change.action]
    verb = {"api": "", "companion": " via companion", "portal": " by hand"}[change.via]
    return Entry(
        mark=mark,
        verb=f"{change.action}{verb}",
        tone=tone,
        subject=change.address,
        note=change.why,
        place=place(change.origin),
        facts=tuple(map(change_of, change.fields)) if change.action == "update" else facts(fields),
        steps=change.manual.steps if change.manual else (),
        link=change.manual.url if change.manual else None,
        code=tuple(map(command, change.commands)) if verbose else (),
        tags=(change.action,) if change.via != "portal" else ("manual",),
    )


def _judged(told: tuple[Group, ...], evidence: tuple[Evidence, ...]) -> tuple[Group, ...]:
    """The groups with each sender's verdicts beside the unblock that they allow or hold; the others stand last."""
    verdicts: dict[str, tuple[Fact, ...]] = {}
    for one in evidence:
        fact = Fact(one.check, (Piece(one.verdict, VERDICTS[one.verdict]), Piece(f"at {one.at}", "muted")))
        verdicts[one.address] = (*verdicts.get(one.address, ()), fact)
    known = {one.subject for group in told for one in group.entries if _JUDGED.intersection(one.tags)}
    rest = tuple(
        Entry(".", "evidence", "muted", address, facts=some)
        for address, some in verdicts.items()
        if address not in known
    )
    return (*(_with(one, verdicts) for one in told), *groups(("Evidence", rest), head="Kind"))


def _with(group: Group, verdicts: dict[str, tuple[Fact, ...]]) -> Group:
    entries = tuple(
        replace(one, facts=(*one.facts, *verdicts.get(one.subject, ()))) if _JUDGED.intersection(one.tags) else one
        for one in group.entries
    )
    return replace(group, entries=entries)
