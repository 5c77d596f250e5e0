"""Whatever happens to one request, nothing is believed, written or lost that should not be, and the next run arrives."""

import pytest

from tests.whole.accidents import COMMANDS, FAULTS, FOREVER, PARTS, READS, SIGN_IN, TWICE, deeds, scene, truth

KINDS = {"alert-policy", "audit-log", "restricted-sender"}
PASSING = {
    *TWICE,
    "throttle",
    "concurrency",
    "unavailable",
    "bad-gateway",
    "ad-transient",
    "drop",
    "slow",
    "malformed-json",
}
"""Those that a second try of a question gets over."""
NO_LIST = {"errors-in-200", "foreign-next-link"}
"""Those that say nothing to whoever asked for no list."""
SENDER, CUSTOMIZE = "Remove-BlockedSenderAddress", "Enable-OrganizationCustomization"
REFUSED = {"expired-page", "sign-in-error"}
"""Answers that are a no, and neither of permission nor of throttling: an unblock is not asked for again (docs/policies.md)."""
LOST = {"unavailable", "bad-gateway", "ad-transient", "drop", "answer"}
"""Answers that don't tell whether a command was carried out."""
HARMLESS = {"throttle", "concurrency", "claims-challenge", "slow", "foreign-next-link"}
"""Answers after which a command is known to have been carried out, at once or at the second try."""
GARBLED = {"malformed-json", "errors-in-200"}
"""Answers that come after the work, and don't tell."""
ONE_OF_EACH = [name for name in FAULTS if name not in TWICE]


@pytest.fixture(scope="module")
def calm(emulator, tmp_path_factory):
    """The plan that nothing disturbs."""
    with scene(tmp_path_factory.mktemp("calm"), emulator) as on:
        return on.plan()


def once(request: str, fault: str) -> int:
    """How a plan ends when one request meets one fault."""
    if fault in PASSING or (fault in NO_LIST and (request in SIGN_IN or request == "front door")):
        return 2
    if request in SIGN_IN:
        return refused_sign_in(fault)
    if fault == "forbidden-gzip":
        return 9
    return 2 if fault == "claims-challenge" else 6


def refused_sign_in(fault: str) -> int:
    """A no in the sign-in service's own words is a want of access; the page of a proxy is none."""
    return 6 if fault in {"answer", "forbidden-gzip"} else 9


def always(request: str, fault: str) -> int:
    """How a plan ends when the fault lasts."""
    if fault == "slow":
        return 2
    if fault in PASSING:
        return 6
    if request in SIGN_IN:
        return 2 if fault in NO_LIST else refused_sign_in(fault)
    return 9 if fault in {"forbidden-gzip", "claims-challenge"} else 6


def order(on, name: str, place: tuple[dict[str, str], int], *, lasting: bool = False, after: bool = False) -> None:
    """Let a fault happen to one request, or to it and all that follow."""
    when, nth = place
    on.fault(**FAULTS[name], when=when, nth=list(range(nth, FOREVER)) if lasting else nth, after=after)


def calmed(on):
    """The next run, without faults."""
    on.emulator.faults.clear()
    return on.another_run()


@pytest.mark.parametrize(
    ("fault", "lasting"),
    [*((fault, False) for fault in FAULTS), *((fault, True) for fault in ONE_OF_EACH)],
)
@pytest.mark.parametrize("request_", READS)
def test_a_fault_while_planning(emulator, tmp_path, calm, request_, fault, lasting):
    """What can't be read is unreadable and gives no change; everything else is planned as ever, and nothing is written."""
    with scene(tmp_path, emulator) as on:
        order(on, fault, READS[request_], lasting=lasting)
        plan = on.plan()
        tenant = plan.tenants[0]
        dark = {one.kind for one in tenant.unreadable}

        assert (always if lasting else once)(request_, fault) == plan.exit.code
        assert {one.address: deeds(calm)[one.address] for one in calm.tenants[0].changes if one.kind not in dark} == (
            deeds(plan)
        )
        assert (not dark, dark <= KINDS) == (plan.complete, True)
        assert not lasting or calm.changes_digest == calmed(on).plan().changes_digest
        assert 0 == on.writes()


@pytest.mark.parametrize("fault", ["bad-gateway", "forbidden-gzip", "errors-in-200"])
@pytest.mark.parametrize("request_", READS)
def test_a_fault_before_the_first_write(emulator, tmp_path, calm, request_, fault):
    """Apply writes nothing in a tenant that it can't read, and the same plan can be applied afterwards."""
    with scene(tmp_path, emulator) as on:
        order(on, fault, READS[request_], lasting=True)
        ending = always(request_, fault)
        applied = on.apply(calm)
        states = {one.state for one in applied.tenants[0].outcomes}

        assert (0 if ending == 2 else ending, {"applied"} if ending == 2 else {"skipped"}) == (
            applied.exit.code,
            states,
        )
        assert ending == 2 or on.writes() == 0
        assert 0 == calmed(on).apply(calm).exit.code


def arrives(on) -> None:
    """Hold that plan and apply arrive now that nothing disturbs them; at the latest when the longest clock is over."""
    run = calmed(on)
    plan = run.plan()
    if {"converging"} & {one.severity for one in plan.tenants[0].findings}:
        on.clock.wait(25 * 3600)
        plan = run.another_run().plan()
    if plan.tenants[0].changes:
        assert 0 == run.apply(plan).exit.code
        plan = run.another_run().plan()

    assert (0, {}) == (plan.exit.code, deeds(plan))
    assert set(truth(on).values()) == {True}


def states(applied) -> dict[str, str]:
    """How each change ended."""
    return {one.address: one.state for one in applied.tenants[0].outcomes}


def honest(on, applied) -> bool:
    """Whether all that is said to be applied is so."""
    true = truth(on)
    return all(true[address] for address, state in states(applied).items() if state == "applied")


def strike(on, fault: str, part: tuple[str, ...], *, lasting: bool = False, after: bool = False) -> None:
    """Let a fault happen to each command of a part."""
    for cmdlet in part:
        order(on, fault, ({"cmdlet": cmdlet}, 1), lasting=lasting, after=after)


def ending(cmdlet: str, fault: str) -> str:
    """How a change ends whose command met a fault before it was carried out."""
    if fault in HARMLESS or (fault in GARBLED and cmdlet != CUSTOMIZE):
        return "applied"
    return "converging" if cmdlet == SENDER and fault in LOST else "failed"


@pytest.mark.parametrize("fault", ONE_OF_EACH)
@pytest.mark.parametrize("part", PARTS, ids=["some", "others"])
def test_a_fault_instead_of_a_command(emulator, tmp_path, calm, part, fault):
    """A command that did not run is failed, never applied, and only it; the next plan shows it again."""
    with scene(tmp_path, emulator) as on:
        strike(on, fault, part)
        applied = on.apply(calm)
        wanted = {COMMANDS[cmdlet]: ending(cmdlet, fault) for cmdlet in part}
        code = 7 if "failed" in wanted.values() else 8 if "converging" in wanted.values() else 0

        assert dict.fromkeys(COMMANDS.values(), "applied") | wanted == states(applied)
        assert (code, True) == (applied.exit.code, honest(on, applied))
        if SENDER in part and fault in REFUSED:
            left = calmed(on).plan().tenants[0]
            assert ["budget"] == [one.rule for one in left.findings if one.severity == "held"]
        else:
            arrives(on)


@pytest.mark.parametrize("fault", sorted(LOST))
@pytest.mark.parametrize("part", PARTS, ids=["some", "others"])
def test_an_answer_that_is_lost_after_the_work(emulator, tmp_path, calm, part, fault):
    """What was done is found by reading back; only what should have followed it is left to the next run."""
    with scene(tmp_path, emulator) as on:
        strike(on, fault, part, after=True)
        applied = on.apply(calm)
        unfinished = {COMMANDS[CUSTOMIZE]} if CUSTOMIZE in part else set()

        assert unfinished == {address for address, state in states(applied).items() if state != "applied"}
        assert (7 if unfinished else 0, True) == (applied.exit.code, honest(on, applied))
        assert [1] * len(part) == [on.writes(cmdlet) for cmdlet in part]
        arrives(on)


READ_BACKS = {
    "alert-policy": ({"cmdlet": "Get-ProtectionAlert"}, 3),
    "restricted-sender": ({"cmdlet": "Get-BlockedSenderAddress"}, 2),
    "audit-log": ({"cmdlet": "Get-AdminAuditLogConfig"}, 2),
}


@pytest.mark.parametrize(("kind", "lasting"), [("alert-policy", False), *((kind, True) for kind in READ_BACKS)])
@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_fault_while_reading_back(emulator, tmp_path, calm, fault, kind, lasting):
    """A write that can't be read back is converging, never lost and never sent again."""
    with scene(tmp_path, emulator) as on:
        order(on, fault, READ_BACKS[kind], lasting=lasting)
        applied = on.apply(calm)
        unseen = lasting and fault != "slow"
        wanted = {address: "converging" if unseen and f"/{kind}" in address else "applied" for address in deeds(calm)}
        sent = on.writes()

        assert (8 if unseen else 0, wanted) == (applied.exit.code, states(applied))
        assert (0, sent) == (calmed(on).plan().exit.code, on.writes())


@pytest.mark.parametrize("fault", sorted(LOST))
@pytest.mark.parametrize("after", [False, True], ids=["not-done", "done"])
def test_an_unblock_without_an_answer_is_sent_once(emulator, tmp_path, calm, fault, after):
    """Inside its clock no second unblock is sent, neither by a new plan nor by the old one nor by both."""
    with scene(tmp_path, emulator) as on:
        order(on, fault, ({"cmdlet": SENDER}, 1), after=after)
        on.emulator.change({"tenant": "contoso", "switch": {"senders_after_seconds": 7200}})
        on.apply(calm)
        run = calmed(on)
        run.apply(run.plan())
        run.another_run().apply(calm)

        assert 1 == on.writes(SENDER)


def test_a_new_block_after_a_lost_unblock_is_held(emulator, tmp_path, calm):
    """An unblock whose answer was lost covers no later block: that one is held, and stays."""
    with scene(tmp_path, emulator) as on:
        order(on, "drop", ({"cmdlet": SENDER}, 1), after=True)
        on.apply(calm)
        on.hand(block="alice@contoso.com")
        run = calmed(on)
        plan = run.plan()

        assert {} == deeds(plan)
        assert ["newer-block"] == [one.rule for one in plan.tenants[0].findings if one.severity == "held"]
        assert "held" == states(run.apply(calm))["contoso/restricted-sender/alice@contoso.com"]
        assert 1 == on.writes(SENDER)


@pytest.mark.parametrize("part", PARTS, ids=["some", "others"])
def test_throttled_for_longer_than_patience(emulator, tmp_path, calm, part):
    """A command that is turned away again and again fails with why, and the next run makes it, an unblock too."""
    with scene(tmp_path, emulator) as on:
        strike(on, "throttle", part, lasting=True)
        applied = on.apply(calm)
        failed = {one.address: one.message for one in applied.tenants[0].outcomes if one.state == "failed"}

        assert (7, {COMMANDS[cmdlet] for cmdlet in part}) == (applied.exit.code, set(failed))
        assert all("busy" in message for message in failed.values())
        arrives(on)


def test_everything_at_random(emulator, tmp_path):
    """With a fault on every third request, and no luck at all, a handful of runs arrives and tells no lie."""
    with scene(tmp_path, emulator) as on:
        for place, name in enumerate(["drop", "unavailable", "throttle", "malformed-json", "bad-gateway"]):
            on.fault(**FAULTS[name], probability=0.07, seed=place, after=bool(place % 2))
        run = on
        for _ in range(6):
            assert honest(on, run.apply(run.plan()))
            run = run.another_run()

        assert on.writes(SENDER) <= 2
        arrives(on)
