"""Files that a branch may bring so that whoever looks into its folder runs them, or obeys them."""

from pathlib import Path

MODULES = (
    "sitecustomize.py", "usercustomize.py", "yaml.py", "typing.py", "pathlib.py", "reconciler/__init__.py",
    "reconciler/__main__.py", "pip/__init__.py", "pip/__main__.py", "venv/__init__.py", "encodings/__init__.py",
    "policies/sitecustomize.py", "policies/yaml.py",
)  # fmt: skip
SETTINGS = {
    "pip.conf": "[global]\nindex-url = https://index.example/simple\n",
    ".netrc": "machine gitlab.example.com login eve password planted\n",
    ".env": "RECONCILER_LEDGER=sqlite:///planted.db\n",
    ".python-version": "2.7.18\n",
    "pyvenv.cfg": "home = .\ninclude-system-site-packages = true\n",
    "alembic.ini": "[alembic]\nscript_location = policies\n",
    "pyproject.toml": "[tool.pip]\nrequire = 'planted'\n",
    ".gitattributes": "policies/** export-ignore filter=planted\n",
    ".gitmodules": '[submodule "planted"]\n\tpath = planted\n\turl = https://git.example/planted.git\n',
    ".reconciler/ledger.db": "no database\n",
}


def plant(checkout: Path, trace: Path) -> None:
    """Put all of them into a checkout; each module that is ever run leaves its name in `trace`."""
    for name in MODULES:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(f"import os\nos.makedirs({str(trace / Path(name).name)!r}, exist_ok=True)\n")
    for name, text in SETTINGS.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text)
    hook = checkout / ".githooks" / "post-checkout"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\nmkdir -p {trace}/hook\n")
    hook.chmod(0o755)
