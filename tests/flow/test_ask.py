"""Questions that may stay unanswered: in rounds, side by side, and never so that their kind becomes unreadable."""

import threading
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from reconciler.core.errors import AccessError, ForbiddenRead, Interrupted, MissingRead, ReadError
from reconciler.core.kind import Moment
from reconciler.core.request import Answers, GraphQuery, Query
from reconciler.core.values import Row
from reconciler.flow.ask import ask
from reconciler.flow.observe import observe
from reconciler.kinds import audit_log
from tests.flow.fakes import NOW
from tests.flow.wishes import desire

MAILBOX = Query(name="mailbox:a", service="exo", cmdlet="Get-Mailbox", optional=True, absence_counts=True)
RULES = Query(name="rules:a", service="exo", cmdlet="Get-InboxRule", optional=True)


def risk(number):
    """A question about one of many people."""
    return GraphQuery(name=f"risk:{number}", path=f"/risk/{number}", optional=True)


class Reader:
    """Answers by the sort of a question: rows, or the error that is raised; counts, and knows how many came at once."""

    def __init__(self, meeting=None, **answers):
        self.answers, self.meeting = answers, meeting
        self.asked: Counter[str] = Counter()
        self.now = self.most = 0
        self._lock = threading.Lock()

    def ask(self, question):
        sort = question.name.partition(":")[0]
        with self._lock:
            self.asked[sort] += 1
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            if self.meeting:
                self.meeting.wait(10)
            found = self.answers.get(sort, ())
            if callable(found):
                found = found(question)
            if isinstance(found, Exception):
                raise found
            return found
        finally:
            with self._lock:
                self.now -= 1


def going():
    """Nobody has stopped the run."""
    return False


@pytest.mark.parametrize("error", [ReadError("HTML."), ForbiddenRead("Grant it."), AccessError("No consent.")])
def test_an_optional_question_that_fails_is_unanswered(error):
    """Its reason is kept, and the others are answered."""
    found = ask((risk(1), MAILBOX), Reader(risk=error, mailbox=({"a": 1},)), going)

    assert ({"mailbox:a": ({"a": 1},)}, {"risk:1": str(error)}) == (dict(found), found.unanswered)


def test_absence_is_an_answer_only_where_it_counts():
    """No mailbox is known to be no mailbox; rules that are not found are not known to be none."""
    found = ask((MAILBOX, RULES), Reader(mailbox=MissingRead("none"), rules=MissingRead("none")), going)

    assert ({"mailbox:a": ()}, {"rules:a": "none"}) == (dict(found), found.unanswered)


def test_a_question_that_is_needed_fails_for_all():
    """Half a list is none."""
    with pytest.raises(ReadError, match=r"^lost$"):
        ask((RULES.model_copy(update={"optional": False}), MAILBOX), Reader(rules=ReadError("lost")), going)


def test_as_many_at_once_as_a_tenant_has_connections():
    """Two hundred questions go four by four: never more, and never one after the other."""
    reader = Reader(meeting=threading.Barrier(4))
    found = ask(tuple(risk(number) for number in range(200)), reader, going)

    assert (200, 4) == (len(found), reader.most)


def test_a_missing_right_is_not_asked_for_two_hundred_times():
    """What this identity may not read of one person it may not read of any."""
    reader = Reader(risk=ForbiddenRead("Grant it."))
    found = ask(tuple(risk(number) for number in range(200)), reader, going)

    assert ({"Grant it."}, 200) == (set(found.unanswered.values()), len(found.unanswered))
    assert reader.asked["risk"] <= 4


def test_a_service_that_is_down_is_not_waited_for_two_hundred_times():
    """After three failures in a row the rest of a sort is given up, and other sorts go on."""
    reader = Reader(risk=ReadError("503"), mailbox=())
    found = ask((*(risk(number) for number in range(200)), MAILBOX), reader, going)

    assert (200, ["mailbox:a"]) == (len(found.unanswered), list(found))
    assert 3 <= reader.asked["risk"] <= 3 + 3


def test_failures_now_and_then_give_nothing_up():
    """An answer in between shows that the service is there."""
    reader = Reader(risk=lambda one: () if int(one.name[5:]) % 40 else ReadError("now and then"))
    found = ask(tuple(risk(number) for number in range(200)), reader, going)

    assert (200, 195, 5) == (reader.asked["risk"], len(found), len(found.unanswered))


def test_after_the_stop_nothing_more_is_asked():
    """A signal ends a long row of questions at once; what must be known may still be read back."""
    reader = Reader(mailbox=())

    with pytest.raises(Interrupted):
        ask((risk(1), risk(2)), reader, lambda: True)
    assert {"mailbox:a": ()} == dict(ask((MAILBOX.model_copy(update={"optional": False}),), reader, lambda: True))
    assert {"mailbox": 1} == dict(reader.asked)


@dataclass
class Rounds:
    """A kind's follow-up that asks one question more as long as it is allowed to."""

    most: int

    def __call__(self, _wanted, answers: Answers, _moment):
        """Everything that was asked before, and the next."""
        return tuple(risk(number) for number in range(min(len(answers), self.most)))


ON: Row = {"UnifiedAuditLogIngestionEnabled": True}


@pytest.mark.parametrize(("most", "asked"), [(0, 0), (1, 1), (3, 3), (99, 5)])
def test_rounds_go_on_until_nothing_is_new(most, asked):
    """A question is put once, and there are five rounds at most."""
    reader = Reader(**{"audit-log": (ON,)})
    kind = replace(audit_log.KIND, follow_up=Rounds(most))
    observed = observe((kind,), desire(audit_log={"enabled": "on"}), reader, lambda: Moment(NOW, NOW))

    assert (asked, 1 + asked, ()) == (
        reader.asked["risk"],
        len(observed.answers["audit-log"]),
        observed.unreadable,
    )


def test_what_was_asked_in_vain_is_not_asked_again():
    """It stays unanswered, and its kind readable."""
    reader = Reader(**{"audit-log": (ON,), "risk": ReadError("HTML.")})
    kind = replace(audit_log.KIND, follow_up=Rounds(1))
    observed = observe((kind,), desire(audit_log={"enabled": "on"}), reader, lambda: Moment(NOW, NOW))

    assert ({"risk:0": "HTML."}, 1, ()) == (
        observed.answers["audit-log"].unanswered,
        reader.asked["risk"],
        observed.unreadable,
    )
