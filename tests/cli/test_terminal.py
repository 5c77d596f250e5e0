"""On a real terminal: questions, colour and Ctrl-C."""

import signal
import sys
import time

import pexpect
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pseudo-terminal")


@pytest.fixture
def terminal(folder, environment):
    """A function that runs a command on a terminal of its own."""
    running = []

    def start(*words, **more):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "reconciler", *words],
            cwd=str(folder),
            env={**environment, "TERM": "xterm-256color", **more},
            dimensions=(40, 200),
            encoding="utf-8",
            timeout=30,
        )
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


def ending(child) -> tuple[int, str]:
    """The exit code of a command and everything that it printed until its end."""
    said = child.read()
    child.wait()
    return child.exitstatus, said


def test_yes_carries_the_plan_out(terminal, emulator):
    """Apply shows the plan, asks, and goes on after `yes`."""
    child = terminal("apply", "--tenant", "fabrikam")
    child.expect("to create")
    child.expect("Only `yes`")
    child.sendline("yes")

    assert 0 == ending(child)[0]
    assert emulator.counts(kind="write") > 0


@pytest.mark.parametrize("answer", ["no", "", "y", "YES"])
def test_anything_else_does_nothing(answer, terminal, emulator):
    """Every other answer ends with 1, and nothing was written."""
    child = terminal("apply", "--tenant", "fabrikam")
    child.expect("Only `yes`")
    child.sendline(answer)
    code, said = ending(child)

    assert 1 == code
    assert "not approved, nothing was done" in said
    assert 0 == emulator.counts(kind="write")


def test_ctrl_c_at_the_question(terminal, emulator):
    """Ctrl-C at the question ends with 130, without a traceback and without a write."""
    child = terminal("apply", "--tenant", "fabrikam")
    child.expect("Only `yes`")
    child.sendintr()
    code, said = ending(child)

    assert 130 == code
    assert "Traceback" not in said
    assert "exit 130 (interrupted)" in said
    assert 0 == emulator.counts(kind="write")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_reading(number, terminal, emulator):
    """A signal while tenants are slow to answer ends the run soon, with 130 and nothing on stdout."""
    for name in ("contoso", "fabrikam"):
        emulator.change({"tenant": name, "switch": {"latency_ms": 3000}})
    child = terminal("plan", "--verbose")
    child.expect("contoso: reading")
    child.kill(number)
    code, said = ending(child)

    assert 130 == code
    assert "Traceback" not in said
    assert "Plan:" not in said


def test_the_second_signal_ends_at_once(terminal, emulator):
    """Apply awaits what is in flight after the first signal, and not after the second."""
    child = terminal("plan", "--out", "plan.json")
    assert 0 == ending(child)[0]
    emulator.change({"tenant": "fabrikam", "switch": {"latency_ms": 9000}})
    child = terminal("apply", "plan.json", "--tenant", "fabrikam", "--verbose")
    child.expect("fabrikam: reading")
    child.kill(signal.SIGINT)
    child.expect("Stopping")
    start = time.monotonic()
    child.kill(signal.SIGINT)

    assert 130 == ending(child)[0]
    assert time.monotonic() - start < 4


def test_colour_on_a_terminal_only_when_wanted(terminal):
    """A terminal gets colour, and with NO_COLOR or --no-color none; no address is cut either way."""
    coloured = ending(terminal("plan", "--tenant", "contoso"))[1]
    plain = [
        ending(terminal("plan", "--tenant", "contoso", NO_COLOR="1"))[1],
        ending(terminal("plan", "--tenant", "contoso", "--no-color"))[1],
    ]

    assert "\x1b[33m" in coloured
    assert [] == [said for said in plain if "\x1b" in said]
    assert all("contoso/alert-policy/Inbox rule forwards outside\r\n" in said for said in plain)
