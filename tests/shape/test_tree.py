"""The repository's structure is the one that docs/architecture.md draws, and it carries nothing of one machine."""

import re

import pytest

from tests.shape.repository import files, text

TOP = {
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", ".gitlab-ci.yml", ".pre-commit-config.yaml", ".secrets.baseline",
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
    "benchmarks", "changes", "dev.py", "docs", "policies", "pyproject.toml", "reconciler", "requirements", "templates", "tests",
}  # fmt: skip
PACKAGE = {
    "__init__.py", "__main__.py", "py.typed", "settings.py", "wiring.py",
    "adapters", "baselines", "cli", "core", "emulator", "facts", "flow", "kinds", "report", "requirements.txt", "starter",
}  # fmt: skip
KIND_FILES = {"__init__.py", "spec.py", "wire.py"}
# Written so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": r"(?:^|[^\w.-])/(?:wor[k]|roo[t]|far[m]|op[t]|hom[e]|User[s])/",
    "a host of a package index": r"pypi\.or[g]|pythonhosted\.or[g]|registry\.npmj[s]",
    "a loose end": r"\b(?:TOD[O]|FIXM[E]|XX[X])\b|NotImplementedErro[r]",
    "a test that is not run": r"\bpytest\.ski[p]|\bxfai[l]\(|@pytest\.mark\.ski[p]",
}


def children(folder: str) -> set[str]:
    """The names directly under a folder of the repository (`""`: the top)."""
    return {name.removeprefix(folder).split("/")[0] for name in files() if name.startswith(folder)}


def test_the_top_holds_what_it_should():
    """A new entry at the top of the repository is a decision, so it is written down here."""
    assert TOP == children("")


def test_the_package_has_the_folders_of_the_picture():
    """Each folder of the package is one part of the picture in docs/architecture.md."""
    assert PACKAGE == children("reconciler/")


def test_the_architecture_page_names_every_part():
    """Whoever looks for a part of the package finds it in the picture."""
    page = text("docs/architecture.md")

    assert [] == sorted(name for name in PACKAGE - {"__init__.py", "__main__.py", "py.typed"} if name not in page)


def test_every_kind_has_our_words_and_the_vendor_words():
    """A kind is a folder with spec.py (our words), wire.py (the vendor's) and the record that ties them together."""
    kinds = sorted(name for name in children("reconciler/kinds/") if not name.endswith(".py"))

    assert [] == [kind for kind in kinds if not children(f"reconciler/kinds/{kind}/") >= KIND_FILES]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_carries(what):
    """Nothing in the repository points at one machine, names an index host, or is left for later."""
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in files()
        if not name.endswith(".png")  # pixels spell anything by chance
        for number, line in enumerate(text(name).splitlines(), 1)
        if pattern.search(line)
    ]

    assert [] == found
