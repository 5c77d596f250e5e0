"""The audit log: read where it is true, and switched on in the order that works."""

import pytest

from reconciler.core.change import Field
from reconciler.core.errors import ReadError
from reconciler.core.request import Answers, Query
from reconciler.core.values import Row
from reconciler.kinds.audit_log import KIND
from tests.kinds.given import changes, faults_of, moment, parsed, scoped, wanted

OFF: Row = {"UnifiedAuditLogIngestionEnabled": False, "OrganizationalUnitRoot": "contoso.onmicrosoft.com"}
ON: Row = {**OFF, "UnifiedAuditLogIngestionEnabled": True}
SHARED: Row = {**OFF, "OrganizationalUnitRoot": "sct-15_20_5880_5-msonline-bpos_s_e9965"}
SWITCH = ("Set-AdminAuditLogConfig", {"UnifiedAuditLogIngestionEnabled": True, "Confirm": False})
CUSTOMIZE = ("Enable-OrganizationCustomization", {"Confirm": False})


def test_it_is_asked_in_exchange_online():
    """Security & Compliance always says that auditing is off (EXO-DOC)."""
    assert (Query(name="audit-log", service="exo", cmdlet="Get-AdminAuditLogConfig"),) == KIND.query()


@pytest.mark.parametrize(
    ("audit", "organization", "expected"),
    [
        (OFF, [{"IsDehydrated": False}], [SWITCH]),
        (OFF, [{"IsDehydrated": True}], [CUSTOMIZE, SWITCH]),
        (SHARED, [{"IsDehydrated": True}], [CUSTOMIZE, SWITCH]),
        (SHARED, [{"IsDehydrated": False}], [SWITCH]),
        (SHARED, [{}], [CUSTOMIZE, SWITCH]),
        (OFF, [], [SWITCH]),
        (ON, [], []),
    ],
)
def test_a_dehydrated_organization_is_customised_first(audit, organization, expected):
    """The service refuses the switch before; a second customization would be an error."""
    answers = Answers({"audit-log": (audit,), "organization": tuple(organization)})
    sent = [one for change in changes(KIND, {"enabled": "on"}, answers) for one in KIND.encode(change, answers)]

    assert expected == [(one.cmdlet, one.parameters) for one in sent]


@pytest.mark.parametrize(("want", "audit", "asked"), [("on", OFF, 1), ("on", ON, 0), ("off", ON, 0), ("off", OFF, 0)])
def test_the_organization_is_asked_only_when_it_matters(want, audit, asked):
    """One request is spared wherever nothing is to be switched on."""
    found = KIND.follow_up(wanted(KIND, {"enabled": want}), Answers({"audit-log": (audit,)}), moment())

    assert asked == len(found)


@pytest.mark.parametrize("rows", [(), ({},), ({"UnifiedAuditLogIngestionEnabled": "perhaps"},)])
def test_an_unknown_state_is_not_off(rows):
    """Where the flag is missing nothing is concluded."""
    with pytest.raises(ReadError):
        scoped(KIND, {"enabled": "on"}, {"audit-log": rows})


def test_switching_off_is_a_plain_change():
    """Whether it may happen is for the guardrails to say."""
    answers = Answers({"audit-log": (ON,)})
    (change,) = changes(KIND, {"enabled": "no"}, answers)

    assert ("contoso/audit-log", {"enabled": True}, {"enabled": False}) == (change.address, change.before, change.after)
    assert {"UnifiedAuditLogIngestionEnabled": False, "Confirm": False} == KIND.encode(change, answers)[0].parameters


def test_an_empty_section_manages_nothing():
    """A field that is not written is not managed."""
    assert () == parsed(KIND, {}).wanted


def test_wrong_values_get_a_sentence():
    """Only on and off, and only the key that is known."""
    assert {
        ("enabled",): "`maybe` is neither on nor off. Write `on` or `off`.",
        ("enable",): "Extra inputs are not permitted",
    } == faults_of(KIND, {"enabled": "maybe", "enable": True})


def test_auditing_that_is_off_is_critical():
    """Without it no alert policy works."""
    (change,) = changes(KIND, {"enabled": "on"}, {"audit-log": (OFF,)})

    assert "critical" == KIND.severity(change, Field(path="enabled", before=False, after=True))
