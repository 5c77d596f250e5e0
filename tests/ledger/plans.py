"""Plans for tests: one that a person could have made, and any at all."""

from hypothesis import strategies as st

from reconciler.core.change import Change, Evidence, Field, Finding, Manual, Origin
from reconciler.core.outcome import Unreadable, ended
from reconciler.core.plan import Plan, TenantPlan, Tool, sealed
from reconciler.core.request import Command
from tests.ledger.things import CONTOSO, unblock


def plan():
    """A plan that lifts one block."""
    tenant = TenantPlan(
        name="contoso", tenant_id=CONTOSO, policies_digest="sha256:00", complete=True, foreign={"alert-policy": 3}, exit=ended(2, "1 change"),
        changes=(unblock().model_copy(update={"origin": Origin(file="policies/tenants/contoso.yaml", line=40)}),),
        findings=(Finding(rule="no-guardrails", severity="warning", address="contoso", message="…"),),
    )  # fmt: skip
    return sealed(
        Plan(
            tool=Tool(name="reconciler", version="0.1.0"),
            complete=True,
            tenants=(tenant,),
            exit=ended(2, "1 change"),
            made_at="2026-11-23T12:00:00Z",
            expires_at="2026-11-24T12:00:00Z",
        )
    )


words = st.text(max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words
values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=3), max_leaves=6
)
objects = st.dictionaries(words, values, max_size=3)
exits = st.builds(ended, st.sampled_from([0, 2, 4, 6, 9]), words)
origins = st.none() | st.builds(Origin, file=words, line=st.integers(1, 10**6))
counts = st.dictionaries(words, st.integers(0, 10**6), max_size=2)


def some(strategy):
    """A tuple of up to three."""
    return st.lists(strategy, max_size=3).map(tuple)


changes = st.builds(
    Change, address=words, kind=words, before=st.none() | objects, after=st.none() | objects, ref=st.none() | words, origin=origins, why=words,
    fields=some(st.builds(Field, path=words, before=values, after=values)),
    commands=some(st.builds(Command, cmdlet=words, parameters=objects)),
    manual=st.none() | st.builds(Manual, steps=some(words), url=st.none() | words),
)  # fmt: skip
tenants = st.builds(
    TenantPlan, name=words, tenant_id=words, policies_digest=words, complete=st.booleans(), foreign=counts, exit=exits,
    unreadable=some(st.builds(Unreadable, kind=words, reason=words)), changes=some(changes),
    findings=some(st.builds(Finding, rule=words, address=words, message=words, origin=origins)),
    evidence=some(st.builds(Evidence, address=words, check=words, at=words)),
)  # fmt: skip
plans = st.builds(
    Plan, tool=st.builds(Tool, name=words, version=words), made_at=words, expires_at=words, complete=st.booleans(), targets=some(words),
    tenants=some(tenants), exit=exits, format=st.just(1), digest=st.just(""), changes_digest=st.just(""), hmac=st.none(),
).map(sealed)  # fmt: skip
