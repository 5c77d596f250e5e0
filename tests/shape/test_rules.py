"""Every word that the code gives to a finding is in the table of rules, with its severity, and docs/rules.md shows that table."""

import ast
from collections.abc import Iterator
from functools import cache

from reconciler.core.rules import ACKNOWLEDGEABLE, RULES
from tests.shape.repository import files, text
from tests.shape.rules_page import PAGE, page

SOURCES = [
    name for name in files() if name.startswith("reconciler/") and name.endswith(".py") and "emulator" not in name
]
TREES = {name: ast.parse(text(name)) for name in SOURCES}
# Words that are no constant where they are given: the expression there, and what it can be.
COMPUTED = {
    ("reconciler/core/judge.py", "severity"): {"converging", "overdue"},
    ("reconciler/core/protect.py", "rule"): {"protected-quiet", "protected-unknown"},
}
LEVELS = {"info", "warning", "refusal", "held", "converging", "accepted", "overdue"}


@cache
def defined(name: str) -> dict[str, list[str]]:
    """The functions of a module that take a rule as text, with the names of their parameters."""
    found = {}
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef):
            known = {one.arg: one.annotation for one in (*node.args.args, *node.args.kwonlyargs)}
            if "rule" in known and isinstance(known["rule"], ast.Name) and known["rule"].id == "str":
                found[node.name] = list(known)
    return found


@cache
def speakers(name: str) -> dict[str, list[str]]:
    """What a module can call with a rule: its own functions, those it imports, and the finding itself."""
    known = {"Finding": ["rule", "severity"], **defined(name)}
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = f"{node.module.replace('.', '/')}.py"
            functions = defined(source) if source in TREES else {}
            known |= {one.asname or one.name: functions[one.name] for one in node.names if one.name in functions}
    return known


def calls(name: str, tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The rule and the severity that each call gives, as they are written."""
    known = speakers(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            rule = given(node, known[node.func.id], "rule")
            if rule is not None:
                yield rule, given(node, known[node.func.id], "severity")


def given(node: ast.Call, names: list[str], name: str) -> ast.expr | None:
    """What a call gives for a parameter."""
    named = next((one.value for one in node.keywords if one.arg == name), None)
    if named is not None or name not in names or names.index(name) >= len(node.args):
        return named
    return node.args[names.index(name)]


def constants(value: ast.expr) -> list[str]:
    """The texts that an expression can be, as far as it is one or a choice of two."""
    match value:
        case ast.Constant(value=str(word)):
            return [word]
        case ast.IfExp(body=one, orelse=other):
            return [*constants(one), *constants(other)]
    return []


def spoken() -> Iterator[tuple[str, str, str | None]]:
    """Each rule that the code speaks: the file, the word, and its severity where that is a constant too."""
    for name, tree in TREES.items():
        written = [
            {
                key.value: below
                for key, below in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict)
        ]
        pairs = [(one["rule"], one["severity"]) for one in written if {"rule", "severity"} <= one.keys()]
        for rule, severity in (*calls(name, tree), *pairs):
            levels = constants(severity) if severity is not None else []
            yield from ((name, word, levels[0] if len(levels) == 1 else None) for word in constants(rule))


def unresolved() -> set[tuple[str, str]]:
    """Where a rule is neither a constant nor merely passed on by a function that takes one."""
    found = set()
    for name, tree in TREES.items():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            passed = {"rule"} if function.name in defined(name) else set()
            for rule, _ in calls(name, function):
                if not constants(rule) and not (isinstance(rule, ast.Name) and rule.id in passed):
                    found.add((name, ast.unparse(rule)))
    return found


def test_every_word_of_the_code_is_in_the_table():
    """A new rule needs its line in core/rules.py, and a line there without a rule goes."""
    words = {word for _, word, _ in spoken()} | {word for found in COMPUTED.values() for word in found}

    assert {rule.word for rule in RULES} == words


def test_every_word_has_the_severity_of_the_table():
    """What the page says is what a finding carries."""
    table = {rule.word: rule.severity for rule in RULES}
    wrong = [(name, word, level) for name, word, level in spoken() if level is not None and level != table.get(word)]

    assert [] == wrong


def test_no_word_is_made_up_where_nobody_looks():
    """A rule that is no constant stands in the list above, with what it can be."""
    assert set(COMPUTED) == unresolved()


def test_the_table_is_in_order():
    """Each word stands there once, with a known severity; only refusals can be acknowledged, and only these."""
    words = [rule.word for rule in RULES]

    assert sorted(set(words)) == sorted(words)
    assert {rule.severity for rule in RULES} == LEVELS
    assert {"max-changes", "max-tenants", "severity-lowered", "audit-log-off"} == ACKNOWLEDGEABLE
    assert ACKNOWLEDGEABLE <= {rule.word for rule in RULES if rule.severity == "refusal"}


def test_the_page_is_the_table():
    """docs/rules.md is what `python -m tests.shape.rules_page` writes."""
    assert page() == text(PAGE)
