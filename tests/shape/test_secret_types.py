"""What holds a secret does not print it: a fact of types, so that no log, error or traceback depends on somebody's care."""

import ast
import re

from tests.shape.repository import files, text

SECRET = re.compile(r"(^|_)(secret|password|passphrase|token|assertion|private_key|plan_key|credential|authorization)$")
PLAIN = re.compile(r"\b(str|bytes|Mapping|dict)\b")
SOURCES = [
    name for name in files() if name.startswith("reconciler/") and name.endswith(".py") and "emulator" not in name
]


def fields() -> dict[str, ast.AnnAssign]:
    """Every annotated field of a class of the package, as `file:Class.field`."""
    return {
        f"{name}:{node.name}.{one.target.id}": one
        for name in SOURCES
        for node in ast.walk(ast.parse(text(name)))
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def test_a_field_that_holds_a_secret_is_not_printed():
    """A text that is named like a secret is kept out of its record's repr, or is of a type that hides itself."""
    named = {at: one for at, one in fields().items() if SECRET.search(at.rpartition(".")[2])}
    open_ones = [
        at
        for at, one in named.items()
        if PLAIN.search(ast.unparse(one.annotation))
        and "repr=False" not in (ast.unparse(one.value) if one.value else "")
    ]

    assert [] == open_ones
    assert {"reconciler/settings.py:Settings.plan_key"} <= set(named)


def test_the_environment_is_not_printed():
    """The whole environment travels in one record, and its secrets with it: no repr shows it."""
    found = {at: ast.unparse(one.value) for at, one in fields().items() if at.endswith(".environment") and one.value}

    assert set(found.values()) == {"field(repr=False)"}
    assert "reconciler/settings.py:Settings.environment" in found


def test_settings_show_no_secret():
    """What a run works with can be printed whole."""
    from reconciler.settings import settings_from

    planted = "hunter2-hunter2"
    names = ("AZURE_CLIENT_SECRET", "RECONCILER_PLAN_KEY", "RECONCILER_CRED_CONTOSO", "RECONCILER_NOTIFY_OPS")
    ledger = {"RECONCILER_LEDGER": f"postgresql+psycopg://me:{planted}@db.example/ledger"}
    settings = settings_from(dict.fromkeys(names, planted) | ledger)

    assert planted not in f"{settings!r} {settings}"
