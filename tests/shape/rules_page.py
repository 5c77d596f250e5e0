"""docs/rules.md as the table of rules gives it; `.venv/bin/python -m tests.shape.rules_page` writes it anew."""

import sys

from reconciler.core.rules import RULES, Known
from tests.shape.repository import ROOT

PAGE = "docs/rules.md"
HEAD = """# Rules: the words of findings

Every finding of a plan, a drift report or a list of senders has a rule: a word by which you can filter it, and find it here.
This page is made from `reconciler/core/rules.py`; `python -m tests.shape.rules_page` writes it anew.

- A **refusal** stops its tenant: nothing is written there, and the exit code is 4. `validate` finds those that need no tenant to be seen.
- What is **held** leaves the plan and waits for a person; the exit code does not change.
- An **acknowledged** refusal becomes a warning that names who acknowledged it: `plan --ack RULE`, and `apply` needs the same `--ack`. It is
  recorded in the ledger too. Who, is what the environment says (`GITLAB_USER_LOGIN`, else the machine's user): a name for the record, no proof.
  There is no way to acknowledge everything, and nothing but the rules marked here can be.
- Apply judges every refusal and everything held again at its own time; the rest of what a plan says it does not repeat.
"""
GROUPS = {
    "refusal": "Refusals",
    "held": "Held",
    "warning": "Warnings",
    "accepted": "Differences that are explained",
    "converging": "Differences that are explained",
    "overdue": "Differences that are explained",
    "info": "Good to know",
}


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title in dict.fromkeys(GROUPS.values()):
        rules = [rule for rule in RULES if GROUPS[rule.severity] == title]
        rows = "\n".join(map(_row, rules))
        parts.append(
            f"## {title}\n\n| rule | severity | checked in | can be acknowledged | means | what to do |\n{'|---' * 6}|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(rule: Known) -> str:
    ack = "yes" if rule.acknowledgeable else "no"
    return f"| `{rule.word}` | {rule.severity} | {', '.join(rule.checked)} | {ack} | {rule.means} | {rule.remedy} |"


if __name__ == "__main__":
    (ROOT / PAGE).write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE} is written.\n")
