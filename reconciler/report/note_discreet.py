"""A page that many may read: of evidence the verdicts, never what an account or a mailbox was found to be like."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconciler.report.page import Page

_INSTEAD: Final[Mapping[str, str]] = {
    "missing-evidence": "evidence that the guardrails require is missing; the plan itself and `senders` say what to do",
    "new-mfa-method": "a sign-in method was registered around the block; the plan itself says when",
}
"""By rule: what is said in the place of a message that tells what evidence has shown."""


def discreet(page: Page) -> Page:
    """The page with the verdicts of evidence and nothing that they rest on."""
    sections = (
        replace(
            section,
            groups=tuple(
                replace(
                    group,
                    entries=tuple(replace(one, note=_INSTEAD.get(one.verb, one.note)) for one in group.entries),
                )
                for group in section.groups
            ),
        )
        for section in page.sections
    )
    return replace(page, sections=tuple(sections))
