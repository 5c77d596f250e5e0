"""The script of a plan: what it runs, what it leaves out, and that no value gets out of its literal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.change import Change, Finding, Manual
from reconciler.core.errors import PlanError
from reconciler.core.outcome import ended
from reconciler.core.plan import Plan, TenantPlan, Tool
from reconciler.core.request import Command
from reconciler.core.values import Fields
from reconciler.report.context import Context
from reconciler.report.formats import FORMATS, REPORTS
from reconciler.report.powershell_literal import expression, literal
from tests.report import powershell_reader as reader
from tests.report import samples

CONTEXT = Context(command="plan", at=datetime(2026, 11, 23, 10, tzinfo=UTC), version="0.1.0")
HOSTILE = st.text(
    alphabet="'\u2018\u2019\u201a\u201b\"`$();#{}@,=+-\n\r\x00\u202e\u200b\U000e0041\ud800\udc00 ab", max_size=30
)
TEXT = st.one_of(HOSTILE, st.text(st.characters()))
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3),
    max_leaves=8,
)
ID = "6f0c1d3e-0000-4000-8000-000000000001"


def change(
    name: str = "A",
    *,
    via: str = "api",
    cmdlet: str = "Set-ProtectionAlert",
    note: str = "",
    more: Fields | None = None,
) -> Change:
    """An update with one command; a portal step has none."""
    command = Command(
        service="compliance", cmdlet=cmdlet, parameters={"Identity": name, "NotifyUser": [note], **(more or {})}
    )
    return Change.model_validate(
        {
            "address": f"contoso/alert-policy/{name}",
            "kind": "alert-policy",
            "action": "update",
            "via": via,
            "ref": name,
            "before": {},
            "after": {},
            "commands": () if via == "portal" else (command,),
            "manual": Manual(steps=("Open it.",), url=None) if via == "portal" else None,
            "why": note,
        }
    )


def finding(severity: str, address: str = "contoso") -> Finding:
    """A finding of this severity."""
    return Finding.model_validate({"rule": "word", "severity": severity, "address": address, "message": "Said."})


def plan(*changes: Change, findings: tuple[Finding, ...] = (), tenant: str = "contoso", tenant_id: str = ID) -> Plan:
    """A plan of one tenant."""
    part = TenantPlan(
        name=tenant, tenant_id=tenant_id, policies_digest="", complete=True, changes=changes, findings=findings, foreign={}, exit=ended(2)
    )  # fmt: skip
    return Plan(
        tool=Tool(name="reconciler", version="0"),
        made_at="2026-11-23T10:00:00Z",
        expires_at="2026-11-24T10:00:00Z",
        complete=True,
        tenants=(part,),
        exit=ended(2),
    )


def script(made: Plan) -> str:
    """The script of a plan."""
    return REPORTS["powershell"].write(made, CONTEXT)


@given(TEXT)
def test_a_literal_is_its_text_and_nothing_else(text):
    """Read by PowerShell's rules, the literal of any text is that text, and ends where it ends."""
    assert text == reader.value(literal(text))


@given(VALUE)
def test_an_expression_is_its_value(value):
    """Switches, numbers, lists and mappings too."""
    assert value == reader.value(expression(value))


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("plain", "'plain'"),
        ("", "''"),
        ("it's", "'it''s'"),
        ("\u2018\u2019\u201a\u201b", "'\u2018\u2018\u2019\u2019\u201a\u201a\u201b\u201b'"),
        ("abc\u202edef", "('abc' + [char]0x202E + 'def')"),
        ("\n", "('' + [char]0x000A)"),
        ("a\U000e0041", "('a' + [char]::ConvertFromUtf32(0xE0041))"),
        ("Größe 日本", "'Größe 日本'"),
        ("$(Get-Date) `n", "'$(Get-Date) `n'"),
    ],
)
def test_how_texts_are_spelled(text, spelled):
    """All five quotes are doubled, what can't be seen is a number, and letters of any script stay."""
    assert spelled == literal(text)


@given(TEXT, TEXT, TEXT)
def test_no_value_changes_the_script(name, note, tenant):
    """Code and comments are the same whatever tenants and policies hold: values stand in literals only."""
    evil = script(plan(change(name, note=note), change("b", via="portal", note=note), tenant=tenant, tenant_id=note))
    tame = script(plan(change(), change("b", via="portal")))

    assert reader.skeleton(tame) == reader.skeleton(evil)
    assert reader.comments(tame) == reader.comments(evil)
    assert evil.replace("\n", "").isprintable()


@given(
    st.lists(
        st.dictionaries(st.from_regex(r"[A-Z][a-zA-Z]{0,9}", fullmatch=True), VALUE, min_size=1, max_size=4), max_size=4
    )
)
def test_it_runs_the_commands_of_the_plan(given_parameters):
    """Every command of the plan stands there once, in order, with exactly its parameters."""
    made = plan(*(change(str(at), more=parameters) for at, parameters in enumerate(given_parameters)))
    expected = [(one.cmdlet, one.parameters) for item in made.tenants[0].changes for one in item.commands]

    assert expected == reader.calls(script(made))


def test_what_is_held_refused_or_in_the_portal_is_never_code():
    """It is counted in fixed words; a tenant with a refusal has no code at all."""
    held = script(
        plan(
            change(),
            change("B", via="portal"),
            findings=(finding("held", "contoso/restricted-sender/bob@contoso.com"),),
        )
    )
    refused = script(plan(change(), findings=(finding("refusal"),)))

    assert ["Set-ProtectionAlert"] == [name for name, _ in reader.calls(held)]
    assert "# 1 item held, and not here. See the plan.\n" in held
    assert "# 1 change by hand in the portal, and not here. See the plan.\n" in held
    assert not [word for word in ("bob@", "policy/B", "Open it") if word in held]
    assert [] == reader.calls(refused)
    assert "# A guardrail refuses this tenant, so none of its changes stands here. See the plan.\n" in refused
    assert "ProtectionAlert" not in refused


def test_the_sample_plan_holds_a_refused_tenant_only():
    """Of a plan in which nothing may run, a script is left that says so."""
    printed = script(samples.plan())

    assert [] == reader.calls(printed)
    assert printed.endswith("\nWrite-Host 'This plan has nothing to run by hand in PowerShell.'\n")


@pytest.mark.parametrize(
    "forged",
    [
        change(cmdlet="Invoke-Expression; Set-ProtectionAlert"),
        change(cmdlet="set-item\nRemove-Item"),
        change(cmdlet="& 'x'"),
        change(more={"A } ; Remove-Item": 1}),
        change(more={"": 1}),
    ],
)
def test_what_is_no_cmdlet_stops_its_tenant(forged):
    """A plan that somebody forged brings no code into the script."""
    printed = script(plan(change("Z"), forged))

    assert [] == reader.calls(printed)
    assert (
        "# The plan holds something for this tenant that is no cmdlet, so none of its changes stands here." in printed
    )
    assert "Remove-Item" not in printed


def test_cmdlets_run_in_their_own_tenant_only():
    """Each call stands in a block that asks for the tenant, after a check that its cmdlet comes from that connection."""
    lines = script(plan(change(), change("B", cmdlet="New-ProtectionAlert"))).splitlines()
    start = lines.index(f"if (Test-Tenant '{ID}') {{")
    end = lines.index("}", start)
    calls = [at for at, line in enumerate(lines) if line.endswith(" @parameters -ErrorAction Stop")]

    assert 2 == len([at for at in calls if start < at < end]) == len(calls)
    assert f"    Assert-Cmdlet '{ID}' $true @('New-ProtectionAlert', 'Set-ProtectionAlert')" == lines[start + 2]


def test_an_expired_plan_is_printed_and_does_not_run():
    """The head says until when the plan was valid, and the script compares that with its own clock."""
    printed = script(plan(change()).model_copy(update={"expires_at": "2020-01-02T03:04:05.678Z"}))

    assert "# The plan may be carried out until 2020-01-02T03:04:05Z.\n" in printed
    assert "if ([datetime]::UtcNow -gt [datetime]::new(2020, 1, 2, 3, 4, 5)) {\n" in printed


def test_a_time_that_is_none_gets_nowhere():
    """Where a forged plan holds words for its end, there is no script."""
    with pytest.raises(PlanError, match="times are no times"):
        script(plan(change()).model_copy(update={"expires_at": "soon\nRemove-Item"}))


def test_the_head_comes_first_and_says_what_is_skipped():
    """PowerShell reads what the script requires; a person reads that guardrails and ledger are not asked."""
    printed = script(plan(change()))

    assert printed.startswith("#Requires -Version 7.2\n#Requires -Modules @{ ModuleName = 'ExchangeOnlineManagement'")
    assert all(word in printed for word in ("Guardrails, budgets", "The ledger records nothing", "Connect-IPPSSession"))
    assert "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n" in printed


def test_other_reports_spell_cmdlets_by_the_same_rules():
    """What a person copies from the verbose plan is as safe."""
    made = plan(change("it\u2019s", note="\u202e"))

    assert "> Set-ProtectionAlert -Identity 'it\u2019\u2019s' -NotifyUser @(('' + [char]0x202E))" in FORMATS["text"](
        made, True
    )


@given(TEXT, TEXT)
def test_another_grammar_reads_the_script(name, note):
    """The PowerShell grammar of tree-sitter, which we did not write, finds no error in it."""
    tree_sitter, grammar = pytest.importorskip("tree_sitter"), pytest.importorskip("tree_sitter_powershell")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    printed = script(
        plan(change(name, note=note), change("B", more={"C": {name: [note, None, True, -1]}}), tenant=note)
    )

    assert not parser.parse(printed.encode()).root_node.has_error, printed
