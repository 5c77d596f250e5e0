"""Alert policies as the service keeps them: reading, refusing, creating, removing."""

import pytest

from tests.emulator.service_calls import NEW, OURS, RESTRICTED, ask, caller, contoso, names, policy, refused, rows

DEFAULT = "User restricted from sending email"


@pytest.mark.parametrize("identity", [None, "There is no such policy"])
def test_unknown_and_null_identities_give_every_policy(identity: str | None):
    """Get with an Identity that is null or does not exist returns all (EXO-DOC)."""
    tenant = contoso()

    assert 56 == len(rows(tenant, "Get-ProtectionAlert", Identity=identity))


def test_a_policy_is_found_by_guid_name_and_path():
    """Each known identity leads to the one policy."""
    tenant = contoso()
    row = policy(tenant, RESTRICTED)
    found = [rows(tenant, "Get-ProtectionAlert", Identity=row[key]) for key in ("Guid", "Name", "Identity")]

    assert [(row,), (row,), (row,)] == found


def test_the_list_holds_system_rules_dlp_rows_and_invisible_characters():
    """The whole list has default policies, pseudo-alerts of DLP rules, and five names that end in U+200B (DUMP26)."""
    found = rows(contoso(dlp=["Baseline rule"]), "Get-ProtectionAlert")

    assert 55 == sum(row["IsSystemRule"] is True for row in found)
    assert ["DLP-Baseline rule"] == [row["Name"] for row in found if row["Category"] == "DataLossPrevention"]
    assert 5 == sum(str(row["Name"]).endswith("\u200b") for row in found)


@pytest.mark.parametrize("status", ["404", "400"])
def test_a_system_rule_refuses_to_be_set(status: str):
    r"""Set on a default policy does not find `<organization>\\name` (docs-ps#3433); its status is a switch."""
    tenant = contoso(switches={"default_policy_status": status})
    refusal = refused(tenant, "Set-ProtectionAlert", Identity=DEFAULT, Disabled=True)

    assert (int(status), "ErrorRuleNotFoundException") == (refusal.status, refusal.exception)
    assert f"There is no rule matching identity 'f00ed340-8f84-4eb4-83f3-0075a22b262e\\{DEFAULT}'." == refusal.message


def test_the_refusal_may_be_silent():
    """With the switch at `silent` a Set on a default policy succeeds and changes nothing (FIELD-DE)."""
    tenant = contoso(switches={"default_policy_write": "silent"})
    result = ask(tenant, "Set-ProtectionAlert", Identity=RESTRICTED, Disabled=True)

    assert (None, ()) == (result.rows, result.warnings)
    assert policy(tenant, RESTRICTED)["Disabled"] is False


def test_a_write_to_a_system_rule_may_be_accepted():
    """With the switch at `accept` the write is done and leaves its time, without a zone (defender-docs PR 209)."""
    tenant = contoso(switches={"default_policy_write": "accept"})
    ask(tenant, "Set-ProtectionAlert", Identity=RESTRICTED, NotifyUser=["a@contoso.com"])
    row = policy(tenant, RESTRICTED)

    assert (["a@contoso.com"], "2026-11-23T12:00:00.0000000") == (row["NotifyUser"], row["AlertOverrideChangedUtc"])


def test_no_system_rule_can_be_removed():
    """Removing a default policy fails whatever the switch for other writes says (ORCA)."""
    tenant = contoso(switches={"default_policy_write": "accept"})

    assert 404 == refused(tenant, "Remove-ProtectionAlert", Identity=DEFAULT, ForceDeletion=True).status


@pytest.mark.parametrize("lacking", ["Name", "Category", "NotifyUser", "ThreatType"])
def test_new_needs_its_four_parameters(lacking: str):
    """A new policy without name, category, recipients or threat type is refused (EXO-DOC)."""
    given = {key: value for key, value in NEW.items() if key != lacking}

    assert lacking in refused(contoso(), "New-ProtectionAlert", **given).message


def test_new_answers_the_row_that_it_made():
    """A created policy comes back whole, is no system rule, and stands in the list."""
    tenant = contoso()
    made = rows(tenant, "New-ProtectionAlert", **NEW)

    assert [made[0]] == [row for row in rows(tenant, "Get-ProtectionAlert") if row["Name"] == "Second"]
    assert (False, 68) == (made[0]["IsSystemRule"], len(made[0]))


@pytest.mark.parametrize("name", ["Ours", "OURS", DEFAULT])
def test_a_name_that_is_taken_is_a_json_string_error(name: str):
    """New with an existing name is the already-exists error, its text a JSON string (go-exoscc)."""
    refusal = refused(contoso(), "New-ProtectionAlert", **{**NEW, "Name": name})

    assert (400, "ADObjectAlreadyExistsException", "json") == (refusal.status, refusal.exception, refusal.encoding)


def test_a_default_name_in_other_letters_is_free():
    """A custom policy may be called like a default one but for case (domain.md 3.3), and is the one that Set finds."""
    tenant = contoso()
    ask(tenant, "New-ProtectionAlert", **{**NEW, "Name": DEFAULT.upper()})
    ask(tenant, "Set-ProtectionAlert", Identity=DEFAULT.upper(), Disabled=True)

    assert (True, False) == (policy(tenant, DEFAULT.upper())["Disabled"], policy(tenant, DEFAULT)["Disabled"])


@pytest.mark.parametrize(
    "name",
    [
        *("Name", "ThreatType", "CorrelationPolicyId", "CustomProperties", "LogicalOperationName", "StreamType"),
        "UseCreatedDateTime",
    ],
)
def test_set_has_no_create_only_parameters(name: str):
    """What only New takes is an unknown parameter to Set (tf-scc)."""
    refusal = refused(contoso(), "Set-ProtectionAlert", Identity="Ours", **{name: "x"})

    assert "AmbiguousParameterSetException" == refusal.exception


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"AggregationType": "SimpleAggregation", "Threshold": 2, "TimeWindow": 90}, "3 or more"),
        ({"AggregationType": "SimpleAggregation", "Threshold": 3, "TimeWindow": 59}, "60 minutes or more"),
        ({"AggregationType": "None", "Threshold": 3}, "only with the AggregationType SimpleAggregation"),
        ({"AggregationType": "AnomalousAggregation", "TimeWindow": 90}, "only with the AggregationType"),
        ({"AlertBy": ["User"]}, "cannot be used with the AggregationType None"),
        ({"NotifyUserOnFilterMatch": True}, "cannot be used with the AggregationType None"),
        ({"AggregationType": "SimpleAggregation", "AlertBy": ["Mail.Recipient"]}, "does not go with"),
        ({"ThreatType": "Malware"}, "Operation can be used only"),
        ({"Filter": "Activity.A -eq 'x' -or Activity.B -eq 'y'"}, "-and"),
        ({"NotifyUser": ["nobody"]}, "not a valid SMTP address"),
    ],
)
def test_the_rules_of_a_policy_are_enforced(fields: dict[str, object], words: str):
    """Thresholds, windows, grouping, operations, filters and recipients obey their document (EXO-DOC)."""
    assert words in refused(contoso(), "New-ProtectionAlert", **{**NEW, **fields}).message


@pytest.mark.parametrize("accepted", [True, False])
def test_a_window_of_sixty_minutes_is_a_switch(*, accepted: bool):
    """The document wants more than 60 minutes; M365DSC and CIPP send 60."""
    tenant = contoso(switches={"sixty_minute_window": accepted})
    given = {**NEW, "AggregationType": "SimpleAggregation", "Threshold": 3, "TimeWindow": 60}
    if accepted:
        ask(tenant, "New-ProtectionAlert", **given)
    else:
        assert "61 minutes" in refused(tenant, "New-ProtectionAlert", **given).message

    assert accepted == ("Second" in names(tenant))


@pytest.mark.parametrize("accepted", [True, False])
def test_the_severity_informational_is_a_switch(*, accepted: bool):
    """CIPP writes Informational; the document does not know it."""
    tenant = contoso(switches={"informational_severity": accepted})
    if accepted:
        ask(tenant, "Set-ProtectionAlert", Identity="Ours", Severity="Informational")
    else:
        assert (
            "Low, Medium" in refused(tenant, "Set-ProtectionAlert", Identity="Ours", Severity="Informational").message
        )

    assert ("Informational" if accepted else "Low") == policy(tenant, "Ours")["Severity"]


@pytest.mark.parametrize("licence", ["business", "e3"])
def test_a_small_licence_makes_single_event_policies_only(licence: str):
    """Without an E5-class licence New needs AggregationType None and an Operation (EXO-DOC, CIPP#1933)."""
    tenant = contoso(licence=licence)
    ask(tenant, "New-ProtectionAlert", **NEW)
    given = {**NEW, "Name": "Third", "AggregationType": "SimpleAggregation", "Threshold": 5, "TimeWindow": 90}

    assert "single-event" in refused(tenant, "New-ProtectionAlert", **given).message


@pytest.mark.parametrize("mode", ["refuse", "accept"])
def test_removing_without_force_is_a_switch(mode: str):
    """Remove without ForceDeletion is refused or done (M365DSC, EXO-DOC); with it, done."""
    tenant = contoso(switches={"remove_without_force": mode})
    if mode == "refuse":
        assert "ForceDeletion" in refused(tenant, "Remove-ProtectionAlert", Identity="Ours").message
        ask(tenant, "Remove-ProtectionAlert", Identity="Ours", ForceDeletion=True)
    else:
        ask(tenant, "Remove-ProtectionAlert", Identity="Ours")

    assert "Ours" not in names(tenant)


def test_a_policy_made_anew_is_another_one():
    """A policy that was removed and made again under its name has another GUID."""
    tenant = contoso()
    first = rows(tenant, "New-ProtectionAlert", **NEW)[0]
    ask(tenant, "Remove-ProtectionAlert", Identity="Second", ForceDeletion=True)

    assert first["Guid"] != rows(tenant, "New-ProtectionAlert", **NEW)[0]["Guid"]


@pytest.mark.parametrize("cmdlet", ["Set-ProtectionAlert", "Remove-ProtectionAlert"])
def test_a_policy_that_is_not_there_is_a_404(cmdlet: str):
    """Set and Remove of an unknown policy are not found, although Get would have returned everything."""
    refusal = refused(contoso(), cmdlet, Identity="Nobody")

    assert (404, "ManagementObjectNotFoundException", "excode") == (refusal.status, refusal.exception, refusal.encoding)


def test_the_daily_limit_can_be_set_and_taken_away():
    """Threshold and window of notifications take numbers and null; null is no limit (EXO-DOC)."""
    tenant = contoso(custom_policies=[{**OURS, "NotifyUserThrottleThreshold": 5, "NotifyUserThrottleWindow": 1440}])
    limits = {"NotifyUserThrottleThreshold": None, "NotifyUserThrottleWindow": None}
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", **limits)
    row = policy(tenant, "Ours")

    assert limits == {key: row[key] for key in limits}


@pytest.mark.parametrize("may", [True, False])
def test_reading_policies_as_an_app_is_a_switch(*, may: bool):
    """App-only Get-ProtectionAlert works (Clarity365) or does not (orca#332); a person is not concerned."""
    tenant = contoso(switches={"alerts_app_only": may})
    if may:
        assert rows(tenant, "Get-ProtectionAlert")
    else:
        assert 403 == refused(tenant, "Get-ProtectionAlert").status
    assert rows(tenant, "Get-ProtectionAlert", caller(app_only=False))
