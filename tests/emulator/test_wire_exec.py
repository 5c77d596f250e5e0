"""`emulator exec`: any client becomes the emulator's by its environment alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

from reconciler.emulator import Emulator
from reconciler.emulator.execute import run_command

HERE = Path(__file__).parent
PROXIED = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
TRUSTED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def test_a_client_that_is_not_ours_reads_alert_policies():
    """Plain MSAL and httpx, unmodified, find the region and read the list through `emulator exec`."""
    command = [
        sys.executable,
        "-m",
        "reconciler",
        "emulator",
        "exec",
        "--",
        sys.executable,
        str(HERE / "other_client.py"),
    ]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False, timeout=50)

    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert ("eur02b", 59) == (found["region"], found["count"])
    assert "User restricted from sending email" in found["names"]


def test_the_exit_status_is_the_commands():
    """Whatever the command ends with, `exec` ends with."""
    assert 42 == run_command([sys.executable, "-c", "raise SystemExit(42)"])


def test_a_command_that_died_of_a_signal():
    """128 and the signal's number, as in a shell."""
    assert 137 == run_command([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])


def test_a_command_that_does_not_exist():
    """127, as in a shell."""
    assert 127 == run_command(["no-such-command-anywhere"])


def test_a_command_that_cannot_be_run(tmp_path: Path):
    """126, as in a shell."""
    plain = tmp_path / "plain.txt"
    plain.write_text("no program", encoding="utf-8")

    assert 126 == run_command([str(plain)])


def test_a_signal_to_exec_reaches_the_command():
    """SIGTERM ends the command, and exec with 128 and the signal's number."""
    code = (
        "import sys; from reconciler.emulator.execute import run_command; raise SystemExit(run_command(sys.argv[1:]))"
    )
    waits = "print('ready', flush=True); import signal; signal.pause()"
    words = [sys.executable, "-c", code, sys.executable, "-c", waits]
    with subprocess.Popen(words, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        process.terminate()
        status = process.wait(timeout=10)

    assert ("ready\n", 143) == (begun, status)


def test_the_environment_of_a_client(emulator: Emulator):
    """Proxy and trust in every spelling, the seed's application, and a ledger of its own."""
    found = emulator.environment({"PATH": "/bin"})

    assert {emulator.proxy_url} == {found[name] for name in PROXIED}
    assert {str(emulator.ca_file)} == {found[name] for name in TRUSTED}
    assert ("5f1e0000-0000-4000-8000-00000000000a", "emulator-only-secret") == (
        found["AZURE_CLIENT_ID"],
        found["AZURE_CLIENT_SECRET"],
    )
    assert found["RECONCILER_LEDGER"].startswith("sqlite:///")
    assert "/bin" == found["PATH"]


def test_what_would_lead_elsewhere_is_taken_away(emulator: Emulator):
    """The caller's proxies, exceptions and identities never reach the command."""
    base = {
        **dict.fromkeys(("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "Https_Proxy"), "elsewhere.example"),
        **dict.fromkeys(("AZURE_TENANT_ID", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"), "theirs"),
    }

    assert not {"elsewhere.example", "theirs"} & set(emulator.environment(base).values())


def test_the_ledger_stands_beside_the_state(tmp_path: Path):
    """With a state file the ledger lives as long as it; without, it goes with the emulator."""
    with Emulator(state=tmp_path / "state.json") as kept, Emulator() as passing:
        beside = kept.environment({})["RECONCILER_LEDGER"]
        temporary = passing.environment({})["RECONCILER_LEDGER"]

    assert f"sqlite:///{tmp_path / 'ledger.db'}" == beside
    assert str(tmp_path) not in temporary


def test_state_outlives_the_emulator(tmp_path: Path):
    """What one emulator changed, the next one with the same state file shows."""
    state = tmp_path / "state.json"
    with Emulator(state=state) as first:
        first.change({"tenant": "contoso", "unblock": "alice@contoso.com"})
    with Emulator(state=state) as second:
        tenant = second.world.tenant("contoso")
        assert tenant is not None
        left = [row["SenderAddress"] for row in tenant.blocked.shown]

    assert ["bob@contoso.com"] == left


def test_serve_says_how_to_get_there_and_stops_at_a_signal(tmp_path: Path):
    """`serve` prints lines for a shell, listens, and ends with 0 at SIGTERM."""
    code = "from reconciler.emulator.serve import serve; raise SystemExit(serve())"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(12)]
        process.terminate()
        status = process.wait(timeout=10)

    exports = "".join(lines)
    assert 0 == status
    assert "export HTTPS_PROXY='http://127.0.0.1:" in exports
    assert "unset NO_PROXY no_proxy ALL_PROXY all_proxy" in exports
