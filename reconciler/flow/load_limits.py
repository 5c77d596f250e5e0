"""Which guardrails hold: those named from outside, a stricter folder's, else the built-in ones."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from reconciler.core.change import Origin
from reconciler.core.document import Document
from reconciler.core.errors import Diagnostic
from reconciler.core.kind import Kind, Moment, Section
from reconciler.core.resource import Guardrails, Tenant, Wanted
from reconciler.core.shown import shown
from reconciler.core.values import Fields, Frozen, fold_name
from reconciler.flow.load_documents import Checked
from reconciler.flow.load_faults import error, place, warning
from reconciler.flow.load_guardrails import GuardrailsFile

_ALERTS: Final = "alert-policy"
Spell = Callable[[list[str]], tuple[str, ...]]


def limits(
    checked: list[Checked], named: Checked | None, kinds: tuple[Kind, ...], moment: Moment
) -> tuple[Guardrails, list[Diagnostic]]:
    """The guardrails of a run, and what is wrong with them; `named` is the document that a folder can't weaken."""
    faults: list[Diagnostic] = []
    spell = _speller(kinds, moment)
    held = Guardrails()
    if named is not None and named.kind != "guardrails":
        at = place(named.document, ("kind",))
        faults.append(error(at, "RECONCILER_GUARDRAILS names a file of another kind.", "Write `kind: guardrails`."))
    if named is not None and isinstance(named.frame, GuardrailsFile):
        held = _overlay(held, named.frame, spell)
    found = [one for one in checked if one.kind == "guardrails"]
    for again in found[1:]:
        summary = f"There are guardrails already, in {found[0].document.file}."
        faults.append(error(place(again.document, ("kind",)), summary, "Keep one document of kind guardrails."))
    if not found or not isinstance(found[0].frame, GuardrailsFile):
        return held, faults
    own = _overlay(held, found[0].frame, spell)
    if named is not None:
        faults += _looser(found[0].document, held, own)
    return own, faults


def strangers(files: Iterable[Checked], wanted: Iterable[Wanted], kinds: tuple[Kind, ...]) -> Iterator[Diagnostic]:
    """A warning for each protected name that no policy here names and no default policy bears (CONTRACT 1.5)."""
    key = next((one.key for one in kinds if one.name == _ALERTS and one.key), fold_name)
    named = {key(one.name) for one in wanted if one.kind == _ALERTS}
    for one in files:
        for index, name in enumerate((isinstance(one.frame, GuardrailsFile) and one.frame.protected) or ()):
            # A default policy's key is its GUID, so that only a name of one's own is its own key.
            if key(name) == fold_name(name) and key(name) not in named:
                summary = f"`{shown(name)}` protects nothing: no policy here and no default policy has that name."
                at = one.document.range(("protected", index))
                yield warning(at, summary, "Correct the name, unless a tenant holds a policy that no document names.")


def _speller(kinds: tuple[Kind, ...], moment: Moment) -> Spell:
    """How the alert policies' own kind spells names: plans and guardrails must mean the same policy."""
    kind = next((one for one in kinds if one.name == _ALERTS), None)
    nobody = Tenant(name="any", tenant_id="", domain="")

    def spell(names: list[str]) -> tuple[str, ...]:
        if kind is None or kind.key is None:
            return tuple(sorted(set(names)))
        keys = {kind.key(name): name for name in names}
        section = Section(nobody, {key: {} for key in keys}, {(): Origin(file="", line=1)}, keys)
        return tuple(sorted({one.name for one in kind.parse(section, moment).wanted}))

    return spell


def _overlay(below: Guardrails, written: GuardrailsFile, spell: Spell) -> Guardrails:
    """The guardrails with what a document writes in their place."""
    changed: dict[str, object] = {"written": True}
    for name, rule in written:
        if isinstance(rule, Frozen):
            own = {one: tuple(value) if isinstance(value, list) else value for one, value in rule if value is not None}
            changed[name] = getattr(below, name).model_copy(update=own)
        elif name != "kind" and rule is not None:
            changed[name] = spell(rule) if name == "protected" else tuple(sorted(set(rule)))
    return below.model_copy(update=changed)


_FEWER: Final = frozenset(
    {"recipients.allowed_domains", "recipients.require_one_of", "evidence.waivable", "credentials"}
)
"""Lists that are stricter the fewer members they have; all others are stricter the more they have."""


def _looser(document: Document, held: Guardrails, own: Guardrails) -> Iterator[Diagnostic]:
    """Every value of a folder's document that allows more than the guardrails that hold (CONTRACT 1.5)."""
    before, after = _leaves(held), _leaves(own)
    for path, value in after.items():
        if document.nodes.get(tuple(path.split("."))) and _is_looser(path, before[path], value):
            summary = f"`{path}` is looser than the guardrails that hold: {_words(before[path])}."
            at = place(document, tuple(path.split(".")))
            yield error(at, summary, "RECONCILER_GUARDRAILS holds; here it may only be stricter.")


def _is_looser(path: str, held: JsonValue, own: JsonValue) -> bool:
    match held, own:
        case None, _:
            return False
        case _, None:
            return True
        case list(), list():
            return not (
                set(map(str, own)) <= set(map(str, held))
                if path in _FEWER
                else set(map(str, held)) <= set(map(str, own))
            )
        case int(), int():
            return own < held if path == "approvals.min" else own > held
        case _:
            return held != own


def _leaves(guardrails: Guardrails) -> dict[str, JsonValue]:
    document: Fields = guardrails.model_dump(mode="json", exclude={"written"})
    return {
        path: leaf
        for name, value in document.items()
        for path, leaf in (
            {f"{name}.{below}": one for below, one in value.items()} if isinstance(value, dict) else {name: value}
        ).items()
    }


def _words(value: JsonValue) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
