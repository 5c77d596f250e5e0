"""A process that writes to a ledger: `writer.py URL COUNT` writes so often, `writer.py URL begin` dies in between."""

import sys

from reconciler.adapters.ledger import open_ledger
from tests.ledger.things import COMMAND, CONTOSO, NOW, begun, unblock, wrote


def main(url: str, what: str) -> None:
    """Do what was asked for, and say so."""
    ledger = open_ledger(url)
    if what == "begin":
        number = ledger.start(begun(ledger), CONTOSO, unblock(), NOW)
        ledger.sent(number, 0, COMMAND, "started", NOW)
        sys.stdout.write("sending\n")
        sys.stdout.flush()
        sys.stdin.read()
    for _ in range(int(what) if what.isdigit() else 0):
        wrote(ledger, unblock())


main(*sys.argv[1:])
