"""A private PostgreSQL server in a temporary folder, reached by a socket in it; nothing of the machine's own is used."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHY_NOT = "no PostgreSQL server here: the ledger is tested on SQLite only (Debian: apt-get install postgresql)"


def _found(name: str) -> str:
    """A program of the server, on PATH or where Debian puts it, newest first."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[4], reverse=True)
    return shutil.which(name) or next(map(str, debian), "")


INITDB, PG_CTL = _found("initdb"), _found("pg_ctl")


def _owner() -> str:
    """The account that runs the server: the server refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else ""


OWNER = _owner()
AVAILABLE = bool(INITDB and PG_CTL and OWNER)


def _run(*words: str) -> None:
    """Run a program of the server as its owner, whoever runs the tests."""
    root = os.geteuid() == 0
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        check=False,
        timeout=50,
        user=OWNER if root else None,
        group=pwd.getpwnam(OWNER).pw_gid if root else None,
        extra_groups=[] if root else None,
    )
    assert done.returncode == 0, done.stdout.decode()


@contextmanager
def server() -> Iterator[Path]:
    """The folder of the socket of a running server, whose superuser is `ledger` and needs no password."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data, log = folder / "data", folder / "log"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        _run(INITDB, "-D", str(data), "-U", "ledger", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=120"
        _run(PG_CTL, "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            _run(PG_CTL, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
