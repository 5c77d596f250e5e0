"""Seeds, switches, changes from outside, and the state file."""

from pathlib import Path

import pytest

from reconciler.emulator.switches import Switches, describe
from reconciler.emulator.world import App, ChangeError, SeedError, SwitchError, World
from tests.emulator.service_calls import ID, NOW, RESTRICTED, ask, contoso, names, policy, rows, world

RAW = {"name": "contoso", "tenant_id": ID, "domain": "contoso.onmicrosoft.com", "domains": ["contoso.com"]}


def test_the_default_seed_holds_two_tenants():
    """Contoso has all 55 default policies and two blocks; fabrikam is dehydrated, not audited, and has 50."""
    made = World()
    contoso, fabrikam = made.tenant("contoso"), made.tenant("fabrikam")
    assert contoso is not None
    assert fabrikam is not None

    assert (59, 2, False) == (len(contoso.policies.shown), len(contoso.blocked.shown), contoso.dehydrated)
    assert (50, 0, True) == (len(fabrikam.policies.shown), len(fabrikam.blocked.shown), fabrikam.dehydrated)


@pytest.mark.parametrize("key", ["contoso", ID.upper(), "Contoso.onmicrosoft.com", "contoso.com"])
def test_a_tenant_is_found_by_name_id_and_domain(key: str):
    """Each key leads to the one tenant, in any case; any other to none."""
    made = World({"tenants": [RAW]})

    assert (True, None) == (made.tenant(key) is made.tenant("contoso"), made.tenant("fabrikam"))


def test_thousands_of_tenants_come_from_one_template():
    """Generated tenants have their own names, ids and domains and the template's content; one changes alone."""
    made = World({"tenants": [RAW], "generate": {"count": 3000, "template": "contoso"}})
    one, two = made.tenant("contoso-0001"), made.tenant("00000000-0000-4000-8000-000000003000")
    assert one is not None
    assert two is not None
    made.apply({"tenant": "contoso-0001", "block": "a@contoso.com"})

    assert 3001 == len(made.names())
    assert ("contoso-3000.onmicrosoft.com", 1, 0) == (two.domain, len(one.blocked.shown), len(two.blocked.shown))


FAULTY = f"""
tenants:
  - name: contoso
    tenant_id: {ID}
    domain: contoso.onmicrosoft.com
    clowd: worldwide
    blocked: [{{address: nobody}}]
    apps: [{{client_id: x, secret: [hunter2]}}]
"""


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        ({"tennants": []}, "key 'tennants' is unknown"),
        ({"tenants": [{"name": "x"}]}, "'tenant_id' is missing"),
        ({"tenants": [{**RAW, "polices": {}}]}, "key 'polices' is unknown"),
        ({"tenants": [RAW, RAW]}, "share"),
        ({"tenants": [RAW], "generate": {"count": 2}}, "'template' is missing"),
        ({"tenants": [RAW], "generate": {"count": 2, "template": "other"}}, "no tenant of the seed"),
        ({"tenants": [RAW], "generate": {"count": 2, "template": "contoso", "name": "{x}"}}, "generate.name"),
        ({"tenants": []}, "at least 1"),
        ({"tenants": [RAW], "now": "someday"}, "now: 'someday'"),
        ({"tenants": [{**RAW, "tenant_id": "x"}]}, "not a GUID"),
        ({"tenants": [{**RAW, "cloud": "mars"}]}, "worldwide, gcc"),
        ({"tenants": [{**RAW, "licence": "e9"}]}, "e5, e3"),
        ({"tenants": [{**RAW, "switches": {"page_size": -1}}]}, r"switches\.page_size: .* whole number"),
        ({"tenants": [{**RAW, "apps": [{"secret": "x"}]}]}, r"apps\[0\]: 'client_id' is missing"),
        ({"tenants": [{**RAW, "apps": [{"client_id": "x", "federated": [{"issuer": "x"}]}]}]}, "'subject' is missing"),
        ({"tenants": [{**RAW, "policies": {"No such policy": {}}}]}, "no default policy"),
        ({"tenants": [{**RAW, "custom_policies": [{"Name": "x", "Disable": True}]}]}, "key 'Disable' is unknown"),
        ({"tenants": [{**RAW, "blocked": [{"address": "a@x.example", "since": "yesterday"}]}]}, "such as -3d"),
        ({"tenants": [{**RAW, "mailboxes": [{"Name": "x"}]}]}, "'PrimarySmtpAddress' is missing"),
    ],
)
def test_a_wrong_seed_is_refused(seed: dict[str, object], words: str):
    """A seed that cannot be meant is refused with what is wrong."""
    with pytest.raises(SeedError, match=words):
        World(seed)


def test_every_fault_of_a_seed_file_is_named_with_its_line(tmp_path: Path):
    """All faults come at once, each with file, line and column; a secret is not repeated."""
    file = tmp_path / "seed.yaml"
    file.write_text(FAULTY, encoding="utf-8")

    with pytest.raises(SeedError) as error:
        World(file)

    lines = str(error.value).replace(f"{file}:", "").splitlines()
    assert ["6:5", "7:16", "8:27"] == [":".join(line.split(":")[:2]) for line in lines]
    assert "hunter2" not in str(error.value)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path):
    """YAML would take the last one without a word."""
    file = tmp_path / "seed.yaml"
    file.write_text("tenants: []\ntenants: []\n", encoding="utf-8")

    with pytest.raises(SeedError, match=r"seed\.yaml:2:1: the key 'tenants' stands twice"):
        World(file)


def test_a_seed_file_that_is_no_yaml_is_refused(tmp_path: Path):
    """A broken or missing file is named."""
    broken = tmp_path / "seed.yaml"
    broken.write_text("tenants: [", encoding="utf-8")

    for path in (broken, tmp_path / "none.yaml"):
        with pytest.raises(SeedError, match=path.name):
            World(path)


def test_seeded_edits_of_default_policies_leave_their_mark():
    """`policies` of a seed edits a default policy by its plain name and sets the time of the override (DUMP26)."""
    plain = "Email messages removed after delivery"
    row = policy(contoso(policies={plain: {"Disabled": True}}), f"{plain}\u200b")

    assert (True, "2026-11-23T12:00:00.0000000") == (row["Disabled"], row["AlertOverrideChangedUtc"])


def test_every_switch_says_what_it_is():
    """Each switch has a meaning, a source, and a default that it takes itself."""
    for one in describe():
        assert one["about"]
        assert one["source"]
        Switches.of({str(one["name"]): one["default"]})


@pytest.mark.parametrize("values", [{"nonsense": 1}, {"next_link": "put"}, {"page_size": -1}, {"x_warnings": 1}])
def test_a_wrong_switch_is_refused(values: dict[str, object]):
    """Unknown switches and values that a switch does not take are errors, and change nothing."""
    switches = Switches()
    with pytest.raises(SwitchError):
        switches.update({"next_link": "get", **values})

    assert Switches() == switches


def test_a_hand_in_the_portal_edits_a_default_policy():
    """An edit in the portal sets AlertOverrideChangedUtc and not WhenChanged, which is Microsoft's own (DUMP26)."""
    made = world()
    tenant = made.tenant("contoso")
    assert tenant is not None
    before = policy(tenant, RESTRICTED)
    made.apply({"tenant": "contoso", "set_policy": {"name": RESTRICTED, "fields": {"NotificationEnabled": False}}})
    after = policy(tenant, RESTRICTED)

    assert {"NotificationEnabled", "AlertOverrideChangedUtc"} == {key for key in after if after[key] != before[key]}


def test_a_hand_changes_everything_else_too():
    """Each other verb does what it says."""
    made = world(users=[{"id": "u1", "accountEnabled": True}], mailboxes=[{"PrimarySmtpAddress": "a@contoso.com"}])
    tenant = made.tenant("contoso")
    assert tenant is not None
    made.apply({"tenant": "contoso", "block": {"address": "a@contoso.com", "since": "2026-11-20T07:12:00Z"}})
    made.apply({"tenant": "contoso", "block": "b@contoso.com", "unblock": "A@contoso.com", "region": "eur03b"})
    made.apply({"tenant": "contoso", "audit": False, "switch": {"next_link": "get"}, "licence": "e3"})
    made.apply({"tenant": "contoso", "add_policy": {"Name": "Third"}, "remove_policy": "Ours", "dehydrated": True})
    made.apply({"tenant": "contoso", "user": {"id": "u1", "fields": {"accountEnabled": False}}})
    made.apply({"tenant": "contoso", "mailbox": {"id": "a@contoso.com", "fields": {"ForwardingAddress": "x"}}})
    config = rows(tenant, "Get-AdminAuditLogConfig")[0]

    assert ["b@contoso.com"] == [row["SenderAddress"] for row in rows(tenant, "Get-BlockedSenderAddress")]
    assert ("eur03b", "get", "e3") == (tenant.region, tenant.switches.next_link, tenant.licence)
    assert (False, True) == (
        config["UnifiedAuditLogIngestionEnabled"],
        str(config["OrganizationId"]).startswith("sct-"),
    )
    assert (True, False) == ("Third" in names(tenant), "Ours" in names(tenant))
    assert (False, "x") == (tenant.users[0]["accountEnabled"], rows(tenant, "Get-Mailbox")[0]["ForwardingAddress"])


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "nobody", "audit": True},
        {"tenant": "contoso", "paint": "red"},
        {"tenant": "contoso", "set_policy": {"name": "Nothing", "fields": {}}},
        {"tenant": "contoso", "user": {"id": "nobody", "fields": {}}},
        {"tenant": "contoso", "set_policy": {"name": "Ours", "fields": {"Colour": "red"}}},
        {"tenant": "contoso", "block": {"reason": "no address"}},
        {"advance": "soon"},
    ],
)
def test_a_change_of_nothing_is_refused(change: dict[str, object]):
    """A change to an unknown tenant, verb or object is an error."""
    with pytest.raises(ChangeError):
        world().apply(change)


def test_reset_goes_back_to_the_seed():
    """After a reset nothing that happened is left, not the clock's advance either."""
    made = world(blocked=[{"address": "a@contoso.com"}])
    made.apply({"tenant": "contoso", "unblock": "a@contoso.com", "advance": 60})
    made.apply({"reset": True})
    tenant = made.tenant("contoso")
    assert tenant is not None

    assert (1, f"{NOW[:-1]}+00:00") == (len(tenant.blocked.shown), made.now().isoformat())


def test_state_survives_in_its_file(tmp_path: Path):
    """A world with the same state file goes on where the other stood: writes, pending ones, hands, switches, clock."""
    path = tmp_path / "deep" / "state.json"
    custom = {"Name": "Ours", "Operation": ["New-InboxRule"], "AggregationType": "None"}
    seed = {"now": NOW, "tenants": [{**RAW, "custom_policies": [custom], "switches": {"alerts_after_seconds": 60}}]}
    first = World(seed, path)
    tenant = first.tenant("contoso")
    assert tenant is not None
    first.apply({"advance": 5})
    ask(tenant, "Set-ProtectionAlert", Identity="Ours", Disabled=True)
    first.apply({"tenant": "contoso", "block": "a@contoso.com", "switch": {"next_link": "get"}})

    second = World(seed, path)
    again = second.tenant("contoso")
    assert again is not None
    assert (first.now(), tenant.dump()) == (second.now(), again.dump())
    assert policy(again, "Ours")["Disabled"] is False
    second.advance(60)
    assert policy(again, "Ours")["Disabled"] is True
    assert ["state.json"] == [one.name for one in path.parent.iterdir()]


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}'])
def test_a_state_file_of_another_sort_is_refused(tmp_path: Path, text: str):
    """What is no state file is not overwritten but refused, with what to do."""
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SeedError, match="Delete it"):
        World({"tenants": [RAW]}, path)
    assert text == path.read_text(encoding="utf-8")


def test_a_damaged_state_file_is_refused(tmp_path: Path):
    """What cannot be restored is named, and left as it is."""
    path = tmp_path / "state.json"
    path.write_text('{"format": 1}', encoding="utf-8")

    with pytest.raises(SeedError, match="damaged"):
        World({"tenants": [RAW]}, path)


def test_a_state_that_cannot_be_kept_is_refused_at_the_start(tmp_path: Path):
    """A folder in the file's place shows before the first change."""
    with pytest.raises(SeedError, match="cannot be kept here"):
        World({"tenants": [RAW]}, tmp_path)


def test_an_advance_alone_survives(tmp_path: Path):
    """The clock goes on where it stood."""
    path = tmp_path / "state.json"
    World({"now": NOW, "tenants": [RAW]}, path).apply({"advance": 60})

    assert "2026-11-23T12:01:00+00:00" == World({"now": NOW, "tenants": [RAW]}, path).now().isoformat()


def test_a_secret_never_shows_in_a_repr():
    """The repr of an app has no secret and no key."""
    app = App.of({"client_id": "x", "secret": "emulator-only-secret", "certificates": ["PEM"]})

    assert ("emulator-only-secret", False) == (app.secret, "emulator-only-secret" in repr(app) or "PEM" in repr(app))
