"""How far a run is, told in lines: few for many tenants, all for who asks, and waits that the service asked for."""

import pytest

from reconciler.emulator import Emulator
from tests.cli.line import bare, reconciler
from tests.whole.seeds import many

SIXTY = [f"contoso-{number:04d}" for number in range(1, 61)]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """A folder with sixty tenants that want auditing, and an emulator that has them; one can't be read."""
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "policies").mkdir()
    for number, name in enumerate(SIXTY, 1):
        (folder / "policies" / f"{name}.yaml").write_text(
            f"kind: tenant\nname: {name}\ntenant_id: 00000000-0000-4000-8000-{number:012d}\n"
            f"domain: {name}.onmicrosoft.com\naudit_log: {{enabled: on}}\n"
        )
    faults = [{"do": "unavailable", "status": 501, "when": {"tenant": "contoso-0007", "kind": "read"}}]
    with Emulator(seed=many(60), faults=faults) as emulator:
        yield folder, emulator.environment(bare())


def steps(err: str) -> list[str]:
    """The lines of progress: without what is said before and after them."""
    return [line for line in err.splitlines() if "done" in line or line.startswith("contoso-")]


def test_many_tenants_are_summed_up(fleet):
    """Beyond fifty tenants a line is printed for each fifty, for the last, and for who could not be read."""
    folder, environment = fleet
    found = steps(reconciler("plan", folder=folder, environment=environment).err)

    assert "contoso-0007: unreadable" in found
    assert 3 == len(found)
    assert "59/60 done, 1 unreadable" == found[-1]


def test_who_asks_for_details_gets_every_step(fleet):
    """With --verbose each tenant has its lines however many there are."""
    folder, environment = fleet
    found = steps(reconciler("plan", "--verbose", folder=folder, environment=environment).err)

    assert [] == [name for name in SIXTY if f"{name}: reading" not in found]
    assert 59 == sum(line.endswith(": done") for line in found)


def test_few_tenants_have_a_line_each(fleet):
    """Up to fifty tenants are named when they are done."""
    folder, environment = fleet
    found = steps(reconciler("plan", "--tenant", "contoso-000[1-3]", folder=folder, environment=environment).err)

    assert [f"contoso-000{number}: done" for number in (1, 2, 3)] == sorted(found)


def test_how_often_the_service_asked_to_wait(folder, emulator, environment):
    """Each wait that the service asked for is a step of its tenant, and stands in the report of the run."""
    emulator.faults.add({"do": "throttle", "retry_after": 0.1, "nth": 1, "when": {"tenant": "contoso", "kind": "read"}})
    emulator.faults.add(
        {"do": "unavailable", "retry_after": 0.1, "nth": 1, "when": {"tenant": "fabrikam", "kind": "read"}}
    )
    ran = reconciler("plan", "--verbose", "--report", "prometheus=run.prom", folder=folder, environment=environment)
    said = ran.err.splitlines()

    assert 0 == ran.code
    for tenant in ("contoso", "fabrikam"):
        waits = said.index(f"{tenant}: throttled")
        assert f"{tenant}: reading" in said[waits:]
        assert f"{tenant}: done" in said[waits:]
    assert 'reconciler_api_throttled_total{command="plan"} 2.0\n' in (folder / "run.prom").read_text()


def test_an_apply_tells_each_tenants_end(folder, environment):
    """What was carried out ends with done, and a part of a plan that policies no longer want with failed."""
    assert 0 == reconciler("plan", "--out", "plan.json", folder=folder, environment=environment).code
    tenant = folder / "policies" / "tenants" / "fabrikam.yaml"
    tenant.write_text(tenant.read_text().replace("[everywhere]", "[]"))
    said = reconciler("apply", "plan.json", folder=folder, environment=environment).err.splitlines()

    assert "contoso: done" in said
    assert "fabrikam: failed" in said
