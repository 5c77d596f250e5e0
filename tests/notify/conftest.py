"""Fixtures of the tests about notifications."""

import pytest

from reconciler.emulator import Emulator
from tests.notify import receivers
from tests.notify.line import Channelled
from tests.whole.stage import CONTOSO


@pytest.fixture
def hook():
    """An HTTP service."""
    with receivers.hook() as running:
        yield running


@pytest.fixture
def mailbox():
    """A mail server."""
    with receivers.mailbox() as running:
        yield running


@pytest.fixture(scope="module")
def emulator():
    """A running emulator; each line on it starts anew."""
    with Emulator() as running:
        yield running


@pytest.fixture
def line(tmp_path, emulator, hook):
    """The command line in a folder whose policies hold, with a channel `secops` to the hook."""
    emulator.change({"reset": True})
    emulator.faults.clear()
    made = Channelled(emulator, tmp_path, {"RECONCILER_NOTIFY_SECOPS": f"json://127.0.0.1:{hook.port}/t0ken-0f-secops"})
    made.write("contoso.yaml", CONTOSO)
    assert 0 == made("apply", "--auto-approve").code
    return made
