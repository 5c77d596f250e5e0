"""What is built is what is in the repository, and it works where nothing of the checkout is."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import reconciler
from tests.shape.repository import ROOT, files

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    """Run a command that must succeed and return what it printed."""
    parts = [str(part) for part in command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RECONCILER_")}
    result = subprocess.run(parts, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    assert 0 == result.returncode, f"{parts}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """The wheel and the source archive, built from the checkout without any network."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.fixture
def clean(tmp_path) -> Path:
    """A new environment that sees the locked libraries but not the checkout."""
    venv.create(tmp_path / "clean", with_pip=False, symlinks=os.name != "nt")
    libraries = next(Path(name) for name in sys.path if name.endswith("site-packages"))
    site = next((tmp_path / "clean").rglob("site-packages"))
    # A path line is not searched for further .pth files, so the checkout's editable install stays out of sight.
    (site / "libraries.pth").write_text(f"{libraries}\n")
    return tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin")


@pytest.mark.parametrize("form", ["wheel", "sdist"])
def test_an_archive_works_in_a_clean_environment(built, clean, form):
    """Installed from wheel or sdist, `reconciler` says its version and validates policies from any folder."""
    python = next(clean.glob("python*"))
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, built[form], cwd=clean)
    home = run(python, "-c", "import reconciler; print(reconciler.__file__)", cwd=clean).strip()

    assert Path(home).is_relative_to(clean.parent)
    assert f"reconciler {reconciler.__version__}" == run(clean / "reconciler", "--version", cwd=clean).strip()
    run(clean / "reconciler", "validate", "--policies", ROOT / "policies", cwd=clean)


def test_the_wheel_holds_every_file_of_the_package(built):
    """Facts, baselines, seeds, templates and migrations are shipped with the code that reads them."""
    with zipfile.ZipFile(built["wheel"]) as archive:
        names = {name for name in archive.namelist() if name.startswith("reconciler/")}

    assert {name for name in files() if name.startswith("reconciler/")} == names


def test_the_sdist_can_stand_alone(built):
    """The source archive holds the package, its licence and what a reader needs, and no test or lock."""
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {name for name in files() if name.startswith(("reconciler/", "docs/", "policies/"))}

    assert set() == (wanted | {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"}) - names
