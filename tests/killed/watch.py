"""Watches a process from inside its interpreter: names each step that others can see, and ends it at a chosen one."""

import os
import re
import signal
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

_CMDLET = re.compile(rb'"CmdletName":\s*"([\w-]+)"')
_WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE)\s+(\w+)", re.IGNORECASE)

Trace = Callable[[FrameType, str, Any], Any]


class Watch:
    """Names the steps of this process: requests that it sends, answers that reach it, and what its ledger commits.

    Python calls a trace function at each call of a function: nothing of ours is replaced, and the steps stand in
    libraries (`ssl`, SQLAlchemy). A step is named by what it is and how often that was there before, so that it has the
    same name in each run, whichever thread is quicker. At the step `end` the process kills itself, before the next line
    of any code runs; `note` is called with the name of every step before that.
    """

    def __init__(self, end: str, note: Callable[[str], object]) -> None:
        self._end, self._note = end, note
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._own = threading.local()
        self._on: dict[CodeType, Trace] = {
            ssl.SSLSocket.send.__code__: self._sending,
            ssl.SSLSocket.recv.__code__: self._receiving,
            DefaultDialect.do_execute.__code__: self._executing,
            DefaultDialect.do_executemany.__code__: self._executing,
            DefaultDialect.do_commit.__code__: self._committing,
        }

    def start(self) -> None:
        """Watch this thread and all that will be started."""
        threading.settrace(self._called)
        sys.settrace(self._called)

    def _called(self, frame: FrameType, event: str, value: object) -> Trace | None:
        found = self._on.get(frame.f_code)
        return None if found is None else found(frame, event, value)

    def _sending(self, frame: FrameType, _event: str, _value: object) -> None:
        if found := _CMDLET.search(bytes(frame.f_locals["data"])):
            self._own.asked = found[1].decode()
            self._step(f"before {self._own.asked} is sent")

    def _receiving(self, _frame: FrameType, event: str, value: object) -> Trace:
        if event == "return" and value and getattr(self._own, "asked", ""):
            asked, self._own.asked = self._own.asked, ""
            self._step(f"when {asked} is answered")
        return self._receiving

    def _executing(self, frame: FrameType, _event: str, _value: object) -> None:
        if found := _WRITE.match(frame.f_locals["statement"]):
            self._own.written = [*getattr(self._own, "written", []), found[1]]

    def _committing(self, _frame: FrameType, event: str, _value: object) -> Trace | None:
        written = "+".join(dict.fromkeys(getattr(self._own, "written", [])))
        if written and event in {"call", "return"}:
            self._step(f"{'before' if event == 'call' else 'after'} the commit of {written}")
        if event == "return":
            self._own.written = []
        return self._committing

    def _step(self, what: str) -> None:
        with self._lock:
            self._seen[what] += 1
            name = f"{what} ({self._seen[what]})"
            if name == self._end:
                os.kill(os.getpid(), signal.SIGKILL)
            self._note(name)
