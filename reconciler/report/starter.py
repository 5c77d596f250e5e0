"""What `init` wrote as a page: each file, and what to do next."""

from reconciler.core.starter import Starter
from reconciler.report.page import Entry, Group, Page, Section
from reconciler.report.words import counted


def starter_page(starter: Starter) -> Page:
    """The page of a start."""
    written = sum(one.state == "written" for one in starter.files)
    kept = len(starter.files) - written
    files = tuple(
        Entry("+", "write", "create", one.path)
        if one.state == "written"
        else Entry("=", "keep", "held", one.path, note="It was there before and is as it was.")
        for one in starter.files
    )
    steps = (Entry("!", "do", "manual", "What is left for you", steps=starter.next),)
    return Page(
        title="A repository of policies",
        verdict=f"{counted(written, 'file')} written" + (f", {kept} kept as they were." if kept else "."),
        tone="good",
        sections=(Section(starter.folder, groups=(Group("Files", files), Group("Next", steps))),),
    )
