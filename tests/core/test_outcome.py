"""The exit of a run is the first code that any tenant has, in the promised order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.outcome import NAMES, ended, first, of_run

ORDER = [130, 7, 5, 4, 9, 1, 3, 6, 8, 2, 0]


@given(st.lists(st.sampled_from(ORDER), min_size=1))
def test_the_first_in_the_order_wins(codes):
    """Whatever the order of the tenants, the run has the code that stands first in the promised order."""
    assert first(ended(code) for code in codes).code == min(codes, key=ORDER.index)


@pytest.mark.parametrize("stopped", [5, 4, 9, 1])
def test_one_changed_and_one_stopped_tenant_make_a_run_partly_applied(stopped):
    """The run is 7 only if the stopped tenant is another one than the changed."""
    mixed = of_run([("a", ended(0), True), ("b", ended(stopped, "no"), False)])
    alone = of_run([("b", ended(stopped, "no"), False)])

    assert (mixed.code, mixed.reasons) == (7, ("b: no",))
    assert alone.code == stopped


def test_a_run_over_nothing_is_well():
    """No tenant, no reason to fail."""
    assert first([]) == ended(0)


def test_every_code_has_a_name():
    """Machines read the code, people the name."""
    assert set(NAMES) == {*ORDER, 64}
