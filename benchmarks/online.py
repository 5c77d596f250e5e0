"""A plan of one emulated tenant: how many requests it makes, and what our own work adds to them."""

import contextlib
import io
import os
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from benchmarks.measure import ROOT, Row, side_by_side
from reconciler.emulator import Emulator

LATENCY_MS = 50
REQUESTS = 10
CHANGES = 2


@dataclass(frozen=True)
class Sent:
    """A request that the product made, with when it began and ended."""

    request: httpx.Request
    content: bytes
    began: float
    ended: float


@contextlib.contextmanager
def recorded(into: list[Sent]) -> Iterator[None]:
    """Note every request that goes through any httpx client."""
    send = httpx.Client.send

    def noting(client: httpx.Client, request: httpx.Request, **options: object) -> httpx.Response:
        began = time.perf_counter()
        response: httpx.Response = send(client, request, **options)  # type: ignore[arg-type]  # handed on as it came
        into.append(Sent(request, request.read(), began, time.perf_counter()))
        return response

    httpx.Client.send = noting  # type: ignore[assignment]  # the one way to see what the product really sends
    try:
        yield
    finally:
        httpx.Client.send = send  # type: ignore[method-assign]  # as above


@contextlib.contextmanager
def surroundings(environment: dict[str, str]) -> Iterator[None]:
    """Work in a new folder and this environment, as a person does who runs the tool there for the first time."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ.clear()
        os.environ.update(environment)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def plan() -> None:
    """Plan contoso in this process, as the command does."""
    from reconciler.cli.app import run

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = run(["plan", "--policies", str(ROOT / "policies"), "--tenant", "contoso", "--detailed-exitcode"])
    if status not in {0, CHANGES}:
        sys.exit(f"bench: the plan ended with {status}:\n{said.getvalue()}")


def waves(sent: list[Sent]) -> list[list[Sent]]:
    """The requests in groups that were under way together, so that a replay can be as parallel as the product was."""
    found: list[list[Sent]] = []
    for one in sorted(sent, key=lambda one: one.began):
        if found and one.began < min(other.ended for other in found[-1]):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def replay(groups: list[list[Sent]], context: ssl.SSLContext) -> None:
    """Make the same requests with a bare client that knows nothing of tenants, errors or pages."""

    def again(client: httpx.Client, one: Sent) -> None:
        request = one.request
        client.request(request.method, request.url, headers=request.headers, content=one.content or None)

    with httpx.Client(verify=context) as client, ThreadPoolExecutor(4) as pool:
        for group in groups:
            list(pool.map(again, [client] * len(group), group))


def planning() -> list[Row]:
    """Requests of a first and a second plan, and a plan's time against the same requests made bare."""
    with Emulator() as emulator, surroundings(emulator.environment()):
        counts = []
        for _ in range(2):
            before = emulator.world.counters.total()
            plan()
            counts.append(emulator.world.counters.total() - before)
        emulator.change({"tenant": "contoso", "switch": {"latency_ms": LATENCY_MS}})
        sent: list[Sent] = []
        with recorded(sent):
            plan()
        context = ssl.create_default_context(cafile=str(emulator.ca_file))
        ours, bare = side_by_side(plan, lambda: replay(waves(sent), context), 7)
        _, one_by_one = side_by_side(lambda: None, lambda: replay([[one] for one in sent], context), 3)
    against = f"the same {len(sent)} requests, as parallel, bare: {bare * 1_000:.0f} ms"
    return [
        Row("requests of a first plan, sign-in included", counts[0], "", target=REQUESTS),
        Row("requests of a second plan", counts[1], "", target=REQUESTS),
        Row(f"plan of one tenant at {LATENCY_MS} ms", ours / bare, "x", against, target=1.3),
        Row("  against one request after another", ours / one_by_one, "x", f"{one_by_one * 1_000:.0f} ms"),
    ]
