"""A planned change is written only if policies and tenant give exactly the same change again."""

import pytest

from reconciler.core.agree import agree
from reconciler.core.change import Finding, Manual
from reconciler.core.judge import Judged
from reconciler.core.request import Command
from tests.core.things import alert, change, kind, sender, unblock

BEFORE, AFTER, THIRD = alert(enabled=False), alert(), alert(notify=False)
COMMAND = Command(service="compliance", cmdlet="Set-ProtectionAlert", parameters={"Identity": "id", "Disabled": False})
PLANNED = change(BEFORE, AFTER, commands=(COMMAND,))
NAMED = frozenset({PLANNED.address, "contoso/restricted-sender/alice@contoso.com"})
ACTION = kind(once=True, same=("address", "blocked_since"))


def judged(*drafted, actual=BEFORE, **more):
    """A fresh judgement in which the object reads as `actual`."""
    key = PLANNED.address, PLANNED.via
    differing = frozenset({key}) if actual != AFTER else frozenset()
    return Judged(drafted=drafted, actual={key: actual}, differing=differing, **more)


def test_the_same_change_is_written():
    """Origin and reason are words for people and may differ."""
    assert (
        agree(
            PLANNED.model_copy(update={"why": "other words", "origin": None}), judged(PLANNED), kind(), NAMED
        ).standing
        == "write"
    )


FORGERIES = {
    "action": "delete",
    "ref": "another",
    "after": THIRD,
    "commands": (COMMAND.model_copy(update={"parameters": {"Identity": "id", "Disabled": True}}),),
    "manual": Manual(steps=("Call me.",), url="https://evil.example"),
}


@pytest.mark.parametrize("field", ["action", "ref", "after", "commands", "manual"])
def test_a_forged_field_sends_nothing(field):
    """Whatever a plan says that policies and tenant do not give is stale."""
    forged = PLANNED.model_copy(update={field: FORGERIES[field]})

    assert agree(forged, judged(PLANNED), kind(), NAMED).standing == "stale"


def test_an_added_command_sends_nothing():
    """A foreign cmdlet beside the right one is refused with it."""
    extra = Command(service="exo", cmdlet="Remove-Mailbox", parameters={"Identity": "alice@contoso.com"})
    forged = PLANNED.model_copy(update={"commands": (COMMAND, extra)})

    assert agree(forged, judged(PLANNED), kind(), NAMED).standing == "stale"


def test_an_added_change_sends_nothing():
    """A change of an object that policies do not name is refused, even if it is already so."""
    assert agree(PLANNED, judged(actual=AFTER), kind(), frozenset()).standing == "stale"


def test_what_is_done_is_unchanged():
    """A plan carried out twice changes nothing the second time."""
    assert agree(PLANNED, judged(actual=AFTER), kind(), NAMED).standing == "unchanged"


def test_what_moved_is_stale():
    """Neither the old nor the wanted value: somebody else was there."""
    later = change(THIRD, AFTER, commands=(COMMAND,))

    assert agree(PLANNED, judged(later, actual=THIRD), kind(), NAMED).standing == "stale"


def test_a_sender_blocked_anew_is_held():
    """The approval was for the block that a person reviewed."""
    planned, again = unblock(), sender(since="2026-11-23T00:00:00Z")
    now = Judged(actual={(planned.address, "api"): again}, differing=frozenset({(planned.address, "api")}))

    assert agree(planned, now, ACTION, NAMED).standing == "held"


def test_a_held_sender_is_held():
    """An approval that ran out between plan and apply holds the sender, with its reason."""
    held = Finding(rule="approval-expired", severity="held", address=unblock().address, message="it ended")
    now = Judged(
        actual={(unblock().address, "api"): sender()},
        differing=frozenset({(unblock().address, "api")}),
        findings=(held,),
    )
    agreement = agree(unblock(), now, ACTION, NAMED)

    assert (agreement.standing, agreement.message) == ("held", "approval-expired: it ended")


def test_what_is_on_its_way_is_converging():
    """A write that is not visible yet is not sent again."""
    assert agree(PLANNED, judged(converging=(PLANNED,)), kind(), NAMED).standing == "converging"
