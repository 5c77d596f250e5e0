"""One tenant as plan, apply and drift all see it: observed, judged by policies and memory, and remembered."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from reconciler.core.change import Finding
from reconciler.core.errors import LedgerError, ReconcilerError, is_denial
from reconciler.core.history import History
from reconciler.core.judge import Judged, study
from reconciler.core.kind import Moment
from reconciler.core.outcome import Exit, Unreadable
from reconciler.core.plan import plan_exit
from reconciler.core.ports import TenantReader
from reconciler.core.resource import Desired
from reconciler.core.scope import narrow
from reconciler.flow.observe import Observed, needed, observe
from reconciler.flow.ports import Ports
from reconciler.flow.reviews import Both


@dataclass(frozen=True, slots=True)
class Look:
    """What was read in one tenant, and what it means."""

    desired: Desired
    observed: Observed
    judged: Judged
    moment: Moment
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that policies need could be read."""
        return not self.observed.unreadable

    @property
    def exit(self) -> Exit:
        """How a plan of this tenant ends, as with `--detailed-exitcode`."""
        return plan_exit(self.judged.changes, self.findings, self.observed.unreadable, denied=self.observed.denied)


def look(
    desired: Desired,
    ports: Ports,
    reader: TenantReader,
    *,
    targets: frozenset[str] = frozenset(),
    acks: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> Look:
    """Observe and judge one tenant; `only` names the kinds to read where not all that policies write are needed.

    An unreachable ledger makes the judgement more careful and is said.
    """
    ports.progress.say(desired.tenant.name, "reading")
    asked = narrow(desired, targets)
    kinds = needed(ports.kinds, asked, targeted=bool(targets), only=only)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # Loading a database library and reading what happened takes as long as an answer of the service: both at once.
        memory = pool.submit(_moment, asked, ports)
        now = partial(_known, memory)
        source = Both(reader, ports.reviews)
        observed = observe(kinds, asked, source, now, strict=only is not None, stopping=ports.clock.stopping)
        moment, said = memory.result()
    judged = study(asked, kinds, observed.answers, moment, acks)
    if targets:
        judged = _within(judged, targets)
    _settle(judged, ports)
    ports.progress.say(desired.tenant.name, "read")
    return Look(asked, observed, judged, moment, (*judged.findings, *observed.findings, *said))


def blind(
    desired: Desired,
    ports: Ports,
    error: ReconcilerError,
    targets: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> Look:
    """One tenant to which there is no connection at all: every kind that policies write is unreadable."""
    asked = narrow(desired, targets)
    kinds = needed(ports.kinds, asked, targeted=bool(targets), only=only)
    unreadable = tuple(Unreadable(kind=kind.name, reason=str(error)) for kind in kinds)
    observed = Observed(unreadable=unreadable, denied=is_denial(error))
    moment = Moment(ports.clock.now(), ports.clock.machine(), asked.guardrails)
    ports.progress.say(desired.tenant.name, "unreadable")
    return Look(asked, observed, Judged(), moment, ())


def remembered(desired: Desired, ports: Ports) -> tuple[History, tuple[Finding, ...]]:
    """The ledger's history of a tenant; without it an empty one, and a warning."""
    # The earlier of the two times has all that counts at either: a shifted run must not forget an unblock.
    since = min(ports.clock.now(), ports.clock.machine())
    try:
        return ports.ledger.history(desired.tenant.tenant_id, since, [one.name for one in desired.wanted]), ()
    except LedgerError as error:
        text = f"the ledger can't be read, so clocks and budgets are not known: {error}"
        return History(), (
            Finding(rule="ledger-unreachable", severity="warning", address=desired.tenant.name, message=text),
        )


def _moment(asked: Desired, ports: Ports) -> tuple[Moment, tuple[Finding, ...]]:
    """The moment of a look, with all that happened before it, and what is to be said of the ledger."""
    now, machine = ports.clock.now(), ports.clock.machine()
    history, said = remembered(asked, ports)
    return Moment(now, machine, asked.guardrails, history, ports.who, ports.depth), said


def _known(memory: "Future[tuple[Moment, tuple[Finding, ...]]]") -> Moment:
    return memory.result()[0]


def _within(judged: Judged, targets: frozenset[str]) -> Judged:
    """With targets nothing is said of anything else."""
    return replace(
        judged,
        findings=tuple(one for one in judged.findings if one.address in targets or "/" not in one.address),
        foreign={},
    )


def _settle(judged: Judged, ports: Ports) -> None:
    """Tell the ledger which clocks this reading has ended; one that can't be told asks again next time."""
    if not judged.settled:
        return
    try:
        ports.ledger.settle(judged.settled, ports.clock.now())
    except LedgerError as error:
        ports.progress.say("ledger", str(error))
