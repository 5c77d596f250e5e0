"""What becomes of a run when one request meets one accident: the cells of the tables in docs/reliability.md.

Each function orders the accident, runs the whole product against an emulated tenant, holds what must hold in every
case (no false absence, no lost write, no double write), and says in a few words how it ended.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.adapters.ledger import open_ledger
from reconciler.core.outcome import Applied
from reconciler.emulator import Emulator
from tests.whole.accidents import COMMANDS, FAULTS, FOREVER, READS, TWICE, deeds, scene, truth
from tests.whole.stage import Stage

ACCIDENTS: Final = tuple(name for name in FAULTS if name not in TWICE)
LOST: Final = ("unavailable", "bad-gateway", "ad-transient", "drop", "answer")
"""Those that may take away the answer to work that was done; any other is the service's own word, which it doesn't break."""
READ_BACKS: Final = {
    "alert policies": ("Get-ProtectionAlert", 3, "alert-policy"),
    "senders": ("Get-BlockedSenderAddress", 2, "restricted-sender"),
    "audit log": ("Get-AdminAuditLogConfig", 2, "audit-log"),
}
"""The first reading after the commands: the cmdlet, which of its requests it is, and the kind that it shows."""
SENDER: Final = "Remove-BlockedSenderAddress"
_PLANNED: Final = {2: "planned", 6: "in part", 9: "no access"}
_DAY: Final = 25 * 3600.0
_BEFORE: Final = frozenset(ACCIDENTS) - {"malformed-json", "errors-in-200", "foreign-next-link", "slow"}
"""Those that come instead of the work, not on top of it."""


class Matrix:
    """One emulator, one plan that nothing disturbed, and a scene for each cell."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._emulator, self._folder = emulator, folder
        self._ledger = folder / "ledger.db"  # copied, because making one takes longer than all the rest of a cell
        ledger, now = open_ledger(f"sqlite:///{self._ledger}"), datetime.now(UTC)
        ledger.close_run(ledger.open_run("plan", now, now, None), 0, now)
        ledger.close()
        with self._scene() as on:
            self._calm = on.plan()

    def planning(self, accident: str, request: str) -> str:
        """A plan one of whose requests meets an accident: once, then for as long as it lasts."""
        return " / ".join(
            dict.fromkeys(self._planning(accident, request, lasting=lasting) for lasting in (False, True))
        )

    def looking(self, accident: str, request: str) -> str:
        """An apply that meets an accident for as long as it lasts, before its first write; then the same plan again."""
        with self._scene() as on:
            _order(on, accident, *READS[request], lasting=True)
            applied = on.apply(self._calm)
            done, states = on.writes(), set(_states(applied).values())
            assert (states, bool(done)) in (({"applied"}, True), ({"skipped"}, False)), states
            again = _calmed(on).apply(self._calm)

            assert (0, {"unchanged"} if done else {"applied"}) == (again.exit.code, set(_states(again).values()))
        return "applied" if done else f"nothing sent ({applied.exit.code})"

    def telling(self, accident: str, cmdlet: str, *, after: bool = False) -> str:
        """A command that meets an accident, instead of its work or after it, and what the next runs do about it."""
        with self._scene() as on:
            on.fault(**FAULTS[accident], when={"cmdlet": cmdlet}, nth=1, after=after)
            state = _states(on.apply(self._calm))[COMMANDS[cmdlet]]
            later = _later(on, cmdlet)
            carried_out = on.writes(cmdlet) - (not after and accident in _BEFORE)

            assert carried_out == (later != "a person"), f"{cmdlet} was carried out {carried_out} times"
        return state + (f", {later}" if later else "")

    def reading_back(self, accident: str, reading: str) -> str:
        """The readings after all commands, as long as the accident lasts; no command is sent again because of it."""
        cmdlet, nth, kind = READ_BACKS[reading]
        with self._scene() as on:
            _order(on, accident, {"cmdlet": cmdlet}, nth, lasting=True)
            states, sent = _states(on.apply(self._calm)), on.writes()
            found = {state for address, state in states.items() if f"/{kind}" in address}
            assert {"applied"} == {state for address, state in states.items() if f"/{kind}" not in address}
            left = _calmed(on).plan()

            assert (0, {}, sent, 1) == (left.exit.code, deeds(left), on.writes(), len(found))
        return found.pop()

    @contextmanager
    def _scene(self) -> Iterator[Stage]:
        folder = self._folder / "scene"
        folder.mkdir()
        shutil.copy(self._ledger, folder / "ledger.db")
        try:
            with scene(folder, self._emulator) as on:
                yield on
        finally:
            shutil.rmtree(folder)

    def _planning(self, accident: str, request: str, *, lasting: bool) -> str:
        with self._scene() as on:
            _order(on, accident, *READS[request], lasting=lasting)
            plan = on.plan()
            dark = {one.kind for one in plan.tenants[0].unreadable}
            bright = {one.address for one in self._calm.tenants[0].changes if one.kind not in dark}

            assert deeds(plan) == {address: deed for address, deed in deeds(self._calm).items() if address in bright}
            assert (plan.complete, on.writes()) == (not dark, 0)
        return _PLANNED[plan.exit.code]


def _order(on: Stage, accident: str, when: dict[str, str], nth: int, *, lasting: bool) -> None:
    """Let an accident happen to one request, or to it and all that follow."""
    on.fault(**FAULTS[accident], when=when, nth=list(range(nth, FOREVER)) if lasting else nth)


def _calmed(on: Stage) -> Stage:
    """The next run, which nothing disturbs."""
    on.emulator.faults.clear()
    return on.another_run()


def _states(applied: Applied) -> dict[str, str]:
    return {one.address: one.state for one in applied.tenants[0].outcomes}


def _later(on: Stage, cmdlet: str) -> str:
    """What it takes until the tenant is as policies want it: nothing, the next run, the end of a clock, or a person.

    Until then each plan speaks of everything that is not so in the tenant itself.
    """
    for words, seconds in (("next run", 0.0), ("after 24 h", _DAY)):
        on.clock.wait(seconds)
        plan = _calmed(on).plan()
        missing = {address for address, is_so in truth(on).items() if not is_so}
        assert missing <= set(deeds(plan)) | {one.address for one in plan.tenants[0].findings}, "a change was lost"
        if not missing:
            assert {} == deeds(plan)
            return ""
        if deeds(plan):
            assert 0 == on.another_run().apply(plan).exit.code
            assert (True, {}) == (all(truth(on).values()), deeds(on.another_run().plan()))
            return words
        assert (SENDER, 1) == (cmdlet, on.writes(cmdlet))
    return "a person"
