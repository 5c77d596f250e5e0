"""A process with a ledger: `writer.py URL COUNT` writes so often, `begin` dies in between, `hold` keeps a tenant."""

import sys

from reconciler.adapters.ledger import open_ledger
from reconciler.core.errors import LedgerError
from tests.ledger.things import CONTOSO, NOW, taken, unblock, wrote


def say(words: object) -> None:
    """A line that whoever waits for it sees at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(url: str, what: str) -> None:
    """Do what was asked for, and say so."""
    ledger = open_ledger(url)
    if what == "begin":
        ledger.start(taken(ledger), CONTOSO, unblock(), NOW)
        say("sending")
        sys.stdin.read()
    if what == "hold":
        run = taken(ledger)
        say(run)
        sys.stdin.readline()
        try:
            say(ledger.start(run, CONTOSO, unblock(), NOW))
        except LedgerError as error:
            say(error)
    for _ in range(int(what) if what.isdigit() else 0):
        wrote(ledger, unblock())


main(*sys.argv[1:])
