"""On a real terminal: questions, colour, characters, width, progress and Ctrl-C."""

import re
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

    def start(*words, columns=200, **more):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "reconciler", *words],
            cwd=str(folder),
            env={**environment, "TERM": "xterm-256color", **more},
            dimensions=(40, columns),
            encoding="utf-8",
            timeout=30,
        )
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


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


def plan_on(terminal, *words, **more) -> str:
    """What a plan of contoso leaves on a terminal's screen, without the display that was drawn over."""
    code, said = ending(terminal("plan", "--tenant", "contoso", *words, **more))
    assert 0 == code
    return said[said.index("Not managed here") :].replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("more", "arrow"),
    [
        ({"LANG": "C.UTF-8"}, "\u2192"),
        ({"LANG": "de_DE.UTF-8", "NO_COLOR": "1"}, "\u2192"),
        ({"LANG": "C"}, "->"),
        ({"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "->"),
        ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}, "->"),
        ({"LANG": "C.UTF-8", "TERM": "dumb"}, "->"),
    ],
)
def test_characters_are_those_that_the_terminal_has(more, arrow, terminal):
    """The arrow and the marks are Unicode only where kind, locale and encoding of the terminal have it."""
    said = COLOURS.sub("", plan_on(terminal, **{"LC_ALL": "", "LC_CTYPE": "", **more}))

    assert f"notifications.daily_limit: none {arrow} 25\n" in said
    assert (arrow == "->") == said.isascii()


def test_a_dumb_terminal_gets_plain_lines(terminal):
    """Where the terminal can neither colour nor move, there is no colour and no live display."""
    code, said = ending(terminal("plan", TERM="dumb"))

    assert 0 == code
    assert "\x1b" not in said
    assert "contoso: done\r\n" in said


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_every_width_is_filled_and_none_is_left(columns, terminal):
    """Sentences end at the terminal's edge or before, and what may not be cut, such as an address, stands whole."""
    said = COLOURS.sub("", plan_on(terminal, "--no-color", columns=columns))
    lines = said[: said.index("digest:")].splitlines()
    wide = [line for line in lines if len(line) > columns]

    assert [] == [line for line in wide if max(map(len, line.split())) < columns // 2]
    assert any(line.endswith("contoso/alert-policy/User restricted from sending email") for line in lines)
    assert max(map(len, lines)) <= 120


def test_recipients_stand_under_each_other_where_they_do_not_fit(terminal):
    """In a narrow terminal each recipient that comes or goes has a line, and its sign a column."""
    said = plan_on(terminal, "--no-color", columns=40)

    assert "        notifications.recipients:\n          + secops@contoso.com\n            (1 unchanged)\n" in said


def test_the_next_command_is_named(terminal, folder):
    """After a plan was saved its apply is spelled out, to be pasted; after one that was not, how to keep the next."""
    kept = plan_on(terminal, "--out", "my plan.json", "--ack", "max-changes", "--policies", "policies")
    lost = plan_on(terminal)

    assert "To carry out exactly this: reconciler apply 'my plan.json' --policies policies --ack max-changes\n" in kept
    assert (folder / "my plan.json").exists()
    assert "This plan was not saved." in lost


def test_no_next_command_where_nothing_would_be_sent(terminal):
    """A plan without a command for us needs no apply."""
    target = "contoso/alert-policy/Email sending limit exceeded"
    code, said = ending(terminal("plan", "--out", "plan.json", "--target", target))

    assert 0 == code
    assert "1 by hand in the portal" in said
    assert "To carry out" not in said


def test_the_display_counts_and_says_who_is_throttled(terminal, emulator):
    """While tenants are read a terminal shows how many are done, and that the service asked one of them to wait."""
    emulator.faults.add({"do": "throttle", "retry_after": 2, "nth": 1, "when": {"tenant": "contoso", "kind": "read"}})
    child = terminal("plan", LANG="C.UTF-8")
    child.expect("1/2 done, 1 throttled")
    child.expect("contoso: throttled")
    child.expect("2/2 done")
    code, said = ending(child)

    assert 0 == code
    assert "throttled" not in CONTROL.sub("", said[said.index("Not managed here") :])
