"""The door to this checkout: makes `.venv` from the hashed locks, then runs demo, tests, checks or benchmarks."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

USAGE = """usage: python3 dev.py COMMAND [ARGUMENTS]
  demo   a guided story with two emulated tenants       test   all tests; arguments go to pytest
  check  lint, types, imports, secrets, pipeline, tests (--fast: all but the tests; the rest goes to pytest)
  bench  speed, as ratios measured in one run           lock   makes both locks anew (needs uv)
  fuzz   ten thousand examples of each fuzz test (arguments go to pytest)"""
ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
FUZZ = ("tests/fuzz", "--hypothesis-profile=nightly", "--timeout=0")
# The runtime lock is part of the package: whoever has the wheel has the hashes of all that it needs.
LOCKS = {"runtime": "reconciler/requirements.txt", "dev": "requirements/dev.txt"}
INPUTS = ("pyproject.toml", *LOCKS.values())
PIPELINES = (".gitlab-ci.yml", "templates/reconciler.gitlab-ci.yml")
# Start-up without byte-code takes three times as long, so a shell's wish to write none is not passed on.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(*command: object) -> int:
    """Run a command in the checkout and return its exit status."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=ENV, check=False).returncode


def must(*command: object) -> None:
    """Run a command that everything after it needs; when it fails, so does this script."""
    if status := run(*command):
        sys.exit(
            f"dev.py: `{' '.join(map(str, command))}` ended with status {status}. Mend that, then run dev.py again."
        )


def install(lock: str) -> None:
    """Make or renew `.venv`, unless its stamp says that it holds this lock, or the dev lock, which holds both."""
    stamp = ROOT / ".venv" / "reconciler-stamp"
    content = b"".join((ROOT / name).read_bytes() for name in INPUTS) + f"{ROOT} {sys.version_info[:2]}".encode()
    digest = hashlib.sha256(content).hexdigest()
    if stamp.exists() and stamp.read_text() in {f"{lock} {digest}", f"dev {digest}"}:
        return
    print(f"dev.py: installing {LOCKS[lock]} into .venv", file=sys.stderr, flush=True)
    stamp.unlink(missing_ok=True)
    if uv := shutil.which("uv"):
        must(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, ROOT / ".venv")
        pip: list[object] = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
    else:
        must(sys.executable, "-m", "venv", ROOT / ".venv")
        pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    must(*pip, "--no-deps", "--require-hashes", "-r", LOCKS[lock])
    must(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")
    must(PYTHON, "-m", "compileall", "-q", "reconciler")
    stamp.write_text(f"{lock} {digest}")


def tools() -> None:
    """Install what the tests start beside Python, where that is possible; what is missing is said and skipped."""
    if bash := shutil.which("bash"):
        run(bash, ".ci/tools")


def tracked() -> list[str]:
    """Name every file that is, or would be, in the repository; nothing where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False) if shutil.which("git") else None
    )
    return [name for name in sorted(set(listing.stdout.splitlines())) if (ROOT / name).is_file()] if listing else []


def _documents(folder: Path) -> list[Path]:
    """Write each document of the pipelines to a file of its own: a template has two, its inputs and its jobs."""
    found = []
    for name in PIPELINES:
        for number, text in enumerate((ROOT / name).read_text("utf-8").split("\n---\n")):
            found.append(folder / f"{Path(name).stem}-{number}.yml")
            found[-1].write_text(text, "utf-8")
    return found


def check(*arguments: str) -> int:
    """Run every check, print each with its seconds, and return 1 when any failed."""
    with TemporaryDirectory() as folder:
        return _check(_documents(Path(folder)), *arguments)


def _check(pipelines: list[Path], *arguments: str) -> int:
    schema = ("-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    steps: dict[str, tuple[object, ...]] = {
        "ruff check": (PYTHON, "-m", "ruff", "check", "--quiet"),
        "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "--quiet"),
        "mypy": (PYTHON, "-m", "mypy", "--no-error-summary"),
        "lint-imports": (BIN / "lint-imports", "--no-logo"),
        "detect-secrets": (BIN / "detect-secrets-hook", "--baseline", ".secrets.baseline", *tracked()),
        "check-jsonschema": (PYTHON, *schema, "--quiet", *pipelines),
        "pytest": (PYTHON, "-m", "pytest", *(argument for argument in arguments if argument != "--fast")),
    }
    if "--fast" in arguments:
        del steps["pytest"]
    failed = []
    for name, command in steps.items():
        start = time.monotonic()
        status = run(*command)
        failed += [name] if status else []
        print(f"{'FAILED' if status else 'ok':6} {name:17}{time.monotonic() - start:6.1f} s", flush=True)
    print(f"check: {', '.join(failed) + ' failed' if failed else 'all is well'}", flush=True)
    return 1 if failed else 0


def lock(*arguments: str) -> int:
    """Make both hashed locks anew from pyproject.toml, heedless of this machine's own package settings."""
    uv = shutil.which("uv") or sys.exit(
        "dev.py: uv is not on the PATH. Install it with `pip install uv`, then try again."
    )
    for name in [name for name in ENV if name.startswith(("PIP_", "UV_"))]:
        del ENV[name]
    options = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet", "--all-extras")
    for group, name in (("build", "runtime"), ("dev", "dev")):
        output = ("--group", group, "--output-file", LOCKS[name], *arguments)
        must(uv, "--no-config", "pip", "compile", "pyproject.toml", *options, *output)
    return 0


def main(command: str = "", *arguments: str) -> int:
    """Run one command of the usage text and return its exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  a person may well start this file with an older Python
        sys.exit(f"dev.py: this is Python {sys.version.split()[0]}; reconciler needs Python 3.11 or newer.")
    actions = {
        "demo": lambda: run(PYTHON, "-m", "reconciler", "demo", *arguments),
        "test": lambda: run(PYTHON, "-m", "pytest", *arguments),
        "check": lambda: check(*arguments),
        "bench": lambda: run(PYTHON, "benchmarks/run.py", *arguments),
        "fuzz": lambda: run(PYTHON, "-m", "pytest", *FUZZ, *arguments),
        "lock": lambda: lock(*arguments),
    }
    if command not in actions:
        print(USAGE, file=sys.stderr)
        return 64
    if command != "lock":
        install("runtime" if command == "demo" else "dev")
    if command in {"test", "check"} and "--fast" not in arguments:
        tools()
    return actions[command]()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
