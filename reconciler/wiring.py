"""The only file that knows everyone: joins settings, adapters, kinds and stages; heavy imports wait in functions."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from reconciler.adapters.site_folder import write_site
from reconciler.settings import Settings, scrubbed, settings_from

if TYPE_CHECKING:
    from reconciler.core.forge import Forge, Tracker
    from reconciler.core.kind import Moment
    from reconciler.core.notice_ports import Channel, Notices
    from reconciler.core.plan import Plan
    from reconciler.core.ports import Archive, Progress
    from reconciler.core.starter import Shelf
    from reconciler.core.values import Fields
    from reconciler.flow.load import Loaded
    from reconciler.flow.ports import Ports

__all__ = [
    "Settings",
    "open_archive",
    "open_channels",
    "open_forge",
    "open_notices",
    "open_plan",
    "plan_from",
    "policy_schema",
    "read_policies",
    "read_stored",
    "run_ports",
    "save_plan",
    "scrubber",
    "settings_from",
    "shelf",
    "sign_plan",
    "write_site",
    "write_whole",
]


def scrubber() -> Callable[[str], str]:
    """A function that takes this process's secrets out of a text."""
    environment = settings_from().environment
    return lambda text: scrubbed(text, environment)


def read_policies(settings: Settings) -> "Loaded":
    """The desired state of all tenants, and the warnings of the files. Raises PolicyError with every fault."""
    from reconciler.adapters.yaml_files import read_folder
    from reconciler.flow.load import load
    from reconciler.kinds import KINDS

    return load(read_folder(settings.policies, settings.guardrails), KINDS, _moment(settings))


def policy_schema() -> "Fields":
    """The JSON Schema of policy files."""
    from reconciler.flow.schema import schema
    from reconciler.kinds import KINDS

    return schema(KINDS)


@contextmanager
def run_ports(settings: Settings, progress: "Progress", stop: Event, say: Callable[[str], None]) -> "Iterator[Ports]":
    """The ports of one run, closed at the end of the block.

    `stop` tells every wait to end; `say` shows a person what sign-in asks for, such as a device code.
    """
    from reconciler import __version__
    from reconciler.adapters.clock import SystemClock
    from reconciler.adapters.gitlab.approvals import GitlabReviews
    from reconciler.adapters.http_tenant import HttpTenants
    from reconciler.adapters.ledger import open_ledger
    from reconciler.adapters.revision import commit_of
    from reconciler.core.plan import Tool
    from reconciler.flow.ports import Ports
    from reconciler.kinds import KINDS

    clock = SystemClock(settings.now, stop)
    ledger = open_ledger(settings.ledger.get_secret_value())
    try:
        yield Ports(
            tenants=HttpTenants(settings.environment, clock, say=say, step=progress.say),
            ledger=ledger,
            clock=clock,
            progress=progress,
            kinds=KINDS,
            tool=Tool(name="reconciler", version=__version__),
            parallelism=settings.parallelism,
            who=settings.who,
            commit=commit_of(settings.policies) or settings.commit,
            reviews=GitlabReviews(settings.environment, clock, commit=settings.commit),
        )
    finally:
        ledger.close()


@contextmanager
def open_archive(settings: Settings) -> "Iterator[Archive]":
    """The ledger as people read it, closed at the end of the block."""
    from reconciler.adapters.ledger import open_archive

    archive = open_archive(settings.ledger.get_secret_value())
    try:
        yield archive
    finally:
        archive.close()


@contextmanager
def open_notices(settings: Settings) -> "Iterator[Notices]":
    """The ledger's memory of what channels were told, closed at the end of the block."""
    from reconciler.adapters.ledger.notices import open_notices

    notices = open_notices(settings.ledger.get_secret_value())
    try:
        yield notices
    finally:
        notices.close()


def open_channels(names: Iterable[str], settings: Settings) -> "tuple[Channel, ...]":
    """The channels of these names, each once, with nothing sent yet. Raises UsageError for one that can't be used."""
    from reconciler.adapters.notify import open_channel

    return tuple(open_channel(name, settings.environment) for name in dict.fromkeys(names))


def open_forge(settings: Settings) -> "tuple[Forge, Tracker] | str":
    """Notes and issues of the pipeline's GitLab, with nothing sent yet; a sentence where there is none."""
    from reconciler.adapters.gitlab.desk import open_forge

    return open_forge(settings.environment)


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: others see the old one or the new one, never a part. Raises ReconcilerError."""
    from reconciler.adapters.output import write_whole as write

    write(path, text)


def shelf() -> "Shelf":
    """What `init` takes the first files of a repository from, and puts them with."""
    from reconciler.adapters.starter import PackageShelf

    return PackageShelf()


def sign_plan(plan: "Plan", settings: Settings) -> "Plan":
    """The plan as any file or stream of it must read: with a signature where RECONCILER_PLAN_KEY is set."""
    from reconciler.adapters.plan_file import signed

    return signed(plan, settings.plan_key)


def save_plan(plan: "Plan", path: Path, settings: Settings) -> "Plan":
    """Write a plan's file in one step, signed where there is a key, and return it as it was written."""
    from reconciler.adapters.plan_file import save

    return save(plan, path, settings.plan_key)


def open_plan(path: Path, settings: Settings) -> "Plan":
    """The plan of a file, its digest and signature checked. Raises PlanError."""
    from reconciler.adapters.plan_file import load

    return load(path, settings.plan_key)


def read_stored(path: Path) -> bytes:
    """The bytes of a file that a command wrote, of a bearable size. Raises ReconcilerError."""
    from reconciler.adapters.input import read_bounded

    return read_bounded(path, "result", "Name a file that a command wrote with --out or --format json.")


def plan_from(document: "Fields", settings: Settings) -> "Plan":
    """The plan in a document that the ledger kept, checked like a file. Raises PlanError."""
    from reconciler.adapters.plan_file import load_kept

    return load_kept(document, settings.plan_key)


def _moment(settings: Settings) -> "Moment":
    from reconciler.core.kind import Moment

    machine = datetime.now(UTC)
    return Moment(now=settings.now or machine, machine=machine)
