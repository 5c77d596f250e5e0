"""Puts questions side by side; one that its kind can do without may stay unanswered, with the reason."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Final

from reconciler.core.errors import Interrupted, MissingRead, ReconcilerError, is_denial
from reconciler.core.ports import Source
from reconciler.core.request import Answers, Query, Question
from reconciler.core.values import Row

_AT_ONCE: Final = 4
"""As many as a tenant has connections (adapters/http.py): more would only wait with their patience running."""
_ENOUGH: Final = 3
"""Questions of one sort in a row that failed: what fails for three people would fail for two hundred, a minute each."""


def ask(questions: tuple[Question, ...], source: Source, stopping: Callable[[], bool]) -> Answers:
    """The answers to all questions. A question that is not optional and fails is the failure of all.

    Raises what the source raises, and Interrupted where an optional question would be put after the stop.
    """
    if not questions:
        return Answers()
    asking = _Asking(source, stopping)
    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(questions))) as pool:
        found = list(zip(questions, pool.map(asking.put, questions), strict=True))
    return Answers(
        {one.name: rows for one, rows in found if not isinstance(rows, str)},
        {one.name: why for one, why in found if isinstance(why, str)},
    )


class _Asking:
    """What was learned while questions were put: whole sorts of them may be in vain."""

    def __init__(self, source: Source, stopping: Callable[[], bool]) -> None:
        self._source, self._stopping = source, stopping
        self._failures: Counter[str] = Counter()
        self._given_up: dict[str, str] = {}
        self._lock = Lock()

    def put(self, question: Question) -> tuple[Row, ...] | str:
        """The rows, or why an optional question has none."""
        if not question.optional:
            return self._source.ask(question)
        if self._stopping():
            raise Interrupted("Stopped by a signal before everything was asked.")
        sort = question.name.partition(":")[0]
        if reason := self._given_up.get(sort):
            return reason
        try:
            rows = self._source.ask(question)
        except Interrupted:
            raise
        except ReconcilerError as error:
            if not (isinstance(error, MissingRead) and isinstance(question, Query) and question.absence_counts):
                self._failed(sort, error)
                return str(error)
            rows = ()
        with self._lock:
            self._failures[sort] = 0
        return rows

    def _failed(self, sort: str, error: ReconcilerError) -> None:
        """A right that is missing is missing for everybody; any other failure must come three times in a row."""
        with self._lock:
            self._failures[sort] += 1
            if is_denial(error) or self._failures[sort] >= _ENOUGH:
                self._given_up.setdefault(sort, str(error))
