"""Each import contract of pyproject.toml holds, and breaks when somebody breaks it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.repository import ROOT, files, project, text

CONTRACTS = {contract["id"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
LIBRARIES = sorted(name.removeprefix("only-") for name in CONTRACTS if name.startswith("only-"))
# contract, file to plant in the package, its one line
PLANTS = [
    ("layers", "core/planted.py", "import reconciler.flow"),
    ("layers", "flow/planted.py", "import reconciler.kinds"),
    ("layers", "flow/planted.py", "import reconciler.adapters"),
    ("layers", "kinds/planted.py", "import reconciler.report"),
    ("layers", "report/planted.py", "import reconciler.kinds"),
    ("layers", "flow/planted.py", "import reconciler.settings"),
    ("layers", "adapters/planted.py", "def late():\n    import reconciler.flow"),
    ("layers", "wiring_planted.py", "import reconciler.core"),
    ("kinds", "kinds/audit_log/planted.py", "import reconciler.kinds.alert_policy"),
    ("adapters-through-wiring", "cli/planted.py", "import reconciler.adapters"),
    ("adapters-through-wiring", "cli/planted.py", "import reconciler.kinds"),
    ("adapters-through-wiring", "cli/planted.py", "import reconciler.settings"),
    ("facts", "report/planted.py", "import reconciler.facts"),
    ("emulator", "cli/planted.py", "import reconciler.emulator"),
    ("emulator-alone", "emulator/planted.py", "import reconciler.core"),
    ("pure", "core/planted.py", "import os"),
    ("pure", "flow/planted.py", "import subprocess"),
    ("pure", "kinds/planted.py", "from urllib.request import urlopen"),
    ("pure", "report/planted.py", "import socket"),
]
# Libraries that nobody imports by name: SQLAlchemy loads psycopg when a ledger URL asks for it.
LOADED_BY_OTHERS = {"psycopg"}
# pydantic is the one library that all may use; pydantic_core is its other half, where its documentation imports errors.
FOR_ALL = {"pydantic", "pydantic_core"}
IMPORT_NAMES = {"prometheus-client": "prometheus_client", "pyjwt": "jwt", "python-gitlab": "gitlab", "pyyaml": "yaml"}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", *options]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the package and its contracts, in which forbidden imports can be planted."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "reconciler", folder / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken_by(tree: Path, file: str, text: str, *options: str) -> set[str]:
    """The names of the contracts that import-linter reports as broken once `text` stands in a file of the package."""
    planted = tree / "reconciler" / file
    planted.write_text(f'"""Planted."""\n\n{text}\n')
    try:
        result = lint(tree, *options)
    finally:
        planted.unlink()

    assert result.returncode in {0, 1}, result.stderr
    return {line.removesuffix(" BROKEN") for line in result.stdout.splitlines() if line.endswith(" BROKEN")}


def test_the_copy_keeps_every_contract(tree):
    """What follows is broken by what is planted, not by the copying."""
    result = lint(tree)

    assert (0, True) == (result.returncode, "0 broken" in result.stdout), result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "file", "line"), PLANTS)
def test_a_forbidden_import_breaks_its_contract(tree, contract, file, line):
    """One forbidden import is enough, wherever in the file it stands, and the contract is named."""
    assert {CONTRACTS[contract]["name"]} == broken_by(tree, file, line, "--contract", contract)


def test_a_library_out_of_its_place_breaks_its_contract(tree):
    """A file that imports every library breaks the contract of each, and no other."""
    imports = "\n".join(f"import {library}" for library in LIBRARIES)

    assert {CONTRACTS[f"only-{library}"]["name"] for library in LIBRARIES} == broken_by(
        tree, "facts/planted.py", imports
    )


def test_every_contract_is_proven():
    """A contract that nothing is planted against could be empty words."""
    assert CONTRACTS.keys() == {contract for contract, _, _ in PLANTS} | {f"only-{library}" for library in LIBRARIES}


def dependencies() -> set[str]:
    """The import names of the libraries that the package asks for, extras included."""
    extras = project()["project"]["optional-dependencies"].values()
    lines = [line for lines in (project()["project"]["dependencies"], *extras) for line in lines]
    names = {re.split(r"[^a-z0-9-]", line.lower())[0] for line in lines}
    return {IMPORT_NAMES.get(name, name) for name in names}


def imported(name: str) -> set[str]:
    """The top-level names that a file imports, wherever in the file."""
    nodes = list(ast.walk(ast.parse(text(name))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {module.partition(".")[0] for module in plain | parts}


def test_every_library_has_its_place():
    """A dependency without a contract would be free to spread."""
    assert dependencies() - FOR_ALL - LOADED_BY_OTHERS == set(LIBRARIES)


def test_nothing_undeclared_is_imported():
    """What the package imports is Python's, its own, or a declared dependency: not one that another happens to bring."""
    known = dependencies() | FOR_ALL | sys.stdlib_module_names | {"reconciler"}
    found = {
        name: imported(name) - known for name in files() if name.startswith("reconciler/") and name.endswith(".py")
    }

    assert {} == {name: modules for name, modules in found.items() if modules}
