"""Whether the directory's own date of a password means anything: not for accounts whose password is kept elsewhere."""

from collections.abc import Iterator
from typing import Final

from reconciler.core.request import Answers, GraphQuery, Question
from reconciler.core.values import Row
from reconciler.kinds.restricted_sender.person import Person, account, escaped

# GRAPH lists no application permission for it, yet some tenants answer apps; a refusal is unknown, never a pass.
_SYNCHRONISATION: Final = GraphQuery(name="synchronisation", path="/directory/onPremisesSynchronization", optional=True)


def directory_questions(of: Person, answers: Answers) -> Iterator[Question]:
    """What decides whether the date counts: asked only for accounts that come, or came, from elsewhere.

    A federated sign-in finds its account by onPremisesImmutableId (GRAPH); an account without one signs in here.
    """
    found = account(of, answers)
    if isinstance(found, str):
        return
    if _from_elsewhere(found):
        yield _domain_question(found)
    if found.get("onPremisesSyncEnabled") is True:
        yield _SYNCHRONISATION


def kept_elsewhere(found: Row, answers: Answers) -> str:
    """Why the directory's date of the password proves nothing; empty where it does."""
    if _from_elsewhere(found):
        question = _domain_question(found)
        if question.name not in answers:
            return answers.unanswered.get(question.name, "whether its domain is federated was not asked")
        kinds = [str(row.get("authenticationType")).casefold() for row in answers[question.name]]
        if kinds != ["managed"]:
            return (
                "the account signs in elsewhere (its domain is not known to be a managed one), so only that place "
                "knows when the password was changed"
            )
    if found.get("onPremisesSyncEnabled") is not True or _writes_back(answers):
        return ""
    refused = answers.unanswered.get(_SYNCHRONISATION.name, "")
    return (
        "the account is synchronised and no write-back of passwords is known, so only the directory on site knows when "
        f"the password was changed{f' ({refused})' if refused else ''}"
    )


def _from_elsewhere(found: Row) -> bool:
    return found.get("onPremisesSyncEnabled") is True or bool(found.get("onPremisesImmutableId"))


def _writes_back(answers: Answers) -> bool:
    features = [row.get("features") for row in answers.get(_SYNCHRONISATION.name, ())]
    return bool(features) and all(
        isinstance(one, dict) and one.get("passwordWritebackEnabled") is True for one in features
    )


def _domain_question(found: Row) -> GraphQuery:
    domain = str(found.get("userPrincipalName") or "").rpartition("@")[2].casefold()
    return GraphQuery(name=f"domain:{domain}", path=f"/domains/{escaped(domain)}", optional=True)
