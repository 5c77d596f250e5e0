"""Words that any policy may hold: every spelling of a switch, and a sentence for everything else."""

import pytest
from pydantic import TypeAdapter, ValidationError

from reconciler.core.words import Switch, truth

SWITCH = TypeAdapter(Switch)


@pytest.mark.parametrize("spelled", ["true", "on", "yes", "false", "off", "no"])
def test_a_switch_is_read_in_any_case(spelled):
    """The six words mean on or off in small, large and mixed letters."""
    on = spelled in {"true", "on", "yes"}
    found = [SWITCH.validate_python(one) for one in (spelled, spelled.upper(), spelled.title(), f" {spelled} ", on)]

    assert [on] * 5 == found


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "null is neither on nor off. Write `on` or `off`."),
        (1, "`1` is neither on nor off."),
        ("12am", "`12am` is neither on nor off."),
        ([True], "`[True]` is neither on nor off."),
    ],
)
def test_anything_else_is_no_switch(value, sentence):
    """Numbers, lists and null are refused with the words to write instead."""
    assert truth(value) is None
    with pytest.raises(ValidationError) as caught:
        SWITCH.validate_python(value)

    assert caught.value.errors()[0]["msg"].startswith(sentence)
