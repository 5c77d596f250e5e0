"""Wrong use of the command line is 64, whatever is wrong with it, and the last line says so."""

import json

import pytest

from reconciler.cli.app import run
from tests.cli.line import bare, reconciler

WRONG = {
    "no command": [],
    "no such command": ["plann"],
    "a command of a later version": ["import"],
    "no such command of the emulator": ["emulator", "start"],
    "a word too many": ["validate", "policies"],
    "an argument that is missing": ["show"],
    "an option without its value": ["plan", "--out"],
    "no such option": ["plan", "--nope"],
    "a format that is none": ["plan", "--format", "xml"],
    "a selector without a value": ["validate", "--selector", "ring"],
    "a time that is none": ["validate", "--now", "noon"],
    "a time that no clock counts on from": ["plan", "--now", "9999-12-31T23:59:59Z"],
    "a time before any service": ["validate", "--now", "0001-01-01"],
    "no tenant of that name": ["validate", "--tenant", "nobody*"],
    "no tenant with that label": ["validate", "--selector", "ring=canary"],
    "a lifetime without a unit": ["plan", "--valid-for", "24"],
    "a lifetime of nothing": ["plan", "--valid-for", "0h"],
    "a wait that is none": ["apply", "--auto-approve", "--wait", "soon"],
    "no workers": ["plan", "--parallelism", "0"],
    "fewer than no workers": ["plan", "--parallelism", "-1"],
    "workers that are no number": ["plan", "--parallelism", "abc"],
    "a severity that is none": ["drift", "--fail-on", "grave"],
    "a rule that can't be acknowledged": ["plan", "--ack", "protected"],
    "a target that no policy names": ["plan", "--target", "contoso/alert-policy/nope"],
    "a report without a file": ["validate", "--report", "json"],
    "a report of an unknown kind": ["validate", "--report", "pdf=a.pdf"],
    "a report asked for twice": ["validate", "--report", "json=a", "--report", "json=b"],
    "two reports in one file": ["validate", "--report", "json=a", "--report", "html=a"],
    "an output that is a folder": ["validate", "--output", "policies"],
    "an apply in the past": ["apply", "plan.json", "--now", "2020-01-01T00:00:00Z"],
    "an apply that nobody can answer": ["apply"],
    "a demo as JSON": ["demo", "--format", "json"],
    "an emulator without a command": ["emulator"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_use_is_64(words, folder, capsys, monkeypatch):
    """Each mistake is told in a sentence, stdout stays empty, and nothing is written."""
    before = sorted(folder.rglob("*"))
    monkeypatch.chdir(folder)
    code = run(words)
    out, err = capsys.readouterr()

    assert (64, "") == (code, out)
    assert err.splitlines()[-1].startswith("reconciler: exit 64 (usage)")
    assert "Traceback" not in err
    assert before == sorted(folder.rglob("*"))


def test_wrong_use_of_the_whole_program(folder):
    """The process too ends with 64, and never with the 2 of the library that parses."""
    ran = reconciler("plan", "--nope", folder=folder)

    assert (64, "") == (ran.code, ran.out)


def test_an_unknown_command_names_those_that_exist(folder):
    """The sentence and the last line name every command there is, and the nearest."""
    ran = reconciler("plann", folder=folder)

    assert "Did you mean 'plan'? There are init, validate, plan, show, " in ran.err
    assert ran.last.startswith("reconciler: exit 64 (usage): No such command 'plann'.")


def test_a_wrong_option_is_told_in_the_form_of_the_logs(folder):
    """What the parser refuses is JSON too where the line asks for JSON, and the last line says what it was."""
    ran = reconciler("plan", "--log-format", "json", "--nope", folder=folder)
    lines = [json.loads(line) for line in ran.err.splitlines()]

    assert [None, 64] == [line.get("exit") for line in lines]
    assert "No such option: --nope" in lines[-1]["message"]


@pytest.mark.parametrize(
    "words",
    [
        "validate",
        "plan",
        "show",
        "report",
        "apply",
        "drift",
        "senders",
        "schema",
        "demo",
        "emulator serve",
        "emulator exec",
    ],
)
def test_help_shows_examples_and_exits(words, capsys):
    """Each command's help ends with lines to copy and the exits that the command has."""
    code = run([*words.split(), "--help"])
    examples, _, exits = capsys.readouterr().out.partition("Examples:")[2].partition("Exit: ")

    assert 0 == code
    assert f"    reconciler {words}" in examples
    assert "docs/exit-codes.md" in exits


def test_an_unknown_report_names_those_that_exist(folder):
    """The message for an unknown report kind lists the known ones."""
    ran = reconciler("plan", "--report", "pdf=a.pdf", folder=folder)

    assert all(name in ran.err.partition("There are ")[2] for name in ("codequality", "html", "json", "powershell"))


def test_with_ci_set_apply_never_asks(folder):
    """In a pipeline apply without a plan needs --auto-approve or --digest, terminal or not."""
    ran = reconciler("apply", folder=folder, environment=bare() | {"CI": "true"})

    assert 64 == ran.code
    assert "--auto-approve" in ran.err


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["plan", "--help"], ["emulator", "exec", "-h"]])
def test_help_and_version_end_well(words, folder):
    """Help and version go to stdout, with nothing on stderr."""
    ran = reconciler(*words, folder=folder)

    assert (0, "") == (ran.code, ran.err)
    assert ran.out
