"""Who answers which sort of question: the tenant, or the place where its policies are reviewed."""

from dataclasses import dataclass
from typing import Final

from reconciler.core.errors import ReadError
from reconciler.core.ports import Reviews, TenantReader
from reconciler.core.request import Question, ReviewQuestion
from reconciler.core.values import Row


class NoReviews:
    """No place of reviews is known: what rests on one stays unproven."""

    def ask(self, _question: ReviewQuestion) -> tuple[Row, ...]:
        """Never an answer. Raises ReadError."""
        raise ReadError("No place is known here that could tell who approved it.")


NOBODY: Final = NoReviews()


@dataclass(frozen=True, slots=True)
class Both:
    """A tenant, and the place where its policies are reviewed."""

    reader: TenantReader
    reviews: Reviews

    def ask(self, question: Question) -> tuple[Row, ...]:
        """The complete answer of the one whom the question is for. Raises what that one raises."""
        return self.reviews.ask(question) if isinstance(question, ReviewQuestion) else self.reader.ask(question)
