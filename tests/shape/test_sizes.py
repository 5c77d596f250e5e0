"""Files and functions stay small, and exemptions from the checks stay counted."""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator

from tests.shape.repository import files, text

# A file over its limit stands here with the reason why splitting it would make it harder to read.
LONG_FILES: dict[str, str] = {}
# The same for functions, as "file:function".
LONG_FUNCTIONS: dict[str, str] = {
    "reconciler/adapters/ledger/migrations/versions/v0001_memory.py:_writes": "two tables, a line for each column",
}
# How often a check is switched off. Raising a number is a topic of the review; lowering one is always welcome.
EXEMPTIONS = {"noqa": 4, "pragma: no cover": 0, "type: ignore": 6}


def limit(name: str) -> int:
    """The most lines that a Python file may have."""
    return 300 if name.startswith("tests/") else 200


def python_files() -> list[str]:
    """Every Python file of the repository."""
    return [name for name in files() if name.endswith(".py")]


def functions(name: str) -> Iterator[tuple[str, int]]:
    """Each function of a file with the lines of its body, docstring and signature not counted."""
    for node in ast.walk(ast.parse(text(name))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield f"{name}:{node.name}", (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def comments(name: str) -> Iterator[str]:
    """Every comment of a file."""
    for token in tokenize.generate_tokens(io.StringIO(text(name)).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_no_file_is_longer_than_its_limit():
    """A file of the package has at most 200 lines and one of the tests 300, unless its reason is in writing."""
    sizes = {name: text(name).count("\n") for name in python_files()}

    assert LONG_FILES.keys() == {name for name, size in sizes.items() if size > limit(name)}


def test_no_function_is_longer_than_thirty_lines():
    """A function of the package has at most 30 lines after its docstring, unless its reason is in writing."""
    sizes = {at: size for name in python_files() if name.startswith("reconciler/") for at, size in functions(name)}

    assert LONG_FUNCTIONS.keys() == {at for at, size in sizes.items() if size > 30}


def test_exemptions_are_counted():
    """The comments that switch a check off are as many as the table above says."""
    found = Counter(dict.fromkeys(EXEMPTIONS, 0))
    for name in python_files():
        found.update(mark for comment in comments(name) for mark in EXEMPTIONS if mark in comment)

    assert EXEMPTIONS == dict(found)


def test_every_exemption_names_its_code_and_its_reason():
    """`noqa: CODE  reason` and `type: ignore[code]  # reason`, so that a reader knows when it may go."""
    marked = [(name, comment) for name in python_files() for comment in comments(name)]
    bare = [
        f"{name}: {comment}"
        for name, comment in marked
        for mark in EXEMPTIONS
        if mark in comment and len(comment.partition(mark)[2].split()) < 3
    ]

    assert [] == bare
