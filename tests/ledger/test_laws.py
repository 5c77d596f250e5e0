"""Whatever is done in whatever order, the ledger remembers what a plain list would."""

import uuid

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from reconciler.adapters.ledger import SqlLedger
from reconciler.core.history import Lease
from tests.ledger.things import NOW, alert, begun, ended, unblock

CHANGES = [alert("A"), alert("A", via="companion"), alert("B \0 ✓"), unblock("a@contoso.com"), unblock("A@contoso.com")]
STATES = ["answered", "unanswered", "refused", "disbelieved", "applied"]
FIELDS = [
    ("contoso/audit-log", "enabled"),
    ("contoso/alert-policy/A", "enabled"),
    ("contoso/alert-policy/A", "present"),
]


class Memory(RuleBasedStateMachine):
    """A ledger beside a list of (number, change, state, settled); each example has a tenant of its own."""

    numbers = Bundle("numbers")

    ledger: SqlLedger
    lease: Lease

    def __init__(self):
        """Start with a tenant that nobody knows."""
        super().__init__()
        self.tenant, self.run = str(uuid.uuid4()), ""
        self.writes, self.drift = {}, {}

    @initialize()
    def begin(self):
        """Open a run that has the tenant to itself."""
        self.run = begun(self.ledger)
        lease = self.ledger.lock(self.run, self.tenant)
        assert isinstance(lease, Lease)
        self.lease = lease

    def teardown(self):
        """Let the tenant go."""
        self.ledger.unlock(self.lease)

    @rule(target=numbers, change=st.sampled_from(CHANGES))
    def start(self, change):
        """Begin a write."""
        number = self.ledger.start(self.run, self.tenant, change, NOW)
        assert number > max(self.writes, default=0)
        self.writes[number] = [change, "started", False]
        return number

    @rule(number=numbers, state=st.sampled_from(STATES), settled=st.booleans())
    def finish(self, number, state, settled):
        """End a write, perhaps once more."""
        ended(self.ledger, number, state, settled=settled)
        self.writes[number][1:] = [state, self.writes[number][2] or settled]

    @rule(some=st.lists(numbers, max_size=3))
    def settle(self, some):
        """See that clocks are over."""
        self.ledger.settle(tuple(some), NOW)
        for number in some:
            self.writes[number][2] = True

    @rule(seen=st.sets(st.sampled_from(FIELDS)), hours=st.integers(0, 9))
    def drifted(self, seen, hours):
        """Read the tenant completely."""
        at = NOW.replace(hour=hours)
        self.drift = {key: self.drift.get(key, f"2026-11-23T{hours:02}:00:00Z") for key in seen}
        assert self.drift == self.ledger.drifted(self.tenant, tuple(seen), at)

    @invariant()
    def the_history_is_that_of_the_list(self):
        """Unblocks all, others only the newest of each object and way, newest first; each unblock counts."""
        kept, seen, count = [], set(), 0
        for number, (change, state, settled) in reversed(self.writes.items()):
            sender = change.kind == "restricted-sender"
            count += sender
            if sender or (change.address, change.via) not in seen:
                seen.add((change.address, change.via))
                kept.append((number, change.address, change.before, change.after, state, settled))
        found = self.ledger.history(self.tenant, NOW)
        assert kept == [(one.id, one.address, one.before, one.after, one.state, one.settled) for one in found.writes]
        assert ({"a@contoso.com": count} if count else {}) == found.unblocks
        assert bool(self.writes) == found.known


def test_the_ledger_remembers_what_a_list_would(ledger):
    """Any order of writes, ends, settlings and readings gives the history that a list of them gives."""
    machine = type("Here", (Memory,), {"ledger": ledger})
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=25, deadline=None))
